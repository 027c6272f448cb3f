//! The grounded prompt.
use crate::source::Source;
use serde::{Deserialize, Serialize};

/// What goes in besides sources and question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PromptOptions {
    /// Words that the sources together may take.
    pub source_words: usize,
    /// Instructions of the collection, put after ours.
    pub instructions: Option<String>,
}

impl Default for PromptOptions {
    fn default() -> Self {
        Self { source_words: 2_500, instructions: None }
    }
}

/// A prompt for a chat model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroundedPrompt {
    /// The system message.
    pub system: String,
    /// The user message: numbered sources as data, then the question.
    pub user: String,
    /// How many of the sources fitted; number `n` in the prompt is `sources[n - 1]`.
    pub used: usize,
    /// Whether the last source used was cut to fit.
    pub truncated: bool,
}

/// Builds the prompt; sources are taken in order until the budget is spent.
pub fn assemble(_question: &str, _sources: &[Source], _options: &PromptOptions) -> GroundedPrompt {
    GroundedPrompt { system: String::new(), user: String::new(), used: 0, truncated: false }
}
