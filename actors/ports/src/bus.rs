//! Events for others, and what others say.

use std::time::Duration;

use async_trait::async_trait;
use cueline_protocol::v1::TraceContext;
use serde_json::Value;

use crate::PortResult;

/// Publishes events.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Publishes events; the result has one entry per event, in order, so that a partial failure is visible. An event
    /// may be published twice when the caller tries again; its `id` stays the same.
    async fn publish(&self, events: Vec<BusEvent>) -> PortResult<Vec<PortResult<()>>>;
}

/// Reads what was published on a bus that keeps its events itself.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Events after the one that is numbered `sequence` (0: from the first), oldest first, at most `limit`; waits up to
    /// `wait` for one. What is no longer kept is left out: a gap in the numbers says how much.
    async fn after(&self, sequence: u64, limit: usize, wait: Duration) -> PortResult<Vec<PublishedEvent>>;

    /// The number of the newest event; 0 when there was none.
    async fn newest(&self) -> PortResult<u64>;
}

/// One event.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BusEvent {
    /// Same for every try of the same fact.
    pub id: String,
    /// Who says it, e.g. `cueline`.
    pub source: String,
    /// What happened, e.g. `DocumentIndexed`.
    pub detail_type: String,
    /// The event message in proto3 JSON.
    pub detail: Value,
    /// What it is about, as names of resources.
    pub resources: Vec<String>,
    /// When it happened, epoch milliseconds; `None` is when it is published.
    pub time_ms: Option<i64>,
    /// The trace that it belongs to.
    pub trace: Option<TraceContext>,
}

/// An event as it was published.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedEvent {
    /// Counts all events of this bus, from 1.
    pub sequence: u64,
    /// Epoch milliseconds.
    pub at_ms: i64,
    /// What was published.
    pub event: BusEvent,
}
