//! Between OpenAI's words and those of the port, for targets that do not speak OpenAI's.

use cueline_domain::chat::ui::data_url::DataUrl;
use cueline_ports::{
    AnswerForm, Chat, ChatDelta, ChatMessage, ChatRole, Image, ImageFormat, Part, PortError, PortErrorKind, PortResult,
    ServiceTier, Tool, ToolCall, ToolChoice, ToolResult, finish,
};
use serde_json::{Map, Value, json};

fn unsupported(field: &str, what: &str) -> PortError {
    PortError::new(PortErrorKind::Unsupported, format!("chat_field_unsupported: {field}: {what}"))
}

/// A request as a conversation. It was checked before; what this kind of target has not is refused, except for hints.
pub(super) fn chat(request: &Map<String, Value>) -> PortResult<Chat> {
    let number = |name: &str| request.get(name).and_then(Value::as_f64);
    if request.get("n").and_then(Value::as_u64).is_some_and(|n| n > 1) {
        return Err(unsupported("n", "this target gives one answer"));
    }
    if request.get("logprobs").and_then(Value::as_bool) == Some(true) {
        return Err(unsupported("logprobs", "this target does not tell them"));
    }
    let max_tokens = ["max_completion_tokens", "max_tokens"].iter().find_map(|name| request.get(*name)?.as_u64());
    let stop = match request.get("stop") {
        Some(Value::String(word)) => vec![word.clone()],
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let metadata = request.get("metadata").and_then(Value::as_object);
    let metadata =
        metadata.into_iter().flatten().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.into())));
    let tier = match request.get("service_tier").and_then(Value::as_str) {
        Some("priority") => Some(ServiceTier::Priority),
        Some("flex") => Some(ServiceTier::Flex),
        Some("default") => Some(ServiceTier::Standard),
        Some("scale") => Some(ServiceTier::Reserved),
        _ => None,
    };
    let (tools, tool_choice) = tools(request);
    Ok(Chat {
        messages: messages(request)?,
        max_tokens: max_tokens.map(|most| u32::try_from(most).unwrap_or(u32::MAX)),
        temperature: number("temperature").map(|number| number as f32),
        top_p: number("top_p").map(|number| number as f32),
        seed: request.get("seed").and_then(Value::as_i64),
        frequency_penalty: number("frequency_penalty"),
        presence_penalty: number("presence_penalty"),
        reasoning_effort: request.get("reasoning_effort").and_then(Value::as_str).map(str::to_owned),
        stop,
        tools,
        tool_choice,
        form: form(request)?,
        metadata: metadata.collect(),
        tier,
        ..Chat::default()
    })
}

fn messages(request: &Map<String, Value>) -> PortResult<Vec<ChatMessage>> {
    let listed = request.get("messages").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut messages: Vec<ChatMessage> = Vec::with_capacity(listed.len());
    for (at, message) in listed.iter().enumerate() {
        let content = &message["content"];
        match message["role"].as_str().unwrap_or_default() {
            "system" | "developer" => messages.push(ChatMessage::text(ChatRole::System, words(content, at)?)),
            "assistant" => {
                let mut parts = Vec::new();
                let text = words(content, at)?;
                if !text.is_empty() {
                    parts.push(Part::Text(text));
                }
                for call in message["tool_calls"].as_array().into_iter().flatten() {
                    let arguments = call["function"]["arguments"].as_str().unwrap_or("{}");
                    parts.push(Part::Call(ToolCall {
                        id: call["id"].as_str().unwrap_or_default().to_owned(),
                        name: call["function"]["name"].as_str().unwrap_or_default().to_owned(),
                        arguments: serde_json::from_str(arguments).unwrap_or_else(|_| json!({})),
                    }));
                }
                messages.push(ChatMessage { role: ChatRole::Assistant, parts });
            }
            "tool" | "function" => {
                let id = message["tool_call_id"].as_str().unwrap_or_default().to_owned();
                let content = words(content, at)?.into();
                let result = Part::Result(ToolResult { id, content, failed: false });
                // Results of one turn belong together.
                match messages.last_mut() {
                    Some(last) if last.parts.iter().all(|part| matches!(part, Part::Result(_))) => {
                        last.parts.push(result)
                    }
                    _ => messages.push(ChatMessage { role: ChatRole::User, parts: vec![result] }),
                }
            }
            _ => messages.push(ChatMessage { role: ChatRole::User, parts: seen(content, at)? }),
        }
    }
    Ok(messages)
}

