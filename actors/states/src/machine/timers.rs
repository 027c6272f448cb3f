//! Time passed: everything that is due happens, in the order in which it became due.

use super::{
    run::{Run, proceed},
    wait,
};
use crate::{Entry, FoldError, definition::scope::Kind, state::Place};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Frame(u32),
    Task(u64),
}

/// False when nothing is due.
pub(super) fn fire(run: &mut Run<'_>) -> Result<bool, FoldError> {
    let now = run.env.now_ms;
    let yielded = run.state.yielded_ms.is_some_and(|due| due <= now);
    if run.state.deadline_ms.is_some_and(|due| due <= now) {
        run.record(Entry::ExecutionTimedOut)?;
        return Ok(true);
    }
    let frames = run.state.threads.iter().filter_map(|(id, thread)| Some((thread.due_ms()?, Due::Frame(*id))));
    let tasks = run.state.cues.iter().filter_map(|(id, cue)| Some((cue.due_ms()?, Due::Task(*id))));
    let mut due: Vec<_> = frames.chain(tasks).filter(|(at, _)| *at <= now).collect();
    due.sort_unstable();
    let fired = yielded || !due.is_empty();
    for (_, timer) in due {
        match timer {
            Due::Frame(frame) => wake_frame(run, frame)?,
            Due::Task(task) => time_out(run, task)?,
        }
    }
    Ok(fired)
}

fn wake_frame(run: &mut Run<'_>, frame: u32) -> Result<(), FoldError> {
    match run.state.threads.get(&frame).map(|thread| &thread.place) {
        Some(Place::Waiting(_)) => run.attempt(frame, |run, def| match &def.kind {
            Kind::Wait(state) => wait::leave(run, frame, def, state),
            _ => Err(FoldError::new("only a Wait state waits").into()),
        }),
        Some(Place::Retrying(_)) => run.attempt(frame, |run, def| proceed(run, frame, def)),
        _ => Ok(()),
    }
}

fn time_out(run: &mut Run<'_>, task: u64) -> Result<(), FoldError> {
    let Some(cue) = run.state.cues.get(&task) else { return Ok(()) };
    let heartbeat = cue.deadline_ms.is_none_or(|deadline| deadline > run.env.now_ms);
    run.record(Entry::TaskTimedOut { task, heartbeat })
}
