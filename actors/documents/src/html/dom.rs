//! A small tree of an HTML page: only what blocks are made of is kept.

use crate::{Limits, Refusal, RefusalCode};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, LocalName, ParseOpts, QualName, local_name, ns, parse_document};
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

/// Index of a node in its [`Page`].
pub(super) type Id = usize;

/// The document node.
pub(super) const ROOT: Id = 0;

/// The source is fed in pieces, so that a limit stops the work early.
const PIECE: usize = 16 * 1024;

/// Attributes that decide what is text and what it belongs to.
const KEPT: [LocalName; 13] = [
    local_name!("alt"),
    local_name!("class"),
    local_name!("colspan"),
    local_name!("rowspan"),
    local_name!("checked"),
    local_name!("hidden"),
    local_name!("id"),
    local_name!("role"),
    local_name!("start"),
    local_name!("style"),
    local_name!("type"),
    local_name!("value"),
    local_name!("content"),
];

pub(super) struct Node {
    /// Empty for text.
    pub(super) name: Option<QualName>,
    pub(super) text: String,
    pub(super) attributes: Vec<(LocalName, Box<str>)>,
    pub(super) children: Vec<Id>,
    parent: Option<Id>,
    depth: u32,
}

/// A parsed page.
pub(super) struct Page {
    nodes: Vec<Node>,
}

impl Page {
    pub(super) fn parse(source: &str, limits: &Limits) -> Result<Self, Refusal> {
        let sink = Sink {
            nodes: RefCell::new(vec![Node::new(None, Vec::new())]),
            max_depth: u32::try_from(limits.max_depth).unwrap_or(u32::MAX),
            max_nodes: limits.max_blocks.saturating_mul(4),
            too_deep: Cell::new(false),
            too_many: Cell::new(false),
        };
        let mut parser = parse_document(sink, ParseOpts::default());
        let mut at = 0;
        while at < source.len() {
            let mut end = source.floor_char_boundary((at + PIECE).min(source.len()));
            if end <= at {
                end = source.len();
            }
            parser.process(StrTendril::from_slice(&source[at..end]));
            at = end;
            let sink = &parser.tokenizer.sink.sink;
            if sink.too_deep.get() {
                return Err(Refusal::too_deep("HTML elements", limits.max_depth));
            }
            if sink.too_many.get() {
                return Err(Refusal::new(
                    RefusalCode::TooLarge,
                    format!("the page has more than {} elements; split it", limits.max_blocks.saturating_mul(4)),
                ));
            }
        }
        Ok(parser.finish())
    }

    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    /// Local name of an HTML element; empty for text and foreign elements.
    pub(super) fn name(&self, id: Id) -> &str {
        self.nodes[id].name.as_ref().map_or("", |name| &*name.local)
    }

    pub(super) fn attribute(&self, id: Id, name: &str) -> Option<&str> {
        self.nodes[id].attributes.iter().find(|(key, _)| &**key == name).map(|(_, value)| &**value)
    }

    /// Whether an element of that name is around it.
    pub(super) fn is_inside(&self, id: Id, name: &str) -> bool {
        std::iter::successors(self.nodes[id].parent, |id| self.nodes[*id].parent).any(|above| self.name(above) == name)
    }

    /// A number, bounded: spans of a table are written out.
    pub(super) fn number(&self, id: Id, name: &str) -> Option<usize> {
        self.attribute(id, name)?.trim().parse().ok()
    }

    /// First element of that name below `from`, in document order.
    pub(super) fn first(&self, from: Id, wanted: &dyn Fn(&Self, Id) -> bool) -> Option<Id> {
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if wanted(self, id) {
                return Some(id);
            }
            open.extend(self.nodes[id].children.iter().rev());
        }
        None
    }
}

impl Node {
    fn new(name: Option<QualName>, attributes: Vec<(LocalName, Box<str>)>) -> Self {
        Self { name, text: String::new(), attributes, children: Vec::new(), parent: None, depth: 0 }
    }
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
    max_depth: u32,
    max_nodes: usize,
    too_deep: Cell<bool>,
    too_many: Cell<bool>,
}

