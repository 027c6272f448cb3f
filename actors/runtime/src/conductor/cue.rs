//! From an open task to the message that calls its actor.

use bytes::Bytes;
use cueline_protocol::{
    ids::ExecutionId,
    tasks::contract,
    v1::{Envelope, PayloadRef, ReplyTo, TraceContext, reply_to::Target},
};
use cueline_states::OpenTask;
use prost::Message;

use crate::{TaskError, World, codec, definitions::CALLBACK};

/// Requests above this travel as a reference: queues have limits (SQS: 1 MiB in all).
const INLINE_REQUEST: usize = 128 * 1024;

/// The actor kind (and queue) of a resource: `embedding` for `cueline:embedding.embed`.
pub fn kind_of(resource: &str) -> Option<&'static str> {
    contract(resource).map(|contract| contract.kind)
}

/// Somebody outside completes it; no cue leaves.
pub(crate) fn waits_outside(resource: &str) -> bool {
    resource == CALLBACK
}

/// The cue of a task: its queue and its bytes. `again`: it may have gone out before without a record of it. An error is
/// the task's own failure.
pub(crate) async fn cue(
    world: &World,
    execution: &ExecutionId,
    tenant: &str,
    trace: Option<&TraceContext>,
    task: &OpenTask,
    again: bool,
) -> Result<(&'static str, Bytes), TaskError> {
    let contract = contract(&task.resource)
        .ok_or_else(|| TaskError::new("Cueline.UnknownResource", format!("no actor serves {}", task.resource)))?;
    let request = contract
        .request_from_json(&task.arguments)
        .map_err(|error| TaskError::new("Cueline.InvalidArguments", error.to_string()))?;
    let (request, request_ref) = if request.len() > INLINE_REQUEST {
        let reference = codec::store(world.objects.as_ref(), request).await?;
        (Bytes::new(), Some(reference))
    } else {
        (request, None)
    };
    let now_ms = world.clock.now_ms();
    let envelope = Envelope {
        id: String::new(),
        execution: execution.as_str().to_owned(),
        task: task.task,
        resource: contract.resource.to_owned(),
        attempt: task.attempt,
        resent: task.sends.saturating_sub(1).max(u32::from(again)),
        deadline_ms: task.deadline_ms.unwrap_or(0),
        idempotency_key: idempotency_key(execution, task.effect),
        tenant: tenant.to_owned(),
        trace: trace.cloned(),
        reply_to: Some(ReplyTo { target: Some(Target::Execution(true)) }),
        request,
        request_ref,
        sent_ms: now_ms,
        heartbeat_ms: task.heartbeat_ms.unwrap_or(0),
    };
    Ok((contract.kind, envelope.encode_to_vec().into()))
}

/// Equal for every run of the same step, whatever was retried or crashed in between.
pub(crate) fn idempotency_key(execution: &ExecutionId, effect: u64) -> String {
    format!("{execution}/{effect}")
}

/// The request of a cue, fetched if it travelled by reference.
pub(crate) async fn request(world: &World, envelope: &Envelope) -> Result<Bytes, TaskError> {
    match &envelope.request_ref {
        None => Ok(envelope.request.clone()),
        Some(PayloadRef { hash, .. }) => Ok(codec::fetch(world.objects.as_ref(), hash).await?),
    }
}
