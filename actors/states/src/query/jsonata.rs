//! JSONata states: `{% … %}` expressions.
use super::{Entropy, QueryError, Scope, SyntaxError, SyntaxErrorAt};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// The expression inside `{% … %}`, or `None` for a plain string.
pub fn unwrap(text: &str) -> Option<&str> {
    text.strip_prefix("{%")?.strip_suffix("%}")
}

/// A parsed expression.
#[derive(Debug, Clone)]
pub struct Expression {
    source: Arc<str>,
}

impl Expression {
    /// `source` is the text inside the braces.
    pub fn parse(source: &str) -> Result<Expression, SyntaxError> {
        Ok(Expression { source: source.trim().into() })
    }
    /// The text, trimmed.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// What one evaluation may cost.
#[derive(Debug, Clone)]
pub struct JsonataLimits {
    /// Wall time of one expression.
    pub time: Duration,
    /// Nested calls.
    pub depth: usize,
    /// Items of one sequence.
    pub items: usize,
    /// Bytes of the result as JSON text.
    pub result_bytes: usize,
}

impl Default for JsonataLimits {
    fn default() -> Self {
        Self { time: Duration::from_millis(250), depth: 500, items: 10_000, result_bytes: 256 * 1024 }
    }
}

/// The type a field asks for, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// `Items`
    Array,
    /// `Condition`
    Boolean,
    /// `Seconds`, `TimeoutSeconds`
    Number,
    /// `Timestamp`, `Error`, `Cause`
    String,
    /// `Assign`
    Object,
}

/// A JSON value whose strings may be expressions.
#[derive(Debug, Clone)]
pub struct JsonataTemplate {
    literal: Value,
}

impl JsonataTemplate {
    /// Finds every error, not only the first.
    pub fn parse(value: &Value) -> Result<JsonataTemplate, Vec<SyntaxErrorAt>> {
        Ok(JsonataTemplate { literal: value.clone() })
    }
}

/// One state's view of the world, converted once for all of its expressions. Neither `Send` nor kept: it lives inside
/// one synchronous call.
pub struct JsonataSession<'a> {
    _scope: Scope<'a>,
}

impl<'a> JsonataSession<'a> {
    /// Nothing is converted before an expression asks for it.
    pub fn new(scope: Scope<'a>, _entropy: &'a Entropy, _limits: &'a JsonataLimits) -> Self {
        Self { _scope: scope }
    }
    /// Evaluates one expression; `field` is the field that holds it (`Condition`).
    pub fn evaluate(&self, _expression: &Expression, _field: &str) -> Result<Value, QueryError> {
        Err(QueryError::new("States.QueryEvaluationError", "not built yet"))
    }
    /// Evaluates one expression and insists on the type of its value.
    pub fn evaluate_as(&self, expression: &Expression, _expected: Expected, field: &str) -> Result<Value, QueryError> {
        self.evaluate(expression, field)
    }
    /// `Condition` of a Choice rule.
    pub fn evaluate_bool(&self, expression: &Expression, field: &str) -> Result<bool, QueryError> {
        self.evaluate(expression, field).map(|v| v == Value::Bool(true))
    }
    /// Fills a template in; fields below are named `field/key`, as AWS does.
    pub fn evaluate_template(&self, template: &JsonataTemplate, _field: &str) -> Result<Value, QueryError> {
        Ok(template.literal.clone())
    }
}
