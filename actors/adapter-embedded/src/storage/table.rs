//! The table: rows under a partition and a sort key. Transactions go to the writer.

use std::{collections::HashSet, path::Path};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{Key, Page, PortError, PortResult, Row, Table, Write};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Storage, checksum, error::damaged, job::Change};

const DEFAULT_PAGE: usize = 100;
const MOST_WRITES: usize = 100;

#[async_trait]
impl Table for Storage {
    async fn get(&self, key: &Key) -> PortResult<Option<Row>> {
        let wanted = key.clone();
        let found = self.read(move |readers| readers.read(|c| get(c, &wanted))).await?;
        found.map(|row| row.checked(&key.partition, self.file())).transpose()
    }

    async fn query(
        &self,
        partition: &str,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<Row>> {
        let limit = if limit == 0 { DEFAULT_PAGE } else { limit };
        let (wanted, prefix) = (partition.to_owned(), prefix.to_owned());
        let mut found =
            self.read(move |readers| readers.read(|c| query(c, &wanted, &prefix, cursor.as_deref(), limit))).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let cursor = if more { found.last().map(|row| row.sort.clone()) } else { None };
        let items = found.into_iter().map(|row| row.checked(partition, self.file())).collect::<PortResult<_>>()?;
        Ok(Page { items, cursor })
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        check_form(&writes)?;
        if writes.is_empty() {
            return Ok(());
        }
        self.change(Change::Transact(writes)).await
    }
}

/// A row before its checksum was looked at.
struct StoredRow {
    sort: String,
    version: i64,
    crc: u32,
    body: Vec<u8>,
}

impl StoredRow {
    fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { sort: row.get(0)?, version: row.get(1)?, crc: row.get(2)?, body: row.get(3)? })
    }

    fn checked(self, partition: &str, file: &Path) -> PortResult<Row> {
        let version = u64::try_from(self.version).unwrap_or(0);
        if checksum::of_row(partition, &self.sort, version, &self.body) != self.crc {
            return Err(damaged(file, &format!("row {partition}/{}", self.sort)));
        }
        Ok(Row { key: Key::new(partition, self.sort), version, body: Bytes::from(self.body) })
    }
}

fn get(c: &Connection, key: &Key) -> rusqlite::Result<Option<StoredRow>> {
    c.prepare_cached("SELECT sort, version, crc, body FROM rows WHERE partition = ?1 AND sort = ?2")?
        .query_row([&key.partition, &key.sort], StoredRow::from_row)
        .optional()
}

/// Up to `limit + 1` rows. SQLite compares text bytewise, so rows with the prefix lie together and start at the prefix.
fn query(
    c: &Connection,
    partition: &str,
    prefix: &str,
    cursor: Option<&str>,
    limit: usize,
) -> rusqlite::Result<Vec<StoredRow>> {
    let mut statement = c.prepare_cached(
        "SELECT sort, version, crc, body FROM rows
         WHERE partition = ?1 AND sort >= ?2 AND (?3 IS NULL OR sort > ?3) ORDER BY sort",
    )?;
    let start = cursor.map_or(prefix, |cursor| cursor.max(prefix));
    let mut found = statement.query(params![partition, start, cursor])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        if rows.len() > limit || !row.get_ref(0)?.as_str()?.starts_with(prefix) {
            break;
        }
        rows.push(StoredRow::from_row(row)?);
    }
    Ok(rows)
}

fn check_form(writes: &[Write]) -> PortResult<()> {
    if writes.len() > MOST_WRITES {
        return Err(PortError::invalid(format!("a transaction has {} writes, more than {MOST_WRITES}", writes.len())));
    }
    let mut seen = HashSet::with_capacity(writes.len());
    match writes.iter().find(|write| !seen.insert(write.key())) {
        Some(twice) => {
            Err(PortError::invalid(format!("key {}/{} occurs twice", twice.key().partition, twice.key().sort)))
        }
        None => Ok(()),
    }
}
