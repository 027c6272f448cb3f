//! What can be chosen about a storage.

use std::{fmt, sync::Arc};

/// How a storage behaves; the default suits a laptop and a server.
#[derive(Clone)]
pub struct StorageOptions {
    /// Pages of 4 KiB in the write-ahead log before they are moved into the database. 1,000 favours short worst cases
    /// (12 to 14 ms at 64 writers), 4,000 throughput.
    pub checkpoint_pages: u32,
    /// Connections for reading at the same time.
    pub readers: usize,
    /// Most changes of one transaction; more wait for the next.
    pub group_limit: usize,
    /// Bytes that may wait for the writer; what comes then is `Throttled`.
    pub waiting_bytes: usize,
    /// Executions whose last version is remembered, so that an append needs no look into the database.
    pub remembered_executions: usize,
    /// The database may have at most so many pages of 4 KiB; `None`: as many as the disk holds.
    pub page_limit: Option<u32>,
    /// Called at the edges where a crash is most interesting.
    pub hook: Option<Arc<dyn StorageHook>>,
}

impl Default for StorageOptions {
    fn default() -> Self {
        Self {
            checkpoint_pages: 2_000,
            readers: 4,
            group_limit: 4_096,
            waiting_bytes: 256 << 20,
            remembered_executions: 50_000,
            page_limit: None,
            hook: None,
        }
    }
}

impl fmt::Debug for StorageOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorageOptions")
            .field("checkpoint_pages", &self.checkpoint_pages)
            .field("readers", &self.readers)
            .field("group_limit", &self.group_limit)
            .field("page_limit", &self.page_limit)
            .finish_non_exhaustive()
    }
}

/// Where the writer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edge {
    /// A group was taken; nothing of it is written.
    GroupTaken,
    /// Everything is in the transaction; it is not committed.
    BeforeCommit,
    /// Committed and synced; nobody was told.
    BeforeAnswer,
    /// Everybody was told.
    AfterAnswer,
}

/// Lets a test stop the process at an edge, or slow it down. Called on the writer thread.
pub trait StorageHook: Send + Sync {
    /// The writer has reached `edge`.
    fn reached(&self, edge: Edge);
}
