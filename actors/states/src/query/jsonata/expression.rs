//! A parsed expression and what its text tells about its needs.

use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::parser;

use super::mention::Mentions;
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
    mentions: Mentions,
}

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
        let mentions = Mentions::of(source);
        Ok(Expression(Arc::new(Parsed { source: source.to_owned(), tree, shortcut, mentions })))
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

    /// What of `$states` must be there; converting the rest would be wasted.
    pub(super) fn mentions(&self) -> &Mentions {
        &self.0.mentions
    }

    /// Whether `$name` may occur. A name the text does not contain cannot be reached in any way: `$eval` is taken away,
    /// and nothing else turns text into names.
    pub(super) fn may_use(&self, name: &str) -> bool {
        self.0.source.contains(name)
    }
}
