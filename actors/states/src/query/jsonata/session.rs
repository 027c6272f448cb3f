//! One state's expressions, evaluated on one conversion of its values.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError, EvaluatorOptions};
use jsonata_core::value::{JMap, JValue};
use serde_json::Value;

use super::convert::{Exit, Unusable, into_engine};
use super::expression::Expression;
use super::mention::{MEMBERS, Mention};
use super::shortcut::Found;
use super::template::JsonataTemplate;
use super::{Expected, JsonataLimits, functions};
use crate::query::path::excerpt;
use crate::query::{Entropy, QueryError, Scope};

/// One state's view of the world, converted at most once for all of its expressions, and only as far as they look at it.
/// Neither `Send` nor kept: it lives inside one synchronous call.
pub struct JsonataSession<'a> {
    scope: Scope<'a>,
    entropy: &'a Entropy,
    limits: &'a JsonataLimits,
    members: [Converted<'a>; MEMBERS.len()],
    variables: Parts<'a>,
}

/// What has been converted of one member of `$states`.
#[derive(Default)]
struct Converted<'a> {
    whole: OnceCell<JValue>,
    keys: Parts<'a>,
}

/// Values converted so far, by name.
#[derive(Default)]
struct Parts<'a>(RefCell<HashMap<&'a str, JValue>>);

impl<'a> Parts<'a> {
    fn get(&self, name: &'a str, value: &Value) -> Result<JValue, Unusable> {
        if let Some(converted) = self.0.borrow().get(name) {
            return Ok(converted.clone());
        }
        let converted = into_engine(value)?;
        self.0.borrow_mut().insert(name, converted.clone());
        Ok(converted)
    }
}

impl<'a> Converted<'a> {
    fn get(&self, value: &'a Value, mention: &Mention) -> Result<JValue, Unusable> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole.clone());
        }
        if let (Mention::Keys(keys), Value::Object(members)) = (mention, value) {
            let mut narrowed = JMap::default();
            for key in keys {
                if let Some((key, value)) = members.get_key_value(key) {
                    narrowed.insert(key.clone(), self.keys.get(key, value)?);
                }
            }
            return Ok(JValue::Object(Rc::new(narrowed)));
        }
        let whole = into_engine(value)?;
        Ok(self.whole.get_or_init(|| whole).clone())
    }
}

impl fmt::Debug for JsonataSession<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonataSession").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// The time limit is wall time. On a machine that is busy with other things a harmless expression may hit it too; a decision
/// must not depend on that, so it is evaluated again before the limit is believed.
const TRIES: u32 = 4;

/// The member of `$states` with this index.
pub(super) fn member<'a>(scope: &Scope<'a>, member: usize) -> Option<&'a Value> {
    match MEMBERS.get(member) {
        Some(&"input") => Some(scope.input),
        Some(&"context") => Some(scope.context),
        Some(&"result") => scope.result,
        Some(&"errorOutput") => scope.error_output,
        _ => None,
    }
}

impl<'a> JsonataSession<'a> {
    /// Nothing is converted before an expression asks for it.
    #[must_use]
    pub fn new(scope: Scope<'a>, entropy: &'a Entropy, limits: &'a JsonataLimits) -> Self {
        Self { scope, entropy, limits, members: Default::default(), variables: Parts::default() }
    }

    /// Evaluates one expression; `field` is the field that holds it, below the state: `Condition`, `Choices[0]/Condition`.
    pub fn evaluate(&self, expression: &Expression, field: &str) -> Result<Value, QueryError> {
        self.evaluate_optional(expression, field)?.ok_or_else(|| undefined(expression, field))
    }

    /// Like [`evaluate`](Self::evaluate), with undefined as a value of its own rather than an error.
    pub fn evaluate_optional(&self, expression: &Expression, field: &str) -> Result<Option<Value>, QueryError> {
        let mut bytes_left = self.limits.result_bytes;
        self.evaluate_within(expression, field, &mut bytes_left)
    }

    /// Evaluates one expression and insists on the type of its value.
    pub fn evaluate_as(&self, expression: &Expression, expected: Expected, field: &str) -> Result<Value, QueryError> {
        let value = self.evaluate(expression, field)?;
        let fits = match expected {
            Expected::Array => value.is_array(),
            Expected::Boolean => value.is_boolean(),
            Expected::Number => value.is_number(),
            Expected::String => value.is_string(),
            Expected::Object => value.is_object(),
        };
        if fits { Ok(value) } else { Err(unexpected(expression, expected, &value, field)) }
    }

    /// `Condition` of a Choice rule.
    pub fn evaluate_bool(&self, expression: &Expression, field: &str) -> Result<bool, QueryError> {
        let value = self.evaluate_as(expression, Expected::Boolean, field)?;
        Ok(value == Value::Bool(true))
    }

