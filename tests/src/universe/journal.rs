//! A journal that survives its process.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{
    Append, ExecutionStatus, ExecutionSummary, Journal, ListExecutions, Loaded, Page, PortError, PortResult,
    StoredCommit, StoredSnapshot,
};
use cueline_protocol::ids::ExecutionId;

use super::Chaos;

/// What is on the disk.
#[derive(Default)]
pub struct JournalDisk(Mutex<BTreeMap<ExecutionId, Record>>);

#[derive(Clone)]
struct Record {
    commits: Vec<Bytes>,
    snapshot: Option<StoredSnapshot>,
    summary: ExecutionSummary,
}

impl JournalDisk {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<ExecutionId, Record>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Flips a bit in the middle of a snapshot.
    ///
    /// # Panics
    /// When there is none.
    pub fn damage_snapshot(&self, execution: &ExecutionId) {
        let mut records = self.lock();
        let snapshot = records.get_mut(execution).and_then(|record| record.snapshot.as_mut()).expect("a snapshot");
        let mut body = snapshot.body.to_vec();
        let middle = body.len() / 2;
        body[middle] ^= 0x80;
        snapshot.body = body.into();
    }

    /// Every commit of every execution, to compare two runs.
    pub fn dump(&self) -> BTreeMap<ExecutionId, Vec<Bytes>> {
        self.lock().iter().map(|(id, record)| (id.clone(), record.commits.clone())).collect()
    }
}

/// The journal as one process sees it.
pub struct SimJournal {
    disk: Arc<JournalDisk>,
    chaos: Chaos,
}

impl SimJournal {
    /// A journal on a disk.
    pub fn new(disk: Arc<JournalDisk>, chaos: Chaos) -> Self {
        Self { disk, chaos }
    }
}

#[async_trait]
impl Journal for SimJournal {
    async fn append(&self, append: Append) -> PortResult<()> {
        self.chaos.call("journal.append", || write(&mut self.disk.lock(), append)).await
    }

    async fn load(&self, execution: &ExecutionId) -> PortResult<Option<Loaded>> {
        self.chaos
            .call("journal.load", || {
                Ok(self.disk.lock().get(execution).map(|record| {
                    let after = record.snapshot.as_ref().map_or(0, |snapshot| snapshot.version);
                    Loaded { snapshot: record.snapshot.clone(), commits: stored(record, after, usize::MAX) }
                }))
            })
            .await
    }

    async fn history(&self, execution: &ExecutionId, after: u64, limit: usize) -> PortResult<Vec<StoredCommit>> {
        self.chaos
            .call("journal.history", || {
                Ok(self.disk.lock().get(execution).map(|record| stored(record, after, limit)).unwrap_or_default())
            })
            .await
    }

    async fn summary(&self, execution: &ExecutionId) -> PortResult<Option<ExecutionSummary>> {
        let summary = || Ok(self.disk.lock().get(execution).map(|record| record.summary.clone()));
        self.chaos.call("journal.summary", summary).await
    }

    async fn list(&self, query: ListExecutions) -> PortResult<Page<ExecutionSummary>> {
        self.chaos.call("journal.list", || list(&self.disk.lock(), &query)).await
    }

    async fn open(&self, cursor: Option<String>, limit: usize) -> PortResult<Page<ExecutionId>> {
        self.chaos.call("journal.open", || open(&self.disk.lock(), cursor, limit)).await
    }

    async fn remove(&self, execution: &ExecutionId) -> PortResult<()> {
        self.chaos
            .call("journal.remove", || {
                let mut records = self.disk.lock();
                if records.get(execution).is_some_and(|record| record.summary.status == ExecutionStatus::Running) {
                    return Err(PortError::conflict(format!("{execution} has not ended")));
                }
                records.remove(execution);
                Ok(())
            })
            .await
    }
}

