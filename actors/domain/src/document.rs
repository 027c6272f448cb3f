//! A parsed document: one canonical text and blocks that point into it.
//!
//! Everything later (chunks, citations, quotes) is a byte range of [`Document::text`], so that a citation can be
//! checked against the stored version by slicing.

use serde::{Deserialize, Serialize};

/// Version of the serialised form; a reader refuses what it does not know instead of guessing.
pub const DOCUMENT_FORMAT: u32 = 1;

/// What a parser made of one file version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Always [`DOCUMENT_FORMAT`] when written by this build.
    pub format: u32,
    /// Media type that was found in the bytes, not the one that was claimed, e.g. `application/pdf`.
    pub media_type: String,
    /// Name and version of the parser, e.g. `pdf/1`; a change re-parses.
    pub parser: String,
    /// Title from the document's own metadata or its first heading.
    pub title: Option<String>,
    /// The canonical text (UTF-8, `\n` line ends, Markdown for tables and headings). Offsets everywhere are bytes into it.
    pub text: String,
    /// Non-overlapping, in reading order; whatever lies between two blocks is white space.
    pub blocks: Vec<Block>,
    /// Number of pages, for paged formats.
    pub pages: Option<u32>,
    /// What the parser had to leave out or guess, for people, e.g. `page 3 has no text layer`.
    pub warnings: Vec<String>,
}

/// One structural unit of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// First byte in [`Document::text`].
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Page, counted from 1, for paged formats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Titles of the enclosing headings, outermost first (a heading block does not list itself).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
}

/// What a block is; the chunker cuts by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// Running text.
    Paragraph,
    /// One item of a list.
    ListItem,
    /// The header row(s) of a table.
    TableHeader,
    /// One row of a table, or one record of a CSV or JSON Lines file.
    TableRow,
    /// Preformatted text.
    Code,
    /// A quotation.
    Quote,
    /// Caption, footnote, header or footer line.
    Aside,
}
