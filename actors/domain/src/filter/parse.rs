//! Reading a filter from JSON, with limits, because it comes from a caller.

use super::{Filter, GROUPS_ATTRIBUTE, Scalar, Test};
use serde_json::{Map, Value};

/// Deepest nesting of `andAll` and `orAll`.
pub const MAX_DEPTH: usize = 8;
/// Most conditions in a filter.
pub const MAX_CONDITIONS: usize = 100;
/// Most values of one `in` or `notIn`.
pub const MAX_VALUES: usize = 500;
/// Longest string or attribute name, in bytes.
const MAX_STRING: usize = 2_048;

const OPERATORS: &str = "equals, notEquals, greaterThan, greaterThanOrEquals, lessThan, lessThanOrEquals, in, notIn, \
                         startsWith, stringContains, listContains, andAll, orAll";

/// A filter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct FilterError {
    /// Where, as a JSONPath.
    pub path: String,
    /// What is wrong and what to write instead.
    pub message: String,
}

/// Reads a filter.
pub fn parse(value: &Value) -> Result<Filter, FilterError> {
    Parser { conditions: 0 }.filter(value, "$", 1)
}

struct Parser {
    conditions: usize,
}

fn fail<T>(path: &str, message: impl Into<String>) -> Result<T, FilterError> {
    Err(FilterError { path: path.to_owned(), message: message.into() })
}

impl Parser {
    fn filter(&mut self, value: &Value, path: &str, depth: usize) -> Result<Filter, FilterError> {
        let Some((operator, operand)) = single(value) else {
            return fail(path, format!("a filter is an object with exactly one operator of {OPERATORS}"));
        };
        let inside = format!("{path}.{}", shown(operator));
        match operator {
            "andAll" => Ok(Filter::AndAll(self.filters(operand, &inside, depth)?)),
            "orAll" => Ok(Filter::OrAll(self.filters(operand, &inside, depth)?)),
            _ => self.compare(operator, operand, path, &inside),
        }
    }

    fn filters(&mut self, value: &Value, path: &str, depth: usize) -> Result<Vec<Filter>, FilterError> {
        if depth >= MAX_DEPTH {
            return fail(path, format!("nested deeper than {MAX_DEPTH}: flatten the filter"));
        }
        match value.as_array() {
            Some(members) if !members.is_empty() => members
                .iter()
                .enumerate()
                .map(|(index, member)| self.filter(member, &format!("{path}[{index}]"), depth + 1))
                .collect(),
            _ => fail(path, "must be a list of at least one filter"),
        }
    }

    fn compare(&mut self, operator: &str, operand: &Value, path: &str, inside: &str) -> Result<Filter, FilterError> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            return fail(path, format!("more than {MAX_CONDITIONS} conditions: use `in` with a list of values"));
        }
        let Some(object) = operand.as_object() else {
            return fail(inside, "must be an object with `key` and `value`");
        };
        if let Some(unknown) = object.keys().find(|name| *name != "key" && *name != "value") {
            return fail(
                inside,
                format!("has an unknown field `{}`: only `key` and `value` are allowed", shown(unknown)),
            );
        }
        let key = attribute_name(object, inside)?;
        let Some(value) = object.get("value") else { return fail(inside, "has no `value`") };
        let at = format!("{inside}.value");
        let test = match operator {
            "equals" => Test::Equals(scalar(value, &at)?),
            "notEquals" => Test::NotEquals(scalar(value, &at)?),
            "greaterThan" => Test::GreaterThan(number(value, &at)?),
            "greaterThanOrEquals" => Test::GreaterThanOrEquals(number(value, &at)?),
            "lessThan" => Test::LessThan(number(value, &at)?),
            "lessThanOrEquals" => Test::LessThanOrEquals(number(value, &at)?),
            "in" => Test::In(scalars(value, &at)?),
            "notIn" => Test::NotIn(scalars(value, &at)?),
            "startsWith" => Test::StartsWith(string(value, &at)?),
            "stringContains" => Test::StringContains(string(value, &at)?),
            "listContains" => Test::ListContains(string(value, &at)?),
            unknown => return fail(path, format!("unknown operator `{}`: use one of {OPERATORS}", shown(unknown))),
        };
        Ok(Filter::Compare { key, test })
    }
}

fn single(value: &Value) -> Option<(&str, &Value)> {
    let mut members = value.as_object()?.iter();
    match (members.next(), members.next()) {
        (Some((operator, operand)), None) => Some((operator, operand)),
        _ => None,
    }
}

fn attribute_name(object: &Map<String, Value>, path: &str) -> Result<String, FilterError> {
    let key = match object.get("key") {
        Some(key) => string(key, &format!("{path}.key"))?,
        None => return fail(path, "has no `key`"),
    };
    match key.as_str() {
        "" => fail(&format!("{path}.key"), "must name an attribute"),
        GROUPS_ATTRIBUTE => fail(
            &format!("{path}.key"),
            format!("`{GROUPS_ATTRIBUTE}` decides access and cannot be filtered by: use another attribute"),
        ),
        _ => Ok(key),
    }
}

fn scalar(value: &Value, path: &str) -> Result<Scalar, FilterError> {
    match value {
        Value::String(_) => Ok(Scalar::String(string(value, path)?)),
        Value::Number(_) => Ok(Scalar::Number(number(value, path)?)),
        Value::Bool(value) => Ok(Scalar::Boolean(*value)),
        _ => fail(path, "must be a string, a number, true or false"),
    }
}

fn scalars(value: &Value, path: &str) -> Result<Vec<Scalar>, FilterError> {
    match value.as_array() {
        Some(values) if (1..=MAX_VALUES).contains(&values.len()) => {
            values.iter().enumerate().map(|(index, value)| scalar(value, &format!("{path}[{index}]"))).collect()
        }
        _ => fail(path, format!("must be a list of 1 to {MAX_VALUES} strings, numbers or booleans")),
    }
}

fn number(value: &Value, path: &str) -> Result<f64, FilterError> {
    match value.as_f64().filter(|number| number.is_finite()) {
        Some(number) => Ok(number),
        None => fail(path, "must be a number"),
    }
}

fn string(value: &Value, path: &str) -> Result<String, FilterError> {
    match value.as_str() {
        Some(text) if text.len() <= MAX_STRING => Ok(text.to_owned()),
        Some(_) => fail(path, format!("must have at most {MAX_STRING} bytes")),
        None => fail(path, "must be a string"),
    }
}

/// A caller's own words, short enough to be repeated to them.
fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}
