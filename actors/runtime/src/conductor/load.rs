//! From the journal back into memory.

use cueline_ports::Loaded;
use cueline_protocol::{ids::ExecutionId, v1::TraceContext};
use cueline_states::State;

use super::slot::Live;
use crate::{Definitions, EngineError, World, codec};

/// The execution as its journal says; `None` when there is none.
pub(crate) async fn load(
    world: &World,
    definitions: &Definitions,
    execution: &ExecutionId,
) -> Result<Option<Live>, EngineError> {
    let Some(loaded) = world.journal.load(execution).await? else { return Ok(None) };
    let version = loaded.version();
    let snapshot = loaded.snapshot.as_ref().map_or(0, |snapshot| snapshot.version);
    let (state, trace) = fold(world, execution, loaded).await?;
    let hash = state.start().map(|start| start.definition_hash.clone()).unwrap_or_default();
    let definition = definitions.by_hash(&hash).await?;
    Ok(Some(Live { definition, state, version, snapshot, trace }))
}

async fn fold(
    world: &World,
    execution: &ExecutionId,
    loaded: Loaded,
) -> Result<(State, Option<TraceContext>), EngineError> {
    let damaged = |reason: String| EngineError::Damaged { execution: execution.to_string(), reason };
    let mut trace = None;
    let mut state = match loaded.snapshot {
        Some(snapshot) => {
            let (state, context) = codec::decode_snapshot(world.objects.as_ref(), &snapshot.body).await?;
            trace = context;
            state
        }
        None => State::new(),
    };
    for stored in loaded.commits {
        let commit = codec::decode_commit(world.objects.as_ref(), &stored.body).await?;
        if commit.version != stored.version {
            return Err(damaged(format!("commit {} is stored as {}", commit.version, stored.version)));
        }
        trace = commit.trace.or(trace);
        for entry in &commit.entries {
            state.apply(entry).map_err(|error| damaged(format!("version {}: {error}", stored.version)))?;
        }
    }
    Ok((state, trace))
}
