//! Cutting a document into chunks.
//!
//! ```text
//!   blocks ──units──► sentences, rows, headings ──pack──► groups of units ──► chunks (range + prefix + id)
//! ```
//!
//! A chunk is a verbatim byte range of [`Document::text`]. What a reader of the range alone would miss (title, enclosing
//! headings, header of the table) goes into its prefix, which is indexed but never quoted. What must hold, and is tested on
//! random documents:
//!
//! - every byte of a block that is not white space is in some chunk, headings too;
//! - ranges lie on character boundaries and move forward;
//! - a chunk has at most the words of its strategy, counted per sentence, however odd the text (`Whole` excepted), and its
//!   prefix is short;
//! - equal documents give equal chunks, and an unchanged chunk keeps its id when text elsewhere changes.

mod pack;
mod strategy;
mod units;
mod words;

pub use strategy::{ChunkingStrategy, StrategyError};
pub use words::{count_words, first_words};

use crate::document::{BlockKind, Document};
use pack::{Packing, pack};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use units::{Grain, Layout};

/// Name and version of the chunker; part of every chunk id. A change of where we cut or what we prefix raises it.
pub const CHUNKER: &str = "chunk/1";

/// Content-derived name of a chunk: equal indexed text keeps its id across versions of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChunkId(pub String);

impl fmt::Display for ChunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a chunk is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChunkRole {
    /// Indexed and returned.
    #[default]
    Search,
    /// Not indexed: the wider text of its children (hierarchical chunking), handed to the model in their place.
    Context,
}

/// A byte range of [`Document::text`] with what is put before it for indexing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Content-derived name; unique in its document, not across documents.
    pub id: ChunkId,
    /// Position among the chunks of the document, from 0.
    pub ordinal: u32,
    /// First byte in [`Document::text`].
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Title, heading path and table header that the range itself does not contain; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// Page of the first byte, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_start: Option<u32>,
    /// Page of the last byte, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_end: Option<u32>,
    /// Headings that hold for the whole chunk, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    /// The wider chunk that contains this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ChunkId>,
    /// Indexed, or context only.
    #[serde(default)]
    pub role: ChunkRole,
}

/// Cuts `document`; the result is the same on every machine. A document without text has no chunks.
pub fn chunk(document: &Document, strategy: &ChunkingStrategy) -> Vec<Chunk> {
    let grain = if matches!(strategy, ChunkingStrategy::Fixed { .. }) { Grain::Word } else { Grain::Sentence };
    let layout = Layout::of(document, grain, unit_words(strategy));
    let all = 0..layout.units.len();
    let mut cutter = Cutter { document, layout: &layout, chunks: Vec::new(), seen: HashMap::new() };
    match packing(strategy) {
        None if all.is_empty() => {}
        None => {
            cutter.add(all, ChunkRole::Search, None);
        }
        Some((outer, inner)) => {
            let role = if inner.is_some() { ChunkRole::Context } else { ChunkRole::Search };
            for group in pack(&layout, all, &outer) {
                let parent = cutter.add(group.clone(), role, None);
                for part in inner.iter().flat_map(|inner| pack(&layout, group.clone(), inner)) {
                    cutter.add(part, ChunkRole::Search, Some(parent.clone()));
                }
            }
        }
    }
    cutter.chunks
}

/// The text that is embedded and put in the keyword index: prefix, line feed, verbatim range.
pub fn indexed_text(document: &Document, chunk: &Chunk) -> String {
    with_prefix(&chunk.prefix, document.text.get(chunk.start..chunk.end).unwrap_or_default())
}

fn with_prefix(prefix: &str, body: &str) -> String {
    if prefix.is_empty() { body.to_owned() } else { format!("{prefix}\n{body}") }
}

/// Most words of an uncut unit.
fn unit_words(strategy: &ChunkingStrategy) -> usize {
    let words = match *strategy {
        ChunkingStrategy::Structure { max_words, .. }
        | ChunkingStrategy::Sentences { max_words, .. }
        | ChunkingStrategy::Rows { max_words, .. } => max_words,
        ChunkingStrategy::Fixed { words, .. } => words,
        ChunkingStrategy::Whole {} => usize::MAX,
        ChunkingStrategy::Hierarchical { child_words, .. } => child_words,
    };
    words.max(1)
}

