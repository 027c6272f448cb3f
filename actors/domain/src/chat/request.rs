//! What a chat-completions request asks for.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Messages of a conversation at most; more is a mistake or an attack.
pub const MOST_MESSAGES: usize = 10_000;
/// Answers to one request at most, as OpenAI has it.
const MOST_ANSWERS: u64 = 128;
/// Tokens of an image, estimated: one of a thousand pixels each way, as OpenAI counts it.
const IMAGE_TOKENS: u64 = 765;
/// Tokens that an image has at most, of models that do not count it by the hundredfold.
const MOST_IMAGE_TOKENS: u64 = 2_000;
/// Tokens that a message has besides its text, at most.
const MOST_AROUND: u64 = 8;
const ROLES: &[&str] = &["system", "developer", "user", "assistant", "tool", "function"];

/// A request that is refused, in the words of OpenAI's errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {param}: {message}")]
pub struct RequestRefusal {
    /// Stable, e.g. `invalid_type`.
    pub code: &'static str,
    /// The field, e.g. `messages[2].role`.
    pub param: String,
    /// The value and the fix.
    pub message: String,
}

/// What decisions need to know of a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestFacts {
    /// The model that is asked for, as written.
    pub model: String,
    /// The answer is wanted piece by piece.
    pub streams: bool,
    /// A last event tells the usage.
    pub includes_usage: bool,
    /// Answers that are wanted.
    pub answers: u64,
    /// Tools are offered.
    pub has_tools: bool,
    /// There are images.
    pub has_images: bool,
    /// How many.
    pub images: u64,
    /// The answer must be JSON of a form.
    pub has_schema: bool,
    /// Characters of everything that is read.
    pub characters: u64,
    /// Tokens of everything that is read, estimated: a token is about four characters of English, and at least one of four bytes.
    pub input_tokens: u64,
    /// Tokens that it may be at most: every byte may be one.
    pub most_input_tokens: u64,
    /// Tokens that may be written, when the request says so.
    pub max_output_tokens: Option<u64>,
    /// The last words of the user, which routing looks at.
    pub question: String,
    /// What the caller calls its kind of task (`metadata.task`).
    pub task: Option<String>,
    /// Words of the caller to route by (`metadata`), without `task`.
    pub tags: Vec<(String, String)>,
    /// Whom the caller asks for (`user`, else `safety_identifier`).
    pub user: Option<String>,
}

/// Refuses a field.
pub(crate) fn refuse(code: &'static str, param: impl Into<String>, message: impl Into<String>) -> RequestRefusal {
    RequestRefusal { code, param: param.into(), message: message.into() }
}

/// Reads a request. Fields that are not known here are not looked at: a target may know them.
pub fn read(request: &Map<String, Value>) -> Result<RequestFacts, RequestRefusal> {
    let mut facts = RequestFacts { answers: 1, ..RequestFacts::default() };
    facts.model = match request.get("model") {
        Some(Value::String(model)) if !model.trim().is_empty() => model.clone(),
        Some(Value::String(_)) | None => {
            return Err(refuse("missing_required_parameter", "model", "name a model, e.g. \"auto\""));
        }
        Some(other) => return Err(wrong("model", "a string", other)),
    };
    facts.streams = flag(request, "stream", "stream")?.unwrap_or(false);
    if let Some(options) = request.get("stream_options").filter(|options| !options.is_null()) {
        let options = options.as_object().ok_or_else(|| wrong("stream_options", "an object", options))?;
        if !facts.streams {
            let message = "is only allowed with \"stream\": true";
            return Err(refuse("invalid_value", "stream_options", message));
        }
        facts.includes_usage = flag(options, "include_usage", "stream_options.include_usage")?.unwrap_or(false);
    }
    facts.answers = whole(request, "n", 1, MOST_ANSWERS)?.unwrap_or(1);
    let most = whole(request, "max_completion_tokens", 1, u64::from(u32::MAX))?;
    facts.max_output_tokens = most.or(whole(request, "max_tokens", 1, u64::from(u32::MAX))?);
    number(request, "temperature", 0.0, 2.0)?;
    number(request, "top_p", 0.0, 1.0)?;
    number(request, "presence_penalty", -2.0, 2.0)?;
    number(request, "frequency_penalty", -2.0, 2.0)?;
    stop(request)?;
    tools(request, &mut facts)?;
    form(request, &mut facts)?;
    metadata(request, &mut facts)?;
    let word = |name: &str| request.get(name).and_then(Value::as_str).map(str::to_owned);
    facts.user = word("user").or_else(|| word("safety_identifier"));
    messages(request, &mut facts)?;
    Ok(facts)
}

