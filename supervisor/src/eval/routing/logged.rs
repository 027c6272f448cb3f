//! What another way of deciding would have reached on answers that were decided, given and scored here.
//!
//! Only the target that was asked is scored, so that decisions of another policy are weighed by how likely the target was: where it
//! was chosen by exploration it stands for all the requests on which it was not.

use std::collections::BTreeMap;

use cueline_domain::routing::{
    decide::{Decision, Place},
    evaluate::{Logged, OffPolicy, OffPolicyError, off_policy},
    model::Model,
};

use crate::api::DecisionView;

/// Resamples per interval.
const RESAMPLES: usize = 1_000;
const SEED: u64 = 20_261_122;
/// A weight above this is cut: one lucky exploration must not decide.
const MOST_WEIGHT: f64 = 100.0;

/// A scored decision.
pub struct Scored {
    /// What was asked.
    pub prompt: String,
    /// Which target answered.
    pub target: String,
    /// Targets that could have answered, in the order of the policy.
    pub usable: Vec<String>,
    /// With which probability this one was asked.
    pub propensity: f64,
    /// How good it was.
    pub score: f64,
    /// Dollars.
    pub cost: f64,
}

/// A way of deciding.
pub enum Way<'a> {
    /// Always this target, where it could have answered.
    Always(String),
    /// By what was learned: quality less `threshold` times dollars.
    Learned {
        /// What was learned.
        model: &'a Model,
        /// Quality that one more dollar must buy.
        threshold: f64,
    },
}

/// What a way would have reached.
pub struct Reached {
    /// Quality.
    pub quality: OffPolicy,
    /// Dollars per call.
    pub cost: OffPolicy,
}

impl Scored {
    /// Nothing where the answer says nothing of the decision: it was none of a policy, or another target had to step in.
    pub fn of(view: DecisionView) -> Option<Self> {
        let decision: Decision = serde_json::from_value(view.decision).ok()?;
        let is_usable = |place: &Place| !matches!(place, Place::Out(_));
        let usable = decision.targets.iter().filter(|of| is_usable(&of.place)).map(|of| of.target.clone()).collect();
        (decision.chosen == view.target).then_some(Self {
            prompt: view.prompt,
            target: view.target,
            usable,
            propensity: decision.propensity,
            score: view.score,
            cost: view.cost,
        })
    }
}

/// Means by target: calls, score and dollars.
pub fn means(scored: &[Scored]) -> BTreeMap<String, (usize, f64, f64)> {
    let mut sums = BTreeMap::<String, (usize, f64, f64)>::new();
    for one in scored {
        let (count, score, cost) = sums.entry(one.target.clone()).or_default();
        *count += 1;
        *score += one.score;
        *cost += one.cost;
    }
    for (count, score, cost) in sums.values_mut() {
        *score /= *count as f64;
        *cost /= *count as f64;
    }
    sums
}

/// What a way of deciding would have reached.
pub fn reached(scored: &[Scored], way: &Way<'_>) -> Result<Reached, OffPolicyError> {
    let means = means(scored);
    let (mut quality, mut cost) = (Vec::new(), Vec::new());
    for one in scored {
        let expected = expectations(one, way, &means);
        let of =
            |target: &str| expected.iter().find(|(name, ..)| *name == target).map_or((0.0, 0.0), |of| (of.1, of.2));
        let pick = pick(one, way, &expected);
        let probability = f64::from(u8::from(pick == one.target));
        let ((seen_quality, seen_cost), (picked_quality, picked_cost)) = (of(&one.target), of(pick));
        let logged = |reward, expected, expected_of_policy| Logged {
            reward,
            propensity: one.propensity,
            probability,
            expected,
            expected_of_policy,
        };
        quality.push(logged(one.score, seen_quality, picked_quality));
        cost.push(logged(one.cost, seen_cost, picked_cost));
    }
    let estimate = |logged: &[Logged]| off_policy(logged, MOST_WEIGHT, RESAMPLES, SEED);
    Ok(Reached { quality: estimate(&quality)?, cost: estimate(&cost)? })
}

