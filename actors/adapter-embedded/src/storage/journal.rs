//! The journal: how executions are read. Appends go to the writer.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{
    Append, AppendDone, ExecutionSummary, Journal, ListExecutions, Loaded, Page, PortError, PortResult, StoredCommit,
    StoredSnapshot,
};
use cueline_protocol::ids::ExecutionId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    Storage, checksum,
    error::damaged,
    job::Change,
    status::{self, STATUSES},
};

const DEFAULT_PAGE: usize = 100;

#[async_trait]
impl Journal for Storage {
    async fn append(&self, append: Append) -> PortResult<()> {
        self.change(Change::Append(append)).await
    }

    fn submit(self: Arc<Self>, append: Append, done: AppendDone) {
        Self::submit(&self, append, done);
    }

    async fn load(&self, execution: &ExecutionId) -> PortResult<Option<Loaded>> {
        let id = execution.clone();
        let found = self.read(move |readers| readers.read_together(|c| load(c, &id))).await?;
        found.map(|found| found.checked(execution, self.file())).transpose()
    }

    async fn history(&self, execution: &ExecutionId, after: u64, limit: usize) -> PortResult<Vec<StoredCommit>> {
        let id = execution.clone();
        let found = self
            .read(move |readers| {
                readers.read_together(|c| match number(c, &id)? {
                    Some(number) => Ok(Some((number, commits(c, number, after, limit)?))),
                    None => Ok(None),
                })
            })
            .await?;
        let Some((number, rows)) = found else { return Ok(Vec::new()) };
        checked_commits(number, after, rows, execution, self.file())
    }

    async fn summary(&self, execution: &ExecutionId) -> PortResult<Option<ExecutionSummary>> {
        let id = execution.clone();
        let found = self
            .read(move |readers| {
                readers.read(|c| {
                    let sql = format!("SELECT {COLUMNS} FROM executions WHERE id = ?1");
                    c.prepare_cached(&sql)?.query_row([id.as_str()], StoredSummary::from_row).optional()
                })
            })
            .await?;
        found.map(|found| found.checked(self.file())).transpose()
    }

    async fn list(&self, query: ListExecutions) -> PortResult<Page<ExecutionSummary>> {
        let place = query.cursor.as_deref().map(Place::parse).transpose()?.unwrap_or(Place::NEWEST);
        let limit = if query.limit == 0 { DEFAULT_PAGE } else { query.limit };
        let rows = self.read(move |readers| readers.read_together(|c| list(c, &query, place, limit))).await?;
        let cursor = next_cursor(&rows, limit);
        let items = rows.into_iter().take(limit).map(|row| row.checked(self.file()));
        Ok(Page { items: items.collect::<PortResult<_>>()?, cursor })
    }

    async fn open(&self, cursor: Option<String>, limit: usize) -> PortResult<Page<ExecutionId>> {
        let place = cursor.as_deref().map(Place::parse).transpose()?.unwrap_or(Place::OLDEST);
        let limit = if limit == 0 { DEFAULT_PAGE } else { limit };
        let rows = self.read(move |readers| readers.read(|c| open(c, place, limit))).await?;
        let cursor = (rows.len() > limit).then(|| rows.get(limit - 1).map(|(place, _)| place.to_string())).flatten();
        let ids = rows.into_iter().take(limit).map(|(_, id)| execution_id(id, self.file()));
        Ok(Page { items: ids.collect::<PortResult<_>>()?, cursor })
    }

    async fn health(&self) -> PortResult<()> {
        self.opened.shared.health.check()
    }

    async fn remove(&self, execution: &ExecutionId) -> PortResult<()> {
        self.change(Change::Remove(execution.clone())).await
    }
}

/// A position in the lists: after this row.
#[derive(Debug, Clone, Copy)]
struct Place {
    started_ms: i64,
    number: i64,
}

