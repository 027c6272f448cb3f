//! What was observed of one subject for one rule, and what that measures now.

use super::{
    latencies::Latencies,
    level::Reading,
    ring::Ring,
    rule::{Measure, Rule, Span},
    student,
    tally::Tally,
    watch::Observation,
};

/// Slots of a window.
const FINE: i64 = 12;
/// Slots of a baseline.
const COARSE: i64 = 48;
const HOUR_MS: f64 = 3_600_000.0;

/// Counts in bounded memory.
#[derive(Debug, Clone)]
pub(super) enum Windows {
    /// Of a latency.
    Latency(Ring<Latencies>),
    /// Of spend and errors.
    Tally(Ring<Tally>),
    /// Of what is compared with before.
    Compared { recent: Ring<Tally>, before: Ring<Tally>, first_ms: i64 },
    /// Of a breaker: since when it has not been closed.
    Breaker { open_ms: Option<i64> },
}

/// The part of an observation that a rule looks at, if it tells anything about it.
pub(super) fn sample(measure: &Measure, seen: &Observation) -> Option<f64> {
    match measure {
        Measure::Latency { of: Span::Ttft, .. } => seen.ttft_ms.map(|ms| ms as f64),
        Measure::Latency { of: Span::Duration, .. } => seen.duration_ms.map(|ms| ms as f64),
        Measure::Spend { .. } | Measure::SpendRise { .. } => Some(seen.dollars).filter(|dollars| *dollars > 0.0),
        Measure::Quality { .. } => seen.score.filter(|score| score.is_finite()),
        Measure::Errors { .. } => seen.failed.map(|failed| if failed { 1.0 } else { 0.0 }),
        Measure::Breaker => None,
    }
}

fn fine<T: Default + Clone>(window_ms: i64) -> Ring<T> {
    // One more, so that a clock that is a little ahead takes nothing from the window.
    Ring::new(ceil(window_ms, FINE), FINE as usize + 1)
}

/// As many slots as reach from now back over the window, which is at most half a baseline, and over the baseline.
fn coarse(baseline_ms: i64) -> Ring<Tally> {
    Ring::new(ceil(baseline_ms, COARSE), (COARSE + COARSE / 2 + 4) as usize)
}

fn ceil(whole: i64, parts: i64) -> i64 {
    (whole + parts - 1) / parts
}

impl Windows {
    /// Empty; `first_ms` is when its subject was seen first.
    pub(super) fn new(measure: &Measure, first_ms: i64) -> Self {
        match *measure {
            Measure::Latency { window_ms, .. } => Self::Latency(fine(window_ms)),
            Measure::Spend { window_ms } | Measure::Errors { window_ms, .. } => Self::Tally(fine(window_ms)),
            Measure::SpendRise { window_ms, baseline_ms, .. } | Measure::Quality { window_ms, baseline_ms, .. } => {
                Self::Compared { recent: fine(window_ms), before: coarse(baseline_ms), first_ms }
            }
            Measure::Breaker => Self::Breaker { open_ms: None },
        }
    }

    /// Counts what [`sample`] found.
    pub(super) fn add(&mut self, at_ms: i64, sample: f64) {
        match self {
            Self::Latency(ring) => {
                if let Some(latencies) = ring.at(at_ms) {
                    latencies.add(sample as u64);
                }
            }
            Self::Tally(ring) => add(ring, at_ms, sample),
            Self::Compared { recent, before, first_ms } => {
                *first_ms = at_ms.min(*first_ms);
                add(recent, at_ms, sample);
                add(before, at_ms, sample);
            }
            Self::Breaker { .. } => {}
        }
    }

    /// A breaker opened, or closed. While it is not closed, opening again changes nothing.
    pub(super) fn turn(&mut self, is_open: bool, at_ms: i64) {
        if let Self::Breaker { open_ms } = self {
            *open_ms = is_open.then(|| open_ms.unwrap_or(at_ms));
        }
    }

    /// Holds nothing that could still be read.
    pub(super) fn is_idle(&self, now_ms: i64) -> bool {
        match self {
            Self::Latency(ring) => ring.is_idle_since(first(ring, now_ms)),
            Self::Tally(ring) => ring.is_idle_since(first(ring, now_ms)),
            Self::Compared { recent, before, .. } => {
                let (oldest, _) = baseline(recent, before, now_ms);
                recent.is_idle_since(first(recent, now_ms)) && before.is_idle_since(oldest)
            }
            Self::Breaker { open_ms } => open_ms.is_none(),
        }
    }

