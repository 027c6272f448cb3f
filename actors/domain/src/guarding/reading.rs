//! A text as a reader reads it: look-alikes made plain, invisible characters gone, every byte traced to where it came from.
//!
//! Two views of the same length share one table of origins, so a place in either is a place in the original:
//!
//! | view | for | differs |
//! |---|---|---|
//! | `text` | numbers, addresses, secrets | ASCII letters keep their case |
//! | `letters` | words, phrases | all lower case, digits between letters are the letters they imitate |

use super::confusables::{is_ignorable, letter_for, plain};
use std::ops::Range;
use unicode_normalization::char::decompose_compatible;

/// A text made plain. Each character is treated by itself, so the reading of a part is a part of the reading.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(super) text: String,
    pub(super) letters: String,
    /// For each byte of the views, the bytes of the original that it stands for; `None` when the views and it have the same
    /// places.
    origins: Option<Vec<Range<usize>>>,
}

impl Reading {
    /// Reads `original`; time and memory are linear in its length.
    pub(crate) fn of(original: &str) -> Self {
        let simple = original.bytes().all(|byte| byte.is_ascii() && !is_ignorable(char::from(byte)));
        let (text, origins) = if simple {
            (original.to_owned(), None)
        } else {
            let mut text = String::with_capacity(original.len());
            let mut origins = Vec::with_capacity(original.len());
            for (start, c) in original.char_indices() {
                append_plain(c, &mut text);
                origins.resize(text.len(), start..start + c.len_utf8());
            }
            (text, Some(origins))
        };
        let letters = letters(&text);
        Self { text, letters, origins }
    }

    /// Bytes of the original that `range` of a view stands for: whole characters.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        let Some(origins) = &self.origins else { return range };
        let start = origins.get(range.start).map_or(0, |origin| origin.start);
        let end = range.end.checked_sub(1).and_then(|last| origins.get(last)).map_or(start, |origin| origin.end);
        start..end.max(start)
    }
}

/// What a word list is written in: the view `letters` of a text.
pub(super) fn folded(text: &str) -> String {
    Reading::of(text).letters
}

/// One character made plain, case of ASCII letters kept.
fn append_plain(c: char, text: &mut String) {
    if is_ignorable(c) {
        return;
    }
    if c.is_ascii() {
        text.push(c);
        return;
    }
    let before = text.len();
    decompose_compatible(c, |part| {
        if is_ignorable(part) {
        } else if part.is_ascii() {
            text.push(part);
        } else if part == 'ß' || part == 'ẞ' {
            text.push_str("ss");
        } else if part.is_whitespace() {
            text.push(' ');
        } else {
            text.push(plain(part.to_lowercase().next().unwrap_or(part)));
        }
    });
    if text.len() == before {
        text.push(c);
    }
}

/// Longest run of digits between letters that is read as letters.
const LONGEST_DISGUISE: usize = 2;

fn letters(text: &str) -> String {
    let mut letters = text.to_ascii_lowercase();
    let bytes = text.as_bytes();
    let is_letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|byte| letter_for(**byte).is_some()).count();
        let between = at > 0 && is_letter(bytes.get(at - 1)) && is_letter(bytes.get(at + run));
        if (1..=LONGEST_DISGUISE).contains(&run) && between {
            let spelled: String =
                bytes[at..at + run].iter().filter_map(|byte| letter_for(*byte)).map(char::from).collect();
            letters.replace_range(at..at + run, &spelled);
        }
        at += run.max(1);
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn disguises_are_seen_through() {
        let cases = [
            ("Hello", "hello"),
            ("b\u{200B}o\u{AD}m\u{2060}b", "bomb"),
            ("ВОМВ", "bomb"),
            ("ｂｏｍｂ", "bomb"),
            ("𝗯𝗼𝗺𝗯", "bomb"),
            ("b0mb", "bomb"),
            ("b̶o̶m̶b̶", "bomb"),
            ("Straße", "strasse"),
            ("٤١١١", "4111"),
            ("base64 2024", "base64 2024"),
            ("a\u{A0}b", "a b"),
        ];
        for (text, expected) in cases {
            assert_eq!(folded(text), expected, "{text:?}");
        }
    }

    #[test]
    fn places_lead_back_to_whole_characters() {
        let original = "é b\u{200B}о𝗺b!";
        let reading = Reading::of(original);
        let at = reading.letters.find("bomb").unwrap();
        assert_eq!(&original[reading.original(at..at + 4)], "b\u{200B}о𝗺b");
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_every_place_is_a_boundary(text in "\\PC{0,40}") {
            let reading = Reading::of(&text);
            prop_assert_eq!(reading.text.len(), reading.letters.len());
            for (at, c) in reading.text.char_indices() {
                prop_assert!(text.get(reading.original(at..at + c.len_utf8())).is_some());
            }
        }

        #[test]
        fn a_part_reads_as_a_part(a in "\\PC{0,20}", b in "\\PC{0,20}") {
            let whole = Reading::of(&format!("{a}{b}")).text;
            prop_assert_eq!(whole, Reading::of(&a).text + &Reading::of(&b).text);
        }
    }
}
