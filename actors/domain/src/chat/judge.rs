//! How a stream stands. A broken answer is never taken for a complete one, and an end is never made up.

use super::{
    piece::{Counted, Heard, Piece},
    whole::Whole,
};

/// What a stream came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every answer said why it ended.
    Complete,
    /// It ended, or the connection did, before that.
    Cut,
    /// It ended well without having said anything.
    Empty,
    /// The server said so.
    Failed {
        /// Its own word.
        code: String,
        /// HTTP status, if it told one.
        status: Option<u16>,
    },
    /// It sent what is no part of an answer.
    Garbled,
}

impl Outcome {
    /// Stable code, for records and errors.
    pub fn code(&self) -> &str {
        match self {
            Self::Complete => "done",
            Self::Cut => "answer_cut",
            Self::Empty => "answer_empty",
            Self::Failed { .. } => "answer_failed",
            Self::Garbled => "answer_garbled",
        }
    }
}

/// Listens to a stream.
#[derive(Debug, Clone, Default)]
pub struct Judge {
    whole: Whole,
    usage: Option<Counted>,
    begun: bool,
    done: bool,
    /// Answers that were asked for; one is never asked for less.
    wanted: usize,
}

impl Judge {
    /// Goes on from what an earlier call said. `wanted`: answers that were asked for.
    pub fn after(whole: Whole, wanted: usize) -> Self {
        Self { whole, wanted, ..Self::default() }
    }

    /// All that was asked for was said: whatever happens to the connection now, nothing of it is missing.
    pub fn is_whole(&self) -> bool {
        self.whole.is_finished() && self.whole.len() >= self.wanted
    }

    /// Hears an event; `Some` when nothing good can follow.
    pub fn hear(&mut self, heard: &Heard) -> Option<Outcome> {
        match heard {
            Heard::Piece(piece) => {
                self.piece(piece);
                None
            }
            Heard::Done => {
                self.done = true;
                Some(self.end())
            }
            Heard::Failed { code, status } => Some(Outcome::Failed { code: code.clone(), status: *status }),
            Heard::Garbled => Some(Outcome::Garbled),
        }
    }

    fn piece(&mut self, piece: &Piece) {
        self.begun |= piece.has_content();
        piece.parts.iter().for_each(|part| self.whole.add(part));
        self.usage = piece.usage.or(self.usage);
    }

    /// The stream is over.
    pub fn end(&self) -> Outcome {
        match (self.is_whole(), self.begun) {
            // A model may have nothing to say, and say so.
            (true, _) => Outcome::Complete,
            (false, true) => Outcome::Cut,
            (false, false) if self.done => Outcome::Empty,
            (false, false) => Outcome::Cut,
        }
    }

    /// A reader has seen something.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// The answers so far.
    pub fn whole(&self) -> &Whole {
        &self.whole
    }

    /// What it cost, as far as the server said.
    pub fn usage(&self) -> Option<Counted> {
        self.usage
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::piece::hear;

    const TEXT: &str = r#"{"choices":[{"index":0,"delta":{"content":"x"}}]}"#;
    const STOP: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    const ROLE: &str = r#"{"choices":[{"index":0,"delta":{"role":"assistant"}}]}"#;
    const ERROR: &str = r#"{"error":{"type":"server_error"}}"#;

    #[test]
    fn only_what_said_why_it_ended_is_complete() {
        for (events, expected) in [
            (vec![TEXT, STOP, "[DONE]"], "done"),
            (vec![TEXT, STOP], "done"),
            (vec![STOP, "[DONE]"], "done"),
            (vec![TEXT, "[DONE]"], "answer_cut"),
            (vec![TEXT], "answer_cut"),
            (vec!["[DONE]"], "answer_empty"),
            (vec![ROLE, "[DONE]"], "answer_empty"),
            (vec![], "answer_cut"),
            (vec![TEXT, ERROR], "answer_failed"),
            (vec!["{"], "answer_garbled"),
        ] {
            let mut judge = Judge::default();
            let outcome = events.iter().find_map(|event| judge.hear(&hear(event.as_bytes())));
            assert_eq!(outcome.unwrap_or_else(|| judge.end()).code(), expected, "{events:?}");
        }
    }

    #[test]
    fn all_answers_that_were_asked_for_have_to_end() {
        const OTHER: &str = r#"{"choices":[{"index":1,"delta":{"content":"y"},"finish_reason":"stop"}]}"#;
        for (events, wanted, is_whole) in [
            (vec![TEXT, STOP], 1, true),
            (vec![TEXT, STOP], 2, false),
            (vec![TEXT, STOP, OTHER], 2, true),
            (vec![TEXT, OTHER], 2, false),
        ] {
            let mut judge = Judge::after(Whole::default(), wanted);
            events.iter().for_each(|event| drop(judge.hear(&hear(event.as_bytes()))));
            assert_eq!(judge.is_whole(), is_whole, "{events:?}");
            assert_eq!(judge.end() == Outcome::Complete, is_whole, "{events:?}");
        }
    }
}
