//! The table: routers side by side, each with its interval.

use super::curve::{Anchors, Case, Expected, Measured, Measures, Step, anchors, measure, steps, total};
use super::threshold::{Reached, cross_chosen};
use crate::routing::random::{Random, mix};
use serde::{Deserialize, Serialize};

/// Who decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Router {
    /// A random share of the calls goes to the best target.
    Random,
    /// Longer prompts first.
    LongerFirst,
    /// Shorter prompts first.
    ShorterFirst,
    /// By expected gain, whatever it costs.
    LearnedGain,
    /// By expected gain per expected dollar: what [`crate::routing::decide`] does.
    LearnedGainPerDollar,
    /// By the true gain per true dollar: nobody can be better.
    Oracle,
}

impl Router {
    /// In the order of the table.
    pub const ALL: [Self; 6] = [
        Self::Random,
        Self::LongerFirst,
        Self::ShorterFirst,
        Self::LearnedGain,
        Self::LearnedGainPerDollar,
        Self::Oracle,
    ];

    fn expects(self, case: &Case, anchors: Anchors) -> Vec<Expected> {
        // Two targets at unit distance: the order is that of `worth`, and all others are left out by being worthless.
        let ordered_by = |worth: f64| -> Vec<Expected> {
            let of = |target| if target == anchors.best { (worth, 1.0) } else { (0.0, 0.0) };
            (0..case.measured.len()).map(of).map(|(quality, cost)| Expected { quality, cost }).collect()
        };
        match self {
            Self::Random => ordered_by(0.0),
            Self::LongerFirst => ordered_by(case.prompt_bytes as f64),
            Self::ShorterFirst => ordered_by(-(case.prompt_bytes as f64)),
            Self::LearnedGain => case
                .expected
                .iter()
                .map(|of| Expected { cost: 1.0, ..*of })
                .enumerate()
                .map(|(target, of)| if target == anchors.cheap { Expected { cost: 0.0, ..of } } else { of })
                .collect(),
            Self::LearnedGainPerDollar => case.expected.clone(),
            Self::Oracle => case
                .measured
                .iter()
                .map(|Measured { quality, cost }| Expected { quality: *quality, cost: *cost })
                .collect(),
        }
    }
}

/// A measure on the cases and the middle 90 % of it on resamples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// On the cases.
    pub value: f64,
    /// 5 % of the resamples lie below.
    pub low: f64,
    /// 5 % of the resamples lie above.
    pub high: f64,
}

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Who decided.
    pub router: Router,
    /// Area over the cost share.
    pub area: Interval,
    /// Area over the share of calls.
    pub call_area: Interval,
    /// Saving at 95 % of always-best's quality.
    pub saving_95: Interval,
    /// Saving at 99 %.
    pub saving_99: Interval,
    /// What a threshold for 95 % reaches that was chosen on other cases; `None` for chance, which has no threshold.
    pub chosen_95: Option<Reached>,
    /// The same for 99 %.
    pub chosen_99: Option<Reached>,
}

/// Everything about one set of cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// How many.
    pub cases: usize,
    /// Index of the best and of the cheap target. The same target: nothing is to be routed, and there are no rows.
    pub anchors: Anchors,
    /// Per target: mean quality and mean cost.
    pub targets: Vec<Measured>,
    /// One per router; empty when one target is both best and cheap.
    pub rows: Vec<Row>,
}

/// Measures all routers on `cases`; `resamples` of them for the intervals, from `seed`. `None` without cases.
pub fn report(cases: &[Case], resamples: usize, seed: u64) -> Option<Report> {
    let anchors = anchors(cases)?;
    let all = vec![1.0; cases.len()];
    let mean = |target: usize| {
        let total = total(cases, target, &all);
        Measured { quality: total.quality / cases.len() as f64, cost: total.cost / cases.len() as f64 }
    };
    let targets = (0..cases[0].measured.len()).map(mean).collect();
    let mut rows = Vec::new();
    if anchors.best != anchors.cheap {
        let weights = resampled(cases.len(), resamples, seed);
        rows.extend(Router::ALL.map(|router| row(router, cases, anchors, &all, &weights)));
    }
    Some(Report { cases: cases.len(), anchors, targets, rows })
}

fn row(router: Router, cases: &[Case], anchors: Anchors, all: &[f64], resamples: &[Vec<f64>]) -> Row {
    let steps: Vec<Step> = steps(cases, anchors, |case| router.expects(case, anchors));
    let measure = |weights: &[f64]| match router {
        Router::Random => {
            Measures::of_chance(total(cases, anchors.cheap, weights), total(cases, anchors.best, weights))
        }
        _ => measure(cases, anchors, &steps, weights),
    };
    let value = measure(all);
    let resampled: Vec<Measures> = resamples.iter().map(|weights| measure(weights)).collect();
    let interval = |of: fn(&Measures) -> f64| {
        let mut values: Vec<f64> = resampled.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let at = |per_cent: usize| values.get(values.len() * per_cent / 100).copied().unwrap_or(of(&value));
        Interval { value: of(&value), low: at(5), high: at(95) }
    };
    let chosen = |share| (router != Router::Random).then(|| cross_chosen(cases, anchors, &steps, share));
    Row {
        router,
        area: interval(|of| of.area),
        call_area: interval(|of| of.call_area),
        saving_95: interval(|of| of.saving_95),
        saving_99: interval(|of| of.saving_99),
        chosen_95: chosen(0.95),
        chosen_99: chosen(0.99),
    }
}

/// How often each case is drawn, per resample.
fn resampled(cases: usize, resamples: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut random = Random::new(mix(seed));
    let one = |random: &mut Random| {
        let mut counts = vec![0.0; cases];
        (0..cases).for_each(|_| counts[random.below(cases)] += 1.0);
        counts
    };
    (0..resamples).map(|_| one(&mut random)).collect()
}
