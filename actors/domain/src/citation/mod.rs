//! Citations that code can check: no span, no citation.
//!
//! A model cites by number: `Refunds take 14 days [2].` The marker alone proves nothing, so [`resolve`] looks for the sentence of
//! source 2 that says so and cites that, verbatim, by its place in the stored version; a marker for which there is no such
//! sentence is dropped and counted. [`verify`] checks a citation later against the stored text, by slicing.

mod markers;
mod render;
mod resolve;
mod support;

pub use render::{Rendered, quote, render};
pub use resolve::{CitedAnswer, CitedSentence, DropReason, DroppedMarker, resolve};
pub use support::{Support, supporting_span};

use crate::chunking::ChunkId;
use crate::document::Document;
use crate::source::Source;
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
    /// Page, counted from 1. Absent when the document has none, or when the chunk spans pages and [`Citation::locate`] was
    /// not asked: no page is better than a wrong one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Enclosing headings, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    /// The words, verbatim.
    pub quote: String,
}

impl Citation {
    /// Cites `span`, a byte range of `source.text`; `None` when it is no range of it.
    pub fn of(source: &Source, span: Range<usize>) -> Option<Self> {
        let quote = source.text.get(span.clone()).filter(|quote| !quote.is_empty())?;
        let chunk = &source.chunk;
        Some(Self {
            document: source.document.clone(),
            version: source.version.clone(),
            chunk_id: chunk.id.clone(),
            start: chunk.start + span.start,
            end: chunk.start + span.end,
            page: chunk.page_start.filter(|_| chunk.page_start == chunk.page_end),
            headings: chunk.headings.clone(),
            quote: quote.to_owned(),
        })
    }

    /// Takes page and headings from the block in which the quote begins.
    pub fn locate(&mut self, document: &Document) {
        if let Some(block) = document.blocks.iter().find(|block| block.start <= self.start && self.start < block.end) {
            self.page = block.page;
            self.headings.clone_from(&block.headings);
        }
    }
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
    #[error("text at {start}..{end} is not the quote")]
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

#[cfg(test)]
mod tests;
