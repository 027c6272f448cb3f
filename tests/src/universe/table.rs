//! A table that survives its process.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{Condition, Key, Page, PortError, PortResult, Row, Table, Write};

use super::Chaos;

/// What is on the disk.
#[derive(Default)]
pub struct TableDisk(Mutex<BTreeMap<Key, (u64, Bytes)>>);

impl TableDisk {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, (u64, Bytes)>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The table as one process sees it.
pub struct SimTable {
    disk: Arc<TableDisk>,
    chaos: Chaos,
}

impl SimTable {
    /// A table on a disk.
    pub fn new(disk: Arc<TableDisk>, chaos: Chaos) -> Self {
        Self { disk, chaos }
    }
}

fn row(key: &Key, (version, body): &(u64, Bytes)) -> Row {
    Row { key: key.clone(), version: *version, body: body.clone() }
}

#[async_trait]
impl Table for SimTable {
    async fn get(&self, key: &Key) -> PortResult<Option<Row>> {
        self.chaos.call("table.get", || Ok(self.disk.lock().get(key).map(|stored| row(key, stored)))).await
    }

    async fn query(
        &self,
        partition: &str,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<Row>> {
        self.chaos
            .call("table.query", || {
                let rows = self.disk.lock();
                let mut found: Vec<Row> = rows
                    .range(Key::new(partition, prefix)..)
                    .take_while(|(key, _)| key.partition == partition && key.sort.starts_with(prefix))
                    .filter(|(key, _)| cursor.as_ref().is_none_or(|after| key.sort > *after))
                    .map(|(key, stored)| row(key, stored))
                    .take(limit.saturating_add(1))
                    .collect();
                let more = found.len() > limit;
                found.truncate(limit);
                let cursor = found.last().filter(|_| more).map(|row| row.key.sort.clone());
                Ok(Page { items: found, cursor })
            })
            .await
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        self.chaos.call("table.transact", || transact(&mut self.disk.lock(), writes)).await
    }
}

fn transact(rows: &mut BTreeMap<Key, (u64, Bytes)>, writes: Vec<Write>) -> PortResult<()> {
    let keys: BTreeSet<&Key> = writes.iter().map(Write::key).collect();
    if writes.len() > 100 || keys.len() < writes.len() {
        return Err(PortError::invalid("a transaction has at most 100 writes, each of another row"));
    }
    for write in &writes {
        let (Write::Put { key, condition, .. } | Write::Delete { key, condition } | Write::Check { key, condition }) =
            write;
        let version = rows.get(key).map(|(version, _)| *version);
        let holds = match condition {
            Condition::Any => true,
            Condition::Absent => version.is_none(),
            Condition::Version(wanted) => version == Some(*wanted),
        };
        if !holds {
            return Err(PortError::conflict(format!("{} {} is in version {version:?}", key.partition, key.sort)));
        }
    }
    for write in writes {
        match write {
            Write::Put { key, body, .. } => {
                let version = rows.get(&key).map_or(0, |(version, _)| *version);
                rows.insert(key, (version + 1, body));
            }
            Write::Delete { key, .. } => {
                rows.remove(&key);
            }
            Write::Check { .. } => {}
        }
    }
    Ok(())
}