/// Quality and dollars that are expected of each target that could have answered.
fn expectations<'a>(
    one: &'a Scored,
    way: &Way<'_>,
    means: &BTreeMap<String, (usize, f64, f64)>,
) -> Vec<(&'a str, f64, f64)> {
    let learned = match way {
        Way::Learned { model, .. } => Some((model.targets(), model.predict(&one.prompt))),
        Way::Always(_) => None,
    };
    let expectation = |target: &'a String| {
        let &(_, score, cost) = means.get(target).unwrap_or(&(0, 0.0, 0.0));
        let predicted = learned.as_ref().and_then(|(targets, predictions)| {
            let at = targets.iter().position(|known| known.name == *target)?;
            predictions.get(at).copied().flatten()
        });
        (target.as_str(), predicted.map_or(score, |predicted| predicted.quality), cost)
    };
    one.usable.iter().map(expectation).collect()
}

fn pick<'a>(one: &'a Scored, way: &Way<'_>, expected: &[(&'a str, f64, f64)]) -> &'a str {
    match way {
        Way::Always(target) => one.usable.iter().find(|usable| *usable == target).map_or(&one.target, |found| found),
        Way::Learned { threshold, .. } => {
            let worth = |of: &&(&str, f64, f64)| of.1 - threshold * of.2;
            // The first of equals, as the decision itself has it.
            let best = expected.iter().rev().max_by(|a, b| worth(a).total_cmp(&worth(b)));
            best.map_or(&one.target, |(name, ..)| name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of the requests go to each target; `large` is right nine times in ten, `small` six times.
    fn logged() -> Vec<Scored> {
        let one = |at: usize| {
            let is_large = at.is_multiple_of(2);
            let right = if is_large { !(at / 2).is_multiple_of(10) } else { at / 2 % 10 < 6 };
            Scored {
                prompt: format!("prompt {at}"),
                target: if is_large { "large" } else { "small" }.into(),
                usable: vec!["large".into(), "small".into()],
                propensity: 0.5,
                score: f64::from(u8::from(right)),
                cost: if is_large { 0.01 } else { 0.001 },
            }
        };
        (0..2_000).map(one).collect()
    }

    #[test]
    fn what_always_asking_one_target_would_reach_is_what_it_reached_where_it_was_asked() {
        let scored = logged();
        for (target, quality, cost) in [("large", 0.9, 0.01), ("small", 0.6, 0.001)] {
            let found = reached(&scored, &Way::Always(target.into())).unwrap();
            assert!((found.quality.normalised.value - quality).abs() < 1e-9, "{target}");
            assert!((found.cost.doubly_robust.value - cost).abs() < 1e-9, "{target}");
            assert!(found.quality.weighted.low <= quality && quality <= found.quality.weighted.high, "{target}");
            assert!((found.quality.effective_decisions - 1_000.0).abs() < 1e-6, "half of them speak of it");
        }
        assert!(matches!(reached(&[], &Way::Always("large".into())), Err(OffPolicyError::Nothing)));
    }

    #[test]
    fn answers_of_others_than_the_chosen_one_say_nothing() {
        let view = |target: &str, decision: serde_json::Value| DecisionView {
            execution: "chatcmpl-1".into(),
            at_ms: 1,
            tenant: "t".into(),
            prompt: "p".into(),
            input_tokens: 1,
            target: target.into(),
            cost: 0.1,
            output_tokens: 2,
            score: 1.0,
            decision,
        };
        assert!(Scored::of(view("a", serde_json::json!({ "rule": "named" }))).is_none());
        let considered = |name: &str, place: Place| cueline_domain::routing::decide::Considered {
            target: name.into(),
            quality: None,
            output_tokens: None,
            cost: None,
            worst_cost: 1.0,
            worth: None,
            propensity: 0.5,
            place,
        };
        let out = Place::Out(cueline_domain::routing::decide::Exclusion::BreakerOpen);
        let decision = Decision {
            policy: "auto".into(),
            chosen: "a".into(),
            chain: vec!["a".into()],
            propensity: 0.5,
            explored: false,
            basis: cueline_domain::routing::decide::Basis::Configuration,
            model: None,
            task_type: "other".into(),
            rules: Vec::new(),
            input_tokens: 1,
            threshold: 0.0,
            least_quality: 0.0,
            targets: vec![considered("a", Place::Chain { position: 0 }), considered("b", out)],
        };
        let decision = serde_json::to_value(decision).unwrap();
        assert!(Scored::of(view("b", decision.clone())).is_none(), "another one had to step in");
        assert_eq!(Scored::of(view("a", decision)).unwrap().usable, ["a"]);
    }
}
