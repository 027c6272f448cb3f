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

impl ChunkingStrategy {
    /// As it is written in a configuration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Structure { .. } => "structure",
            Self::Rows { .. } => "rows",
            Self::Sentences { .. } => "sentences",
            Self::Fixed { .. } => "fixed",
            Self::Whole {} => "whole",
            Self::Hierarchical { .. } => "hierarchical",
        }
    }

    /// What we use for a media type unless the collection says otherwise: along the structure where a format has one, rows for
    /// tables, sentences for prose.
    pub fn default_for(media_type: &str) -> Self {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (max_words, overlap_words) = (default_max_words(), default_overlap_words());
        match essence.as_str() {
            "text/markdown" | "text/html" | "application/xhtml+xml" | DOCX | PPTX | "application/epub+zip" => {
                Self::Structure { max_words, overlap_words }
            }
            "text/csv"
            | "text/tab-separated-values"
            | XLSX
            | "application/vnd.ms-excel"
            | "application/x-ndjson"
            | "application/jsonl" => Self::Rows { rows_per_chunk: default_rows_per_chunk(), max_words },
            _ => Self::Sentences { max_words, overlap_words },
        }
    }

    /// Whether the numbers can work; the error says what to write instead.
    pub fn validate(&self) -> Result<(), StrategyError> {
        match *self {
            Self::Structure { max_words, overlap_words } | Self::Sentences { max_words, overlap_words } => {
                size("max_words", max_words)?;
                overlap("overlap_words", overlap_words, max_words)
            }
            Self::Fixed { words, overlap: repeated } => {
                size("words", words)?;
                overlap("overlap", repeated, words)
            }
            Self::Rows { rows_per_chunk, max_words } => {
                size("max_words", max_words)?;
                within("rows_per_chunk", rows_per_chunk, 1, 10_000)
            }
            Self::Whole {} => Ok(()),
            Self::Hierarchical { parent_words, child_words } => {
                size("child_words", child_words)?;
                size("parent_words", parent_words)?;
                within("parent_words", parent_words, child_words * 2, LARGEST)
            }
        }
    }
}

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Below, a chunk says nothing; above, no embedding model reads it to its end.
const SMALLEST: usize = 10;
const LARGEST: usize = 20_000;

fn size(field: &'static str, value: usize) -> Result<(), StrategyError> {
    within(field, value, SMALLEST, LARGEST)
}

fn overlap(field: &'static str, value: usize, of: usize) -> Result<(), StrategyError> {
    within(field, value, 0, of / 2)
}

fn within(field: &'static str, value: usize, least: usize, most: usize) -> Result<(), StrategyError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(StrategyError { field, value, fix: format!("write a number from {least} to {most}") })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_media_type_has_a_fitting_default() {
        let name = |media_type: &str| {
            serde_json::to_value(ChunkingStrategy::default_for(media_type)).unwrap()["strategy"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(name("text/markdown"), "structure");
        assert_eq!(name("Text/HTML; charset=utf-8"), "structure");
        assert_eq!(name("text/csv"), "rows");
        assert_eq!(name("application/pdf"), "sentences");
        assert_eq!(name("nonsense"), "sentences");
    }

    #[test]
    fn every_default_is_valid() {
        for json in ["structure", "rows", "sentences", "fixed", "whole", "hierarchical"] {
            let strategy: ChunkingStrategy = serde_json::from_value(serde_json::json!({"strategy": json})).unwrap();
            assert_eq!(strategy.validate(), Ok(()), "{json}");
        }
    }

    #[test]
    fn numbers_that_cannot_work_are_refused_with_the_fix() {
        let cases = [
            (
                ChunkingStrategy::Structure { max_words: 0, overlap_words: 0 },
                "max_words is 0: write a number from 10 to 20000",
            ),
            (ChunkingStrategy::Fixed { words: 100, overlap: 51 }, "overlap is 51: write a number from 0 to 50"),
            (
                ChunkingStrategy::Rows { rows_per_chunk: 0, max_words: 180 },
                "rows_per_chunk is 0: write a number from 1 to 10000",
            ),
            (
                ChunkingStrategy::Hierarchical { parent_words: 100, child_words: 100 },
                "parent_words is 100: write a number from 200 to 20000",
            ),
        ];
        for (strategy, message) in cases {
            assert_eq!(strategy.validate().unwrap_err().to_string(), message);
        }
        let unknown = serde_json::json!({"strategy": "fixed", "sise": 3});
        assert!(serde_json::from_value::<ChunkingStrategy>(unknown).is_err());
    }
}
