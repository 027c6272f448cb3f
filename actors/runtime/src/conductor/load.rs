//! From the journal back into memory.

use cueline_ports::{Loaded, PortErrorKind, PortResult, StoredCommit};
use cueline_protocol::{ids::ExecutionId, v1::TraceContext};
use cueline_states::State;

use super::slot::Live;
use crate::{Definitions, EngineError, World, codec};

/// Commits that are read at once when there is no snapshot to begin from.
const PAGE: usize = 256;

/// The execution as its journal says; `None` when there is none.
pub(crate) async fn load(
    world: &World,
    definitions: &Definitions,
    execution: &ExecutionId,
) -> Result<Option<Live>, EngineError> {
    let Some(folded) = fold(world, execution).await? else { return Ok(None) };
    let Folded { state, version, snapshot, stored, trace } = folded;
    let hash = state.start().map(|start| start.definition_hash.clone()).unwrap_or_default();
    let definition = definitions.by_hash(&hash).await?;
    Ok(Some(Live { definition, state, version, snapshot, is_loaded: true, stored, trace }))
}

/// What commits fold to.
struct Folded {
    state: State,
    version: u64,
    snapshot: u64,
    stored: Option<blake3::Hash>,
    trace: Option<TraceContext>,
}

/// From the snapshot on; from the first commit if that cannot be read. The next append then writes it anew.
async fn fold(world: &World, execution: &ExecutionId) -> Result<Option<Folded>, EngineError> {
    let error = match from_snapshot(world, execution, world.journal.load(execution).await).await {
        Err(error) if is_damaged(&error) => error,
        other => return other,
    };
    tracing::error!(execution = %execution, error = %error, "the snapshot is damaged; folding every commit instead");
    from_beginning(world, execution).await
}

/// A payload that is not there counts too: the journal names nothing that was not stored before.
fn is_damaged(error: &EngineError) -> bool {
    match error {
        EngineError::Damaged { .. } => true,
        EngineError::Port { kind, .. } => matches!(kind, PortErrorKind::Corrupt | PortErrorKind::NotFound),
        _ => false,
    }
}

async fn from_snapshot(
    world: &World,
    execution: &ExecutionId,
    loaded: PortResult<Option<Loaded>>,
) -> Result<Option<Folded>, EngineError> {
    let Some(loaded) = loaded? else { return Ok(None) };
    let mut folded = Folded { state: State::new(), version: 0, snapshot: 0, stored: None, trace: None };
    if let Some(snapshot) = &loaded.snapshot {
        let read = codec::decode_snapshot(world.objects.as_ref(), &snapshot.body).await?;
        folded = Folded {
            state: read.state,
            version: snapshot.version,
            snapshot: snapshot.version,
            stored: read.stored,
            trace: read.trace,
        };
    }
    folded.add(world, execution, loaded.commits).await?;
    Ok(Some(folded))
}

async fn from_beginning(world: &World, execution: &ExecutionId) -> Result<Option<Folded>, EngineError> {
    let mut folded = Folded { state: State::new(), version: 0, snapshot: 0, stored: None, trace: None };
    loop {
        let page = world.journal.history(execution, folded.version, PAGE).await?;
        if page.is_empty() {
            return Ok((folded.version > 0).then_some(folded));
        }
        folded.add(world, execution, page).await?;
    }
}

impl Folded {
    async fn add(
        &mut self,
        world: &World,
        execution: &ExecutionId,
        commits: Vec<StoredCommit>,
    ) -> Result<(), EngineError> {
        let damaged = |reason: String| EngineError::Damaged { execution: execution.to_string(), reason };
        for stored in commits {
            let commit = codec::decode_commit(world.objects.as_ref(), &stored.body)
                .await
                .map_err(|error| error.of(execution))?;
            if commit.version != stored.version || commit.version != self.version + 1 {
                return Err(damaged(format!("commit {} is stored as {}", commit.version, stored.version)));
            }
            self.version = commit.version;
            self.trace = commit.trace.or_else(|| self.trace.take());
            for entry in &commit.entries {
                self.state.apply(entry).map_err(|error| damaged(format!("version {}: {error}", stored.version)))?;
            }
        }
        Ok(())
    }
}
