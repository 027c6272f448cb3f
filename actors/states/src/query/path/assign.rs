//! Writing where a Reference Path points.

use serde_json::{Map, Value};

use super::{Path, Segment, excerpt, select};
use crate::query::QueryError;

pub(super) fn assign(path: &Path, target: &mut Value, value: Value) -> Result<(), QueryError> {
    check(path, target)?;
    let mut place = target;
    for segment in &path.segments {
        place = match segment {
            Segment::Name(name) => {
                if place.is_null() {
                    *place = Value::Object(Map::new());
                }
                match place {
                    Value::Object(members) => members.entry(name.as_str()).or_insert(Value::Null),
                    other => return Err(mismatch(segment, other)),
                }
            }
            Segment::Index(index) => match place {
                Value::Array(items) => {
                    let length = items.len();
                    match select::position(*index, length).and_then(|at| items.get_mut(at)) {
                        Some(item) => item,
                        None => return Err(mismatch(segment, &Value::Null)),
                    }
                }
                other => return Err(mismatch(segment, other)),
            },
            _ => return Err(mismatch(segment, place)),
        };
    }
    *place = value;
    Ok(())
}

/// Walks the part of the way that exists, so that a refused write changes nothing. Beyond it only names can be made.
fn check(path: &Path, target: &Value) -> Result<(), QueryError> {
    let mut value = Some(target);
    for (at, segment) in path.segments.iter().enumerate() {
        let fits = match (segment, value) {
            (Segment::Name(_), None | Some(Value::Object(_))) => true,
            // A member that is null gives way to an object; an input that is null does so too.
            (Segment::Name(_), Some(Value::Null)) => true,
            (Segment::Index(_), Some(array @ Value::Array(_))) => select::one(segment, array).is_some(),
            _ => false,
        };
        if !fits {
            return Err(mismatch(&path.segments[at], value.unwrap_or(&Value::Null)));
        }
        value = value.and_then(|value| select::one(segment, value));
    }
    Ok(())
}

fn mismatch(segment: &Segment, value: &Value) -> QueryError {
    let step = match segment {
        Segment::Name(name) => name.clone(),
        Segment::Index(index) => format!("[{index}]"),
        _ => "[...]".to_owned(),
    };
    QueryError::new(
        QueryError::RESULT_PATH_MATCH_FAILURE,
        format!("Unable to apply step \"{step}\" to input {}", excerpt(value)),
    )
}
