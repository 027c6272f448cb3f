//! Cutting a document into chunks.
use crate::document::Document;
use serde::{Deserialize, Serialize};

mod strategy;
pub use strategy::{ChunkingStrategy, StrategyError};

/// Content-derived name of a chunk: equal indexed text keeps its id across versions of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChunkId(pub String);

/// What a chunk is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChunkRole {
    /// Indexed and returned.
    #[default]
    Search,
    /// Not indexed: the wider text of its children (hierarchical chunking), handed to the model in their place.
    Context,
}

/// A byte range of [`Document::text`] with what is put before it for indexing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Content-derived name.
    pub id: ChunkId,
    /// Position among the chunks of the document, from 0.
    pub ordinal: u32,
    /// First byte in [`Document::text`].
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Title, heading path and table header that the range itself does not contain; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// Page of the first byte, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_start: Option<u32>,
    /// Page of the last byte, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_end: Option<u32>,
    /// Headings that hold for the whole chunk, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    /// The wider chunk that contains this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ChunkId>,
    /// Indexed, or context only.
    #[serde(default)]
    pub role: ChunkRole,
}

/// Cuts `document`; the result is the same on every machine.
pub fn chunk(_document: &Document, _strategy: &ChunkingStrategy) -> Vec<Chunk> {
    Vec::new()
}

/// The text that is embedded and put in the keyword index: prefix, line feed, verbatim range.
pub fn indexed_text(document: &Document, chunk: &Chunk) -> String {
    let body = document.text.get(chunk.start..chunk.end).unwrap_or_default();
    if chunk.prefix.is_empty() { body.to_owned() } else { format!("{}\n{body}", chunk.prefix) }
}