impl Place {
    const NEWEST: Self = Self { started_ms: i64::MAX, number: i64::MAX };
    const OLDEST: Self = Self { started_ms: i64::MIN, number: i64::MIN };

    fn parse(cursor: &str) -> PortResult<Self> {
        let parts = cursor.split_once('.').and_then(|(started, number)| {
            Some(Self { started_ms: started.parse().ok()?, number: number.parse().ok()? })
        });
        parts.ok_or_else(|| PortError::invalid("cursor is not one that a list returned"))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.started_ms, self.number)
    }
}

/// A row of the log: version, checksum, body.
type LogRow = (i64, u32, Vec<u8>);

/// What is stored of an execution, before the checksums were looked at.
struct StoredExecution {
    number: i64,
    snapshot: Option<LogRow>,
    commits: Vec<LogRow>,
}

impl StoredExecution {
    fn checked(self, execution: &ExecutionId, file: &Path) -> PortResult<Loaded> {
        let snapshot = match self.snapshot {
            Some(row) => {
                let (version, body) = checked_row(self.number, row)
                    .ok_or_else(|| damaged(file, &format!("snapshot of execution {execution}")))?;
                Some(StoredSnapshot { version, body })
            }
            None => None,
        };
        let after = snapshot.as_ref().map_or(0, |snapshot| snapshot.version);
        let commits = checked_commits(self.number, after, self.commits, execution, file)?;
        Ok(Loaded { snapshot, commits })
    }
}

fn checked_commits(
    number: i64,
    after: u64,
    rows: Vec<LogRow>,
    execution: &ExecutionId,
    file: &Path,
) -> PortResult<Vec<StoredCommit>> {
    let wanted = after + 1..;
    let commits = rows.into_iter().zip(wanted).map(|(row, wanted)| match checked_row(number, row) {
        Some((version, body)) if version == wanted => Ok(StoredCommit { version, body }),
        _ => Err(damaged(file, &format!("commit {wanted} of execution {execution}"))),
    });
    commits.collect()
}

fn checked_row(number: i64, (version, crc, body): LogRow) -> Option<(u64, Bytes)> {
    let version = u64::try_from(version).ok()?;
    (checksum::of_version(number, version, &body) == crc).then(|| (version, Bytes::from(body)))
}

fn load(c: &Connection, id: &ExecutionId) -> rusqlite::Result<Option<StoredExecution>> {
    let Some(number) = number(c, id)? else { return Ok(None) };
    let snapshot = c
        .prepare_cached("SELECT version, crc, body FROM snapshots WHERE exec = ?1")?
        .query_row([number], log_row)
        .optional()?;
    let after = snapshot.as_ref().map_or(0, |(version, ..)| version.unsigned_abs());
    let commits = commits(c, number, after, usize::MAX)?;
    Ok(Some(StoredExecution { number, snapshot, commits }))
}

fn number(c: &Connection, id: &ExecutionId) -> rusqlite::Result<Option<i64>> {
    c.prepare_cached("SELECT num FROM executions WHERE id = ?1")?.query_row([id.as_str()], |row| row.get(0)).optional()
}

fn commits(c: &Connection, number: i64, after: u64, limit: usize) -> rusqlite::Result<Vec<LogRow>> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    c.prepare_cached("SELECT seq, crc, body FROM log WHERE exec = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3")?
        .query_map(params![number, after, limit], log_row)?
        .collect()
}

fn log_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

const COLUMNS: &str = "num, id, workflow, definition, tenant, status, started_ms, ended_ms, error, input_hash, parent";

/// A row of `executions`, before its id and status were looked at.
struct StoredSummary {
    place: Place,
    id: String,
    status: i64,
    workflow: String,
    definition: String,
    tenant: String,
    ended_ms: i64,
    error: String,
    input_hash: String,
    parent: Option<String>,
}

