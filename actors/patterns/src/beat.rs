//! What can wait a moment waits for the same moment: it shares a sync of the disk then, and is in nobody's way between two of them.

use std::time::Duration;

/// How often what follows from answers is written down.
pub(crate) const RECORD_MS: i64 = 5;

/// Until the end of a beat of so many milliseconds, which is at least half of one away: who waits for it goes on together.
pub(crate) fn until_beat(now_ms: i64, beat_ms: i64) -> Duration {
    let earliest = now_ms + (beat_ms + 1) / 2;
    let end = (earliest + beat_ms - 1).div_euclid(beat_ms) * beat_ms;
    Duration::from_millis((end - now_ms).unsigned_abs())
}
