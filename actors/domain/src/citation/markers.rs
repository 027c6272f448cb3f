//! Finding `[1]`, `[1, 3]`, `[2-4]`, `[^1]`, `[source 1]` and `【1†…】` in an answer, and taking them out.

/// An answer without its markers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stripped {
    pub(super) text: String,
    pub(super) markers: Vec<Marker>,
}

/// The numbers of one marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    /// Where it stood, as an offset into the stripped text.
    pub(super) at: usize,
    pub(super) numbers: Vec<usize>,
    /// It opened a line, so it speaks of what follows.
    pub(super) opens_line: bool,
}

/// A longer range is not a citation.
const LONGEST_RANGE: usize = 20;

pub(super) fn strip(answer: &str) -> Stripped {
    let mut text = String::with_capacity(answer.len());
    let mut markers = Vec::new();
    let mut rest = answer;
    while let Some(c) = rest.chars().next() {
        if c == '`' {
            let code = code_length(rest);
            text.push_str(&rest[..code]);
            rest = &rest[code..];
            continue;
        }
        let Some((length, numbers)) = marker(rest) else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        rest = &rest[length..];
        let opens_line =
            text.trim_end_matches([' ', '\t']).is_empty() || text.trim_end_matches([' ', '\t']).ends_with('\n');
        if opens_line {
            rest = rest.trim_start_matches([' ', '\t']);
        } else if rest.chars().next().is_none_or(|next| !next.is_alphanumeric()) {
            text.truncate(text.trim_end_matches([' ', '\t']).len());
        }
        markers.push(Marker { at: text.len(), numbers, opens_line });
    }
    text.truncate(text.trim_end().len());
    Stripped { text, markers }
}

/// The text with a backslash before each bracket of what would read as a marker.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match marker(rest) {
            Some((length, _)) if c == '[' => {
                safe.push_str(&format!("\\[{}\\]", &rest[1..length - 1]));
                length
            }
            _ => {
                safe.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    safe
}

/// Length of the code span or fence that `rest` begins with, or of the backticks when it is never closed.
fn code_length(rest: &str) -> usize {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    rest[ticks..].find(&rest[..ticks]).map_or(ticks, |inner| ticks + inner + ticks)
}

/// Length and numbers of the marker that `rest` begins with.
fn marker(rest: &str) -> Option<(usize, Vec<usize>)> {
    let (open, close) = match rest.chars().next()? {
        '[' => ('[', ']'),
        '【' => ('【', '】'),
        _ => return None,
    };
    let inside_from = open.len_utf8();
    let inside_to = inside_from + rest[inside_from..].find(close).filter(|length| *length <= 80)?;
    let length = inside_to + close.len_utf8();
    if rest[length..].starts_with('(') {
        return None; // A link.
    }
    let numbers = numbers(&rest[inside_from..inside_to])?;
    Some((length, numbers))
}

fn numbers(inside: &str) -> Option<Vec<usize>> {
    let inside = inside.split('†').next().unwrap_or(inside).trim().trim_start_matches('^').to_lowercase();
    let mut found = Vec::new();
    for part in inside.split([',', ';', '&']) {
        let mut part = part.trim();
        for word in ["sources", "source", "chunk", "doc", "ref", "and", "#"] {
            part = part.strip_prefix(word).unwrap_or(part).trim_start();
        }
        let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        if first > last || last - first >= LONGEST_RANGE {
            return None;
        }
        found.extend((first..=last).filter(|number| !found.contains(number)).collect::<Vec<_>>());
    }
    Some(found)
}

fn number(text: &str) -> Option<usize> {
    let text = text.trim().trim_start_matches('^');
    let plain = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markers_are_taken_out_and_the_text_stays_readable() {
        type Case = (&'static str, &'static str, &'static [(usize, &'static [usize])]);
        let cases: &[Case] = &[
            ("It is so [1].", "It is so.", &[(8, &[1])]),
            ("It is so. [1] Next.", "It is so. Next.", &[(9, &[1])]),
            ("It is so.[1][2]", "It is so.", &[(9, &[1]), (9, &[2])]),
            ("So [1, 3] or [2-4]", "So or", &[(2, &[1, 3]), (5, &[2, 3, 4])]),
            ("So [^1] 【2†source】 [Source 3] [1 & 2]", "So", &[(2, &[1]), (2, &[2]), (2, &[3]), (2, &[1, 2])]),
            ("[1] First.\n[2] Second.", "First.\nSecond.", &[(0, &[1]), (7, &[2])]),
            ("a [1](http://x) [x] [] [1999-2024] [12345]", "a [1](http://x) [x] [] [1999-2024] [12345]", &[]),
            ("`a[1]` ```b[2]``` c[3] `d[4]", "`a[1]` ```b[2]``` c `d", &[(19, &[3]), (22, &[4])]),
            ("[", "[", &[]),
            ("", "", &[]),
        ];
        for (answer, text, markers) in cases {
            let found = strip(answer);
            assert_eq!(found.text, *text, "{answer:?}");
            let places: Vec<(usize, &[usize])> =
                found.markers.iter().map(|marker| (marker.at, &marker.numbers[..])).collect();
            assert_eq!(places, *markers, "{answer:?}");
        }
    }

    proptest! {
        #[test]
        fn any_answer_is_read(answer in "([a-z .\n`é]|\\[[0-9,^ -]{0,4}\\]|【1】|\\[){0,30}") {
            let found = strip(&answer);
            prop_assert!(found.markers.iter().all(|marker| found.text.is_char_boundary(marker.at.min(found.text.len()))));
        }
    }
}
