//! Comparison with what AWS answered. `<*>` matches anything; inside a longer string any text.

use serde_json::{Map, Value};

/// `None` when they match, else where they differ.
pub fn difference(expected: &Value, actual: &Value) -> Option<String> {
    differ(expected, actual, "$")
}

fn differ(expected: &Value, actual: &Value, at: &str) -> Option<String> {
    let mismatch = || Some(format!("{at}: expected {}, got {}", short(expected), short(actual)));
    match (expected, actual) {
        (Value::String(pattern), _) if pattern == "<*>" => None,
        (Value::String(pattern), Value::String(text)) => {
            if text_matches(pattern, text) {
                None
            } else {
                mismatch()
            }
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => None,
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(i, (a, b))| differ(a, b, &format!("{at}[{i}]")))
        }
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => a.iter().find_map(|(key, a)| match b.get(key) {
            Some(b) => differ_member(key, a, b, &format!("{at}.{key}")),
            None => Some(format!("{at}.{key}: expected {}, got nothing", short(a))),
        }),
        (a, b) if a == b => None,
        _ => mismatch(),
    }
}

/// A `Cause` is JSON text whose spelling may differ.
fn differ_member(key: &str, expected: &Value, actual: &Value, at: &str) -> Option<String> {
    if key == "Cause"
        && let (Some(a), Some(b)) = (parsed_object(expected), parsed_object(actual))
    {
        return differ(&a, &b, at);
    }
    differ(expected, actual, at)
}

/// A cause as AWS gave it: text, or an object when it was JSON text.
pub fn cause_matches(expected: &Value, actual: &str) -> bool {
    if expected.is_object() {
        return serde_json::from_str::<Value>(actual).is_ok_and(|actual| difference(expected, &actual).is_none());
    }
    differ_member("Cause", expected, &Value::from(actual), "").is_none()
}

fn parsed_object(value: &Value) -> Option<Value> {
    let parsed: Value = serde_json::from_str(value.as_str()?).ok()?;
    parsed.is_object().then_some(parsed)
}

/// Text in which `<*>` stands for at least one character.
pub fn text_matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split("<*>");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.char_indices().skip(1).map(|(at, _)| at).find(|at| rest[*at..].starts_with(part)) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    !rest.is_empty() && rest.ends_with(last) && rest.len() > last.len()
}

/// Maps and arrays without regard to what AWS masked.
pub fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 300 { format!("{}…", text.chars().take(300).collect::<String>()) } else { text }
}

pub fn field<'a>(object: &'a Map<String, Value>, key: &str) -> &'a Value {
    object.get(key).unwrap_or(&Value::Null)
}