impl StoredSummary {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            place: Place { number: row.get(0)?, started_ms: row.get(6)? },
            id: row.get(1)?,
            workflow: row.get(2)?,
            definition: row.get(3)?,
            tenant: row.get(4)?,
            status: row.get(5)?,
            ended_ms: row.get(7)?,
            error: row.get(8)?,
            input_hash: row.get(9)?,
            parent: row.get(10)?,
        })
    }

    fn checked(self, file: &Path) -> PortResult<ExecutionSummary> {
        let status = status::from_number(self.status)
            .ok_or_else(|| damaged(file, &format!("status of execution {}", self.id)))?;
        Ok(ExecutionSummary {
            execution: execution_id(self.id, file)?,
            workflow: self.workflow,
            definition: self.definition,
            tenant: self.tenant,
            status,
            started_ms: self.place.started_ms,
            ended_ms: self.ended_ms,
            error: self.error,
            input_hash: self.input_hash,
            parent: self.parent,
        })
    }
}

fn execution_id(id: String, file: &Path) -> PortResult<ExecutionId> {
    ExecutionId::new(id).map_err(|error| damaged(file, "an execution id").with_source(error))
}

fn next_cursor(rows: &[StoredSummary], limit: usize) -> Option<String> {
    (rows.len() > limit).then(|| rows.get(limit - 1).map(|row| row.place.to_string())).flatten()
}

/// Up to `limit + 1` rows after `place`, newest first.
///
/// Without a workflow or a prefix each status is read through its index and the five lists are merged, so that no filter
/// makes a page cost more than its rows.
fn list(c: &Connection, query: &ListExecutions, place: Place, limit: usize) -> rusqlite::Result<Vec<StoredSummary>> {
    let mut filter = String::new();
    if query.workflow.is_some() {
        filter.push_str(" AND workflow = :workflow");
    }
    if query.id_prefix.is_some() {
        filter.push_str(" AND id >= :prefix AND id < :prefix_end");
    }
    let by_status = query.status.is_some() || filter.is_empty();
    if by_status {
        filter.push_str(" AND status = :status");
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM executions
         WHERE (started_ms, num) < (:started, :num){filter} ORDER BY started_ms DESC, num DESC LIMIT :limit"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let statuses: &[_] = match &query.status {
        Some(status) => std::slice::from_ref(status),
        None if by_status => &STATUSES,
        None => &STATUSES[..1],
    };
    let mut rows = Vec::new();
    for status in statuses {
        let status = status::to_number(*status);
        // An id is ASCII below DEL, so this ends the range of everything that begins with the prefix.
        let prefix_end = query.id_prefix.as_ref().map(|prefix| format!("{prefix}\u{7f}"));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut values: Vec<(&str, &dyn rusqlite::ToSql)> =
            vec![(":started", &place.started_ms), (":num", &place.number), (":limit", &limit)];
        if let Some(workflow) = &query.workflow {
            values.push((":workflow", workflow));
        }
        if let (Some(prefix), Some(end)) = (&query.id_prefix, &prefix_end) {
            values.extend([(":prefix", prefix as &dyn rusqlite::ToSql), (":prefix_end", end)]);
        }
        if by_status {
            values.push((":status", &status));
        }
        for row in statement.query_map(&values[..], StoredSummary::from_row)? {
            rows.push(row?);
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.place.started_ms, row.place.number)));
    rows.truncate(limit.saturating_add(1));
    Ok(rows)
}

fn open(c: &Connection, place: Place, limit: usize) -> rusqlite::Result<Vec<(Place, String)>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    c.prepare_cached(
        "SELECT started_ms, num, id FROM executions
         WHERE status = 0 AND (started_ms, num) > (?1, ?2) ORDER BY started_ms, num LIMIT ?3",
    )?
    .query_map(params![place.started_ms, place.number, limit], |row| {
        Ok((Place { started_ms: row.get(0)?, number: row.get(1)? }, row.get(2)?))
    })?
    .collect()
}