/// What a user says: words, and images where they stand.
fn seen(content: &Value, at: usize) -> PortResult<Vec<Part>> {
    let Value::Array(listed) = content else { return Ok(vec![Part::Text(words(content, at)?)]) };
    let mut parts = Vec::new();
    for (place, part) in listed.iter().enumerate() {
        if part["type"] == "image_url" {
            let field = format!("messages[{at}].content[{place}].image_url");
            parts.push(Part::Image(image(&part["image_url"], &field)?));
            continue;
        }
        let text = word(part, at)?;
        match parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            _ => parts.push(Part::Text(text.to_owned())),
        }
    }
    Ok(parts)
}

/// An image that is written out in its address. Nothing is fetched for a caller: whatever an address leads to, our network
/// would be asked for it.
fn image(image: &Value, field: &str) -> PortResult<Image> {
    let url = image.get("url").unwrap_or(image).as_str().unwrap_or_default();
    let Some(data) = DataUrl::read(url) else {
        let what = "this target fetches nothing; write a data: URL, e.g. data:image/png;base64,…";
        return Err(unsupported(field, what));
    };
    let Some(format) = ImageFormat::of(data.media_type) else {
        return Err(unsupported(field, "this target sees image/png, image/jpeg, image/gif and image/webp"));
    };
    match data.bytes().filter(|bytes| data.is_base64 && !bytes.is_empty()) {
        Some(bytes) => Ok(Image { format, bytes: bytes.into() }),
        None => Err(PortError::invalid(format!("chat_image_invalid: {field}: the data: URL holds no Base64"))),
    }
}

fn words(content: &Value, at: usize) -> PortResult<String> {
    match content {
        Value::String(text) => Ok(text.clone()),
        Value::Array(parts) => parts.iter().map(|part| word(part, at)).collect(),
        _ => Ok(String::new()),
    }
}

/// The text of a part that has some.
fn word(part: &Value, at: usize) -> PortResult<&str> {
    match part["type"].as_str() {
        Some("text") => Ok(part["text"].as_str().unwrap_or_default()),
        Some("refusal") => Ok(part["refusal"].as_str().unwrap_or_default()),
        kind => {
            let what = format!("this target reads text only here, not {}", kind.unwrap_or("this"));
            Err(unsupported(&format!("messages[{at}].content"), &what))
        }
    }
}

fn tools(request: &Map<String, Value>) -> (Vec<Tool>, ToolChoice) {
    let listed = request.get("tools").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let tool = |tool: &Value| {
        let function = &tool["function"];
        Some(Tool {
            name: function["name"].as_str()?.to_owned(),
            description: function["description"].as_str().unwrap_or_default().to_owned(),
            schema: function.get("parameters").cloned().unwrap_or_else(|| json!({ "type": "object" })),
        })
    };
    let choice = match request.get("tool_choice") {
        Some(Value::String(word)) if word == "required" => ToolChoice::Any,
        Some(Value::String(word)) if word == "none" => return (Vec::new(), ToolChoice::Free),
        Some(choice) => {
            choice["function"]["name"].as_str().map_or(ToolChoice::Free, |name| ToolChoice::Named(name.into()))
        }
        None => ToolChoice::Free,
    };
    (listed.iter().filter_map(tool).collect(), choice)
}

