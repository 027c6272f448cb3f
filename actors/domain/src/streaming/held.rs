//! Text that an operator holds back, with the marks in it.

use super::operator::append_text;
use super::{Mark, Piece};
use std::collections::VecDeque;

/// Most marks that are held; a further one moves to the front with the first, so memory stays bounded and order is kept.
const MOST_MARKS: usize = 256;

/// Text that is held back. Marks keep their places in it.
#[derive(Debug, Default)]
pub(super) struct Held {
    text: String,
    marks: VecDeque<(usize, Mark)>,
}

impl Held {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn push(&mut self, c: char) {
        self.text.push(c);
    }

    /// A mark behind what is held; it goes out at once when nothing is.
    pub(super) fn mark(&mut self, mark: Mark, out: &mut Vec<Piece>) {
        if self.text.is_empty() && self.marks.is_empty() {
            out.push(Piece::Mark(mark));
            return;
        }
        if self.marks.len() >= MOST_MARKS
            && let Some((_, first)) = self.marks.pop_front()
        {
            out.push(Piece::Mark(first));
        }
        self.marks.push_back((self.text.len(), mark));
    }

    /// Releases the first `count` bytes, which end at a character.
    pub(super) fn release(&mut self, count: usize, out: &mut Vec<Piece>) {
        self.give(count, true, out);
    }

    pub(super) fn release_all(&mut self, out: &mut Vec<Piece>) {
        self.give(self.text.len(), true, out);
    }

    /// Drops the first `count` bytes; their marks go out.
    pub(super) fn discard(&mut self, count: usize, out: &mut Vec<Piece>) {
        self.give(count, false, out);
    }

    fn give(&mut self, count: usize, show: bool, out: &mut Vec<Piece>) {
        let count = count.min(self.text.len());
        let mut from = 0;
        while let Some((at, mark)) = self.marks.pop_front() {
            if at > count {
                self.marks.push_front((at, mark));
                break;
            }
            if show {
                append_text(self.text.get(from..at).unwrap_or_default(), out);
            }
            from = at;
            out.push(Piece::Mark(mark));
        }
        if show {
            append_text(self.text.get(from..count).unwrap_or_default(), out);
        }
        self.text.drain(..count);
        for (at, _) in &mut self.marks {
            *at -= count;
        }
    }
}
