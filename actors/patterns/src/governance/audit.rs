//! Every call of a model in a chain of records. Each process writes a chain of its own; one that is started anew begins another.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use cueline_domain::governance::audit::{AuditRecord, Broken, verify};
use cueline_ports::{Condition, Key, PortError, PortResult, Write};
use cueline_runtime::World;
use tokio::sync::{Mutex, Notify};

/// The partition of chains; each is a partition of its own.
const CHAINS: &str = "audit";
/// How long a record waits for others.
const GATHER: Duration = Duration::from_millis(20);
/// Records of one row.
const AT_ONCE: usize = 200;

/// What is to be recorded: number and hashes are given by the chain.
pub type AuditEntry = AuditRecord;

/// The chain of this process. Cloning gives another handle.
#[derive(Clone)]
pub struct Audit {
    world: World,
    chain: Arc<str>,
    waiting: Arc<std::sync::Mutex<VecDeque<AuditRecord>>>,
    woken: Arc<Notify>,
    last: Arc<Mutex<Option<AuditRecord>>>,
}

impl Audit {
    /// A new chain. `start` writes it.
    pub fn new(world: &World) -> Self {
        let chain = world.entropy.ulid(world.clock.now_ms()).to_lowercase();
        Self {
            world: world.clone(),
            chain: chain.into(),
            waiting: Arc::default(),
            woken: Arc::new(Notify::new()),
            last: Arc::default(),
        }
    }

    /// Hands a record over; it is written within moments.
    pub fn add(&self, record: AuditEntry) {
        self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push_back(record);
        self.woken.notify_one();
    }

    /// Writes what is handed over until dropped.
    pub async fn run(self) {
        loop {
            self.woken.notified().await;
            // What comes within moments shares a row and a sync.
            self.world.clock.sleep(GATHER).await;
            while let Err(error) = self.flush().await {
                tracing::warn!(error = %error, "audit records wait for the table");
                self.world.clock.sleep(Duration::from_secs(1)).await;
            }
        }
    }

    /// Writes what was handed over so far.
    pub async fn flush(&self) -> PortResult<()> {
        let mut last = self.last.lock().await;
        loop {
            let batch: Vec<AuditRecord> = {
                let waiting = self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                waiting.iter().take(AT_ONCE).cloned().collect()
            };
            if batch.is_empty() {
                return Ok(());
            }
            let (mut writes, count) = (Vec::new(), batch.len());
            if last.is_none() {
                let key = Key::new(CHAINS, &*self.chain);
                writes.push(Write::Put { key, body: Vec::new().into(), condition: Condition::Any });
            }
            let mut chained: Vec<AuditRecord> = Vec::with_capacity(count);
            for record in batch {
                let record = record.after(chained.last().or(last.as_ref()));
                chained.push(record);
            }
            let first = chained.first().map_or(0, |record| record.number);
            let body = serde_json::to_vec(&chained).map_err(|error| PortError::invalid(error.to_string()))?;
            let key = Key::new(format!("{CHAINS}#{}", self.chain), format!("{first:012}"));
            // Any: after an answer that was lost the same records are written again.
            writes.push(Write::Put { key, body: body.into(), condition: Condition::Any });
            let before = chained.pop();
            self.world.table.transact(writes).await?;
            *last = before;
            self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner).drain(..count);
        }
    }

    /// Names of all chains, oldest first.
    pub async fn chains(world: &World) -> PortResult<Vec<String>> {
        let (mut chains, mut cursor) = (Vec::new(), None);
        loop {
            let page = world.table.query(CHAINS, "", cursor, 200).await?;
            chains.extend(page.items.into_iter().map(|row| row.key.sort));
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(chains);
            }
        }
    }

    /// The records of a chain, in order.
    pub async fn records(world: &World, chain: &str) -> PortResult<Vec<AuditRecord>> {
        let (mut records, mut cursor) = (Vec::new(), None);
        loop {
            let page = world.table.query(&format!("{CHAINS}#{chain}"), "", cursor, 500).await?;
            for row in page.items {
                let of_row: Vec<AuditRecord> = serde_json::from_slice(&row.body)
                    .map_err(|error| PortError::corrupt(format!("audit_unreadable: {}: {error}", row.key.sort)))?;
                records.extend(of_row);
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(records);
            }
        }
    }

    /// Whether a chain holds, and how many records it has.
    pub async fn verify(world: &World, chain: &str) -> PortResult<Result<u64, Broken>> {
        let records = Self::records(world, chain).await?;
        Ok(verify(None, &records).map(|last| last.map_or(0, |last| last.number)))
    }
}