/// How to pack chunks, and the chunks inside them; `None` packs everything into one.
fn packing(strategy: &ChunkingStrategy) -> Option<(Packing, Option<Packing>)> {
    let structure = |max_words, overlap_words| Packing {
        sections: true,
        whole_blocks: true,
        ..Packing::plain(max_words, overlap_words)
    };
    Some(match *strategy {
        ChunkingStrategy::Structure { max_words, overlap_words } => (structure(max_words, overlap_words), None),
        ChunkingStrategy::Rows { rows_per_chunk, max_words } => {
            let rows = Packing { max_rows: rows_per_chunk.max(1), tables_apart: true, ..Packing::plain(max_words, 0) };
            (rows, None)
        }
        ChunkingStrategy::Sentences { max_words, overlap_words } => {
            (Packing { whole_blocks: true, ..Packing::plain(max_words, overlap_words) }, None)
        }
        ChunkingStrategy::Fixed { words, overlap } => (Packing::plain(words, overlap), None),
        ChunkingStrategy::Whole {} => return None,
        ChunkingStrategy::Hierarchical { parent_words, child_words } => {
            (structure(parent_words.max(child_words), 0), Some(structure(child_words, 0)))
        }
    })
}

/// Makes chunks of groups of units.
struct Cutter<'a> {
    document: &'a Document,
    layout: &'a Layout,
    chunks: Vec<Chunk>,
    /// How often an indexed text occurred, so that equal chunks get different ids.
    seen: HashMap<blake3::Hash, u32>,
}

impl Cutter<'_> {
    fn add(&mut self, group: Range<usize>, role: ChunkRole, parent: Option<ChunkId>) -> ChunkId {
        let (first, last) = (group.start, group.end - 1);
        let range = self.layout.units[first].range.start..self.layout.units[last].range.end;
        let prefix = self.prefix(first);
        let id = self.id(role, &prefix, &self.document.text[range.clone()]);
        self.chunks.push(Chunk {
            id: id.clone(),
            ordinal: u32::try_from(self.chunks.len()).unwrap_or(u32::MAX),
            start: range.start,
            end: range.end,
            prefix,
            page_start: self.layout.block(first).page,
            page_end: self.layout.block(last).page,
            headings: self.common_headings(group),
            parent,
            role,
        });
        id
    }

    fn id(&mut self, role: ChunkRole, prefix: &str, body: &str) -> ChunkId {
        let mut hasher = blake3::Hasher::new();
        hasher.update(CHUNKER.as_bytes());
        hasher.update(if role == ChunkRole::Context { b"\0context\0" } else { b"\0search\0" });
        hasher.update(with_prefix(prefix, body).as_bytes());
        let repeats = self.seen.entry(hasher.finalize()).or_insert(0);
        hasher.update(&repeats.to_le_bytes());
        *repeats += 1;
        ChunkId(hasher.finalize().to_hex()[..32].to_owned())
    }

    /// Title, enclosing headings and table header that the chunk which begins with `first` does not contain.
    fn prefix(&self, first: usize) -> String {
        const TITLE_WORDS: usize = 24;
        const HEADING_WORDS: usize = 16;
        const HEADINGS: usize = 6;
        let block = self.layout.block(first);
        let path: Vec<String> = block.headings[block.headings.len().saturating_sub(HEADINGS)..]
            .iter()
            .map(|heading| one_line(heading, HEADING_WORDS))
            .filter(|heading| !heading.is_empty())
            .collect();
        let title = self.document.title.as_deref().map(|title| one_line(title, TITLE_WORDS)).unwrap_or_default();
        let own = one_line(self.document.text[block.start..block.end].trim_start_matches(['#', ' ']), TITLE_WORDS);
        let says_title = path.contains(&title) || (matches!(block.kind, BlockKind::Heading(_)) && own == title);

        let mut lines = Vec::new();
        if !title.is_empty() && !says_title {
            lines.push(title);
        }
        if !path.is_empty() {
            lines.push(path.join(" > "));
        }
        lines.extend(self.layout.header_before(first).filter(|header| !header.is_empty()).map(str::to_owned));
        lines.join("\n")
    }

    fn common_headings(&self, group: Range<usize>) -> Vec<String> {
        let body = group.clone().filter(|unit| !self.layout.is_heading(*unit));
        let paths = || body.clone().map(|unit| self.layout.block(unit).headings.as_slice());
        let Some(first) = paths().next() else { return self.layout.block(group.start).headings.clone() };
        let common = paths().fold(first, |common, path| {
            let shared = common.iter().zip(path).take_while(|(a, b)| a == b).count();
            &common[..shared]
        });
        common.to_vec()
    }
}

/// White space collapsed, shortened to `most` words.
fn one_line(text: &str, most: usize) -> String {
    let line: Vec<&str> = text.split_whitespace().take(most).collect();
    first_words(&line.join(" "), most).to_owned()
}

#[cfg(test)]
mod tests;
