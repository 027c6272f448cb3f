//! A workflow document, parsed once and shared.

use crate::Name;
use serde_json::Value;
use std::sync::Arc;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The document cannot run.
    Error,
    /// It can, but probably does not do what its author wants.
    Warning,
}

/// One finding about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable code, such as `SCHEMA_VALIDATION_FAILED`.
    pub code: &'static str,
    /// Where it is, like a JSON pointer: `/States/Foo/Next`.
    pub path: String,
    /// What is wrong, in AWS's words where it has them.
    pub message: String,
}

/// A valid workflow, immutable and cheap to clone.
#[derive(Debug, Clone)]
pub struct Definition {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: Value,
    hash: String,
}

impl Definition {
    /// Parses and validates a document. Fails with every error found, not only the first.
    pub fn parse(text: &str) -> Result<Definition, Vec<Diagnostic>> {
        let _ = text;
        Err(Vec::new())
    }

    /// Everything there is to say about a document, warnings too. Empty: it is perfect.
    pub fn validate(text: &str) -> Vec<Diagnostic> {
        let _ = text;
        Vec::new()
    }

    /// What identifies the workflow: hex blake3 of the canonical document (keys sorted, no spaces).
    pub fn hash(&self) -> &str {
        &self.inner.hash
    }

    /// The document.
    pub fn source(&self) -> &Value {
        &self.inner.source
    }

    /// The states and arrows, for drawing.
    pub fn states(&self) -> Vec<Node> {
        Vec::new()
    }

    /// The workflow that children of a distributed Map run: `state` is the name of the Map state.
    pub fn processor(&self, state: &str) -> Option<Definition> {
        let _ = state;
        None
    }
}

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
    /// A word for it: the error a catcher names, the text of a rule.
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
