//! One delivery of one cue: decode, run the body, record the result, acknowledge.

use std::{
    collections::HashSet,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use cueline_ports::Delivery;
use cueline_protocol::{
    ids::{ExecutionId, QueueName},
    v1::Envelope,
};
use cueline_states::{Event, Json};
use futures::FutureExt;
use prost::Message;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

use super::Kind;
use crate::{
    EngineError, TaskContext, TaskError,
    conductor::{self, Delivered, Done},
    engine::Core,
    soon::soon,
};

/// Tasks whose bodies run, or whose results are being recorded, in this process right now.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashSet<(ExecutionId, u64)>>>);

/// One of them; however it ends, it leaves.
struct Busy {
    running: Running,
    task: (ExecutionId, u64),
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.running.lock().remove(&self.task);
    }
}

impl Running {
    pub(crate) fn contains(&self, execution: &ExecutionId, task: u64) -> bool {
        self.lock().contains(&(execution.clone(), task))
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// `None` when it is among them already.
    fn enter(&self, execution: &ExecutionId, task: u64) -> Option<Busy> {
        let task = (execution.clone(), task);
        self.lock().insert(task.clone()).then(|| Busy { running: self.clone(), task })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<(ExecutionId, u64)>> {
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
    let (envelope, execution) = match read(&delivery) {
        Ok(read) => read,
        Err(reason) => return bury(&core, &queue, &delivery, &reason).await,
    };
    if delivery.receive_count > core.options.max_receives {
        let reason = format!("received {} times without a result", delivery.receive_count);
        bury(&core, &queue, &delivery, &reason).await;
        let error = TaskError::new(cueline_states::POISON, reason);
        core.tell(execution, failed(envelope.task, error));
        return;
    }
    let again = delivery.receive_count > 1 || envelope.resent > 0;
    let Some(busy) = core.running.enter(&execution, envelope.task) else {
        // The same cue is being worked on here: this copy is one too many.
        return acknowledge(&core, &queue, delivery).await;
    };
    if again && !core.is_open(&execution, envelope.task).await {
        drop(busy);
        return acknowledge(&core, &queue, delivery).await;
    }
    if again {
        core.counters.ran_again(kind.name);
    }
    let event = {
        let leased = Leased { core: &core, queue: &queue, delivery: &delivery, lease: kind.lease };
        leased.while_running(body(&core, &kind, &envelope, &execution)).await
    };
    // The body is done: the next one may begin while the result is being written.
    drop(permit);
    let recording = core.clone();
    let done = Done::call(move |recorded| soon(close(recording, queue, delivery, busy, recorded)));
    core.send(execution, event, done);
}

/// The result is in the journal, or cannot be: what becomes of the message.
async fn close(
    core: Arc<Core>,
    queue: QueueName,
    delivery: Delivery,
    busy: Busy,
    recorded: Result<Delivered, EngineError>,
) {
    let execution = busy.task.0.clone();
    drop(busy);
    match recorded {
        Err(error) if error.is_transient() => {
            tracing::warn!(execution = %execution, error = %error, "result not recorded; the cue will come again");
            let _ = core.world.queue.release(&queue, &delivery.receipt, Duration::from_secs(1)).await;
        }
        // Recorded, or there is nobody to record it for.
        _ => acknowledge(&core, &queue, delivery).await,
    }
}

fn read(delivery: &Delivery) -> Result<(Envelope, ExecutionId), String> {
    let envelope = Envelope::decode(delivery.body.clone()).map_err(|error| format!("not an envelope: {error}"))?;
    let execution = ExecutionId::new(&envelope.execution).map_err(|error| error.to_string())?;
    Ok((envelope, execution))
}

async fn body(core: &Arc<Core>, kind: &Kind, envelope: &Envelope, execution: &ExecutionId) -> Event {
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
    };
    core.counters.started(kind.name);
    let ran = task.run(&context, request).instrument(core.options.spans.task(envelope));
    match AssertUnwindSafe(ran).catch_unwind().await {
        Ok(Ok(output)) => Event::TaskSucceeded { task: envelope.task, output: Json::new(output) },
        Ok(Err(error)) => {
            core.counters.failed(kind.name);
            tracing::debug!(execution = %execution, resource = %envelope.resource, error = %error.name, "task failed");
            failed(envelope.task, error)
        }
        Err(panic) => {
            core.counters.failed(kind.name);
            let what = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            tracing::error!(execution = %execution, resource = %envelope.resource, "task panicked");
            failed(envelope.task, TaskError::new("Cueline.Panic", what))
        }
    }
}

fn failed(task: u64, error: TaskError) -> Event {
    Event::TaskFailed { task, error: error.name, cause: error.cause }
}

struct Leased<'a> {
    core: &'a Core,
    queue: &'a QueueName,
    delivery: &'a Delivery,
    lease: Duration,
}

impl Leased<'_> {
    /// Runs the body and extends the lease each time half of it is over.
    async fn while_running(&self, body: impl Future<Output = Event>) -> Event {
        tokio::pin!(body);
        if let Some(event) = body.as_mut().now_or_never() {
            return event;
        }
        loop {
            tokio::select! {
                biased;
                event = &mut body => return event,
                () = self.core.world.clock.sleep(self.lease / 2) => {
                    let extended = self.core.world.queue.extend(self.queue, &self.delivery.receipt, self.lease).await;
                    if let Err(error) = extended {
                        // Somebody else may run it too now; the result is recorded once all the same.
                        tracing::warn!(queue = %self.queue, error = %error, "failed to extend lease");
                    }
                }
            }
        }
    }
}

async fn acknowledge(core: &Core, queue: &QueueName, delivery: Delivery) {
    if let Err(error) = core.world.queue.acknowledge(queue, vec![delivery.receipt]).await {
        tracing::warn!(queue = %queue, error = %error, "failed to acknowledge; the message will come again");
    }
}

async fn bury(core: &Core, queue: &QueueName, delivery: &Delivery, reason: &str) {
    tracing::error!(queue = %queue, reason, "message moved to the dead letters");
    if let Err(error) = core.world.queue.dead_letter(queue, &delivery.receipt, reason).await {
        tracing::error!(queue = %queue, error = %error, "failed to dead-letter a message");
    }
}
