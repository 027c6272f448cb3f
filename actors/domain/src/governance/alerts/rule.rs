//! An alert rule as it is written, and as it is followed once it was found to make sense.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// How long 95 in a hundred wait at most.
    Latency,
    /// Dollars an hour.
    Spend,
    /// Dollars an hour, in times of what it was before.
    SpendRise,
    /// How far scores fell.
    Quality,
    /// The share of calls that fail.
    Errors,
    /// How long a breaker has not been closed.
    Breaker,
}

/// Over what: each is measured apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// Each target.
    Target,
    /// Each tenant.
    Tenant,
    /// Everything together.
    All,
}

/// Which latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Until the first token.
    Ttft,
    /// Until the end.
    Duration,
}

/// A rule as it is written in a table of a configuration. What a kind does not use must not be there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// What is measured.
    pub kind: AlertKind,
    /// Over what; a breaker is a target's.
    pub over: Over,
    /// Which latency; of `latency` only.
    pub of: Option<Span>,
    /// How far back is looked; of all but `breaker`.
    pub window_ms: Option<i64>,
    /// How far back before the window; of `spend_rise` and `quality`.
    pub baseline_ms: Option<i64>,
    /// Fires above this.
    pub threshold: f64,
    /// Clears at or below this; nine tenths of the threshold unless written. A breaker clears when it closes.
    pub clears_at: Option<f64>,
    /// How long it must hold, either way.
    #[serde(default)]
    pub for_ms: i64,
    /// Dollars an hour below which no rise matters; of `spend_rise` only, 0 unless written.
    pub at_least: Option<f64>,
    /// Observations without which nothing is said: in the window of `latency` and `errors` (20 unless written), in the baseline
    /// of `spend_rise` (20) and `quality` (50).
    pub minimum: Option<u32>,
    /// The last scores that are compared, rounded up to whole twelfths of the window; of `quality` only, 20 unless written.
    pub last: Option<u32>,
    /// How likely a false alarm of one look may be; of `quality` only, 0.01 unless written.
    pub significance: Option<f64>,
}

/// What is wrong with a rule, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule}.{field} is {value}; {fix}")]
pub struct RuleProblem {
    /// The rule.
    pub rule: String,
    /// The field, e.g. `window_ms`.
    pub field: &'static str,
    /// As it was found, or `missing`.
    pub value: String,
    /// What to do.
    pub fix: String,
}

/// Everything that is wrong; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct RuleProblems(pub Vec<RuleProblem>);

/// A rule that makes sense.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) over: Over,
    pub(super) threshold: f64,
    pub(super) clears_at: f64,
    pub(super) for_ms: i64,
    pub(super) measure: Measure,
}

/// What is measured, with what that needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Measure {
    Latency { of: Span, window_ms: i64, minimum: u64 },
    Spend { window_ms: i64 },
    SpendRise { window_ms: i64, baseline_ms: i64, at_least: f64, minimum: u64 },
    Quality { window_ms: i64, baseline_ms: i64, last: u64, minimum: u64, significance: f64 },
    Errors { window_ms: i64, minimum: u64 },
    Breaker,
}

/// Below this a slot of a window would be no time at all.
const LEAST_WINDOW_MS: i64 = 1_000;
/// Thirty-one days.
const MOST_MS: i64 = 31 * 86_400_000;

impl Rule {
    /// What is written under a name, or everything that is wrong with it.
    pub(super) fn of(name: &str, written: &AlertRule) -> Result<Self, Vec<RuleProblem>> {
        let mut check = Check { rule: name, problems: Vec::new() };
        let measure = check.measure(written);
        let (above, below, unit) = match written.kind {
            AlertKind::Latency | AlertKind::Breaker => (0.0, MOST_MS as f64, "milliseconds"),
            AlertKind::Spend => (0.0, 1e9, "dollars an hour"),
            AlertKind::SpendRise => (1.0, 1e6, "times the rate before"),
            AlertKind::Quality => (0.0, 1e5, "points of the score"),
            AlertKind::Errors => (0.0, 1.0, "a share of the calls"),
        };
        let threshold = check.number("threshold", written.threshold, above, below, unit);
        if written.kind == AlertKind::Breaker && written.over != Over::Target {
            check.wrong("over", format!("{:?}", written.over).to_lowercase(), "write \"target\", each has a breaker");
        }
        if let Some(found) = written.clears_at.filter(|clears_at| !(0.0..threshold).contains(clears_at)) {
            check.wrong("clears_at", found, format!("write a number from 0 to less than the threshold of {threshold}"));
        }
        if !(0..=MOST_MS).contains(&written.for_ms) {
            check.wrong("for_ms", written.for_ms, format!("write milliseconds from 0 to {MOST_MS}"));
        }
        if !check.problems.is_empty() {
            return Err(check.problems);
        }
        let clears_at = written.clears_at.unwrap_or(threshold * 0.9);
        Ok(Self { name: name.to_owned(), over: written.over, threshold, clears_at, for_ms: written.for_ms, measure })
    }
}

