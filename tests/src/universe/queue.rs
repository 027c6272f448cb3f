//! A queue that loses, repeats, delays and reorders as it is told to.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{Clock, DeadLetter, Delivery, Outgoing, Page, PortError, PortResult, Queue, QueueDepth, Receipt};
use cueline_protocol::ids::QueueName;
use tokio::sync::Notify;

use super::{Chaos, chaos::Copies};

/// The messages. Whether they survive a process is up to the universe.
#[derive(Default)]
pub struct QueueRoom {
    lanes: Mutex<Lanes>,
    changed: Notify,
}

#[derive(Default)]
struct Lanes {
    by_name: BTreeMap<QueueName, Lane>,
    next: u64,
}

#[derive(Default)]
struct Lane {
    messages: Vec<Message>,
    dead: Vec<DeadLetter>,
}

struct Message {
    outgoing: Outgoing,
    visible_ms: i64,
    /// Of the latest delivery; kept after its lease, so that a late acknowledgement still works.
    receipt: Option<Receipt>,
    leased: bool,
    receive_count: u32,
}

impl QueueRoom {
    /// Drops everything: the process that held it died.
    pub fn lose_everything(&self) {
        self.lock().by_name.clear();
    }

    /// Drops every message of every queue.
    pub fn purge_all(&self) {
        self.lock().by_name.values_mut().for_each(|lane| lane.messages.clear());
        self.changed.notify_waiters();
    }

    /// A message that somebody else puts there, visible from a time on.
    pub(super) fn put(&self, queue: &QueueName, body: Bytes, visible_ms: i64) {
        let message =
            Message { outgoing: Outgoing::new(body), visible_ms, receipt: None, leased: false, receive_count: 0 };
        self.lock().by_name.entry(queue.clone()).or_default().messages.push(message);
        self.changed.notify_waiters();
    }

