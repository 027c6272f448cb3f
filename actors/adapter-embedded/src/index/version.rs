//! One document version as memory keeps it, and the rule which of two comes first.

use serde::{Deserialize, Serialize};

/// A visible version of a document; its text lives in the keyword index only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) document: Box<str>,
    pub(super) version: Box<str>,
    pub(super) sequence: u64,
    pub(super) chunks: Box<[ChunkEntry]>,
}

/// A chunk without its text. Stored as an array, for brevity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Box<str>, u32, u64, u64)", into = "(Box<str>, u32, u64, u64)")]
pub(super) struct ChunkEntry {
    pub(super) id: Box<str>,
    pub(super) ordinal: u32,
    pub(super) start: u64,
    pub(super) end: u64,
}

impl From<(Box<str>, u32, u64, u64)> for ChunkEntry {
    fn from((id, ordinal, start, end): (Box<str>, u32, u64, u64)) -> Self {
        Self { id, ordinal, start, end }
    }
}

impl From<ChunkEntry> for (Box<str>, u32, u64, u64) {
    fn from(entry: ChunkEntry) -> Self {
        (entry.id, entry.ordinal, entry.start, entry.end)
    }
}

/// The last word on a document so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) sequence: u64,
    /// `None` is a tombstone.
    pub(super) generation: Option<u32>,
}

/// Whether a version with this sequence may appear: not over a newer version, nor over a removal that is as new.
pub(super) fn may_appear(standing: Option<Standing>, sequence: u64) -> bool {
    match standing {
        None => true,
        Some(Standing { sequence: last, generation: Some(_) }) => last <= sequence,
        Some(Standing { sequence: last, generation: None }) => last < sequence,
    }
}

/// Whether a removal with this sequence counts: not against a newer version or removal.
pub(super) fn may_go(standing: Option<Standing>, sequence: u64) -> bool {
    standing.is_none_or(|standing| standing.sequence <= sequence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_word_wins_and_removal_wins_a_tie() {
        let visible = Some(Standing { sequence: 5, generation: Some(0) });
        let removed = Some(Standing { sequence: 5, generation: None });
        let cases = [(None, 0, true, true), (visible, 4, false, false), (visible, 5, true, true)];
        let removed_cases = [(removed, 4, false, false), (removed, 5, false, true), (removed, 6, true, true)];
        for (standing, sequence, appears, goes) in cases.into_iter().chain(removed_cases) {
            assert_eq!(may_appear(standing, sequence), appears, "{standing:?} {sequence}");
            assert_eq!(may_go(standing, sequence), goes, "{standing:?} {sequence}");
        }
    }
}
