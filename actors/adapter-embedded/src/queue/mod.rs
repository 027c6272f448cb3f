//! Queues in memory. Messages are hints that the journal can repeat, so only dead letters are kept.
//!
//! `state` is one queue as data, `waiting` its receivers, `dead` the rows of dead letters. There is no background task: a
//! lease that ended is noticed by the next receiver, and receivers that wait look again when the next one ends.

mod dead;
mod state;
#[cfg(test)]
mod tests;
mod waiting;

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use cueline_ports::{
    Clock, DeadLetter, Delivery, Outgoing, Page, PortError, PortResult, Queue, QueueDepth, Receipt, Table,
};
use cueline_protocol::ids::QueueName;

use self::{dead::Counts, waiting::Channel};

/// Every queue of one process.
pub struct MemoryQueue {
    channels: RwLock<HashMap<QueueName, Arc<Channel>>>,
    clock: Arc<dyn Clock>,
    table: Arc<dyn Table>,
    dead: Counts,
    /// Tells dead letters of one millisecond apart.
    unique: AtomicU64,
}

impl MemoryQueue {
    /// Leases and delays run on `clock`; dead letters are rows of `table`.
    pub fn new(clock: Arc<dyn Clock>, table: Arc<dyn Table>) -> Self {
        Self { channels: RwLock::default(), clock, table, dead: Counts::default(), unique: AtomicU64::new(0) }
    }

    fn channel(&self, queue: &QueueName) -> Arc<Channel> {
        if let Some(channel) = self.channels.read().unwrap_or_else(PoisonError::into_inner).get(queue) {
            return Arc::clone(channel);
        }
        let mut channels = self.channels.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(channels.entry(queue.clone()).or_default())
    }

    /// A queue that was used; looking at one or giving something back does not create it.
    fn existing(&self, queue: &QueueName) -> Option<Arc<Channel>> {
        self.channels.read().unwrap_or_else(PoisonError::into_inner).get(queue).map(Arc::clone)
    }

    fn until(&self, delay: Duration) -> i64 {
        let millis = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
        self.clock.now_ms().saturating_add(millis)
    }
}

impl fmt::Debug for MemoryQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryQueue").finish_non_exhaustive()
    }
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn send(&self, queue: &QueueName, messages: Vec<Outgoing>) -> PortResult<()> {
        let now_ms = if messages.iter().all(|message| message.delay.is_zero()) { 0 } else { self.clock.now_ms() };
        self.channel(queue).send(messages, now_ms);
        Ok(())
    }

    async fn receive(
        &self,
        queue: &QueueName,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> PortResult<Vec<Delivery>> {
        Ok(self.channel(queue).receive(&*self.clock, max, lease, wait).await)
    }

    async fn extend(&self, queue: &QueueName, receipt: &Receipt, lease: Duration) -> PortResult<()> {
        let until_ms = self.until(lease);
        let held = self.existing(queue).map(|channel| channel.change(|state| state.extend(receipt, until_ms)));
        held.filter(|held| *held).map(drop).ok_or_else(|| lost(queue))
    }

    async fn acknowledge(&self, queue: &QueueName, receipts: Vec<Receipt>) -> PortResult<()> {
        if let Some(channel) = self.existing(queue) {
            let mut inner = channel.lock();
            for receipt in &receipts {
                inner.state.remove(receipt);
            }
        }
        Ok(())
    }

    async fn release(&self, queue: &QueueName, receipt: &Receipt, delay: Duration) -> PortResult<()> {
        let until_ms = (!delay.is_zero()).then(|| self.until(delay));
        let held = self.existing(queue).map(|channel| channel.change(|state| state.release(receipt, until_ms)));
        held.filter(|held| *held).map(drop).ok_or_else(|| lost(queue))
    }

    async fn dead_letter(&self, queue: &QueueName, receipt: &Receipt, reason: &str) -> PortResult<()> {
        let channel = self.existing(queue).ok_or_else(|| lost(queue))?;
        let (body, group) = channel.lock().state.peek(receipt).ok_or_else(|| lost(queue))?;
        let unique = self.unique.fetch_add(1, Relaxed);
        let group = group.map(|group| group.to_string());
        let writes = dead::writes(queue, unique, self.clock.now_ms(), &body, group, reason)?;
        self.dead.add(&*self.table, queue, writes).await?;
        // Only now: a crash in between leaves the message in both places, never in none.
        channel.lock().state.remove(receipt);
        Ok(())
    }

    async fn dead_letters(
        &self,
        queue: &QueueName,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<DeadLetter>> {
        dead::page(&*self.table, queue, cursor, limit).await
    }

    async fn redrive(&self, queue: &QueueName, ids: Vec<String>) -> PortResult<usize> {
        let mut moved = 0;
        for id in ids {
            let Some(stored) = dead::get(&*self.table, queue, &id).await? else { continue };
            if self.dead.remove(&*self.table, queue, &stored).await? {
                let message = Outgoing { body: stored.letter.body, group: stored.group, delay: Duration::ZERO };
                self.channel(queue).send(vec![message], 0);
                moved += 1;
            }
        }
        Ok(moved)
    }

    async fn purge(&self, queue: &QueueName) -> PortResult<()> {
        if let Some(channel) = self.existing(queue) {
            channel.lock().state.clear();
        }
        Ok(())
    }

    async fn depth(&self, queue: &QueueName) -> PortResult<QueueDepth> {
        let dead = self.dead.get(&*self.table, queue).await?;
        let now_ms = self.clock.now_ms();
        let depth = self.existing(queue).map(|channel| {
            channel.change(|state| {
                state.sweep(now_ms);
                state.depth()
            })
        });
        Ok(QueueDepth { dead, ..depth.unwrap_or_default() })
    }

    async fn queues(&self) -> PortResult<Vec<QueueName>> {
        let mut names: BTreeSet<_> = dead::names(&*self.table).await?.into_iter().collect();
        names.extend(self.channels.read().unwrap_or_else(PoisonError::into_inner).keys().cloned());
        Ok(names.into_iter().collect())
    }
}

fn lost(queue: &QueueName) -> PortError {
    PortError::not_found(format!("the message of {queue} is not held under this receipt any more"))
}
