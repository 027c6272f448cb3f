//! From an event to its first entry.

use super::{run::Run, timers, trouble::excess_cause};
use crate::{
    Definition, Entry, Env, Event, FoldError, Json, POISON, Rejected, Start, State, Status,
    definition::expression::NumberSource,
    limits,
    measure::{Excess, excess},
};

pub(super) fn decide(
    definition: &Definition,
    state: &mut State,
    event: &Event,
    env: &Env,
) -> Result<Vec<Entry>, Rejected> {
    if let Event::Start(start) = event
        && (state.start.is_some() || excess(&start.input).is_some())
    {
        return refuse_start(state, start).map(|()| Vec::new());
    }
    if !matches!(event, Event::Start(_)) && state.start.is_none() {
        return Err(Rejected::NotStarted);
    }
    if state.status != Status::Running {
        return Ok(Vec::new());
    }
    check_definition(definition, state, event)?;
    let entropy = crate::query::Entropy::new(env.now_ms, env.seed);
    let mut run = Run::new(definition, state, *env, &entropy);
    if record(&mut run, event)? {
        run.drive()?;
    }
    Ok(run.entries)
}

/// Records the event. False when it decides nothing.
pub(super) fn record(run: &mut Run<'_>, event: &Event) -> Result<bool, FoldError> {
    match event {
        Event::Start(start) => start_execution(run, start)?,
        Event::Fork(fork) => {
            run.record(Entry::ForkedFrom(fork.clone()))?;
            // The cut may lie between what one decision did: the chosen step comes first, then whatever was left.
            run.wake(fork.frame);
            run.look_everywhere();
        }
        Event::TaskSucceeded { task, output } => return succeed_task(run, *task, output),
        Event::TaskFailed { task, error, cause } => return fail_task(run, *task, error, cause),
        Event::Heartbeat { task } => return heartbeat(run, *task),
        Event::ChildSucceeded { child, output } => return succeed_child(run, *child, output),
        Event::ChildFailed { child, error, cause } => return fail_child(run, *child, error, cause),
        Event::Tick => return timers::fire(run),
        Event::Resend { tasks, max_sends } => return resend(run, tasks, *max_sends),
        Event::Cancel { error, cause } => {
            run.record(Entry::ExecutionAborted { error: error.clone(), cause: cause.clone() })?;
        }
    }
    Ok(true)
}

fn refuse_start(state: &State, start: &Start) -> Result<(), Rejected> {
    match excess(&start.input) {
        Some(Excess::Bytes(bytes)) => return Err(Rejected::TooLarge { bytes, limit: limits::PAYLOAD_BYTES }),
        Some(Excess::Depth) => return Err(Rejected::TooDeep { limit: limits::PAYLOAD_DEPTH }),
        None => {}
    }
    let known = state.start.as_deref().ok_or(Rejected::NotStarted)?;
    // A fork or a running execution: the same words mean the same execution, so a repeated start is no news.
    let same = known.execution == start.execution
        && known.name == start.name
        && known.workflow == start.workflow
        && known.tenant == start.tenant
        && known.input == start.input;
    if same { Ok(()) } else { Err(Rejected::StartedDifferently { execution: known.execution.clone() }) }
}

fn check_definition(definition: &Definition, state: &State, event: &Event) -> Result<(), Rejected> {
    let expected = match event {
        Event::Start(start) => start.definition_hash.as_str(),
        Event::Fork(fork) => fork.definition_hash.as_str(),
        _ => state.start.as_ref().map_or("", |start| start.definition_hash.as_str()),
    };
    if expected.is_empty() || expected == definition.hash() {
        return Ok(());
    }
    Err(Rejected::OtherDefinition { expected: expected.into(), given: definition.hash().into() })
}

fn start_execution(run: &mut Run<'_>, start: &Start) -> Result<(), FoldError> {
    let deadline_ms = run.definition.timeout().and_then(|timeout| match timeout.source {
        NumberSource::Literal(seconds) => Some(start.start_ms.saturating_add((seconds * 1000.0) as i64)),
        _ => None,
    });
    run.record(Entry::ExecutionStarted { start: Box::new(start.clone()), deadline_ms, seed: run.env.seed })
}

fn succeed_task(run: &mut Run<'_>, task: u64, output: &Json) -> Result<bool, FoldError> {
    let Some(cue) = run.state.cues.get(&task) else { return Ok(false) };
    if let Some(excess) = excess(output) {
        let state = run.state.thread(cue.frame)?.state.clone().unwrap_or_default();
        return fail_task(run, task, "States.DataLimitExceeded", &excess_cause(excess, &state));
    }
    run.record(Entry::TaskSucceeded { task, output: output.clone() })?;
    Ok(true)
}

fn fail_task(run: &mut Run<'_>, task: u64, error: &str, cause: &str) -> Result<bool, FoldError> {
    if !run.state.cues.contains_key(&task) {
        return Ok(false);
    }
    run.record(Entry::TaskFailed { task, error: error.into(), cause: cause.into() })?;
    Ok(true)
}

fn heartbeat(run: &mut Run<'_>, task: u64) -> Result<bool, FoldError> {
    let Some(interval) = run.state.cues.get(&task).and_then(|cue| cue.heartbeat_ms) else { return Ok(false) };
    let due_ms = run.env.now_ms.saturating_add(interval);
    run.record(Entry::HeartbeatRecorded { task, due_ms })?;
    Ok(true)
}

fn succeed_child(run: &mut Run<'_>, child: u64, output: &Json) -> Result<bool, FoldError> {
    let Some(frame) = run.state.children.get(&child).map(|child| child.frame) else { return Ok(false) };
    if let Some(excess) = excess(output) {
        let state = run.state.thread(frame)?.state.clone().unwrap_or_default();
        return fail_child(run, child, "States.DataLimitExceeded", &excess_cause(excess, &state));
    }
    run.record(Entry::ChildSucceeded { child, output: output.clone() })?;
    run.wake(frame);
    Ok(true)
}

fn fail_child(run: &mut Run<'_>, child: u64, error: &str, cause: &str) -> Result<bool, FoldError> {
    let Some(frame) = run.state.children.get(&child).map(|child| child.frame) else { return Ok(false) };
    run.record(Entry::ChildFailed { child, error: error.into(), cause: cause.into() })?;
    run.wake(frame);
    Ok(true)
}

fn resend(run: &mut Run<'_>, tasks: &[u64], max_sends: u32) -> Result<bool, FoldError> {
    let tasks: Vec<_> = tasks.iter().copied().filter(|task| run.state.cues.contains_key(task)).collect();
    if tasks.is_empty() {
        return Ok(false);
    }
    run.record(Entry::CuesResent { tasks: tasks.clone(), max_sends })?;
    for task in tasks {
        let Some(sends) = run.state.cues.get(&task).map(|cue| cue.sends) else { continue };
        if sends > max_sends {
            fail_task(run, task, POISON, &format!("The cue went out {max_sends} times without a reply."))?;
        }
    }
    Ok(true)
}
