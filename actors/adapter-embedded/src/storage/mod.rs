//! One SQLite database for everything that must not be lost: the journal and the table.

mod options;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{
    Append, ExecutionSummary, Journal, Key, ListExecutions, Loaded, Page, PortError, PortErrorKind, PortResult, Row,
    StoredCommit, Table, Write,
};
use cueline_protocol::ids::ExecutionId;

pub use self::options::{Edge, StorageHook, StorageOptions};

/// What the writer has done since the storage was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StorageStats {
    /// Appends that were committed.
    pub appends: u64,
    /// Journal rows in them.
    pub rows: u64,
    /// Table transactions that were committed.
    pub transactions: u64,
    /// Groups that were committed, each with one sync of the write-ahead log.
    pub groups: u64,
    /// Appends and transactions that were refused because of a condition.
    pub conflicts: u64,
    /// Groups that failed as a whole and were tried again one by one.
    pub retried_groups: u64,
}

/// Journal and table in one database. A cheap handle; the database closes with the last one.
#[derive(Debug, Clone)]
pub struct Storage {
    inner: Arc<StorageOptions>,
}

impl Storage {
    /// Opens or creates the database in `directory` and takes it for this process.
    pub fn open(directory: impl AsRef<Path>, options: StorageOptions) -> PortResult<Self> {
        let _ = directory.as_ref();
        Ok(Self { inner: Arc::new(options) })
    }

    /// Counters since the storage was opened.
    pub fn stats(&self) -> StorageStats {
        let _ = &self.inner;
        StorageStats::default()
    }

    /// [`Journal::append`] without a future: `done` runs on the writer thread once the commit is synced, so it must not
    /// block.
    pub fn submit(&self, append: Append, done: impl FnOnce(PortResult<()>) + Send + 'static) {
        let _ = append;
        done(unsupported());
    }
}

fn unsupported<T>() -> PortResult<T> {
    Err(PortError::new(PortErrorKind::Unsupported, "not there yet"))
}

#[async_trait]
impl Journal for Storage {
    async fn append(&self, _: Append) -> PortResult<()> {
        unsupported()
    }
    async fn load(&self, _: &ExecutionId) -> PortResult<Option<Loaded>> {
        unsupported()
    }
    async fn history(&self, _: &ExecutionId, _: u64, _: usize) -> PortResult<Vec<StoredCommit>> {
        unsupported()
    }
    async fn summary(&self, _: &ExecutionId) -> PortResult<Option<ExecutionSummary>> {
        unsupported()
    }
    async fn list(&self, _: ListExecutions) -> PortResult<Page<ExecutionSummary>> {
        unsupported()
    }
    async fn open(&self, _: Option<String>, _: usize) -> PortResult<Page<ExecutionId>> {
        unsupported()
    }
    async fn remove(&self, _: &ExecutionId) -> PortResult<()> {
        unsupported()
    }
}

#[async_trait]
impl Table for Storage {
    async fn get(&self, _: &Key) -> PortResult<Option<Row>> {
        unsupported()
    }
    async fn query(&self, _: &str, _: &str, _: Option<String>, _: usize) -> PortResult<Page<Row>> {
        let _ = Bytes::new();
        unsupported()
    }
    async fn transact(&self, _: Vec<Write>) -> PortResult<()> {
        unsupported()
    }
}
