//! One turn of an execution, without I/O: waiting events in, one append and what to do after it out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use cueline_ports::{Append, ExecutionStatus, ExecutionSummary};
use cueline_protocol::{ids::ExecutionId, v1::TraceContext};
use cueline_states::{Entry, Env, Event, OpenChild, OpenTask, State, Status, advance};

use super::slot::{Deliver, Live};
use crate::{EngineError, codec};

/// Commits between two snapshots: loading folds at most this many.
pub(crate) const SNAPSHOT_EVERY: u64 = 16;

/// What the waiting events led to.
pub(crate) struct Turn {
    /// What to append; `None` when nothing is new.
    pub(crate) append: Option<Append>,
    /// Events that the append makes durable.
    pub(crate) flying: Vec<Deliver>,
    /// Events that changed nothing.
    pub(crate) unchanged: Vec<Deliver>,
    /// An event that cannot be decided, and why. The state is spoilt then and must be loaded again.
    pub(crate) rejected: Option<(Deliver, EngineError)>,
    /// Cues that leave once the append is durable.
    pub(crate) cues: Vec<OpenTask>,
    /// Children that start then.
    pub(crate) children: Vec<OpenChild>,
    /// Objects that must be stored before the append.
    pub(crate) overflow: Vec<codec::Overflow>,
}

/// Decides events in order until one is rejected.
pub(crate) fn turn(
    execution: &ExecutionId,
    live: &mut Live,
    events: impl Iterator<Item = Deliver>,
    mut env: impl FnMut() -> Env,
    by: &str,
) -> Turn {
    let mut turn = Turn {
        append: None,
        flying: Vec::new(),
        unchanged: Vec::new(),
        rejected: None,
        cues: Vec::new(),
        children: Vec::new(),
        overflow: Vec::new(),
    };
    let expected = live.version;
    let mut commits: Vec<Bytes> = Vec::new();
    for deliver in events {
        let env = env();
        match decide(live, &deliver.event, &env) {
            Ok(entries) if entries.is_empty() => turn.unchanged.push(deliver),
            Ok(entries) => {
                live.version += 1;
                collect(&live.state, &entries, &mut turn);
                let trace = if live.version == 1 { live.trace.as_ref() } else { None };
                commits.push(codec::encode_commit(live.version, &env, by, trace, &entries, &mut turn.overflow));
                turn.flying.push(deliver);
            }
            Err(error) => {
                turn.rejected = Some((deliver, error));
                break;
            }
        }
    }
    if !commits.is_empty() {
        let sound = turn.rejected.is_none();
        let ended = live.state.status() != Status::Running;
        let due = live.version - live.snapshot >= SNAPSHOT_EVERY || ended || parked(&live.state);
        let snapshot = (sound && due)
            .then(|| codec::encode_snapshot(live.version, &live.state, live.trace.as_ref(), &mut turn.overflow));
        if snapshot.is_some() {
            live.snapshot = live.version;
        }
        let summary = (expected == 0 || ended).then(|| summary(execution, &live.state, env_now(&mut env))).flatten();
        turn.append = Some(Append { execution: execution.clone(), expected, commits, snapshot, summary });
    }
    turn
}

/// Nobody works on it: it waits for a time only, so it need not be in memory.
pub(crate) fn parked(state: &State) -> bool {
    state.status() == Status::Running
        && !state.has_open_children()
        && state.open_resources().all(|resource| super::cue::waits_outside(resource))
}

fn env_now(env: &mut impl FnMut() -> Env) -> i64 {
    env().now_ms
}

fn decide(live: &mut Live, event: &Event, env: &Env) -> Result<Vec<Entry>, EngineError> {
    // A panic in here would be a defect of ours; it must cost one execution its progress, not the shard its life.
    let decided = catch_unwind(AssertUnwindSafe(|| advance(&live.definition, &mut live.state, event, env)));
    match decided {
        Ok(Ok(entries)) => Ok(entries),
        Ok(Err(rejected)) => Err(load_rejection(rejected)),
        Err(_) => Err(EngineError::Invalid("the decision panicked; this is a defect of the engine".into())),
    }
}

fn load_rejection(rejected: cueline_states::Rejected) -> EngineError {
    match rejected {
        cueline_states::Rejected::StartedDifferently { execution } => {
            EngineError::StartedDifferently { execution, what: "another name, workflow or input".into() }
        }
        other => EngineError::Invalid(other.to_string()),
    }
}

fn collect(state: &State, entries: &[Entry], turn: &mut Turn) {
    let mut children = false;
    for entry in entries {
        match entry {
            Entry::TaskScheduled(scheduled) => turn.cues.extend(state.task(scheduled.task)),
            Entry::CuesResent { tasks, .. } => {
                turn.cues.extend(tasks.iter().filter_map(|task| state.task(*task)));
                children = true;
            }
            Entry::ForkedFrom(_) => {
                let outstanding = state.outstanding();
                turn.cues.extend(outstanding.tasks);
                children = true;
            }
            Entry::ChildStarted { .. } => children = true,
            _ => {}
        }
    }
    if children {
        for child in state.outstanding().children {
            if !turn.children.iter().any(|known| known.child == child.child) {
                turn.children.push(child);
            }
        }
    }
    if turn.cues.len() > 1 {
        let mut seen = std::collections::HashSet::new();
        turn.cues.retain(|cue| seen.insert(cue.task));
    }
}

pub(crate) fn summary(execution: &ExecutionId, state: &State, now_ms: i64) -> Option<ExecutionSummary> {
    let start = state.start()?;
    let status = status_of(state.status());
    Some(ExecutionSummary {
        execution: execution.clone(),
        workflow: start.workflow.clone(),
        definition: start.definition_hash.clone(),
        tenant: start.tenant.clone(),
        status,
        started_ms: start.start_ms,
        ended_ms: if status == ExecutionStatus::Running { 0 } else { now_ms },
        error: state.failure().map(|failure| failure.error.clone()).unwrap_or_default(),
        input_hash: String::new(),
        parent: start.parent.as_ref().map(|parent| parent.execution.clone()),
    })
}

pub(crate) fn status_of(status: Status) -> ExecutionStatus {
    match status {
        Status::Running => ExecutionStatus::Running,
        Status::Succeeded => ExecutionStatus::Succeeded,
        Status::Failed => ExecutionStatus::Failed,
        Status::Aborted => ExecutionStatus::Aborted,
        Status::TimedOut => ExecutionStatus::TimedOut,
    }
}

/// The trace context that later commits and cues of the execution belong to.
pub(crate) type Trace = Option<TraceContext>;
