//! Queues carry hints. They may lose, repeat, delay and reorder; nothing that matters is only in a queue.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cueline_protocol::ids::QueueName;

use crate::{Page, PortResult};

/// Messages with leases.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Makes messages available for receiving. Sending to a queue that was never used creates it.
    async fn send(&self, queue: &QueueName, messages: Vec<Outgoing>) -> PortResult<()>;

    /// Takes up to `max` messages, each invisible to others for `lease`; waits up to `wait` for the first one.
    ///
    /// A message that is neither acknowledged, released nor dead-lettered within its lease is delivered again.
    async fn receive(
        &self,
        queue: &QueueName,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> PortResult<Vec<Delivery>>;

    /// The lease of a delivery now ends `lease` from now. `NotFound`: it has been delivered to somebody else meanwhile.
    async fn extend(&self, queue: &QueueName, receipt: &Receipt, lease: Duration) -> PortResult<()>;

    /// The messages are done and gone. Acknowledging twice or late is not an error.
    async fn acknowledge(&self, queue: &QueueName, receipts: Vec<Receipt>) -> PortResult<()>;

    /// Gives a message back, visible again after `delay`.
    async fn release(&self, queue: &QueueName, receipt: &Receipt, delay: Duration) -> PortResult<()>;

    /// Moves a message to the dead letters of its queue; the reason is kept with it.
    async fn dead_letter(&self, queue: &QueueName, receipt: &Receipt, reason: &str) -> PortResult<()>;

    /// Dead letters of a queue, oldest first.
    async fn dead_letters(
        &self,
        queue: &QueueName,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<DeadLetter>>;

    /// Sends dead letters to their queue again and forgets them as dead. Unknown ids are skipped; returns how many moved.
    async fn redrive(&self, queue: &QueueName, ids: Vec<String>) -> PortResult<usize>;

    /// Drops every message of a queue, leased ones too, dead letters not.
    async fn purge(&self, queue: &QueueName) -> PortResult<()>;

    /// How full it is, approximately.
    async fn depth(&self, queue: &QueueName) -> PortResult<QueueDepth>;

    /// How long a receive that finds nothing should wait: longer where each one costs money.
    fn patience(&self) -> Duration {
        Duration::from_secs(1)
    }

    /// Every queue that exists.
    async fn queues(&self) -> PortResult<Vec<QueueName>>;
}

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// What it says.
    pub body: Bytes,
    /// Fairness: groups take turns. Usually the tenant.
    pub group: Option<String>,
    /// Not visible before.
    pub delay: Duration,
}

impl Outgoing {
    /// A message without a group or a delay.
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), group: None, delay: Duration::ZERO }
    }
}

/// Stands for one delivery of one message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Receipt(pub String);

/// A message that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// For acknowledging.
    pub receipt: Receipt,
    /// What it says.
    pub body: Bytes,
    /// 1 the first time.
    pub receive_count: u32,
    /// The trace header that a queue service keeps beside a body, if it does.
    pub trace: Option<String>,
}

/// A message that nobody could process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// For redriving.
    pub id: String,
    /// What it says.
    pub body: Bytes,
    /// Why it is here.
    pub reason: String,
    /// Epoch milliseconds of its death.
    pub at_ms: i64,
}

/// How full a queue is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueDepth {
    /// Ready to be received.
    pub ready: usize,
    /// With somebody.
    pub leased: usize,
    /// Not visible yet.
    pub delayed: usize,
    /// Dead.
    pub dead: usize,
}
