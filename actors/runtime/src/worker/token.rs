//! A task of a state machine that runs elsewhere and waits with a token: `sqs:sendMessage.waitForTaskToken`.
//!
//! ```text
//!  Step Functions ─JSON─► task queue ─► body, heartbeats meanwhile ─► SendTaskSuccess / SendTaskFailure ─accepted─► acknowledge
//! ```
//!
//! Nobody else remembers the message: no journal of ours sends it again. So it is acknowledged only once the answer was
//! accepted or nobody waits for one, and a copy of it that arrives meanwhile is left alone.

use std::{sync::Arc, time::Duration};

use cueline_ports::{Callbacks, Delivery, LONGEST_OUTPUT, PortErrorKind, PortResult};
use cueline_protocol::{envelope::Received, ids::ExecutionId, ids::QueueName, v1::Envelope};
use cueline_states::{Event, Json};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Kind,
    lease::{Leased, Waiting, still_waits},
    record::extend,
    run::{acknowledge, body, bury, failed, is_late},
};
use crate::{TaskError, engine::Core};

/// The error of an output that does not fit a token.
const TOO_LARGE: &str = "States.DataLimitExceeded";
/// The error of a body that was cut at its deadline.
const TIMEOUT: &str = "States.Timeout";
/// Pauses between two tries to answer: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What somebody who waits with a token is told.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Succeed(Json),
    Fail { error: String, cause: String },
}

/// Processes a delivery to its end. The permit is held until the answer was accepted, so that answers that cannot be given do
/// not pile up.
pub(super) async fn run(
    core: Arc<Core>,
    kind: Arc<Kind>,
    queue: QueueName,
    delivery: Delivery,
    received: Received,
    token: &str,
    permit: OwnedSemaphorePermit,
) {
    let Some(callbacks) = core.world.callbacks.clone() else {
        let reason = "task_token_unanswerable: this process answers no task tokens: serve this queue on AWS";
        return bury(&core, &queue, &delivery, reason).await;
    };
    let callbacks: &dyn Callbacks = &*callbacks;
    let Received { mut envelope, misfit } = received;
    let Ok(execution) = known_as(token, &mut envelope) else { return };
    let Some(busy) = core.running.enter(kind.name, &execution, envelope.task) else {
        tracing::debug!(queue = %queue, "a task token is being worked on here");
        return;
    };
    let again = delivery.receive_count > 1;
    if again && !still_waits(callbacks, token).await {
        return forget(&core, &queue, &delivery, &envelope).await;
    }
    let poison = delivery.receive_count > core.options.max_receives;
    let event = if poison {
        let cause = format!("received {} times without a result", delivery.receive_count);
        Some(failed(0, TaskError::new(cueline_states::POISON, cause)))
    } else if let Some(misfit) = misfit {
        Some(failed(0, TaskError::new("Cueline.InvalidArguments", misfit)))
    } else if is_late(&envelope, core.world.clock.now_ms()) {
        Some(Event::Tick)
    } else {
        if again {
            core.counters.ran_again(kind.name);
        }
        let (lease, waiting) = (kind.lease, Waiting::Token(callbacks, token));
        let leased = Leased { core: &core, queue: &queue, delivery: &delivery, lease, envelope: &envelope, waiting };
        leased.while_running(body(&core, &kind, &envelope, &execution)).await
    };
    let Some(event) = event else { return forget(&core, &queue, &delivery, &envelope).await };
    let answered = insist(&core, &queue, &delivery, kind.lease, callbacks, token, &answer(event)).await;
    match answered {
        Some(Ok(())) if poison => bury(&core, &queue, &delivery, "received too often without a result").await,
        Some(Ok(())) => acknowledge(&core, &queue, &delivery).await,
        Some(Err(error)) if error.kind == PortErrorKind::NotFound => forget(&core, &queue, &delivery, &envelope).await,
        Some(Err(error)) => bury(&core, &queue, &delivery, &format!("task_token_refused: {error}")).await,
        // The process stops: the message comes again.
        None => {}
    }
    drop((busy, permit));
}

