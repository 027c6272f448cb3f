//! A parsed expression and what its text tells about its needs.

use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::parser;

use super::shortcut::Shortcut;
use crate::query::SyntaxError;

/// Longest text of an expression, in bytes.
pub const MAX_TEXT: usize = 32 * 1024;

/// A parsed expression. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Expression(Arc<Parsed>);

#[derive(Debug)]
struct Parsed {
    source: String,
    tree: AstNode,
    shortcut: Option<Shortcut>,
    members: [bool; MEMBERS.len()],
}

/// The members of `$states`, in AWS's order.
pub(super) const MEMBERS: [&str; 4] = ["input", "context", "result", "errorOutput"];

impl Expression {
    /// `source` is the text inside the braces.
    pub fn parse(source: &str) -> Result<Expression, SyntaxError> {
        let source = source.trim();
        if source.is_empty() {
            return Err(SyntaxError::new("expression is empty"));
        }
        if source.len() > MAX_TEXT {
            return Err(SyntaxError::new(format!("expression is longer than {MAX_TEXT} bytes")));
        }
        // The engine's syntax errors carry no position.
        let tree = parser::parse(source).map_err(|error| SyntaxError::new(error.to_string()))?;
        let shortcut = Shortcut::of(&tree);
        let members = members_mentioned(source);
        Ok(Expression(Arc::new(Parsed { source: source.to_owned(), tree, shortcut, members })))
    }

    /// The text, trimmed: how AWS quotes it in causes.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.0.source
    }

    pub(super) fn tree(&self) -> &AstNode {
        &self.0.tree
    }

    pub(super) fn shortcut(&self) -> Option<&Shortcut> {
        self.0.shortcut.as_ref()
    }

    /// Which members of `$states` must be there; converting the others would be wasted.
    pub(super) fn members(&self) -> [bool; MEMBERS.len()] {
        self.0.members
    }

    /// Whether `$name` may occur. A name the text does not contain cannot be reached in any way: `$eval` is taken away,
    /// and nothing else turns text into names.
    pub(super) fn may_use(&self, name: &str) -> bool {
        self.0.source.contains(name)
    }
}

/// If each `states` in the text is followed by a member's name, those members; otherwise all (`$s := $states`,
/// `$lookup($states, …)`). A mention inside a text or a comment only costs a conversion.
fn members_mentioned(source: &str) -> [bool; MEMBERS.len()] {
    let mut mentioned = [false; MEMBERS.len()];
    for (at, word) in source.match_indices("states") {
        let rest = source[at + word.len()..].trim_start();
        let Some(rest) = rest.strip_prefix('.') else {
            return [true; MEMBERS.len()];
        };
        let rest = rest.trim_start();
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        match MEMBERS.iter().position(|member| *member == &rest[..length]) {
            Some(member) => mentioned[member] = true,
            None => return [true; MEMBERS.len()],
        }
    }
    mentioned
}
