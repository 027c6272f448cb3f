//! Citations on a stream: markers that point to a source become marks at their place, others are taken out.
//!
//! `[1]`, `[1, 3]`, `[2-4]`, `[^1]`, `[source 1]` and `【1†…】` are markers. A marker speaks of the sentence it stands in, or
//! behind; whether a source says so is asked of [`Supports`]. One that opens a line speaks of a sentence that has not come yet,
//! so only its number is checked. Brackets in code, links and anything else stay as they are.

mod marker;

use super::held::Held;
use super::operator::append_text;
use super::{Ending, Mark, Operator, Piece};
use crate::guarding::sentence_end::SentenceEnds;
use marker::{LONGEST, Marker, read};

/// Longest sentence that is remembered, in bytes; of a longer one the end.
const LONGEST_CLAIM: usize = 2_048;

/// Says whether a source supports a sentence. Pure: the same question has the same answer.
pub trait Supports: Send {
    /// How many sources there are; they are numbered from 1.
    fn sources(&self) -> usize;

    /// Whether source number `source` says what `sentence` says.
    fn supports(&self, source: usize, sentence: &str) -> bool;
}

/// Checks the citations of a stream.
pub struct Citations {
    supports: Box<dyn Supports>,
    held: Held,
    ends: SentenceEnds,
    /// The sentence that is being said, without markers.
    sentence: String,
    /// The one before it.
    last: String,
    ticks: usize,
    in_code: bool,
    fence: bool,
}

impl Citations {
    /// Checks against these sources.
    pub fn new(supports: Box<dyn Supports>) -> Self {
        Self {
            supports,
            held: Held::default(),
            ends: SentenceEnds::default(),
            sentence: String::new(),
            last: String::new(),
            ticks: 0,
            in_code: false,
            fence: false,
        }
    }

    fn take(&mut self, c: char, out: &mut Vec<Piece>) {
        self.held.push(c);
        loop {
            let text = self.held.text();
            let blank = text.len() - text.trim_start_matches([' ', '\t']).len();
            let rest = &text[blank..];
            // Spaces belong to the marker behind them: they go with it.
            if rest.is_empty() && blank > 0 && blank <= LONGEST && !self.in_code {
                return;
            }
            let marker = if self.in_code { Marker::None } else { read(rest) };
            match marker {
                Marker::Maybe if text.len() <= LONGEST * 2 => return,
                Marker::Of { length, numbers, close } if !rest[length..].is_empty() => {
                    let behind = &rest[length..];
                    let is_link = behind.starts_with('(') || (behind.starts_with(':') && self.opens_line());
                    if is_link && close == ']' {
                        self.say(blank + length, out);
                    } else {
                        self.cite(blank, length, &numbers, out);
                    }
                }
                // What stands behind it decides whether it is a link.
                Marker::Of { .. } => return,
                Marker::Maybe | Marker::None => {
                    let first = blank + rest.chars().next().map_or(0, char::len_utf8);
                    self.say(first, out);
                }
            }
            if self.held.is_empty() {
                return;
            }
        }
    }

    fn opens_line(&self) -> bool {
        self.sentence.trim().is_empty() && (self.last.is_empty() || self.last.ends_with('\n'))
    }

    /// Lets text go that is no marker.
    fn say(&mut self, count: usize, out: &mut Vec<Piece>) {
        let said = self.held.text().get(..count).unwrap_or_default().to_owned();
        for c in said.chars() {
            self.follow(c);
        }
        self.held.release(count, out);
    }

    /// Keeps track of sentences and code.
    fn follow(&mut self, c: char) {
        self.ticks = if c == '`' { self.ticks + 1 } else { 0 };
        if self.ticks == 1 {
            self.in_code = !self.in_code;
        } else if self.ticks == 3 {
            self.fence = self.in_code;
        }
        // A span of code does not outlive its paragraph; one lone backtick would switch everything off.
        if c == '\n' && self.sentence.trim().is_empty() && !self.fence {
            self.in_code = false;
        }
        if self.sentence.len() >= LONGEST_CLAIM {
            let mut half = LONGEST_CLAIM / 2;
            while !self.sentence.is_char_boundary(half) {
                half += 1;
            }
            self.sentence.drain(..half);
        }
        self.sentence.push(c);
        if self.ends.step(c) || (c == '\n' && self.sentence.trim().is_empty()) {
            self.last = std::mem::take(&mut self.sentence);
        }
    }

    /// Replaces a marker by those of its numbers that hold.
    fn cite(&mut self, blank: usize, length: usize, numbers: &[usize], out: &mut Vec<Piece>) {
        let opens_line = self.opens_line();
        let claim = if self.sentence.contains(char::is_alphanumeric) { &self.sentence } else { &self.last };
        let claim = claim.trim();
        let mut held = Vec::new();
        let mut dropped = Vec::new();
        for number in numbers {
            let exists = (1..=self.supports.sources()).contains(number);
            let holds = exists && (opens_line || self.supports.supports(*number, claim));
            if holds { held.push(*number) } else { dropped.push(*number) }
        }
        if held.is_empty() {
            self.held.discard(blank + length, out);
        } else {
            self.held.release(blank, out);
            self.held.discard(length, out);
        }
        for source in held {
            append_text(&format!("[{source}]"), out);
            out.push(Piece::Mark(Mark::Citation { source, checked: !opens_line }));
        }
        out.extend(dropped.into_iter().map(|source| Piece::Mark(Mark::CitationDropped { source })));
    }
}

impl Operator for Citations {
    fn push(&mut self, text: &str, out: &mut Vec<Piece>) {
        for c in text.chars() {
            self.take(c, out);
        }
    }

    fn mark(&mut self, mark: Mark, out: &mut Vec<Piece>) {
        self.held.mark(mark, out);
    }

    fn end(&mut self, _ending: Ending, out: &mut Vec<Piece>) {
        let text = self.held.text();
        let blank = text.len() - text.trim_start_matches([' ', '\t']).len();
        if !self.in_code
            && let Marker::Of { length, numbers, .. } = read(&text[blank..])
        {
            self.cite(blank, length, &numbers, out);
        }
        self.held.release_all(out);
    }

    fn held(&self) -> usize {
        self.held.len()
    }

    fn most_held(&self) -> usize {
        LONGEST * 3
    }
}

#[cfg(test)]
mod tests;
