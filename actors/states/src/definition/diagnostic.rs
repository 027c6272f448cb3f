//! Findings about a document: all of them, each with its place.

use std::cell::RefCell;

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

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} at {}", self.code, self.message, self.path)
    }
}

/// A field has the wrong shape.
pub(super) const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";
/// The text is not JSON.
pub(super) const JSON: &str = "INVALID_JSON_DESCRIPTION";
/// `StartAt`, `Next` or `Default` names no state, or nothing leads to a state.
pub(super) const TRANSITION: &str = "MISSING_TRANSITION_TARGET";
/// No state ends the scope.
pub(super) const NO_END: &str = "MISSING_END_STATE";
/// The same name twice.
pub(super) const DUPLICATE: &str = "DUPLICATE_STATE_NAME";
/// A name that is empty or too long.
pub(super) const NAME: &str = "INVALID_STATE_NAME";
/// The same `Label` twice.
pub(super) const DUPLICATE_LABEL: &str = "DUPLICATE_LABEL_NAME";
/// Parallel and Map nest too deeply.
pub(super) const NESTED: &str = "TOO_DEEPLY_NESTED";
/// A `Resource` that is empty.
pub(super) const RESOURCE: &str = "INVALID_RESOURCE";
/// A literal that looks like a path.
pub(super) const NO_DOLLAR: &str = "NO_DOLLAR";
/// A path inside `Result`, which is literal.
pub(super) const STATIC_RESULT: &str = "PASS_RESULT_IS_STATIC";

/// Where the parsers put what they find.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: RefCell<Vec<Diagnostic>>,
}

impl Findings {
    pub(super) fn error(&self, code: &'static str, path: impl Into<String>, message: impl Into<String>) {
        self.add(Severity::Error, code, path.into(), message.into());
    }

    pub(super) fn warning(&self, code: &'static str, path: impl Into<String>, message: impl Into<String>) {
        self.add(Severity::Warning, code, path.into(), message.into());
    }

    pub(super) fn into_list(self) -> Vec<Diagnostic> {
        self.list.into_inner()
    }

    fn add(&self, severity: Severity, code: &'static str, path: String, message: String) {
        let path = if path.is_empty() { "/".into() } else { path };
        self.list.borrow_mut().push(Diagnostic { severity, code, path, message });
    }
}
