//! Where a sentence ends, decided character by character.
//!
//! The guard and the stream operators share this machine: a text judged as a whole and the same text judged while it arrives
//! fall into the same sentences, so they are judged alike.

use std::ops::Range;

/// Longest word that is remembered to know an abbreviation.
const LONGEST_WORD: usize = 12;

/// Follows a text and says after which characters a sentence is over: white space behind `.`, `!`, `?`, `…` or behind an
/// ideographic full stop, and an empty line. An abbreviation, an initial or the number of a list item ends nothing.
#[derive(Debug, Clone, Default)]
pub struct SentenceEnds {
    /// The letters since the last white space or bracket, lower case, at most [`LONGEST_WORD`].
    word: String,
    word_is_long: bool,
    capital: bool,
    after_mark: bool,
    after_line: bool,
}

impl SentenceEnds {
    /// Takes the next character; true when a sentence is over after it.
    pub fn step(&mut self, c: char) -> bool {
        if matches!(c, '。' | '！' | '？') {
            self.after_line = false;
            self.restart();
            return true;
        }
        if c.is_whitespace() {
            let line = c == '\n';
            let over = self.after_mark || (line && self.after_line);
            self.after_line = !over && (line || self.after_line);
            self.restart();
            return over;
        }
        self.after_line = false;
        match c {
            '!' | '?' | '…' => self.after_mark = true,
            '.' => {
                self.after_mark = !self.is_abbreviated();
                self.append(c);
            }
            '"' | '\'' | ')' | ']' | '}' | '”' | '’' | '»' | '*' | '_' | '`' => {}
            '(' | '[' | '{' | '“' | '‘' | '«' => self.restart(),
            c => {
                self.after_mark = false;
                self.append(c);
            }
        }
        false
    }

    /// Forgets the word, but not that a line ended.
    fn restart(&mut self) {
        self.word.clear();
        (self.word_is_long, self.capital, self.after_mark) = (false, false, false);
    }

    fn append(&mut self, c: char) {
        if self.word.is_empty() {
            self.capital = c.is_uppercase();
        }
        if self.word.chars().count() < LONGEST_WORD {
            self.word.extend(c.to_lowercase());
        } else {
            self.word_is_long = true;
        }
    }

    fn is_abbreviated(&self) -> bool {
        let letters = self.word.chars().count();
        let initial = letters == 1 && self.capital && self.word != "i";
        let number = (1..=2).contains(&letters) && self.word.bytes().all(|byte| byte.is_ascii_digit());
        !self.word_is_long && (initial || number || ABBREVIATIONS.contains(&self.word.as_str()))
    }
}

/// Seldom or never end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "cf", "al", "approx", "dept", "fig", "eq", "ref", "jr",
    "sr", "resp", "ca", "z.b", "d.h", "u.a", "bzw", "ggf", "vgl", "nr", "no", "tel", "vol", "art",
];

/// The sentences of a text: byte ranges in order that together are the whole text.
pub fn sentence_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ends = SentenceEnds::default();
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if ends.step(c) {
            found.push(start..end);
            start = end;
        }
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_would_end_them() {
        let cases: &[(&str, &[&str])] = &[
            ("One. Two! Three?", &["One. ", "Two! ", "Three?"]),
            ("Dr. Smith met J. Jones. They spoke.", &["Dr. Smith met J. Jones. ", "They spoke."]),
            ("It costs 3.50 EUR. Version 1.2.3 is out.", &["It costs 3.50 EUR. ", "Version 1.2.3 is out."]),
            ("He said (\"stop.\") Then he left.", &["He said (\"stop.\") ", "Then he left."]),
            ("It is *so.* Next", &["It is *so.* ", "Next"]),
            ("A line\nwrapped.\nNext", &["A line\nwrapped.\n", "Next"]),
            ("First\n\nSecond\n \nThird", &["First\n\n", "Second\n \n", "Third"]),
            ("1. Open it. 2. Close it.", &["1. Open it. ", "2. Close it."]),
            ("これは文です。次の文。", &["これは文です。", "次の文。"]),
            ("So am I. And you", &["So am I. ", "And you"]),
            ("www.example.com/a.b?c", &["www.example.com/a.b?c"]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> = sentence_ranges(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, *expected, "{text:?}");
        }
    }
}
