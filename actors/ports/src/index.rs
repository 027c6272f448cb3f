//! The search index: a document's chunks appear and disappear as one, and no search happens without a clearance.

use async_trait::async_trait;
use cueline_domain::{
    access::{AccessRule, Clearance},
    filter::{Attributes, Filter},
};

use crate::PortResult;

/// Keyword and vector search over chunks.
///
/// A document is identified by `(collection, document)`. Of one document at most one version is visible at any moment,
/// and a search sees all of its chunks or none.
#[async_trait]
pub trait Index: Send + Sync {
    /// Replaces whatever version of the document is visible by this one, unless a newer `sequence` (or a removal with a
    /// newer one) came first: then nothing changes and the result is `false`. Once it returns, searches see it.
    async fn upsert(&self, document: IndexedDocument) -> PortResult<bool>;

    /// Gives chunks of the visible version their vectors; `false` when that version is not the visible one (any more).
    /// Vectors are normalised to length 1 by the index. A dimension other than the collection's is `Invalid`.
    async fn attach_vectors(
        &self,
        collection: &str,
        document: &str,
        version: &str,
        vectors: Vec<(String, Vec<f32>)>,
    ) -> PortResult<bool>;

    /// No search that begins after this returns sees the document, unless an `upsert` with a newer sequence follows.
    /// Removing what is not there leaves a tombstone: an `upsert` that was overtaken stays invisible.
    async fn remove(&self, collection: &str, document: &str, sequence: u64) -> PortResult<bool>;

    /// The best chunks by words and by vector, each list by its own score, filtered inside the search.
    async fn search(&self, clearance: &Clearance, request: SearchRequest) -> PortResult<SearchResults>;

    /// Chunk ids with vectors of a document's visible version, in order; `None` when it is not visible.
    async fn visible(&self, collection: &str, document: &str) -> PortResult<Option<IndexStatus>>;

    /// How many documents and chunks a collection has.
    async fn count(&self, collection: &str) -> PortResult<(u64, u64)>;
}

/// A document version to make visible.
#[derive(Debug, Clone)]
pub struct IndexedDocument {
    /// Which collection.
    pub collection: String,
    /// The document: its object key.
    pub document: String,
    /// The version: hash of the content.
    pub version: String,
    /// Orders versions of one document.
    pub sequence: u64,
    /// Who may see it.
    pub access: AccessRule,
    /// For filters.
    pub attributes: Attributes,
    /// All of its chunks.
    pub chunks: Vec<IndexedChunk>,
}

/// A chunk to index.
#[derive(Debug, Clone)]
pub struct IndexedChunk {
    /// Content-derived id; unique within a document.
    pub id: String,
    /// Position in the document.
    pub ordinal: u32,
    /// What is searched: prefix and text.
    pub text: String,
    /// Byte range in the document's canonical text.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
}

/// What is visible of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexStatus {
    /// Which version.
    pub version: String,
    /// Its sequence.
    pub sequence: u64,
    /// Chunk ids in order.
    pub chunks: Vec<String>,
    /// How many of them have a vector.
    pub vectors: usize,
    /// Who may see it.
    pub access: AccessRule,
}

/// A search.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// Where.
    pub collection: String,
    /// Words to look for; empty skips the keyword part.
    pub text: String,
    /// Vector to look near; `None` skips the vector part.
    pub vector: Option<Vec<f32>>,
    /// Only documents whose attributes match.
    pub filter: Option<Filter>,
    /// How many of each list.
    pub depth: usize,
}

/// The two lists; the caller fuses them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchResults {
    /// By BM25.
    pub keyword: Vec<Hit>,
    /// By cosine similarity.
    pub vector: Vec<Hit>,
}

/// One chunk that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which chunk.
    pub chunk: String,
    /// Of which document.
    pub document: String,
    /// In which version.
    pub version: String,
    /// Position in the document.
    pub ordinal: u32,
    /// Byte range in the canonical text.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
    /// Comparable within one list only.
    pub score: f32,
}
