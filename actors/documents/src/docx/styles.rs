//! Styles: which paragraphs are headings, lists, code or captions.

use super::xml::Element;
use std::collections::HashMap;

/// Styles may be based on styles; longer chains are mistakes.
const MAX_CHAIN: usize = 12;

#[derive(Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    numbering: Option<String>,
    level: Option<usize>,
}

/// What a style says about a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Title,
    Heading(u8),
    Code,
    Quote,
    Caption,
    List,
    Body,
}

#[derive(Default)]
pub(super) struct Styles(HashMap<String, Style>);

impl Styles {
    pub(super) fn read(root: &Element) -> Self {
        let mut styles = HashMap::new();
        for element in root.elements().filter(|element| &*element.name == "style") {
            let Some(id) = element.attribute("styleId") else { continue };
            let properties = element.child("pPr");
            let numbering = properties.and_then(|properties| properties.child("numPr"));
            styles.insert(
                id.to_owned(),
                Style {
                    name: element.value("name").unwrap_or_default().to_ascii_lowercase(),
                    based_on: element.value("basedOn").map(str::to_owned),
                    outline: properties.and_then(outline),
                    numbering: numbering.and_then(|numbering| numbering.value("numId")).map(str::to_owned),
                    level: numbering.and_then(|numbering| numbering.value("ilvl")).and_then(|level| level.parse().ok()),
                },
            );
        }
        Self(styles)
    }

    fn chain<'s>(&'s self, id: &'s str) -> impl Iterator<Item = &'s Style> {
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let style = self.0.get(next?)?;
            next = style.based_on.as_deref();
            Some(style)
        })
        .take(MAX_CHAIN)
    }

    /// The first style of the chain that says something decides.
    pub(super) fn look(&self, id: &str) -> Look {
        for style in self.chain(id) {
            let look = look_of_name(&style.name);
            if look != Look::Body {
                return look;
            }
            if let Some(level) = style.outline {
                return Look::Heading(level);
            }
        }
        // A file without a style table still names its styles by their ids.
        if self.0.contains_key(id) { Look::Body } else { look_of_name(&id.to_ascii_lowercase()) }
    }

    /// Numbering that comes with the style: list id and level.
    pub(super) fn numbering<'s>(&'s self, id: &'s str) -> (Option<&'s str>, Option<usize>) {
        let list = self.chain(id).find_map(|style| style.numbering.as_deref());
        let level = self.chain(id).find_map(|style| style.level);
        (list, level)
    }
}

/// Outline level of paragraph properties as a heading level; 9 means body text.
pub(super) fn outline(properties: &Element) -> Option<u8> {
    let level: u8 = properties.value("outlineLvl")?.parse().ok()?;
    (level < 9).then_some(level + 1)
}

fn look_of_name(name: &str) -> Look {
    let plain: String = name.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if plain == "title" {
        return Look::Title;
    }
    if let Some(level) = plain.strip_prefix("heading").and_then(|level| level.parse::<u8>().ok()) {
        return Look::Heading(level.max(1));
    }
    match plain.as_str() {
        "sourcecode" | "code" | "codeblock" | "htmlpreformatted" | "preformattedtext" | "macrotext" => Look::Code,
        "quote" | "intensequote" | "blocktext" => Look::Quote,
        "caption" => Look::Caption,
        _ if plain.starts_with("listbullet") || plain.starts_with("listnumber") => Look::List,
        _ => Look::Body,
    }
}
