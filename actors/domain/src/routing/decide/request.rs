//! What is asked, as far as a decision depends on it.

use super::target::Capability;
use std::collections::BTreeSet;

/// One request. Everything that could differ when it is decided again is in here: there is no clock and no dice.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The text that the features are made of: usually the last message of the user.
    pub prompt: &'a str,
    /// Tokens of everything that is sent, counted or estimated.
    pub input_tokens: u64,
    /// Tokens that the answer may have, when the caller says.
    pub max_output_tokens: Option<u64>,
    /// What the target must be able to do.
    pub needs: &'a BTreeSet<Capability>,
    /// Whose request it is.
    pub tenant: Option<&'a str>,
    /// Words that the caller gave along.
    pub tags: &'a BTreeSet<String>,
    /// What kind of task it is, when the caller says; otherwise it is guessed from the prompt.
    pub task_type: Option<&'a str>,
    /// Targets that the caller's key may use; all when it does not say.
    pub allowed: Option<&'a BTreeSet<String>>,
    /// Most milliseconds to the first token; the policy may be stricter.
    pub most_first_token_ms: Option<u64>,
    /// Most dollars that the call is expected to cost; the policy may be stricter.
    pub most_cost: Option<f64>,
    /// Dollars that are left of the budget; the call must fit at its worst, and so must its whole chain.
    pub budget_left: Option<f64>,
    /// Tokens of the answer that a budget holds back; when it does not say, as many as the answer may have.
    pub reserved_output_tokens: Option<u64>,
    /// What the split between policies goes by: the same key meets the same policy.
    pub split_key: &'a str,
    /// 64 random bits, drawn by the caller and recorded: the exploration.
    pub draw: u64,
}

impl<'a> Request<'a> {
    /// A request that needs nothing but an answer.
    pub fn plain(prompt: &'a str, input_tokens: u64, draw: u64) -> Self {
        static NO_NEEDS: BTreeSet<Capability> = BTreeSet::new();
        static NO_TAGS: BTreeSet<String> = BTreeSet::new();
        Self {
            prompt,
            input_tokens,
            max_output_tokens: None,
            needs: &NO_NEEDS,
            tenant: None,
            tags: &NO_TAGS,
            task_type: None,
            allowed: None,
            most_first_token_ms: None,
            most_cost: None,
            budget_left: None,
            reserved_output_tokens: None,
            split_key: "",
            draw,
        }
    }
}
