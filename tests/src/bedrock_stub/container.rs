//! A container behind an endpoint of SageMaker that speaks chat completions, as vLLM, LMI and TGI do. It repeats the last
//! line that it was told, asks for the tool that it must use, or gives JSON of the form that was asked for.

use axum::body::Bytes;
use serde_json::{Value, json};

use super::{Fault, answer::example};

/// The endpoint with this container.
pub const CHAT_ENDPOINT: &str = "my-llm";
/// Bytes of a part of a stream: events, lines and characters are cut in the middle.
const PART: usize = 7;

/// The body of a `chat.completion`.
pub(super) fn whole(body: &Value) -> Result<Value, Fault> {
    let spoken = Spoken::of(body)?;
    let mut message = json!({ "role": "assistant", "content": spoken.text, "reasoning_content": "hm" });
    if let Some(call) = &spoken.call {
        message["content"] = Value::Null;
        message["tool_calls"] = json!([call]);
    }
    let choice = json!({ "index": 0, "message": message, "logprobs": null, "finish_reason": spoken.reason() });
    Ok(json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "lmi", "choices": [choice],
        "usage": spoken.usage(),
    }))
}

/// The parts of a stream of chunks.
pub(super) fn parts(body: &Value) -> Result<Vec<Bytes>, Fault> {
    let spoken = Spoken::of(body)?;
    if body["stream"] != true {
        return Ok(vec![whole(body)?.to_string().into()]);
    }
    let mut choices = vec![json!({ "delta": { "role": "assistant", "reasoning_content": "hm" } })];
    choices.extend(spoken.text.split_inclusive(' ').map(|word| json!({ "delta": { "content": word } })));
    if let Some(call) = &spoken.call {
        let mut call = call.clone();
        call["index"] = 0.into();
        choices.push(json!({ "delta": { "tool_calls": [call] } }));
    }
    choices.push(json!({ "delta": {}, "finish_reason": spoken.reason() }));
    let chunk = |choices: Value, usage: Value| {
        let chunk =
            json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": choices, "usage": usage });
        format!("data: {chunk}\n\n")
    };
    let mut events = String::new();
    for mut choice in choices {
        choice["index"] = 0.into();
        events.push_str(&chunk(json!([choice]), Value::Null));
    }
    if body["stream_options"]["include_usage"] == true {
        events.push_str(&chunk(json!([]), spoken.usage()));
    }
    events.push_str("data: [DONE]\n\n");
    Ok(events.as_bytes().chunks(PART).map(Bytes::copy_from_slice).collect())
}

struct Spoken {
    text: String,
    call: Option<Value>,
    read: usize,
}

impl Spoken {
    fn of(body: &Value) -> Result<Self, Fault> {
        let messages = body["messages"].as_array().filter(|messages| !messages.is_empty());
        let Some(last) = messages.and_then(|messages| messages.last()) else {
            let told = json!({ "error": { "message": "a secret", "type": "BadRequestError", "code": 400 } });
            return Err(Fault::of_container(400, &told.to_string()));
        };
        let told = last["content"].as_str().unwrap_or_default();
        let line = told.lines().last().unwrap_or_default();
        let read = told.split_whitespace().count();
        if let Some(name) = body["tool_choice"]["function"]["name"].as_str() {
            let mut tools = body["tools"].as_array().into_iter().flatten();
            let tool = tools.find(|tool| tool["function"]["name"] == name).unwrap_or(&Value::Null);
            let arguments = example(&tool["function"]["parameters"], line).to_string();
            let call =
                json!({ "id": "call_1", "type": "function", "function": { "name": name, "arguments": arguments } });
            return Ok(Self { text: String::new(), call: Some(call), read });
        }
        let text = match body["response_format"]["json_schema"].get("schema") {
            Some(schema) => example(schema, line).to_string(),
            None => line.to_owned(),
        };
        Ok(Self { text, call: None, read })
    }

    fn reason(&self) -> &'static str {
        if self.call.is_some() { "tool_calls" } else { "stop" }
    }

    /// A word is a token.
    fn usage(&self) -> Value {
        let written = self.text.split_whitespace().count();
        json!({ "prompt_tokens": self.read, "completion_tokens": written, "total_tokens": self.read + written })
    }
}