    /// Fills a template in; the fields below are named as AWS does: `field/key`, `field[0]`.
    pub fn evaluate_template(&self, template: &JsonataTemplate, field: &str) -> Result<Value, QueryError> {
        let mut bytes_left = self.limits.result_bytes;
        template.fill(self, field, &mut bytes_left)
    }

    pub(super) fn evaluate_within(
        &self,
        expression: &Expression,
        field: &str,
        bytes_left: &mut usize,
    ) -> Result<Option<Value>, QueryError> {
        let unusable = |why| unusable(expression, why, field);
        let mut exit = Exit { bytes_left };
        match expression.shortcut().map_or(Found::Unclear, |shortcut| shortcut.walk(&self.scope)) {
            Found::Undefined => return Ok(None),
            Found::Value(value) => {
                exit.pass(value).map_err(unusable)?;
                return Ok(Some(value.clone()));
            }
            Found::Unclear => {}
        }
        let mut left = TRIES;
        let outcome = loop {
            let context = self.context(expression).map_err(unusable)?;
            let mut evaluator = Evaluator::with_options(context, self.options());
            let entropy = Rc::new(self.entropy.branch());
            functions::install(&mut evaluator, expression, &entropy, self.limits);
            let outcome = evaluator.evaluate(expression.tree(), &JValue::Undefined);
            left -= 1;
            if left == 0 || !outcome.as_ref().is_err_and(is_late) {
                self.entropy.rejoin(&entropy);
                break outcome;
            }
        };
        exit.convert(&outcome.map_err(|error| thrown(expression, &error, field))?).map_err(unusable)
    }

    /// `$states` and the variables, as far as the expression mentions them.
    fn context(&self, expression: &Expression) -> Result<Context, Unusable> {
        let mut context = Context::new();
        if expression.may_use("states") {
            let mut states = Vec::new();
            for (at, mention) in expression.mentions().0.iter().enumerate() {
                let Some(value) = member(&self.scope, at).filter(|_| *mention != Mention::Nothing) else { continue };
                states.push((MEMBERS[at].to_owned(), self.members[at].get(value, mention)?));
            }
            context.bind("states".to_owned(), JValue::Object(Rc::new(JMap::from_iter(states))));
        }
        for (name, value) in self.scope.variables {
            if expression.may_use(name) {
                context.bind(name.clone(), self.variables.get(name, value)?);
            }
        }
        Ok(context)
    }

    fn options(&self) -> EvaluatorOptions {
        EvaluatorOptions {
            timeout_ms: Some(u64::try_from(self.limits.time.as_millis()).unwrap_or(u64::MAX)),
            cancel: self.limits.cancel.as_ref().map(|cancel| cancel.0.clone()),
            max_stack_depth: Some(self.limits.depth),
            max_sequence_length: Some(self.limits.items),
        }
    }
}

fn about(expression: &Expression, field: &str, what: impl fmt::Display) -> QueryError {
    let cause = format!("The JSONata expression '{}' specified for the field '{field}' {what}", expression.source());
    QueryError::new(QueryError::QUERY_EVALUATION, cause).in_field(field)
}

pub(super) fn undefined(expression: &Expression, field: &str) -> QueryError {
    about(expression, field, "returned nothing (undefined).")
}

fn unexpected(expression: &Expression, expected: Expected, value: &Value, field: &str) -> QueryError {
    let expected = match expected {
        Expected::Array => "array",
        Expected::Boolean => "boolean",
        Expected::Number => "number",
        Expected::String => "string",
        Expected::Object => "object",
    };
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let text = excerpt(value);
    about(
        expression,
        field,
        format_args!("returned an unexpected result type. Expected '{expected}', but was '{found}' for value: {text}"),
    )
}

fn unusable(expression: &Expression, why: Unusable, field: &str) -> QueryError {
    let what = match why {
        Unusable::Function => "returned an unsupported result type: function.",
        Unusable::NotFinite => "returned an unsupported result type: a number that is not finite.",
        Unusable::TooDeep => "uses or returned a value that nests too deeply.",
        Unusable::TooLarge => "returned a value that exceeds the maximum size.",
    };
    about(expression, field, what)
}

/// AWS ends its sentence with `. CODE: message`, or with `: message` where there is no code.
fn thrown(expression: &Expression, error: &EvaluatorError, field: &str) -> QueryError {
    let message = error.message();
    let separated = match code_position(message) {
        Some(at) => format!(". {}", &message[at..]),
        None => format!(": {message}"),
    };
    about(expression, field, format_args!("threw an error during evaluation{separated}"))
}

/// The time limit was hit, be it by the expression or by a busy machine.
fn is_late(error: &EvaluatorError) -> bool {
    error.message().contains("D1012:")
}

/// Where the first `X1234:` starts. The engine sometimes wraps a coded message in words of its own.
fn code_position(message: &str) -> Option<usize> {
    let is_code = |window: &[u8]| matches!(window, [letter, digits @ .., b':'] if letter.is_ascii_uppercase() && digits.iter().all(u8::is_ascii_digit));
    message.as_bytes().windows(6).position(is_code)
}
