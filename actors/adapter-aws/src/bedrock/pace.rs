//! How much may be asked of a model now. Pure: whoever asks says what time it is.
//!
//! Bedrock counts tokens and requests of a model in a minute. Before a call it counts what is read and the most that may be
//! written; afterwards what really was. So do we: [`Pace::ask`] reserves, [`Pace::settle`] corrects.

use std::time::Duration;

/// A burst may take this part of what a minute has; the rest comes steadily. So no sixty seconds take more than the quota.
const BURST: f64 = 0.1;
/// After the first refusal.
const SHORTEST: Duration = Duration::from_millis(500);
/// After many.
const LONGEST: Duration = Duration::from_secs(30);

/// What may be asked of a model in a minute; `None` is not limited here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quota {
    /// Tokens read and written.
    pub tokens_per_minute: Option<u64>,
    /// Requests.
    pub requests_per_minute: Option<u64>,
}

/// What a model was asked lately.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    tokens: Option<Bucket>,
    requests: Option<Bucket>,
    /// Nothing before: the model said that it was too much.
    closed_until_ms: i64,
    refusals: u32,
}

impl Pace {
    pub(super) fn new(quota: Quota, now_ms: i64) -> Self {
        let bucket = |per_minute: Option<u64>| per_minute.map(|per_minute| Bucket::full(per_minute, now_ms));
        Self {
            tokens: bucket(quota.tokens_per_minute),
            requests: bucket(quota.requests_per_minute),
            closed_until_ms: i64::MIN,
            refusals: 0,
        }
    }

    /// Reserves one request of so many tokens, or says how long to wait at least.
    pub(super) fn ask(&mut self, tokens: u64, now_ms: i64) -> Result<(), Duration> {
        let closed = millis(self.closed_until_ms.saturating_sub(now_ms));
        let wait = [
            closed,
            self.tokens.as_mut().map_or(Duration::ZERO, |bucket| bucket.wait(tokens as f64, now_ms)),
            self.requests.as_mut().map_or(Duration::ZERO, |bucket| bucket.wait(1.0, now_ms)),
        ];
        let wait = wait.into_iter().max().unwrap_or_default();
        if !wait.is_zero() {
            return Err(wait);
        }
        if let Some(bucket) = &mut self.tokens {
            bucket.level -= tokens as f64;
        }
        if let Some(bucket) = &mut self.requests {
            bucket.level -= 1.0;
        }
        Ok(())
    }

    /// A call is over: so many tokens were reserved for it and so many were used.
    pub(super) fn settle(&mut self, reserved: u64, used: u64) {
        self.refusals = 0;
        if let Some(bucket) = &mut self.tokens {
            bucket.level = (bucket.level + reserved as f64 - used as f64).min(bucket.most);
        }
    }

    /// The model refused: it is left alone for a while, longer each time. `draw` spreads the callers of many processes.
    pub(super) fn refused(&mut self, reserved: u64, now_ms: i64, draw: f64) -> Duration {
        // A call that was refused used nothing.
        if let Some(bucket) = &mut self.tokens {
            bucket.level = (bucket.level + reserved as f64).min(bucket.most);
        }
        let wait = backoff(self.refusals, draw);
        // Calls that were on their way together are refused together, and are one refusal.
        if now_ms >= self.closed_until_ms {
            self.refusals = self.refusals.saturating_add(1);
            self.closed_until_ms = now_ms.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        }
        millis(self.closed_until_ms.saturating_sub(now_ms))
    }
}

/// How long to wait after a number of failures: twice as long each time, between half of that and all of it.
pub(super) fn backoff(failures: u32, draw: f64) -> Duration {
    let most = SHORTEST.saturating_mul(1 << failures.min(16)).min(LONGEST);
    most.mul_f64(0.5 + 0.5 * draw.clamp(0.0, 1.0))
}