/// Refuses a value of the wrong kind.
pub(crate) fn wrong(param: impl Into<String>, wanted: &str, found: &Value) -> RequestRefusal {
    let kind = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    refuse("invalid_type", param, format!("is {kind}; write {wanted}"))
}

fn flag(of: &Map<String, Value>, name: &str, param: &str) -> Result<Option<bool>, RequestRefusal> {
    match of.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(other) => Err(wrong(param, "true or false", other)),
    }
}

fn whole(of: &Map<String, Value>, name: &str, least: u64, most: u64) -> Result<Option<u64>, RequestRefusal> {
    match of.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => {
            let found = number.as_u64().filter(|found| (least..=most).contains(found));
            let bounds =
                || refuse("invalid_value", name, format!("is {number}; write a whole number from {least} to {most}"));
            found.map(Some).ok_or_else(bounds)
        }
        Some(other) => Err(wrong(name, "a whole number", other)),
    }
}

fn number(of: &Map<String, Value>, name: &str, least: f64, most: f64) -> Result<(), RequestRefusal> {
    match of.get(name) {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Number(number)) => match number.as_f64() {
            Some(found) if (least..=most).contains(&found) => Ok(()),
            _ => Err(refuse("invalid_value", name, format!("is {number}; write a number from {least} to {most}"))),
        },
        Some(other) => Err(wrong(name, "a number", other)),
    }
}

fn stop(request: &Map<String, Value>) -> Result<(), RequestRefusal> {
    match request.get("stop") {
        None | Some(Value::Null | Value::String(_)) => Ok(()),
        Some(Value::Array(words)) => match words.iter().position(|word| !word.is_string()) {
            Some(at) => Err(wrong(format!("stop[{at}]"), "a string", &words[at])),
            None => Ok(()),
        },
        Some(other) => Err(wrong("stop", "a string or an array of strings", other)),
    }
}

fn tools(request: &Map<String, Value>, facts: &mut RequestFacts) -> Result<(), RequestRefusal> {
    let Some(tools) = request.get("tools").filter(|tools| !tools.is_null()) else { return Ok(()) };
    let tools = tools.as_array().ok_or_else(|| wrong("tools", "an array", tools))?;
    for (at, tool) in tools.iter().enumerate() {
        let param = format!("tools[{at}]");
        let object = tool.as_object().ok_or_else(|| wrong(&param, "an object", tool))?;
        if object.get("type").and_then(Value::as_str) == Some("function") {
            let name = object.get("function").and_then(|function| function.get("name")).and_then(Value::as_str);
            if name.is_none_or(str::is_empty) {
                return Err(refuse(
                    "missing_required_parameter",
                    format!("{param}.function.name"),
                    "name the function",
                ));
            }
        }
    }
    facts.has_tools = !tools.is_empty();
    let length = tools.iter().map(|tool| tool.to_string().len() as u64).sum::<u64>();
    facts.characters += length;
    facts.most_input_tokens += length;
    Ok(())
}

fn form(request: &Map<String, Value>, facts: &mut RequestFacts) -> Result<(), RequestRefusal> {
    let Some(form) = request.get("response_format").filter(|form| !form.is_null()) else { return Ok(()) };
    let object = form.as_object().ok_or_else(|| wrong("response_format", "an object", form))?;
    match object.get("type").and_then(Value::as_str) {
        Some("text") => Ok(()),
        Some("json_object") => {
            facts.has_schema = true;
            Ok(())
        }
        Some("json_schema") => {
            let schema = object.get("json_schema").and_then(|schema| schema.get("schema"));
            if schema.is_none_or(|schema| !schema.is_object()) {
                let param = "response_format.json_schema.schema";
                return Err(refuse("missing_required_parameter", param, "give the JSON Schema as an object"));
            }
            facts.has_schema = true;
            facts.most_input_tokens += form.to_string().len() as u64;
            Ok(())
        }
        other => {
            let found = other.map_or_else(|| "missing".to_owned(), |other| format!("{other:?}"));
            let message = format!("is {found}; write \"text\", \"json_object\" or \"json_schema\"");
            Err(refuse("invalid_value", "response_format.type", message))
        }
    }
}

