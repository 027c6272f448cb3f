//! What is done about a failure: try again, catch it, or fail the frame and hand it to whoever opened it.

use super::{finish, run::Run, trouble::Trouble, view::View};
use crate::{
    Entry,
    definition::{
        expression::Language,
        retry::{Catcher, Retrier},
        scope::StateDef,
    },
    state::{Failure, HEARTBEAT},
};
use serde_json::{Map, Value};
use std::sync::Arc;

pub(super) fn deal<'a>(run: &mut Run<'a>, frame: u32, def: &'a StateDef) -> Result<(), Trouble> {
    let Some(failure) = run.state.thread(frame)?.failure.clone() else { return Ok(()) };
    if let Some(rescue) = def.kind.rescue() {
        let retrier = rescue.retry.iter().position(|retrier| any_matches(&retrier.errors, &failure));
        if let Some(at) = retrier
            && try_again(run, frame, at, &rescue.retry[at])?
        {
            return Ok(());
        }
        let catcher = rescue.catch.iter().position(|catcher| any_matches(&catcher.errors, &failure));
        if let Some(at) = catcher {
            // What goes wrong in here is not caught again: the next round must not find this state's catchers.
            return match catch(run, frame, def, at, &rescue.catch[at], &failure) {
                Err(Trouble::Fault(fault)) => {
                    let failure = run.failure_of(frame, def, fault)?;
                    fail_frame(run, frame, failure)
                }
                other => other,
            };
        }
    }
    fail_frame(run, frame, failure)
}

fn fail_frame(run: &mut Run<'_>, frame: u32, failure: Failure) -> Result<(), Trouble> {
    let thread = run.state.thread(frame)?;
    let parent = thread.parent;
    if thread.failure.as_ref() != Some(&failure) {
        let Failure { error, cause, field } = failure.clone();
        run.record(Entry::StateFailed { frame, error, cause, field })?;
    }
    match parent {
        None => run.record(Entry::ExecutionFailed { error: failure.error, cause: failure.cause })?,
        Some((parent, _)) => {
            run.record(Entry::FrameFailed { frame })?;
            run.wake(parent);
        }
    }
    Ok(())
}

/// False when the attempts are used up.
fn try_again(run: &mut Run<'_>, frame: u32, at: usize, retrier: &Retrier) -> Result<bool, Trouble> {
    let used = run.state.thread(frame)?.retries.get(at).copied().unwrap_or(0);
    if used >= retrier.max_attempts {
        return Ok(false);
    }
    let delay = retrier.interval_ms * retrier.backoff.powf(f64::from(used));
    let mut delay = delay.min(retrier.max_delay_ms.unwrap_or(f64::INFINITY)).min(1e15);
    if retrier.jitter {
        delay *= run.entropy.fraction();
    }
    let due_ms = run.env.now_ms.saturating_add(delay as i64);
    run.record(Entry::RetryScheduled { frame, retrier: at as u32, due_ms })?;
    Ok(true)
}

fn catch(
    run: &mut Run<'_>,
    frame: u32,
    def: &StateDef,
    at: usize,
    catcher: &Catcher,
    failure: &Failure,
) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let error = Arc::new(error_output(failure));
    let eval = view.eval_error(&error);
    let assigned = eval.variables(catcher.assign.as_ref(), &error)?;
    let output = match (def.language, &catcher.output) {
        (Language::Jsonata, Some(output)) => Arc::new(eval.payload(output, &error, "Output")?),
        (Language::Jsonata, None) => error.clone(),
        (Language::JsonPath, _) => finish::place(&catcher.result_path, &view.data, error.clone())?,
    };
    run.record(Entry::ErrorCaught { frame, catcher: at as u32 })?;
    run.exit(frame, output, assigned, Some(catcher.next.clone()))
}

fn error_output(failure: &Failure) -> Value {
    let mut output = Map::new();
    output.insert("Error".into(), failure.error.clone().into());
    output.insert("Cause".into(), failure.cause.clone().into());
    Value::Object(output)
}

fn any_matches(names: &[String], failure: &Failure) -> bool {
    names.iter().any(|name| matches(name, failure))
}

/// Wildcards do not match what would fail again for sure.
fn matches(name: &str, failure: &Failure) -> bool {
    let error = failure.error.as_str();
    let fatal = error == "States.Runtime";
    match name {
        "States.ALL" => !fatal,
        "States.TaskFailed" => !fatal && error != "States.Timeout",
        "States.HeartbeatTimeout" => {
            error == name || (error == "States.Timeout" && failure.field.as_deref() == Some(HEARTBEAT))
        }
        _ => name == error,
    }
}
