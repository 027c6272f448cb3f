//! The Response object, whatever became of it.

use serde_json::{Map, Value, json};

use crate::chat::responses::{
    frame::Frame,
    output::{Ending, choice, items},
};

/// The codes that a failed response may have; clients of OpenAI's know no others.
const CODES: &[&str] = &[
    "server_error",
    "rate_limit_exceeded",
    "invalid_prompt",
    "data_residency_mismatch",
    "bio_policy",
    "vector_store_timeout",
    "invalid_image",
    "invalid_image_format",
    "invalid_base64_image",
    "invalid_image_url",
    "image_too_large",
    "image_too_small",
    "image_parse_error",
    "image_content_policy_violation",
    "invalid_image_mode",
    "image_file_too_large",
    "unsupported_image_media_type",
    "empty_image_file",
    "failed_to_download_image",
    "image_file_not_found",
];

/// How a response stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standing<'a> {
    /// It waits for its turn.
    Queued,
    /// It is being written.
    InProgress,
    /// Its answer ended by itself; the answer says whether it is whole.
    Finished,
    /// It failed with an error of OpenAI's form, alone or as `{"error": …}`.
    Failed(&'a Value),
    /// Its caller cancelled it.
    Cancelled,
}

/// Writes a response. `whole` is its `chat.completion`; null if there is none (yet).
///
/// A response that is not over shows no output: an item that is half written could not be told from a whole one.
pub fn response(frame: &Frame, whole: &Value, standing: Standing<'_>) -> Value {
    let incomplete = match standing {
        Standing::Finished => incomplete_reason(whole),
        _ => None,
    };
    let status = match standing {
        Standing::Queued => "queued",
        Standing::InProgress => "in_progress",
        Standing::Finished if incomplete.is_some() => "incomplete",
        Standing::Finished => "completed",
        Standing::Failed(_) => "failed",
        Standing::Cancelled => "cancelled",
    };
    let output = match standing {
        Standing::Queued | Standing::InProgress => Vec::new(),
        Standing::Finished if incomplete.is_some() => items(frame.id(), whole, Ending::Cut),
        Standing::Finished => items(frame.id(), whole, Ending::Complete),
        Standing::Failed(_) | Standing::Cancelled => items(frame.id(), whole, Ending::Broken),
    };
    let error = match standing {
        Standing::Failed(error) => failure(error),
        _ => Value::Null,
    };
    let mut response = Map::new();
    response.insert("id".into(), json!(frame.id()));
    response.insert("object".into(), json!("response"));
    response.insert("created_at".into(), json!(frame.created_at()));
    response.insert("status".into(), json!(status));
    response.insert("error".into(), error);
    let details = incomplete.map_or(Value::Null, |reason| json!({ "reason": reason }));
    response.insert("incomplete_details".into(), details);
    response.insert("model".into(), json!(whole["model"].as_str().unwrap_or(frame.model())));
    response.insert("output".into(), Value::Array(output));
    response.insert("usage".into(), usage(&whole["usage"]));
    response.extend(frame.echo().clone());
    if whole["service_tier"].is_string() {
        response.insert("service_tier".into(), whole["service_tier"].clone());
    }
    Value::Object(response)
}

fn incomplete_reason(whole: &Value) -> Option<&'static str> {
    match choice(whole)?["finish_reason"].as_str() {
        Some("length") => Some("max_output_tokens"),
        Some("content_filter") => Some("content_filter"),
        _ => None,
    }
}

/// The error itself, if it is within `{"error": …}`.
pub(crate) fn unwrapped(error: &Value) -> &Value {
    error.get("error").filter(|inner| inner.is_object()).unwrap_or(error)
}

/// What people read of an error.
pub(crate) fn message_of(error: &Value) -> &str {
    unwrapped(error)["message"].as_str().filter(|message| !message.is_empty()).unwrap_or("the answer broke off")
}

/// An error as a response has it. A code that OpenAI does not have becomes the nearest that it has.
fn failure(error: &Value) -> Value {
    let inner = unwrapped(error);
    let code = inner["code"].as_str().unwrap_or_default();
    let code = match (code, inner["status"].as_u64(), inner["type"].as_str()) {
        (code, _, _) if CODES.contains(&code) => code,
        (_, Some(429), _) | (_, None, Some("rate_limit_error")) => "rate_limit_exceeded",
        (_, Some(400..=499), _) | (_, None, Some("invalid_request_error")) => "invalid_prompt",
        _ => "server_error",
    };
    json!({ "code": code, "message": message_of(error) })
}

fn usage(usage: &Value) -> Value {
    if !usage.is_object() {
        return Value::Null;
    }
    let count = |value: &Value| value.as_u64().unwrap_or(0);
    let (input, output) = (count(&usage["prompt_tokens"]), count(&usage["completion_tokens"]));
    let (read, written) = (&usage["prompt_tokens_details"], &usage["completion_tokens_details"]);
    json!({
        "input_tokens": input,
        "input_tokens_details": {
            "cached_tokens": count(&read["cached_tokens"]),
            "cache_write_tokens": count(&read["cache_write_tokens"]),
        },
        "output_tokens": output,
        "output_tokens_details": { "reasoning_tokens": count(&written["reasoning_tokens"]) },
        "total_tokens": usage["total_tokens"].as_u64().unwrap_or(input.saturating_add(output)),
    })
}

#[cfg(test)]
mod tests;
