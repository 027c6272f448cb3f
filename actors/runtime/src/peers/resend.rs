//! Cues that seem lost to one process may have been answered, or be worked on, in another.

use std::sync::Arc;

use cueline_protocol::ids::ExecutionId;
use cueline_states::Event;

use super::mark;
use crate::{EngineError, conductor::Message, engine::Core};

/// Sends the cues of these tasks again if the journal is still where it was and nobody works on them.
pub(crate) async fn resend(core: Arc<Core>, execution: ExecutionId, version: u64, tasks: Vec<u64>) {
    match still_lost(&core, &execution, version, tasks).await {
        Ok(Some(tasks)) if tasks.is_empty() => {}
        Ok(Some(tasks)) => {
            tracing::warn!(execution = %execution, cues = tasks.len(), "cues were lost; sending them again");
            core.tell(execution, Event::Resend { tasks, max_sends: core.options.max_sends });
        }
        Ok(None) => drop(core.shard(&execution).cast(Message::Forget(execution.clone(), version))),
        Err(error) => tracing::warn!(execution = %execution, error = %error, "failed to look for lost cues"),
    }
}

/// Those of the tasks that nobody works on; `None` when another process went on.
async fn still_lost(
    core: &Core,
    execution: &ExecutionId,
    version: u64,
    tasks: Vec<u64>,
) -> Result<Option<Vec<u64>>, EngineError> {
    if !core.world.journal.history(execution, version, 1).await?.is_empty() {
        return Ok(None);
    }
    let mut lost = Vec::new();
    for task in tasks {
        if !mark::is_running(&core.world, execution, task).await? {
            lost.push(task);
        }
    }
    Ok(Some(lost))
}