fn millis(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

/// Fills steadily up to its brim. What is larger than it takes all of it and leaves a debt.
#[derive(Debug, Clone)]
struct Bucket {
    level: f64,
    most: f64,
    per_ms: f64,
    filled_ms: i64,
}

impl Bucket {
    fn full(per_minute: u64, now_ms: i64) -> Self {
        let per_minute = per_minute.max(1) as f64;
        let most = per_minute * BURST;
        Self {
            level: most.max(1.0),
            most: most.max(1.0),
            per_ms: per_minute * (1.0 - BURST) / 60_000.0,
            filled_ms: now_ms,
        }
    }

    /// How long until so much may be taken.
    fn wait(&mut self, amount: f64, now_ms: i64) -> Duration {
        let passed = now_ms.saturating_sub(self.filled_ms).max(0) as f64;
        self.level = (self.level + passed * self.per_ms).min(self.most);
        self.filled_ms = self.filled_ms.max(now_ms);
        let missing = amount.min(self.most) - self.level;
        // Less than a thousandth of a token is a rounding error, not a token.
        if missing < 1e-3 { Duration::ZERO } else { Duration::from_millis((missing / self.per_ms).ceil() as u64) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(tokens: u64, requests: u64) -> Quota {
        Quota { tokens_per_minute: Some(tokens), requests_per_minute: Some(requests) }
    }

    /// Asks again and again, each time as early as it may, and gives the moments.
    fn moments(quota: Quota, tokens: u64, calls: usize) -> Vec<i64> {
        let mut pace = Pace::new(quota, 0);
        let mut now_ms = 0;
        let mut moments = Vec::new();
        while moments.len() < calls {
            match pace.ask(tokens, now_ms) {
                Ok(()) => moments.push(now_ms),
                Err(wait) => now_ms += i64::try_from(wait.as_millis()).unwrap(),
            }
        }
        moments
    }

    #[test]
    fn no_minute_takes_more_than_the_quota() {
        for (quota, tokens) in [(quota(60_000, 1_000_000), 700), (quota(u64::MAX, 300), 1), (quota(1_000, 40), 90)] {
            let moments = moments(quota, tokens, 2_000);
            for begin in &moments {
                let calls = moments.iter().filter(|at| (*begin..begin + 60_000).contains(at)).count() as u64;
                assert!(calls * tokens <= quota.tokens_per_minute.unwrap(), "{calls} calls of {tokens} in a minute");
                assert!(calls <= quota.requests_per_minute.unwrap(), "{calls} calls in a minute");
            }
        }
    }

    #[test]
    fn nine_tenths_of_the_quota_can_be_used() {
        let moments = moments(quota(60_000, 1_000_000), 600, 1_000);
        let minutes = (*moments.last().unwrap() as f64) / 60_000.0;
        assert!(1_000.0 * 600.0 / minutes > 0.9 * 60_000.0, "{minutes} minutes");
    }

    #[test]
    fn without_a_quota_nobody_waits() {
        let mut pace = Pace::new(Quota::default(), 0);
        assert!((0..10_000).all(|_| pace.ask(1_000_000, 0).is_ok()));
    }

    #[test]
    fn what_is_larger_than_a_burst_goes_when_nothing_else_is_open_and_is_paid_back() {
        let mut pace = Pace::new(quota(60_000, 600), 0);
        assert_eq!(pace.ask(30_000, 0), Ok(()));
        let wait = pace.ask(1, 0).unwrap_err();
        assert!((26..28).contains(&wait.as_secs()), "24,000 tokens at 900 a second: {wait:?}");
        assert_eq!(pace.ask(1, i64::try_from(wait.as_millis()).unwrap()), Ok(()));
    }

    #[test]
    fn what_was_not_used_is_given_back() {
        let mut pace = Pace::new(quota(60_000, 600), 0);
        assert_eq!(pace.ask(6_000, 0), Ok(()));
        assert!(pace.ask(5_000, 0).is_err());
        pace.settle(6_000, 1_000);
        assert_eq!(pace.ask(5_000, 0), Ok(()));
        assert!(pace.ask(1, 0).is_err());
        pace.settle(0, 600);
        assert!(pace.ask(1, 500).is_err(), "what took more than was reserved is owed");
    }

    #[test]
    fn a_refusal_closes_for_everybody_and_longer_each_time_until_a_call_succeeds() {
        let mut pace = Pace::new(Quota::default(), 0);
        let first = pace.refused(10, 1_000, 1.0);
        assert_eq!(first, SHORTEST);
        assert_eq!(pace.refused(10, 1_000, 1.0), SHORTEST, "refused together is refused once");
        assert_eq!(pace.ask(1, 1_200), Err(Duration::from_millis(300)));
        assert_eq!(pace.ask(1, 1_500), Ok(()));
        assert_eq!(pace.refused(1, 1_500, 1.0), 2 * SHORTEST);
        pace.settle(1, 1);
        assert_eq!(pace.refused(1, 90_000, 1.0), SHORTEST);
        assert_eq!(pace.refused(1, 1_000_000, 0.0), SHORTEST, "half of the second wait");
        assert_eq!(backoff(40, 1.0), LONGEST);
    }
}
