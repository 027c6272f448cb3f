//! What reads as a citation marker.

/// Longest marker in bytes.
pub(super) const LONGEST: usize = 80;
/// A longer range is not a citation.
const LONGEST_RANGE: usize = 20;

/// What a text begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Marker {
    /// No marker.
    None,
    /// The beginning of one, perhaps.
    Maybe,
    /// One.
    Of { length: usize, numbers: Vec<usize>, close: char },
}

pub(super) fn read(text: &str) -> Marker {
    let (open, close) = match text.chars().next() {
        Some('[') => ('[', ']'),
        Some('【') => ('【', '】'),
        _ => return Marker::None,
    };
    let inside = &text[open.len_utf8()..];
    let Some(end) = inside.find(close) else {
        let possible = inside.len() <= LONGEST && !inside.contains(['\n', '[', '【', '`']) && may_be_numbers(inside);
        return if possible { Marker::Maybe } else { Marker::None };
    };
    match numbers(&inside[..end]).filter(|_| end <= LONGEST) {
        Some(numbers) => Marker::Of { length: open.len_utf8() + end + close.len_utf8(), numbers, close },
        None => Marker::None,
    }
}

/// Words that may stand before a number.
const WORDS: &[&str] = &["sources", "source", "chunk", "doc", "ref", "and", "#"];

/// Cheap test, so that `[a sentence in brackets` is not held.
fn may_be_numbers(inside: &str) -> bool {
    let start = inside.trim_start_matches([' ', '^', '#']).to_ascii_lowercase();
    start.is_empty()
        || start.starts_with(|c: char| c.is_ascii_digit())
        || WORDS.iter().any(|word| word.starts_with(&start) || start.starts_with(word))
}

fn numbers(inside: &str) -> Option<Vec<usize>> {
    let inside = inside.split('†').next().unwrap_or(inside).trim().trim_start_matches('^').to_ascii_lowercase();
    let mut found: Vec<usize> = Vec::new();
    for part in inside.split([',', ';', '&']) {
        let mut part = part.trim();
        for word in WORDS {
            part = part.strip_prefix(word).unwrap_or(part).trim_start();
        }
        let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        if first > last || last - first >= LONGEST_RANGE {
            return None;
        }
        for number in first..=last {
            if !found.contains(&number) {
                found.push(number);
            }
        }
    }
    Some(found)
}

fn number(text: &str) -> Option<usize> {
    let text = text.trim().trim_start_matches('^');
    let plain = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}
