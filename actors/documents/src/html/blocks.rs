//! From the tree of a page to blocks, in document order.

use super::dom::{self, Id, Page};
use super::main_content::Content;
use super::table;
use crate::Refusal;
use crate::builder::Builder;
use cueline_domain::document::BlockKind;

/// Elements that never show text.
pub(super) fn is_invisible(page: &Page, id: Id) -> bool {
    let node = page.node(id);
    let Some(name) = &node.name else { return false };
    if !dom::is_html(name.expanded()) && !page.name(id).is_empty() {
        return matches!(page.name(id), "svg" | "annotation" | "annotation-xml");
    }
    let tag = matches!(
        page.name(id),
        "script"
            | "style"
            | "head"
            | "template"
            | "iframe"
            | "object"
            | "embed"
            | "audio"
            | "video"
            | "canvas"
            | "select"
            | "datalist"
            | "noframes"
    );
    tag || page.attribute(id, "hidden").is_some()
        || page.attribute(id, "style").is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        })
}

/// Elements that end the line before and after them.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "ul"
    )
}

/// What the text that is being collected will become.
#[derive(Clone, Copy)]
struct Place {
    kind: BlockKind,
    /// Lists around it.
    lists: usize,
}

pub(super) struct Writer<'a, 'l> {
    pub(super) page: &'a Page,
    pub(super) content: &'a Content,
    pub(super) builder: &'a mut Builder<'l>,
    /// Inline text that is not a block yet.
    pending: String,
    /// Written before the next text of a list item.
    marker: Option<String>,
}

impl<'a, 'l> Writer<'a, 'l> {
    pub(super) fn new(page: &'a Page, content: &'a Content, builder: &'a mut Builder<'l>) -> Self {
        Self { page, content, builder, pending: String::new(), marker: None }
    }

    pub(super) fn write(&mut self) -> Result<(), Refusal> {
        let place = Place { kind: BlockKind::Paragraph, lists: 0 };
        self.node(self.content.root, place)?;
        self.flush(place)
    }

    fn node(&mut self, id: Id, place: Place) -> Result<(), Refusal> {
        if is_invisible(self.page, id) || self.content.left_out.contains(&id) {
            return Ok(());
        }
        let node = self.page.node(id);
        if node.name.is_none() {
            self.pending.push_str(&node.text);
            return self.bounded();
        }
        let name = self.page.name(id);
        if !is_block(name) {
            return self.inline(id, name, place);
        }
        self.flush(place)?;
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(id, name, place)?,
            "ul" | "ol" | "menu" | "dir" => self.list(id, name == "ol", place)?,
            "dt" => {
                self.item(id, String::from("- "), Place { kind: BlockKind::ListItem, lists: place.lists.max(1) })?
            }
            "dd" => {
                self.item(id, String::from("- "), Place { kind: BlockKind::ListItem, lists: place.lists.max(1) + 1 })?
            }
            "dl" => self.children(id, Place { kind: BlockKind::ListItem, lists: place.lists + 1 })?,
            "li" => {
                self.item(id, String::from("- "), Place { kind: BlockKind::ListItem, lists: place.lists.max(1) })?
            }
            "pre" => self.preformatted(id)?,
            "table" => table::write(self, id)?,
            "blockquote" => self.children(id, Place { kind: BlockKind::Quote, ..place })?,
            "figcaption" | "caption" => self.children(id, Place { kind: BlockKind::Aside, ..place })?,
            _ => self.children(id, place)?,
        }
        self.flush(place)
    }

    fn children(&mut self, id: Id, place: Place) -> Result<(), Refusal> {
        for child in &self.page.node(id).children {
            self.node(*child, place)?;
        }
        self.flush(place)
    }

    fn inline(&mut self, id: Id, name: &str, place: Place) -> Result<(), Refusal> {
        match name {
            "br" => self.pending.push('\n'),
            "img" => self.pending.push_str(&alternative(self.page, id)),
            "input" => self.pending.push_str(&input(self.page, id)),
            "wbr" => self.pending.push('\u{200b}'),
            _ => {
                for child in &self.page.node(id).children {
                    self.node(*child, place)?;
                }
                if matches!(name, "td" | "th" | "button" | "label" | "textarea") {
                    self.pending.push(' ');
                }
            }
        }
        Ok(())
    }

    fn heading(&mut self, id: Id, name: &str, place: Place) -> Result<(), Refusal> {
        let title = inline_text(self.page, id);
        if place.lists > 0 && self.marker.is_some() {
            self.pending.push_str(&title);
            return Ok(());
        }
        let level = name.as_bytes().get(1).map_or(1, |digit| digit.saturating_sub(b'0'));
        self.builder.heading(level, &title)?;
        // Some pages wrap tables or lists into a heading.
        for table in table::inside(self.page, id) {
            table::write(self, table)?;
        }
        Ok(())
    }

    fn list(&mut self, id: Id, ordered: bool, place: Place) -> Result<(), Refusal> {
        let mut number = self.page.number(id, "start").unwrap_or(1);
        let place = Place { kind: BlockKind::ListItem, lists: place.lists + 1 };
        self.marker = None;
        for child in &self.page.node(id).children {
            if self.page.name(*child) != "li" {
                self.node(*child, place)?;
                continue;
            }
            if is_invisible(self.page, *child) || self.content.left_out.contains(child) {
                continue;
            }
            number = self.page.number(*child, "value").unwrap_or(number);
            let marker = if ordered { format!("{number}. ") } else { String::from("- ") };
            self.item(*child, marker, place)?;
            number = number.saturating_add(1);
        }
        Ok(())
    }

    fn item(&mut self, id: Id, marker: String, place: Place) -> Result<(), Refusal> {
        self.flush(place)?;
        self.marker = Some(marker);
        self.children(id, place)?;
        self.marker = None;
        Ok(())
    }

    fn preformatted(&mut self, id: Id) -> Result<(), Refusal> {
        let mut code = String::new();
        raw_text(self.page, id, &mut code);
        self.builder.code(&code)
    }

    /// Collected inline text becomes a block.
    pub(super) fn flush_paragraph(&mut self) -> Result<(), Refusal> {
        self.flush(Place { kind: BlockKind::Paragraph, lists: 0 })
    }

    fn flush(&mut self, place: Place) -> Result<(), Refusal> {
        let pending = std::mem::take(&mut self.pending);
        let text = collapse(&pending);
        if text.is_empty() {
            return Ok(());
        }
        let indent = place.lists.saturating_sub(1).min(8) * 4;
        match place.kind {
            BlockKind::ListItem => {
                let marker = self.marker.take().unwrap_or_default();
                let indent = if marker.is_empty() { indent + 2 } else { indent };
                self.builder.push_indented(BlockKind::ListItem, indent, &format!("{marker}{text}"))
            }
            BlockKind::Quote => self.builder.push(BlockKind::Quote, &format!("> {}", text.replace('\n', "\n> "))),
            kind => self.builder.push(kind, &text),
        }
    }

    /// One endless paragraph may not outgrow the document.
    fn bounded(&self) -> Result<(), Refusal> {
        if self.pending.len() > self.builder.room().saturating_mul(4).saturating_add(1024) {
            return Err(self.builder.too_much_text());
        }
        Ok(())
    }
}

