//! What happens around a body while it runs: its lease is extended, its task kept alive, and it is cut when nobody waits
//! for it any more.

use std::time::Duration;

use cueline_protocol::{ids::ExecutionId, v1::Envelope};
use cueline_states::{Event, ParentLink};
use futures::FutureExt;

use super::{record::Recording, run::is_late};
use crate::peers;

/// Signs of life within the time in which one is expected: one may be lost, one may be late.
const BEATS: i64 = 3;

/// A body at work.
pub(super) struct Leased<'a> {
    pub(super) recording: &'a Recording,
    pub(super) envelope: &'a Envelope,
    pub(super) execution: &'a ExecutionId,
}

impl Leased<'_> {
    /// Runs the body; `None` when its task was closed meanwhile. A deadline that passes is for the timer of the execution:
    /// it is told to look now.
    pub(super) async fn while_running(&self, body: impl Future<Output = Event>) -> Option<Event> {
        tokio::pin!(body);
        if let Some(event) = body.as_mut().now_or_never() {
            return Some(event);
        }
        let core = &self.recording.core;
        let clock = &core.world.clock;
        let lease_ms = self.recording.lease.as_millis() as i64 / 2;
        let beat_ms = if self.envelope.heartbeat_ms > 0 { self.envelope.heartbeat_ms / BEATS } else { i64::MAX };
        let begun = clock.now_ms();
        // Dropped with the body, however it ends.
        let mut mark = peers::Mark::new(core, self.execution, self.envelope.task);
        let (mut extend_at, mut beat_at) = (begun.saturating_add(lease_ms), begun.saturating_add(beat_ms));
        loop {
            let deadline = if self.envelope.deadline_ms > 0 { self.envelope.deadline_ms } else { i64::MAX };
            let next = extend_at.min(beat_at).min(deadline);
            let nap = Duration::from_millis(next.saturating_sub(clock.now_ms()).max(1) as u64);
            tokio::select! {
                biased;
                event = &mut body => return Some(event),
                () = clock.sleep(nap) => {}
            }
            let now_ms = clock.now_ms();
            if is_late(self.envelope, now_ms) {
                tracing::warn!(execution = %self.execution, resource = %self.envelope.resource, "task cut at its deadline");
                return Some(Event::Tick);
            }
            if now_ms >= beat_at {
                beat_at = now_ms.saturating_add(beat_ms);
                core.tell(self.execution.clone(), Event::Heartbeat { task: self.envelope.task });
            }
            if now_ms >= extend_at {
                extend_at = now_ms.saturating_add(lease_ms);
                self.recording.extend().await;
                mark.show(self.recording.lease).await;
                if !core.awaits(self.execution, ParentLink::Task(self.envelope.task)).await {
                    return None;
                }
            }
        }
    }
}
