//! A chat in the words of the OpenAI chat completions API.

use cueline_domain::chat::ui::data_url;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json};

use crate::{Chat, ChatMessage, ChatRole, Image, Part, ServiceTier, ToolCall, ToolChoice};

/// A request as it is sent: what is ours to say instead of what the caller said.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// Of a caller; its `model`, `stream` and `stream_options` are left out, and its `metadata` unless it says `store`.
    pub request: &'a Map<String, Value>,
    /// As the server knows it; `None` leaves it to a server that has one.
    pub model: Option<&'a str>,
    /// The answer comes as events, with its counts.
    pub streams: bool,
}

impl Serialize for Sent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(model) = self.model {
            map.serialize_entry("model", model)?;
        }
        // What callers route by is none of the server's business: OpenAI refuses it unless it is to store the answer, too.
        let stores = self.request.get("store") == Some(&Value::Bool(true));
        for (name, value) in self.request {
            if !matches!(name.as_str(), "model" | "stream" | "stream_options") && (stores || name != "metadata") {
                map.serialize_entry(name, value)?;
            }
        }
        if self.streams {
            map.serialize_entry("stream", &true)?;
            map.serialize_entry("stream_options", &json!({ "include_usage": true }))?;
        }
        map.end()
    }
}

/// The request for a chat, without what [`Sent`] adds.
pub fn request(chat: &Chat) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("messages".into(), chat.messages.iter().flat_map(messages).collect());
    let said: [(&str, Option<Value>); 8] = [
        ("max_tokens", chat.max_tokens.map(Value::from)),
        ("temperature", chat.temperature.map(as_written)),
        ("top_p", chat.top_p.map(as_written)),
        ("seed", chat.seed.map(Value::from)),
        ("frequency_penalty", chat.frequency_penalty.map(Value::from)),
        ("presence_penalty", chat.presence_penalty.map(Value::from)),
        ("reasoning_effort", chat.reasoning_effort.clone().map(Value::from)),
        ("stop", Some(&chat.stop).filter(|stop| !stop.is_empty()).map(|stop| json!(stop))),
    ];
    body.extend(said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    if !chat.tools.is_empty() {
        let tool = |tool: &crate::Tool| {
            let function = json!({ "name": tool.name, "description": tool.description, "parameters": tool.schema });
            json!({ "type": "function", "function": function })
        };
        body.insert("tools".into(), chat.tools.iter().map(tool).collect());
        let choice = match &chat.tool_choice {
            ToolChoice::Free => "auto".into(),
            ToolChoice::Any => "required".into(),
            ToolChoice::Named(name) => json!({ "type": "function", "function": { "name": name } }),
        };
        body.insert("tool_choice".into(), choice);
    }
    if let Some(form) = &chat.form {
        let schema = json!({
            "name": form.name, "description": form.description, "schema": form.schema, "strict": true,
        });
        body.insert("response_format".into(), json!({ "type": "json_schema", "json_schema": schema }));
    }
    if !chat.metadata.is_empty() {
        body.insert("metadata".into(), json!(chat.metadata));
    }
    if let Some(tier) = chat.tier {
        let tier = match tier {
            ServiceTier::Priority => "priority",
            ServiceTier::Standard => "default",
            ServiceTier::Flex => "flex",
            ServiceTier::Reserved => "scale",
        };
        body.insert("service_tier".into(), tier.into());
    }
    body
}

/// As it was written: 0.2 and not 0.20000000298.
fn as_written(number: f32) -> Value {
    ((f64::from(number) * 1e4).round() / 1e4).into()
}

/// One message; each result of a tool is a message of its own, and comes before what else the user says.
fn messages(message: &ChatMessage) -> Vec<Value> {
    let mut messages: Vec<Value> = Vec::new();
    let mut calls: Vec<Value> = Vec::new();
    for part in &message.parts {
        match part {
            Part::Result(result) => {
                let content = result.content.as_str().map_or_else(|| result.content.to_string(), str::to_owned);
                messages.push(json!({ "role": "tool", "tool_call_id": result.id, "content": content }));
            }
            Part::Call(ToolCall { id, name, arguments }) => {
                let function = json!({ "name": name, "arguments": arguments.to_string() });
                calls.push(json!({ "id": id, "type": "function", "function": function }));
            }
            // Servers of this kind keep what they like by themselves.
            Part::Text(_) | Part::Image(_) | Part::CachePoint => {}
        }
    }
    let role = match message.role {
        ChatRole::System => "system",
        ChatRole::User => "user",
        ChatRole::Assistant => "assistant",
    };
    let content = content(message);
    let is_empty = content == "";
    if !calls.is_empty() {
        let content = if is_empty { Value::Null } else { content };
        messages.push(json!({ "role": role, "content": content, "tool_calls": calls }));
    } else if !is_empty || messages.is_empty() {
        messages.push(json!({ "role": role, "content": content }));
    }
    messages
}

