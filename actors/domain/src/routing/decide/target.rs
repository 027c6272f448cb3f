//! What can be called: given by configuration, and how it is just now.

use super::request::Request;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a request needs and a target may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Calls tools.
    Tools,
    /// Sees images.
    Vision,
    /// Answers by a JSON schema.
    JsonSchema,
}

impl Capability {
    /// As configuration writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Vision => "vision",
            Self::JsonSchema => "json_schema",
        }
    }
}

/// Dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Of what goes in.
    pub input_per_million: f64,
    /// Of what comes out.
    pub output_per_million: f64,
}

impl Price {
    /// Dollars for a call.
    pub fn of(&self, input_tokens: f64, output_tokens: f64) -> f64 {
        (self.input_per_million * input_tokens + self.output_per_million * output_tokens) / 1e6
    }
}

/// A target of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Unique.
    pub name: String,
    /// Tokens that a prompt and its answer may have together.
    pub context_tokens: u64,
    /// Tokens that an answer may have.
    pub max_output_tokens: u64,
    /// What it can do besides text.
    #[serde(default)]
    pub capabilities: BTreeSet<Capability>,
    /// List price.
    pub price: Price,
    /// Who may use it; everyone when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenants: Option<BTreeSet<String>>,
    /// Tokens that it reads besides a request: documents that it looks up.
    #[serde(default)]
    pub reads_besides: u64,
    /// Its price is not known: `price` stands for dear, and no budget pays for its calls.
    #[serde(default)]
    pub is_unpriced: bool,
}

impl Target {
    /// Dollars if the answer is as long as it may be: what a budget must hold before the call.
    pub fn worst_cost(&self, request: &Request) -> f64 {
        let left = self.context_tokens.saturating_sub(request.input_tokens).min(self.max_output_tokens);
        let longest = request.max_output_tokens.map_or(left, |asked| asked.min(left));
        let written = request.reserved_output_tokens.unwrap_or(longest);
        self.price.of(request.input_tokens.saturating_add(self.reads_besides) as f64, written as f64)
    }
}

/// State of the breaker that guards a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breaker {
    /// Calls pass.
    #[default]
    Closed,
    /// It may be tried after a rest, and nobody does so just now: the target counts as usable.
    HalfOpen,
    /// It rests, or another request tries it after a rest: it is asked only where nobody else is left.
    Open,
}

/// How a target is just now, by what its calls have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Health {
    /// Its breaker.
    pub breaker: Breaker,
    /// Milliseconds to the first token, smoothed; unknown for a target that was not called lately.
    pub first_token_ms: Option<u64>,
}
