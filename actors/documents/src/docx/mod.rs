//! Word documents: an own reader of the zip package and its XML parts.
//!
//! ```text
//! package (zip, relations, budget) -> xml (one block at a time) -> body -> pieces -> blocks
//!                                       styles, numbering, notes --^  ^-- inline, math, table, drawing
//! ```
//! Text boxes follow the paragraph they are anchored in; headers, footers, notes and comments follow the body.

mod body;
mod drawing;
mod inline;
mod math;
mod numbering;
mod package;
mod styles;
mod table;
mod xml;

use crate::builder::Builder;
use crate::{Limits, MediaType, Refusal};
use body::{Piece, Reader};
use cueline_domain::document::{BlockKind, Document};
use inline::Note;
use package::{Package, Relation};
use std::collections::{HashMap, HashSet};
use std::io::BufReader;

pub(crate) const PARSER: &str = "docx/1";

/// Parts of charts and diagrams that are read at most.
const MAX_DRAWINGS: usize = 200;

pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let mut builder = Builder::new(limits);
    let mut package = Package::open(bytes, limits)?;
    let roots = package.relations("", limits)?;
    let main = roots.values().find(|relation| relation.kind == "officeDocument");
    let main = main.map_or_else(|| "word/document.xml".to_owned(), |relation| relation.target.clone());
    let relations = package.relations(&main, limits)?;
    let mut reader = Reader::default();
    if let Some(root) = part(&mut package, &relations, "styles", limits)? {
        reader.styles = styles::Styles::read(&root);
    }
    if let Some(root) = part(&mut package, &relations, "numbering", limits)? {
        reader.numbering = numbering::Numbering::read(&root);
    }
    reader.drawings = drawings(&mut package, &relations, limits)?;
    if let Some(title) = title(&mut package, &roots, limits) {
        builder.set_title(&title);
    }
    body(&mut builder, &mut package, &main, &mut reader, limits)?;
    furniture(&mut builder, &mut package, &relations, &mut reader, limits)?;
    notes(&mut builder, &mut package, &relations, &reader, limits)?;
    builder.finish(&MediaType::Docx, PARSER)
}

/// The part of that kind, if there is one.
fn part(
    package: &mut Package<'_>,
    relations: &HashMap<String, Relation>,
    kind: &str,
    limits: &Limits,
) -> Result<Option<xml::Element>, Refusal> {
    let Some(relation) = relations.values().find(|relation| relation.kind == kind) else { return Ok(None) };
    let Some(bytes) = package.read(&relation.target)? else { return Ok(None) };
    xml::parse(&bytes, limits).map(Some)
}

fn drawings(
    package: &mut Package<'_>,
    relations: &HashMap<String, Relation>,
    limits: &Limits,
) -> Result<HashMap<String, Vec<Vec<String>>>, Refusal> {
    let mut drawings = HashMap::new();
    for (id, relation) in relations.iter().filter(|(_, relation)| matches!(&*relation.kind, "chart" | "diagramData")) {
        if drawings.len() >= MAX_DRAWINGS {
            break;
        }
        let Some(bytes) = package.read(&relation.target)? else { continue };
        let root = xml::parse(&bytes, limits)?;
        let rows = if relation.kind == "chart" { drawing::chart(&root) } else { drawing::diagram(&root) };
        drawings.insert(id.clone(), rows);
    }
    Ok(drawings)
}

/// Title in the properties; a damaged part there costs nothing.
fn title(package: &mut Package<'_>, roots: &HashMap<String, Relation>, limits: &Limits) -> Option<String> {
    let root = part(package, roots, "core-properties", limits).ok().flatten()?;
    root.child("title").map(xml::Element::text)
}

fn body(
    builder: &mut Builder<'_>,
    package: &mut Package<'_>,
    main: &str,
    reader: &mut Reader,
    limits: &Limits,
) -> Result<(), Refusal> {
    let stream =
        package.stream(main)?.ok_or_else(|| Refusal::malformed("a Word document", "its text part is missing"))?;
    let mut blocks = xml::Blocks::new(BufReader::new(stream), &["document", "body"], limits);
    let mut pieces = Vec::new();
    let mut code: Vec<String> = Vec::new();
    while let Some(block) = blocks.next()? {
        reader.block(&block, &mut pieces);
        for piece in pieces.drain(..) {
            write(builder, piece, &mut code)?;
        }
    }
    builder.code(&code.join("\n"))
}

/// Code paragraphs that follow each other are one listing.
fn write(builder: &mut Builder<'_>, piece: Piece, code: &mut Vec<String>) -> Result<(), Refusal> {
    if let Piece::Code(line) = piece {
        code.push(line);
        return Ok(());
    }
    if !code.is_empty() {
        builder.code(&std::mem::take(code).join("\n"))?;
    }
    match piece {
        Piece::Heading(level, text) => builder.heading(level, &text),
        Piece::Text(kind, text) => builder.push(kind, &text),
        Piece::Item { level, text } => builder.push_indented(BlockKind::ListItem, level.min(8) * 4, &text),
        Piece::Table { rows, headers } => builder.table(&rows, headers),
        Piece::Code(_) => Ok(()),
    }
}

/// Each distinct header and footer once; bare page numbers say nothing.
fn furniture(
    builder: &mut Builder<'_>,
    package: &mut Package<'_>,
    relations: &HashMap<String, Relation>,
    reader: &mut Reader,
    limits: &Limits,
) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    for id in std::mem::take(&mut reader.furniture) {
        let Some(relation) = relations.get(&id).filter(|relation| seen.insert(relation.target.clone())) else {
            continue;
        };
        let Some(bytes) = package.read(&relation.target)? else { continue };
        let text = inline::plain(&xml::parse(&bytes, limits)?);
        if text.chars().any(char::is_alphabetic) && seen.insert(text.clone()) {
            builder.push(BlockKind::Aside, &text)?;
        }
    }
    Ok(())
}

/// Footnotes, endnotes and comments, in the order the text refers to them.
fn notes(
    builder: &mut Builder<'_>,
    package: &mut Package<'_>,
    relations: &HashMap<String, Relation>,
    reader: &Reader,
    limits: &Limits,
) -> Result<(), Refusal> {
    let mut texts = HashMap::new();
    for kind in ["footnotes", "endnotes", "comments"] {
        if let Some(root) = part(package, relations, kind, limits)? {
            texts.insert(kind, inline::notes(&root));
        }
    }
    let mut written = HashSet::new();
    for note in reader.notes.iter().filter(|note| written.insert(*note)) {
        let (kind, id) = match note {
            Note::Foot(id) => ("footnotes", id),
            Note::End(id) => ("endnotes", id),
            Note::Comment(id) => ("comments", id),
        };
        let Some((text, author)) = texts.get(kind).and_then(|texts| texts.get(id)) else { continue };
        let line = match (note.mark(), author) {
            (Some(mark), _) => format!("{mark}: {text}"),
            (None, Some(author)) => format!("Comment ({author}): {text}"),
            (None, None) => format!("Comment: {text}"),
        };
        if !text.is_empty() {
            builder.push(BlockKind::Aside, &line)?;
        }
    }
    Ok(())
}
