//! Numbered and bulleted lists: the label that Word shows before a paragraph.

use super::xml::Element;
use std::collections::{HashMap, HashSet};

/// Word has nine levels.
const LEVELS: usize = 9;

#[derive(Clone)]
struct Level {
    format: String,
    /// e.g. `%1.%2.`
    pattern: String,
    start: u32,
    style: Option<String>,
}

struct List {
    base: String,
    overrides: HashMap<usize, u32>,
}

/// The lists of a document and how far each has counted.
#[derive(Default)]
pub(super) struct Numbering {
    bases: HashMap<String, Vec<Level>>,
    lists: HashMap<String, List>,
    /// Last number given, by base and level.
    counts: HashMap<(String, usize), u32>,
    restarted: HashSet<(String, usize)>,
}

/// What stands before a list paragraph.
pub(super) struct Label {
    pub(super) text: String,
    pub(super) bullet: bool,
}

impl Numbering {
    pub(super) fn read(root: &Element) -> Self {
        let mut numbering = Self::default();
        for element in root.elements() {
            match &*element.name {
                "abstractNum" => {
                    if let Some(id) = element.attribute("abstractNumId") {
                        numbering.bases.insert(id.to_owned(), levels(element));
                    }
                }
                "num" => {
                    if let (Some(id), Some(base)) = (element.attribute("numId"), element.value("abstractNumId")) {
                        let list = List { base: base.to_owned(), overrides: overrides(element) };
                        numbering.lists.insert(id.to_owned(), list);
                    }
                }
                _ => {}
            }
        }
        numbering
    }

    /// The level of a list that is bound to a paragraph style.
    pub(super) fn level_of_style(&self, list: &str, style: &str) -> Option<usize> {
        let base = &self.lists.get(list)?.base;
        self.bases.get(base)?.iter().position(|level| level.style.as_deref() == Some(style))
    }

    /// Counts one paragraph and gives its label.
    pub(super) fn next(&mut self, list: &str, level: usize) -> Option<Label> {
        let level = level.min(LEVELS - 1);
        let List { base, overrides } = self.lists.get(list)?;
        let levels = self.bases.get(base)?;
        let this = levels.get(level)?;
        let key = (base.clone(), level);
        let restart = overrides.get(&level).filter(|_| self.restarted.insert((list.to_owned(), level)));
        let number = match (restart, self.counts.get(&key)) {
            (Some(start), _) => *start,
            (None, Some(last)) => last.saturating_add(1),
            (None, None) => this.start,
        };
        self.counts.insert(key, number);
        for deeper in level + 1..LEVELS {
            self.counts.remove(&(base.clone(), deeper));
        }
        if this.format == "bullet" || this.format == "none" {
            return Some(Label { text: "-".to_owned(), bullet: true });
        }
        let mut text = this.pattern.clone();
        for (index, of) in levels.iter().enumerate().take(level + 1) {
            let number = self.counts.get(&(base.clone(), index)).copied().unwrap_or(of.start);
            text = text.replace(&format!("%{}", index + 1), &shown(number, &of.format));
        }
        let text = text.trim().to_owned();
        Some(Label { bullet: text.is_empty(), text: if text.is_empty() { "-".to_owned() } else { text } })
    }
}

fn levels(base: &Element) -> Vec<Level> {
    let mut levels = Vec::new();
    for element in base.elements().filter(|element| &*element.name == "lvl").take(LEVELS) {
        levels.push(Level {
            format: element.value("numFmt").unwrap_or("decimal").to_owned(),
            pattern: element.value("lvlText").unwrap_or_default().to_owned(),
            start: element.value("start").and_then(|start| start.parse().ok()).unwrap_or(1),
            style: element.value("pStyle").map(str::to_owned),
        });
    }
    levels
}

fn overrides(list: &Element) -> HashMap<usize, u32> {
    let mut overrides = HashMap::new();
    for element in list.elements().filter(|element| &*element.name == "lvlOverride") {
        let level = element.attribute("ilvl").and_then(|level| level.parse().ok());
        let start = element.value("startOverride").and_then(|start| start.parse().ok());
        if let (Some(level), Some(start)) = (level, start) {
            overrides.insert(level, start);
        }
    }
    overrides
}

fn shown(number: u32, format: &str) -> String {
    match format {
        "lowerLetter" => letters(number).to_lowercase(),
        "upperLetter" => letters(number),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}

/// A, B … Z, AA, BB …
fn letters(number: u32) -> String {
    let Some(index) = number.checked_sub(1) else { return "0".to_owned() };
    let letter = char::from(b'A' + u8::try_from(index % 26).unwrap_or(0));
    std::iter::repeat_n(letter, (index / 26).min(20) as usize + 1).collect()
}

fn roman(number: u32) -> String {
    if !(1..4000).contains(&number) {
        return number.to_string();
    }
    let signs = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let (mut left, mut text) = (number, String::new());
    for (value, sign) in signs {
        while left >= value {
            text.push_str(sign);
            left -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_in_their_format() {
        assert_eq!(shown(28, "lowerLetter"), "bb");
        assert_eq!(shown(1994, "upperRoman"), "MCMXCIV");
        assert_eq!(shown(3, "decimal"), "3");
    }
}
