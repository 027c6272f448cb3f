//! Counting words so that nothing is unbounded: giant words, scripts without spaces, rules of dashes, seas of white space.

use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// A longer word counts as several; natural words longer than this are rare in any language with spaces.
const WORD_CHARS: usize = 24;
/// Signs that belong to the words around them; more in a row count as a word.
const FREE_SIGNS: usize = 6;
/// White space that counts as a word.
const GAP_BYTES: usize = 64;

/// The smallest piece that a chunk is made of: a word with the signs that touch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Atom {
    pub(super) range: Range<usize>,
    /// At least 1.
    pub(super) words: usize,
}

/// How much white space of this many bytes counts.
pub(super) fn gap_words(bytes: usize) -> usize {
    bytes / GAP_BYTES
}

/// Number of words of `text`, as all limits count them.
pub fn count_words(text: &str) -> usize {
    atoms(text, 0..text.len()).iter().map(|atom| atom.words).sum()
}

/// The first `most` words of `text`.
pub fn first_words(text: &str, most: usize) -> &str {
    let mut words = 0;
    let mut end = 0;
    for atom in atoms(text, 0..text.len()) {
        words += atom.words;
        if words > most {
            return &text[..end];
        }
        end = atom.range.end;
    }
    text.trim_end()
}

/// Cuts `text[range]` into atoms; together they hold everything that is not white space.
pub(super) fn atoms(text: &str, range: Range<usize>) -> Vec<Atom> {
    let mut cutter = Cutter { atoms: Vec::new(), lead: None, signs: 0, gap: 0 };
    for (at, segment) in text[range.clone()].split_word_bound_indices() {
        for (offset, run) in runs(segment) {
            let start = range.start + at + offset;
            if run.trim().is_empty() {
                cutter.white(run.len());
            } else if run.chars().any(char::is_alphanumeric) {
                cutter.word(start, run);
            } else {
                for (offset, sign) in run.char_indices() {
                    cutter.sign(start + offset..start + offset + sign.len_utf8());
                }
            }
        }
    }
    cutter.finish()
}

/// A segment's runs of white space and of anything else: Unicode counts a combining sign to the space or tab before it.
fn runs(segment: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let rest = &segment[offset..];
        let white = rest.chars().next()?.is_whitespace();
        let end = rest.find(|c: char| c.is_whitespace() != white).unwrap_or(rest.len());
        let run = (offset, &rest[..end]);
        offset += end;
        Some(run)
    })
}

struct Cutter {
    atoms: Vec<Atom>,
    /// Signs that wait for the word they stand before.
    lead: Option<Range<usize>>,
    signs: usize,
    gap: usize,
}

impl Cutter {
    fn white(&mut self, bytes: usize) {
        self.gap += bytes;
    }

    fn word(&mut self, start: usize, word: &str) {
        let mut piece_start = start;
        let mut chars = 0;
        for (offset, grapheme) in word.grapheme_indices(true) {
            for (inner, _) in grapheme.char_indices() {
                // Between graphemes where possible; inside only when one of them alone is too long.
                if chars >= WORD_CHARS && (inner == 0 || chars >= 2 * WORD_CHARS) {
                    self.emit(piece_start..start + offset + inner);
                    piece_start = start + offset + inner;
                    chars = 0;
                }
                chars += 1;
            }
        }
        self.emit(piece_start..start + word.len());
    }

    fn sign(&mut self, range: Range<usize>) {
        self.signs += 1;
        if self.signs > FREE_SIGNS {
            self.emit(range);
            return;
        }
        let touches = |end: usize| end == range.start;
        match (&mut self.lead, self.atoms.last_mut()) {
            (Some(lead), _) => lead.end = range.end,
            (None, Some(last)) if touches(last.range.end) => last.range.end = range.end,
            (None, _) => self.lead = Some(range),
        }
        if gap_words(self.gap) == 0 {
            return;
        }
        // Far away from what came before: stand alone.
        if let Some(lead) = self.lead.take() {
            self.push(lead);
        }
    }

    /// Ends an atom that begins with the waiting signs.
    fn emit(&mut self, range: Range<usize>) {
        let range = match self.lead.take() {
            Some(lead) if gap_words(range.start - lead.end) > 0 => {
                self.push(lead);
                range
            }
            Some(lead) => lead.start..range.end,
            None => range,
        };
        self.push(range);
    }

    fn push(&mut self, range: Range<usize>) {
        self.atoms.push(Atom { range, words: 1 + gap_words(self.gap) });
        self.signs = 0;
        self.gap = 0;
    }

    fn finish(mut self) -> Vec<Atom> {
        if let Some(lead) = self.lead.take() {
            self.push(lead);
        }
        self.atoms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_counted_as_people_count_them_and_oddities_are_bounded() {
        let cases = [
            ("", 0),
            ("   \n", 0),
            ("Hello, world!", 2),
            ("(see: \"the file\")", 3),
            ("- item one", 2),
            ("it's 3.5 per-cent", 4),
            ("文書です", 4),
            ("…", 1),
            ("a\t\u{d4a}b", 3),
        ];
        for (text, expected) in cases {
            assert_eq!(count_words(text), expected, "{text:?}");
        }
        assert_eq!(count_words(&"x".repeat(2_400)), 100);
        assert!(count_words(&"-".repeat(7_000)) >= 1_000);
        assert!(count_words(&"- ".repeat(7_000)) >= 1_000);
        assert!(count_words(&format!("a{}b", " ".repeat(6_400))) >= 100);
        assert!(count_words(&format!("a{}", "\u{301}".repeat(4_800))) >= 100, "one grapheme");
        assert!(count_words("ภาษาไทยไม่มีช่องว่างระหว่างคำ") > 3);
    }

    #[test]
    fn first_words_keeps_the_signs_of_the_last_word() {
        assert_eq!(first_words("One, two; three.", 2), "One, two;");
        assert_eq!(first_words("One ", 5), "One");
        assert_eq!(first_words("One", 0), "");
    }

    proptest! {
        #[test]
        fn atoms_hold_everything_but_white_space(text in "([a-z0-9 .\\-(\n\t文é\u{301}\u{d4a}\u{a0}👍]|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa| {70}){0,40}") {
            let mut end = 0;
            for atom in atoms(&text, 0..text.len()) {
                prop_assert!(atom.range.start >= end && atom.range.start < atom.range.end && atom.words >= 1);
                prop_assert!(text[end..atom.range.start].trim().is_empty(), "{:?}", &text[end..atom.range.start]);
                prop_assert!(atom.range.len() <= 400, "{:?}", atom);
                let held = &text[atom.range.clone()];
                prop_assert_eq!(held, held.trim());
                end = atom.range.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
