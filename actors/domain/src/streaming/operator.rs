//! What an operator on a stream is.

use super::Verdict;
use serde::{Deserialize, Serialize};

/// A part of an operator's output.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Words for the client. Never empty.
    Text(String),
    /// Something about the text at this place.
    Mark(Mark),
}

/// Something about the text at a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mark", rename_all = "snake_case")]
pub enum Mark {
    /// The marker that ends here cites this source.
    Citation {
        /// Number of the source, counted from 1.
        source: usize,
        /// The sentence was compared with the source; false where the marker opens a line, so what it speaks of is not
        /// known yet.
        checked: bool,
    },
    /// A marker was taken out here: there is no such source, or it does not say so.
    CitationDropped {
        /// The number that it had.
        source: usize,
    },
    /// Something was replaced here.
    Redacted {
        /// The rule, e.g. `pii/EMAIL`.
        policy: String,
    },
    /// The address of a link or image was taken out here.
    LinkRemoved {
        /// Its host, as far as it could be read; at most 64 characters.
        host: String,
    },
    /// A rule forbids what comes next. No more text follows.
    Blocked {
        /// The rule, e.g. `word/rivals`.
        policy: String,
    },
    /// What a guard found in all of the stream. Comes once from each guard, also when the stream was cut or blocked.
    Verdict(Verdict),
}

/// Why no more text comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The answer is complete.
    Complete,
    /// The stream broke, or was cancelled.
    Cut,
    /// A rule forbids the rest.
    Blocked,
}

/// A place in what the client saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// In bytes of UTF-8.
    pub bytes: u64,
    /// In characters (Unicode scalar values), as Python counts and OpenAI's annotations do.
    pub chars: u64,
}

impl Position {
    /// The place behind `text`.
    pub fn behind(self, text: &str) -> Self {
        Self { bytes: self.bytes + text.len() as u64, chars: self.chars + text.chars().count() as u64 }
    }
}

/// A transformation of a stream of text. It decides by the text alone, never by how the text was cut into deltas.
pub trait Operator: Send {
    /// Takes the next words; what can be released is appended to `out`.
    fn push(&mut self, text: &str, out: &mut Vec<Piece>);

    /// Takes a mark of an operator before this one. It leaves at the place in the text where it came in.
    fn mark(&mut self, mark: Mark, out: &mut Vec<Piece>);

    /// No more text comes: releases what was held, as far as it may go out. Called once.
    fn end(&mut self, ending: Ending, out: &mut Vec<Piece>);

    /// Bytes that are held. Never more than [`Operator::most_held`].
    fn held(&self) -> usize;

    /// The bound of [`Operator::held`].
    fn most_held(&self) -> usize;
}

/// Appends words, joined to those that stand last.
pub(super) fn append_text(text: &str, out: &mut Vec<Piece>) {
    if text.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        _ => out.push(Piece::Text(text.to_owned())),
    }
}