    /// Takes a message back that nobody has received.
    pub(super) fn withdraw(&self, queue: &QueueName, body: &[u8]) {
        if let Some(lane) = self.lock().by_name.get_mut(queue) {
            lane.messages.retain(|message| message.receive_count > 0 || message.outgoing.body != body);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The queue as one process sees it.
pub struct SimQueue {
    room: Arc<QueueRoom>,
    clock: Arc<dyn Clock>,
    chaos: Chaos,
}

impl SimQueue {
    /// A queue on a clock.
    pub fn new(room: Arc<QueueRoom>, clock: Arc<dyn Clock>, chaos: Chaos) -> Self {
        Self { room, clock, chaos }
    }

    fn later(&self, delay: Duration) -> i64 {
        self.clock.now_ms() + delay.as_millis() as i64
    }

    /// Does something with the message of a receipt that still counts.
    fn held<T>(&self, queue: &QueueName, receipt: &Receipt, act: impl FnOnce(&mut Lane, usize) -> T) -> PortResult<T> {
        let now_ms = self.clock.now_ms();
        let mut lanes = self.room.lock();
        let lane = lanes.by_name.entry(queue.clone()).or_default();
        lane.expire(now_ms);
        let at = lane.messages.iter().position(|message| message.leased && message.receipt.as_ref() == Some(receipt));
        let at = at.ok_or_else(|| PortError::not_found("the lease is over"))?;
        let done = act(lane, at);
        drop(lanes);
        self.room.changed.notify_waiters();
        Ok(done)
    }

    fn take(&self, queue: &QueueName, max: usize, lease: Duration) -> Vec<Delivery> {
        let now_ms = self.clock.now_ms();
        let lease_ms = self.later(lease);
        let mut lanes = self.room.lock();
        let Lanes { by_name, next } = &mut *lanes;
        let Some(lane) = by_name.get_mut(queue) else { return Vec::new() };
        lane.expire(now_ms);
        let mut taken = Vec::new();
        for at in lane.in_turn(now_ms, &self.chaos).into_iter().take(max) {
            let message = &mut lane.messages[at];
            *next += 1;
            let receipt = Receipt(format!("receipt-{next}"));
            message.receipt = Some(receipt.clone());
            message.leased = true;
            message.visible_ms = lease_ms;
            message.receive_count += 1;
            let body = message.outgoing.body.clone();
            taken.push(Delivery { receipt, body, receive_count: message.receive_count, trace: None });
        }
        drop(lanes);
        if !taken.is_empty() {
            self.room.changed.notify_waiters();
        }
        taken
    }

    fn next_ms(&self, queue: &QueueName) -> Option<i64> {
        let lanes = self.room.lock();
        lanes.by_name.get(queue).and_then(|lane| lane.messages.iter().map(|message| message.visible_ms).min())
    }

    /// Waits for the first message without holding anything.
    async fn wait_for(&self, queue: &QueueName, until_ms: i64) {
        loop {
            let mut changed = std::pin::pin!(self.room.changed.notified());
            changed.as_mut().enable();
            let now_ms = self.clock.now_ms();
            let next_ms = self.next_ms(queue).unwrap_or(i64::MAX);
            if next_ms <= now_ms || until_ms <= now_ms {
                return;
            }
            let sleep = Duration::from_millis((next_ms.min(until_ms) - now_ms) as u64);
            tokio::select! {
                biased;
                () = &mut changed => {}
                () = self.clock.sleep(sleep) => {}
            }
        }
    }
}

impl Lane {
    fn expire(&mut self, now_ms: i64) {
        for message in self.messages.iter_mut().filter(|message| message.leased && message.visible_ms <= now_ms) {
            message.leased = false;
        }
    }

    /// Visible messages, groups taking turns.
    fn in_turn(&self, now_ms: i64, chaos: &Chaos) -> Vec<usize> {
        let mut groups: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (at, message) in self.messages.iter().enumerate() {
            if !message.leased && message.visible_ms <= now_ms {
                groups.entry(message.outgoing.group.as_deref()).or_default().push(at);
            }
        }
        let mut turns: Vec<(usize, usize)> =
            groups.into_values().flat_map(|group| group.into_iter().enumerate()).collect();
        turns.sort_unstable();
        let mut order: Vec<usize> = turns.into_iter().map(|(_, at)| at).collect();
        chaos.reorder(&mut order);
        order
    }
}

#[async_trait]
impl Queue for SimQueue {
    async fn send(&self, queue: &QueueName, messages: Vec<Outgoing>) -> PortResult<()> {
        self.chaos
            .call("queue.send", || {
                let mut lanes = self.room.lock();
                let lane = lanes.by_name.entry(queue.clone()).or_default();
                for outgoing in messages {
                    let Copies(copies) = self.chaos.copies();
                    lane.messages.extend(copies.into_iter().map(|delay| Message {
                        visible_ms: self.later(outgoing.delay + delay),
                        outgoing: outgoing.clone(),
                        receipt: None,
                        leased: false,
                        receive_count: 0,
                    }));
                }
                drop(lanes);
                self.room.changed.notify_waiters();
                Ok(())
            })
            .await
    }

    async fn receive(
        &self,
        queue: &QueueName,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> PortResult<Vec<Delivery>> {
        let until_ms = self.later(wait);
        loop {
            self.wait_for(queue, until_ms).await;
            let over = self.clock.now_ms() >= until_ms;
            let ready = self.next_ms(queue).is_some_and(|next_ms| next_ms <= self.clock.now_ms());
            if ready || over {
                let taken = self.chaos.call("queue.receive", || Ok(self.take(queue, max, lease))).await?;
                if !taken.is_empty() || over {
                    return Ok(taken);
                }
            }
        }
    }

    async fn extend(&self, queue: &QueueName, receipt: &Receipt, lease: Duration) -> PortResult<()> {
        let until_ms = self.later(lease);
        let extend = || self.held(queue, receipt, |lane, at| lane.messages[at].visible_ms = until_ms);
        self.chaos.call("queue.extend", extend).await
    }

    async fn acknowledge(&self, queue: &QueueName, receipts: Vec<Receipt>) -> PortResult<()> {
        self.chaos
            .call("queue.acknowledge", || {
                let mut lanes = self.room.lock();
                if let Some(lane) = lanes.by_name.get_mut(queue) {
                    lane.messages.retain(|message| !message.receipt.as_ref().is_some_and(|it| receipts.contains(it)));
                }
                Ok(())
            })
            .await
    }

    async fn release(&self, queue: &QueueName, receipt: &Receipt, delay: Duration) -> PortResult<()> {
        let visible_ms = self.later(delay);
        let release = || {
            self.held(queue, receipt, |lane, at| {
                lane.messages[at].leased = false;
                lane.messages[at].visible_ms = visible_ms;
            })
        };
        self.chaos.call("queue.release", release).await
    }

    async fn dead_letter(&self, queue: &QueueName, receipt: &Receipt, reason: &str) -> PortResult<()> {
        let at_ms = self.clock.now_ms();
        let bury = || {
            self.held(queue, receipt, |lane, at| {
                let body = lane.messages.remove(at).outgoing.body;
                let id = format!("letter-{:08}-{}", lane.dead.len(), receipt.0);
                lane.dead.push(DeadLetter { id, body, reason: reason.to_owned(), at_ms });
            })
        };
        self.chaos.call("queue.dead_letter", bury).await
    }

    async fn dead_letters(
        &self,
        queue: &QueueName,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<DeadLetter>> {
        self.chaos
            .call("queue.dead_letters", || {
                let lanes = self.room.lock();
                let dead = lanes.by_name.get(queue).map_or(&[][..], |lane| &lane.dead);
                let after = cursor.and_then(|id| dead.iter().position(|letter| letter.id == id)).map_or(0, |at| at + 1);
                let items: Vec<_> = dead.iter().skip(after).take(limit).cloned().collect();
                let more = after + items.len() < dead.len();
                let cursor = items.last().filter(|_| more).map(|letter| letter.id.clone());
                Ok(Page { items, cursor })
            })
            .await
    }

    async fn redrive(&self, queue: &QueueName, ids: Vec<String>) -> PortResult<usize> {
        let now_ms = self.clock.now_ms();
        self.chaos
            .call("queue.redrive", || {
                let mut lanes = self.room.lock();
                let lane = lanes.by_name.entry(queue.clone()).or_default();
                let (moved, left): (Vec<_>, Vec<_>) = lane.dead.drain(..).partition(|it| ids.contains(&it.id));
                lane.dead = left;
                let count = moved.len();
                lane.messages.extend(moved.into_iter().map(|letter| Message {
                    outgoing: Outgoing::new(letter.body),
                    visible_ms: now_ms,
                    receipt: None,
                    leased: false,
                    receive_count: 0,
                }));
                drop(lanes);
                self.room.changed.notify_waiters();
                Ok(count)
            })
            .await
    }

    async fn purge(&self, queue: &QueueName) -> PortResult<()> {
        self.chaos
            .call("queue.purge", || {
                if let Some(lane) = self.room.lock().by_name.get_mut(queue) {
                    lane.messages.clear();
                }
                Ok(())
            })
            .await
    }

    async fn depth(&self, queue: &QueueName) -> PortResult<QueueDepth> {
        let now_ms = self.clock.now_ms();
        self.chaos
            .call("queue.depth", || {
                let mut lanes = self.room.lock();
                let Some(lane) = lanes.by_name.get_mut(queue) else { return Ok(QueueDepth::default()) };
                lane.expire(now_ms);
                let leased = lane.messages.iter().filter(|message| message.leased).count();
                let ready = lane.messages.iter().filter(|it| !it.leased && it.visible_ms <= now_ms).count();
                let delayed = lane.messages.len() - leased - ready;
                Ok(QueueDepth { ready, leased, delayed, dead: lane.dead.len() })
            })
            .await
    }

    async fn queues(&self) -> PortResult<Vec<QueueName>> {
        self.chaos.call("queue.queues", || Ok(self.room.lock().by_name.keys().cloned().collect())).await
    }
}
