//! Events for others.

use async_trait::async_trait;
use serde_json::Value;

use crate::PortResult;

/// Publishes events.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Publishes events; the result has one entry per event, in order, so that a partial failure is visible. An event
    /// may be published twice when the caller tries again; its `id` stays the same.
    async fn publish(&self, events: Vec<BusEvent>) -> PortResult<Vec<PortResult<()>>>;
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct BusEvent {
    /// Same for every try of the same fact.
    pub id: String,
    /// Who says it, e.g. `cueline`.
    pub source: String,
    /// What happened, e.g. `DocumentIndexed`.
    pub detail_type: String,
    /// The event message in proto3 JSON.
    pub detail: Value,
}
