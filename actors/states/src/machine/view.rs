//! What the expressions of a state see, and how its fields are evaluated.

use super::{context, run::Run, trouble::Trouble};
use crate::{
    FoldError, Json, Variables,
    definition::{
        expression::{Language, Number, NumberSource, Payload, Selection, Text, TextSource},
        scope::StateDef,
    },
    measure::excess,
    query::{
        Entropy, Scope,
        jsonata::{Expected, JsonataLimits, JsonataSession},
    },
};
use serde_json::Value;
use std::{
    cell::OnceCell,
    sync::{Arc, LazyLock},
};

/// Payloads of ours may be larger than those of Step Functions; time and memory of an expression stay bounded.
static LIMITS: LazyLock<JsonataLimits> =
    LazyLock::new(|| JsonataLimits { result_bytes: 8 * 1024 * 1024, ..JsonataLimits::default() });

/// What a frame holds at this moment. Owns its payloads, so that the run may go on meanwhile.
pub(super) struct View<'a> {
    language: Language,
    entropy: &'a Entropy,
    pub(super) data: Json,
    pub(super) variables: Variables,
    pub(super) context: Value,
}

impl<'a> View<'a> {
    pub(super) fn new(run: &Run<'a>, frame: u32, def: &StateDef) -> Result<View<'a>, FoldError> {
        let thread = run.state.thread(frame)?;
        let context = if def.uses_context { context::build(run, frame, def)? } else { Value::Null };
        let (data, variables) = (thread.data.clone(), thread.variables.clone());
        Ok(View { language: def.language, entropy: run.entropy, data, variables, context })
    }

    pub(super) fn jsonata(&self) -> bool {
        self.language == Language::Jsonata
    }

    /// The same view from inside the iteration that is about to begin.
    pub(super) fn with_item(&self, index: u32, item: &Value) -> View<'a> {
        let mut context = self.context.clone();
        context::set_item(&mut context, index, item);
        let (data, variables) = (self.data.clone(), self.variables.clone());
        View { language: self.language, entropy: self.entropy, data, variables, context }
    }

    /// Before anything came back.
    pub(super) fn eval(&self) -> Eval<'_> {
        self.eval_with(None, None)
    }

    pub(super) fn eval_result<'v>(&'v self, result: &'v Value) -> Eval<'v> {
        self.eval_with(Some(result), None)
    }

    pub(super) fn eval_error<'v>(&'v self, error: &'v Value) -> Eval<'v> {
        self.eval_with(None, Some(error))
    }

    fn eval_with<'v>(&'v self, result: Option<&'v Value>, error_output: Option<&'v Value>) -> Eval<'v> {
        let (input, context, variables) = (&*self.data, &self.context, &*self.variables);
        let scope = Scope { input, context, variables, result, error_output };
        Eval { entropy: self.entropy, scope, session: OnceCell::new() }
    }
}

/// Evaluates the fields of a state in one phase of it. JSONata sees the whole state, converted once; a JSONPath field
/// says itself what its `$` is.
pub(super) struct Eval<'v> {
    entropy: &'v Entropy,
    scope: Scope<'v>,
    session: OnceCell<JsonataSession<'v>>,
}

impl<'v> Eval<'v> {
    pub(super) fn session(&self) -> &JsonataSession<'v> {
        self.session.get_or_init(|| JsonataSession::new(self.scope, self.entropy, &LIMITS))
    }

    pub(super) fn payload(&self, payload: &Payload, dollar: &Value, field: &str) -> Result<Value, Trouble> {
        let value = match payload {
            Payload::Path(template) => template.evaluate(&self.at(dollar), self.entropy)?,
            Payload::Jsonata(template) => self.session().evaluate_template(template, field)?,
        };
        Ok(value)
    }

    pub(super) fn variables(&self, assign: Option<&Payload>, dollar: &Value) -> Result<Option<Variables>, Trouble> {
        let Some(assign) = assign else { return Ok(None) };
        match self.payload(assign, dollar, "Assign")? {
            Value::Object(fields) => match fields.values().find_map(excess) {
                Some(excess) => Err(Trouble::excess(excess, "Assign")),
                None => Ok(Some(Arc::new(fields))),
            },
            _ => Err(Trouble::runtime("The Assign field must be an object.")),
        }
    }

    /// `InputPath` and `OutputPath`.
    pub(super) fn select(&self, selection: &Selection, from: &Json) -> Result<Json, Trouble> {
        match selection {
            Selection::Whole => Ok(from.clone()),
            Selection::Nothing => Ok(Arc::new(Value::Object(Default::default()))),
            Selection::Path(path) => Ok(Arc::new(path.select(&self.at(from))?.into_owned())),
        }
    }

    /// A number as the field gives it, with the value itself for messages.
    pub(super) fn number(&self, number: &Number, dollar: &Value) -> Result<Value, Trouble> {
        match &number.source {
            NumberSource::Literal(literal) => {
                Ok(if literal.fract() == 0.0 { Value::from(*literal as i64) } else { Value::from(*literal) })
            }
            NumberSource::Path(path) => Ok(path.select(&self.at(dollar))?.into_owned()),
            NumberSource::Jsonata(expression) => {
                Ok(self.session().evaluate_as(expression, Expected::Number, number.field)?)
            }
        }
    }

    /// A whole number that is not negative: `MaxConcurrency`, `ToleratedFailureCount`.
    pub(super) fn count(&self, number: &Number, dollar: &Value) -> Result<i64, Trouble> {
        let value = self.number(number, dollar)?;
        whole(&value).ok_or_else(|| not_an_integer(number, &value))
    }

    pub(super) fn text(&self, text: &Text, dollar: &Value) -> Result<Value, Trouble> {
        match &text.source {
            TextSource::Literal(literal) => Ok(Value::String(literal.clone())),
            TextSource::Query(query) => Ok(query.evaluate(&self.at(dollar), self.entropy, text.field)?.into_owned()),
            TextSource::Jsonata(expression) => {
                Ok(self.session().evaluate_as(expression, Expected::String, text.field)?)
            }
        }
    }

    /// The scope of a JSONPath field whose `$` is this value.
    pub(super) fn at<'s>(&self, dollar: &'s Value) -> Scope<'s>
    where
        'v: 's,
    {
        let Scope { context, variables, result, error_output, .. } = self.scope;
        Scope { input: dollar, context, variables, result, error_output }
    }
}

/// A whole number, also as text: AWS takes both where a path is followed.
pub(super) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        _ => value.as_i64().or(value.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9e15).map(|n| n as i64)),
    }
}

pub(super) fn not_an_integer(number: &Number, value: &Value) -> Trouble {
    let (field, source) = (number.field, source_of(number));
    Trouble::runtime(format!(
        "The {field} field refers to value \"{}\" which is not a valid integer: {source}",
        plain(value)
    ))
}

/// The path or expression of a number, for messages.
pub(super) fn source_of(number: &Number) -> String {
    match &number.source {
        NumberSource::Literal(literal) => literal.to_string(),
        NumberSource::Path(path) => path.source().to_string(),
        NumberSource::Jsonata(expression) => expression.source().to_string(),
    }
}

/// Strings without quotes, everything else as JSON.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}
