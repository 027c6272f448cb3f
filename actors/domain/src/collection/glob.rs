//! Which keys a collection takes in: a small pattern language, matched without backtracking explosions.

use serde::{Deserialize, Serialize};

/// A pattern for keys: `*` and `?` inside a segment, `**` for any number of segments. A pattern without `/` is for file
/// names in any folder. Case counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Glob(pub String);

impl Glob {
    /// What to change, when the pattern can match nothing.
    pub(super) fn fix(&self) -> Option<&'static str> {
        match self.0.as_str() {
            "" => Some("write a pattern, e.g. `**/*.pdf`, or remove it"),
            pattern if pattern.len() > 512 => Some("shorten it to 512 bytes"),
            pattern if pattern.starts_with('/') => Some("leave out the leading slash"),
            pattern if pattern.contains('\\') => Some("separate folders by a slash"),
            pattern if pattern.ends_with('/') => Some("add `**` to mean everything in the folder"),
            _ => None,
        }
    }

    /// Whether `key` is meant.
    pub fn matches(&self, key: &str) -> bool {
        if !self.0.contains('/') && self.0 != "**" {
            return matches_segment(&self.0, key.rsplit('/').next().unwrap_or(key));
        }
        let (pattern, key): (Vec<&str>, Vec<&str>) = (self.0.split('/').collect(), key.split('/').collect());
        matches_wild(&pattern, &key, |pattern| *pattern == "**", |pattern, segment| matches_segment(pattern, segment))
    }
}

fn matches_segment(pattern: &str, segment: &str) -> bool {
    let (pattern, segment): (Vec<char>, Vec<char>) = (pattern.chars().collect(), segment.chars().collect());
    matches_wild(&pattern, &segment, |c| *c == '*', |pattern, c| *pattern == '?' || pattern == c)
}

/// Only the last star is ever widened: the ones before it have matched as little as they can, which is never worse.
fn matches_wild<P, T>(pattern: &[P], text: &[T], star: impl Fn(&P) -> bool, one: impl Fn(&P, &T) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut last: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(wild) if star(wild) => {
                last = Some((p, t));
                p += 1;
            }
            Some(single) if one(single, &text[t]) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star_at, from)) = last else { return false };
                last = Some((star_at, from + 1));
                p = star_at + 1;
                t = from + 1;
            }
        }
    }
    pattern[p..].iter().all(star)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_people_expect() {
        let cases = [
            ("**", "a/b/c.pdf", true),
            ("**", "c.pdf", true),
            ("*.pdf", "c.pdf", true),
            ("*.pdf", "a/b/c.pdf", true),
            ("*.pdf", "a/c.PDF", false),
            ("a/*.pdf", "a/c.pdf", true),
            ("a/*.pdf", "a/b/c.pdf", false),
            ("a/**/*.pdf", "a/c.pdf", true),
            ("a/**/*.pdf", "a/b/d/c.pdf", true),
            ("a/**/*.pdf", "b/a/c.pdf", false),
            ("a/**", "a/b/c", true),
            ("**/drafts/**", "x/drafts/y", true),
            ("**/drafts/**", "x/draft/y", false),
            ("report-?.md", "report-é.md", true),
            ("report-?.md", "report-10.md", false),
            ("*a*b*c", "xxaxxbxxc", true),
            ("*a*b*c", "xxaxxcxxb", false),
        ];
        for (pattern, key, expected) in cases {
            assert_eq!(Glob(pattern.to_owned()).matches(key), expected, "{pattern} {key}");
        }
    }

    #[test]
    fn a_hostile_pattern_is_not_slow() {
        assert!(!Glob("a*".repeat(250) + "b").matches(&"a".repeat(1_000)));
    }
}
