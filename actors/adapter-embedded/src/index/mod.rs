//! The search index.

use std::path::Path;

use async_trait::async_trait;
use cueline_domain::access::Clearance;
use cueline_ports::{Index, IndexStatus, IndexedDocument, PortError, PortResult, SearchRequest, SearchResults};

/// How an index behaves.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IndexOptions {
    /// Memory for words that are not written out yet, per collection that is being written to.
    pub writer_memory: usize,
    /// At most this many chunks become visible in one go; bounds how long a search can wait for one document.
    pub group_chunks: usize,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self { writer_memory: 64 << 20, group_chunks: 4_096 }
    }
}

/// Keyword and vector index in a directory.
#[derive(Debug)]
pub struct EmbeddedIndex {}

impl EmbeddedIndex {
    /// Opens or creates the index in `dir`, which belongs to this process until the index is dropped. Blocks.
    pub fn open(_dir: impl AsRef<Path>, _options: IndexOptions) -> PortResult<Self> {
        Err(PortError::unavailable("not written yet"))
    }
}

#[async_trait]
impl Index for EmbeddedIndex {
    async fn upsert(&self, _document: IndexedDocument) -> PortResult<bool> {
        Err(PortError::unavailable("not written yet"))
    }

    async fn attach_vectors(
        &self,
        _collection: &str,
        _document: &str,
        _version: &str,
        _vectors: Vec<(String, Vec<f32>)>,
    ) -> PortResult<bool> {
        Err(PortError::unavailable("not written yet"))
    }

    async fn remove(&self, _collection: &str, _document: &str, _sequence: u64) -> PortResult<bool> {
        Err(PortError::unavailable("not written yet"))
    }

    async fn search(&self, _clearance: &Clearance, _request: SearchRequest) -> PortResult<SearchResults> {
        Err(PortError::unavailable("not written yet"))
    }

    async fn visible(&self, _collection: &str, _document: &str) -> PortResult<Option<IndexStatus>> {
        Err(PortError::unavailable("not written yet"))
    }

    async fn count(&self, _collection: &str) -> PortResult<(u64, u64)> {
        Err(PortError::unavailable("not written yet"))
    }
}
