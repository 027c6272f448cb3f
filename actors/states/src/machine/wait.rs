//! Wait: until a time, given as seconds or as an instant.

use super::{
    finish,
    run::Run,
    trouble::Trouble,
    view::{Eval, View, plain, source_of},
};
use crate::{
    Entry, Json,
    definition::{
        expression::{Language, Number, NumberSource},
        scope::StateDef,
        simple::{Until, Wait},
    },
    query::QueryError,
    time::parse_timestamp,
};
use serde_json::Value;

/// As Step Functions: a little more than three years.
const MOST_SECONDS: i64 = 99_999_999;

pub(super) fn proceed(run: &mut Run<'_>, frame: u32, def: &StateDef, wait: &Wait) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let eval = view.eval();
    let input = eval.select(&wait.flow.input_path, &view.data)?;
    let due_ms = match &wait.until {
        Until::Seconds(number) => run.env.now_ms.saturating_add(seconds(&eval, number, &input)? * 1000),
        Until::Timestamp(text) => {
            let value = eval.text(text, &input)?;
            instant(&value).ok_or_else(|| {
                let cause = format!(
                    "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {}",
                    plain(&value)
                );
                QueryError::new("States.QueryEvaluationError", cause).in_field("Timestamp")
            })?
        }
        Until::TimestampPath(path) => {
            let value = path.evaluate(&eval.at(&input))?.ok_or_else(|| {
                let cause = format!("The TimestampPath parameter does not reference an input value: {}", path.source());
                Trouble::runtime(cause)
            })?;
            instant(&value).ok_or_else(|| {
                Trouble::runtime(format!(
                    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {} == {}",
                    path.source(),
                    plain(&value)
                ))
            })?
        }
    };
    if due_ms <= run.env.now_ms {
        return leave(run, frame, def, wait);
    }
    Ok(run.record(Entry::WaitStarted { frame, due_ms })?)
}

/// The time has come.
pub(super) fn leave(run: &mut Run<'_>, frame: u32, def: &StateDef, wait: &Wait) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let (eval, flow) = (view.eval(), &wait.flow);
    let input = eval.select(&flow.input_path, &view.data)?;
    let assigned = eval.variables(flow.assign.as_ref(), &input)?;
    let output = match def.language {
        Language::Jsonata => finish::jsonata_output(&eval, flow, input)?,
        Language::JsonPath => eval.select(&flow.output_path, &input)?,
    };
    run.exit(frame, output, assigned, def.next.clone())
}

fn seconds(eval: &Eval<'_>, number: &Number, input: &Json) -> Result<i64, Trouble> {
    let value = match &number.source {
        NumberSource::Path(path) => {
            path.evaluate(&eval.at(input))?.map(std::borrow::Cow::into_owned).ok_or_else(|| {
                let field = number.field;
                Trouble::runtime(format!("The {field} parameter does not reference an input value: {}", path.source()))
            })?
        }
        _ => eval.number(number, input)?,
    };
    let (field, source) = (number.field, source_of(number));
    let Some(seconds) = value.as_i64().or(value.as_f64().filter(|n| n.fract() == 0.0).map(|n| n as i64)) else {
        let cause = format!("The {field} parameter cannot be parsed as a long value: {source} == {}", plain(&value));
        return Err(Trouble::runtime(cause));
    };
    if seconds < 0 {
        return Err(Trouble::runtime(format!(
            "The {field} parameter references a negative value: {source} == {seconds}"
        )));
    }
    Ok(seconds.min(MOST_SECONDS))
}

fn instant(value: &Value) -> Option<i64> {
    value.as_str().and_then(parse_timestamp)
}
