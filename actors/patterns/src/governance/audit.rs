//! Every call of a model in a chain of records. Each process writes a chain of its own; one that is started anew begins another.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use cueline_domain::governance::audit::{AuditRecord, Broken, verify};
use cueline_ports::{Condition, Key, PortError, PortResult, Write};
use cueline_runtime::World;
use tokio::sync::{Mutex, Notify};

/// The partition of chains; each is a partition of its own.
const CHAINS: &str = "audit";
/// Records of one transaction.
const AT_ONCE: usize = 90;

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
            let (mut writes, mut before) = (Vec::new(), last.clone());
            if before.is_none() {
                let key = Key::new(CHAINS, &*self.chain);
                writes.push(Write::Put { key, body: Vec::new().into(), condition: Condition::Any });
            }
            let count = batch.len();
            for record in batch {
                let record = record.after(before.as_ref());
                let body = serde_json::to_vec(&record).map_err(|error| PortError::invalid(error.to_string()))?;
                let key = Key::new(format!("{CHAINS}#{}", self.chain), format!("{:012}", record.number));
                // Any: after an answer that was lost the same record is written again.
                writes.push(Write::Put { key, body: body.into(), condition: Condition::Any });
                before = Some(record);
            }
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
                let record = serde_json::from_slice(&row.body)
                    .map_err(|error| PortError::corrupt(format!("audit_unreadable: {}: {error}", row.key.sort)))?;
                records.push(record);
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
