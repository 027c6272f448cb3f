//! What targets have shown so far, and which of them nobody should call.
//!
//! A target is *dominated* when another one is cheaper and better. The learned gain alone does not see that: its errors differ
//! from prompt to prompt, so a dominated target would keep a share of the traffic, dearer and worse each time.

use super::policy::Prune;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Recorded outcomes of a target.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Record {
    /// How many.
    pub outcomes: u64,
    /// Mean quality, 0 to 1.
    pub quality: f64,
    /// Mean dollars.
    pub cost: f64,
    /// Mean tokens written.
    pub output_tokens: f64,
}

impl Record {
    /// Takes one outcome into the means.
    pub fn add(&mut self, quality: f64, cost: f64, output_tokens: f64) {
        self.outcomes += 1;
        let share = 1.0 / self.outcomes as f64;
        self.quality += (quality - self.quality) * share;
        self.cost += (cost - self.cost) * share;
        self.output_tokens += (output_tokens - self.output_tokens) * share;
    }

    /// Variance of the mean quality; that of a coin, which is the most it can be.
    fn variance(&self) -> f64 {
        let quality = self.quality.clamp(0.0, 1.0);
        quality * (1.0 - quality) / self.outcomes.max(1) as f64
    }

    fn dominates(&self, other: &Self, prune: &Prune) -> bool {
        let enough = self.outcomes.min(other.outcomes) >= prune.least_outcomes.max(1);
        let margin = prune.standard_errors * (self.variance() + other.variance()).sqrt();
        let better = self.quality > other.quality && self.quality - other.quality >= margin;
        enough && better && self.cost < other.cost
    }
}

/// Records of all targets, over everything and per task type.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Records {
    /// Target → record.
    pub overall: BTreeMap<String, Record>,
    /// Task type → target → record.
    pub by_task_type: BTreeMap<String, BTreeMap<String, Record>>,
}

impl Records {
    /// Takes one outcome into the records.
    pub fn add(&mut self, target: &str, task_type: &str, quality: f64, cost: f64, output_tokens: f64) {
        self.overall.entry(target.to_owned()).or_default().add(quality, cost, output_tokens);
        let of_type = self.by_task_type.entry(task_type.to_owned()).or_default();
        of_type.entry(target.to_owned()).or_default().add(quality, cost, output_tokens);
    }

    /// The record that speaks for a target on a task type: its own for the type when it is long enough, else the overall one.
    pub fn of(&self, target: &str, task_type: &str, least_outcomes: u64) -> Option<&Record> {
        let of_type = self.by_task_type.get(task_type).and_then(|records| records.get(target));
        of_type.filter(|record| record.outcomes >= least_outcomes).or_else(|| self.overall.get(target))
    }

    /// The one of `others` that dominates `target` on `task_type`, if any, with both records. What was recorded on the task type
    /// goes first, when both records of it are long enough: there a target may be worse that is good in general, and one that is
    /// worse in general is spared where it is better or cheaper.
    pub fn dominator<'a>(
        &self,
        target: &str,
        others: impl Iterator<Item = &'a str>,
        task_type: &str,
        prune: &Prune,
    ) -> Option<(&'a str, Record, Record)> {
        let long_enough = |record: &&Record| record.outcomes >= prune.least_outcomes;
        let of_type = self.by_task_type.get(task_type);
        let on_type = |name: &str| of_type.and_then(|records| records.get(name)).filter(long_enough);
        others.filter(|other| *other != target).find_map(|other| {
            if let (Some(mine), Some(theirs)) = (on_type(target), on_type(other)) {
                if theirs.dominates(mine, prune) {
                    return Some((other, *mine, *theirs));
                }
                if mine.quality > theirs.quality || mine.cost < theirs.cost {
                    return None;
                }
            }
            let (mine, theirs) = (self.overall.get(target)?, self.overall.get(other)?);
            theirs.dominates(mine, prune).then_some((other, *mine, *theirs))
        })
    }
}
