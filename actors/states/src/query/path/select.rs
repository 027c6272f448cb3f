//! One segment applied to one value.

use serde_json::{Map, Value};

use super::Segment;

/// The member or item a definite segment names.
pub(super) fn one<'a>(segment: &Segment, value: &'a Value) -> Option<&'a Value> {
    match segment {
        Segment::Name(name) => value.as_object()?.get(name),
        Segment::Index(index) => {
            let items = value.as_array()?;
            items.get(position(*index, items.len())?)
        }
        _ => None,
    }
}

/// The members `names` of an object as an object of their own; absent ones are left out.
pub(super) fn merged(names: &[String], value: &Value) -> Option<Value> {
    let object = value.as_object()?;
    let members = names.iter().filter_map(|name| Some((name.clone(), object.get(name)?.clone())));
    Some(Value::Object(members.collect::<Map<_, _>>()))
}

pub(super) fn children(value: &Value) -> Box<dyn DoubleEndedIterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

pub(super) fn slice(items: &[Value], start: Option<i64>, end: Option<i64>) -> &[Value] {
    let clamp = |at: i64| {
        let from_front = if at < 0 { at.saturating_add_unsigned(items.len() as u64) } else { at };
        usize::try_from(from_front.max(0)).unwrap_or(usize::MAX).min(items.len())
    };
    let (start, end) = (start.map_or(0, clamp), end.map_or(items.len(), clamp));
    items.get(start..end).unwrap_or_default()
}

/// Negative indexes count from the end.
pub(super) fn position(index: i64, length: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}
