//! From news about an object to what must be done.

use super::{DocumentState, DocumentVersion, LedgerRow, Sequence};
use crate::object_key::ObjectKey;
use serde::{Deserialize, Serialize};

/// News about one object; may come late, twice, or in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The object.
    pub key: ObjectKey,
    /// When, by the source.
    pub sequence: Sequence,
    /// What.
    pub observation: Observation,
}

/// What happened to an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observation {
    /// Created or overwritten.
    Put {
        /// The store's entity tag, when it tells one.
        etag: Option<String>,
    },
    /// Deleted.
    Removed,
}

/// What to do about a notification. A decision with a row is carried out only after that row is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Ingest `row.version`.
    StartVersion {
        /// To be written.
        row: LedgerRow,
        /// A version whose ingestion is under way and pointless now.
        cancels: Option<DocumentVersion>,
    },
    /// The object is gone: the written row hides it; then remove what the indexes hold of it.
    Tombstone {
        /// To be written.
        row: LedgerRow,
        /// A version whose ingestion is under way and pointless now.
        cancels: Option<DocumentVersion>,
        /// The version that queries could return until now.
        hides: Option<DocumentVersion>,
    },
    /// Nothing changed, but the row must remember the newer observation: otherwise an older one, still on its way, would win.
    Confirm {
        /// To be written.
        row: LedgerRow,
    },
    /// Nothing to do, nothing to write.
    Ignore {
        /// Why.
        reason: IgnoreReason,
    },
}

/// Why a notification changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IgnoreReason {
    /// Something newer is known.
    Stale,
    /// This very observation is known.
    Repeated,
    /// What is stored is what is there.
    InAgreement,
}

impl Decision {
    /// The row to write, if any.
    pub fn row(&self) -> Option<&LedgerRow> {
        match self {
            Self::StartVersion { row, .. } | Self::Tombstone { row, .. } | Self::Confirm { row } => Some(row),
            Self::Ignore { .. } => None,
        }
    }
}

/// Decides what a notification means. `current` is the row of the same object; `fingerprint` is that of the collection's
/// present configuration.
pub fn observe(current: Option<&LedgerRow>, notification: &Notification, fingerprint: &str) -> Decision {
    if let Some(row) = current {
        if notification.sequence < row.observed {
            return Decision::Ignore { reason: IgnoreReason::Stale };
        }
        if notification.sequence == row.observed {
            return Decision::Ignore { reason: IgnoreReason::Repeated };
        }
    }
    let Notification { key, sequence, observation } = notification;
    match observation {
        Observation::Removed => tombstone(current, key, sequence.clone()),
        Observation::Put { etag } => match current {
            Some(row) if unchanged(row, etag.as_deref(), fingerprint) => {
                Decision::Confirm { row: LedgerRow { observed: sequence.clone(), ..row.clone() } }
            }
            _ => start(current, key, sequence.clone(), etag.clone(), fingerprint),
        },
    }
}

/// Decides what a look at the store itself means, where there is no sequencer: a sweep for lost notifications, or a changed
/// configuration. `found` is the entity tag of the object, or `None` when it is not there.
///
/// The row must have been read *before* the store was looked at; together with the conditional write this makes the look
/// newer than anything in the row.
pub fn reconcile(
    current: Option<&LedgerRow>,
    key: &ObjectKey,
    found: Option<&Observation>,
    fingerprint: &str,
) -> Decision {
    let sequence = current.map_or_else(Sequence::beginning, |row| row.observed.next());
    let agreement = Decision::Ignore { reason: IgnoreReason::InAgreement };
    match (current, found) {
        (None, None | Some(Observation::Removed)) => agreement,
        (Some(row), None | Some(Observation::Removed)) => match row.state {
            DocumentState::Deleted => agreement,
            _ => tombstone(current, key, sequence),
        },
        (Some(row), Some(Observation::Put { etag })) if unchanged(row, etag.as_deref(), fingerprint) => agreement,
        (_, Some(Observation::Put { etag })) => start(current, key, sequence, etag.clone(), fingerprint),
    }
}

/// Decides about an object that cannot become a document whatever it holds, because of its name: its row says why, so
/// that nobody looks for it in vain. As [`reconcile`] otherwise.
pub fn refuse(
    current: Option<&LedgerRow>,
    key: &ObjectKey,
    found: Option<&Observation>,
    code: &str,
    message: &str,
) -> Decision {
    let refused = DocumentState::Refused { code: code.to_owned(), message: message.to_owned() };
    match (current, found) {
        (Some(row), Some(Observation::Put { .. })) if row.state == refused => {
            Decision::Ignore { reason: IgnoreReason::InAgreement }
        }
        (_, Some(Observation::Put { etag })) => {
            let sequence = current.map_or_else(Sequence::beginning, |row| row.observed.next());
            match start(current, key, sequence, etag.clone(), "") {
                Decision::StartVersion { row, cancels } => {
                    Decision::StartVersion { row: LedgerRow { state: refused, live: None, ..row }, cancels }
                }
                other => other,
            }
        }
        _ => reconcile(current, key, found, ""),
    }
}

/// Without an entity tag nothing is known to be unchanged. A failed version is tried again when it is announced again.
fn unchanged(row: &LedgerRow, etag: Option<&str>, fingerprint: &str) -> bool {
    let Some(version) = &row.version else { return false };
    let standing =
        !matches!(row.state, DocumentState::Failed { .. } | DocumentState::Deleted | DocumentState::Superseded);
    standing && etag.is_some() && version.etag.as_deref() == etag && version.fingerprint == fingerprint
}

fn start(
    current: Option<&LedgerRow>,
    key: &ObjectKey,
    sequence: Sequence,
    etag: Option<String>,
    fingerprint: &str,
) -> Decision {
    let version = DocumentVersion { id: sequence.clone(), etag, content: None, fingerprint: fingerprint.to_owned() };
    Decision::StartVersion {
        row: LedgerRow {
            key: key.clone(),
            observed: sequence,
            version: Some(version),
            state: DocumentState::Discovered,
            live: current.and_then(|row| row.live.clone()),
        },
        cancels: current.and_then(|row| row.in_progress()).cloned(),
    }
}

fn tombstone(current: Option<&LedgerRow>, key: &ObjectKey, sequence: Sequence) -> Decision {
    Decision::Tombstone {
        row: LedgerRow {
            key: key.clone(),
            observed: sequence,
            version: current.and_then(|row| row.version.clone()),
            state: DocumentState::Deleted,
            live: None,
        },
        cancels: current.and_then(|row| row.in_progress()).cloned(),
        hides: current.and_then(|row| row.live.clone()),
    }
}
