//! Dead letters as rows, because they are the one thing in a queue that nobody could make again.

use std::collections::HashMap;

use bytes::{BufMut, Bytes, BytesMut};
use cueline_ports::{Condition, DeadLetter, Key, Page, PortError, PortErrorKind, PortResult, Row, Table, Write};
use cueline_protocol::ids::QueueName;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// One row per queue that ever had a dead letter.
const NAMES: &str = "queue.names";

/// A dead letter with the group that it is sent to again.
pub(super) struct Stored {
    pub(super) letter: DeadLetter,
    pub(super) group: Option<String>,
    pub(super) version: u64,
}

#[derive(Serialize, Deserialize)]
struct Header {
    reason: String,
    group: Option<String>,
    at_ms: i64,
}

/// How many dead letters each queue has: counted once, kept up to date after.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<HashMap<QueueName, usize>>);

impl Counts {
    /// The number, counting the rows the first time.
    pub(super) async fn get(&self, table: &dyn Table, queue: &QueueName) -> PortResult<usize> {
        let mut counts = self.0.lock().await;
        if let Some(count) = counts.get(queue) {
            return Ok(*count);
        }
        let count = count(table, queue).await?;
        counts.insert(queue.clone(), count);
        Ok(count)
    }

    /// Adds a letter and counts it.
    pub(super) async fn add(&self, table: &dyn Table, queue: &QueueName, write: Vec<Write>) -> PortResult<()> {
        let mut counts = self.0.lock().await;
        table.transact(write).await?;
        if let Some(count) = counts.get_mut(queue) {
            *count += 1;
        }
        Ok(())
    }

    /// Forgets a letter; `false` when somebody else did.
    pub(super) async fn remove(&self, table: &dyn Table, queue: &QueueName, stored: &Stored) -> PortResult<bool> {
        let mut counts = self.0.lock().await;
        let delete =
            Write::Delete { key: key(queue, &stored.letter.id), condition: Condition::Version(stored.version) };
        match table.transact(vec![delete]).await {
            Ok(()) => {}
            Err(error) if error.kind == PortErrorKind::Conflict => return Ok(false),
            Err(error) => return Err(error),
        }
        if let Some(count) = counts.get_mut(queue) {
            *count = count.saturating_sub(1);
        }
        Ok(true)
    }
}

/// The writes that keep a letter. `unique` tells letters of one millisecond apart.
pub(super) fn writes(
    queue: &QueueName,
    unique: u64,
    at_ms: i64,
    body: &Bytes,
    group: Option<String>,
    reason: &str,
) -> PortResult<Vec<Write>> {
    let header = Header { reason: reason.to_owned(), group, at_ms };
    let header = serde_json::to_vec(&header)
        .map_err(|error| PortError::invalid("a dead letter could not be encoded").with_source(error))?;
    let mut row = BytesMut::with_capacity(4 + header.len() + body.len());
    row.put_u32_le(u32::try_from(header.len()).unwrap_or(u32::MAX));
    row.put_slice(&header);
    row.put_slice(body);
    // Sorted by time of death.
    let id = format!("{:016x}-{unique:016x}", at_ms.max(0));
    Ok(vec![
        Write::Put { key: key(queue, &id), body: row.freeze(), condition: Condition::Absent },
        Write::Put { key: Key::new(NAMES, queue.as_str()), body: Bytes::new(), condition: Condition::Any },
    ])
}

/// A page of dead letters, oldest first.
pub(super) async fn page(
    table: &dyn Table,
    queue: &QueueName,
    cursor: Option<String>,
    limit: usize,
) -> PortResult<Page<DeadLetter>> {
    let page = table.query(&partition(queue), "", cursor, limit).await?;
    let items = page.items.into_iter().map(|row| decode(row).map(|stored| stored.letter));
    Ok(Page { items: items.collect::<PortResult<_>>()?, cursor: page.cursor })
}

/// One dead letter.
pub(super) async fn get(table: &dyn Table, queue: &QueueName, id: &str) -> PortResult<Option<Stored>> {
    table.get(&key(queue, id)).await?.map(decode).transpose()
}

/// Queues that ever had a dead letter.
pub(super) async fn names(table: &dyn Table) -> PortResult<Vec<QueueName>> {
    let mut names = Vec::new();
    let mut cursor = None;
    loop {
        let page = table.query(NAMES, "", cursor, 1_000).await?;
        names.extend(page.items.into_iter().filter_map(|row| QueueName::new(row.key.sort).ok()));
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(names);
        }
    }
}

async fn count(table: &dyn Table, queue: &QueueName) -> PortResult<usize> {
    let mut count = 0;
    let mut cursor = None;
    loop {
        let page = table.query(&partition(queue), "", cursor, 1_000).await?;
        count += page.items.len();
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(count);
        }
    }
}

fn decode(row: Row) -> PortResult<Stored> {
    let broken = || PortError::corrupt(format!("dead letter {} cannot be read", row.key.sort));
    let length = row.body.first_chunk::<4>().map(|length| u32::from_le_bytes(*length) as usize).ok_or_else(broken)?;
    let end = length.checked_add(4).filter(|end| *end <= row.body.len()).ok_or_else(broken)?;
    let header: Header = serde_json::from_slice(&row.body[4..end]).map_err(|error| broken().with_source(error))?;
    let letter =
        DeadLetter { id: row.key.sort, body: row.body.slice(end..), reason: header.reason, at_ms: header.at_ms };
    Ok(Stored { letter, group: header.group, version: row.version })
}

fn partition(queue: &QueueName) -> String {
    format!("queue.dead/{queue}")
}

fn key(queue: &QueueName, id: &str) -> Key {
    Key::new(partition(queue), id)
}
