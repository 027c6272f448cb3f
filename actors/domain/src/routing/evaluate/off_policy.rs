//! What another policy would have reached on decisions that this one made, from the propensities that were logged.
//!
//! | estimate | how | good when |
//! |---|---|---|
//! | weighted (IPS) | mean of `weight x reward` | everything was explored often |
//! | normalised (SNIPS) | the same over the sum of the weights | propensities are small: less noise, a little bias |
//! | doubly robust | the model's guess, corrected by what was seen | the model or the propensities are right |
//!
//! `weight` is the probability that the other policy takes the logged target over the probability with which it was taken.

use crate::routing::random::Random;
use serde::{Deserialize, Serialize};

use super::report::Interval;

/// One logged decision as the other policy sees it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Logged {
    /// What came of it: quality, or dollars.
    pub reward: f64,
    /// With which probability it was taken, above 0 and at most 1.
    pub propensity: f64,
    /// With which probability the other policy takes the same target.
    pub probability: f64,
    /// What the model expected of the target that was taken.
    pub expected: f64,
    /// What the model expects of the other policy: the mean over its choices.
    pub expected_of_policy: f64,
}

/// What another policy would have reached, with the middle 90 % of resamples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OffPolicy {
    /// Inverse propensity weighting.
    pub weighted: Interval,
    /// Self-normalised.
    pub normalised: Interval,
    /// Doubly robust.
    pub doubly_robust: Interval,
    /// Decisions that the weighted ones are worth; below 100 or so, believe nothing.
    pub effective_decisions: f64,
    /// Largest weight.
    pub largest_weight: f64,
}

/// Why no estimate can be made.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum OffPolicyError {
    /// There are no decisions.
    #[error("no logged decisions: record some with exploration switched on")]
    Nothing,
    /// A probability is impossible.
    #[error("decision {index}: {field} is {value}: {expected}")]
    Probability {
        /// Index of the decision.
        index: usize,
        /// Which number.
        field: &'static str,
        /// What it is.
        value: f64,
        /// What it must be.
        expected: &'static str,
    },
}

impl OffPolicyError {
    /// Stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "router_off_policy_empty",
            Self::Probability { .. } => "router_off_policy_probability",
        }
    }
}

/// Estimates from `logged`; a weight above `most_weight` is cut to it (infinity: none is). The same seed gives the same
/// intervals.
pub fn off_policy(
    logged: &[Logged],
    most_weight: f64,
    resamples: usize,
    seed: u64,
) -> Result<OffPolicy, OffPolicyError> {
    check(logged)?;
    let weights: Vec<f64> = logged.iter().map(|log| (log.probability / log.propensity).min(most_weight)).collect();
    let estimate = |chosen: &mut dyn Iterator<Item = usize>| -> [f64; 3] {
        let (mut count, mut sum, mut rewards, mut robust) = (0.0_f64, 0.0, 0.0, 0.0);
        for index in chosen {
            let (log, weight) = (&logged[index], weights[index]);
            count += 1.0;
            sum += weight;
            rewards += weight * log.reward;
            robust += log.expected_of_policy + weight * (log.reward - log.expected);
        }
        [rewards / count, if sum > 0.0 { rewards / sum } else { 0.0 }, robust / count]
    };
    let values = estimate(&mut (0..logged.len()));
    let mut random = Random::new(seed);
    let resampled: Vec<[f64; 3]> =
        (0..resamples).map(|_| estimate(&mut (0..logged.len()).map(|_| random.below(logged.len())))).collect();
    let interval = |which: usize| {
        let mut sorted: Vec<f64> = resampled.iter().map(|values| values[which]).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |per_cent: usize| sorted.get(sorted.len() * per_cent / 100).copied().unwrap_or(values[which]);
        Interval { value: values[which], low: at(5), high: at(95) }
    };
    let (sum, squares) = weights.iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    Ok(OffPolicy {
        weighted: interval(0),
        normalised: interval(1),
        doubly_robust: interval(2),
        effective_decisions: if squares > 0.0 { sum * sum / squares } else { 0.0 },
        largest_weight: weights.iter().copied().fold(0.0, f64::max),
    })
}

fn check(logged: &[Logged]) -> Result<(), OffPolicyError> {
    if logged.is_empty() {
        return Err(OffPolicyError::Nothing);
    }
    for (index, log) in logged.iter().enumerate() {
        if !(log.propensity > 0.0 && log.propensity <= 1.0) {
            let expected = "must be above 0 and at most 1";
            return Err(OffPolicyError::Probability { index, field: "propensity", value: log.propensity, expected });
        }
        if !(0.0..=1.0).contains(&log.probability) {
            let expected = "must be 0 to 1";
            return Err(OffPolicyError::Probability { index, field: "probability", value: log.probability, expected });
        }
    }
    Ok(())
}
