//! How large and how deep a payload is. Both are bounded: what is recorded must be readable again, and a loop that wraps
//! or doubles its data must end as an error of the workflow, not of the process.

use crate::limits;
use serde_json::Value;

const SCALAR: usize = 16;
const STRING: usize = 24;
const OBJECT: usize = 48;

/// What is too much about a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excess {
    Bytes(usize),
    Depth,
}

/// Counts roughly, by what a value costs in memory rather than as text, and stops when it is enough.
pub(crate) fn excess(payload: &Value) -> Option<Excess> {
    let mut bytes = 0;
    let deep = walk(payload, limits::PAYLOAD_DEPTH, &mut bytes);
    if bytes > limits::PAYLOAD_BYTES {
        return Some(Excess::Bytes(bytes));
    }
    deep.then_some(Excess::Depth)
}

/// True when it goes deeper than allowed.
fn walk(value: &Value, depth_left: usize, bytes: &mut usize) -> bool {
    match value {
        Value::String(text) => *bytes += text.len() + STRING,
        Value::Array(items) => {
            *bytes += STRING;
            return below(items.iter(), depth_left, bytes);
        }
        Value::Object(fields) => {
            *bytes += OBJECT + fields.keys().map(|key| key.len() + STRING).sum::<usize>();
            return below(fields.values(), depth_left, bytes);
        }
        _ => *bytes += SCALAR,
    }
    false
}

fn below<'a>(mut values: impl Iterator<Item = &'a Value>, depth_left: usize, bytes: &mut usize) -> bool {
    let Some(left) = depth_left.checked_sub(1) else { return true };
    values.any(|value| *bytes <= limits::PAYLOAD_BYTES && walk(value, left, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn depth_and_size_are_bounded() {
        let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(excess(&nested(limits::PAYLOAD_DEPTH)), None);
        assert_eq!(excess(&nested(limits::PAYLOAD_DEPTH + 1)), Some(Excess::Depth));
        assert!(matches!(excess(&json!("x".repeat(limits::PAYLOAD_BYTES))), Some(Excess::Bytes(_))));
        let text = nested(limits::PAYLOAD_DEPTH).to_string();
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "what is allowed can be read again");
    }
}
