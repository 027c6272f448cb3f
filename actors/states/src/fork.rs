//! Continue another execution's history from one of its steps on.

use crate::{Definition, Entry, Env, Event, Fork, ForkError, Json, Rejected, State, machine};

/// A new execution that shares the first steps of a recorded one.
#[derive(Debug, Clone)]
pub struct Forked {
    /// Entries of the origin up to the step: recorded, nothing runs again.
    pub shared: Vec<Entry>,
    /// What the fork decided first; begins with [`Entry::ForkedFrom`].
    pub entries: Vec<Entry>,
    /// The fold of both.
    pub state: State,
}

/// Who the new execution is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkStart {
    /// Id of the new execution.
    pub execution: String,
    /// Name of the new execution.
    pub name: String,
    /// Workflow of the new execution.
    pub workflow: String,
    /// Who pays and who may look.
    pub tenant: String,
}

/// Forks `recorded` before its k-th entered state (`from_step`, counted from 1), which runs live, with `input` if given.
/// Tasks and waits of other branches that were open at that moment are open in the fork too, with deadlines moved.
pub fn fork(
    definition: &Definition,
    recorded: &[Entry],
    from_step: u32,
    input: Option<Json>,
    start: &ForkStart,
    env: &Env,
) -> Result<Forked, ForkError> {
    let entered = |entry: &Entry| matches!(entry, Entry::StateEntered { .. });
    let steps = recorded.iter().filter(|entry| entered(entry)).count() as u32;
    let mut seen = 0;
    let cut = recorded.iter().position(|entry| {
        seen += u32::from(entered(entry));
        entered(entry) && seen == from_step
    });
    let Some(cut) = cut else { return Err(ForkError::NoSuchStep { step: from_step, steps }) };
    let Entry::StateEntered { frame, state: name, at_ms } = &recorded[cut] else {
        return Err(ForkError::NoSuchStep { step: from_step, steps });
    };
    let shared = recorded[..cut].to_vec();
    let mut state = State::new();
    shared.iter().try_for_each(|entry| state.apply(entry))?;
    let origin = state.start().ok_or(Rejected::NotStarted)?.execution.clone();
    if !machine::knows(definition, &state, *frame, name)? {
        return Err(ForkError::NoSuchState { state: name.to_string() });
    }
    let event = Event::Fork(Box::new(Fork {
        origin,
        step: from_step,
        frame: *frame,
        state: name.clone(),
        input,
        shift_ms: env.now_ms.saturating_sub(*at_ms),
        execution: start.execution.clone(),
        name: start.name.clone(),
        workflow: start.workflow.clone(),
        definition_hash: definition.hash().into(),
        tenant: start.tenant.clone(),
        start_ms: env.now_ms,
        seed: env.seed,
    }));
    let decision = machine::decide(definition, &state, &event, env)?;
    Ok(Forked { shared, entries: decision.entries, state: decision.state })
}
