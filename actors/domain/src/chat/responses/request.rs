//! A Responses request becomes a request of chat completions.
//!
//! Every field that is known is read, translated and left out of what is passed on; a field that is not known here is
//! passed on as it is, since a target may know it. Names that chat completions have and Responses have not are refused
//! with the name to write, as OpenAI does: passed on, they would work by accident, and `n` would make answers that
//! nobody can see.

use crate::chat::reading::{Object, RequestRefusal, missing, one_of, refuse, unsupported, wrong};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::chat::responses::{conversation::Conversation, tools};

/// `include` of log probabilities.
const LOGPROBS: &str = "message.output_text.logprobs";
/// What else may be included. Nothing of it occurs here, so that asking for it is harmless.
const INCLUDABLE: &[&str] = &[
    LOGPROBS,
    "reasoning.encrypted_content",
    "message.input_image.image_url",
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
];
const EFFORTS: &[&str] = &["none", "minimal", "low", "medium", "high", "xhigh", "max"];
/// Fields that are translated, or are the gateway's own business.
const KNOWN: &[&str] = &[
    "background",
    "conversation",
    "include",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "parallel_tool_calls",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];
/// Names of chat completions, and what to write.
const OF_CHAT: &[(&str, &str)] = &[
    ("messages", "is input here"),
    ("max_tokens", "is max_output_tokens here"),
    ("max_completion_tokens", "is max_output_tokens here"),
    ("response_format", "is text.format here"),
    ("reasoning_effort", "is reasoning.effort here"),
    ("verbosity", "is text.verbosity here"),
    ("logprobs", "is include: [\"message.output_text.logprobs\"] here"),
    ("functions", "is tools here"),
    ("function_call", "is tool_choice here"),
    ("n", "is not served here; ask several times"),
];

/// What the gateway must know of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponsesFacts {
    /// The response whose conversation goes on.
    pub previous_response_id: Option<String>,
    /// It may be asked for later.
    pub store: bool,
    /// It is begun, and asked for later.
    pub background: bool,
    /// It is wanted as typed events.
    pub streams: bool,
    /// Log probabilities are wanted.
    pub logprobs: bool,
    /// A conversation that is too long may lose its beginning (`truncation: "auto"`). Nothing is cut here.
    pub truncates: bool,
}

/// A request in the words of chat completions.
#[derive(Debug, Clone, PartialEq)]
pub struct Translated {
    /// The body. Its model and metadata are not yet checked; the chat request's own reader does that.
    pub chat: Map<String, Value>,
    /// What the gateway must know.
    pub facts: ResponsesFacts,
}

/// Reads what is needed before the history can be fetched.
pub fn facts(request: &Map<String, Value>) -> Result<ResponsesFacts, RequestRefusal> {
    let request = Object::root(request);
    for (name, fix) in OF_CHAT {
        if request.get(name).is_some() {
            return Err(unsupported(*name, *fix));
        }
    }
    if request.get("conversation").is_some() {
        let fix = "is not served here; name the response before as previous_response_id";
        return Err(unsupported("conversation", fix));
    }
    if request.get("prompt").is_some() {
        return Err(unsupported("prompt", "is not served here; write the prompt as instructions and input"));
    }
    let streams = request.flag("stream")?.unwrap_or(false);
    if let Some(options) = request.object("stream_options")? {
        if !streams {
            return Err(refuse("invalid_value", "stream_options", "is only allowed with \"stream\": true"));
        }
        options.flag("include_obfuscation")?;
    }
    let store = request.flag("store")?.unwrap_or(true);
    let background = request.flag("background")?.unwrap_or(false);
    if background && !store {
        let message = "is only allowed with \"store\": true; nobody could ask for the response later";
        return Err(refuse("invalid_value", "background", message));
    }
    let previous = request.string("previous_response_id")?;
    if previous.is_some_and(str::is_empty) {
        return Err(refuse("invalid_value", "previous_response_id", "is \"\"; write the id of a response"));
    }
    Ok(ResponsesFacts {
        previous_response_id: previous.map(str::to_owned),
        store,
        background,
        streams,
        logprobs: included(&request)?,
        truncates: request.word("truncation", &["auto", "disabled"])? == Some("auto"),
    })
}

/// Translates a request. `history` has the items of earlier responses, oldest first, without their instructions.
pub fn translate(request: &Map<String, Value>, history: &[Value]) -> Result<Translated, RequestRefusal> {
    let facts = facts(request)?;
    let read = Object::root(request);
    let mut chat = Map::new();
    if let Some(model) = request.get("model") {
        chat.insert("model".into(), model.clone());
    }
    chat.insert("messages".into(), Value::Array(messages(&read, history)?));
    if facts.streams {
        chat.insert("stream".into(), json!(true));
        chat.insert("stream_options".into(), json!({ "include_usage": true }));
    }
    tools::translate(&read, &mut chat)?;
    limits(&read, &facts, &mut chat)?;
    form(&read, &mut chat)?;
    if let Some(effort) = read.object("reasoning")?.map(|of| of.word("effort", EFFORTS)).transpose()?.flatten() {
        chat.insert("reasoning_effort".into(), json!(effort));
    }
    for name in ["user", "safety_identifier", "prompt_cache_key", "service_tier"] {
        if let Some(value) = read.string(name)? {
            chat.insert(name.into(), json!(value));
        }
    }
    if let Some(metadata) = read.get("metadata") {
        chat.insert("metadata".into(), metadata.clone());
    }
    for (name, value) in request {
        if !KNOWN.contains(&name.as_str()) && !chat.contains_key(name) && !value.is_null() {
            chat.insert(name.clone(), value.clone());
        }
    }
    Ok(Translated { chat, facts })
}

