//! The journal: per execution a dense sequence of commits, appended conditionally. The truth.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use cueline_protocol::ids::ExecutionId;

use crate::PortResult;

/// Hears what came of a submitted append. Called once, on any thread; must not block.
pub type AppendDone = Box<dyn FnOnce(PortResult<()>) + Send>;

/// Appends, loads and lists executions. Bytes are opaque here: the runtime knows what a commit says.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// Appends commits `expected + 1 ..= expected + commits.len()` as one, with the snapshot and the summary if given.
    ///
    /// Once it returns `Ok` everything in it survives a crash of the process and of the machine. `Conflict`: the last
    /// version is not `expected`; nothing was written. `Unavailable`: it may or may not have happened; load to know.
    async fn append(&self, append: Append) -> PortResult<()>;

    /// [`Journal::append`] for a caller that goes on meanwhile: `done` hears what came of it. An adapter that answers from
    /// a thread of its own saves the caller a task per append.
    fn submit(self: Arc<Self>, append: Append, done: AppendDone) {
        tokio::spawn(async move { done(self.append(append).await) });
    }

    /// The latest snapshot and every commit after it; `None` when there is no such execution.
    async fn load(&self, execution: &ExecutionId) -> PortResult<Option<Loaded>>;

    /// Commits with a version above `after`, oldest first, at most `limit`; from the first one on even below snapshots.
    async fn history(&self, execution: &ExecutionId, after: u64, limit: usize) -> PortResult<Vec<StoredCommit>>;

    /// The last written summary; `None` when there is no such execution.
    async fn summary(&self, execution: &ExecutionId) -> PortResult<Option<ExecutionSummary>>;

    /// Executions, newest start first. The cursor of a page continues after its last row, whatever was added meanwhile.
    async fn list(&self, query: ListExecutions) -> PortResult<Page<ExecutionSummary>>;

    /// Ids of executions that have not ended, oldest start first: what a recovery sweep walks.
    async fn open(&self, cursor: Option<String>, limit: usize) -> PortResult<Page<ExecutionId>>;

    /// Whether an append would be taken, as far as is known without one. An error is what it would be refused with.
    async fn health(&self) -> PortResult<()> {
        Ok(())
    }

    /// Forgets an execution that has ended. Removing what is not there is not an error.
    async fn remove(&self, execution: &ExecutionId) -> PortResult<()>;
}

/// One conditional append.
#[derive(Debug, Clone)]
pub struct Append {
    /// Whose journal.
    pub execution: ExecutionId,
    /// The last version that the writer knows; 0 starts a journal.
    pub expected: u64,
    /// Encoded commits, in order.
    pub commits: Vec<Bytes>,
    /// The encoded state after the last of them.
    pub snapshot: Option<Bytes>,
    /// Written when it changed; required when `expected` is 0.
    pub summary: Option<ExecutionSummary>,
}

/// One commit as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCommit {
    /// Its version.
    pub version: u64,
    /// The bytes given to `append`.
    pub body: Bytes,
}

/// The latest snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSnapshot {
    /// Commits up to this version are folded in.
    pub version: u64,
    /// The bytes given to `append`.
    pub body: Bytes,
}

/// What is needed to go on with an execution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Start from here, or from nothing.
    pub snapshot: Option<StoredSnapshot>,
    /// What came after it.
    pub commits: Vec<StoredCommit>,
}

impl Loaded {
    /// The version of the last commit.
    pub fn version(&self) -> u64 {
        let snapshot = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.version);
        self.commits.last().map_or(snapshot, |commit| commit.version)
    }
}

/// How an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExecutionStatus {
    /// Not ended.
    Running,
    /// Ended with an output.
    Succeeded,
    /// Ended with an error.
    Failed,
    /// Cancelled.
    Aborted,
    /// Ran into its own time limit.
    TimedOut,
}

impl ExecutionStatus {
    /// As it is written everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Aborted => "ABORTED",
            Self::TimedOut => "TIMED_OUT",
        }
    }
}

/// The row of an execution in lists. Derived from the journal and written with it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ExecutionSummary {
    /// Which execution.
    pub execution: ExecutionId,
    /// Name of its workflow.
    pub workflow: String,
    /// Hash of the definition it started with.
    pub definition: String,
    /// Whose it is.
    pub tenant: String,
    /// How it stands.
    pub status: ExecutionStatus,
    /// Epoch milliseconds.
    pub started_ms: i64,
    /// Epoch milliseconds; 0 while running.
    pub ended_ms: i64,
    /// Name of the error it ended with.
    pub error: String,
    /// Hash of the input, which makes starting twice the same execution.
    pub input_hash: String,
    /// The execution that started it, if any.
    pub parent: Option<String>,
}

/// Which executions to list.
#[derive(Debug, Clone, Default)]
pub struct ListExecutions {
    /// Only these.
    pub status: Option<ExecutionStatus>,
    /// Only runs of this workflow.
    pub workflow: Option<String>,
    /// Only ids that begin so.
    pub id_prefix: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// At most this many rows; 0 is the adapter's default.
    pub limit: usize,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// Given back for the next page; `None` at the end.
    pub cursor: Option<String>,
}