fn form(request: &Map<String, Value>) -> PortResult<Option<AnswerForm>> {
    let Some(form) = request.get("response_format") else { return Ok(None) };
    match form["type"].as_str() {
        Some("json_schema") => Ok(Some(AnswerForm {
            name: form["json_schema"]["name"].as_str().unwrap_or("answer").to_owned(),
            description: form["json_schema"]["description"].as_str().unwrap_or_default().to_owned(),
            schema: form["json_schema"]["schema"].clone(),
        })),
        // A model that is only told to write JSON may write anything else.
        Some("json_object") => {
            let what = "this target promises JSON of a schema only; write json_schema with one";
            Err(unsupported("response_format.type", what))
        }
        _ => Ok(None),
    }
}

/// A delta as the data of an event; the last one is two. `calls` counts the calls of tools so far.
pub(super) fn events(delta: ChatDelta, calls: &mut u32) -> Vec<Value> {
    let choice = |delta: Value, reason: Value| json!([{ "index": 0, "delta": delta, "finish_reason": reason }]);
    match delta {
        ChatDelta::Text(text) => vec![json!({ "choices": choice(json!({ "content": text }), Value::Null) })],
        ChatDelta::Call(ToolCall { id, name, arguments }) => {
            let function = json!({ "name": name, "arguments": arguments.to_string() });
            let call = json!({ "index": *calls, "id": id, "type": "function", "function": function });
            *calls += 1;
            vec![json!({ "choices": choice(json!({ "tool_calls": [call] }), Value::Null) })]
        }
        ChatDelta::End { finish_reason, usage, .. } => {
            let reason = match finish_reason.as_str() {
                finish::STOP | finish::STOP_SEQUENCE => "stop",
                finish::LENGTH | finish::CONTEXT_FULL => "length",
                finish::TOOL_CALLS => "tool_calls",
                finish::GUARDRAIL | finish::CONTENT_FILTER => "content_filter",
                other => other,
            };
            vec![
                json!({ "choices": choice(json!({}), json!(reason)) }),
                json!({ "choices": [], "usage": {
                    "prompt_tokens": usage.input_tokens,
                    "completion_tokens": usage.output_tokens,
                    "total_tokens": usage.input_tokens + usage.output_tokens,
                    "prompt_tokens_details": {
                        "cached_tokens": usage.cached_tokens, "cache_creation_tokens": usage.cache_written_tokens,
                    },
                } }),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use cueline_ports::Usage;

    use super::*;

    #[test]
    fn a_request_becomes_a_conversation() {
        let request = json!({
            "messages": [
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": [{"type": "text", "text": "Look "}, {"type": "text", "text": "up."}]},
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "a", "function": {"name": "f", "arguments": "{\"x\":1}"}},
                    {"id": "b", "function": {"name": "g", "arguments": "broken"}}]},
                {"role": "tool", "tool_call_id": "a", "content": "7"},
                {"role": "tool", "tool_call_id": "b", "content": "8"}],
            "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
            "tool_choice": {"type": "function", "function": {"name": "f"}}, "max_completion_tokens": 5, "stop": "END",
            "temperature": 0.5, "seed": 7, "frequency_penalty": -0.2, "presence_penalty": 1, "reasoning_effort": "low",
            "service_tier": "flex", "metadata": {"a": "b"}, "unknown": 1
        });
        let chat = chat(request.as_object().unwrap()).unwrap();
        assert_eq!(chat.messages.len(), 4);
        assert_eq!(chat.messages[1].words(), "Look up.");
        assert_eq!(chat.messages[3].parts.len(), 2, "results of one turn belong together");
        assert_eq!((chat.max_tokens, chat.stop.as_slice()), (Some(5), ["END".to_owned()].as_slice()));
        assert_eq!((chat.tier, &chat.tool_choice), (Some(ServiceTier::Flex), &ToolChoice::Named("f".into())));
        assert_eq!((chat.temperature, chat.seed), (Some(0.5), Some(7)));
        assert_eq!((chat.frequency_penalty, chat.presence_penalty), (Some(-0.2), Some(1.0)));
        assert_eq!(chat.reasoning_effort.as_deref(), Some("low"));
    }

    fn seeing(role: &str, image: &Value) -> Value {
        let parts = json!([
            {"type": "text", "text": "Look "}, {"type": "text", "text": "here:"},
            {"type": "image_url", "image_url": image}, {"type": "text", "text": "Well?"}]);
        json!({"messages": [{"role": role, "content": parts}]})
    }

    #[test]
    fn a_user_shows_images_where_they_stand() {
        let image = Part::Image(Image { format: ImageFormat::Jpeg, bytes: b"ABC".as_slice().into() });
        let expected = [Part::Text("Look here:".into()), image, Part::Text("Well?".into())];
        for url in [json!({"url": "data:image/jpeg;base64,QUJD", "detail": "low"}), json!("DATA:image/JPG;base64,QUJD")]
        {
            let chat = chat(seeing("user", &url).as_object().unwrap()).unwrap();
            assert_eq!(chat.messages[0].parts, expected);
        }
    }

    #[test]
    fn an_image_that_cannot_be_shown_is_refused_with_its_place() {
        for (url, code, told) in [
            ("https://example.org/a.png", "chat_field_unsupported", "write a data: URL"),
            ("http://169.254.169.254/latest", "chat_field_unsupported", "fetches nothing"),
            ("", "chat_field_unsupported", "write a data: URL"),
            ("data:image/svg+xml;base64,QUJD", "chat_field_unsupported", "image/webp"),
            ("data:image/png;base64,", "chat_image_invalid", "no Base64"),
            ("data:image/png;base64,Q!", "chat_image_invalid", "no Base64"),
            ("data:image/png,ABC", "chat_image_invalid", "no Base64"),
        ] {
            let error = chat(seeing("user", &json!({"url": url})).as_object().unwrap()).unwrap_err();
            assert!(
                error.message.starts_with(&format!("{code}: messages[0].content[2].image_url: ")),
                "{url}: {error}"
            );
            assert!(error.message.contains(told), "{url}: {error}");
        }
    }

    #[test]
    fn what_such_a_target_has_not_is_refused_by_name() {
        let image = json!({"url": "data:image/png;base64,QUJD"});
        let sound = json!([{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]);
        for (request, field) in [
            (json!({"n": 2}), "n"),
            (json!({"logprobs": true}), "logprobs"),
            (seeing("assistant", &image), "messages[0].content"),
            (seeing("tool", &image), "messages[0].content"),
            (json!({"messages": sound}), "messages[0].content"),
            (json!({"response_format": {"type": "json_object"}}), "response_format.type"),
        ] {
            let error = chat(request.as_object().unwrap()).unwrap_err();
            assert_eq!(error.kind, PortErrorKind::Unsupported);
            assert!(error.message.starts_with(&format!("chat_field_unsupported: {field}: ")), "{error}");
        }
    }

    #[test]
    fn the_last_delta_tells_why_and_what_it_cost() {
        let mut calls = 0;
        let call = ToolCall { id: "c".into(), name: "f".into(), arguments: json!({}) };
        assert_eq!(
            events(ChatDelta::Call(call.clone()), &mut calls)[0]["choices"][0]["delta"]["tool_calls"][0]["index"],
            0
        );
        assert_eq!(events(ChatDelta::Call(call), &mut calls)[0]["choices"][0]["delta"]["tool_calls"][0]["index"], 1);
        let usage = Usage { input_tokens: 3, output_tokens: 4, ..Usage::default() };
        let end = ChatDelta::End { finish_reason: finish::GUARDRAIL.into(), usage, verdict: None };
        let events = events(end, &mut calls);
        assert_eq!(events[0]["choices"][0]["finish_reason"], "content_filter");
        assert_eq!(events[1]["usage"]["total_tokens"], 7);
    }
}
