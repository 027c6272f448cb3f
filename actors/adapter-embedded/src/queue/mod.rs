//! Queues in memory. They are refilled from the journal, so only dead letters are kept.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use cueline_ports::{
    Clock, DeadLetter, Delivery, Outgoing, Page, PortError, PortErrorKind, PortResult, Queue, QueueDepth, Receipt,
    Table,
};
use cueline_protocol::ids::QueueName;

/// Every queue of one process.
pub struct MemoryQueue {
    _clock: Arc<dyn Clock>,
    _table: Arc<dyn Table>,
}

impl MemoryQueue {
    /// Leases run on `clock`; dead letters are rows of `table`.
    pub fn new(clock: Arc<dyn Clock>, table: Arc<dyn Table>) -> Self {
        Self { _clock: clock, _table: table }
    }
}

fn unsupported<T>() -> PortResult<T> {
    Err(PortError::new(PortErrorKind::Unsupported, "not there yet"))
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn send(&self, _: &QueueName, _: Vec<Outgoing>) -> PortResult<()> {
        unsupported()
    }
    async fn receive(&self, _: &QueueName, _: usize, _: Duration, _: Duration) -> PortResult<Vec<Delivery>> {
        unsupported()
    }
    async fn extend(&self, _: &QueueName, _: &Receipt, _: Duration) -> PortResult<()> {
        unsupported()
    }
    async fn acknowledge(&self, _: &QueueName, _: Vec<Receipt>) -> PortResult<()> {
        unsupported()
    }
    async fn release(&self, _: &QueueName, _: &Receipt, _: Duration) -> PortResult<()> {
        unsupported()
    }
    async fn dead_letter(&self, _: &QueueName, _: &Receipt, _: &str) -> PortResult<()> {
        unsupported()
    }
    async fn dead_letters(&self, _: &QueueName, _: Option<String>, _: usize) -> PortResult<Page<DeadLetter>> {
        unsupported()
    }
    async fn redrive(&self, _: &QueueName, _: Vec<String>) -> PortResult<usize> {
        unsupported()
    }
    async fn purge(&self, _: &QueueName) -> PortResult<()> {
        unsupported()
    }
    async fn depth(&self, _: &QueueName) -> PortResult<QueueDepth> {
        unsupported()
    }
    async fn queues(&self) -> PortResult<Vec<QueueName>> {
        unsupported()
    }
}
