//! What follows from an event. One file per kind of state; everything they decide goes through `Run::record`, which
//! folds it into the state at once. So a state is the fold of its entries by construction.
//!
//! ```text
//!  event ─► one entry that records it ─► drive every frame that can move ─► until all of them wait
//!                                           │
//!                       enter ─► begin ─► (task | wait | branches) ─► proceed ─► exit ─► enter …
//!                                  └─ failure ─► rescue: retry, catch, or fail the frame
//! ```

mod choice;
mod compare;
mod context;
mod event;
mod fail;
mod fan;
mod finish;
mod items;
mod map;
mod parallel;
mod pass;
pub(crate) mod probe;
mod rescue;
mod run;
mod task;
mod timers;
mod trouble;
mod view;
mod wait;

use crate::{Definition, Entry, Env, Event, Rejected, State};

/// What one event led to.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What is to be recorded. Empty when the event was late, repeated or unknown.
    pub entries: Vec<Entry>,
    /// The state after these entries.
    pub state: State,
}

/// Decides what follows from an event. Pure: the same arguments give the same decision.
pub fn decide(definition: &Definition, state: &State, event: &Event, env: &Env) -> Result<Decision, Rejected> {
    let mut state = state.clone();
    let entries = advance(definition, &mut state, event, env)?;
    Ok(Decision { entries, state })
}

/// [`decide`] in place, for a caller that reloads the state anyway if the entries cannot be appended.
/// After an error the state must not be used any more.
pub fn advance(definition: &Definition, state: &mut State, event: &Event, env: &Env) -> Result<Vec<Entry>, Rejected> {
    let before = if cfg!(debug_assertions) { Some(state.clone()) } else { None };
    let entries = event::decide(definition, state, event, env)?;
    if let Some(mut folded) = before {
        let fold = entries.iter().try_for_each(|entry| folded.apply(entry));
        debug_assert!(fold.is_ok() && folded == *state, "a decision must be the fold of its entries");
    }
    Ok(entries)
}

/// The event that led to the entries of one commit: the first entry records it. Deciding it again with the recorded
/// [`Env`] must give the same entries.
pub fn replay_event(entries: &[Entry]) -> Event {
    match entries.first() {
        Some(Entry::ExecutionStarted { start, .. }) => Event::Start(start.clone()),
        Some(Entry::ForkedFrom(fork)) => Event::Fork(fork.clone()),
        Some(Entry::TaskSucceeded { task, output }) => Event::TaskSucceeded { task: *task, output: output.clone() },
        Some(Entry::TaskFailed { task, error, cause }) => {
            Event::TaskFailed { task: *task, error: error.clone(), cause: cause.clone() }
        }
        Some(Entry::HeartbeatRecorded { task, .. }) => Event::Heartbeat { task: *task },
        Some(Entry::ChildSucceeded { child, output }) => {
            Event::ChildSucceeded { child: *child, output: output.clone() }
        }
        Some(Entry::ChildFailed { child, error, cause }) => {
            Event::ChildFailed { child: *child, error: error.clone(), cause: cause.clone() }
        }
        Some(Entry::CuesResent { tasks, max_sends }) => Event::Resend { tasks: tasks.clone(), max_sends: *max_sends },
        Some(Entry::ExecutionAborted { error, cause }) => Event::Cancel { error: error.clone(), cause: cause.clone() },
        _ => Event::Tick,
    }
}

/// Whether the definition has this state where the frame is: a fork may run another definition than its origin.
pub(crate) fn knows(definition: &Definition, state: &State, frame: u32, name: &str) -> Result<bool, Rejected> {
    let mut state = state.clone();
    let env = Env { now_ms: 0, seed: 0 };
    let entropy = crate::query::Entropy::new(0, 0);
    let run = run::Run::new(definition, &mut state, env, &entropy);
    Ok(run.scope_of(frame).is_ok_and(|scope| scope.state(name).is_some()))
}
