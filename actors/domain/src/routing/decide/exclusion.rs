//! Why a target does not get a request, with the numbers.

use super::target::Capability;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a target is out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Exclusion {
    /// Prompt and answer do not fit.
    ContextTooShort {
        /// Tokens of the input.
        input_tokens: u64,
        /// Tokens that must fit: the input, and the answer as long as was asked for.
        needed: u64,
        /// Tokens that fit.
        context: u64,
    },
    /// A longer answer is asked for than it gives.
    OutputTooShort {
        /// Tokens asked for.
        asked: u64,
        /// Tokens it gives.
        most: u64,
    },
    /// It cannot do what is needed.
    LacksCapability {
        /// What it lacks, in order.
        missing: Vec<Capability>,
    },
    /// It is not for this tenant.
    OtherTenants,
    /// A rule of the policy took it out.
    Rule {
        /// Name of the rule.
        rule: String,
    },
    /// Another target is cheaper and better.
    Dominated {
        /// The other.
        by: String,
        /// Recorded mean quality of this one.
        quality: f64,
        /// Recorded mean quality of the other.
        by_quality: f64,
        /// Recorded mean dollars of this one.
        cost: f64,
        /// Recorded mean dollars of the other.
        by_cost: f64,
    },
    /// The caller's key does not allow it.
    NotAllowed,
    /// Its breaker is open.
    BreakerOpen,
    /// Its first token takes too long.
    TooSlow {
        /// Milliseconds it usually takes.
        first_token_ms: u64,
        /// Milliseconds it may take.
        most_ms: u64,
    },
    /// The call is expected to cost too much.
    TooDear {
        /// Expected dollars.
        cost: f64,
        /// Most dollars.
        most: f64,
    },
    /// It has no price, and a budget pays.
    Unpriced,
    /// What is left of the budget does not cover the call at its worst.
    OverBudget {
        /// Dollars at worst.
        worst_cost: f64,
        /// Dollars that are left.
        left: f64,
    },
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ContextTooShort { needed, context, .. } => {
                write!(f, "{} tokens are needed and its context is {}", grouped(*needed), grouped(*context))
            }
            Self::OutputTooShort { asked, most } => {
                write!(f, "{} tokens are asked for and it writes at most {}", grouped(*asked), grouped(*most))
            }
            Self::LacksCapability { missing } => write!(f, "it lacks {}", names(missing)),
            Self::OtherTenants => f.write_str("it is not for this tenant"),
            Self::Unpriced => f.write_str("it has no price, and a budget pays"),
            Self::Rule { rule } => write!(f, "rule {rule:?}"),
            Self::Dominated { by, .. } => write!(f, "{by:?} is cheaper and better"),
            Self::NotAllowed => f.write_str("the key does not allow it"),
            Self::BreakerOpen => f.write_str("its breaker is open"),
            Self::TooSlow { first_token_ms, most_ms } => {
                write!(f, "its first token takes {first_token_ms} ms, allowed are {most_ms} ms")
            }
            Self::TooDear { cost, most } => write!(f, "it is expected to cost ${cost:.6}, allowed are ${most:.6}"),
            Self::OverBudget { worst_cost, left } => write!(f, "it costs up to ${worst_cost:.6}, left are ${left:.6}"),
        }
    }
}

pub(super) fn names(capabilities: &[Capability]) -> String {
    capabilities.iter().map(|capability| capability.name()).collect::<Vec<_>>().join(", ")
}

/// A number for people: `300,000`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
