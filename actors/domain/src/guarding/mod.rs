//! The local guard: what in a text breaks a rule, and what of the text may pass.
//!
//! | rule | finds | default action |
//! |---|---|---|
//! | [`Pii`] | personal data, by form and checksum | redact |
//! | [`Secret`] | keys, tokens, passwords that are assigned | redact |
//! | words, topics ([`TermList`], [`Topic`]) | terms that must not be said, seen through disguises | block |
//! | [`injection`] | text that gives orders to the model | block, in what people and documents say |
//!
//! A text is inspected sentence by sentence ([`sentence_end`]), so the same rules can judge a stream while it arrives. Whether
//! a finding stands at a place depends on at most [`REACH`] visible characters from there on; that is what lets a stream
//! operator release text with a bounded window and miss nothing. All work is linear in the length of the text.
//!
//! What is not here: names and addresses of people (no form to go by), and any judgement of meaning.

mod confusables;
mod findings;
pub mod grounding;
pub mod injection;
mod inspector;
mod pii;
mod reading;
mod rules;
mod secrets;
pub mod sentence_end;
mod words;

pub use confusables::is_ignorable;
pub use findings::{Finding, Findings, Mask, Tail};
pub use inspector::{Inspector, Origin};
pub use pii::Pii;
pub use rules::{GuardRules, InjectionRules, RuleError, TermList, Topic};
pub use secrets::Secret;

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A finding that starts at a visible character is recognised from this many visible characters, itself included.
pub const REACH: usize = 320;

/// What follows from a finding. Ordered by weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is recorded; the text stays.
    Audit,
    /// A placeholder takes its place.
    Redact,
    /// The text must not pass.
    Block,
}

/// How bad it would be if it got out. Ordered by weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Unpleasant.
    Low,
    /// Somebody must be told.
    Medium,
    /// Somebody can be harmed, or money lost.
    High,
}

/// Which rule a finding broke. `Display` is the name that verdicts and logs use, e.g. `pii/EMAIL`, `word/rivals`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Personal data.
    Pii(Pii),
    /// A credential.
    Secret(Secret),
    /// A term of the list with this name.
    Word(Arc<str>),
    /// The topic with this name.
    Topic(Arc<str>),
    /// Orders to the model; the feature that weighed most.
    Injection(&'static str),
}

impl Rule {
    /// What is written in place of a finding.
    pub fn placeholder(&self) -> String {
        match self {
            Self::Pii(kind) => format!("{{{}}}", kind.name()),
            Self::Secret(kind) => format!("{{{}}}", kind.name()),
            Self::Word(_) | Self::Topic(_) | Self::Injection(_) => "{REMOVED}".to_owned(),
        }
    }

    /// How bad it would be if it got out.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Pii(kind) => kind.severity(),
            Self::Secret(_) => Severity::High,
            Self::Word(_) => Severity::Low,
            Self::Topic(_) => Severity::Medium,
            Self::Injection(_) => Severity::High,
        }
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pii(kind) => write!(f, "pii/{}", kind.name()),
            Self::Secret(kind) => write!(f, "secret/{}", kind.name()),
            Self::Word(list) => write!(f, "word/{list}"),
            Self::Topic(topic) => write!(f, "topic/{topic}"),
            Self::Injection(feature) => write!(f, "injection/{feature}"),
        }
    }
}

#[cfg(test)]
mod tests;
