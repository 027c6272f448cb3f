//! Every answer in a chain of records. Each process writes a chain of its own; one that is started anew begins another.
//!
//! Whoever hands a record over waits until it is written, together with those of others, so that what follows from an answer never
//! outlives its record. A body that is run again after a crash hands its record over again: it gives the record a name, and beside
//! the record stands a mark of that name, in any chain once.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use cueline_domain::governance::{
    audit::{AuditRecord, Broken, verify},
    audit_search::{AuditFilter, Newest, Place},
    usage::Usage,
};
use cueline_ports::{Condition, Key, PortError, PortErrorKind, PortResult, Row, Write};
use cueline_runtime::World;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, Notify};

use crate::beat::{RECORD_MS, until_beat};

/// The partition of chains; each is a partition of its own.
const CHAINS: &str = "audit";
/// The partition of marks by the time when they were made.
const MARKED: &str = "audited";
/// After which records are written that nobody waits for any more.
const LEFT: Duration = Duration::from_millis(20);
/// Between two tries while the table takes nothing.
const AGAIN: Duration = Duration::from_secs(1);
/// Records of one row.
const AT_ONCE: usize = 200;
/// Marks of one row: a transaction has a hundred writes.
const MARKS_AT_ONCE: usize = 90;
/// Bytes of one row, about.
const ROW_BYTES: usize = 128 * 1024;

/// What is to be recorded: number and hashes are given by the chain.
pub type AuditEntry = AuditRecord;

/// The chain of this process. Cloning gives another handle.
#[derive(Clone)]
pub struct Audit {
    world: World,
    chain: Arc<str>,
    waiting: Arc<std::sync::Mutex<Waiting>>,
    woken: Arc<Notify>,
    tail: Arc<Mutex<Tail>>,
}

/// What was handed over and is not being written yet.
#[derive(Default)]
struct Waiting {
    entries: VecDeque<Entry>,
    /// How many were ever handed over.
    handed: u64,
}

#[derive(Clone)]
struct Entry {
    record: AuditEntry,
    once: Option<String>,
}

/// The end of the chain.
#[derive(Default)]
struct Tail {
    last: Option<AuditRecord>,
    /// What is being written. It stays as it is until that is known to be done: whatever became of a try, the next one writes the
    /// same.
    cut: Vec<Entry>,
    /// How many of those that were handed over that is, with those that were there before.
    taken: u64,
    /// How many of them are done.
    done: u64,
    /// When the last try failed, and why.
    failed: Option<(i64, PortErrorKind, String)>,
}

/// Where a record of a name is.
#[derive(Serialize, Deserialize)]
struct Mark {
    chain: String,
    number: u64,
}

/// What became of the look at a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many records it has.
    pub records: u64,
    /// Where it does not hold.
    pub broken: Option<Broken>,
}

