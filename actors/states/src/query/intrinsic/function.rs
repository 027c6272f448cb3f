//! The functions by name, and those that compute: arrays, numbers, identifiers.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::text::Pieces;
use super::{Refused, json};
use crate::query::Entropy;
use crate::query::path::same;

type Outcome = Result<Value, Refused>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Format,
    StringToJson,
    JsonToString,
    Array,
    ArrayPartition,
    ArrayContains,
    ArrayRange,
    ArrayGetItem,
    ArrayLength,
    ArrayUnique,
    Base64Encode,
    Base64Decode,
    Hash,
    JsonMerge,
    MathRandom,
    MathAdd,
    StringSplit,
    Uuid,
}

impl Function {
    const ALL: [(&'static str, Function, RangeInclusive<usize>); 18] = [
        ("Format", Function::Format, 1..=usize::MAX),
        ("StringToJson", Function::StringToJson, 1..=1),
        ("JsonToString", Function::JsonToString, 1..=1),
        ("Array", Function::Array, 0..=usize::MAX),
        ("ArrayPartition", Function::ArrayPartition, 2..=2),
        ("ArrayContains", Function::ArrayContains, 2..=2),
        ("ArrayRange", Function::ArrayRange, 3..=3),
        ("ArrayGetItem", Function::ArrayGetItem, 2..=2),
        ("ArrayLength", Function::ArrayLength, 1..=1),
        ("ArrayUnique", Function::ArrayUnique, 1..=1),
        ("Base64Encode", Function::Base64Encode, 1..=1),
        ("Base64Decode", Function::Base64Decode, 1..=1),
        ("Hash", Function::Hash, 2..=2),
        ("JsonMerge", Function::JsonMerge, 3..=3),
        ("MathRandom", Function::MathRandom, 2..=3),
        ("MathAdd", Function::MathAdd, 2..=2),
        ("StringSplit", Function::StringSplit, 2..=2),
        ("UUID", Function::Uuid, 0..=0),
    ];

    pub(super) fn named(name: &str) -> Option<Function> {
        let name = name.strip_prefix("States.")?;
        Self::ALL.iter().find(|(other, ..)| *other == name).map(|(_, function, _)| *function)
    }

    pub(super) fn arity(self) -> RangeInclusive<usize> {
        Self::ALL.iter().find(|(_, other, _)| *other == self).map_or(0..=0, |(.., arity)| arity.clone())
    }
}

/// The number of values is the function's arity: the parser saw to it.
pub(super) fn apply(function: Function, values: Vec<Cow<'_, Value>>, entropy: &Entropy) -> Outcome {
    match (function, values.as_slice()) {
        (Function::Array, _) => Ok(Value::Array(values.into_iter().map(Cow::into_owned).collect())),
        (Function::Uuid, []) => Ok(Value::String(entropy.uuid())),
        (Function::Format, [pattern, rest @ ..]) => format(pattern, rest),
        (Function::StringToJson, [text]) => json::parse(text),
        (Function::JsonToString, [value]) => Ok(Value::String(value.to_string())),
        (Function::JsonMerge, [first, second, deep]) => json::merge(first, second, deep),
        (Function::Base64Encode, [text]) => json::base64_encode(text),
        (Function::Base64Decode, [text]) => json::base64_decode(text),
        (Function::Hash, [content, algorithm]) => json::hash(content, algorithm),
        (Function::StringSplit, [text, delimiters]) => split(text, delimiters),
        (Function::ArrayPartition, [list, size]) => partition(list, size),
        (Function::ArrayContains, [list, item]) => {
            Ok(Value::Bool(array(list)?.iter().any(|candidate| same(candidate, item))))
        }
        (Function::ArrayRange, [first, last, step]) => range(whole(first)?, whole(last)?, whole(step)?),
        (Function::ArrayGetItem, [list, index]) => get_item(list, index),
        (Function::ArrayLength, [list]) => Ok(array(list)?.len().into()),
        (Function::ArrayUnique, [list]) => unique(list),
        (Function::MathAdd, [left, right]) => {
            whole(left)?.checked_add(whole(right)?).map(Value::from).ok_or_else(|| Refused::new("the sum is too large"))
        }
        (Function::MathRandom, [start, end]) => random(start, end, entropy.fraction()),
        (Function::MathRandom, [start, end, seed]) => {
            random(start, end, crate::query::entropy::seeded_fraction(whole(seed)?))
        }
        _ => Err(Refused::new("wrong number of arguments")),
    }
}

fn array(value: &Value) -> Result<&Vec<Value>, Refused> {
    value.as_array().ok_or_else(|| Refused::expected("an array", value))
}

pub(super) fn string(value: &Value) -> Result<&str, Refused> {
    value.as_str().ok_or_else(|| Refused::expected("a string", value))
}

/// Fractions are rounded as Java does, halves upwards: `-2.5` is `-2` (recorded).
fn whole(value: &Value) -> Result<i64, Refused> {
    if let Some(whole) = value.as_i64() {
        return Ok(whole);
    }
    let number = value.as_f64().ok_or_else(|| Refused::expected("a number", value))?;
    // Saturates beyond the range of an i64, and such a sum is refused.
    Ok((number + 0.5).floor() as i64)
}

fn format(pattern: &Value, values: &[Cow<'_, Value>]) -> Outcome {
    let pieces = Pieces::parse(string(pattern)?).map_err(Refused::new)?;
    pieces.fill(values).map(Value::String)
}

/// Every character of `delimiters` separates; empty parts are dropped, as Java's tokenizer does (recorded).
fn split(text: &Value, delimiters: &Value) -> Outcome {
    let delimiters = string(delimiters)?;
    let parts = string(text)?.split(|c| delimiters.contains(c)).filter(|part| !part.is_empty());
    Ok(Value::Array(parts.map(Value::from).collect()))
}

fn partition(list: &Value, size: &Value) -> Outcome {
    let size = usize::try_from(whole(size)?).ok().filter(|size| *size > 0);
    let size = size.ok_or_else(|| Refused::new("the chunk size must be positive"))?;
    Ok(Value::Array(array(list)?.chunks(size).map(|chunk| Value::Array(chunk.to_vec())).collect()))
}

/// Both ends belong to the range, which may have 1000 items: AWS's limit.
fn range(first: i64, last: i64, step: i64) -> Outcome {
    const LONGEST: i128 = 1000;
    if step == 0 {
        return Err(Refused::new("the step must not be zero"));
    }
    let distance = i128::from(last) - i128::from(first);
    let length = distance / i128::from(step) + 1;
    if distance != 0 && (distance > 0) != (step > 0) {
        return Ok(Value::Array(Vec::new()));
    }
    if length > LONGEST {
        return Err(Refused::new(format!("the range has more than {LONGEST} items")));
    }
    let length = i64::try_from(length).unwrap_or_default();
    Ok(Value::Array((0..length).map(|nth| Value::from(first + nth * step)).collect()))
}

fn get_item(list: &Value, index: &Value) -> Outcome {
    let items = array(list)?;
    let index = whole(index)?;
    let item = usize::try_from(index).ok().and_then(|index| items.get(index));
    item.cloned().ok_or_else(|| Refused::new(format!("index {index} is out of bounds for length {}", items.len())))
}

fn unique(list: &Value) -> Outcome {
    let mut seen = HashSet::new();
    Ok(Value::Array(array(list)?.iter().filter(|item| seen.insert(*item)).cloned().collect()))
}

/// The start belongs to the range, the end does not.
fn random(start: &Value, end: &Value, fraction: f64) -> Outcome {
    let (start, end) = (whole(start)?, whole(end)?);
    let width = end.checked_sub(start).filter(|width| *width > 0);
    let width = width.ok_or_else(|| Refused::new("the start must be smaller than the end"))?;
    let step = ((fraction * width as f64) as i64).min(width - 1);
    Ok(Value::from(start + step))
}
