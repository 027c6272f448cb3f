//! An open task from the inside.

use super::{OpenTask, State};
use crate::{Data, FoldError, Json, Name, Purpose, TaskScheduled};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cue {
    pub(crate) frame: u32,
    pub(crate) effect: u64,
    pub(crate) attempt: u32,
    pub(crate) purpose: Purpose,
    pub(crate) resource: Name,
    pub(crate) arguments: Json,
    pub(crate) credentials: Option<Json>,
    pub(crate) sends: u32,
    pub(crate) deadline_ms: Option<i64>,
    pub(crate) heartbeat_ms: Option<i64>,
    pub(crate) heartbeat_due_ms: Option<i64>,
}

impl Cue {
    pub(super) fn new(task: &TaskScheduled, state: &State) -> Result<Cue, FoldError> {
        let thread = state.thread(task.frame)?;
        let arguments = match &task.arguments {
            Data::Same => thread.data.clone(),
            Data::Value(value) => value.clone(),
            Data::Result => {
                thread.result.clone().ok_or_else(|| FoldError::new("a task takes a result that is not there"))?
            }
        };
        Ok(Cue {
            frame: task.frame,
            effect: task.effect,
            attempt: task.attempt,
            purpose: task.purpose,
            resource: task.resource.clone(),
            arguments,
            credentials: task.credentials.clone(),
            sends: 1,
            deadline_ms: task.deadline_ms,
            heartbeat_ms: task.heartbeat_ms,
            heartbeat_due_ms: task.heartbeat_due_ms,
        })
    }

    pub(crate) fn due_ms(&self) -> Option<i64> {
        self.deadline_ms.into_iter().chain(self.heartbeat_due_ms).min()
    }

    pub(super) fn view(&self, task: u64, state: Name) -> OpenTask {
        OpenTask {
            task,
            frame: self.frame,
            state,
            effect: self.effect,
            purpose: self.purpose,
            resource: self.resource.clone(),
            arguments: self.arguments.clone(),
            credentials: self.credentials.clone(),
            attempt: self.attempt,
            sends: self.sends,
            deadline_ms: self.deadline_ms,
            heartbeat_ms: self.heartbeat_ms,
            heartbeat_due_ms: self.heartbeat_due_ms,
        }
    }
}
