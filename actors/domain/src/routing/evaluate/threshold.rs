//! Fixing a threshold on one half and paying for it on another.

use super::curve::{Anchors, Case, Measured, Step, total};
use serde::{Deserialize, Serialize};

/// What a fixed threshold reaches.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// Quality as a share of always-best's.
    pub quality_share: f64,
    /// Share of always-best's cost that is saved.
    pub saving: f64,
    /// Mean quality.
    pub quality: f64,
    /// Mean dollars per case.
    pub cost: f64,
}

/// The least gain per dollar with which `cases` reach `share` of always-best's quality: the highest threshold that is good
/// enough. Minus infinity, which always takes the best target, when none is.
pub fn choose_threshold(cases: &[Case], anchors: Anchors, steps: &[Step], share: f64) -> f64 {
    let weights = vec![1.0; cases.len()];
    let goal = share * total(cases, anchors.best, &weights).quality - 1e-9;
    let mut quality = total(cases, anchors.cheap, &weights).quality;
    if quality >= goal {
        return f64::INFINITY;
    }
    for step in steps {
        let measured = &cases[step.case].measured;
        quality += measured[step.to].quality - measured[step.from].quality;
        if quality >= goal {
            return step.worth;
        }
    }
    f64::NEG_INFINITY
}

/// What `threshold` reaches on `cases`; all zero when there are none.
pub fn reach(cases: &[Case], anchors: Anchors, steps: &[Step], threshold: f64) -> Reached {
    let weights = vec![1.0; cases.len()];
    let mut at = total(cases, anchors.cheap, &weights);
    for step in steps.iter().take_while(|step| step.worth >= threshold) {
        let measured = &cases[step.case].measured;
        at.quality += measured[step.to].quality - measured[step.from].quality;
        at.cost += measured[step.to].cost - measured[step.from].cost;
    }
    reached(at, total(cases, anchors.best, &weights), cases.len())
}

/// What a threshold reaches that was chosen on the other half of the cases: each half once, their totals together. This is
/// what a user gets; the saving along the curve is chosen with the answers in hand.
pub fn cross_chosen(cases: &[Case], anchors: Anchors, steps: &[Step], share: f64) -> Reached {
    let weight_of = |half: usize| -> Vec<f64> { (0..cases.len()).map(|index| f64::from(index % 2 == half)).collect() };
    let mut at = Measured { quality: 0.0, cost: 0.0 };
    let mut best = at;
    for half in 0..2 {
        let of = |wanted: usize| -> (Vec<Case>, Vec<Step>) {
            let chosen = cases.iter().enumerate().filter(|(index, _)| index % 2 == wanted);
            let steps = steps.iter().filter(|step| step.case % 2 == wanted);
            (
                chosen.map(|(_, case)| case.clone()).collect(),
                steps.map(|step| Step { case: step.case / 2, ..*step }).collect(),
            )
        };
        let (chosen_on, chosen_steps) = of(1 - half);
        let threshold = choose_threshold(&chosen_on, anchors, &chosen_steps, share);
        let (applied_to, applied_steps) = of(half);
        let reached = reach(&applied_to, anchors, &applied_steps, threshold);
        let size = applied_to.len() as f64;
        at.quality += reached.quality * size;
        at.cost += reached.cost * size;
        let total = total(cases, anchors.best, &weight_of(half));
        best.quality += total.quality;
        best.cost += total.cost;
    }
    reached(at, best, cases.len())
}

fn reached(at: Measured, best: Measured, cases: usize) -> Reached {
    let size = cases.max(1) as f64;
    Reached {
        quality_share: at.quality / best.quality.max(f64::MIN_POSITIVE),
        saving: 1.0 - at.cost / best.cost.max(f64::MIN_POSITIVE),
        quality: at.quality / size,
        cost: at.cost / size,
    }
}
