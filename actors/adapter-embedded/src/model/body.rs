//! A chat in the words of the OpenAI chat completions API.

use cueline_ports::{Chat, ChatMessage, ChatRole, Part, ServiceTier, ToolCall, ToolChoice};
use serde_json::{Value, json};

/// The body of the request.
pub(super) fn of(model: &str, chat: &Chat) -> Value {
    let mut body = json!({
        "model": model,
        "messages": chat.messages.iter().flat_map(messages).collect::<Vec<_>>(),
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    if let Some(max_tokens) = chat.max_tokens {
        body["max_tokens"] = max_tokens.into();
    }
    if let Some(temperature) = chat.temperature {
        body["temperature"] = as_written(temperature);
    }
    if let Some(top_p) = chat.top_p {
        body["top_p"] = as_written(top_p);
    }
    if !chat.stop.is_empty() {
        body["stop"] = chat.stop.clone().into();
    }
    if !chat.tools.is_empty() {
        let tool = |tool: &cueline_ports::Tool| {
            let function = json!({ "name": tool.name, "description": tool.description, "parameters": tool.schema });
            json!({ "type": "function", "function": function })
        };
        body["tools"] = chat.tools.iter().map(tool).collect();
        body["tool_choice"] = match &chat.tool_choice {
            ToolChoice::Free => "auto".into(),
            ToolChoice::Any => "required".into(),
            ToolChoice::Named(name) => json!({ "type": "function", "function": { "name": name } }),
        };
    }
    if let Some(form) = &chat.form {
        let schema = json!({
            "name": form.name, "description": form.description, "schema": form.schema, "strict": true,
        });
        body["response_format"] = json!({ "type": "json_schema", "json_schema": schema });
    }
    if !chat.metadata.is_empty() {
        body["metadata"] = json!(chat.metadata);
    }
    if let Some(tier) = chat.tier {
        body["service_tier"] = match tier {
            ServiceTier::Priority => "priority",
            ServiceTier::Standard => "default",
            ServiceTier::Flex => "flex",
            ServiceTier::Reserved => "scale",
        }
        .into();
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
            Part::Text(_) | Part::CachePoint => {}
        }
    }
    let role = match message.role {
        ChatRole::System => "system",
        ChatRole::User => "user",
        ChatRole::Assistant => "assistant",
    };
    let words = message.words();
    if !calls.is_empty() {
        let content = if words.is_empty() { Value::Null } else { words.into() };
        messages.push(json!({ "role": role, "content": content, "tool_calls": calls }));
    } else if !words.is_empty() || messages.is_empty() {
        messages.push(json!({ "role": role, "content": words }));
    }
    messages
}

#[cfg(test)]
mod tests {
    use cueline_ports::{AnswerForm, Tool, ToolResult};

    use super::*;

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
            "stop": ["END"],
            "tools": [{ "type": "function", "function": function }],
            "tool_choice": { "type": "function", "function": { "name": "look" } },
            "response_format": { "type": "json_schema", "json_schema": {
                "name": "f", "description": "d", "schema": schema, "strict": true,
            } },
            "metadata": { "tenant": "a" },
            "service_tier": "flex",
        });
        assert_eq!(of("m", &chat), expected);
    }
}