impl Audit {
    /// A new chain. Nothing of it is written before its first record.
    pub fn new(world: &World) -> Self {
        let chain = world.entropy.ulid(world.clock.now_ms()).to_lowercase();
        Self {
            world: world.clone(),
            chain: chain.into(),
            waiting: Arc::default(),
            woken: Arc::new(Notify::new()),
            tail: Arc::default(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a record over, and returns once it is written. While the table takes nothing it waits. If it is given up meanwhile the
    /// record is written all the same, as long as the process lives.
    ///
    /// `once`: what the record is called. Of those with the same name one is written, in whatever process.
    ///
    /// # Errors
    /// What trying again does not help against.
    pub async fn add(&self, record: AuditEntry, once: Option<String>) -> PortResult<()> {
        let place = {
            let mut waiting = self.waiting();
            waiting.entries.push_back(Entry { record, once });
            waiting.handed += 1;
            waiting.handed
        };
        self.woken.notify_one();
        // What comes within moments shares a row and a sync.
        self.world.clock.sleep(until_beat(self.world.clock.now_ms(), RECORD_MS)).await;
        loop {
            match self.try_until(place).await {
                Err(error) if error.is_transient() || error.kind == PortErrorKind::Conflict => {
                    self.world.clock.sleep(AGAIN).await;
                }
                result => return result,
            }
        }
    }

    /// Writes what nobody waits for any more, until dropped.
    pub async fn run(self) {
        loop {
            self.woken.notified().await;
            self.world.clock.sleep(LEFT).await;
            let handed = self.waiting().handed;
            while self.try_until(handed).await.is_err() {
                self.world.clock.sleep(AGAIN).await;
            }
        }
    }

    /// Writes what was handed over so far.
    pub async fn flush(&self) -> PortResult<()> {
        let handed = self.waiting().handed;
        self.write_until(&mut *self.tail.lock().await, handed).await
    }

    /// As [`Self::flush`], of as many as that; one of all who wait tries, and none just after a try that failed.
    async fn try_until(&self, handed: u64) -> PortResult<()> {
        let mut tail = self.tail.lock().await;
        let now_ms = self.world.clock.now_ms();
        if let Some((at_ms, kind, message)) = &tail.failed
            && tail.done < handed
            && now_ms - at_ms < AGAIN.as_millis() as i64
        {
            return Err(PortError::new(*kind, message.clone()));
        }
        let result = self.write_until(&mut tail, handed).await;
        tail.failed = result.as_ref().err().map(|error| (now_ms, error.kind, error.message.clone()));
        if let Err(error) = &result {
            tracing::warn!(error = %error, "audit records wait for the table");
        }
        result
    }

    async fn write_until(&self, tail: &mut Tail, handed: u64) -> PortResult<()> {
        while tail.done < handed {
            if tail.taken == 0 {
                self.take(tail);
            }
            self.write(tail).await?;
        }
        Ok(())
    }

    /// Takes what goes into the next row.
    fn take(&self, tail: &mut Tail) {
        let mut waiting = self.waiting();
        let (mut names, mut bytes) = (BTreeSet::new(), 0);
        while let Some(entry) = waiting.entries.pop_front() {
            let AuditRecord { decision, question, answer, .. } = &entry.record;
            let size = 512 + decision.len() + question.len() + answer.len();
            let is_full = tail.cut.len() == AT_ONCE || names.len() == MARKS_AT_ONCE || bytes + size > ROW_BYTES;
            if is_full && !tail.cut.is_empty() {
                waiting.entries.push_front(entry);
                return;
            }
            tail.taken += 1;
            if entry.once.as_ref().is_none_or(|once| names.insert(once.clone())) {
                bytes += size;
                tail.cut.push(entry);
            }
        }
    }

    /// Writes what was taken, or leaves out of it what is there already.
    async fn write(&self, tail: &mut Tail) -> PortResult<()> {
        let mut chained: Vec<AuditRecord> = Vec::with_capacity(tail.cut.len());
        for entry in &tail.cut {
            let record = entry.record.clone().after(chained.last().or(tail.last.as_ref()));
            chained.push(record);
        }
        if let (Some(first), Some(last)) = (chained.first(), chained.last()) {
            let writes = self.writes(&tail.cut, &chained, first, tail.last.is_none())?;
            match self.world.table.transact(writes).await {
                Ok(()) => {}
                Err(error) if error.kind == PortErrorKind::Conflict => {
                    let before = tail.cut.len();
                    if !self.is_written(&mut tail.cut, &chained).await? {
                        // Without those that are there already it may do.
                        return if tail.cut.len() < before { Ok(()) } else { Err(error) };
                    }
                }
                Err(error) => return Err(error),
            }
            tail.last = Some(last.clone());
        }
        tail.cut.clear();
        tail.done += std::mem::take(&mut tail.taken);
        Ok(())
    }

    fn writes(
        &self,
        entries: &[Entry],
        chained: &[AuditRecord],
        first: &AuditRecord,
        is_new: bool,
    ) -> PortResult<Vec<Write>> {
        let put = |key, body: Vec<u8>, condition| Write::Put { key, body: body.into(), condition };
        let row = Key::new(format!("{CHAINS}#{}", self.chain), format!("{:012}", first.number));
        // Any: after an answer that was lost the same records are written again.
        let mut writes = vec![put(row, json(&chained)?, Condition::Any)];
        if is_new {
            writes.push(put(Key::new(CHAINS, &*self.chain), Vec::new(), Condition::Any));
        }
        let mut names = Vec::new();
        for (entry, record) in entries.iter().zip(chained) {
            let Some(once) = &entry.once else { continue };
            let mark = Mark { chain: self.chain.to_string(), number: record.number };
            writes.push(put(mark_of(once), json(&mark)?, Condition::Absent));
            names.push(once);
        }
        if !names.is_empty() {
            let at_ms = self.world.clock.now_ms().max(0);
            let key = Key::new(MARKED, format!("{at_ms:015}#{}#{:012}", self.chain, first.number));
            writes.push(put(key, json(&names)?, Condition::Any));
        }
        Ok(writes)
    }

    /// After a conflict: whether these records are there although nobody said so. Else those that others wrote are left out.
    async fn is_written(&self, entries: &mut Vec<Entry>, chained: &[AuditRecord]) -> PortResult<bool> {
        let mut there = BTreeSet::new();
        for (entry, record) in entries.iter().zip(chained) {
            let Some(once) = &entry.once else { continue };
            let Some(row) = self.world.table.get(&mark_of(once)).await? else { continue };
            let mark: Mark = read(&row)?;
            if *mark.chain == *self.chain && mark.number == record.number {
                // All of them or none.
                return Ok(true);
            }
            there.insert(once.clone());
        }
        entries.retain(|entry| entry.once.as_ref().is_none_or(|once| !there.contains(once)));
        Ok(false)
    }

    /// Forgets the names of records that were written before a moment; how many. Whoever hands one of them over again after that
    /// writes it again.
    pub async fn forget_names_before(world: &World, before_ms: i64) -> PortResult<usize> {
        let mut forgotten = 0;
        loop {
            let page = world.table.query(MARKED, "", None, 20).await?;
            let is_old = |row: &Row| {
                let (at, _) = row.key.sort.split_once('#')?;
                at.parse::<i64>().ok().filter(|at| *at < before_ms)
            };
            let old: Vec<Row> = page.items.into_iter().take_while(|row| is_old(row).is_some()).collect();
            if old.is_empty() {
                return Ok(forgotten);
            }
            for row in old {
                let names: Vec<String> = read(&row)?;
                let keys = names.iter().map(|once| mark_of(once)).chain([row.key.clone()]);
                let deletes = keys.map(|key| Write::Delete { key, condition: Condition::Any });
                world.table.transact(deletes.collect()).await?;
                forgotten += names.len();
            }
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

    /// Shows the records of a chain in order, some at a time.
    async fn read(world: &World, chain: &str, mut see: impl FnMut(Vec<AuditRecord>)) -> PortResult<()> {
        let mut cursor = None;
        loop {
            let page = world.table.query(&format!("{CHAINS}#{chain}"), "", cursor, 100).await?;
            for row in &page.items {
                see(read(row)?);
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }

    /// The records of a chain, in order.
    pub async fn records(world: &World, chain: &str) -> PortResult<Vec<AuditRecord>> {
        let mut records = Vec::new();
        Self::read(world, chain, |some| records.extend(some)).await?;
        Ok(records)
    }

    /// Records of all chains that a filter takes, newest first, each with its chain; and where the next page begins. Every record
    /// is looked at, and no more than a page is held.
    pub async fn search(
        world: &World,
        filter: &AuditFilter,
        limit: usize,
        before: Option<Place>,
    ) -> PortResult<(Vec<(String, AuditRecord)>, Option<Place>)> {
        let mut newest = Newest::new(limit, before);
        for chain in Self::chains(world).await? {
            Self::read(world, &chain, |some| {
                some.into_iter().filter(|record| filter.takes(record)).for_each(|record| newest.offer(&chain, record));
            })
            .await?;
        }
        Ok(newest.finish())
    }

    /// What was used, by everybody or on behalf of one tenant.
    pub async fn usage(world: &World, tenant: Option<&str>) -> PortResult<Usage> {
        let mut usage = Usage::default();
        for chain in Self::chains(world).await? {
            Self::read(world, &chain, |some| {
                let wanted = some.iter().filter(|record| tenant.is_none_or(|tenant| tenant == record.tenant));
                wanted.for_each(|record| usage.add(record));
            })
            .await?;
        }
        Ok(usage)
    }

    /// Whether a chain holds, and how many records it has.
    pub async fn verify(world: &World, chain: &str) -> PortResult<Verified> {
        let (mut last, mut verified) = (None, Verified { records: 0, broken: None });
        Self::read(world, chain, |some| {
            verified.records += some.len() as u64;
            if verified.broken.is_none() {
                match verify(last.take(), &some) {
                    Ok(now_last) => last = now_last,
                    Err(broken) => verified.broken = Some(broken),
                }
            }
        })
        .await?;
        Ok(verified)
    }
}

fn mark_of(once: &str) -> Key {
    Key::new(format!("{MARKED}#{once}"), "record")
}

fn json(value: &impl Serialize) -> PortResult<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| PortError::invalid(error.to_string()))
}

fn read<T: for<'de> Deserialize<'de>>(row: &Row) -> PortResult<T> {
    serde_json::from_slice(&row.body)
        .map_err(|error| PortError::corrupt(format!("audit_unreadable: {}: {error}", row.key.sort)))
}
