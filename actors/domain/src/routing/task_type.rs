//! What kind of task a prompt is, guessed from its words and lines where the caller does not say.
//!
//! Thresholds and floors are set per task type, so a type must be the same tomorrow: rules over cue words, not a model. It is
//! one pass over the window of the prompt that the features look at.

use crate::routing::features::fold::window;
use serde::{Deserialize, Serialize};

/// Kinds that differ in what they cost and in how often a cheap target fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskType {
    /// One of the given options is to be named.
    Choice,
    /// A number is to be worked out.
    Math,
    /// Code is to be written, read or repaired.
    Code,
    /// A text is to be put into another language.
    Translation,
    /// A text is to be made shorter.
    Summary,
    /// Everything else.
    Open,
}

impl TaskType {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Choice, Self::Math, Self::Code, Self::Translation, Self::Summary, Self::Open];

    /// As configuration and records write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Choice => "choice",
            Self::Math => "math",
            Self::Code => "code",
            Self::Translation => "translation",
            Self::Summary => "summary",
            Self::Open => "open",
        }
    }

    /// The kind that most speaks for.
    pub fn guess(prompt: &str) -> Self {
        let (head, tail) = window(prompt);
        let mut cues = Cues::default();
        cues.read_lines(head);
        cues.read_lines(tail);
        // Options decide whatever the words are, and lines are read much faster than words.
        if cues.options < 3 {
            cues.read_words(head);
            cues.read_words(tail);
        }
        cues.verdict()
    }
}

/// What was met so far.
#[derive(Debug, Default)]
struct Cues {
    options: u32,
    fences: u32,
    code: u32,
    math: u32,
    numbers: u32,
    translation: u32,
    summary: u32,
    words: u32,
}

impl Cues {
    fn read_lines(&mut self, text: &str) {
        for line in text.split('\n') {
            let line = line.trim_start().as_bytes();
            match line {
                [b'(', b'A'..=b'J', b')', ..] | [b'A'..=b'J', b'.' | b')' | b':', b' ', ..] => self.options += 1,
                [b'`', b'`', b'`', ..] => self.fences += 1,
                [.., b'{' | b'}' | b';'] => self.code += 1,
                _ => {}
            }
        }
    }

    fn read_words(&mut self, text: &str) {
        let mut after_how = false;
        for word in text.as_bytes().split(|byte| !byte.is_ascii_alphanumeric()) {
            if word.is_empty() {
                continue;
            }
            let mut lower = [0; 12];
            let Some(lower) = lower.get_mut(..word.len()) else { continue };
            lower.copy_from_slice(word);
            lower.make_ascii_lowercase();
            self.see(lower, after_how);
            after_how = lower == b"how";
        }
    }

    fn see(&mut self, word: &[u8], after_how: bool) {
        // A verb of instruction counts where instructions stand: at the beginning.
        let early = self.words < 40;
        self.words += 1;
        match word {
            [b'0'..=b'9', ..] => self.numbers += 1,
            b"many" | b"much" if after_how => self.math += 2,
            b"calculate" | b"compute" | b"solve" | b"sum" | b"total" | b"percent" | b"equation" | b"integer"
            | b"frac" | b"sqrt" | b"boxed" => self.math += 1,
            b"code" | b"python" | b"javascript" | b"java" | b"rust" | b"sql" | b"html" | b"function" | b"def"
            | b"class" | b"import" | b"algorithm" | b"stdin" | b"compile" | b"bug" | b"api" => self.code += 1,
            b"translate" | b"translation" if early => self.translation += 2,
            b"summarize" | b"summarise" | b"summary" | b"tldr" | b"shorten" if early => self.summary += 2,
            _ => {}
        }
    }

    fn verdict(&self) -> TaskType {
        if self.options >= 3 {
            TaskType::Choice
        } else if self.translation > 0 {
            TaskType::Translation
        } else if self.fences > 0 || self.code >= 3 {
            TaskType::Code
        } else if self.summary > 0 {
            TaskType::Summary
        } else if self.math >= 2 || self.math == 1 && self.numbers >= 2 {
            TaskType::Math
        } else {
            TaskType::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_cues() {
        for (prompt, kind) in [
            ("Which is a noble gas?\nA. Iron\nB. Neon\nC. Oxygen\nD. Zinc\nAnswer:", TaskType::Choice),
            ("Pick one:\n (A) red\n (B) green\n (C) blue", TaskType::Choice),
            ("Sara has 3 apples and buys 5 more. How many apples does she have?", TaskType::Math),
            ("Solve 3x + 4 = 10.", TaskType::Math),
            ("Fix this:\n```\nfn main() {}\n```", TaskType::Code),
            ("Write a Python function with that class of algorithm.", TaskType::Code),
            ("Translate to German: how many are you?", TaskType::Translation),
            ("Summarize the following article.", TaskType::Summary),
            ("Why is the sky blue?", TaskType::Open),
            ("", TaskType::Open),
            ("\u{202E}\u{0}\u{FFFF}A.\nB.\nC.", TaskType::Open),
        ] {
            assert_eq!(TaskType::guess(prompt), kind, "{prompt:?}");
        }
    }

    #[test]
    fn names_are_those_of_the_configuration() {
        for kind in TaskType::ALL {
            assert_eq!(serde_json::to_value(kind).ok(), Some(serde_json::Value::from(kind.name())));
        }
    }

    #[test]
    fn an_enormous_prompt_is_judged_by_its_ends() {
        let long = format!("Translate this to French: {}", "word ".repeat(2_000_000));
        assert_eq!(TaskType::guess(&long), TaskType::Translation);
    }
}
