//! Task: a cue goes out, a reply comes back.

use super::{
    finish,
    run::Run,
    trouble::Trouble,
    view::{Eval, View, not_an_integer},
};
use crate::{
    Entry, Json, Name, Purpose, TaskScheduled,
    definition::{
        expression::{Number, Payload},
        scope::StateDef,
        task::Task,
    },
};
use std::sync::Arc;

pub(super) fn proceed(run: &mut Run<'_>, frame: u32, def: &StateDef, task: &Task) -> Result<(), Trouble> {
    if let Some(result) = run.state.thread(frame)?.result.clone() {
        return finish::with_result(run, frame, def, &task.flow, result);
    }
    let view = View::new(run, frame, def)?;
    let eval = view.eval();
    let input = eval.select(&task.flow.input_path, &view.data)?;
    let timeout = duration_ms(&eval, task.timeout.as_ref(), &input)?;
    let heartbeat = duration_ms(&eval, task.heartbeat.as_ref(), &input)?;
    let credentials = match &task.credentials {
        Some(credentials) => Some(Arc::new(eval.payload(credentials, &input, "Credentials")?)),
        None => None,
    };
    let arguments = arguments(&eval, task.flow.parameters.as_ref(), &input)?;
    schedule(
        run,
        frame,
        Cue { purpose: Purpose::Work, resource: task.resource.clone(), arguments, credentials, timeout, heartbeat },
    )
}

/// What a task is asked to do.
pub(super) struct Cue {
    pub(super) purpose: Purpose,
    pub(super) resource: Name,
    pub(super) arguments: Json,
    pub(super) credentials: Option<Json>,
    pub(super) timeout: Option<i64>,
    pub(super) heartbeat: Option<i64>,
}

pub(super) fn schedule(run: &mut Run<'_>, frame: u32, cue: Cue) -> Result<(), Trouble> {
    let thread = run.state.thread(frame)?;
    let task = run.state.next_task;
    let effect = if cue.purpose == Purpose::Work { thread.effect.unwrap_or(task) } else { task };
    let attempt = thread.retries() + 1;
    let later = |ms: i64| run.env.now_ms.saturating_add(ms);
    let arguments = run.name_data(frame, cue.arguments)?;
    Ok(run.record(Entry::TaskScheduled(Box::new(TaskScheduled {
        frame,
        task,
        effect,
        attempt,
        purpose: cue.purpose,
        resource: cue.resource,
        arguments,
        credentials: cue.credentials,
        deadline_ms: cue.timeout.map(later),
        heartbeat_ms: cue.heartbeat,
        heartbeat_due_ms: cue.heartbeat.map(later),
    })))?)
}

/// `Parameters` or `Arguments`; without them the input.
pub(super) fn arguments(eval: &Eval<'_>, payload: Option<&Payload>, input: &Json) -> Result<Json, Trouble> {
    match payload {
        None => Ok(input.clone()),
        Some(payload) => {
            let field = if matches!(payload, Payload::Jsonata(_)) { "Arguments" } else { "Parameters" };
            Ok(Arc::new(eval.payload(payload, input, field)?))
        }
    }
}

fn duration_ms(eval: &Eval<'_>, number: Option<&Number>, input: &Json) -> Result<Option<i64>, Trouble> {
    let Some(number) = number else { return Ok(None) };
    let seconds = eval.count(number, input)?;
    if seconds < 1 {
        let value = eval.number(number, input)?;
        return Err(not_an_integer(number, &value));
    }
    Ok(Some(seconds.saturating_mul(1000)))
}
