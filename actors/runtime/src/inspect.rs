//! Looking at an execution without touching it: history, replay, verify; and going on from the middle of it: fork.
//!
//! Everything here reads the journal first and then works on data only. [`replay`] and [`check`] have no access to a
//! port at all: what they print was recorded, nothing is called again.

use std::sync::Arc;

use bytes::Bytes;
use cueline_ports::{Append, StoredCommit};
use cueline_protocol::ids::{ExecutionId, Tenant};
use cueline_states::{Definition, Entry, Env, ForkStart, Json, State, advance, fork as fork_states, replay_event};

use crate::{
    Engine, EngineError, Started,
    codec::{self, Commit},
};

/// One commit after another, as they were recorded.
pub async fn history(engine: &Engine, execution: &ExecutionId) -> Result<Vec<Commit>, EngineError> {
    let world = engine.world();
    let mut commits = Vec::new();
    loop {
        let page = world.journal.history(execution, commits.len() as u64, 256).await?;
        if page.is_empty() {
            break;
        }
        for StoredCommit { version, body } in page {
            let commit =
                codec::decode_commit(world.objects.as_ref(), &body).await.map_err(|error| error.of(execution))?;
            if commit.version != version || version != commits.len() as u64 + 1 {
                let reason = format!("expected version {}, found {version}", commits.len() + 1);
                return Err(EngineError::Damaged { execution: execution.to_string(), reason });
            }
            commits.push(commit);
        }
    }
    if commits.is_empty() {
        return Err(EngineError::NotFound { execution: execution.to_string() });
    }
    Ok(commits)
}

/// The definition an execution keeps, as its history says.
pub async fn definition_of(engine: &Engine, commits: &[Commit]) -> Result<Arc<Definition>, EngineError> {
    let hash = commits.iter().flat_map(|commit| &commit.entries).rev().find_map(|entry| match entry {
        Entry::ExecutionStarted { start, .. } => Some(start.definition_hash.clone()),
        Entry::ForkedFrom(fork) => Some(fork.definition_hash.clone()),
        _ => None,
    });
    let hash = hash.ok_or_else(|| EngineError::Invalid("the history has no beginning".into()))?;
    engine.definitions().by_hash(&hash).await
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Commits that were folded.
    pub commits: u64,
    /// Version of the snapshot that was compared; 0 when there is none yet.
    pub snapshot: u64,
    /// Why it does not hold; `None` when the fold gives the snapshot byte by byte.
    pub mismatch: Option<String>,
}

/// Folds the journal again and compares with the snapshot.
pub async fn verify(engine: &Engine, execution: &ExecutionId) -> Result<Verified, EngineError> {
    let world = engine.world();
    let loaded = world.journal.load(execution).await?;
    let loaded = loaded.ok_or_else(|| EngineError::NotFound { execution: execution.to_string() })?;
    let commits = history(engine, execution).await?;
    let snapshot = match &loaded.snapshot {
        Some(snapshot) => {
            let (version, bytes) = codec::snapshot_state(world.objects.as_ref(), &snapshot.body).await?;
            if version != snapshot.version {
                let reason = format!("snapshot {version} is stored as {}", snapshot.version);
                return Err(EngineError::Damaged { execution: execution.to_string(), reason });
            }
            Some((version, bytes))
        }
        None => None,
    };
    Ok(check(&commits, snapshot))
}

/// The comparison itself, on data only.
pub fn check(commits: &[Commit], snapshot: Option<(u64, Bytes)>) -> Verified {
    let mut state = State::new();
    let mut verified = Verified {
        commits: commits.len() as u64,
        snapshot: snapshot.as_ref().map_or(0, |(version, _)| *version),
        mismatch: None,
    };
    for commit in commits {
        for entry in &commit.entries {
            if let Err(error) = state.apply(entry) {
                verified.mismatch = Some(format!("version {} does not fold: {error}", commit.version));
                return verified;
            }
        }
        if let Some((version, bytes)) = &snapshot
            && *version == commit.version
            && state.encode() != bytes[..]
        {
            verified.mismatch = Some(format!("the fold of version {version} is not the snapshot"));
            return verified;
        }
    }
    if let Some((version, _)) = snapshot
        && version > commits.len() as u64
    {
        verified.mismatch = Some(format!("the snapshot is of version {version}, the journal ends before"));
    }
    verified
}

/// A recorded run, decided again from its recorded events.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// Commits that were decided again.
    pub decided: u64,
    /// Commits that came from the origin of a fork and were folded only.
    pub shared: u64,
    /// The first commit that came out differently: the definition or the engine does not decide as it did.
    pub difference: Option<Difference>,
    /// Where it ended.
    pub state: State,
}

/// A commit that is not what would be decided today.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Which.
    pub version: u64,
    /// What was recorded.
    pub recorded: Vec<Entry>,
    /// What is decided now.
    pub decided: Vec<Entry>,
}

