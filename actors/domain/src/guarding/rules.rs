//! The rules as an operator writes them.

use super::{Action, Pii, Secret};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a guard looks for. A rule that is not written is off; [`GuardRules::default`] is what we advise.
///
/// ```json
/// {"pii": {"EMAIL": "redact"}, "secrets": {"PRIVATE_KEY": "block"},
///  "words": [{"name": "rivals", "terms": ["Acme Cloud"], "action": "block"}],
///  "topics": [{"name": "investments", "groups": [["buy", "sell"], ["stock", "shares"]], "action": "block"}],
///  "injection": {"threshold": 1.0, "action": "block"}}
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardRules {
    /// Personal data.
    #[serde(default)]
    pub pii: BTreeMap<Pii, Action>,
    /// Credentials.
    #[serde(default)]
    pub secrets: BTreeMap<Secret, Action>,
    /// Terms that must not be said.
    #[serde(default)]
    pub words: Vec<TermList>,
    /// Subjects that must not be spoken of.
    #[serde(default)]
    pub topics: Vec<Topic>,
    /// Orders to the model.
    #[serde(default)]
    pub injection: Option<InjectionRules>,
}

impl Default for GuardRules {
    fn default() -> Self {
        let pii = Pii::ALL.iter().filter(|kind| **kind != Pii::IpAddress).map(|kind| (*kind, Action::Redact)).collect();
        let secrets = Secret::ALL.iter().map(|kind| (*kind, Action::Redact)).collect();
        Self { pii, secrets, words: Vec::new(), topics: Vec::new(), injection: Some(InjectionRules::default()) }
    }
}

impl GuardRules {
    /// No rule at all.
    pub fn none() -> Self {
        Self { pii: BTreeMap::new(), secrets: BTreeMap::new(), words: Vec::new(), topics: Vec::new(), injection: None }
    }
}

/// Terms that must not be said. Case, accents, look-alikes, invisible characters, digits in place of letters and Markdown's
/// emphasis make no difference; a term is found as a whole word only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermList {
    /// What verdicts call it, e.g. `rivals` in `word/rivals`.
    pub name: String,
    /// Words or phrases.
    pub terms: Vec<String>,
    /// What follows.
    #[serde(default = "block")]
    pub action: Action,
}

/// A subject that must not be spoken of: it is when a term of each group stands in one sentence, at most
/// [`Topic::DISTANCE`] characters from the first to the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// What verdicts call it, e.g. `investments` in `topic/investments`.
    pub name: String,
    /// Groups of terms, at most 8. One group alone is a list of words.
    pub groups: Vec<Vec<String>>,
    /// What follows.
    #[serde(default = "block")]
    pub action: Action,
}

impl Topic {
    /// Characters from the first term to the end of the last.
    pub const DISTANCE: usize = 240;
    /// Most groups.
    pub const MOST_GROUPS: usize = 8;
}

/// When a text counts as an order to the model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InjectionRules {
    /// Score from which on it does. The features are weighed so that 1 is a clear case.
    #[serde(default = "threshold")]
    pub threshold: f32,
    /// What follows. Redacting takes out the words that made the score, not the whole order.
    #[serde(default = "block")]
    pub action: Action,
}

impl Default for InjectionRules {
    fn default() -> Self {
        Self { threshold: threshold(), action: block() }
    }
}

fn block() -> Action {
    Action::Block
}

fn threshold() -> f32 {
    1.0
}

/// Why rules cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A term without a letter or digit would be found nowhere, or everywhere.
    #[error("`{list}` has a term without a letter or digit: {term:?}")]
    EmptyTerm {
        /// Name of the list or topic.
        list: String,
        /// As written.
        term: String,
    },
    /// A term is longer than a stream's window can promise to see.
    #[error("`{list}` has a term of more than {most} characters or {most_words} words: {term:?}")]
    LongTerm {
        /// Name of the list or topic.
        list: String,
        /// As written.
        term: String,
        /// The limit in characters.
        most: usize,
        /// The limit in words.
        most_words: usize,
    },
    /// Text is judged sentence by sentence, so such a term would never be found.
    #[error("`{list}` has a term with the end of a sentence inside: {term:?}; write two terms")]
    TwoSentences {
        /// Name of the list or topic.
        list: String,
        /// As written.
        term: String,
    },
    /// Too many groups, or none.
    #[error("topic `{topic}` has {groups} groups; 1 to {most} are possible, none of them empty")]
    Groups {
        /// Name of the topic.
        topic: String,
        /// How many it has.
        groups: usize,
        /// The limit.
        most: usize,
    },
    /// All terms together are too many.
    #[error("the terms are too many to search for: {0}")]
    TooMany(String),
    /// The threshold is no positive number, so everything or nothing would be an injection.
    #[error("the threshold of `injection` must be a positive number, not {0}")]
    Threshold(String),
}
