//! From the blocks of a Word part to pieces of a document: headings, paragraphs, list items, code, tables.

use super::inline::{self, Note};
use super::numbering::Numbering;
use super::styles::{Look, Styles, outline};
use super::table;
use super::xml::{Element, Ns};
use cueline_domain::document::BlockKind;
use std::collections::HashMap;

/// One piece, ready to be written or to be flattened into a table cell.
pub(super) enum Piece {
    Heading(u8, String),
    Text(BlockKind, String),
    Item { level: usize, text: String },
    Code(String),
    Table { rows: Vec<Vec<String>>, headers: usize },
}

/// Reads blocks one after the other; lists count on.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) styles: Styles,
    pub(super) numbering: Numbering,
    /// Tables of charts and text of diagrams, by relation id.
    pub(super) drawings: HashMap<String, Vec<Vec<String>>>,
    /// Notes that were referred to, in order.
    pub(super) notes: Vec<Note>,
    /// Headers and footers that sections refer to.
    pub(super) furniture: Vec<String>,
    /// A title takes the first level; headings follow below it.
    titled: bool,
}

impl Reader {
    pub(super) fn block(&mut self, element: &Element, pieces: &mut Vec<Piece>) {
        match (element.ns, &*element.name) {
            (Ns::Word, "p") => self.paragraph(element, pieces),
            (Ns::Word, "tbl") => self.table(element, pieces),
            (Ns::Word, "sectPr") => self.section(element),
            (Ns::Word, "sdt") => {
                let placeholder = element.child("sdtPr").is_some_and(|properties| properties.is_on("showingPlcHdr"));
                if let Some(content) = element.child("sdtContent").filter(|_| !placeholder) {
                    self.blocks(content, pieces);
                }
            }
            (Ns::Word, "del" | "moveFrom" | "sdtPr" | "tblPr" | "tcPr") => {}
            (Ns::Other, "AlternateContent") => {
                if let Some(choice) = element.child("Choice").or_else(|| element.child("Fallback")) {
                    self.blocks(choice, pieces);
                }
            }
            (Ns::Math, "oMathPara" | "oMath") => {
                pieces.push(Piece::Text(BlockKind::Paragraph, format!("$${}$$", super::math::latex(element))));
            }
            _ => self.blocks(element, pieces),
        }
    }

    pub(super) fn blocks(&mut self, container: &Element, pieces: &mut Vec<Piece>) {
        for element in container.elements() {
            self.block(element, pieces);
        }
    }

    fn paragraph(&mut self, element: &Element, pieces: &mut Vec<Piece>) {
        let properties = element.child("pPr");
        if let Some(section) = properties.and_then(|properties| properties.child("sectPr")) {
            self.section(section);
        }
        let mut inline = inline::read(element);
        self.notes.append(&mut inline.notes);
        let style = properties.and_then(|properties| properties.value("pStyle")).unwrap_or_default();
        let direct = properties.and_then(outline).map(Look::Heading);
        let look = direct.unwrap_or_else(|| self.styles.look(style));
        self.text(element, &inline.text, look, style, pieces);
        for equation in inline.equations.iter().filter(|equation| !equation.is_empty()) {
            pieces.push(Piece::Text(BlockKind::Paragraph, format!("$${equation}$$")));
        }
        for content in inline.boxes {
            self.blocks(content, pieces);
        }
        for id in inline.drawings {
            if let Some(rows) = self.drawings.get(id) {
                pieces.push(Piece::Table { rows: rows.clone(), headers: 1 });
            }
        }
    }

    fn text(&mut self, element: &Element, text: &str, look: Look, style: &str, pieces: &mut Vec<Piece>) {
        if text.trim().is_empty() {
            return;
        }
        let label = self.label(element, style);
        let line = crate::text::one_line(text);
        match look {
            Look::Title => {
                self.titled = true;
                pieces.push(Piece::Heading(1, line));
            }
            Look::Heading(level) => {
                let level = level.saturating_add(u8::from(self.titled));
                let number = label.filter(|(_, label)| !label.bullet).map(|(_, label)| format!("{} ", label.text));
                pieces.push(Piece::Heading(level, format!("{}{line}", number.unwrap_or_default())));
            }
            Look::Code => pieces.push(Piece::Code(text.to_owned())),
            _ => {
                let text = lines(text);
                pieces.push(match (label, look) {
                    (Some((level, label)), _) => Piece::Item { level, text: format!("{} {text}", label.text) },
                    (None, Look::List) => Piece::Item { level: 0, text: format!("- {text}") },
                    (None, Look::Quote) => Piece::Text(BlockKind::Quote, format!("> {}", text.replace('\n', "\n> "))),
                    (None, Look::Caption) => Piece::Text(BlockKind::Aside, text),
                    _ => Piece::Text(BlockKind::Paragraph, text),
                });
            }
        }
    }

    /// Level and label of a list paragraph; a list id of 0 takes it out of the list of its style.
    fn label(&mut self, element: &Element, style: &str) -> Option<(usize, super::numbering::Label)> {
        let direct = element.child("pPr").and_then(|properties| properties.child("numPr"));
        let (styled_list, styled_level) = self.styles.numbering(style);
        let list = direct.and_then(|numbering| numbering.value("numId")).or(styled_list)?.to_owned();
        if list == "0" {
            return None;
        }
        let level = direct
            .and_then(|numbering| numbering.value("ilvl"))
            .and_then(|level| level.parse().ok())
            .or(styled_level)
            .or_else(|| self.numbering.level_of_style(&list, style))
            .unwrap_or(0);
        Some((level, self.numbering.next(&list, level)?))
    }

    fn table(&mut self, element: &Element, pieces: &mut Vec<Piece>) {
        let cells = table::cells(element);
        // A table of one cell is a frame around its content.
        if let [row] = cells.as_slice()
            && let [cell] = row.as_slice()
        {
            return self.blocks(cell.element, pieces);
        }
        let (rows, headers) = table::write(self, element, &cells);
        pieces.push(Piece::Table { rows, headers });
    }

    fn section(&mut self, section: &Element) {
        for reference in section.elements() {
            if matches!(&*reference.name, "headerReference" | "footerReference") {
                self.furniture.extend(reference.attribute("id").map(str::to_owned));
            }
        }
    }
}

/// Asked-for line breaks stay; other white space becomes one space.
fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(crate::text::one_line).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Pieces as the text of one table cell.
pub(super) fn flatten(pieces: Vec<Piece>) -> String {
    let mut text = String::new();
    for piece in pieces {
        let next = match piece {
            Piece::Heading(_, text) | Piece::Text(_, text) | Piece::Item { text, .. } | Piece::Code(text) => text,
            Piece::Table { rows, .. } => {
                let cells: Vec<String> = rows.into_iter().flatten().filter(|cell| !cell.is_empty()).collect();
                cells.join(" ")
            }
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&next.replace("$$", "$"));
    }
    crate::text::one_line(&text)
}
