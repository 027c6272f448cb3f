//! Which parts of a page are the document, and which are the site around it.
//!
//! A page that marks its main part is taken at its word. Otherwise navigation goes only when it is clearly that (mostly
//! links, or marked as such) and enough text remains; a page without boilerplate keeps everything.

use super::dom::{Id, Page, ROOT};
use std::collections::HashSet;

/// Less text than this is not a document of its own.
const ENOUGH: usize = 200;

/// Where to start and what to leave out.
pub(super) struct Content {
    pub(super) root: Id,
    pub(super) left_out: HashSet<Id>,
}

/// Bytes of text and of link text.
#[derive(Default, Clone, Copy)]
struct Weight {
    text: usize,
    link: usize,
    links: usize,
}

pub(super) fn find(page: &Page) -> Content {
    let body = page.first(ROOT, &|page, id| page.name(id) == "body").unwrap_or(ROOT);
    let whole = weigh(page, body).text;
    let is_main = |page: &Page, id: Id| page.name(id) == "main" || page.attribute(id, "role") == Some("main");
    let main = page.first(body, &is_main).filter(|main| {
        let text = weigh(page, *main).text;
        text >= ENOUGH.min(whole) && text * 4 >= whole.min(ENOUGH * 20)
    });
    let root = main.unwrap_or(body);
    let left_out = boilerplate(page, root);
    Content { root, left_out }
}

fn boilerplate(page: &Page, root: Id) -> HashSet<Id> {
    let mut found = HashSet::new();
    let mut dropped = 0;
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if id != root && is_navigation(page, id) {
            dropped += weigh(page, id).text;
            found.insert(id);
            continue;
        }
        open.extend(&page.node(id).children);
    }
    let rest = weigh(page, root).text.saturating_sub(dropped);
    if rest < ENOUGH || rest < dropped / 3 {
        return HashSet::new();
    }
    found
}

fn is_navigation(page: &Page, id: Id) -> bool {
    let name = page.name(id);
    let role = page.attribute(id, "role").unwrap_or_default();
    if name == "nav" || role == "navigation" || role == "search" {
        return true;
    }
    let semantic = matches!(name, "header" | "footer" | "aside") || matches!(role, "banner" | "contentinfo");
    let named = matches!(name, "div" | "ul" | "ol" | "table" | "section" | "td") && {
        let marks = ["class", "id"].map(|key| page.attribute(id, key).unwrap_or_default().to_ascii_lowercase());
        let words = ["nav", "menu", "breadcrumb", "footer", "sidebar", "cookie", "share", "social", "pagination"];
        marks.iter().any(|mark| mark.split([' ', '-', '_']).any(|word| words.contains(&word)))
    };
    if !semantic && !named {
        return false;
    }
    let weight = weigh(page, id);
    weight.links >= 3 && weight.link * 2 > weight.text
}

/// Only called for the few marked elements, so walking again is cheap.
fn weigh(page: &Page, root: Id) -> Weight {
    let mut weight = Weight::default();
    let mut open = vec![(root, false)];
    while let Some((id, in_link)) = open.pop() {
        if super::blocks::is_invisible(page, id) {
            continue;
        }
        let node = page.node(id);
        if node.name.is_none() {
            let length = node.text.split_whitespace().map(|word| word.len() + 1).sum::<usize>();
            weight.text += length;
            weight.link += if in_link { length } else { 0 };
        }
        let link = page.name(id) == "a";
        weight.links += usize::from(link);
        open.extend(node.children.iter().map(|child| (*child, in_link || link)));
    }
    weight
}
