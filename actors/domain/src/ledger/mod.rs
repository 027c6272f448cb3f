//! Where each document stands: one row per object, safe under lost order and repetition.
//!
//! ```text
//!   notification ──observe──► StartVersion ─► Discovered ─► Fetched ─► Parsed ─► Chunked ─► KeywordSearchable ─► Searchable
//!                     │                           └────────────┴─ Refused (the content is bad) · Failed (we were)
//!                     ├──► Tombstone   hidden from queries at once, removed from the indexes later
//!                     ├──► Confirm     nothing to do, but the row remembers that it was seen
//!                     └──► Ignore      older than what is known
//! ```
//!
//! Two rules carry everything. The newest observation wins, by the source's own sequencer and not by arrival; and a row is
//! never removed, because a deleted document must still refuse the late news of its creation. The caller writes the returned
//! row on condition that the row it had read is unchanged, and decides again when it is not.

mod observe;
mod progress;
mod sequence;

pub use observe::{Decision, IgnoreReason, Notification, Observation, observe, reconcile, refuse};
pub use progress::{AbandonReason, Progress, Transition, advance, may_reuse};
pub use sequence::{Sequence, SequenceError};

use crate::object_key::ObjectKey;
use serde::{Deserialize, Serialize};

/// One content of an object under one configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentVersion {
    /// Names the version among those of its object: the observation that started it.
    pub id: Sequence,
    /// The store's entity tag as announced; two multi-part uploads of equal content may differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Hash of the bytes; known once fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Of everything that shapes the chunks and vectors: parser, chunking, embedding model.
    pub fingerprint: String,
}

/// How far a version has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DocumentState {
    /// Announced.
    Discovered,
    /// Its bytes are here.
    Fetched,
    /// Its text is stored.
    Parsed,
    /// Its chunks are stored.
    Chunked,
    /// Found by words; vectors are still being made.
    KeywordSearchable,
    /// In every index that the collection has, acknowledged by each.
    Searchable,
    /// The content cannot be ingested; trying again would not help.
    Refused {
        /// Stable, e.g. `no_text_layer`.
        code: String,
        /// For people.
        message: String,
    },
    /// Something of ours failed; trying again may help.
    Failed {
        /// Stable, e.g. `embedder_unavailable`.
        code: String,
        /// For people.
        message: String,
    },
    /// A newer version took its place; only in histories, never in a current row.
    Superseded,
    /// The object is gone.
    Deleted,
}

impl DocumentState {
    /// Position on the way to `Searchable`, or `None` off that way.
    pub(crate) fn stage(&self) -> Option<u8> {
        match self {
            Self::Discovered => Some(0),
            Self::Fetched => Some(1),
            Self::Parsed => Some(2),
            Self::Chunked => Some(3),
            Self::KeywordSearchable => Some(4),
            Self::Searchable => Some(5),
            Self::Refused { .. } | Self::Failed { .. } | Self::Superseded | Self::Deleted => None,
        }
    }

    /// Whether no work is outstanding.
    pub fn is_settled(&self) -> bool {
        !matches!(self.stage(), Some(0..5))
    }
}

/// What is known of one object. Written by [`observe`], [`reconcile`], [`refuse`] and [`advance`] only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// The object.
    pub key: ObjectKey,
    /// Newest observation of the object; older ones are ignored.
    pub observed: Sequence,
    /// The version that is, or is becoming, the document. For a deleted document, the last one there was, if any was seen.
    pub version: Option<DocumentVersion>,
    /// How far that version has come.
    #[serde(flatten)]
    pub state: DocumentState,
    /// The version whose chunks queries may return: the one above once it is searchable, before that its predecessor.
    /// `None` hides the document from every query, whatever the indexes still hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<DocumentVersion>,
}

impl LedgerRow {
    /// Whether chunks of the version `id` may be shown.
    pub fn shows(&self, id: &Sequence) -> bool {
        self.live.as_ref().is_some_and(|live| live.id == *id)
    }

    /// The version that is being worked on.
    pub(crate) fn in_progress(&self) -> Option<&DocumentVersion> {
        self.version.as_ref().filter(|_| !self.state.is_settled())
    }
}

#[cfg(test)]
mod tests;
