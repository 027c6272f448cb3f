//! Documents and collections.

use std::collections::BTreeMap;

use cueline_domain::ledger::DocumentState;
use cueline_patterns::rag::LedgerEntry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What a comparison of the inbox with the ledger began.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Synced {
    /// Ingestions.
    pub versions: u64,
    /// Removals.
    pub tombstones: u64,
    /// What could not be seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Where a document stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Document {
    /// Its collection.
    pub collection: String,
    /// Its key in the inbox.
    pub key: String,
    /// `discovered`, `fetched`, `parsed`, `chunked`, `keyword_searchable`, `searchable`, `refused`, `failed`, `deleted`.
    pub state: String,
    /// BLAKE3 of its bytes, once they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Whether a version of it can be found right now.
    pub live: bool,
    /// Length in bytes.
    pub size: u64,
    /// Media type that was found in its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The parser that read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parser: Option<String>,
    /// How many chunks it has.
    pub chunks: u32,
    /// How it was cut, e.g. `structure`; of one document only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chunker: Option<String>,
    /// Ids of the chunks that a search can find right now, in order; of one document only, absent in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunk_ids: Vec<String>,
    /// The model of its vectors; absent while there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding_model: Option<String>,
    /// Why it was refused or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<DocumentError>,
    /// What the parser left out or guessed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Epoch milliseconds of the last change.
    pub updated_ms: i64,
    /// The execution that works on it, or did.
    pub execution: String,
}

/// Why a document is not searchable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DocumentError {
    /// A stable code, e.g. `document_encrypted`.
    pub code: String,
    /// What was found and what to do.
    pub message: String,
}

impl Document {
    /// Whether nothing more happens to it by itself.
    pub fn is_settled(&self) -> bool {
        matches!(self.state.as_str(), "searchable" | "refused" | "failed" | "deleted" | "superseded")
    }
}

impl From<LedgerEntry> for Document {
    fn from(entry: LedgerEntry) -> Self {
        let state = entry.state().to_owned();
        let (is_over, is_live) = (matches!(state.as_str(), "refused" | "failed" | "deleted"), entry.row.live.is_some());
        let error = match entry.row.state {
            DocumentState::Refused { code, message } | DocumentState::Failed { code, message } => {
                Some(DocumentError { code, message })
            }
            _ => None,
        };
        Self {
            collection: entry.collection,
            key: entry.row.key.as_str().to_owned(),
            state,
            content: entry.row.version.and_then(|version| version.content),
            live: is_live,
            size: entry.size,
            media_type: entry.media_type,
            parser: entry.parser,
            // What was made of a version that nobody can search counts for nothing.
            chunks: if is_over && !is_live { 0 } else { entry.chunks },
            chunker: None,
            chunk_ids: Vec::new(),
            embedding_model: entry.embedding_model,
            error,
            warnings: entry.warnings,
            updated_ms: entry.updated_ms,
            execution: entry.execution,
        }
    }
}

/// A collection of documents.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Collection {
    /// Its name: the first folder in the inbox, or `default`.
    pub name: String,
    /// Documents that a search can find.
    pub documents: u64,
    /// Chunks that a search can find.
    pub chunks: u64,
    /// How many documents are in each state.
    pub states: BTreeMap<String, u64>,
    /// The model of its vectors; absent when it is searched by words only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding_model: Option<String>,
    /// Its configuration.
    #[schema(value_type = Object)]
    pub configuration: Value,
}
