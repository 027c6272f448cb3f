//! How a prompt looks, whatever its words are: length, layout, kinds of characters. All numbers are about 0 to 1.

use super::fold::{CODE_MASK, DIGIT, Folded, LETTER, MARK};

/// How many numbers there are.
pub const SHAPES: usize = 20;

/// What is counted of a folded prompt.
#[derive(Debug)]
pub(super) struct Tally {
    all: u32,
    letters: u32,
    digits: u32,
    beyond_ascii: u32,
    /// Per code of a mark; all beyond ASCII are the last.
    marks: [u32; 129],
    words: u32,
    numbers: u32,
    longest_word: u32,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self { all: 0, letters: 0, digits: 0, beyond_ascii: 0, marks: [0; 129], words: 0, numbers: 0, longest_word: 0 }
    }

    pub(super) fn see(&mut self, text: &[Folded]) {
        let count =
            |is: fn(Folded) -> bool| text.iter().map(|folded| u32::from(is(*folded))).fold(0, u32::wrapping_add);
        self.letters += count(|folded| folded >= LETTER);
        self.digits += count(|folded| (DIGIT..LETTER).contains(&folded));
        self.beyond_ascii += count(|folded| folded & CODE_MASK >= 128);
        self.all += text.len() as u32;
        for mark in text.iter().filter(|folded| (MARK..DIGIT).contains(*folded)) {
            self.marks[usize::from(mark & CODE_MASK).min(128)] += 1;
        }
    }

    pub(super) fn see_word(&mut self, codes: u32, is_number: bool) {
        self.words += 1;
        self.numbers += u32::from(is_number);
        self.longest_word = self.longest_word.max(codes);
    }

    fn marks(&self, codes: &[u8]) -> u32 {
        codes.iter().map(|code| self.marks[usize::from(*code)]).sum()
    }

    /// `bytes` and `lines` are of the whole prompt, the tally is of its window.
    pub(super) fn shape(&self, bytes: usize, lines: usize) -> [f32; SHAPES] {
        let all = self.all.max(1) as f32;
        let words = self.words.max(1) as f32;
        let share = |count: u32| count as f32 / all;
        let few = |count: u32| (count as f32).ln_1p() / 4.0;
        let length = (bytes as f32).ln_1p();
        // Hats over the length, so that a linear head can be high for middling lengths.
        let hat = |centre: f32| (1.0 - (length - centre).abs()).max(0.0);
        [
            length / 10.0,
            hat(4.0),
            hat(5.0),
            hat(6.0),
            hat(7.0),
            hat(8.0),
            (self.words as f32).ln_1p() / 8.0,
            self.letters as f32 / words / 10.0,
            self.longest_word.min(40) as f32 / 20.0,
            share(self.digits) * 4.0,
            share(self.marks.iter().sum()) * 4.0,
            share(self.beyond_ascii),
            few(self.numbers),
            self.numbers as f32 / words * 2.0,
            few(self.marks(b"=+^\\$<>*/")),
            few(self.marks(b"{}[]();")),
            few(self.marks(b"?")),
            few(self.marks(b"\"'`")),
            few(self.marks(b".!")),
            few(lines.min(10_000) as u32),
        ]
    }
}
