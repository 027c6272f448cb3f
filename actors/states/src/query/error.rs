//! The two ways a query fails: while a definition is read, and while a step runs.

use std::borrow::Cow;
use std::fmt;

/// An expression that cannot be evaluated on the values at hand. Becomes the error of the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The error name a `Retry` or `Catch` matches, such as `States.Runtime`.
    pub error: &'static str,
    /// AWS's wording, without the prefix that names state and event.
    pub cause: String,
    /// The field that held the expression, when it is known: `Output/result`, `value.$`.
    pub field: Option<String>,
}

impl QueryError {
    /// `States.Runtime`: a path finds nothing, a value has the wrong shape.
    pub const RUNTIME: &str = "States.Runtime";
    /// `States.QueryEvaluationError`: anything JSONata.
    pub const QUERY_EVALUATION: &str = "States.QueryEvaluationError";
    /// `States.IntrinsicFailure`: an intrinsic function refuses its arguments.
    pub const INTRINSIC_FAILURE: &str = "States.IntrinsicFailure";
    /// `States.ParameterPathFailure`: a path inside a payload template finds nothing.
    pub const PARAMETER_PATH_FAILURE: &str = "States.ParameterPathFailure";
    /// `States.ResultPathMatchFailure`: a result cannot be written where `ResultPath` points.
    pub const RESULT_PATH_MATCH_FAILURE: &str = "States.ResultPathMatchFailure";

    /// An error without a field.
    pub fn new(error: &'static str, cause: impl Into<String>) -> Self {
        Self { error, cause: cause.into(), field: None }
    }

    /// The same error, said of `field`. A field that is already known stays: the innermost one is the right one.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field.get_or_insert_with(|| field.into());
        self
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.cause)
    }
}

impl std::error::Error for QueryError {}

/// Text that is not an expression. Found when a definition is validated, never while a step runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong: lowercase, short.
    pub message: Cow<'static, str>,
    /// Byte offset in the text, where the parser knows it.
    pub offset: Option<usize>,
}

impl SyntaxError {
    pub(crate) fn at(offset: usize, message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), offset: Some(offset) }
    }

    pub(crate) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), offset: None }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "{} at offset {offset}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for SyntaxError {}

/// A syntax error and where in a template it sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxErrorAt {
    /// Keys and indexes from the template's root, AWS style: `/Payload/value.$`, `/items[0]`; empty at the root.
    pub at: String,
    /// What is wrong there.
    pub error: SyntaxError,
}

impl fmt::Display for SyntaxErrorAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.error)
    }
}

impl std::error::Error for SyntaxErrorAt {}
