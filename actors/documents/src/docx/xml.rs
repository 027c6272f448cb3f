//! XML as small trees, one block of a part at a time. Entities of the file's own are not expanded; a DTD is skipped.

use super::package::unreadable;
use crate::{Limits, Refusal, RefusalCode};
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use std::io::BufRead;

/// The vocabularies that share local names; Strict and Transitional are the same to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ns {
    Word,
    Math,
    Drawing,
    Chart,
    Other,
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) ns: Ns,
    pub(super) name: Box<str>,
    attributes: Vec<(Box<str>, Box<str>)>,
    children: Vec<Child>,
}

#[derive(Debug)]
enum Child {
    Element(Element),
    Text(String),
}

impl Element {
    /// Local names are enough: an element never carries two attributes of one local name that we read.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| &**key == name).map(|(_, value)| &**value)
    }

    pub(super) fn elements(&self) -> impl DoubleEndedIterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Text(_) => None,
        })
    }

    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|child| &*child.name == name)
    }

    /// The `val` of a child: the usual way of Word to say something.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.child(name)?.attribute("val")
    }

    /// A switch: present without value means on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.child(name).is_some_and(|child| !matches!(child.attribute("val"), Some("0" | "false" | "off")))
    }

    pub(super) fn text(&self) -> String {
        let text = self.children.iter().filter_map(|child| match child {
            Child::Text(text) => Some(text.as_str()),
            Child::Element(_) => None,
        });
        text.collect()
    }

    /// Elements of that name at any depth, in document order, not inside one another.
    pub(super) fn all<'e>(&'e self, ns: Ns, name: &str, found: &mut Vec<&'e Element>) {
        for child in self.elements() {
            if child.ns == ns && &*child.name == name {
                found.push(child);
            } else {
                child.all(ns, name, found);
            }
        }
    }
}

/// Reads the children of a container one by one, so that only one block is in memory.
pub(super) struct Blocks<R: BufRead> {
    reader: NsReader<R>,
    containers: &'static [&'static str],
    max_depth: usize,
    max_nodes: usize,
    expanded_limit: u64,
}

impl<R: BufRead> Blocks<R> {
    pub(super) fn new(input: R, containers: &'static [&'static str], limits: &Limits) -> Self {
        let mut reader = NsReader::from_reader(input);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        reader.config_mut().allow_dangling_amp = true;
        Self {
            reader,
            containers,
            max_depth: limits.max_depth,
            max_nodes: limits.max_blocks.saturating_mul(4),
            expanded_limit: limits.max_expanded_bytes,
        }
    }

    /// The next block; `None` at the end. A cut-off part gives an error after its last whole block.
    pub(super) fn next(&mut self) -> Result<Option<Element>, Refusal> {
        let mut open: Vec<Element> = Vec::new();
        let mut nodes = 0_usize;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let limit = self.expanded_limit;
            let (namespace, event) =
                self.reader.read_resolved_event_into(&mut buffer).map_err(|error| unreadable(&error, limit))?;
            let complete = match event {
                Event::Start(start) => {
                    let element = element(namespace, &start);
                    if open.is_empty() && self.containers.contains(&&*element.name) {
                        continue;
                    }
                    open.push(element);
                    None
                }
                Event::Empty(start) => Some(element(namespace, &start)),
                Event::End(_) => open.pop(),
                Event::Text(text) => {
                    append(&mut open, &text.xml10_content());
                    None
                }
                Event::CData(text) => {
                    append(&mut open, &text.xml10_content());
                    None
                }
                Event::GeneralRef(reference) => {
                    append(&mut open, &resolve(&reference));
                    None
                }
                Event::Eof if open.is_empty() => return Ok(None),
                Event::Eof => return Err(unreadable(&"it ends in the middle of an element", limit)),
                _ => None,
            };
            nodes += 1;
            if nodes > self.max_nodes {
                return Err(Refusal::new(
                    RefusalCode::TooLarge,
                    "one table or text box of the Word document is too large; split it",
                ));
            }
            if open.len() > self.max_depth {
                return Err(Refusal::too_deep("parts of the Word document", self.max_depth));
            }
            let Some(complete) = complete else { continue };
            match open.last_mut() {
                Some(parent) => parent.children.push(Child::Element(complete)),
                None => return Ok(Some(complete)),
            }
        }
    }
}

/// A whole part as one tree.
pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Result<Element, Refusal> {
    Blocks::new(bytes, &[], limits)
        .next()?
        .ok_or_else(|| Refusal::malformed("a Word document", "one of its parts is empty"))
}

fn element(namespace: ResolveResult<'_>, start: &BytesStart<'_>) -> Element {
    let attributes = start
        .attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .unwrap_or_else(|_| attribute.value.clone());
            (Box::from(attribute.key.local_name().as_ref()), Box::from(&*value))
        })
        .collect();
    Element {
        ns: vocabulary(&namespace),
        name: Box::from(start.local_name().as_ref()),
        attributes,
        children: Vec::new(),
    }
}

fn vocabulary(namespace: &ResolveResult<'_>) -> Ns {
    let ResolveResult::Bound(Namespace(uri)) = namespace else { return Ns::Other };
    let uri = *uri;
    if uri.contains("wordprocessingml") && uri.ends_with("main") {
        Ns::Word
    } else if uri.ends_with("/math") {
        Ns::Math
    } else if uri.contains("drawingml") && uri.ends_with("/main") {
        Ns::Drawing
    } else if uri.contains("drawingml") && uri.ends_with("/chart") {
        Ns::Chart
    } else {
        Ns::Other
    }
}

fn append(open: &mut [Element], text: &str) {
    let Some(element) = open.last_mut() else { return };
    match element.children.last_mut() {
        Some(Child::Text(before)) => before.push_str(text),
        _ => element.children.push(Child::Text(text.to_owned())),
    }
}

/// Characters and the five names of XML; an entity declared by the file stays unexpanded and says nothing.
fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    match &*reference.xml10_content() {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
    .to_owned()
}
