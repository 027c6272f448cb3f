//! When nothing is left: one error that names the number to change, or every target's own reason.

use super::exclusion::{Exclusion, grouped, names};
use super::target::Capability;
use serde::{Deserialize, Serialize};

/// Why no target can take a request.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// No target has the context.
    #[error(
        "the prompt has {} tokens and {} must fit; the largest context is {} ({target:?}): shorten the prompt or the answer",
        grouped(*input_tokens),
        grouped(*needed),
        grouped(*largest)
    )]
    ContextTooLong {
        /// Tokens of the input.
        input_tokens: u64,
        /// Tokens that must fit.
        needed: u64,
        /// Largest context.
        largest: u64,
        /// Whose it is.
        target: String,
    },
    /// No target writes that much.
    #[error("{} tokens are asked for; the most any target writes is {}: ask for fewer", grouped(*asked), grouped(*most))]
    OutputTooLong {
        /// Tokens asked for.
        asked: u64,
        /// Most tokens.
        most: u64,
    },
    /// No target can do what is needed.
    #[error("no target of policy {policy:?} has {}: use another policy or configure such a target", names(missing))]
    NoCapability {
        /// Name of the policy.
        policy: String,
        /// What the best suited target lacks.
        missing: Vec<Capability>,
    },
    /// The caller may use none of the targets.
    #[error("the key allows none of the targets of policy {policy:?}: ask for one of them to be allowed")]
    NotAllowed {
        /// Name of the policy.
        policy: String,
    },
    /// Every target is too slow.
    #[error("the fastest target takes {fastest_ms} ms to its first token, allowed are {most_ms} ms: allow more")]
    TooSlow {
        /// Milliseconds of the fastest.
        fastest_ms: u64,
        /// Milliseconds allowed.
        most_ms: u64,
    },
    /// Every target is too dear.
    #[error("the cheapest target is expected to cost ${cheapest:.6}, allowed are ${most:.6}: allow more")]
    TooDear {
        /// Dollars of the cheapest.
        cheapest: f64,
        /// Dollars allowed.
        most: f64,
    },
    /// The budget covers no target.
    #[error(
        "the cheapest target costs up to ${cheapest:.6}, left of the budget are ${left:.6}: ask for a shorter answer or wait for the next budget"
    )]
    OverBudget {
        /// Dollars at worst of the cheapest.
        cheapest: f64,
        /// Dollars left.
        left: f64,
    },
    /// Each target has a reason of its own.
    #[error("no target of policy {policy:?} is left: {}", listed(targets))]
    NothingLeft {
        /// Name of the policy.
        policy: String,
        /// Target and reason, in the order of the configuration.
        targets: Vec<(String, Exclusion)>,
    },
}

impl Refusal {
    /// Stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ContextTooLong { .. } => "router_context_too_long",
            Self::OutputTooLong { .. } => "router_output_too_long",
            Self::NoCapability { .. } => "router_no_capability",
            Self::NotAllowed { .. } => "router_not_allowed",
            Self::TooSlow { .. } => "router_too_slow",
            Self::TooDear { .. } => "router_too_dear",
            Self::OverBudget { .. } => "router_over_budget",
            Self::NothingLeft { .. } => "router_nothing_left",
        }
    }

    /// Whether the same request may be served later as it is.
    pub fn may_pass_later(&self) -> bool {
        match self {
            Self::TooSlow { .. } | Self::OverBudget { .. } => true,
            Self::NothingLeft { targets, .. } => targets
                .iter()
                .any(|(_, reason)| matches!(reason, Exclusion::TooSlow { .. } | Exclusion::OverBudget { .. })),
            _ => false,
        }
    }

    /// Whether more money would help.
    pub fn is_of_budget(&self) -> bool {
        match self {
            Self::OverBudget { .. } => true,
            Self::NothingLeft { targets, .. } => {
                targets.iter().any(|(_, reason)| matches!(reason, Exclusion::OverBudget { .. }))
            }
            _ => false,
        }
    }

    /// From the reasons of all targets: the common one if there is one. Dominated targets do not count where others failed.
    pub(super) fn of(policy: &str, excluded: Vec<(String, Exclusion)>) -> Self {
        let mut decisive = excluded.iter().filter(|(_, reason)| !matches!(reason, Exclusion::Dominated { .. }));
        let Some((first_name, first)) = decisive.next() else {
            return Self::NothingLeft { policy: policy.to_owned(), targets: excluded };
        };
        let mut common = Self::alone(policy, first_name, first);
        for (name, reason) in decisive {
            common = common.and_then(|common| common.join(Self::alone(policy, name, reason)?));
        }
        common.unwrap_or_else(|| Self::NothingLeft { policy: policy.to_owned(), targets: excluded })
    }

    /// If this were the only target.
    fn alone(policy: &str, name: &str, reason: &Exclusion) -> Option<Self> {
        Some(match reason.clone() {
            Exclusion::ContextTooShort { input_tokens, needed, context } => {
                Self::ContextTooLong { input_tokens, needed, largest: context, target: name.to_owned() }
            }
            Exclusion::OutputTooShort { asked, most } => Self::OutputTooLong { asked, most },
            Exclusion::LacksCapability { missing } => Self::NoCapability { policy: policy.to_owned(), missing },
            Exclusion::NotAllowed => Self::NotAllowed { policy: policy.to_owned() },
            Exclusion::TooSlow { first_token_ms, most_ms } => Self::TooSlow { fastest_ms: first_token_ms, most_ms },
            Exclusion::TooDear { cost, most } => Self::TooDear { cheapest: cost, most },
            Exclusion::OverBudget { worst_cost, left } => Self::OverBudget { cheapest: worst_cost, left },
            // Where all that could be asked rest they are asked, so that a rest alone refuses nothing.
            Exclusion::OtherTenants
            | Exclusion::Rule { .. }
            | Exclusion::Dominated { .. }
            | Exclusion::BreakerOpen
            | Exclusion::Unpriced => return None,
        })
    }

    /// What two refusals have in common: the number that is nearest to what was asked.
    fn join(self, other: Self) -> Option<Self> {
        use Refusal::{ContextTooLong, NoCapability, NotAllowed, OutputTooLong, OverBudget, TooDear, TooSlow};
        let other_is_nearer = match (&self, &other) {
            (ContextTooLong { largest, .. }, ContextTooLong { largest: other, .. }) => other > largest,
            (OutputTooLong { most, .. }, OutputTooLong { most: other, .. }) => other > most,
            (NoCapability { missing, .. }, NoCapability { missing: other, .. }) => other.len() < missing.len(),
            (TooSlow { fastest_ms, .. }, TooSlow { fastest_ms: other, .. }) => other < fastest_ms,
            (TooDear { cheapest, .. }, TooDear { cheapest: other, .. }) => other < cheapest,
            (OverBudget { cheapest, .. }, OverBudget { cheapest: other, .. }) => other < cheapest,
            (NotAllowed { .. }, NotAllowed { .. }) => false,
            _ => return None,
        };
        Some(if other_is_nearer { other } else { self })
    }
}

fn listed(targets: &[(String, Exclusion)]) -> String {
    targets.iter().map(|(name, reason)| format!("{name:?}: {reason}")).collect::<Vec<_>>().join("; ")
}
