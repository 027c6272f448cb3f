//! From blocks to units: the pieces that are never cut, each small enough for a chunk.

use super::words::{atoms, count_words, first_words, gap_words};
use crate::document::{Block, BlockKind, Document};
use crate::sentences::sentences_of_block;
use std::ops::Range;

/// Most words of a repeated table header.
const HEADER_WORDS: usize = 60;

/// A sentence, row, heading or, where that is too long, a run of words.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) range: Range<usize>,
    /// Words inside, and of the gap before.
    pub(super) words: usize,
    /// Index into [`Layout::blocks`].
    pub(super) block: usize,
}

/// A document prepared for cutting.
#[derive(Debug)]
pub(super) struct Layout {
    /// In order, not overlapping, on character boundaries.
    pub(super) blocks: Vec<Block>,
    /// Per block: the table header that holds for it and stands before it.
    headers: Vec<Option<usize>>,
    /// Per block: level of the heading that it is or stands under; 0 before the first.
    levels: Vec<u8>,
    /// Texts of the table headers, shortened, and their numbers of words.
    header_texts: Vec<(String, usize)>,
    pub(super) units: Vec<Unit>,
}

/// What a unit is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// Sentences, rows, headings.
    Sentence,
    /// Single words.
    Word,
}

impl Layout {
    pub(super) fn of(document: &Document, grain: Grain, max_words: usize) -> Self {
        let blocks = repaired(document);
        let (headers, header_texts) = table_headers(&document.text, &blocks);
        let header_texts = header_texts
            .into_iter()
            .map(|text| {
                let words = count_words(&text);
                (text, words)
            })
            .collect();
        let mut units: Vec<Unit> = Vec::new();
        for (index, block) in blocks.iter().enumerate() {
            let text = &document.text[block.start..block.end];
            let pieces = match grain {
                Grain::Sentence => sentences_of_block(block.kind, text),
                Grain::Word => std::iter::once(0..text.len()).collect(),
            };
            for piece in pieces {
                let most = if grain == Grain::Word { 1 } else { max_words };
                cut(&document.text, block.start + piece.start..block.start + piece.end, index, most, &mut units);
            }
        }
        let mut level = 0;
        let levels = blocks.iter().map(|block| {
            if let BlockKind::Heading(own) = block.kind {
                level = own;
            }
            level
        });
        Self { levels: levels.collect(), blocks, headers, header_texts, units }
    }

    pub(super) fn block(&self, unit: usize) -> &Block {
        &self.blocks[self.units[unit].block]
    }

    pub(super) fn level(&self, unit: usize) -> u8 {
        self.levels[self.units[unit].block]
    }

    pub(super) fn is_heading(&self, unit: usize) -> bool {
        matches!(self.block(unit).kind, BlockKind::Heading(_))
    }

    pub(super) fn is_row(&self, unit: usize) -> bool {
        self.block(unit).kind == BlockKind::TableRow
    }

    pub(super) fn is_table(&self, unit: usize) -> bool {
        matches!(self.block(unit).kind, BlockKind::TableRow | BlockKind::TableHeader)
    }

    /// The table header to repeat in front of a chunk that begins with this unit.
    pub(super) fn header_before(&self, unit: usize) -> Option<&str> {
        self.headers[self.units[unit].block].map(|header| self.header_texts[header].0.as_str())
    }

    /// Words of that header.
    pub(super) fn header_words(&self, unit: usize) -> usize {
        self.headers[self.units[unit].block].map_or(0, |header| self.header_texts[header].1)
    }
}

/// Appends `text[range]` as one unit, or as several of at most `most` words.
fn cut(text: &str, range: Range<usize>, block: usize, most: usize, units: &mut Vec<Unit>) {
    let mut open: Option<Unit> = None;
    for atom in atoms(text, range) {
        match &mut open {
            Some(unit) if unit.words + atom.words <= most => {
                unit.range.end = atom.range.end;
                unit.words += atom.words;
            }
            _ => {
                let before =
                    open.take().map(|unit| push(units, unit)).or_else(|| units.last().map(|unit| unit.range.end));
                let gap = atom.range.start.saturating_sub(before.unwrap_or(atom.range.start));
                // The gap is counted here once, whether or not the atom saw it.
                open = Some(Unit { words: 1 + gap_words(gap), range: atom.range, block });
            }
        }
    }
    if let Some(unit) = open {
        push(units, unit);
    }
}

fn push(units: &mut Vec<Unit>, unit: Unit) -> usize {
    let end = unit.range.end;
    units.push(unit);
    end
}

/// The blocks of a well-formed document as they are. A parser's mistake (blocks out of order, overlapping, past the end,
/// splitting a character, or none at all) must cost at most the structure, never the text of a block.
fn repaired(document: &Document) -> Vec<Block> {
    let text = &document.text;
    let mut blocks = document.blocks.clone();
    blocks.sort_by_key(|block| (block.start, block.end));
    let mut end = 0;
    for block in &mut blocks {
        block.start = floor(text, block.start).max(end);
        block.end = ceiling(text, block.end).max(block.start);
        end = block.end;
    }
    blocks.retain(|block| block.start < block.end);
    if blocks.is_empty() && !text.trim().is_empty() && document.blocks.is_empty() {
        blocks.push(Block { kind: BlockKind::Paragraph, start: 0, end: text.len(), page: None, headings: Vec::new() });
    }
    blocks
}

fn floor(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

fn ceiling(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index += 1;
    }
    index
}

fn table_headers(text: &str, blocks: &[Block]) -> (Vec<Option<usize>>, Vec<String>) {
    let mut texts: Vec<String> = Vec::new();
    let mut raw = String::new();
    let mut current = None;
    let mut headers = Vec::with_capacity(blocks.len());
    let mut before = None;
    for block in blocks {
        match block.kind {
            BlockKind::TableHeader => {
                if before != Some(BlockKind::TableHeader) {
                    raw.clear();
                    texts.push(String::new());
                }
                raw.push_str(&text[block.start..block.end]);
                raw.push('\n');
                if let Some(last) = texts.last_mut() {
                    *last = header_text(&raw);
                }
                current = Some(texts.len() - 1);
                headers.push(None);
            }
            BlockKind::TableRow => headers.push(current),
            _ => {
                current = None;
                headers.push(None);
            }
        }
        before = Some(block.kind);
    }
    (headers, texts)
}

/// Without the rule line under a Markdown header.
fn header_text(raw: &str) -> String {
    let lines: Vec<&str> = raw.lines().map(str::trim).filter(|line| line.contains(char::is_alphanumeric)).collect();
    first_words(&lines.join("\n"), HEADER_WORDS).to_owned()
}
