//! Rows by key with conditional transactions: what the ledger of documents lives in.

use async_trait::async_trait;
use bytes::Bytes;

use crate::{Page, PortResult};

/// Rows under a partition and a sort key.
#[async_trait]
pub trait Table: Send + Sync {
    /// The row as of now, including every transaction that returned before the call.
    async fn get(&self, key: &Key) -> PortResult<Option<Row>>;

    /// Rows of a partition whose sort key begins with `prefix`, by sort key (bytewise), at most `limit`.
    async fn query(&self, partition: &str, prefix: &str, cursor: Option<String>, limit: usize)
    -> PortResult<Page<Row>>;

    /// Does all writes or none. `Conflict` names the first condition that did not hold. At most 100 writes, each key at
    /// most once.
    async fn transact(&self, writes: Vec<Write>) -> PortResult<()>;
}

/// Names a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Rows that are queried together.
    pub partition: String,
    /// Order within.
    pub sort: String,
}

impl Key {
    /// A key.
    pub fn new(partition: impl Into<String>, sort: impl Into<String>) -> Self {
        Self { partition: partition.into(), sort: sort.into() }
    }
}

/// A stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its key.
    pub key: Key,
    /// 1 when first written, then one more for every write.
    pub version: u64,
    /// What was written.
    pub body: Bytes,
}

/// What must be true for a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Anything.
    Any,
    /// No such row.
    Absent,
    /// The row is there in this version.
    Version(u64),
}

/// One write of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Creates or replaces a row.
    Put {
        /// Which row.
        key: Key,
        /// Its new content.
        body: Bytes,
        /// When.
        condition: Condition,
    },
    /// Removes a row; removing what is not there is fine unless the condition says otherwise.
    Delete {
        /// Which row.
        key: Key,
        /// When.
        condition: Condition,
    },
    /// Writes nothing.
    Check {
        /// Which row.
        key: Key,
        /// What must hold.
        condition: Condition,
    },
}

impl Write {
    /// The row it is about.
    pub fn key(&self) -> &Key {
        match self {
            Self::Put { key, .. } | Self::Delete { key, .. } | Self::Check { key, .. } => key,
        }
    }
}
