//! Where there is no index: whoever asks for one is told what to do.

use async_trait::async_trait;
use cueline_domain::access::Clearance;
use cueline_ports::{
    Index, IndexStatus, IndexedDocument, PortError, PortErrorKind, PortResult, SearchRequest, SearchResults,
};

/// The index of a process that has none.
pub(super) struct Unindexed {
    /// The stack.
    pub(super) stack: String,
}

impl Unindexed {
    fn missing<T>(&self) -> PortResult<T> {
        let message = format!("index_missing: stack {} has no index; set Index=Serverless in the stack", self.stack);
        Err(PortError::new(PortErrorKind::Invalid, message))
    }
}

#[async_trait]
impl Index for Unindexed {
    async fn upsert(&self, _document: IndexedDocument) -> PortResult<bool> {
        self.missing()
    }

    async fn attach_vectors(&self, _: &str, _: &str, _: &str, _: Vec<(String, Vec<f32>)>) -> PortResult<bool> {
        self.missing()
    }

    async fn remove(&self, _collection: &str, _document: &str, _sequence: u64) -> PortResult<bool> {
        self.missing()
    }

    async fn search(&self, _clearance: &Clearance, _request: SearchRequest) -> PortResult<SearchResults> {
        self.missing()
    }

    async fn visible(&self, _collection: &str, _document: &str) -> PortResult<Option<IndexStatus>> {
        self.missing()
    }

    async fn count(&self, _collection: &str) -> PortResult<(u64, u64)> {
        self.missing()
    }
}
