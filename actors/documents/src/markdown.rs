//! Markdown: the source is already canonical; only the blocks are found.

use crate::builder::Builder;
use crate::{Limits, MediaType, Refusal, txt};
use cueline_domain::document::{BlockKind, Document};
use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag, TagEnd};
use std::ops::Range;

pub(crate) const PARSER: &str = "md/1";

/// A piece of the source that is one block.
struct Piece {
    kind: BlockKind,
    range: Range<usize>,
    title: String,
}

pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let mut builder = Builder::new(limits);
    let source = txt::read(bytes, limits, &mut builder)?;
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let pieces = pieces(Parser::new_ext(&source, options).into_offset_iter(), limits)?;
    let mut at = 0;
    for piece in pieces {
        let start = line_start(&source, piece.range.start).max(at);
        if piece.range.end <= start {
            continue;
        }
        // Whatever the block parser does not report (link definitions, rules) is kept as text.
        txt::paragraphs(&mut builder, &source[at..start])?;
        let end = piece.range.end.max(start);
        let text = &source[start..end];
        match piece.kind {
            BlockKind::Heading(level) => {
                builder.heading_as_written(level, text, &crate::text::one_line(&piece.title))?
            }
            kind => {
                let indent = text.len() - text.trim_start_matches(' ').len();
                builder.push_indented(kind, indent, text)?;
            }
        }
        at = end;
    }
    txt::paragraphs(&mut builder, &source[at..])?;
    builder.finish(&MediaType::Markdown, PARSER)
}

/// Markers before a block (`> `, `- `, indentation) belong to it.
fn line_start(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |line_end| line_end + 1)
}

fn pieces(events: OffsetIter<'_>, limits: &Limits) -> Result<Vec<Piece>, Refusal> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open: Vec<BlockKind> = Vec::new();
    let mut depth = 0_usize;
    let mut title: Option<String> = None;
    for (event, range) in events {
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth > limits.max_depth {
                    return Err(Refusal::too_deep("Markdown blocks", limits.max_depth));
                }
                match tag {
                    Tag::Heading { .. } => title = Some(String::new()),
                    Tag::Item => open.push(BlockKind::ListItem),
                    Tag::BlockQuote(_) => open.push(BlockKind::Quote),
                    Tag::FootnoteDefinition(_) => open.push(BlockKind::Aside),
                    Tag::CodeBlock(_) | Tag::MetadataBlock(_) => pieces.push(piece(BlockKind::Code, range)),
                    Tag::TableHead => pieces.push(piece(BlockKind::TableHeader, range)),
                    Tag::TableRow => pieces.push(piece(BlockKind::TableRow, range)),
                    Tag::Paragraph | Tag::HtmlBlock => leaf(&mut pieces, &open, range),
                    _ => {}
                }
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                match tag {
                    TagEnd::Heading(level) => {
                        let title = title.take().unwrap_or_default();
                        pieces.push(Piece { kind: BlockKind::Heading(level as u8), range, title });
                    }
                    TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                        open.pop();
                    }
                    _ => {}
                }
            }
            Event::Text(text) | Event::Code(text) => {
                match &mut title {
                    Some(title) => title.push_str(&text),
                    // A tight list item has its text without a paragraph around it.
                    None if open.last() == Some(&BlockKind::ListItem) => leaf(&mut pieces, &open, range),
                    None => {}
                }
            }
            _ => {}
        }
    }
    Ok(pieces)
}

fn piece(kind: BlockKind, range: Range<usize>) -> Piece {
    Piece { kind, range, title: String::new() }
}

/// Adds running text; what continues the piece before it extends it.
fn leaf(pieces: &mut Vec<Piece>, open: &[BlockKind], range: Range<usize>) {
    let kind = open.last().copied().unwrap_or(BlockKind::Paragraph);
    if pieces.last().is_some_and(|last| range.end <= last.range.end) {
        return;
    }
    pieces.push(piece(kind, range));
}