fn write(records: &mut BTreeMap<ExecutionId, Record>, append: Append) -> PortResult<()> {
    let Append { execution, expected, commits, snapshot, summary } = append;
    if summary.as_ref().is_some_and(|summary| summary.execution != execution) {
        return Err(PortError::invalid("the summary is about another execution"));
    }
    if expected == 0 && (summary.is_none() || commits.is_empty()) {
        return Err(PortError::invalid("a start needs a commit and a summary"));
    }
    let version = records.get(&execution).map_or(0, |record| record.commits.len() as u64);
    if version != expected {
        return Err(PortError::conflict(format!("{execution} is at version {version}, not {expected}")));
    }
    let record = match (records.get_mut(&execution), summary) {
        (Some(record), summary) => {
            record.summary = summary.unwrap_or_else(|| record.summary.clone());
            record
        }
        (None, Some(summary)) => {
            records.entry(execution).or_insert(Record { commits: Vec::new(), snapshot: None, summary })
        }
        (None, None) => return Err(PortError::conflict("there is no such execution")),
    };
    record.commits.extend(commits);
    if let Some(body) = snapshot {
        record.snapshot = Some(StoredSnapshot { version: record.commits.len() as u64, body });
    }
    Ok(())
}

fn stored(record: &Record, after: u64, limit: usize) -> Vec<StoredCommit> {
    let numbered = record.commits.iter().zip(1_u64..);
    let commits = numbered.map(|(body, version)| StoredCommit { version, body: body.clone() });
    commits.filter(|commit| commit.version > after).take(limit).collect()
}

/// The place of a row in a list: its start, then its id.
fn place(summary: &ExecutionSummary) -> (i64, String) {
    (summary.started_ms, summary.execution.to_string())
}

fn cursor((started_ms, id): &(i64, String)) -> String {
    format!("{started_ms}/{id}")
}

fn read_cursor(cursor: Option<String>) -> PortResult<Option<(i64, String)>> {
    let Some(cursor) = cursor else { return Ok(None) };
    let parts = cursor.split_once('/').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    parts.map(Some).ok_or_else(|| PortError::invalid("no list gave this cursor"))
}

fn list(records: &BTreeMap<ExecutionId, Record>, query: &ListExecutions) -> PortResult<Page<ExecutionSummary>> {
    let before = read_cursor(query.cursor.clone())?;
    let limit = if query.limit == 0 { 100 } else { query.limit };
    let mut found: Vec<_> = records
        .values()
        .map(|record| &record.summary)
        .filter(|summary| query.status.is_none_or(|status| summary.status == status))
        .filter(|summary| query.workflow.as_ref().is_none_or(|workflow| summary.workflow == *workflow))
        .filter(|summary| query.id_prefix.as_ref().is_none_or(|prefix| summary.execution.as_str().starts_with(prefix)))
        .filter(|summary| before.as_ref().is_none_or(|before| place(summary) < *before))
        .cloned()
        .collect();
    found.sort_by_key(|summary| std::cmp::Reverse(place(summary)));
    let more = found.len() > limit;
    found.truncate(limit);
    let cursor = found.last().filter(|_| more).map(|summary| cursor(&place(summary)));
    Ok(Page { items: found, cursor })
}

fn open(records: &BTreeMap<ExecutionId, Record>, after: Option<String>, limit: usize) -> PortResult<Page<ExecutionId>> {
    let after = read_cursor(after)?;
    let mut found: Vec<_> = records
        .values()
        .filter(|record| record.summary.status == ExecutionStatus::Running)
        .map(|record| (place(&record.summary), record.summary.execution.clone()))
        .filter(|(place, _)| after.as_ref().is_none_or(|after| place > after))
        .collect();
    found.sort();
    let more = found.len() > limit;
    found.truncate(limit);
    let cursor = found.last().filter(|_| more).map(|(place, _)| cursor(place));
    Ok(Page { items: found.into_iter().map(|(_, id)| id).collect(), cursor })
}
