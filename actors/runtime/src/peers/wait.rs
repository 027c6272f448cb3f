//! Waiting for an end that any process may decide.

use std::time::Duration;

use cueline_ports::ExecutionStatus;
use cueline_protocol::ids::ExecutionId;

use crate::{EngineError, conductor::Finished, engine::Core};

/// The first pause between two looks; each is half as long again as the one before.
const FIRST: Duration = Duration::from_millis(50);
/// The longest.
const LONGEST: Duration = Duration::from_secs(2);

/// Returns when the execution has ended: at once if this process decides that, soon if another one does.
pub(crate) async fn wait(core: &Core, execution: &ExecutionId) -> Result<Finished, EngineError> {
    let mut pause = FIRST;
    loop {
        let here = core.wait_here(execution);
        let clock = &core.world.clock;
        tokio::select! {
            biased;
            ended = here => match ended {
                Err(error) if error.is_transient() && !core.is_stopped() => clock.sleep(pause).await,
                ended => return ended,
            },
            () = clock.sleep(pause) => {}
        }
        match ended_elsewhere(core, execution).await {
            Ok(Some(finished)) => return Ok(finished),
            Err(error) if !error.is_transient() || core.is_stopped() => return Err(error),
            Ok(None) | Err(_) => pause = (pause * 3 / 2).min(LONGEST),
        }
    }
}

/// How it ended, if its row says that it has.
async fn ended_elsewhere(core: &Core, execution: &ExecutionId) -> Result<Option<Finished>, EngineError> {
    let summary = core.world.journal.summary(execution).await?;
    let summary = summary.ok_or_else(|| EngineError::NotFound { execution: execution.to_string() })?;
    if summary.status == ExecutionStatus::Running {
        return Ok(None);
    }
    Ok(Some(Finished::of(&core.peek(execution).await?.state)))
}
