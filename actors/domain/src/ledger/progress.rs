//! From a step of ingestion to the next state of its document.

use super::{DocumentState, DocumentVersion, LedgerRow, Sequence};
use serde::{Deserialize, Serialize};

/// A finished step of the ingestion of one version; may be reported twice or late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Progress {
    /// The bytes are here.
    Fetched {
        /// Their hash.
        content: String,
    },
    /// The text is stored.
    Parsed,
    /// The chunks are stored.
    Chunked,
    /// The keyword index acknowledged them.
    KeywordSearchable,
    /// Every index of the collection acknowledged them.
    Searchable,
    /// The content cannot be ingested.
    Refused {
        /// Stable.
        code: String,
        /// For people.
        message: String,
    },
    /// Something of ours failed for good.
    Failed {
        /// Stable.
        code: String,
        /// For people.
        message: String,
    },
    /// There is no such object any more; its deletion was not announced yet, or never will be.
    Missing,
}

/// What a report of progress means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once per step and matched at once; a box would only be in the way")]
pub enum Transition {
    /// A step forward.
    Applied {
        /// To be written.
        row: LedgerRow,
        /// A version that queries cannot return any more; remove it from the indexes after the row is written. Only what the
        /// new version does not share: equal chunks have equal ids.
        retires: Option<DocumentVersion>,
    },
    /// Known already.
    Unchanged,
    /// The version has no future: stop, and remove what it put in the indexes.
    Abandon {
        /// Why.
        reason: AbandonReason,
    },
}

/// Why a version has no future.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbandonReason {
    /// A newer version is there.
    Superseded,
    /// The document was deleted.
    Deleted,
    /// Nothing is known of it.
    Unknown,
}

/// Applies a report about the version `id`. Steps may be skipped (reused content goes from `Fetched` to `Searchable`), never
/// undone: a failure of a repeated attempt does not undo a success, a success after a failure counts.
pub fn advance(current: Option<&LedgerRow>, id: &Sequence, progress: &Progress) -> Transition {
    let abandon = |reason| Transition::Abandon { reason };
    let Some(row) = current else { return abandon(AbandonReason::Unknown) };
    if row.state == DocumentState::Deleted {
        return abandon(AbandonReason::Deleted);
    }
    let Some(version) = row.version.as_ref().filter(|version| version.id == *id) else {
        return abandon(AbandonReason::Superseded);
    };
    let state = state_after(progress);
    if !moves(&row.state, &state) {
        return Transition::Unchanged;
    }

    let mut version = version.clone();
    if let Progress::Fetched { content } = progress {
        version.content = Some(content.clone());
    }
    let live = live_after(row, &version, &state);
    let retires = row.live.clone().filter(|old| live.as_ref().is_none_or(|new| new.id != old.id));
    Transition::Applied { row: LedgerRow { version: Some(version), state, live, ..row.clone() }, retires }
}

fn state_after(progress: &Progress) -> DocumentState {
    match progress.clone() {
        Progress::Fetched { .. } => DocumentState::Fetched,
        Progress::Parsed => DocumentState::Parsed,
        Progress::Chunked => DocumentState::Chunked,
        Progress::KeywordSearchable => DocumentState::KeywordSearchable,
        Progress::Searchable => DocumentState::Searchable,
        Progress::Refused { code, message } => DocumentState::Refused { code, message },
        Progress::Failed { code, message } => DocumentState::Failed { code, message },
        Progress::Missing => DocumentState::Deleted,
    }
}

fn moves(from: &DocumentState, to: &DocumentState) -> bool {
    use DocumentState::{Deleted, Failed, Refused, Searchable};
    match (from, to) {
        (Searchable | Refused { .. }, _) => false,
        (_, Deleted | Refused { .. }) => true,
        (from, Failed { .. }) => from != to,
        (Failed { .. }, _) => true,
        (from, to) => from.stage() < to.stage(),
    }
}

/// The predecessor stays visible until the new version can be found, so that an overwrite leaves no gap. When the new content
/// is refused the predecessor goes: the object does not say that any more. When we failed, it stays.
fn live_after(row: &LedgerRow, version: &DocumentVersion, state: &DocumentState) -> Option<DocumentVersion> {
    match state {
        DocumentState::KeywordSearchable | DocumentState::Searchable => Some(version.clone()),
        DocumentState::Refused { .. } | DocumentState::Deleted => None,
        _ => row.live.clone(),
    }
}

/// Whether the fetched content is what queries see already (a touch, a copy onto itself, another multi-part upload of the
/// same bytes), so that parsing and embedding can be skipped: go straight to [`Progress::Searchable`], after pointing the
/// stored chunks to the new version.
pub fn may_reuse(row: &LedgerRow, content: &str) -> bool {
    match (&row.live, &row.version) {
        (Some(live), Some(version)) => {
            live.content.as_deref() == Some(content) && live.fingerprint == version.fingerprint
        }
        _ => false,
    }
}
