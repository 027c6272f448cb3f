//! How a document is cut, as configuration.

use serde::{Deserialize, Serialize};

/// How a document is cut. Written as `{ strategy = "structure", max_words = 180, overlap_words = 30 }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "strategy", rename_all = "snake_case", deny_unknown_fields)]
pub enum ChunkingStrategy {
    /// Along headings; small neighbouring sections share a chunk, long ones are cut between sentences.
    Structure {
        /// Most words in a chunk.
        #[serde(default = "default_max_words")]
        max_words: usize,
        /// Words repeated from the chunk before, in whole sentences, within a section.
        #[serde(default = "default_overlap_words")]
        overlap_words: usize,
    },
    /// Whole table rows; the header is repeated in front of each chunk.
    Rows {
        /// Most rows in a chunk.
        #[serde(default = "default_rows_per_chunk")]
        rows_per_chunk: usize,
        /// Most words in a chunk, header not counted.
        #[serde(default = "default_max_words")]
        max_words: usize,
    },
    /// Whole sentences, across headings.
    Sentences {
        /// Most words in a chunk.
        #[serde(default = "default_max_words")]
        max_words: usize,
        /// Words repeated from the chunk before, in whole sentences.
        #[serde(default = "default_overlap_words")]
        overlap_words: usize,
    },
    /// A window of words, blind to structure.
    Fixed {
        /// Words in a chunk.
        #[serde(default = "default_max_words")]
        words: usize,
        /// Words repeated from the chunk before.
        #[serde(default = "default_overlap_words")]
        overlap: usize,
    },
    /// The document is one chunk, however long.
    Whole {},
    /// Small chunks are searched, the larger ones around them are handed to the model.
    Hierarchical {
        /// Most words in a parent.
        #[serde(default = "default_parent_words")]
        parent_words: usize,
        /// Most words in a child.
        #[serde(default = "default_child_words")]
        child_words: usize,
    },
}

fn default_max_words() -> usize {
    180
}
fn default_overlap_words() -> usize {
    30
}
fn default_rows_per_chunk() -> usize {
    10
}
fn default_parent_words() -> usize {
    600
}
fn default_child_words() -> usize {
    120
}

/// A strategy that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {value}: {fix}")]
pub struct StrategyError {
    /// Name of the field.
    pub field: &'static str,
    /// What was given.
    pub value: usize,
    /// What to write instead.
    pub fix: String,
}