/// The text that stands for a picture; in a figure the caption says it.
fn alternative(page: &Page, id: Id) -> String {
    let text = page.attribute(id, "alt").unwrap_or_default();
    if text.is_empty() || page.is_inside(id, "figure") { String::new() } else { format!(" {text} ") }
}

/// What a form field shows.
fn input(page: &Page, id: Id) -> String {
    match page.attribute(id, "type").unwrap_or("text") {
        "checkbox" | "radio" if page.attribute(id, "checked").is_some() => "[x] ".to_owned(),
        "checkbox" | "radio" => "[ ] ".to_owned(),
        "hidden" | "password" | "file" | "image" => String::new(),
        _ => page.attribute(id, "value").map(|value| format!("{value} ")).unwrap_or_default(),
    }
}

/// White space as a browser shows it; line breaks asked for by `<br>` cannot be told from others and become spaces.
fn collapse(text: &str) -> String {
    crate::text::one_line(&text.replace(['\u{200b}', '\u{ad}'], ""))
}

/// Text of an element on one line; blocks inside are separated by a space.
pub(super) fn inline_text(page: &Page, root: Id) -> String {
    let mut text = String::new();
    gather(page, root, &mut text);
    collapse(&text)
}

fn gather(page: &Page, id: Id, text: &mut String) {
    if is_invisible(page, id) {
        return;
    }
    let node = page.node(id);
    if node.name.is_none() {
        text.push_str(&node.text);
        return;
    }
    let name = page.name(id);
    let apart = is_block(name) || matches!(name, "br" | "td" | "th" | "tr" | "button");
    if apart {
        text.push(' ');
    }
    match name {
        "input" => text.push_str(&input(page, id)),
        "img" => text.push_str(&alternative(page, id)),
        _ => {}
    }
    if name == "li" {
        text.push_str("- ");
    }
    for child in &node.children {
        gather(page, *child, text);
    }
    if apart {
        text.push(' ');
    }
}

fn raw_text(page: &Page, id: Id, text: &mut String) {
    let node = page.node(id);
    if node.name.is_none() {
        text.push_str(&node.text);
    } else if page.name(id) == "br" {
        text.push('\n');
    }
    for child in &node.children {
        raw_text(page, *child, text);
    }
}
