//! The text inside a paragraph: runs, fields, links, boxes to tick, notes and equations.

use super::math;
use super::xml::{Element, Ns};
use std::collections::HashMap;

/// What a paragraph holds.
#[derive(Default)]
pub(super) struct Inline<'e> {
    pub(super) text: String,
    /// Equations that stand on their own lines.
    pub(super) equations: Vec<String>,
    /// Contents of text boxes anchored here.
    pub(super) boxes: Vec<&'e Element>,
    /// Relation ids of charts and diagrams drawn here.
    pub(super) drawings: Vec<&'e str>,
    /// Ids of footnotes, endnotes and comments, in order.
    pub(super) notes: Vec<Note>,
    /// Whether anything but equations and white space was seen.
    words: bool,
    formulas: Vec<String>,
}

/// A reference to text kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Note {
    Foot(String),
    End(String),
    Comment(String),
}

impl Note {
    /// The mark in the text and before the note.
    pub(super) fn mark(&self) -> Option<String> {
        match self {
            Self::Foot(id) => Some(format!("[^{id}]")),
            Self::End(id) => Some(format!("[^end{id}]")),
            Self::Comment(_) => None,
        }
    }
}

/// Reads a paragraph.
pub(super) fn read(paragraph: &Element) -> Inline<'_> {
    let mut inline = Inline::default();
    inline.children(paragraph);
    // A paragraph of nothing but equations shows each on its own line.
    if !inline.words && !inline.formulas.is_empty() {
        inline.text.clear();
        let formulas = std::mem::take(&mut inline.formulas);
        inline.equations.extend(formulas);
    }
    inline
}

impl<'e> Inline<'e> {
    fn children(&mut self, element: &'e Element) {
        for child in element.elements() {
            self.one(child);
        }
    }

    fn say(&mut self, text: &str) {
        self.words |= !text.trim().is_empty();
        self.text.push_str(text);
    }

    fn one(&mut self, element: &'e Element) {
        match (element.ns, &*element.name) {
            (Ns::Math, "oMathPara") => {
                let mut found = Vec::new();
                element.all(Ns::Math, "oMath", &mut found);
                self.equations.extend(found.into_iter().map(math::latex));
            }
            (Ns::Math, "oMath") => {
                let formula = math::latex(element);
                self.text.push_str(&format!(" ${formula}$ "));
                self.formulas.push(formula);
            }
            (Ns::Word, name) => self.word(element, name),
            (Ns::Other, "AlternateContent") => self.alternate(element),
            (_, "relIds") => self.drawings.extend(element.attribute("dm")),
            (Ns::Chart, "chart") => self.drawings.extend(element.attribute("id")),
            // Containers of the drawing and VML vocabularies lead to text boxes.
            _ => self.children(element),
        }
    }

    fn word(&mut self, element: &'e Element, name: &str) {
        match name {
            "t" => self.say(&element.text()),
            "tab" | "ptab" => self.text.push('\t'),
            "br" | "cr" => self.text.push('\n'),
            "noBreakHyphen" => self.say("-"),
            "sym" => self.symbol(element),
            "r" if element.child("rPr").is_some_and(|properties| properties.is_on("vanish")) => {}
            "sdt" => self.control(element),
            "txbxContent" => self.boxes.push(element),
            "footnoteReference" => self.note(element, Note::Foot),
            "endnoteReference" => self.note(element, Note::End),
            "commentReference" => self.note(element, Note::Comment),
            "checkBox" => {
                let on = if element.child("checked").is_some() { "checked" } else { "default" };
                self.say(if element.is_on(on) { "[x] " } else { "[ ] " });
            }
            "ruby" => {
                element.child("rubyBase").into_iter().for_each(|base| self.children(base));
                if let Some(reading) = element.child("rt") {
                    self.say("(");
                    self.children(reading);
                    self.say(")");
                }
            }
            // Removed text, properties and field codes are not shown.
            "del" | "moveFrom" | "delText" | "instrText" | "delInstrText" | "pPr" | "rPr" | "sdtPr" | "sectPr" => {}
            _ => self.children(element),
        }
    }

    fn note(&mut self, element: &Element, kind: impl Fn(String) -> Note) {
        let Some(id) = element.attribute("id") else { return };
        let note = kind(id.to_owned());
        if let Some(mark) = note.mark() {
            self.say(&mark);
        }
        self.notes.push(note);
    }

    /// The same content in two vocabularies: the newer one, unless we find nothing in it.
    fn alternate(&mut self, element: &'e Element) {
        let seen =
            |inline: &Self| inline.text.len() + inline.boxes.len() + inline.drawings.len() + inline.equations.len();
        for name in ["Choice", "Fallback"] {
            let before = seen(self);
            for choice in element.elements().filter(|child| &*child.name == name) {
                self.children(choice);
                if seen(self) > before {
                    return;
                }
            }
        }
    }

    /// A content control; a box to tick is shown as in Markdown.
    fn control(&mut self, element: &'e Element) {
        if let Some(properties) = element.child("sdtPr") {
            if let Some(checkbox) = properties.child("checkbox") {
                self.say(if checkbox.is_on("checked") { "[x] " } else { "[ ] " });
                return;
            }
            if properties.is_on("showingPlcHdr") {
                return;
            }
        }
        element.child("sdtContent").into_iter().for_each(|content| self.children(content));
    }

    fn symbol(&mut self, element: &Element) {
        let code = element.attribute("char").and_then(|code| u32::from_str_radix(code, 16).ok()).unwrap_or(0);
        let dingbats = element.attribute("font").is_some_and(|font| font.to_ascii_lowercase().contains("wingdings"));
        match code & 0xff {
            0xfe | 0xfd | 0x52 | 0x54 if dingbats => self.say("[x] "),
            0xa8 | 0x6f | 0xa3 if dingbats => self.say("[ ] "),
            0xfc if dingbats => self.say("✓"),
            0xe0 if dingbats => self.say("→"),
            _ => {
                if let Some(character) = char::from_u32(code).filter(|c| !('\u{E000}'..='\u{F8FF}').contains(c)) {
                    self.say(&character.to_string());
                }
            }
        }
    }
}

/// Footnotes, endnotes or comments by id: the text, and who wrote it.
pub(super) fn notes(root: &Element) -> HashMap<String, (String, Option<String>)> {
    let mut notes = HashMap::new();
    for note in root.elements() {
        let special = note.attribute("type").is_some_and(|kind| kind != "normal");
        let Some(id) = note.attribute("id").filter(|_| !special) else { continue };
        let author = note.attribute("author").filter(|author| !author.is_empty()).map(str::to_owned);
        notes.insert(id.to_owned(), (plain(note), author));
    }
    notes
}

/// All paragraphs below an element on one line.
pub(super) fn plain(element: &Element) -> String {
    let mut paragraphs = Vec::new();
    element.all(Ns::Word, "p", &mut paragraphs);
    let mut text = String::new();
    for paragraph in paragraphs {
        let inline = read(paragraph);
        text.push_str(&inline.text);
        for equation in inline.equations {
            text.push_str(&format!(" ${equation}$ "));
        }
        text.push(' ');
    }
    crate::text::one_line(&text)
}
