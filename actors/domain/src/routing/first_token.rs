//! How long a target takes to its first token.
//!
//! Whoever is left out for being slow is not asked, so nothing would ever say that it has become quick. An estimate therefore ages:
//! what was not heard of for a while is not known, one request goes there to find out, and until it has, the old estimate holds for
//! all others.

/// An estimate that is older speaks for nobody, in milliseconds.
pub const FRESH_MS: i64 = 5 * 60_000;
/// Whoever was sent to find out and is not heard of for so long is forgotten, in milliseconds.
const PROBE_MS: i64 = 60_000;

/// What is known of the first tokens of a target; at first nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FirstToken {
    /// Milliseconds with ten binary places; 0: none was heard.
    smoothed: u64,
    heard_ms: i64,
    asked_ms: Option<i64>,
}

impl FirstToken {
    /// One more came, `ms` milliseconds after it was asked for.
    #[must_use]
    pub fn heard(self, ms: u64, now_ms: i64) -> Self {
        let new = ms.clamp(1, u64::MAX >> 11) << 10;
        // Each new one counts for an eighth: one slow answer is no slow target. Beside what is old it counts alone.
        let smoothed = if self.is_fresh(now_ms) { self.smoothed - self.smoothed / 8 + new / 8 } else { new };
        Self { smoothed, heard_ms: now_ms, asked_ms: None }
    }

    /// A request is sent to the target.
    #[must_use]
    pub fn asked(self, now_ms: i64) -> Self {
        let asked_ms = if self.is_fresh(now_ms) || self.is_asked(now_ms) { self.asked_ms } else { Some(now_ms) };
        Self { asked_ms, ..self }
    }

    /// Milliseconds that it takes, if that is known.
    pub fn estimate(&self, now_ms: i64) -> Option<u64> {
        let is_known = self.smoothed > 0 && (self.is_fresh(now_ms) || self.is_asked(now_ms));
        is_known.then_some((self.smoothed >> 10).max(1))
    }

    fn is_fresh(&self, now_ms: i64) -> bool {
        self.smoothed > 0 && now_ms.saturating_sub(self.heard_ms) < FRESH_MS
    }

    fn is_asked(&self, now_ms: i64) -> bool {
        self.asked_ms.is_some_and(|asked| now_ms.saturating_sub(asked) < PROBE_MS)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_slow_answer_is_no_slow_target() {
        let mut first = FirstToken::default();
        assert_eq!(first.estimate(0), None);
        for at in 0..20 {
            first = first.heard(100, at);
        }
        assert_eq!(first.estimate(20), Some(100));
        first = first.heard(900, 21);
        assert_eq!(first.estimate(21), Some(200));
        assert_eq!(FirstToken::default().heard(0, 0).estimate(0), Some(1), "at once is not never");
    }

    #[test]
    fn what_is_old_is_not_known_until_one_request_has_found_out() {
        let slow = FirstToken::default().heard(8_000, 0);
        assert_eq!(slow.estimate(FRESH_MS - 1), Some(8_000));
        assert_eq!(slow.asked(FRESH_MS - 1), slow, "nobody has to find out what is known");
        assert_eq!(slow.estimate(FRESH_MS), None, "it may be quick by now");
        let asked = slow.asked(FRESH_MS);
        assert_eq!(asked.estimate(FRESH_MS + 1), Some(8_000), "others wait for who was sent");
        assert_eq!(asked.asked(FRESH_MS + 10), asked, "and do not make the wait longer");
        let quick = asked.heard(80, FRESH_MS + 100);
        assert_eq!(quick.estimate(FRESH_MS + 101), Some(80), "what was long ago does not count");
        assert_eq!(asked.estimate(FRESH_MS + PROBE_MS), None, "who is not heard of is not waited for");
    }

    proptest! {
        #[test]
        fn an_estimate_lies_between_what_was_heard(times in prop::collection::vec(1_u64..100_000, 1..50)) {
            let first = times.iter().enumerate().fold(FirstToken::default(), |of, (at, ms)| of.heard(*ms, at as i64));
            let (least, most) = (times.iter().min().copied().unwrap_or(0), times.iter().max().copied().unwrap_or(0));
            let estimate = first.estimate(50).unwrap_or(0);
            prop_assert!(least.saturating_sub(1) <= estimate && estimate <= most, "{estimate} of {times:?}");
        }
    }
}