fn metadata(request: &Map<String, Value>, facts: &mut RequestFacts) -> Result<(), RequestRefusal> {
    let Some(metadata) = request.get("metadata").filter(|metadata| !metadata.is_null()) else { return Ok(()) };
    let object = metadata.as_object().ok_or_else(|| wrong("metadata", "an object of strings", metadata))?;
    for (name, value) in object {
        let value = value.as_str().ok_or_else(|| wrong(format!("metadata.{name}"), "a string", value))?;
        match name.as_str() {
            "task" => facts.task = Some(value.to_owned()),
            _ => facts.tags.push((name.clone(), value.to_owned())),
        }
    }
    facts.tags.sort();
    Ok(())
}

fn messages(request: &Map<String, Value>, facts: &mut RequestFacts) -> Result<(), RequestRefusal> {
    let messages = match request.get("messages") {
        Some(Value::Array(messages)) if !messages.is_empty() => messages,
        Some(Value::Array(_)) => {
            return Err(refuse("invalid_value", "messages", "is empty; write at least one message"));
        }
        Some(other) => return Err(wrong("messages", "an array", other)),
        None => return Err(refuse("missing_required_parameter", "messages", "write at least one message")),
    };
    if messages.len() > MOST_MESSAGES {
        let message = format!("has {} messages; at most {MOST_MESSAGES} are taken", messages.len());
        return Err(refuse("invalid_value", "messages", message));
    }
    let mut bytes = 0;
    for (at, message) in messages.iter().enumerate() {
        let param = format!("messages[{at}]");
        let object = message.as_object().ok_or_else(|| wrong(&param, "an object", message))?;
        let role = match object.get("role") {
            Some(Value::String(role)) if ROLES.contains(&role.as_str()) => role.as_str(),
            Some(Value::String(role)) => {
                let message = format!("is {role:?}; write one of {}", ROLES.join(", "));
                return Err(refuse("invalid_value", format!("{param}.role"), message));
            }
            Some(other) => return Err(wrong(format!("{param}.role"), "a string", other)),
            None => return Err(refuse("missing_required_parameter", format!("{param}.role"), "say who speaks")),
        };
        let mut text = String::new();
        content(object.get("content"), &param, &mut text, facts)?;
        let calls = object.get("tool_calls").filter(|calls| !calls.is_null());
        if let Some(calls) = calls {
            if !calls.is_array() {
                return Err(wrong(format!("{param}.tool_calls"), "an array", calls));
            }
            bytes += calls.to_string().len() as u64;
        }
        if role == "tool" && object.get("tool_call_id").and_then(Value::as_str).is_none_or(str::is_empty) {
            let param = format!("{param}.tool_call_id");
            return Err(refuse("missing_required_parameter", param, "name the call that this answers"));
        }
        bytes += text.len() as u64;
        facts.characters += text.chars().count() as u64;
        if role == "user" && !text.is_empty() {
            facts.question = text;
        }
    }
    // Documents that are brought along are read, too.
    if let Some(Value::Array(documents)) = request.get("documents") {
        let length: u64 = documents.iter().map(|document| document.to_string().len() as u64).sum();
        (bytes, facts.characters) = (bytes + length, facts.characters + length);
    }
    // Four characters a token in English; other scripts have more bytes a character and more tokens.
    let (count, images) = (messages.len() as u64, facts.images * IMAGE_TOKENS);
    facts.input_tokens = facts.characters.div_ceil(4).max(bytes.div_ceil(4)) + 4 * count + images;
    facts.most_input_tokens += bytes + MOST_AROUND * count + facts.images * MOST_IMAGE_TOKENS;
    Ok(())
}

