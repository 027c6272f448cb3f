//! In which units an answer is let go.

use serde::{Deserialize, Serialize};

use super::{Markdown, Operator, Sentences};

/// Bytes of a sentence that are held; a longer one goes out in parts.
const LONGEST_SENTENCE: usize = 2_048;

/// In which units the text of an answer is let go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flush {
    /// As it comes.
    #[default]
    Token,
    /// As it comes, but no marker, link or entity of Markdown in parts: for readers that render while they read.
    Markdown,
    /// Sentence by sentence: for readers that speak or translate.
    Sentence,
}

impl Flush {
    /// Its name in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Markdown => "markdown",
            Self::Sentence => "sentence",
        }
    }

    /// By its name.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Token, Self::Markdown, Self::Sentence].into_iter().find(|flush| flush.name() == name)
    }

    /// What holds text until its unit is complete; `None`: nothing does.
    pub fn operator(self) -> Option<Box<dyn Operator>> {
        match self {
            Self::Token => None,
            Self::Markdown => Some(Box::new(Markdown::new())),
            Self::Sentence => Some(Box::new(Sentences::new(LONGEST_SENTENCE))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_has_the_name_that_configurations_have() {
        for flush in [Flush::Token, Flush::Markdown, Flush::Sentence] {
            assert_eq!(Flush::of(flush.name()), Some(flush));
            assert_eq!(serde_json::to_value(flush).unwrap(), flush.name());
        }
        assert_eq!(Flush::of("word"), None);
    }
}
