//! Whether a target is worth asking: opened by failures, tried again after a rest.
//!
//! ```text
//!   closed ──enough failures in the window──► open ──rest is over──► half open: one probe
//!      ▲                                       ▲                          │
//!      └───────────────success─────────────────┼──────────failure─────────┘ (rests longer each time)
//! ```

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// When a breaker opens and how long it rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakerOptions {
    /// Failures in the window that open it.
    pub failures: usize,
    /// And this share of all calls in it, in a hundred.
    pub percent: u32,
    /// Milliseconds that are looked back.
    pub window_ms: i64,
    /// Milliseconds of the first rest; each further one is twice as long, up to sixteen times.
    pub rest_ms: i64,
}

impl Default for BreakerOptions {
    fn default() -> Self {
        Self { failures: 5, percent: 50, window_ms: 30_000, rest_ms: 5_000 }
    }
}

/// How a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// Calls pass.
    Closed,
    /// None do.
    Open,
    /// One may try.
    HalfOpen,
}

/// The breaker of one target.
#[derive(Debug, Clone, Default)]
pub struct Breaker {
    options: BreakerOptions,
    /// When, and whether it failed.
    calls: VecDeque<(i64, bool)>,
    open_until_ms: Option<i64>,
    rests: u32,
    /// While one tries, or is expected to.
    tried_until_ms: Option<i64>,
}

/// Calls that are remembered at most.
const REMEMBERED: usize = 1_000;
/// A probe that is not made within so long is forgotten: what was meant to make it may have been refused meanwhile.
const OFFER_MS: i64 = 5_000;
/// A probe that is made and not heard of for so long is forgotten.
const PROBE_MS: i64 = 60_000;

impl Breaker {
    /// Closed.
    pub fn new(options: BreakerOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// How it stands now.
    pub fn state(&self, now_ms: i64) -> BreakerState {
        match self.open_until_ms {
            None => BreakerState::Closed,
            Some(until) if now_ms < until => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    /// Whether a call may be made; of a half-open one only the first caller may, and it must make it soon.
    pub fn may_call(&mut self, now_ms: i64) -> bool {
        let is_free = self.is_free(now_ms);
        if is_free && self.open_until_ms.is_some() {
            self.tried_until_ms = Some(now_ms.saturating_add(OFFER_MS));
        }
        is_free
    }

    /// Whether [`may_call`](Self::may_call) would say yes. Nothing is taken.
    pub fn is_free(&self, now_ms: i64) -> bool {
        match self.state(now_ms) {
            BreakerState::Closed => true,
            BreakerState::Open => false,
            BreakerState::HalfOpen => self.tried_until_ms.is_none_or(|until| now_ms >= until),
        }
    }

    /// A call is made. True: it is a probe, and [`tried`](Self::tried) is to be told when it is over, whatever came of it.
    pub fn trying(&mut self, now_ms: i64) -> bool {
        let is_probe = self.state(now_ms) == BreakerState::HalfOpen;
        if is_probe {
            self.tried_until_ms = Some(now_ms.saturating_add(PROBE_MS));
        }
        is_probe
    }

    /// A probe is over. Unless it succeeded or failed the next one may try.
    pub fn tried(&mut self) {
        self.tried_until_ms = None;
    }

    /// A call ended well. True when that closed it.
    pub fn succeeded(&mut self, now_ms: i64) -> bool {
        let closes = self.open_until_ms.take().is_some();
        if closes {
            self.calls.clear();
        }
        (self.rests, self.tried_until_ms) = (0, None);
        self.note(now_ms, false);
        closes
    }

    /// A call failed, and the target is to blame. `retry_after_ms`: it said when to come again. True when that opened it.
    pub fn failed(&mut self, now_ms: i64, retry_after_ms: Option<u64>) -> bool {
        self.note(now_ms, true);
        let was_open = self.open_until_ms.is_some();
        let failures = self.calls.iter().filter(|(_, failed)| *failed).count();
        let share = failures as u64 * 100 >= u64::from(self.options.percent) * self.calls.len() as u64;
        if !was_open && (failures < self.options.failures || !share) {
            return false;
        }
        if self.state(now_ms) == BreakerState::Open {
            return false;
        }
        let rest = self.options.rest_ms.saturating_mul(1 << self.rests.min(4));
        let told = retry_after_ms.map_or(0, |ms| i64::try_from(ms).unwrap_or(i64::MAX).min(300_000));
        self.open_until_ms = Some(now_ms.saturating_add(rest.max(told)));
        (self.rests, self.tried_until_ms) = (self.rests + 1, None);
        !was_open
    }

    fn note(&mut self, now_ms: i64, failed: bool) {
        self.calls.push_back((now_ms, failed));
        let since = now_ms - self.options.window_ms;
        while self.calls.front().is_some_and(|(at, _)| *at < since) || self.calls.len() > REMEMBERED {
            self.calls.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_open_it_and_a_probe_closes_it() {
        let mut breaker = Breaker::new(BreakerOptions::default());
        for at in 0..4 {
            assert!(!breaker.failed(at, None));
        }
        assert!(breaker.may_call(4) && breaker.failed(4, None), "the fifth opens it");
        assert_eq!(breaker.state(5), BreakerState::Open);
        assert!(!breaker.may_call(5_000));
        assert!(breaker.may_call(5_004) && !breaker.may_call(5_005), "one probe");
        assert!(!breaker.failed(5_010, None));
        assert!(!breaker.may_call(10_020), "it rests longer");
        assert!(breaker.may_call(15_010) && breaker.succeeded(15_020));
        assert_eq!(breaker.state(15_020), BreakerState::Closed);
    }

    #[test]
    fn one_at_a_time_tries_whatever_comes_of_it() {
        let mut breaker = Breaker::new(BreakerOptions { failures: 1, ..BreakerOptions::default() });
        assert!(!breaker.trying(0), "a closed one is not tried");
        assert!(breaker.failed(0, None) && !breaker.trying(4_999));
        assert!(breaker.is_free(5_000) && breaker.is_free(5_000), "looking takes nothing");
        assert!(breaker.may_call(5_000) && !breaker.is_free(5_001));
        assert!(breaker.may_call(10_000), "whoever was let through made no call");
        assert!(breaker.trying(10_001) && !breaker.may_call(60_000), "a call that is made may take a while");
        breaker.tried();
        assert!(breaker.may_call(60_001) && breaker.trying(60_002), "it said nothing about the target");
        assert!(breaker.may_call(120_002), "a call that is never heard of again is forgotten");
        assert!(breaker.succeeded(120_003) && breaker.may_call(120_004) && breaker.may_call(120_004));
    }

    #[test]
    fn a_few_failures_among_many_calls_open_nothing() {
        let mut breaker = Breaker::new(BreakerOptions::default());
        for at in 0..100 {
            breaker.succeeded(at);
            if at % 3 == 0 {
                assert!(!breaker.failed(at, None));
            }
        }
        assert_eq!(breaker.state(100), BreakerState::Closed);
    }

    #[test]
    fn what_a_target_says_about_when_to_come_again_is_honoured() {
        let mut breaker = Breaker::new(BreakerOptions { failures: 1, ..BreakerOptions::default() });
        assert!(breaker.failed(0, Some(60_000)));
        assert!(!breaker.may_call(59_000) && breaker.may_call(60_001));
    }

    #[test]
    fn old_failures_are_forgotten() {
        let mut breaker = Breaker::new(BreakerOptions::default());
        for at in 0..20 {
            assert!(!breaker.failed(at * 20_000, None), "two in any window");
        }
    }
}
