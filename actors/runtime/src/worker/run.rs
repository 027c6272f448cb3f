//! One delivery of one cue: decode, run the body, hand its result over.

use std::{
    collections::{HashMap, hash_map::Entry},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard},
};

use cueline_ports::Delivery;
use cueline_protocol::{
    envelope::{self, Received},
    ids::{ExecutionId, QueueName},
    v1::Envelope,
};
use cueline_states::{Event, Json, ParentLink};
use futures::FutureExt;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

use super::{
    Kind,
    lease::{Leased, Waiting},
    record::Recording,
    token,
};
use crate::{TaskContext, TaskError, conductor, engine::Core};

/// Error name of a body that panicked.
const PANIC: &str = "Cueline.Panic";
/// A cue that waited longer than this may be for a task that nobody waits for any more.
const STALE_MS: i64 = 100;

/// Tasks whose bodies run, or whose results are being recorded, in this process right now, with their actor kind.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashMap<(ExecutionId, u64), &'static str>>>);

/// One of them; however it ends, it leaves.
pub(super) struct Busy {
    running: Running,
    pub(super) task: (ExecutionId, u64),
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.running.lock().remove(&self.task);
    }
}

impl Running {
    pub(crate) fn contains(&self, execution: &ExecutionId, task: u64) -> bool {
        self.lock().contains_key(&(execution.clone(), task))
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Those whose kind is wanted.
    pub(crate) fn count(&self, is_wanted: impl Fn(&str) -> bool) -> usize {
        self.lock().values().filter(|kind| is_wanted(kind)).count()
    }

    /// `None` when it is among them already.
    pub(super) fn enter(&self, kind: &'static str, execution: &ExecutionId, task: u64) -> Option<Busy> {
        match self.lock().entry((execution.clone(), task)) {
            Entry::Occupied(_) => None,
            Entry::Vacant(free) => {
                free.insert(kind);
                Some(Busy { running: self.clone(), task: (execution.clone(), task) })
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(ExecutionId, u64), &'static str>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Processes a delivery to its end. Never fails: what goes wrong is recorded, released or dead-lettered.
pub(crate) async fn run(
    core: Arc<Core>,
    kind: Arc<Kind>,
    queue: QueueName,
    delivery: Delivery,
    permit: OwnedSemaphorePermit,
) {
    if core.is_draining() {
        // For whoever comes after us. If it is lost, the next start sends the cue again.
        let _ = core.world.queue.release(&queue, &delivery.receipt, std::time::Duration::ZERO).await;
        return;
    }
    let received = match envelope::read(&delivery.body) {
        Ok(received) => received,
        Err(reason) => return bury(&core, &queue, &delivery, &reason.to_string()).await,
    };
    if let Some(waits) = received.task_token().map(str::to_owned) {
        return token::run(core, kind, queue, delivery, received, &waits, permit).await;
    }
    let Received { envelope, .. } = received;
    let execution = match ExecutionId::new(&envelope.execution) {
        Ok(execution) => execution,
        Err(reason) => return bury(&core, &queue, &delivery, &reason.to_string()).await,
    };
    let Some(busy) = core.running.enter(kind.name, &execution, envelope.task) else {
        // The same cue is being worked on here: this copy is one too many.
        return acknowledge(&core, &queue, &delivery).await;
    };
    let recording = Recording { core, queue, delivery, busy, lease: kind.lease, bury: None };
    let core = &recording.core;
    let now_ms = core.world.clock.now_ms();
    if is_late(&envelope, now_ms) {
        return recording.record(Event::Tick, permit);
    }
    let again = recording.delivery.receive_count > 1 || envelope.resent > 0;
    let stale = again || now_ms.saturating_sub(envelope.sent_ms) >= STALE_MS;
    if stale && !core.awaits(&execution, ParentLink::Task(envelope.task)).await {
        return recording.drop_it().await;
    }
    if recording.delivery.receive_count > core.options.max_receives {
        let reason = format!("received {} times without a result", recording.delivery.receive_count);
        let error = TaskError::new(cueline_states::POISON, reason.clone());
        return Recording { bury: Some(reason), ..recording }.record(failed(envelope.task, error), permit);
    }
    if again {
        core.counters.ran_again(kind.name);
    }
    let came = {
        let Recording { queue, delivery, lease, .. } = &recording;
        let waiting = Waiting::Execution(&execution);
        let leased = Leased { core, queue, delivery, lease: *lease, envelope: &envelope, waiting };
        leased.while_running(body(core, &kind, &envelope, &execution)).await
    };
    match came {
        Some(event) => recording.record(event, permit),
        None => recording.drop_it().await,
    }
}

/// Nobody waits for its result any more; the timer of the execution says so, if it has not yet.
pub(super) fn is_late(envelope: &Envelope, now_ms: i64) -> bool {
    envelope.deadline_ms > 0 && now_ms >= envelope.deadline_ms
}

pub(super) async fn body(core: &Arc<Core>, kind: &Kind, envelope: &Envelope, execution: &ExecutionId) -> Event {
    let Some(task) = kind.tasks.get(envelope.resource.as_str()) else {
        let error = TaskError::new("Cueline.UnknownResource", format!("{} is not served here", envelope.resource));
        return failed(envelope.task, error);
    };
    let request = match conductor::request(&core.world, envelope).await {
        Ok(request) => request,
        Err(error) => return failed(envelope.task, error),
    };
    let context = TaskContext {
        world: core.world.clone(),
        execution: execution.clone(),
        task: envelope.task,
        attempt: envelope.attempt,
        idempotency_key: envelope.idempotency_key.clone(),
        tenant: envelope.tenant.clone(),
        deadline_ms: envelope.deadline_ms,
        trace: envelope.trace.clone(),
    };
    core.counters.started(kind.name);
    // Written before anything happens, so that whoever kills processes can count which bodies began twice.
    tracing::debug!(execution = %execution, task = envelope.task, resource = %envelope.resource, "task begun");
    let span = core.options.spans.task(envelope);
    let ran = task.run(&context, request).instrument(span.clone());
    match AssertUnwindSafe(ran).catch_unwind().await {
        Ok(Ok(output)) => {
            core.options.spans.succeeded(envelope, &output);
            Event::TaskSucceeded { task: envelope.task, output: Json::new(output) }
        }
        Ok(Err(error)) => {
            core.counters.failed(kind.name, &error.name);
            core.options.spans.failed(&span, &error.name);
            tracing::debug!(execution = %execution, resource = %envelope.resource, error = %error.name, "task failed");
            failed(envelope.task, error)
        }
        Err(panic) => {
            core.counters.failed(kind.name, PANIC);
            core.options.spans.failed(&span, PANIC);
            let what = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            tracing::error!(execution = %execution, resource = %envelope.resource, "task panicked");
            failed(envelope.task, TaskError::new(PANIC, what))
        }
    }
}

pub(super) fn failed(task: u64, error: TaskError) -> Event {
    Event::TaskFailed { task, error: error.name, cause: error.cause }
}

pub(super) async fn acknowledge(core: &Core, queue: &QueueName, delivery: &Delivery) {
    if let Err(error) = core.world.queue.acknowledge(queue, vec![delivery.receipt.clone()]).await {
        tracing::warn!(queue = %queue, error = %error, "failed to acknowledge; the message will come again");
    }
}

pub(super) async fn bury(core: &Core, queue: &QueueName, delivery: &Delivery, reason: &str) {
    tracing::error!(queue = %queue, reason, "message moved to the dead letters");
    if let Err(error) = core.world.queue.dead_letter(queue, &delivery.receipt, reason).await {
        tracing::error!(queue = %queue, error = %error, "failed to dead-letter a message");
    }
}
