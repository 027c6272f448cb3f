//! A call that was made first and is recorded afterwards.
//!
//! Durability is for what must go on after a crash. A call that is answered in one breath has nothing to go on with, and its
//! caller should not wait for a disk: its journal is written beside the answer, whole, in one append. It is an execution like
//! any other afterwards, to be inspected, replayed, verified and forked.

use std::sync::Arc;

use cueline_protocol::ids::ExecutionId;
use cueline_states::{Definition, Env, Event, Json, Start, Status};
use serde_json::Value;
use tokio::sync::oneshot;

use super::{EndedExecution, StartExecution, core::Core, start};
use crate::{
    EngineError, TaskError,
    conductor::{Deliver, Live, Turn, turn},
    peers,
};

/// A workflow of one task that is over.
#[derive(Clone)]
pub struct Called {
    /// What was started. Its id must be new.
    pub start: StartExecution,
    /// When, in epoch milliseconds.
    pub begun_ms: i64,
    /// What the task came to.
    pub result: Result<Value, TaskError>,
}

pub(crate) async fn record(core: &Arc<Core>, called: Called) -> Result<ExecutionId, EngineError> {
    let Called { start, begun_ms, result } = called;
    start::check(&start)?;
    let definition: Arc<Definition> = match start.definition {
        Some(definition) => definition,
        None => peers::newest(core, &start.workflow).await?,
    };
    let world = &core.world;
    let now_ms = world.clock.now_ms().max(begun_ms);
    let execution = match start.execution {
        Some(execution) => execution,
        None => ExecutionId::new(world.entropy.ulid(begun_ms))?,
    };
    let started = Event::Start(Box::new(Start {
        execution: execution.to_string(),
        name: execution.to_string(),
        workflow: start.workflow.clone(),
        definition_hash: definition.hash().to_owned(),
        tenant: start.tenant.to_string(),
        input: start.input,
        start_ms: begun_ms,
        parent: None,
    }));
    let ended = match result {
        Ok(output) => Event::TaskSucceeded { task: 1, output: Json::new(output) },
        Err(TaskError { name, cause }) => Event::TaskFailed { task: 1, error: name, cause },
    };
    let trace = start.trace.or_else(|| core.options.spans.current());
    let mut live = Live::unborn(definition, trace);
    let events = [started, ended].map(|event| Deliver::new(execution.clone(), event, None));
    let mut moments = [begun_ms, now_ms].into_iter();
    let env = || Env { now_ms: moments.next().unwrap_or(now_ms), seed: world.entropy.draw() };
    let Turn { append, overflow, settled, spoilt, .. } =
        turn(&execution, &mut live, events.into_iter(), env, |_| true, &core.name);
    let is_over = live.state.status() != Status::Running && settled.is_empty() && spoilt.is_none();
    let Some(append) = append.filter(|_| is_over) else {
        return Err(EngineError::Invalid(format!("workflow {} is not one task", start.workflow)));
    };
    let (done, appended) = oneshot::channel();
    core.submit(append, overflow, move |result| drop(done.send(result)));
    appended.await.unwrap_or_else(|_| Err(cueline_ports::PortError::unavailable("the journal went away")))?;
    let status = crate::conductor::status_of(live.state.status());
    core.options.spans.ended(&EndedExecution {
        execution: execution.as_str(),
        workflow: &start.workflow,
        tenant: start.tenant.as_str(),
        trace: live.trace.as_ref(),
        is_fork: false,
        status: status.as_str(),
        error: live.state.failure().map(|failure| failure.error.as_str()),
        started_ms: begun_ms,
        ended_ms: now_ms,
    });
    Ok(execution)
}
