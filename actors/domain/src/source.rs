//! One retrieved chunk as it is handed to a model or to the extractive answerer.

use crate::chunking::Chunk;
use serde::{Deserialize, Serialize};

/// A retrieved chunk with enough beside it to cite it. Its number in a prompt is its position, counted from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The document (collection-wide name, usually the object key).
    pub document: String,
    /// The version of the document that the offsets belong to.
    pub version: String,
    /// Title for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The chunk; its offsets point into the text of that version.
    pub chunk: Chunk,
    /// The verbatim text of the range `chunk.start..chunk.end`.
    pub text: String,
}

#[cfg(test)]
pub(crate) fn source_for_tests(document: &str, start: usize, text: &str) -> Source {
    use crate::chunking::{ChunkId, ChunkRole};
    Source {
        document: document.to_owned(),
        version: "1".to_owned(),
        title: None,
        chunk: Chunk {
            id: ChunkId(format!("{document}@{start}")),
            ordinal: 0,
            start,
            end: start + text.len(),
            prefix: String::new(),
            page_start: None,
            page_end: None,
            headings: Vec::new(),
            parent: None,
            role: ChunkRole::Search,
        },
        text: text.to_owned(),
    }
}
