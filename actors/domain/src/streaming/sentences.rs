//! Sentence buffering: text goes out in whole sentences, for readers that speak or translate.

use super::held::Held;
use super::{Ending, Mark, Operator, Piece};
use crate::guarding::sentence_end::SentenceEnds;

/// Releases whole sentences. A sentence longer than the bound goes out in parts of the bound, at white space where there is
/// some in the second half.
#[derive(Debug)]
pub struct Sentences {
    held: Held,
    ends: SentenceEnds,
    most: usize,
}

impl Sentences {
    /// `most`: bytes that are held at most; at least 16.
    pub fn new(most: usize) -> Self {
        Self { held: Held::default(), ends: SentenceEnds::default(), most: most.max(16) }
    }
}

impl Operator for Sentences {
    fn push(&mut self, text: &str, out: &mut Vec<Piece>) {
        for c in text.chars() {
            self.held.push(c);
            if self.ends.step(c) {
                self.held.release_all(out);
            } else if self.held.len() + 4 > self.most {
                let mut half = self.held.text().char_indices().map(|(at, c)| (at + c.len_utf8(), c));
                let space = half.rfind(|(end, c)| c.is_whitespace() && *end * 2 > self.most);
                self.held.release(space.map_or(self.held.len(), |(end, _)| end), out);
            }
        }
    }

    fn mark(&mut self, mark: Mark, out: &mut Vec<Piece>) {
        self.held.mark(mark, out);
    }

    fn end(&mut self, _ending: Ending, out: &mut Vec<Piece>) {
        self.held.release_all(out);
    }

    fn held(&self) -> usize {
        self.held.len()
    }

    fn most_held(&self) -> usize {
        self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(most: usize, text: &str) -> Vec<String> {
        let mut operator = Sentences::new(most);
        let mut parts = Vec::new();
        for c in text.chars() {
            let mut out = Vec::new();
            operator.push(&c.to_string(), &mut out);
            parts.extend(out.into_iter().filter_map(|piece| match piece {
                Piece::Text(text) => Some(text),
                Piece::Mark(_) => None,
            }));
        }
        let mut out = Vec::new();
        operator.end(Ending::Complete, &mut out);
        parts.extend(out.into_iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Mark(_) => None,
        }));
        parts
    }

    #[test]
    fn text_goes_out_in_sentences_or_at_the_bound() {
        assert_eq!(parts(100, "Dr. No came. He left! And"), ["Dr. No came. ", "He left! ", "And"]);
        assert_eq!(parts(16, "a long line without end"), ["a long line ", "without end"]);
        assert_eq!(parts(16, "abcdefghijklmnopqrs"), ["abcdefghijklm", "nopqrs"]);
    }
}