fn content(
    content: Option<&Value>,
    param: &str,
    text: &mut String,
    facts: &mut RequestFacts,
) -> Result<(), RequestRefusal> {
    match content {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(words)) => {
            text.push_str(words);
            Ok(())
        }
        Some(Value::Array(parts)) => {
            for (at, part) in parts.iter().enumerate() {
                let param = format!("{param}.content[{at}]");
                let kind = part.get("type").and_then(Value::as_str);
                match kind {
                    Some("text" | "refusal") => match part.get(kind.unwrap_or_default()) {
                        Some(Value::String(words)) => text.push_str(words),
                        Some(other) => return Err(wrong(format!("{param}.text"), "a string", other)),
                        None => {
                            return Err(refuse(
                                "missing_required_parameter",
                                format!("{param}.text"),
                                "write the text",
                            ));
                        }
                    },
                    Some("image_url") => {
                        facts.has_images = true;
                        facts.images += 1;
                    }
                    Some(_) => {}
                    None => {
                        let message = "has no type; write e.g. {\"type\": \"text\", \"text\": \"…\"}";
                        return Err(refuse("missing_required_parameter", format!("{param}.type"), message));
                    }
                }
            }
            Ok(())
        }
        Some(other) => Err(wrong(format!("{param}.content"), "a string or an array of parts", other)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(request: Value) -> Result<RequestFacts, RequestRefusal> {
        read(request.as_object().unwrap())
    }

    #[test]
    fn what_decisions_need_is_read_out() {
        let facts = of(json!({
            "model": "auto", "stream": true, "stream_options": {"include_usage": true}, "n": 2, "max_tokens": 100,
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": [{"type": "text", "text": "What is"}, {"type": "text", "text": " this?"},
                    {"type": "image_url", "image_url": {"url": "data:"}}]},
                {"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function",
                    "function": {"name": "f", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "c", "content": "7"}
            ],
            "tools": [{"type": "function", "function": {"name": "f"}}],
            "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {}}},
            "metadata": {"task": "maths", "team": "x"}, "some_future_field": 1
        }))
        .unwrap();
        assert!(facts.streams && facts.includes_usage && facts.has_tools && facts.has_images && facts.has_schema);
        assert_eq!((facts.answers, facts.max_output_tokens), (2, Some(100)));
        assert_eq!((facts.question.as_str(), facts.task.as_deref()), ("What is this?", Some("maths")));
        assert_eq!(facts.tags, [("team".to_owned(), "x".to_owned())]);
        assert!(facts.input_tokens > 10);
    }

    #[test]
    fn what_is_wrong_is_named_with_field_value_and_fix() {
        let message = json!([{"role": "user", "content": "x"}]);
        for (request, code, param, words) in [
            (json!({"messages": message}), "missing_required_parameter", "model", "auto"),
            (json!({"model": 3, "messages": message}), "invalid_type", "model", "is a number; write a string"),
            (json!({"model": "m"}), "missing_required_parameter", "messages", "at least one"),
            (json!({"model": "m", "messages": []}), "invalid_value", "messages", "is empty"),
            (json!({"model": "m", "messages": "hi"}), "invalid_type", "messages", "an array"),
            (json!({"model": "m", "messages": [7]}), "invalid_type", "messages[0]", "an object"),
            (
                json!({"model": "m", "messages": [{"content": "x"}]}),
                "missing_required_parameter",
                "messages[0].role",
                "who",
            ),
            (json!({"model": "m", "messages": [{"role": "king"}]}), "invalid_value", "messages[0].role", "king"),
            (
                json!({"model": "m", "messages": [{"role": "user", "content": 1}]}),
                "invalid_type",
                "messages[0].content",
                "parts",
            ),
            (
                json!({"model": "m", "messages": [{"role": "user", "content": [{}]}]}),
                "missing_required_parameter",
                "messages[0].content[0].type",
                "no type",
            ),
            (
                json!({"model": "m", "messages": [{"role": "tool", "content": "x"}]}),
                "missing_required_parameter",
                "messages[0].tool_call_id",
                "call",
            ),
            (json!({"model": "m", "messages": message, "stream": "yes"}), "invalid_type", "stream", "true or false"),
            (
                json!({"model": "m", "messages": message, "stream_options": {}}),
                "invalid_value",
                "stream_options",
                "stream",
            ),
            (json!({"model": "m", "messages": message, "n": 0}), "invalid_value", "n", "from 1 to 128"),
            (json!({"model": "m", "messages": message, "n": 1.5}), "invalid_value", "n", "is 1.5"),
            (
                json!({"model": "m", "messages": message, "temperature": 3}),
                "invalid_value",
                "temperature",
                "from 0 to 2",
            ),
            (json!({"model": "m", "messages": message, "stop": [1]}), "invalid_type", "stop[0]", "a string"),
            (json!({"model": "m", "messages": message, "tools": {}}), "invalid_type", "tools", "an array"),
            (
                json!({"model": "m", "messages": message, "tools": [{"type": "function"}]}),
                "missing_required_parameter",
                "tools[0].function.name",
                "name",
            ),
            (
                json!({"model": "m", "messages": message, "response_format": {"type": "xml"}}),
                "invalid_value",
                "response_format.type",
                "xml",
            ),
            (
                json!({"model": "m", "messages": message, "metadata": {"a": 1}}),
                "invalid_type",
                "metadata.a",
                "a string",
            ),
        ] {
            let refusal = of(request.clone()).unwrap_err();
            assert_eq!((refusal.code, refusal.param.as_str()), (code, param), "{request}");
            assert!(refusal.message.contains(words), "{refusal}");
        }
    }
}