    /// What the rule measures at a moment.
    pub(super) fn read(&self, rule: &Rule, now_ms: i64) -> Reading {
        match (self, rule.measure) {
            (Self::Latency(ring), Measure::Latency { minimum, .. }) => {
                let mut all = Latencies::default();
                ring.between(first(ring, now_ms), ring.number(now_ms)).for_each(|part| all.merge(part));
                enough(all.count(), minimum).unwrap_or_else(|| value(rule, all.quantile_ms(95), true))
            }
            (Self::Tally(ring), Measure::Spend { .. }) => value(rule, dollars_an_hour(ring, now_ms), true),
            (Self::Tally(ring), Measure::Errors { minimum, .. }) => {
                let all = recently(ring, now_ms, u64::MAX);
                enough(all.count(), minimum).unwrap_or_else(|| value(rule, all.mean(), true))
            }
            (Self::Compared { recent, before, first_ms }, Measure::SpendRise { window_ms, at_least, minimum, .. }) => {
                let rate = dollars_an_hour(recent, now_ms);
                let (all, covered_ms) = before_of(recent, before, now_ms, *first_ms);
                if recently(recent, now_ms, 1).count() == 0 {
                    return Reading::Nothing;
                }
                // A baseline that is shorter than the window says less than the window does.
                if all.count() < minimum || covered_ms < window_ms {
                    return Reading::TooFew;
                }
                let rate_before = all.sum() / (covered_ms as f64 / HOUR_MS);
                // Nothing rises in times of what is too little to be counted.
                if rate_before <= 0.0 {
                    return Reading::TooFew;
                }
                value(rule, rate / rate_before, rate >= at_least)
            }
            (Self::Compared { recent, before, first_ms }, Measure::Quality { last, minimum, significance, .. }) => {
                let latest = recently(recent, now_ms, last);
                let (all, _) = before_of(recent, before, now_ms, *first_ms);
                if let Some(said) = enough(latest.count(), last) {
                    return said;
                }
                if all.count() < minimum {
                    return Reading::TooFew;
                }
                value(rule, all.mean() - latest.mean(), student::chance_of_drop(&all, &latest) < significance)
            }
            (Self::Breaker { open_ms }, Measure::Breaker) => match open_ms {
                // However long it was: only a closed one is calm.
                Some(since) => {
                    let measured = now_ms.saturating_sub(*since) as f64;
                    Reading::Value { measured, is_beyond: measured > rule.threshold, is_calm: false }
                }
                None => Reading::Value { measured: 0.0, is_beyond: false, is_calm: true },
            },
            _ => Reading::Nothing,
        }
    }

    /// Numbers that it holds.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Latency(ring) => ring.slots().map(Latencies::size).sum(),
            Self::Tally(ring) => ring.slots().count(),
            Self::Compared { recent, before, .. } => recent.slots().count() + before.slots().count(),
            Self::Breaker { .. } => 1,
        }
    }
}

fn add(ring: &mut Ring<Tally>, at_ms: i64, sample: f64) {
    if let Some(tally) = ring.at(at_ms) {
        tally.add(sample);
    }
}

fn value(rule: &Rule, measured: f64, may_fire: bool) -> Reading {
    Reading::Value { measured, is_beyond: measured > rule.threshold && may_fire, is_calm: measured <= rule.clears_at }
}

fn enough(count: u64, minimum: u64) -> Option<Reading> {
    match count {
        0 => Some(Reading::Nothing),
        _ if count < minimum => Some(Reading::TooFew),
        _ => None,
    }
}

/// The first slot of the window.
fn first<T: Default + Clone>(ring: &Ring<T>, now_ms: i64) -> i64 {
    ring.number(now_ms) - (FINE - 1)
}

/// The newest slots of the window that hold as many, or all of them.
fn recently(ring: &Ring<Tally>, now_ms: i64, wanted: u64) -> Tally {
    let mut all = Tally::default();
    for part in ring.between(first(ring, now_ms), ring.number(now_ms)) {
        if all.count() >= wanted {
            break;
        }
        all.merge(part);
    }
    all
}

fn dollars_an_hour(ring: &Ring<Tally>, now_ms: i64) -> f64 {
    // The slot of now is not over, so the window reaches a little less far than it says.
    let covered_ms = now_ms.saturating_sub(ring.begins_ms(first(ring, now_ms))) + 1;
    recently(ring, now_ms, u64::MAX).sum() / (covered_ms as f64 / HOUR_MS)
}

/// First and last slot of the baseline: those that are over before the window begins.
fn baseline(recent: &Ring<Tally>, before: &Ring<Tally>, now_ms: i64) -> (i64, i64) {
    let end = before.number(recent.begins_ms(first(recent, now_ms)));
    (end - COARSE, end - 1)
}

/// What the baseline holds, and how much of it the subject was there.
fn before_of(recent: &Ring<Tally>, before: &Ring<Tally>, now_ms: i64, first_ms: i64) -> (Tally, i64) {
    let (oldest, newest) = baseline(recent, before, now_ms);
    let mut all = Tally::default();
    before.between(oldest, newest).for_each(|part| all.merge(part));
    let covered_ms = before.begins_ms(newest + 1).saturating_sub(first_ms.max(before.begins_ms(oldest)));
    (all, covered_ms.max(0))
}
