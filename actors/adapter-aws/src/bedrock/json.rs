//! JSON as the SDK has it, and back.

use aws_smithy_types::{Document, Number};
use serde_json::Value;

/// Into the SDK's form.
pub(super) fn document(value: &Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(flag) => Document::Bool(*flag),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(values) => Document::Array(values.iter().map(document).collect()),
        Value::Object(fields) => {
            Document::Object(fields.iter().map(|(name, value)| (name.clone(), document(value))).collect())
        }
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => Number::PosInt(whole),
            (None, Some(whole)) => Number::NegInt(whole),
            (None, None) => Number::Float(number.as_f64().unwrap_or_default()),
        }),
    }
}

/// From the SDK's form.
pub(super) fn value(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Bool(flag) => (*flag).into(),
        Document::String(text) => text.clone().into(),
        Document::Array(values) => values.iter().map(value).collect(),
        Document::Object(fields) => {
            // The SDK has no order of its own: the same answer shall be the same JSON.
            let mut sorted: Vec<_> = fields.iter().map(|(name, field)| (name.clone(), value(field))).collect();
            sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(sorted.into_iter().collect())
        }
        Document::Number(Number::PosInt(whole)) => (*whole).into(),
        Document::Number(Number::NegInt(whole)) => (*whole).into(),
        Document::Number(Number::Float(number)) => (*number).into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn there_and_back() {
        let json = json!({ "a": [1, -2, 0.5, u64::MAX, null, true], "b": { "c": "d" } });
        assert_eq!(value(&document(&json)), json);
    }
}
