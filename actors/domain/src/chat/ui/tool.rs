//! A tool part becomes a call and its result.
//!
//! | state | result |
//! |---|---|
//! | `output-available` | the output: a string as it is, anything else as JSON |
//! | `output-error` | what went wrong |
//! | `output-denied`, `approval-responded` with a no | the reason |
//! | `input-streaming`, `input-available`, `approval-requested`, `approval-responded` with a yes, `preliminary` | none yet |
//!
//! A part without a result gives nothing at all. Who ran the tool makes no difference: a tool that a server ran itself
//! is told as a call with its result, too.

use serde_json::{Value, json};

use crate::chat::reading::{Object, RequestRefusal, missing, one_of};

const STATES: &[&str] = &[
    "input-streaming",
    "input-available",
    "approval-requested",
    "approval-responded",
    "output-available",
    "output-error",
    "output-denied",
];
/// What the model is told when nobody wrote a reason; the SDK's words.
const DENIED: &str = "Tool call execution denied.";

/// Translates a part of the tool with this name: the call, and the message with its result.
pub(crate) fn translate(part: &Object<'_>, name: &str) -> Result<Option<(Value, Value)>, RequestRefusal> {
    let id = part.named("toolCallId", "name the call")?;
    let Some(result) = result(part)? else { return Ok(None) };
    let function = json!({ "name": name, "arguments": arguments(part) });
    let call = json!({ "id": id, "type": "function", "function": function });
    let result = json!({ "role": "tool", "tool_call_id": id, "content": result });
    Ok(Some((call, result)))
}

fn result(part: &Object<'_>) -> Result<Option<String>, RequestRefusal> {
    let state = part.named("state", "say how far the call has come, e.g. \"output-available\"")?;
    match state {
        "input-streaming" | "input-available" | "approval-requested" => Ok(None),
        "approval-responded" => match part.object("approval")? {
            Some(approval) if approval.flag("approved")? == Some(false) => denied(part).map(Some),
            Some(_) => Ok(None),
            None => Err(missing(part.param("approval"), "say whether it was approved")),
        },
        "output-denied" => denied(part).map(Some),
        "output-error" => Ok(Some(part.string("errorText")?.unwrap_or("unknown error").to_owned())),
        "output-available" if part.flag("preliminary")? == Some(true) => Ok(None),
        "output-available" => Ok(Some(match part.get("output") {
            Some(Value::String(text)) => text.clone(),
            Some(output) => output.to_string(),
            None => "null".to_owned(),
        })),
        other => Err(one_of(part.param("state"), other, STATES)),
    }
}

fn denied(part: &Object<'_>) -> Result<String, RequestRefusal> {
    let reason = match part.object("approval")? {
        Some(approval) => approval.string("reason")?,
        None => None,
    };
    Ok(reason.unwrap_or(DENIED).to_owned())
}

/// What it was called with. What is no JSON, because the model wrote it wrong, becomes a JSON string.
fn arguments(part: &Object<'_>) -> String {
    match part.get("input").or_else(|| part.get("rawInput")) {
        Some(Value::String(text)) if serde_json::from_str::<Value>(text).is_ok() => text.clone(),
        Some(input) => input.to_string(),
        None => "{}".to_owned(),
    }
}
