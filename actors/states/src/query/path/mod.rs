//! JSONPath as AWS understands it: Jayway's dialect, with two roots more.
//!
//! A *definite* path (names and indexes) finds one value or none; any other finds a list, an empty one when nothing is
//! there. Inside a list, a step that does not apply drops the item, as `$.items[*].price` does to items without price.
//!
//! Deliberately absent: functions (`.length()`), the slice step (accepted and ignored, as Jayway does), and RFC 9535's
//! filters over the members of an object (Jayway tests the object itself).

mod assign;
mod cursor;
mod evaluate;
mod filter;
mod parse;
mod select;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::{QueryError, Scope, SyntaxError};
use filter::Filter;

pub(crate) use cursor::Cursor;
pub(crate) use filter::same;

/// Longest text of a path, in bytes.
pub const MAX_TEXT: usize = 16 * 1024;
/// Most steps of a path. Keeps what `ResultPath` builds shallow enough to be stored and read again.
pub const MAX_SEGMENTS: usize = 100;
/// How deep filters, brackets and negations may nest.
pub const MAX_NESTING: usize = 32;
/// Most values one evaluation may look at. Bounds `$..*..*`, whose work otherwise grows with a power of the document.
pub const MAX_VISITS: usize = 200_000;

/// Which document a path looks into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$`: the input, or what the field before this one made of it.
    Input,
    /// `$$`: the context object.
    Context,
    /// `$name`: a workflow variable.
    Variable(String),
}

/// A parsed JSONPath.
#[derive(Debug, Clone)]
pub struct Path {
    source: String,
    root: Root,
    segments: Vec<Segment>,
    definite: bool,
}

#[derive(Debug, Clone)]
enum Segment {
    /// `.name`, `['name']`
    Name(String),
    /// `['a','b']`: at the end of a path an object of these members, elsewhere each of them.
    Names(Vec<String>),
    /// `[0]`, `[-1]`
    Index(i64),
    /// `[0,2]`
    Indexes(Vec<i64>),
    /// `[1:3]`
    Slice(Option<i64>, Option<i64>),
    /// `*`, `[*]`
    Wildcard,
    /// `[?(…)]`
    Filter(Box<Filter>),
    /// `..`: the value and everything below it, for the segment that follows.
    Descend,
}

impl Path {
    /// Any path a payload template may hold.
    pub fn parse(source: &str) -> Result<Path, SyntaxError> {
        parse::path(source)
    }

    /// A Reference Path: names and indexes only, so that it finds at most one value. `ResultPath` must be one.
    pub fn parse_reference(source: &str) -> Result<Path, SyntaxError> {
        let path = Self::parse(source)?;
        let simple = |segment: &Segment| matches!(segment, Segment::Name(_) | Segment::Index(_));
        if path.segments.iter().all(simple) {
            Ok(path)
        } else {
            Err(SyntaxError::new("a reference path may hold names and indexes only"))
        }
    }

    /// The text the path was parsed from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Which document it looks into.
    #[must_use]
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Whether it is a bare `$`, `$$` or `$name`.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.segments.is_empty()
    }

    /// Whether it finds at most one value. Others always find a list, perhaps an empty one.
    #[must_use]
    pub fn is_definite(&self) -> bool {
        self.definite
    }

    /// The value, or `None` when a definite path finds nothing. Borrows from the scope whenever the value lies there as
    /// it is; only lists and merged members are built. Fails only when the work exceeds [`MAX_VISITS`].
    pub fn evaluate<'a>(&self, scope: &Scope<'a>) -> Result<Option<Cow<'a, Value>>, QueryError> {
        evaluate::path(self, scope)
    }

    /// The value, or AWS's "The JSONPath '…' specified for the field '…' could not be found in the input '…'".
    pub fn require<'a>(&self, scope: &Scope<'a>, field: &str) -> Result<Cow<'a, Value>, QueryError> {
        self.evaluate(scope)?.ok_or_else(|| {
            let cause = format!(
                "The JSONPath '{}' specified for the field '{field}' could not be found in the input '{}'",
                self.source,
                self.document_text(scope)
            );
            QueryError::new(QueryError::RUNTIME, cause).in_field(field)
        })
    }

    /// The value, or AWS's "Invalid path '…' : No results for path: …": how `InputPath`, `OutputPath` and
    /// `TimeoutSecondsPath` complain.
    pub fn select<'a>(&self, scope: &Scope<'a>) -> Result<Cow<'a, Value>, QueryError> {
        self.evaluate(scope)?.ok_or_else(|| {
            let reason = evaluate::why_missing(self, scope);
            QueryError::new(QueryError::RUNTIME, format!("Invalid path '{}' : {reason}", self.source))
        })
    }

    /// Writes `value` where a Reference Path points, making objects on the way: what `ResultPath` does. The root is not
    /// looked at; `target` is the document. Fails with `States.ResultPathMatchFailure`, leaving `target` as it was.
    pub fn assign(&self, target: &mut Value, value: Value) -> Result<(), QueryError> {
        assign::assign(self, target, value)
    }

    /// The document as JSON text for a message, cut to a readable length.
    pub(crate) fn document_text(&self, scope: &Scope<'_>) -> String {
        match evaluate::root(&self.root, scope) {
            Some(document) => excerpt(document),
            None => excerpt(&Value::Object(scope.variables.clone())),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

/// JSON text of at most 16 KiB: a cause is stored with every failure, the input may be a quarter megabyte.
pub(crate) fn excerpt(value: &Value) -> String {
    const LONGEST: usize = 16 * 1024;
    let mut text = value.to_string();
    if text.len() > LONGEST {
        let cut = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(cut);
        text.push_str("...");
    }
    text
}
