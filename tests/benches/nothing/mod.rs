//! Ports that a benchmark of the durable core never calls.

use async_trait::async_trait;
use bytes::Bytes;
use cueline_domain::{access::Clearance, document::Document};
use cueline_ports::{
    Index, IndexStatus, IndexedDocument, ParseFailure, Parser, PortError, PortErrorKind, PortResult, SearchRequest,
    SearchResults,
};

/// Refuses everything.
pub(crate) struct Nothing;

fn no<T>() -> PortResult<T> {
    Err(PortError::new(PortErrorKind::Unsupported, "not part of this benchmark"))
}

#[async_trait]
impl Index for Nothing {
    async fn upsert(&self, _: IndexedDocument) -> PortResult<bool> {
        no()
    }
    async fn attach_vectors(&self, _: &str, _: &str, _: &str, _: Vec<(String, Vec<f32>)>) -> PortResult<bool> {
        no()
    }
    async fn remove(&self, _: &str, _: &str, _: u64) -> PortResult<bool> {
        no()
    }
    async fn search(&self, _: &Clearance, _: SearchRequest) -> PortResult<SearchResults> {
        no()
    }
    async fn visible(&self, _: &str, _: &str) -> PortResult<Option<IndexStatus>> {
        no()
    }
    async fn count(&self, _: &str) -> PortResult<(u64, u64)> {
        no()
    }
}

#[async_trait]
impl Parser for Nothing {
    fn version(&self) -> &str {
        "nothing"
    }
    async fn parse(&self, _: &str, _: Bytes) -> Result<Document, ParseFailure> {
        Err(ParseFailure::Unavailable("not part of this benchmark".into()))
    }
}
