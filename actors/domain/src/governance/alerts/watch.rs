//! Holds the windows of all rules, and tells what changed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    level::{Level, Reading, Turn},
    rule::{AlertRule, Measure, Over, Rule, RuleProblems},
    windows::{Windows, sample},
};

/// Subjects that a rule tells apart.
pub const MOST_SUBJECTS: usize = 1_000;
/// The further ones together.
pub const OTHER: &str = "other";
/// The subject of a rule over everything.
pub const ALL: &str = "all";

/// What was seen of a call. What is `None` tells nothing: feedback that comes later is an observation with a score only.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observation {
    /// Epoch milliseconds.
    pub at_ms: i64,
    /// The target that was called.
    pub target: String,
    /// On whose behalf.
    pub tenant: String,
    /// Until the first token.
    pub ttft_ms: Option<u64>,
    /// Until the end, also of a call that failed, if its time says something.
    pub duration_ms: Option<u64>,
    /// What it cost; 0 counts as no call that costs.
    pub dollars: f64,
    /// Whether it failed, and the target is to blame.
    pub failed: Option<bool>,
    /// What somebody thought of it; higher is better.
    pub score: Option<f64>,
}

/// What a rule says about a subject.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alert {
    /// The rule.
    pub rule: String,
    /// Of what: a target, a tenant, [`ALL`] or [`OTHER`].
    pub subject: String,
    /// What the last look measured; `None` when there was too little to measure.
    pub measured: Option<f64>,
    /// The rule's, in the same unit.
    pub threshold: f64,
    /// The look that saw it rise. It fired `for_ms` later.
    pub since_ms: i64,
}

/// What a look changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// It stands from now on.
    Firing(Alert),
    /// It does not any more.
    Cleared(Alert),
}

#[derive(Debug, Clone)]
struct Subject {
    windows: Windows,
    level: Level,
    measured: Option<f64>,
}

#[derive(Debug, Clone)]
struct Watched {
    rule: Rule,
    subjects: BTreeMap<String, Subject>,
}

/// Rules, and what was observed for them.
#[derive(Debug, Clone)]
pub struct Watch {
    watched: Vec<Watched>,
    /// The latest look; never goes back.
    clock_ms: i64,
}

impl Watch {
    /// Follows rules by their names. An error holds everything that is wrong with any of them.
    pub fn new(rules: &BTreeMap<String, AlertRule>) -> Result<Self, RuleProblems> {
        let (mut watched, mut problems) = (Vec::new(), Vec::new());
        for (name, written) in rules {
            match Rule::of(name, written) {
                Ok(rule) => watched.push(Watched { rule, subjects: BTreeMap::new() }),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(RuleProblems(problems));
        }
        Ok(Self { watched, clock_ms: i64::MIN })
    }

    /// Counts what was seen. Nothing changes before the next look.
    pub fn observe(&mut self, seen: &Observation) {
        for Watched { rule, subjects } in &mut self.watched {
            let Some(sample) = sample(&rule.measure, seen) else { continue };
            let name = match rule.over {
                Over::Target => &seen.target,
                Over::Tenant => &seen.tenant,
                Over::All => ALL,
            };
            let name = if subjects.contains_key(name) || subjects.len() < MOST_SUBJECTS { name } else { OTHER };
            subject(subjects, name, rule, seen.at_ms).windows.add(seen.at_ms, sample);
        }
    }

    /// The breaker of a target opened, or closed; half open is not closed. Of breakers beyond [`MOST_SUBJECTS`] that are open at
    /// once nothing is said: when one of them closes, nobody could tell whether the others have.
    pub fn breaker(&mut self, target: &str, is_open: bool, at_ms: i64) {
        for Watched { rule, subjects } in &mut self.watched {
            if rule.measure != Measure::Breaker {
                continue;
            }
            if is_open && (subjects.contains_key(target) || subjects.len() < MOST_SUBJECTS) {
                subject(subjects, target, rule, at_ms).windows.turn(true, at_ms);
            } else if let Some(known) = subjects.get_mut(target) {
                known.windows.turn(is_open, at_ms);
            }
        }
    }

    /// What changed since the last look, by rule and subject. Look every few seconds: a rule sees what holds at its looks.
    pub fn look(&mut self, now_ms: i64) -> Vec<Change> {
        self.clock_ms = self.clock_ms.max(now_ms);
        let now_ms = self.clock_ms;
        let mut changes = Vec::new();
        for Watched { rule, subjects } in &mut self.watched {
            for (name, subject) in subjects.iter_mut() {
                let reading = subject.windows.read(rule, now_ms);
                subject.measured = match reading {
                    Reading::Value { measured, .. } => Some(measured),
                    Reading::TooFew | Reading::Nothing => None,
                };
                let alert = |since_ms| alert(rule, name, subject.measured, since_ms);
                changes.extend(subject.level.step(reading, now_ms, rule.for_ms).map(|turn| match turn {
                    Turn::Fires { since_ms } => Change::Firing(alert(since_ms)),
                    Turn::Clears { since_ms } => Change::Cleared(alert(since_ms)),
                }));
            }
            subjects.retain(|_, subject| subject.level != Level::Quiet || !subject.windows.is_idle(now_ms));
        }
        changes
    }

    /// What stands, as the last look measured it.
    pub fn standing(&self) -> Vec<Alert> {
        let mut standing = Vec::new();
        for Watched { rule, subjects } in &self.watched {
            for (name, subject) in subjects {
                if let Level::Firing { since_ms, .. } = subject.level {
                    standing.push(alert(rule, name, subject.measured, since_ms));
                }
            }
        }
        standing
    }

    /// Subjects that are told apart, of all rules.
    pub fn subjects(&self) -> usize {
        self.watched.iter().map(|watched| watched.subjects.len()).sum()
    }

    /// Numbers that the windows hold.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.watched.iter().flat_map(|watched| watched.subjects.values()).map(|subject| subject.windows.size()).sum()
    }
}

fn subject<'a>(subjects: &'a mut BTreeMap<String, Subject>, name: &str, rule: &Rule, at_ms: i64) -> &'a mut Subject {
    let new = || Subject { windows: Windows::new(&rule.measure, at_ms), level: Level::Quiet, measured: None };
    subjects.entry(name.to_owned()).or_insert_with(new)
}

fn alert(rule: &Rule, subject: &str, measured: Option<f64>, since_ms: i64) -> Alert {
    Alert { rule: rule.name.clone(), subject: subject.to_owned(), measured, threshold: rule.threshold, since_ms }
}
