//! Functions on texts and objects: JSON, Base64, hashes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use super::Refused;
use super::function::string;
use crate::query::digest;

/// Longest text to encode, decode or hash, in characters: AWS's limit.
const LONGEST: usize = 10_000;

/// Blank text is null (recorded).
pub(super) fn parse(text: &Value) -> Result<Value, Refused> {
    let text = string(text)?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).map_err(|error| Refused::new(format!("invalid JSON: {error}")))
}

/// The second object wins, member by member; AWS knows no deep merge.
pub(super) fn merge(first: &Value, second: &Value, deep: &Value) -> Result<Value, Refused> {
    if deep != &Value::Bool(false) {
        return Err(Refused::new("only the shallow merge is supported: the third argument must be false"));
    }
    let object = |value: &'_ Value| value.as_object().cloned().ok_or_else(|| Refused::expected("an object", value));
    let mut merged = object(first)?;
    merged.extend(object(second)?);
    Ok(Value::Object(merged))
}

pub(super) fn base64_encode(text: &Value) -> Result<Value, Refused> {
    Ok(Value::String(BASE64.encode(short(text)?)))
}

pub(super) fn base64_decode(text: &Value) -> Result<Value, Refused> {
    let bytes = BASE64.decode(short(text)?).map_err(|error| Refused::new(format!("invalid Base64: {error}")))?;
    String::from_utf8(bytes).map(Value::String).map_err(|_| Refused::new("the decoded bytes are not UTF-8"))
}

pub(super) fn hash(content: &Value, algorithm: &Value) -> Result<Value, Refused> {
    let content = match content {
        Value::String(text) => short_text(text)?.to_owned(),
        other => other.to_string(),
    };
    let algorithm = string(algorithm)?;
    digest::hex(content.as_bytes(), algorithm)
        .map(Value::String)
        .ok_or_else(|| Refused::new(format!("unknown hash algorithm: expected one of {}", digest::NAMES.join(", "))))
}

fn short(text: &Value) -> Result<&str, Refused> {
    short_text(string(text)?)
}

fn short_text(text: &str) -> Result<&str, Refused> {
    if text.chars().nth(LONGEST).is_some() {
        return Err(Refused::new(format!("the text is longer than {LONGEST} characters")));
    }
    Ok(text)
}
