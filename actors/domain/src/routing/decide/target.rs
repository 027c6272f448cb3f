//! What can be called: given by configuration, and how it is just now.

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
}

impl Target {
    /// Dollars if the answer is as long as it may be: what a budget must hold before the call.
    pub fn worst_cost(&self, input_tokens: u64, max_output_tokens: Option<u64>) -> f64 {
        let left = self.context_tokens.saturating_sub(input_tokens).min(self.max_output_tokens);
        self.price.of(input_tokens as f64, max_output_tokens.map_or(left, |asked| asked.min(left)) as f64)
    }
}

/// State of the breaker that guards a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breaker {
    /// Calls pass.
    #[default]
    Closed,
    /// The breaker itself lets a probe pass now and then, so the target counts as usable.
    HalfOpen,
    /// No calls pass.
    Open,
}

/// How a target is just now, by what its calls have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Health {
    /// Its breaker.
    pub breaker: Breaker,
    /// Milliseconds to the first token, slow but usual (95th percentile); unknown for a target that was not called lately.
    pub first_token_ms: Option<u64>,
}
