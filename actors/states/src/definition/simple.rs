//! Pass, Wait, Succeed and Fail.

use super::{
    diagnostic::{NO_DOLLAR, STATIC_RESULT},
    expression::{Language, Number, Text, TextSource},
    flow::Flow,
    reader::Reader,
};
use crate::{Json, query::path::Path, time::parse_timestamp};
use serde_json::Value;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct Pass {
    pub(crate) flow: Flow,
    pub(crate) result: Option<Json>,
}

#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) flow: Flow,
    pub(crate) until: Until,
}

#[derive(Debug, Clone)]
pub(crate) enum Until {
    Seconds(Number),
    Timestamp(Text),
    TimestampPath(Path),
}

#[derive(Debug, Clone)]
pub(crate) struct Succeed {
    pub(crate) flow: Flow,
}

#[derive(Debug, Clone)]
pub(crate) struct Fail {
    pub(crate) error: Option<Text>,
    pub(crate) cause: Option<Text>,
}

pub(super) fn read_pass(reader: &Reader<'_>) -> Option<Pass> {
    let flow = Flow::of_pass(reader);
    let result = reader.get_in(Language::JsonPath, "Result");
    if let Some(Value::Object(fields)) = result {
        for (key, _) in fields.iter().filter(|(key, value)| key.ends_with(".$") && value.is_string()) {
            let message = format!("The field '{key}' is not evaluated: Result is static. Use Parameters instead");
            reader.findings.warning(STATIC_RESULT, reader.at("Result"), message);
        }
    }
    Some(Pass { flow, result: result.map(|value| Arc::new(value.clone())) })
}

pub(super) fn read_wait(reader: &Reader<'_>) -> Option<Wait> {
    let flow = Flow::of_wait(reader);
    reader.exactly_one_of(&["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]);
    let seconds = reader.number("Seconds", "SecondsPath", 0.0, true);
    let path = reader.path("TimestampPath");
    let timestamp = if reader.get("Timestamp").is_some() { reader.text("Timestamp", "TimestampPath") } else { None };
    if let Some(Text { source: TextSource::Literal(text), .. }) = &timestamp
        && parse_timestamp(text).is_none()
    {
        reader.error("Timestamp", "String does not match RFC3339 timestamp");
    }
    let until = seconds.map(Until::Seconds).or(path.map(Until::TimestampPath)).or(timestamp.map(Until::Timestamp))?;
    Some(Wait { flow, until })
}

pub(super) fn read_succeed(reader: &Reader<'_>) -> Option<Succeed> {
    Some(Succeed { flow: Flow::of_passage(reader) })
}

pub(super) fn read_fail(reader: &Reader<'_>) -> Option<Fail> {
    let error = reader.text("Error", "ErrorPath");
    let cause = reader.text("Cause", "CausePath");
    for (field, text) in [("Error", &error), ("Cause", &cause)] {
        if let Some(Text { source: TextSource::Literal(text), .. }) = text
            && text.starts_with("$.")
            && reader.language == Language::JsonPath
        {
            let message = format!("The value of '{field}' looks like a path. Use '{field}Path' to have it evaluated");
            reader.findings.warning(NO_DOLLAR, reader.at(field), message);
        }
    }
    Some(Fail { error, cause })
}