impl Sink {
    fn add(&self, node: Node) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        if nodes.len() >= self.max_nodes {
            self.too_many.set(true);
        }
        nodes.push(node);
        nodes.len() - 1
    }

    fn detach(&self, id: Id) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[id].parent.take() {
            let siblings = &mut nodes[parent].children;
            // The node is nearly always the last one.
            if let Some(at) = siblings.iter().rposition(|child| *child == id) {
                siblings.remove(at);
            }
        }
    }

    /// Puts a node below `parent`, before `sibling` or last.
    fn attach(&self, parent: Id, child: NodeOrText<Id>, sibling: Option<Id>) {
        let place = |nodes: &[Node]| {
            let children = &nodes[parent].children;
            sibling.and_then(|sibling| children.iter().rposition(|child| *child == sibling)).unwrap_or(children.len())
        };
        match child {
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let at = place(&nodes);
                let before = at.checked_sub(1).map(|before| nodes[parent].children[before]);
                match before.filter(|before| nodes[*before].name.is_none()) {
                    Some(before) => nodes[before].text.push_str(&text),
                    None => {
                        let mut node = Node::new(None, Vec::new());
                        node.text.push_str(&text);
                        node.parent = Some(parent);
                        drop(nodes);
                        let id = self.add(node);
                        self.nodes.borrow_mut()[parent].children.insert(at, id);
                    }
                }
            }
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                let mut nodes = self.nodes.borrow_mut();
                let at = place(&nodes);
                let depth = nodes[parent].depth + 1;
                if depth > self.max_depth {
                    self.too_deep.set(true);
                }
                nodes[id].depth = depth;
                nodes[id].parent = Some(parent);
                nodes[parent].children.insert(at, id);
            }
        }
    }
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Page;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Page {
        Page { nodes: self.nodes.into_inner() }
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Ref<'a, QualName> {
        const NO_NAME: &QualName = &QualName { prefix: None, ns: ns!(), local: local_name!("") };
        Ref::map(self.nodes.borrow(), |nodes| nodes[*target].name.as_ref().unwrap_or(NO_NAME))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Id {
        let kept = attributes
            .into_iter()
            .filter(|attribute| KEPT.contains(&attribute.name.local) && attribute.value.len() <= 4096)
            .map(|attribute| (attribute.name.local, Box::from(&*attribute.value)))
            .collect();
        self.add(Node::new(Some(name), kept))
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.attach(*parent, child, None);
    }

    fn append_based_on_parent_node(&self, element: &Id, previous: &Id, child: NodeOrText<Id>) {
        let parent = self.nodes.borrow()[*element].parent;
        match parent {
            Some(_) => self.append_before_sibling(element, child),
            None => self.append(previous, child),
        }
    }

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        let parent = self.nodes.borrow()[*sibling].parent;
        if let Some(parent) = parent {
            self.attach(parent, child, Some(*sibling));
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let children = std::mem::take(&mut self.nodes.borrow_mut()[*node].children);
        for child in children {
            self.nodes.borrow_mut()[child].parent = None;
            self.attach(*new_parent, NodeOrText::AppendNode(child), None);
        }
    }

    fn same_node(&self, x: &Id, y: &Id) -> bool {
        x == y
    }

    fn get_document(&self) -> Id {
        ROOT
    }

    /// Templates are not shown; their content goes nowhere.
    fn get_template_contents(&self, _: &Id) -> Id {
        self.add(Node::new(None, Vec::new()))
    }

    fn create_comment(&self, _: StrTendril) -> Id {
        self.add(Node::new(Some(QualName::new(None, ns!(), local_name!(""))), Vec::new()))
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Id {
        self.create_comment(StrTendril::new())
    }

    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn add_attrs_if_missing(&self, _: &Id, _: Vec<Attribute>) {}
}

/// Whether a name is that of an HTML element; SVG and MathML have their own.
pub(super) fn is_html(name: ExpandedName<'_>) -> bool {
    *name.ns == ns!(html)
}
