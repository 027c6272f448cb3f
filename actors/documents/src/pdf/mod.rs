//! PDF: the text layer, page by page.
//!
//! ```text
//! bytes -> hayro (objects, fonts, decryption) -> glyphs -> lines (bidi) -> paragraphs -> blocks
//! ```
//! A scan has no glyphs: it is refused by name, because an empty document would count as indexed.

mod bidi;
mod glyphs;
mod lines;
mod paragraphs;

use crate::builder::Builder;
use crate::{Limits, MediaType, Refusal, RefusalCode};
use cueline_domain::document::{BlockKind, Document};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use lines::Line;
use paragraphs::{Paragraph, Role, Sizes};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) const PARSER: &str = "pdf/1";

/// One page as read, and why it may be incomplete.
#[derive(Default)]
struct Page {
    lines: Vec<Line>,
    images: u32,
    unmapped: u32,
    glyphs: usize,
    overflow: bool,
    failed: bool,
}

pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let pdf = open(bytes)?;
    let count = catch_unwind(AssertUnwindSafe(|| pdf.pages().len())).unwrap_or(0);
    if count > limits.max_pages as usize {
        return Err(Refusal::new(
            RefusalCode::TooManyPages,
            format!("the PDF has {count} pages, more than the limit of {}; split it", limits.max_pages),
        ));
    }
    if count == 0 {
        return Err(Refusal::malformed("a PDF", "it has no pages"));
    }
    let mut pages = Vec::with_capacity(count);
    let mut bytes_read = 0;
    // Fonts are shared by pages, but a long document would collect them all.
    let mut cache = InterpreterCache::new();
    for index in 0..count {
        if index % 100 == 99 {
            cache = InterpreterCache::new();
        }
        let page = read_page(&pdf, &cache, index);
        if page.failed {
            cache = InterpreterCache::new();
        }
        bytes_read += page.lines.iter().map(|line| line.text.len()).sum::<usize>();
        if page.overflow || bytes_read > limits.max_text_bytes {
            return Err(Builder::new(limits).too_much_text());
        }
        pages.push(page);
    }
    write(&pdf, &pages, limits)
}

fn open(bytes: &[u8]) -> Result<Pdf, Refusal> {
    let loaded = catch_unwind(AssertUnwindSafe(|| Pdf::new(bytes.to_vec())));
    match loaded {
        Ok(Ok(pdf)) => Ok(pdf),
        Ok(Err(LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm))) => Err(Refusal::new(
            RefusalCode::Encrypted,
            "the PDF is encrypted in a way that cannot be opened; save it without protection",
        )),
        Ok(Err(LoadPdfError::Decryption(_))) => Err(Refusal::new(
            RefusalCode::Encrypted,
            "the PDF is protected by a password; save it without the password and upload it again",
        )),
        Ok(Err(LoadPdfError::Invalid)) | Err(_) => Err(Refusal::malformed("a PDF", "no pages were found in it")),
    }
}

/// A page that the interpreter cannot survive costs that page, not the document.
fn read_page<'a>(pdf: &'a Pdf, cache: &InterpreterCache<'a>, index: usize) -> Page {
    let read = catch_unwind(AssertUnwindSafe(|| {
        let page = &pdf.pages()[index];
        let area = kurbo::Rect::new(0.0, 0.0, 1.0, 1.0);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(kurbo::Affine::IDENTITY, area, cache, pdf.xref(), settings);
        let mut collector = glyphs::Collector::default();
        interpret_page(page, &mut context, &mut collector);
        Page {
            images: collector.images,
            unmapped: collector.unmapped,
            overflow: collector.overflow,
            glyphs: collector.glyphs.len(),
            lines: lines::lines(collector.glyphs),
            failed: false,
        }
    }));
    read.unwrap_or(Page { failed: true, ..Page::default() })
}

