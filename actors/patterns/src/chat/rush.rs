//! Targets that speak faster than anybody reads are heard in breaths, so that many frames share an append, a sync and a write to
//! the reader: the more of them at once, the longer. Breaths end together, so that the appends share a sync, too.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::beat::until_beat;

/// Milliseconds for each such target.
const EACH_MS: i64 = 1;
/// However many there are. Nobody sees twenty milliseconds, and a breath is at most half as long again.
const LONGEST_MS: i64 = 12;

/// Counts them. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Rush(Arc<AtomicI64>);

/// One of them; counts until it is dropped.
pub(super) struct Hurry(Rush);

impl Rush {
    pub(super) fn join(&self) -> Hurry {
        self.0.fetch_add(1, Ordering::Relaxed);
        Hurry(self.clone())
    }
}

impl Hurry {
    /// How long it is left to speak before it is heard again.
    pub(super) fn breath(&self, now_ms: i64) -> Duration {
        until_beat(now_ms, (EACH_MS * self.0.0.load(Ordering::Relaxed)).clamp(1, LONGEST_MS))
    }
}

impl Drop for Hurry {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaths_are_short_for_one_bounded_for_many_and_end_together() {
        let rush = Rush::default();
        let one = rush.join();
        assert_eq!(one.breath(1_007), Duration::from_millis(1));
        let many: Vec<Hurry> = (0..50).map(|_| rush.join()).collect();
        let longest = LONGEST_MS.unsigned_abs();
        for now_ms in 0..1_000 {
            let breath = one.breath(now_ms).as_millis() as u64;
            assert!((longest / 2..=longest * 3 / 2).contains(&breath), "{now_ms}: {breath}");
            assert_eq!((now_ms.unsigned_abs() + breath) % longest, 0, "{now_ms}");
        }
        drop(many);
        assert_eq!(one.breath(1_007), Duration::from_millis(1));
    }
}
