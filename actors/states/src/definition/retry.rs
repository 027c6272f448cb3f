//! `Retry` and `Catch`.

use super::{
    expression::{Language, Payload, Placement},
    flow,
    reader::Reader,
};
use crate::Name;

#[derive(Debug, Clone)]
pub(crate) struct Retrier {
    pub(crate) errors: Vec<String>,
    pub(crate) interval_ms: f64,
    pub(crate) max_attempts: u32,
    pub(crate) backoff: f64,
    pub(crate) max_delay_ms: Option<f64>,
    pub(crate) jitter: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Catcher {
    pub(crate) errors: Vec<String>,
    pub(crate) next: Name,
    pub(crate) result_path: Placement,
    pub(crate) output: Option<Payload>,
    pub(crate) assign: Option<Payload>,
}

/// What a state does about failures.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rescue {
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
}

impl Rescue {
    pub(super) fn read(reader: &Reader<'_>) -> Rescue {
        let retriers = if reader.get("Retry").is_some() { reader.array("Retry") } else { None };
        let retry =
            if retriers.is_some_and(|list| !list.is_empty()) { read_all(reader, "Retry", retrier) } else { Vec::new() };
        let catchers = if reader.get("Catch").is_some() { reader.array("Catch") } else { None };
        let catch =
            if catchers.is_some_and(|list| !list.is_empty()) { read_all(reader, "Catch", catcher) } else { Vec::new() };
        Rescue { retry, catch }
    }
}

fn read_all<T>(reader: &Reader<'_>, field: &'static str, read: impl Fn(&Reader<'_>) -> Option<T>) -> Vec<T> {
    let elements = reader.objects(field).unwrap_or_default();
    let count = elements.len();
    let mut list = Vec::with_capacity(count);
    for (i, element) in elements.into_iter().enumerate() {
        element.get("Comment");
        check_errors(&element, i + 1 == count);
        list.extend(read(&element));
        element.finish();
    }
    list
}

fn retrier(reader: &Reader<'_>) -> Option<Retrier> {
    let number = |field, smallest, whole| literal(reader, field, smallest, whole);
    let interval = number("IntervalSeconds", 1.0, true);
    let max_delay = number("MaxDelaySeconds", 1.0, true);
    let max_attempts = number("MaxAttempts", 0.0, true);
    let backoff = number("BackoffRate", 1.0, false);
    let jitter = reader.one_of("JitterStrategy", &["FULL", "NONE"]);
    Some(Retrier {
        errors: errors(reader)?,
        interval_ms: interval.unwrap_or(1.0) * 1000.0,
        max_attempts: max_attempts.map_or(3, |n| n.min(99_999_999.0) as u32),
        backoff: backoff.unwrap_or(2.0),
        max_delay_ms: max_delay.map(|seconds| seconds * 1000.0),
        jitter: jitter == Some("FULL"),
    })
}

fn catcher(reader: &Reader<'_>) -> Option<Catcher> {
    reader.require(&["Next"]);
    let next = reader.string("Next");
    let result_path = reader.placement("ResultPath");
    let output = reader.payload_in(Language::Jsonata, "Output");
    let assign = flow::assign(reader);
    Some(Catcher { errors: errors(reader)?, next: next?.into(), result_path, output, assign })
}

fn errors(reader: &Reader<'_>) -> Option<Vec<String>> {
    let names = reader.get("ErrorEquals")?.as_array()?;
    Some(names.iter().filter_map(|name| name.as_str().map(String::from)).collect())
}

fn check_errors(reader: &Reader<'_>, last: bool) {
    reader.require(&["ErrorEquals"]);
    let Some(names) = reader.array("ErrorEquals") else { return };
    if names.is_empty() {
        reader.error("ErrorEquals", "The field 'ErrorEquals' must not be empty");
    }
    if names.iter().any(|name| !name.is_string()) {
        reader.error("ErrorEquals", "Expected value of type String");
    }
    let all = names.iter().any(|name| name.as_str() == Some("States.ALL"));
    if all && names.len() > 1 {
        reader.error("ErrorEquals", "'States.ALL' must appear alone in 'ErrorEquals'");
    }
    if all && !last {
        reader.error("ErrorEquals", "'States.ALL' can only appear in the last element");
    }
}

fn literal(reader: &Reader<'_>, field: &'static str, smallest: f64, whole: bool) -> Option<f64> {
    let value = reader.get(field)?;
    let number = value.as_f64();
    match number {
        None => reader.error(field, "Expected value of type Number"),
        Some(number) if number < smallest => {
            reader.error(field, format!("The field '{field}' must be at least {smallest}"));
        }
        Some(number) if whole && number.fract() != 0.0 => {
            reader.error(field, format!("The field '{field}' must be a whole number"));
        }
        Some(_) => {}
    }
    number
}