/// Names the call after its token, so that every delivery of it is the same one.
fn known_as(token: &str, envelope: &mut Envelope) -> Result<ExecutionId, cueline_protocol::ids::InvalidId> {
    let hash = blake3::hash(token.as_bytes()).to_hex();
    let execution = ExecutionId::new(format!("token-{hash}"))?;
    envelope.execution = execution.to_string();
    if envelope.idempotency_key.is_empty() {
        envelope.idempotency_key = execution.to_string();
    }
    Ok(execution)
}

/// What came of a body, as a token takes it.
fn answer(event: Event) -> Answer {
    match event {
        Event::TaskSucceeded { output, .. } => {
            let bytes = output.to_string().len();
            if bytes <= LONGEST_OUTPUT {
                return Answer::Succeed(output);
            }
            let cause =
                format!("the output has {bytes} bytes: a task token takes {LONGEST_OUTPUT}; hand it on by reference");
            Answer::Fail { error: TOO_LARGE.to_owned(), cause }
        }
        Event::TaskFailed { error, cause, .. } => Answer::Fail { error, cause },
        _ => Answer::Fail { error: TIMEOUT.to_owned(), cause: "the deadline of the task is over".to_owned() },
    }
}

/// Answers, again and again until the answer is accepted or can never be; `None` when the process stops before.
async fn insist(
    core: &Core,
    queue: &QueueName,
    delivery: &Delivery,
    lease: Duration,
    callbacks: &dyn Callbacks,
    token: &str,
    answer: &Answer,
) -> Option<PortResult<()>> {
    let (mut pause, longest) = (FIRST_PAUSE, LONGEST_PAUSE.min(lease / 3));
    loop {
        let told = match answer {
            Answer::Succeed(output) => callbacks.succeed(token, output).await,
            Answer::Fail { error, cause } => callbacks.fail(token, error, cause).await,
        };
        match told {
            Err(error) if !matches!(error.kind, PortErrorKind::NotFound | PortErrorKind::Invalid) => {
                if core.is_stopped() {
                    return None;
                }
                tracing::warn!(queue = %queue, error = %error, "answer not accepted yet; it is kept");
            }
            told => return Some(told),
        }
        core.world.clock.sleep(pause).await;
        pause = (pause * 2).min(longest);
        extend(core, queue, delivery, lease).await;
    }
}

/// Nobody waits for it any more.
async fn forget(core: &Core, queue: &QueueName, delivery: &Delivery, envelope: &Envelope) {
    tracing::info!(queue = %queue, resource = %envelope.resource, "a task token has expired; its message is dropped");
    acknowledge(core, queue, delivery).await;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_came_of_a_body_is_what_a_token_takes() {
        let output = Json::new(json!({"a": 1}));
        let succeeded = Event::TaskSucceeded { task: 0, output: output.clone() };
        assert_eq!(answer(succeeded), Answer::Succeed(output));
        let failed = Event::TaskFailed { task: 0, error: "E".into(), cause: "c".into() };
        assert_eq!(answer(failed), Answer::Fail { error: "E".into(), cause: "c".into() });
        assert!(matches!(answer(Event::Tick), Answer::Fail { error, .. } if error == "States.Timeout"));
        let large = |bytes: usize| Event::TaskSucceeded { task: 0, output: Json::new(json!("x".repeat(bytes))) };
        assert!(matches!(answer(large(LONGEST_OUTPUT - 2)), Answer::Succeed(_)), "the quotes count");
        let Answer::Fail { error, cause } = answer(large(LONGEST_OUTPUT - 1)) else { panic!("it is too large") };
        assert_eq!((error.as_str(), cause.contains("262145 bytes")), (TOO_LARGE, true), "{cause}");
    }

    #[test]
    fn every_delivery_of_a_token_is_the_same_call() {
        let named = |token: &str, key: &str| {
            let mut envelope = Envelope { idempotency_key: key.into(), ..Envelope::default() };
            let execution = known_as(token, &mut envelope).unwrap();
            (execution.to_string(), envelope.execution, envelope.idempotency_key)
        };
        let (execution, in_envelope, key) = named("AAAA", "");
        assert_eq!((&execution, &execution), (&in_envelope, &key));
        assert_eq!(named("AAAA", ""), (execution.clone(), in_envelope, key));
        assert_ne!(named("AAAB", "").0, execution);
        assert_eq!(named("AAAA", "order-7").2, "order-7");
    }
}
