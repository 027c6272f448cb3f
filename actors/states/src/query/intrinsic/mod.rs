//! `States.*` functions of JSONPath states.
//!
//! Arguments are texts in single quotes, numbers, `true`, `false`, `null`, paths of any root and further calls. Which
//! functions exist and how many arguments they take is checked when a definition is loaded; what the arguments are, when
//! a step runs.

mod function;
mod json;
mod parse;
mod text;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::Value;

use super::path::{Path, excerpt};
use super::{Entropy, QueryError, Scope, SyntaxError};
use function::Function;
use text::Pieces;

/// How deep calls may nest: AWS's limit.
pub const MAX_NESTING: usize = 10;
/// Longest text of a call, in bytes.
pub const MAX_TEXT: usize = 64 * 1024;

/// A parsed call such as `States.Format('{}', $.name)`.
#[derive(Debug, Clone)]
pub struct Call {
    source: String,
    function: Function,
    arguments: Vec<Argument>,
}

#[derive(Debug, Clone)]
enum Argument {
    Literal(Value),
    /// A literal first argument of `States.Format`, cut at its placeholders.
    Pattern(Pieces),
    Path(Path),
    Call(Call),
}

impl Call {
    /// Whether the text means to be a call rather than a path.
    #[must_use]
    pub fn looks_like(text: &str) -> bool {
        text.starts_with("States.")
    }

    /// Parses one call with everything nested in it.
    pub fn parse(source: &str) -> Result<Call, SyntaxError> {
        parse::call(source)
    }

    /// The text the call was parsed from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The paths among the arguments, nested calls included. What a validator looks through.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        let mut found = Vec::new();
        for argument in &self.arguments {
            match argument {
                Argument::Path(path) => found.push(path),
                Argument::Call(call) => found.extend(call.paths()),
                Argument::Literal(_) | Argument::Pattern(_) => {}
            }
        }
        found
    }

    /// Evaluates the arguments from left to right, innermost first, then the function.
    pub fn evaluate(&self, scope: &Scope<'_>, entropy: &Entropy) -> Result<Value, QueryError> {
        if let (Function::Format, Some(Argument::Pattern(pieces))) = (self.function, self.arguments.first()) {
            let values = self.values(&self.arguments[1..], scope, entropy)?;
            return pieces.fill(&values).map(Value::String).map_err(|Refused(why)| self.failure(&why));
        }
        let values = self.values(&self.arguments, scope, entropy)?;
        function::apply(self.function, values, entropy).map_err(|Refused(why)| self.failure(&why))
    }

    fn values<'a>(
        &'a self,
        arguments: &'a [Argument],
        scope: &Scope<'a>,
        entropy: &Entropy,
    ) -> Result<Vec<Cow<'a, Value>>, QueryError> {
        arguments.iter().map(|argument| self.value(argument, scope, entropy)).collect()
    }

    fn value<'a>(
        &'a self,
        argument: &'a Argument,
        scope: &Scope<'a>,
        entropy: &Entropy,
    ) -> Result<Cow<'a, Value>, QueryError> {
        match argument {
            Argument::Literal(value) => Ok(Cow::Borrowed(value)),
            Argument::Pattern(pieces) => Ok(Cow::Owned(Value::String(pieces.source().to_owned()))),
            Argument::Call(call) => call.evaluate(scope, entropy).map(Cow::Owned),
            Argument::Path(path) => path.evaluate(scope)?.ok_or_else(|| {
                let cause = format!(
                    "The function '{}' had the following error: The JsonPath argument for the field '{}' could not be \
                     found in the input '{}'",
                    self.source,
                    path.source(),
                    path.document_text(scope)
                );
                QueryError::new(QueryError::RUNTIME, cause)
            }),
        }
    }

    fn failure(&self, why: &str) -> QueryError {
        let cause = format!("The function '{}' had the following error: {why}", self.source);
        QueryError::new(QueryError::INTRINSIC_FAILURE, cause)
    }
}

/// Why a function refuses its arguments.
struct Refused(Cow<'static, str>);

impl Refused {
    fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Self(why.into())
    }

    fn expected(what: &str, found: &Value) -> Self {
        let mut found = excerpt(found);
        if found.len() > 200 {
            found = found.chars().take(200).chain("...".chars()).collect();
        }
        Self(format!("expected {what}, but got {found}").into())
    }
}
