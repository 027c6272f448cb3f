//! What follows from an event.

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
    let _ = (definition, state, event, env);
    Ok(Vec::new())
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
        Some(Entry::CuesResent { max_sends, .. }) => Event::Resend { max_sends: *max_sends },
        Some(Entry::ExecutionAborted { error, cause }) => Event::Cancel { error: error.clone(), cause: cause.clone() },
        _ => Event::Tick,
    }
}