/// Its words, or words and images in their order.
fn content(message: &ChatMessage) -> Value {
    if !message.parts.iter().any(|part| matches!(part, Part::Image(_))) {
        return message.words().into();
    }
    let part = |part: &Part| match part {
        Part::Text(text) => Some(json!({ "type": "text", "text": text })),
        Part::Image(Image { format, bytes }) => {
            let url = data_url::write(format.media_type(), bytes);
            Some(json!({ "type": "image_url", "image_url": { "url": url } }))
        }
        Part::Call(_) | Part::Result(_) | Part::CachePoint => None,
    };
    message.parts.iter().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnswerForm, ImageFormat, Tool, ToolResult};

    fn sent(chat: &Chat) -> Value {
        serde_json::to_value(Sent { request: &request(chat), model: Some("m"), streams: true }).unwrap()
    }

    #[test]
    fn tools_their_calls_and_their_results_are_told() {
        let schema = json!({ "type": "object" });
        let call = ToolCall { id: "c1".into(), name: "look".into(), arguments: json!({ "at": 1 }) };
        let results = [
            ToolResult { id: "c1".into(), content: json!("found"), failed: false },
            ToolResult { id: "c2".into(), content: json!({ "why": "gone" }), failed: true },
        ];
        let chat = Chat {
            tools: vec![Tool { name: "look".into(), description: "Looks.".into(), schema: schema.clone() }],
            tool_choice: ToolChoice::Named("look".into()),
            form: Some(AnswerForm { name: "f".into(), description: "d".into(), schema: schema.clone() }),
            stop: vec!["END".into()],
            top_p: Some(0.9),
            seed: Some(7),
            frequency_penalty: Some(0.5),
            presence_penalty: Some(-0.5),
            reasoning_effort: Some("low".into()),
            tier: Some(ServiceTier::Flex),
            metadata: [("tenant".to_owned(), "a".to_owned())].into(),
            ..Chat::of([
                ChatMessage::text(ChatRole::User, "Look."),
                ChatMessage::calls([call]),
                ChatMessage::results(results),
            ])
        };
        let function = json!({ "name": "look", "description": "Looks.", "parameters": schema });
        let expected = json!({
            "model": "m",
            "messages": [
                { "role": "user", "content": "Look." },
                { "role": "assistant", "content": null, "tool_calls": [
                    { "id": "c1", "type": "function", "function": { "name": "look", "arguments": "{\"at\":1}" } },
                ] },
                { "role": "tool", "tool_call_id": "c1", "content": "found" },
                { "role": "tool", "tool_call_id": "c2", "content": "{\"why\":\"gone\"}" },
            ],
            "stream": true,
            "stream_options": { "include_usage": true },
            "top_p": 0.9,
            "seed": 7,
            "frequency_penalty": 0.5,
            "presence_penalty": -0.5,
            "reasoning_effort": "low",
            "stop": ["END"],
            "tools": [{ "type": "function", "function": function }],
            "tool_choice": { "type": "function", "function": { "name": "look" } },
            "response_format": { "type": "json_schema", "json_schema": {
                "name": "f", "description": "d", "schema": schema, "strict": true,
            } },
            "service_tier": "flex",
        });
        assert_eq!(sent(&chat), expected, "metadata is none of the server's business");
    }

    #[test]
    fn images_are_written_out_in_their_place() {
        let image = Image { format: ImageFormat::Png, bytes: b"ABC".as_slice().into() };
        let parts = vec![Part::Text("Look:".into()), Part::Image(image), Part::Text("Well?".into())];
        let chat = Chat::of([ChatMessage { role: ChatRole::User, parts }]);
        let expected = json!([{ "role": "user", "content": [
            { "type": "text", "text": "Look:" },
            { "type": "image_url", "image_url": { "url": "data:image/png;base64,QUJD" } },
            { "type": "text", "text": "Well?" },
        ] }]);
        assert_eq!(request(&chat)["messages"], expected);
    }

    #[test]
    fn what_is_ours_to_say_replaces_what_the_caller_said() {
        let said = json!({ "model": "x", "stream": false, "stream_options": null, "messages": [], "unknown": [1] });
        let said = said.as_object().unwrap();
        let told = |model, streams| serde_json::to_value(Sent { request: said, model, streams }).unwrap();
        assert_eq!(told(None, false), json!({ "messages": [], "unknown": [1] }));
        let options = json!({ "include_usage": true });
        let expected =
            json!({ "model": "m", "messages": [], "unknown": [1], "stream": true, "stream_options": options });
        assert_eq!(told(Some("m"), true), expected);
    }
}
