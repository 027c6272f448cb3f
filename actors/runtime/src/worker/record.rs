//! A result on its way into the journal. It was paid for, so it is kept until it is there, however long that takes.

use std::{sync::Arc, time::Duration};

use cueline_ports::Delivery;
use cueline_protocol::ids::QueueName;
use cueline_states::Event;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::run::{Busy, acknowledge, bury};
use crate::{
    EngineError,
    conductor::{Delivered, Done},
    engine::Core,
    soon::soon,
};

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A delivery whose task is being dealt with here.
pub(super) struct Recording {
    pub(super) core: Arc<Core>,
    pub(super) queue: QueueName,
    pub(super) delivery: Delivery,
    pub(super) busy: Busy,
    pub(super) lease: Duration,
    /// Why the message goes to the dead letters instead of being acknowledged.
    pub(super) bury: Option<String>,
}

impl Recording {
    /// Hands the result over. The body is done: the next one may begin while the result is being written.
    pub(super) fn record(self, event: Event, permit: OwnedSemaphorePermit) {
        let permits = permit.semaphore().clone();
        drop(permit);
        let core = self.core.clone();
        let execution = self.busy.task.0.clone();
        let mut kept = Kept(Some((self, event.clone(), permits)));
        core.send(execution, event, Done::call(move |came| kept.heard(came)));
    }

    /// Nobody waits for a result.
    pub(super) async fn drop_it(self) {
        let Self { core, queue, delivery, busy, .. } = self;
        drop(busy);
        acknowledge(&core, &queue, &delivery).await;
    }

    /// The result is in the journal, or there is nobody to record it for.
    async fn close(self) {
        let Self { core, queue, delivery, busy, bury: reason, .. } = self;
        drop(busy);
        match reason {
            Some(reason) => bury(&core, &queue, &delivery, &reason).await,
            None => acknowledge(&core, &queue, &delivery).await,
        }
    }

    /// The journal does not take it now: tries until it does. Bodies whose results cannot be recorded must not pile up, so
    /// one fewer may run meanwhile.
    async fn insist(self, event: Event, permits: Arc<Semaphore>) {
        let core = self.core.clone();
        let clock = &core.world.clock;
        let longest = LONGEST_PAUSE.min(self.lease / 3);
        let mut pause = Duration::from_millis(100);
        let mut brake = Box::pin(permits.acquire_owned());
        let mut held = None;
        loop {
            let sleep = clock.sleep(pause);
            tokio::pin!(sleep);
            tokio::select! {
                biased;
                permit = &mut brake, if held.is_none() => {
                    held = Some(permit);
                    sleep.await;
                }
                () = &mut sleep => {}
            }
            extend(&self.core, &self.queue, &self.delivery, self.lease).await;
            match core.deliver(self.busy.task.0.clone(), event.clone()).await {
                // The next start sends the cue again.
                Err(_) if core.is_stopped() => return,
                Err(error) if error.is_transient() => pause = (pause * 2).min(longest),
                _ => return self.close().await,
            }
        }
    }
}

/// The delivery stays with us for another lease.
pub(super) async fn extend(core: &Core, queue: &QueueName, delivery: &Delivery, lease: Duration) {
    if let Err(error) = core.world.queue.extend(queue, &delivery.receipt, lease).await {
        // Somebody else may run it too now; the result is recorded once all the same.
        tracing::warn!(queue = %queue, error = %error, "failed to extend lease");
    }
}

/// A result that the shard was given. If the shard dies with it, it is still here.
struct Kept(Option<(Recording, Event, Arc<Semaphore>)>);

impl Kept {
    fn heard(&mut self, came: Result<Delivered, EngineError>) {
        let Some((recording, event, permits)) = self.0.take() else { return };
        match came {
            Err(error) if error.is_transient() => {
                let execution = &recording.busy.task.0;
                tracing::warn!(execution = %execution, error = %error, "result not recorded yet; it is kept");
                soon(recording.insist(event, permits));
            }
            _ => soon(recording.close()),
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.heard(Err(EngineError::Unavailable));
    }
}