fn write(pdf: &Pdf, pages: &[Page], limits: &Limits) -> Result<Document, Refusal> {
    let mut builder = Builder::new(limits);
    builder.set_pages(u32::try_from(pages.len()).unwrap_or(u32::MAX));
    if let Some(title) = pdf.metadata().title.as_deref() {
        builder.set_title(&pdf_string(title));
    }
    let running = running_lines(pages);
    let furniture = |line: &Line| running.contains_key(&fingerprint(&line.text));
    let grouped: Vec<Vec<Paragraph>> =
        pages.iter().map(|page| paragraphs::paragraphs(&page.lines, &furniture)).collect();
    if grouped.iter().all(Vec::is_empty) {
        return Err(no_text(pages));
    }
    let mut sizes = Sizes::default();
    grouped.iter().flatten().filter(|paragraph| paragraph.role != Role::Furniture).for_each(|p| sizes.add(p));
    for (index, (page, paragraphs)) in pages.iter().zip(&grouped).enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        builder.set_page(number);
        warn(&mut builder, page, number);
        for paragraph in paragraphs {
            write_paragraph(&mut builder, paragraph, &sizes)?;
        }
    }
    builder.finish(&MediaType::Pdf, PARSER)
}

fn write_paragraph(builder: &mut Builder<'_>, paragraph: &Paragraph, sizes: &Sizes) -> Result<(), Refusal> {
    match paragraph.role {
        Role::Furniture => builder.push(BlockKind::Aside, &paragraph.text),
        Role::Item => {
            let text = paragraph.text.trim_start_matches(['•', '‣', '◦', '▪', '●', '■', '·', '⁃', '∙']).trim_start();
            let marker = if text.len() == paragraph.text.len() { "" } else { "- " };
            builder.push(BlockKind::ListItem, &format!("{marker}{text}"))
        }
        Role::Body => match sizes.heading_level(paragraph) {
            Some(level) => builder.heading(level, &paragraph.text),
            None => builder.push(BlockKind::Paragraph, &paragraph.text),
        },
    }
}

fn warn(builder: &mut Builder<'_>, page: &Page, number: u32) {
    if page.failed {
        builder.warn(format!("page {number} could not be read"));
    } else if page.lines.is_empty() && page.unmapped > 0 {
        builder.warn(format!("page {number}: its fonts do not say which letters they draw; it needs OCR"));
    } else if page.lines.is_empty() && page.images > 0 {
        builder.warn(format!("page {number} has no text layer; it needs OCR"));
    } else if page.unmapped as usize > page.glyphs / 5 {
        builder.warn(format!("page {number}: some fonts do not say which letters they draw; text is missing"));
    }
}

fn no_text(pages: &[Page]) -> Refusal {
    let count = pages.len();
    if pages.iter().any(|page| page.failed) {
        return Refusal::malformed("a PDF", "its pages cannot be interpreted");
    }
    let found = if pages.iter().any(|page| page.unmapped > 0) {
        "its fonts do not say which letters they draw"
    } else if pages.iter().any(|page| page.images > 0) {
        "its pages are images (a scan)"
    } else {
        "nothing on its pages is text"
    };
    Refusal::new(
        RefusalCode::NoTextLayer,
        format!("the PDF has {count} page(s) and no text layer: {found}; run OCR on it and upload the result"),
    )
}

/// Short lines at the upper or lower edge that come back, but for their numbers, on half of the pages.
fn running_lines(pages: &[Page]) -> HashMap<String, usize> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let mut of_page: Vec<String> = edges(&page.lines).map(|line| fingerprint(&line.text)).collect();
        of_page.sort();
        of_page.dedup();
        for line in of_page {
            *seen.entry(line).or_default() += 1;
        }
    }
    let enough = (pages.len() / 2).max(3);
    seen.retain(|_, times| *times >= enough);
    seen
}

/// The two highest and two lowest lines of a page.
fn edges(lines: &[Line]) -> impl Iterator<Item = &Line> {
    let mut by_height: Vec<&Line> = lines.iter().filter(|line| line.text.len() <= 160).collect();
    by_height.sort_by(|a, b| a.v.total_cmp(&b.v));
    let (count, from_top) = (by_height.len(), by_height.len().saturating_sub(2));
    by_height.into_iter().enumerate().filter(move |(at, _)| *at < 2.min(count) || *at >= from_top).map(|(_, line)| line)
}

fn fingerprint(text: &str) -> String {
    text.chars().map(|c| if c.is_numeric() { '0' } else { c }).collect::<String>().replace("00", "0")
}

/// UTF-16 with a byte order mark, UTF-8 with one, or (nearly) Latin-1.
fn pdf_string(bytes: &[u8]) -> String {
    if bytes.starts_with(&[0xfe, 0xff]) || bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        return crate::encoding::decode(bytes, None).text;
    }
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
