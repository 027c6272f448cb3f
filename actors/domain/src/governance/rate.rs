//! How many in a minute, smoothly: a virtual clock that each request moves on (GCRA, ITU-T I.371).

/// A limit on a stream of requests, or of tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rate {
    /// When, in milliseconds, everything that was let through would have been let through evenly.
    theoretical_ms: f64,
}

impl Rate {
    /// Whether `amount` more may pass at `now_ms` under `per_minute`; up to a tenth of it, and at least one amount, at once.
    /// An error: after how many milliseconds it may.
    pub fn take(&mut self, now_ms: i64, amount: u64, per_minute: u64) -> Result<(), u64> {
        if per_minute == 0 {
            return Err(60_000);
        }
        let each = 60_000.0 / per_minute as f64;
        let now = now_ms as f64;
        let cost = each * amount as f64;
        // An amount larger than the burst passes when the clock is not behind.
        let burst = (6_000.0_f64).max(cost);
        let from = self.theoretical_ms.max(now);
        let to = from + cost;
        if to - now > burst + f64::EPSILON {
            return Err((to - now - burst).ceil() as u64);
        }
        self.theoretical_ms = to;
        Ok(())
    }

    /// Gives back what was not used.
    pub fn give_back(&mut self, amount: u64, per_minute: u64) {
        if per_minute > 0 {
            self.theoretical_ms -= 60_000.0 / per_minute as f64 * amount as f64;
        }
    }

    /// Charges more than was taken before: an answer was longer than expected.
    pub fn charge(&mut self, now_ms: i64, amount: u64, per_minute: u64) {
        if per_minute > 0 {
            let from = self.theoretical_ms.max(now_ms as f64);
            self.theoretical_ms = from + 60_000.0 / per_minute as f64 * amount as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_it_is_even() {
        let mut rate = Rate::default();
        let passed = (0..100).filter(|_| rate.take(1_000, 1, 60).is_ok()).count();
        assert_eq!(passed, 6, "a tenth of a minute's at once");
        let wait = rate.take(1_000, 1, 60).unwrap_err();
        assert_eq!(wait, 1_000);
        assert!(rate.take(1_999, 1, 60).is_err() && rate.take(2_000, 1, 60).is_ok());
    }

    #[test]
    fn over_a_long_time_no_more_than_the_limit_passes() {
        let mut rate = Rate::default();
        let passed = (0..600_000).step_by(10).filter(|at| rate.take(*at, 1, 100).is_ok()).count();
        assert!((1_000..=1_011).contains(&passed), "{passed} in ten minutes");
    }

    #[test]
    fn a_large_amount_passes_when_nothing_is_owed() {
        let mut rate = Rate::default();
        assert!(rate.take(0, 50_000, 10_000).is_ok());
        assert_eq!(rate.take(0, 1, 10_000).unwrap_err(), 294_006);
        rate.give_back(50_000, 10_000);
        assert!(rate.take(0, 1, 10_000).is_ok());
    }

    #[test]
    fn nothing_passes_a_limit_of_nothing() {
        assert_eq!(Rate::default().take(0, 1, 0), Err(60_000));
    }
}
