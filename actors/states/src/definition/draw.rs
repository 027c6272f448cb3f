//! A definition as a drawing needs it: nodes and arrows.

use super::scope::{Kind, Scope, StateDef};
use crate::Name;

/// A state as a drawing needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: Name,
    /// Its `Type`: `Task`.
    pub kind: &'static str,
    /// The Parallel or Map state around it, and which branch it is in.
    pub within: Option<(Name, u32)>,
    /// Whether its scope starts here.
    pub start: bool,
    /// Whether its scope may end here.
    pub end: bool,
    /// `Resource` of a Task.
    pub resource: Option<Name>,
    /// Whether it is a Map whose items are executions of their own.
    pub distributed: bool,
    /// Its `Comment`.
    pub comment: Option<String>,
    /// Where it may go.
    pub edges: Vec<Edge>,
}

/// An arrow of a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The state it leads to.
    pub to: Name,
    /// What takes it.
    pub kind: EdgeKind,
    /// A word for it: the errors a catcher names, the number of a rule.
    pub label: String,
}

/// What takes an arrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeKind {
    /// `Next`
    Next,
    /// A rule of a Choice state.
    Choice,
    /// `Default` of a Choice state.
    Default,
    /// A catcher.
    Catch,
}

pub(super) fn nodes(scope: &Scope) -> Vec<Node> {
    let mut nodes = Vec::new();
    add(scope, None, &mut nodes);
    nodes
}

fn add(scope: &Scope, within: Option<(Name, u32)>, nodes: &mut Vec<Node>) {
    for state in &scope.states {
        nodes.push(node(state, scope, within.clone()));
        for (i, inner) in state.kind.scopes().iter().enumerate() {
            add(inner, Some((state.name.clone(), i as u32)), nodes);
        }
    }
}

fn node(state: &StateDef, scope: &Scope, within: Option<(Name, u32)>) -> Node {
    let ends = match state.kind {
        Kind::Succeed(_) | Kind::Fail(_) => true,
        Kind::Choice(_) => false,
        _ => state.next.is_none(),
    };
    Node {
        name: state.name.clone(),
        kind: state.kind.name(),
        within,
        start: state.name == scope.start,
        end: ends,
        resource: if let Kind::Task(task) = &state.kind { Some(task.resource.clone()) } else { None },
        distributed: matches!(&state.kind, Kind::Map(map) if map.distributed),
        comment: state.comment.clone(),
        edges: edges(state),
    }
}

fn edges(state: &StateDef) -> Vec<Edge> {
    let edge = |to: &Name, kind, label: String| Edge { to: to.clone(), kind, label };
    let mut edges: Vec<_> = state.next.iter().map(|next| edge(next, EdgeKind::Next, String::new())).collect();
    if let Kind::Choice(choice) = &state.kind {
        let rules = choice.rules.iter().enumerate();
        edges.extend(rules.map(|(i, rule)| edge(&rule.next, EdgeKind::Choice, format!("rule {}", i + 1))));
        edges.extend(choice.default.iter().map(|next| edge(next, EdgeKind::Default, "otherwise".into())));
    }
    let catchers = state.kind.rescue().into_iter().flat_map(|rescue| &rescue.catch);
    edges.extend(catchers.map(|catcher| edge(&catcher.next, EdgeKind::Catch, catcher.errors.join(", "))));
    edges
}
