//! How much of an expected text a parser found: words as a multiset, order ignored.
//!
//! A word is a run of letters and digits (marks inside it included), in lower case. Not counted, on both sides: HTML
//! comments (`<!-- image -->`), targets of links and images, Markdown escapes, entities of `<`, `>`, `&`.

use std::collections::HashMap;

/// Share of the words that were found and share of the found words that were expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Found of what was expected; 1 when nothing was expected.
    pub recall: f64,
    /// Expected of what was found; 1 when nothing was found.
    pub precision: f64,
}

/// Compares two texts.
pub fn score(expected: &str, actual: &str) -> Score {
    let (expected, actual) = (count(expected), count(actual));
    let common: usize = expected.iter().map(|(word, times)| (*times).min(actual.get(word).copied().unwrap_or(0))).sum();
    let share = |of: &HashMap<String, usize>| {
        let all: usize = of.values().sum();
        if all == 0 { 1.0 } else { common as f64 / all as f64 }
    };
    Score { recall: share(&expected), precision: share(&actual) }
}

/// The words of a Markdown text.
pub fn words(text: &str) -> Vec<String> {
    let text = without_syntax(text).to_lowercase();
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.chars().chain(std::iter::once(' ')) {
        if character.is_alphanumeric() || unicode_normalization::char::is_combining_mark(character) {
            word.push(character);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    words
}

fn count(text: &str) -> HashMap<String, usize> {
    let mut count = HashMap::new();
    for word in words(text) {
        *count.entry(word).or_default() += 1;
    }
    count
}

fn without_syntax(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', ']', '\\']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let skipped = if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("](") {
            rest.find(')').map(|end| end + 1)
        } else if rest.starts_with("\\_") {
            Some(1)
        } else {
            None
        };
        match skipped {
            Some(end) => {
                // An escaped underscore joins two words as it does unescaped; everything else separates.
                if !rest.starts_with('\\') {
                    plain.push(' ');
                }
                rest = &rest[end..];
            }
            None => {
                plain.push(' ');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain.replace("&lt;", " ").replace("&gt;", " ").replace("&amp;", " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_and_link_targets_are_not_words() {
        assert_eq!(words("# Big [Link](https://a.b/c) <!-- image --> | x |"), ["big", "link", "x"]);
    }

    #[test]
    fn a_word_expected_twice_must_be_found_twice() {
        let score = score("a a b", "a b c");
        assert!((score.recall - 2.0 / 3.0).abs() < 1e-9 && (score.precision - 2.0 / 3.0).abs() < 1e-9);
    }
}
