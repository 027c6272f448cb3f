//! The way from all-cheap to all-best, one upgrade after the other, and what is measured along it.

use serde::{Deserialize, Serialize};

/// What a target really did with a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// 0 to 1.
    pub quality: f64,
    /// Dollars.
    pub cost: f64,
}

/// What a router expects of a target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// Any scale, the same for all prompts.
    pub quality: f64,
    /// Dollars.
    pub cost: f64,
}

/// A labelled prompt: the outcome of every target, and what a router expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Cases are also measured per task type.
    pub task_type: String,
    /// Length of the prompt, for the routers that only look at that.
    pub prompt_bytes: usize,
    /// Per target.
    pub measured: Vec<Measured>,
    /// Per target.
    pub expected: Vec<Expected>,
}

/// The two targets that everything is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchors {
    /// Index of the target with the highest mean quality; of equals the cheaper.
    pub best: usize,
    /// Index of the target with the lowest mean cost; of equals the better.
    pub cheap: usize,
}

/// Sending one case to a better target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Index of the case.
    pub case: usize,
    /// Where it was sent before.
    pub from: usize,
    /// Where it is sent now.
    pub to: usize,
    /// Expected gain per expected dollar; steps are taken in falling order.
    pub worth: f64,
}

/// What is measured along the way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Area over the cost share.
    pub area: f64,
    /// Area over the share of calls.
    pub call_area: f64,
    /// Saving at 95 % of the best target's quality.
    pub saving_95: f64,
    /// Saving at 99 %.
    pub saving_99: f64,
}

impl Measures {
    pub(super) const NONE: Self = Self { area: 0.0, call_area: 0.0, saving_95: 0.0, saving_99: 0.0 };

    /// Of sending a random share of the calls to the best target: the straight line.
    pub(super) fn of_chance(cheap: Measured, best: Measured) -> Self {
        let saving = |share: f64| {
            let gain = best.quality - cheap.quality;
            let dear = if gain > 0.0 { ((share * best.quality - cheap.quality) / gain).clamp(0.0, 1.0) } else { 0.0 };
            1.0 - (cheap.cost + dear * (best.cost - cheap.cost)) / best.cost.max(f64::MIN_POSITIVE)
        };
        Self { area: 0.5, call_area: 0.5, saving_95: saving(0.95), saving_99: saving(0.99) }
    }
}

/// Best and cheap of `cases`; `None` when there are no cases or no targets.
pub fn anchors(cases: &[Case]) -> Option<Anchors> {
    let targets = cases.iter().map(|case| case.measured.len()).min().filter(|targets| *targets > 0)?;
    let totals: Vec<Measured> = (0..targets).map(|target| total(cases, target, &vec![1.0; cases.len()])).collect();
    let mut found = Anchors { best: 0, cheap: 0 };
    for (target, total) in totals.iter().enumerate().skip(1) {
        let (best, cheap) = (totals[found.best], totals[found.cheap]);
        if total.quality > best.quality || (total.quality == best.quality && total.cost < best.cost) {
            found.best = target;
        }
        if total.cost < cheap.cost || (total.cost == cheap.cost && total.quality > cheap.quality) {
            found.cheap = target;
        }
    }
    Some(found)
}

pub(super) fn total(cases: &[Case], target: usize, weights: &[f64]) -> Measured {
    let mut total = Measured { quality: 0.0, cost: 0.0 };
    for (case, weight) in cases.iter().zip(weights) {
        total.quality += weight * case.measured[target].quality;
        total.cost += weight * case.measured[target].cost;
    }
    total
}

/// The steps of all cases in the order in which money is spent. Every case starts at its cheapest target, climbs the targets
/// that lie on the upper hull of expected quality over expected cost, and ends at `anchors.best`, at a loss if need be.
pub fn steps(cases: &[Case], anchors: Anchors, expected: impl Fn(&Case) -> Vec<Expected>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let expected = expected(case);
        let mut at = anchors.cheap;
        while at != anchors.best {
            let worth = |to: usize| {
                let dearer = expected[to].cost - expected[at].cost;
                (expected[to].quality - expected[at].quality) / dearer.max(1e-12)
            };
            let dearer = |to: &usize| *to != at && expected[*to].cost > expected[at].cost;
            let next = (0..expected.len())
                .filter(dearer)
                .filter(|to| expected[*to].quality > expected[at].quality)
                .max_by(|a, b| worth(*a).total_cmp(&worth(*b)))
                .unwrap_or(anchors.best);
            steps.push(Step { case: index, from: at, to: next, worth: worth(next) });
            at = next;
        }
    }
    // Stable: equals stay in the order of the cases.
    steps.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    steps
}

/// Measures along `steps`; `weights` is how often each case counts (1, or its count in a resample).
pub fn measure(cases: &[Case], anchors: Anchors, steps: &[Step], weights: &[f64]) -> Measures {
    let (cheap, best) = (total(cases, anchors.cheap, weights), total(cases, anchors.best, weights));
    let (spread, gain) = (best.cost - cheap.cost, best.quality - cheap.quality);
    let calls: f64 = weights.iter().sum();
    let mut at = cheap;
    let mut left = 0.0;
    let mut measures = Measures::NONE;
    let mut reached = [false; 2];
    let mut arrive = |at: Measured, measures: &mut Measures| {
        for (reached, (share, saving)) in
            reached.iter_mut().zip([(0.95, &mut measures.saving_95), (0.99, &mut measures.saving_99)])
        {
            if !*reached && at.quality >= share * best.quality - 1e-9 {
                *reached = true;
                *saving = 1.0 - at.cost / best.cost.max(f64::MIN_POSITIVE);
            }
        }
    };
    arrive(at, &mut measures);
    for step in steps {
        let weight = weights[step.case];
        if weight == 0.0 {
            continue;
        }
        let (from, to) = (cases[step.case].measured[step.from], cases[step.case].measured[step.to]);
        let next = Measured {
            quality: at.quality + weight * (to.quality - from.quality),
            cost: at.cost + weight * (to.cost - from.cost),
        };
        let leaves = if step.from == anchors.cheap { weight } else { 0.0 };
        let height = (at.quality + next.quality) / 2.0 - cheap.quality;
        measures.area += height * (next.cost - at.cost);
        measures.call_area += height * leaves;
        left += leaves;
        at = next;
        arrive(at, &mut measures);
    }
    let scale = |area: f64, width: f64| if width > 0.0 && gain > 0.0 { area / width / gain } else { 0.5 };
    measures.area = scale(measures.area, spread);
    measures.call_area = scale(measures.call_area, left.min(calls));
    measures
}
