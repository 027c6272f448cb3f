//! What happens around a body while it runs: its lease is extended, its task kept alive, and it is cut when nobody waits
//! for it any more.

use std::{sync::Arc, time::Duration};

use cueline_ports::{Callbacks, PortErrorKind};
use cueline_protocol::{
    ids::{ExecutionId, QueueName},
    v1::Envelope,
};
use cueline_states::{Event, ParentLink};
use futures::FutureExt;

use super::{record::extend, run::is_late};
use crate::{engine::Core, peers};

/// Signs of life within the time in which one is expected: one may be lost, one may be late.
const BEATS: i64 = 3;

/// A body at work.
pub(super) struct Leased<'a> {
    pub(super) core: &'a Arc<Core>,
    pub(super) queue: &'a QueueName,
    pub(super) delivery: &'a cueline_ports::Delivery,
    pub(super) lease: Duration,
    pub(super) envelope: &'a Envelope,
    pub(super) waiting: Waiting<'a>,
}

/// Who waits for the result.
pub(super) enum Waiting<'a> {
    /// A task of an execution of ours.
    Execution(&'a ExecutionId),
    /// A state machine that runs elsewhere.
    Token(&'a dyn Callbacks, &'a str),
}

impl Leased<'_> {
    /// Runs the body; `None` when its task was closed meanwhile. A deadline that passes is for the timer of the execution:
    /// it is told to look now.
    pub(super) async fn while_running(&self, body: impl Future<Output = Event>) -> Option<Event> {
        tokio::pin!(body);
        if let Some(event) = body.as_mut().now_or_never() {
            return Some(event);
        }
        let clock = &self.core.world.clock;
        let lease_ms = self.lease.as_millis() as i64 / 2;
        let beat_ms = if self.envelope.heartbeat_ms > 0 { self.envelope.heartbeat_ms / BEATS } else { i64::MAX };
        let begun = clock.now_ms();
        // Dropped with the body, however it ends.
        let mut mark = match self.waiting {
            Waiting::Execution(execution) => Some(peers::Mark::new(self.core, execution, self.envelope.task)),
            Waiting::Token(..) => None,
        };
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
                tracing::warn!(resource = %self.envelope.resource, "task cut at its deadline");
                return Some(Event::Tick);
            }
            if now_ms >= beat_at {
                beat_at = now_ms.saturating_add(beat_ms);
                if !self.waiting.beat(self.core, self.envelope.task).await {
                    return None;
                }
            }
            if now_ms >= extend_at {
                extend_at = now_ms.saturating_add(lease_ms);
                extend(self.core, self.queue, self.delivery, self.lease).await;
                if let Some(mark) = &mut mark {
                    mark.show(self.lease).await;
                }
                if !self.waiting.is_there(self.core, self.envelope.task).await {
                    return None;
                }
            }
        }
    }
}

impl Waiting<'_> {
    /// Tells that the task is alive. False when nobody wants to know.
    async fn beat(&self, core: &Core, task: u64) -> bool {
        match self {
            Self::Execution(execution) => {
                core.tell((*execution).clone(), Event::Heartbeat { task });
                true
            }
            Self::Token(callbacks, token) => still_waits(*callbacks, token).await,
        }
    }

    /// Whether somebody still waits. When in doubt somebody does.
    async fn is_there(&self, core: &Core, task: u64) -> bool {
        match self {
            Self::Execution(execution) => core.awaits(execution, ParentLink::Task(task)).await,
            // The only question that Step Functions answer, and a sign of life in one.
            Self::Token(callbacks, token) => still_waits(*callbacks, token).await,
        }
    }
}

/// Sends a sign of life. False when nobody waits with this token any more; when in doubt somebody does.
pub(super) async fn still_waits(callbacks: &dyn Callbacks, token: &str) -> bool {
    match callbacks.heartbeat(token).await {
        Ok(()) => true,
        Err(error) => {
            let nobody = matches!(error.kind, PortErrorKind::NotFound | PortErrorKind::Invalid);
            if !nobody {
                tracing::warn!(error = %error, "failed to send a heartbeat");
            }
            !nobody
        }
    }
}