/// Decides every recorded event again. Calls no port: results, times and randomness are the recorded ones.
pub fn replay(definition: &Definition, commits: &[Commit]) -> Result<Replayed, EngineError> {
    let mut replayed = Replayed { decided: 0, shared: 0, difference: None, state: State::new() };
    // A fork of a fork shares the beginning of its origin too; its own history begins at the last one.
    let begins = commits.iter().rposition(|commit| matches!(commit.entries.first(), Some(Entry::ForkedFrom(_))));
    for (at, commit) in commits.iter().enumerate() {
        let damaged = |reason: String| EngineError::Damaged { execution: String::new(), reason };
        if begins.is_some_and(|begins| at < begins) {
            for entry in &commit.entries {
                replayed.state.apply(entry).map_err(|error| damaged(error.to_string()))?;
            }
            replayed.shared += 1;
            continue;
        }
        let event = replay_event(&commit.entries);
        let before = replayed.state.clone();
        let decided = advance(definition, &mut replayed.state, &event, &commit.env)
            .map_err(|error| damaged(format!("version {}: {error}", commit.version)))?;
        replayed.decided += 1;
        if decided != commit.entries {
            replayed.state = before;
            for entry in &commit.entries {
                replayed.state.apply(entry).map_err(|error| damaged(error.to_string()))?;
            }
            if replayed.difference.is_none() {
                let recorded = commit.entries.clone();
                replayed.difference = Some(Difference { version: commit.version, recorded, decided });
            }
        }
    }
    Ok(replayed)
}

/// What to fork.
#[derive(Clone)]
pub struct ForkRequest {
    /// The recorded execution.
    pub origin: ExecutionId,
    /// The step (k-th entered state, from 1) that runs live first.
    pub from_step: u32,
    /// Another input for that step.
    pub input: Option<Json>,
    /// Another definition.
    pub definition: Option<Arc<Definition>>,
    /// Id of the new execution; `None` makes one.
    pub execution: Option<ExecutionId>,
}

/// A new execution that shares the first steps of a recorded one and runs live from there.
pub async fn fork(engine: &Engine, request: ForkRequest) -> Result<Started, EngineError> {
    let core = engine.core();
    let world = engine.world();
    let commits = history(engine, &request.origin).await?;
    let origin = engine.summary(&request.origin).await?;
    let definition = match request.definition {
        Some(definition) => definition,
        None => definition_of(engine, &commits).await?,
    };
    let now_ms = world.clock.now_ms();
    let execution = match request.execution {
        Some(execution) => execution,
        None => ExecutionId::new(world.entropy.ulid(now_ms))?,
    };
    if execution.as_str().contains(ExecutionId::KEPT) {
        return Err(EngineError::Invalid(format!(
            "execution id {execution}: {} is kept for ids of children",
            ExecutionId::KEPT
        )));
    }
    let tenant = Tenant::new(&origin.tenant)?;
    let env = Env { now_ms, seed: world.entropy.draw() };
    let recorded: Vec<Entry> = commits.iter().flat_map(|commit| commit.entries.iter().cloned()).collect();
    let start = ForkStart {
        execution: execution.to_string(),
        name: execution.to_string(),
        workflow: origin.workflow.clone(),
        tenant: tenant.to_string(),
    };
    let forked = fork_states(&definition, &recorded, request.from_step, request.input, &start, &env)
        .map_err(|error| EngineError::Invalid(error.to_string()))?;
    let mut overflow = Vec::new();
    let bodies = encode_fork(&commits, &forked.shared, &forked.entries, &env, &core.name, &mut overflow);
    let summary = crate::conductor::summary(&execution, &forked.state, now_ms);
    let version = bodies.len() as u64;
    let (snapshot, _) = codec::encode_snapshot(version, &forked.state, None, &mut overflow);
    let append =
        Append { execution: execution.clone(), expected: 0, commits: bodies, snapshot: Some(snapshot), summary };
    match core.append(append, overflow).await {
        Ok(()) => {}
        Err(error) if error.kind == cueline_ports::PortErrorKind::Conflict => {
            let what = "other steps; a fork needs an id of its own".to_owned();
            return Err(EngineError::StartedDifferently { execution: execution.to_string(), what });
        }
        Err(error) => return Err(error.into()),
    }
    // The journal has it; from here on it is an open execution like any other after a start.
    core.revive(&execution).await?;
    Ok(Started { execution, created: true })
}

/// Shared entries keep the commits they were recorded in; the fork's own make the last one.
fn encode_fork(
    commits: &[Commit],
    shared: &[Entry],
    own: &[Entry],
    env: &Env,
    by: &str,
    overflow: &mut Vec<codec::Overflow>,
) -> Vec<Bytes> {
    let mut bodies = Vec::new();
    let mut rest = shared;
    for commit in commits {
        if rest.is_empty() {
            break;
        }
        let (here, later) = rest.split_at(commit.entries.len().min(rest.len()));
        let version = bodies.len() as u64 + 1;
        bodies.push(codec::encode_commit(version, &commit.env, &commit.by, commit.trace.as_ref(), here, overflow));
        rest = later;
    }
    let version = bodies.len() as u64 + 1;
    bodies.push(codec::encode_commit(version, env, by, None, own, overflow));
    bodies
}
