//! When a failed actor is started again, and when it is left alone. Pure.

use std::{collections::VecDeque, time::Duration};

/// At most `most` restarts within `window`; each waits longer than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestartPolicy {
    /// How many restarts a window may see.
    pub most: usize,
    /// The window.
    pub window: Duration,
    /// Wait before the first restart; doubles with each further one in the window.
    pub backoff: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for RestartPolicy {
    fn default() -> Self {
        Self {
            most: 5,
            window: Duration::from_secs(60),
            backoff: Duration::from_millis(50),
            longest: Duration::from_secs(5),
        }
    }
}

/// The restarts of one actor, in epoch milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestartRecord {
    recent: VecDeque<i64>,
}

/// What follows from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Start it again after this wait.
    Restart(Duration),
    /// It fails too often: leave it until a person looks.
    Quarantine,
}

impl RestartPolicy {
    /// Judges a failure at `now_ms`.
    pub fn judge(&self, record: &mut RestartRecord, now_ms: i64) -> Verdict {
        let begin = now_ms - self.window.as_millis() as i64;
        while record.recent.front().is_some_and(|at| *at < begin) {
            record.recent.pop_front();
        }
        if record.recent.len() >= self.most {
            return Verdict::Quarantine;
        }
        let doublings = u32::try_from(record.recent.len()).unwrap_or(u32::MAX).min(16);
        record.recent.push_back(now_ms);
        Verdict::Restart((self.backoff * 2_u32.pow(doublings)).min(self.longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restarts_wait_longer_and_end_in_quarantine() {
        let policy = RestartPolicy { most: 3, ..RestartPolicy::default() };
        let mut record = RestartRecord::default();
        let verdicts: Vec<_> = (0..4).map(|i| policy.judge(&mut record, i)).collect();
        let wait = |ms| Verdict::Restart(Duration::from_millis(ms));
        assert_eq!(verdicts, [wait(50), wait(100), wait(200), Verdict::Quarantine]);
    }

    #[test]
    fn old_failures_are_forgiven() {
        let policy = RestartPolicy { most: 1, window: Duration::from_secs(1), ..RestartPolicy::default() };
        let mut record = RestartRecord::default();
        assert_eq!(policy.judge(&mut record, 0), Verdict::Restart(policy.backoff));
        assert_eq!(policy.judge(&mut record, 500), Verdict::Quarantine);
        assert_eq!(policy.judge(&mut record, 1_001), Verdict::Restart(policy.backoff));
    }
}
