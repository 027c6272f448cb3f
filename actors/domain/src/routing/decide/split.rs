//! Two policies side by side: an A/B split by a stable hash, and a shadow that is only recorded.

use super::decision::Decision;
use super::policy::Policy;
use super::refusal::Refusal;
use super::request::Request;
use super::{Knowledge, choose};
use crate::routing::random::fraction;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One side of a split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Name of the policy.
    pub policy: String,
    /// Share of the keys, 0 to 1.
    pub share: f64,
}

/// Which policy a key meets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Part of the hash: another name shuffles the keys anew.
    pub name: String,
    /// Shares sum to one.
    pub arms: Vec<Arm>,
    /// A policy that decides as well, on everything, and is never obeyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<String>,
}

/// A mistake in a split.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SplitError {
    /// No arms, or shares that are no shares.
    #[error("split {split:?}: the shares of its arms sum to {sum}: give shares, 0 to 1, that sum to 1")]
    Shares {
        /// Name of the split.
        split: String,
        /// What they sum to.
        sum: f64,
    },
    /// A policy that is not there.
    #[error("split {split:?} names policy {policy:?}, which is not configured: name one of {}", known.join(", "))]
    UnknownPolicy {
        /// Name of the split.
        split: String,
        /// Name of the policy.
        policy: String,
        /// Those there are.
        known: Vec<String>,
    },
}

impl SplitError {
    /// Stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shares { .. } => "router_split_shares",
            Self::UnknownPolicy { .. } => "router_split_policy",
        }
    }
}

/// Why [`route`] gave no decision.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RouteError {
    /// The split is not usable.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// No target can take the request.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// What the shadow would have done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shadow {
    /// It would have decided so.
    Decided(Box<Decision>),
    /// It would have refused.
    Refused(Refusal),
}

/// A decision within a split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Routed {
    /// Name of the split.
    pub split: String,
    /// Share of the arm that the key met; its policy is in the decision.
    pub share: f64,
    /// What is done.
    pub decision: Decision,
    /// What is only recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
}

impl Split {
    /// Whether the shares are sound and the policies exist; asked once, when configuration is read.
    pub fn check(&self, policies: &BTreeMap<String, Policy>) -> Result<(), SplitError> {
        let sum: f64 = self.arms.iter().map(|arm| arm.share).sum();
        let sound = self.arms.iter().all(|arm| (0.0..=1.0).contains(&arm.share));
        if !sound || (sum - 1.0).abs() > 1e-6 {
            return Err(SplitError::Shares { split: self.name.clone(), sum });
        }
        let mut named = self.arms.iter().map(|arm| &arm.policy).chain(&self.shadow);
        named.try_for_each(|name| self.policy(policies, name).map(|_| ()))
    }

    /// The arm that `key` meets: the same today, tomorrow and on every machine. `None` without arms.
    pub fn arm(&self, key: &str) -> Option<&Arm> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(self.name.len() as u64).to_le_bytes()).update(self.name.as_bytes()).update(key.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        let place = fraction(u64::from_le_bytes(first));
        let mut end = 0.0;
        let met = self.arms.iter().find(|arm| {
            end += arm.share;
            place < end
        });
        // Shares that sum to a little less than one leave a sliver to the last arm that has any.
        met.or_else(|| self.arms.iter().rev().find(|arm| arm.share > 0.0))
    }

    fn policy<'a>(&self, policies: &'a BTreeMap<String, Policy>, name: &str) -> Result<&'a Policy, SplitError> {
        policies.get(name).ok_or_else(|| SplitError::UnknownPolicy {
            split: self.name.clone(),
            policy: name.to_owned(),
            known: policies.keys().cloned().collect(),
        })
    }
}

/// Decides with the policy that the request's key meets, and beside it with the shadow. Each policy may know something else,
/// such as a newer model.
pub fn route<'a>(
    split: &Split,
    policies: &BTreeMap<String, Policy>,
    knowledge: impl Fn(&Policy) -> Knowledge<'a>,
    request: &Request,
) -> Result<Routed, RouteError> {
    let no_arms = || SplitError::Shares { split: split.name.clone(), sum: 0.0 };
    let arm = split.arm(request.split_key).ok_or_else(no_arms)?;
    let decide = |policy: &Policy| choose::decide(policy, &knowledge(policy), request);
    let shadow = match &split.shadow {
        Some(name) => Some(match decide(split.policy(policies, name)?) {
            Ok(decision) => Shadow::Decided(Box::new(decision)),
            Err(refusal) => Shadow::Refused(refusal),
        }),
        None => None,
    };
    let decision = decide(split.policy(policies, &arm.policy)?)?;
    Ok(Routed { split: split.name.clone(), share: arm.share, decision, shadow })
}