fn messages(request: &Object<'_>, history: &[Value]) -> Result<Vec<Value>, RequestRefusal> {
    let mut conversation = Conversation::default();
    if let Some(instructions) = request.string("instructions")?.filter(|text| !text.is_empty()) {
        conversation.instruct(instructions);
    }
    for (at, item) in history.iter().enumerate() {
        conversation.add(item, format!("previous_response_id[{at}]"))?;
    }
    match request.get("input") {
        Some(text @ Value::String(_)) => {
            conversation.add(&json!({ "role": "user", "content": text }), "input".to_owned())?;
        }
        Some(Value::Array(items)) if items.is_empty() && history.is_empty() => {
            return Err(refuse("invalid_value", "input", "is empty; write at least one item"));
        }
        Some(Value::Array(items)) => {
            for (at, item) in items.iter().enumerate() {
                conversation.add(item, format!("input[{at}]"))?;
            }
        }
        Some(other) => return Err(wrong("input", "a string or an array of items", other)),
        None if history.is_empty() => return Err(missing("input", "write a string or an array of items")),
        None => {}
    }
    conversation.finish()
}

fn included(request: &Object<'_>) -> Result<bool, RequestRefusal> {
    let mut logprobs = false;
    for (at, value) in request.array("include")?.unwrap_or_default().iter().enumerate() {
        let param = format!("include[{at}]");
        match value {
            Value::String(name) if INCLUDABLE.contains(&name.as_str()) => logprobs |= name == LOGPROBS,
            Value::String(name) => return Err(one_of(param, name, INCLUDABLE)),
            other => return Err(wrong(param, "a string", other)),
        }
    }
    Ok(logprobs)
}

fn limits(request: &Object<'_>, facts: &ResponsesFacts, chat: &mut Map<String, Value>) -> Result<(), RequestRefusal> {
    let most = u64::from(u32::MAX);
    if let Some(tokens) = request.whole("max_output_tokens", 1, most)? {
        chat.insert("max_completion_tokens".into(), json!(tokens));
    }
    // Counts only tools that OpenAI runs itself, and there are none here.
    request.whole("max_tool_calls", 1, most)?;
    for (name, highest) in [("temperature", 2.0), ("top_p", 1.0)] {
        if let Some(number) = request.number(name, 0.0, highest)? {
            chat.insert(name.into(), Value::Number(number.clone()));
        }
    }
    let top = request.whole("top_logprobs", 0, 20)?;
    if facts.logprobs {
        chat.insert("logprobs".into(), json!(true));
        if let Some(top) = top {
            chat.insert("top_logprobs".into(), json!(top));
        }
    }
    Ok(())
}

/// `text`: of which form the answer is, and how long-winded.
fn form(request: &Object<'_>, chat: &mut Map<String, Value>) -> Result<(), RequestRefusal> {
    let Some(text) = request.object("text")? else { return Ok(()) };
    if let Some(verbosity) = text.word("verbosity", &["low", "medium", "high"])? {
        chat.insert("verbosity".into(), json!(verbosity));
    }
    let Some(format) = text.object("format")? else { return Ok(()) };
    match format.named("type", "write \"text\", \"json_object\" or \"json_schema\"")? {
        "text" => {}
        "json_object" => _ = chat.insert("response_format".into(), json!({ "type": "json_object" })),
        "json_schema" => {
            let schema = schema(&format)?;
            chat.insert("response_format".into(), json!({ "type": "json_schema", "json_schema": schema }));
        }
        other => return Err(one_of(format.param("type"), other, &["text", "json_object", "json_schema"])),
    }
    Ok(())
}

fn schema(format: &Object<'_>) -> Result<Map<String, Value>, RequestRefusal> {
    if format.get("json_schema").is_some() && format.get("schema").is_none() {
        let fix = "is within \"json_schema\", as chat completions have it; write name and schema beside type";
        return Err(missing(format.param("schema"), fix));
    }
    let mut nested = Map::new();
    nested.insert("name".into(), json!(format.named("name", "name the form")?));
    if let Some(description) = format.string("description")? {
        nested.insert("description".into(), json!(description));
    }
    match format.get("schema") {
        Some(schema @ Value::Object(_)) => nested.insert("schema".into(), schema.clone()),
        Some(other) => return Err(wrong(format.param("schema"), "a JSON Schema, an object", other)),
        None => return Err(missing(format.param("schema"), "give the JSON Schema as an object")),
    };
    if let Some(strict) = format.flag("strict")? {
        nested.insert("strict".into(), json!(strict));
    }
    Ok(nested)
}

#[cfg(test)]
mod tests;
