//! The decision: which target gets a request, who stands behind it, and why.
//!
//! ```text
//!   targets of the policy
//!     │ rules         context, capabilities, tenant, rules of the policy            the order in which a target is asked
//!     │ pruning       dominated: another one is cheaper and better                  for a reason to be out; the first
//!     │ constraints   allowed, first token, price ceiling, budget, breaker          reason is the one that is shown
//!     ▼
//!   usable ─► learned quality and cost ─► worth = quality - threshold x cost ─► those above the floor, by worth
//!                                                                        └─► then those below it, by quality
//!     first of the chain: the one worth most, or, for 1 to 5 % of the requests, any above the floor with equal chance
//! ```
//!
//! The floor is relative to the best *usable* target: when the best one is down, the second best is good enough. Every target
//! appears in the decision, with its numbers, its probability (they sum to one) and its place or the reason it has none. Where
//! only breakers stand in the way they stand in nobody's way: a rest must not leave a request without an answer.

mod choose;
mod decision;
mod exclusion;
mod policy;
mod record;
mod refusal;
mod request;
mod rule;
mod split;
mod target;
mod usable;

pub use choose::decide;
pub use decision::{Basis, Considered, Decision, Place};
pub use exclusion::Exclusion;
pub use policy::{MAX_EXPLORATION, Policy, PolicyConfig, PolicyError, Prune, TaskPolicy};
pub use record::{Record, Records};
pub use refusal::Refusal;
pub use request::Request;
pub use rule::{PATTERN_BYTES, RuleConfig, Then, When};
pub use split::{Arm, RouteError, Routed, Shadow, Split, SplitError, route};
pub use target::{Breaker, Capability, Health, Price, Target};

use crate::routing::model::Model;
use std::collections::BTreeMap;

/// What is known when a decision is made. All of it may be missing: then the order of the configuration decides.
#[derive(Debug, Clone, Copy)]
pub struct Knowledge<'a> {
    /// Expects quality and tokens per prompt.
    pub model: Option<&'a Model>,
    /// What targets have shown so far.
    pub records: &'a Records,
    /// Target → how it is just now; a target that is missing here is well.
    pub health: &'a BTreeMap<String, Health>,
}

#[cfg(test)]
mod tests;
