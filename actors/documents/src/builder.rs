//! Assembles the canonical text and its blocks; the only place that writes offsets.
//!
//! Must stay true: blocks are ordered, do not overlap, lie on character boundaries, neither start nor end with white
//! space, and only white space is between them.

use crate::{Limits, MediaType, Refusal, RefusalCode};
use cueline_domain::document::{Block, BlockKind, DOCUMENT_FORMAT, Document};

/// Longest heading kept in a heading path: a path is repeated on every block below it.
const MAX_PATH_TITLE: usize = 200;

pub(crate) struct Builder<'l> {
    limits: &'l Limits,
    text: String,
    blocks: Vec<Block>,
    /// Open headings with their level, outermost first.
    path: Vec<(u8, String)>,
    /// Bytes of all heading paths together; bounded like the text.
    path_bytes: usize,
    title: Option<String>,
    warnings: Vec<String>,
    page: Option<u32>,
    pages: Option<u32>,
}

impl<'l> Builder<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            text: String::new(),
            blocks: Vec::new(),
            path: Vec::new(),
            path_bytes: 0,
            title: None,
            warnings: Vec::new(),
            page: None,
            pages: None,
        }
    }

    /// Bytes that may still be written.
    pub(crate) fn room(&self) -> usize {
        self.limits.max_text_bytes.saturating_sub(self.text.len())
    }

    pub(crate) fn set_title(&mut self, title: &str) {
        let title = crate::text::one_line(title);
        if !title.is_empty() {
            self.title = Some(crate::text::cut(&title, 300).to_owned());
        }
    }

    pub(crate) fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if self.warnings.len() < 100 && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub(crate) fn set_page(&mut self, page: u32) {
        self.page = Some(page);
    }

    pub(crate) fn set_pages(&mut self, pages: u32) {
        self.pages = Some(pages);
    }

    /// A heading; it closes the headings of its level and deeper.
    pub(crate) fn heading(&mut self, level: u8, title: &str) -> Result<(), Refusal> {
        let level = level.clamp(1, 6);
        let title = crate::text::one_line(title);
        if title.is_empty() {
            return Ok(());
        }
        self.heading_as_written(level, &format!("{} {title}", "#".repeat(usize::from(level))), &title)
    }

    /// A heading whose source text is kept (Markdown).
    pub(crate) fn heading_as_written(&mut self, level: u8, source: &str, title: &str) -> Result<(), Refusal> {
        let level = level.clamp(1, 6);
        self.path.retain(|(open, _)| *open < level);
        self.push(BlockKind::Heading(level), source)?;
        self.path.push((level, crate::text::cut(title, MAX_PATH_TITLE).to_owned()));
        Ok(())
    }

    /// One block; blank text is skipped. `indent` is written before it, as white space between blocks.
    pub(crate) fn push_indented(&mut self, kind: BlockKind, indent: usize, text: &str) -> Result<(), Refusal> {
        let text = crate::text::clean(text);
        let text = if kind == BlockKind::Code { text.trim_end().trim_matches('\n') } else { text.trim() };
        if text.trim().is_empty() {
            return Ok(());
        }
        let separator = match self.blocks.last().map(|last| last.kind) {
            None => "",
            Some(last) if stay_together(last, kind) => "\n",
            Some(_) => "\n\n",
        };
        if self.text.len() + separator.len() + indent + text.len() > self.limits.max_text_bytes {
            return Err(self.too_much_text());
        }
        if self.blocks.len() >= self.limits.max_blocks {
            return Err(Refusal::new(
                RefusalCode::TooLarge,
                format!("the document has more than {} blocks; split it into smaller files", self.limits.max_blocks),
            ));
        }
        self.path_bytes += self.path.iter().map(|(_, title)| title.len()).sum::<usize>();
        if self.path_bytes > self.limits.max_text_bytes.saturating_mul(8) {
            return Err(self.too_much_text());
        }
        self.text.push_str(separator);
        self.text.extend(std::iter::repeat_n(' ', indent));
        let start = self.text.len() + (text.len() - text.trim_start().len());
        self.text.push_str(text);
        self.blocks.push(Block {
            kind,
            start,
            end: self.text.len(),
            page: self.page,
            headings: self.path.iter().map(|(_, title)| title.clone()).collect(),
        });
        Ok(())
    }

    /// One block; blank text is skipped.
    pub(crate) fn push(&mut self, kind: BlockKind, text: &str) -> Result<(), Refusal> {
        self.push_indented(kind, 0, text)
    }

    /// Preformatted text, fenced.
    pub(crate) fn code(&mut self, code: &str) -> Result<(), Refusal> {
        let code = code.trim_end().trim_start_matches('\n');
        if code.trim().is_empty() {
            return Ok(());
        }
        let fence = if code.contains("```") { "````" } else { "```" };
        self.push(BlockKind::Code, &format!("{fence}\n{code}\n{fence}"))
    }

    /// A Markdown table; the first `header_rows` rows become its header block.
    pub(crate) fn table(&mut self, rows: &[Vec<String>], header_rows: usize) -> Result<(), Refusal> {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        if rows.iter().flatten().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        let header_rows = header_rows.clamp(1, rows.len());
        let mut header: Vec<String> = rows[..header_rows].iter().map(|row| crate::text::row(row, width)).collect();
        header.push(crate::text::rule(width));
        self.push(BlockKind::TableHeader, &header.join("\n"))?;
        for row in &rows[header_rows..] {
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                self.push(BlockKind::TableRow, &crate::text::row(row, width))?;
            }
        }
        Ok(())
    }

    pub(crate) fn too_much_text(&self) -> Refusal {
        Refusal::new(
            RefusalCode::TooLarge,
            format!("the document has more than {} bytes of text; split it", self.limits.max_text_bytes),
        )
    }

    /// The document, or a refusal when nothing was written: an empty document must never count as indexed.
    pub(crate) fn finish(mut self, media_type: &MediaType, parser: &str) -> Result<Document, Refusal> {
        if self.blocks.is_empty() {
            return Err(Refusal::new(
                RefusalCode::Empty,
                format!("the {} has no text in it; check that the right file was uploaded", media_type.label()),
            ));
        }
        if self.title.is_none() {
            let first = self.blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading(_)));
            let title = first.map(|block| self.text[block.start..block.end].trim_start_matches('#').trim().to_owned());
            if let Some(title) = title {
                self.set_title(&title);
            }
        }
        self.text.push('\n');
        Ok(Document {
            format: DOCUMENT_FORMAT,
            media_type: media_type.as_str().to_owned(),
            parser: parser.to_owned(),
            title: self.title,
            text: self.text,
            blocks: self.blocks,
            pages: self.pages,
            warnings: self.warnings,
        })
    }
}

/// Items of one list and rows of one table are on neighbouring lines.
fn stay_together(before: BlockKind, after: BlockKind) -> bool {
    use BlockKind::{ListItem, TableHeader, TableRow};
    matches!((before, after), (ListItem, ListItem) | (TableHeader | TableRow, TableRow))
}
