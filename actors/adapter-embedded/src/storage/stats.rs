//! What the writer counts.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

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
    /// Times that the write-ahead log was moved into the database.
    pub checkpoints: u64,
}

impl StorageStats {
    /// Journal rows per sync: what group commit gains.
    pub fn rows_per_group(&self) -> f64 {
        if self.groups == 0 { 0.0 } else { self.rows as f64 / self.groups as f64 }
    }
}

/// The same while it changes; only the writer writes.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) appends: AtomicU64,
    pub(super) rows: AtomicU64,
    pub(super) transactions: AtomicU64,
    pub(super) groups: AtomicU64,
    pub(super) conflicts: AtomicU64,
    pub(super) retried_groups: AtomicU64,
    pub(super) checkpoints: AtomicU64,
}

impl Counters {
    /// A copy.
    pub(super) fn read(&self) -> StorageStats {
        StorageStats {
            appends: self.appends.load(Relaxed),
            rows: self.rows.load(Relaxed),
            transactions: self.transactions.load(Relaxed),
            groups: self.groups.load(Relaxed),
            conflicts: self.conflicts.load(Relaxed),
            retried_groups: self.retried_groups.load(Relaxed),
            checkpoints: self.checkpoints.load(Relaxed),
        }
    }
}
