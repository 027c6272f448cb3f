//! JSONPath as AWS understands it.
use super::{QueryError, Scope, SyntaxError};
use serde_json::Value;
use std::borrow::Cow;

/// Which document a path looks into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$`
    Input,
    /// `$$`
    Context,
    /// `$name`
    Variable(String),
}

/// A parsed JSONPath.
#[derive(Debug, Clone)]
pub struct Path {
    source: String,
    root: Root,
}

impl Path {
    /// Any path a payload template may hold.
    pub fn parse(source: &str) -> Result<Path, SyntaxError> {
        Ok(Path { source: source.into(), root: Root::Input })
    }
    /// A Reference Path: names and indexes only, so that it finds at most one value.
    pub fn parse_reference(source: &str) -> Result<Path, SyntaxError> {
        Self::parse(source)
    }
    /// The text the path was parsed from.
    pub fn source(&self) -> &str {
        &self.source
    }
    /// Which document it looks into.
    pub fn root(&self) -> &Root {
        &self.root
    }
    /// Whether it finds at most one value. Others always find a list, perhaps an empty one.
    pub fn is_definite(&self) -> bool {
        true
    }
    /// The value, or `None` when a definite path finds nothing.
    pub fn evaluate<'a>(&self, _scope: &Scope<'a>) -> Result<Option<Cow<'a, Value>>, QueryError> {
        Err(QueryError::new("States.Runtime", "not built yet"))
    }
    /// The value, or "The JSONPath '…' specified for the field '…' could not be found in the input '…'".
    pub fn require<'a>(&self, scope: &Scope<'a>, _field: &str) -> Result<Cow<'a, Value>, QueryError> {
        self.evaluate(scope).map(Option::unwrap_or_default)
    }
    /// The value, or "Invalid path '…' : No results for path: …": what `InputPath`, `OutputPath` and `TimeoutSecondsPath` say.
    pub fn select<'a>(&self, scope: &Scope<'a>) -> Result<Cow<'a, Value>, QueryError> {
        self.evaluate(scope).map(Option::unwrap_or_default)
    }
    /// Writes `value` where a Reference Path points, making objects on the way: what `ResultPath` does.
    pub fn assign(&self, target: &mut Value, value: Value) -> Result<(), QueryError> {
        *target = value;
        Ok(())
    }
}