struct Check<'a> {
    rule: &'a str,
    problems: Vec<RuleProblem>,
}

impl Check<'_> {
    fn wrong(&mut self, field: &'static str, value: impl fmt::Display, fix: impl Into<String>) {
        let (rule, value) = (self.rule.to_owned(), value.to_string());
        self.problems.push(RuleProblem { rule, field, value, fix: fix.into() });
    }

    fn measure(&mut self, written: &AlertRule) -> Measure {
        use AlertKind as Kind;
        let kind = written.kind;
        self.only(kind == Kind::Latency, "of", written.of.map(|of| format!("{of:?}").to_lowercase()));
        self.only(kind != Kind::Breaker, "window_ms", written.window_ms);
        self.only(kind != Kind::Breaker, "clears_at", written.clears_at);
        self.only(matches!(kind, Kind::SpendRise | Kind::Quality), "baseline_ms", written.baseline_ms);
        self.only(kind == Kind::SpendRise, "at_least", written.at_least);
        self.only(!matches!(kind, Kind::Spend | Kind::Breaker), "minimum", written.minimum);
        self.only(kind == Kind::Quality, "last", written.last);
        self.only(kind == Kind::Quality, "significance", written.significance);
        match kind {
            Kind::Latency => Measure::Latency {
                of: self.span(written.of),
                window_ms: self.window(written.window_ms),
                minimum: self.count("minimum", written.minimum, 20, 1),
            },
            Kind::Spend => Measure::Spend { window_ms: self.window(written.window_ms) },
            Kind::SpendRise => {
                let window_ms = self.window(written.window_ms);
                Measure::SpendRise {
                    window_ms,
                    baseline_ms: self.baseline(written.baseline_ms, window_ms),
                    at_least: match written.at_least {
                        None | Some(0.0) => 0.0,
                        Some(found) => self.number("at_least", found, 0.0, 1e9, "dollars an hour"),
                    },
                    minimum: self.count("minimum", written.minimum, 20, 1),
                }
            }
            Kind::Quality => {
                let window_ms = self.window(written.window_ms);
                let significance = written.significance.unwrap_or(0.01);
                Measure::Quality {
                    window_ms,
                    baseline_ms: self.baseline(written.baseline_ms, window_ms),
                    last: self.count("last", written.last, 20, 5),
                    minimum: self.count("minimum", written.minimum, 50, 5),
                    significance: self.number("significance", significance, 0.0, 0.5, "a chance, e.g. 0.01"),
                }
            }
            Kind::Errors => Measure::Errors {
                window_ms: self.window(written.window_ms),
                minimum: self.count("minimum", written.minimum, 20, 1),
            },
            Kind::Breaker => Measure::Breaker,
        }
    }

    /// A field that another kind would use is a mistake: whoever wrote it expects something of it.
    fn only(&mut self, is_used: bool, field: &'static str, found: Option<impl fmt::Display>) {
        if let Some(found) = found.filter(|_| !is_used) {
            self.wrong(field, found, "leave it out, this kind does not use it");
        }
    }

    fn span(&mut self, found: Option<Span>) -> Span {
        if found.is_none() {
            self.wrong("of", "missing", "write \"ttft\" or \"duration\"");
        }
        found.unwrap_or(Span::Duration)
    }

    fn window(&mut self, found: Option<i64>) -> i64 {
        self.milliseconds("window_ms", found, LEAST_WINDOW_MS)
    }

    /// Twice as long at least, or it would say less than the window itself.
    fn baseline(&mut self, found: Option<i64>, window_ms: i64) -> i64 {
        self.milliseconds("baseline_ms", found, window_ms.saturating_mul(2).clamp(2 * LEAST_WINDOW_MS, MOST_MS))
    }

    fn milliseconds(&mut self, field: &'static str, found: Option<i64>, least: i64) -> i64 {
        if let Some(found) = found.filter(|found| (least..=MOST_MS).contains(found)) {
            return found;
        }
        let value = found.map_or_else(|| "missing".to_owned(), |found| found.to_string());
        self.wrong(field, value, format!("write milliseconds from {least} to {MOST_MS}"));
        least
    }

    fn count(&mut self, field: &'static str, found: Option<u32>, default: u32, least: u32) -> u64 {
        let count = found.unwrap_or(default);
        if count < least {
            self.wrong(field, count, format!("write a whole number of {least} or more"));
        }
        u64::from(count)
    }

    fn number(&mut self, field: &'static str, found: f64, above: f64, below: f64, unit: &str) -> f64 {
        // Also false of what is no number.
        if !(found > above && found < below) {
            self.wrong(field, found, format!("write a number above {above} and below {below}: {unit}"));
        }
        found
    }
}
