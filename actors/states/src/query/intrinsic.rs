//! `States.*` functions of JSONPath states.
use super::{Entropy, QueryError, Scope, SyntaxError};
use serde_json::Value;

/// A parsed call such as `States.Format('{}', $.name)`.
#[derive(Debug, Clone)]
pub struct Call {
    source: String,
}

impl Call {
    /// Whether the text means to be a call rather than a path.
    pub fn looks_like(text: &str) -> bool {
        text.starts_with("States.")
    }
    /// Parses one call with everything nested in it.
    pub fn parse(source: &str) -> Result<Call, SyntaxError> {
        Ok(Call { source: source.into() })
    }
    /// The text the call was parsed from.
    pub fn source(&self) -> &str {
        &self.source
    }
    /// Evaluates the arguments, innermost first, then the function.
    pub fn evaluate(&self, _scope: &Scope<'_>, _entropy: &Entropy) -> Result<Value, QueryError> {
        Err(QueryError::new("States.Runtime", "not built yet"))
    }
}
