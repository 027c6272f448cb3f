//! What a response repeats of its request, with OpenAI's defaults for what was not said.

use serde_json::{Map, Value, json};

/// A response but for its answer: the same from its first event to its last.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    id: String,
    created_at: i64,
    model: String,
    echo: Map<String, Value>,
}

impl Frame {
    /// For the response with this id (`resp_…`), begun at this second, to this request.
    pub fn new(id: &str, created_at: i64, request: &Map<String, Value>) -> Self {
        let model = request.get("model").and_then(Value::as_str).unwrap_or_default().to_owned();
        Self { id: id.to_owned(), created_at, model, echo: echo(request) }
    }

    /// The id of the response.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it was begun, in seconds.
    pub fn created_at(&self) -> i64 {
        self.created_at
    }

    /// The model that was asked for.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The fields that are repeated.
    pub fn echo(&self) -> &Map<String, Value> {
        &self.echo
    }
}

fn echo(request: &Map<String, Value>) -> Map<String, Value> {
    let said = |name: &str, default: Value| match request.get(name) {
        None | Some(Value::Null) => default,
        Some(value) => value.clone(),
    };
    let mut echo = Map::new();
    for (name, default) in [
        ("background", json!(false)),
        ("instructions", Value::Null),
        ("max_output_tokens", Value::Null),
        ("max_tool_calls", Value::Null),
        ("metadata", json!({})),
        ("parallel_tool_calls", json!(true)),
        ("previous_response_id", Value::Null),
        ("prompt_cache_key", Value::Null),
        ("safety_identifier", Value::Null),
        ("service_tier", json!("auto")),
        ("store", json!(true)),
        ("temperature", json!(1.0)),
        ("tool_choice", json!("auto")),
        ("top_logprobs", json!(0)),
        ("top_p", json!(1.0)),
        ("truncation", json!("disabled")),
        ("user", Value::Null),
    ] {
        echo.insert(name.into(), said(name, default));
    }
    echo.insert("reasoning".into(), with_defaults(&said("reasoning", json!({})), &["effort", "summary"]));
    let mut text = with_defaults(&said("text", json!({})), &[]);
    for (name, default) in [("format", json!({ "type": "text" })), ("verbosity", json!("medium"))] {
        if text[name].is_null() {
            text[name] = default;
        }
    }
    echo.insert("text".into(), text);
    let tools = said("tools", json!([]));
    let tool = |tool: &Value| with_defaults(tool, &["description", "parameters", "strict"]);
    echo.insert("tools".into(), tools.as_array().into_iter().flatten().map(tool).collect());
    echo
}

/// An object in which these fields are at least null.
fn with_defaults(object: &Value, names: &[&str]) -> Value {
    let mut object = object.as_object().cloned().unwrap_or_default();
    for name in names {
        object.entry(*name).or_insert(Value::Null);
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_said_has_its_default() {
        let request = json!({"model": "m", "input": "x", "temperature": 0, "text": {"verbosity": "low"},
            "reasoning": {"effort": "low"}, "metadata": null,
            "tools": [{"type": "function", "name": "f", "strict": true}]});
        let frame = Frame::new("resp_1", 7, request.as_object().unwrap());
        let expected = json!({
            "background": false, "instructions": null, "max_output_tokens": null, "max_tool_calls": null,
            "metadata": {}, "parallel_tool_calls": true, "previous_response_id": null, "prompt_cache_key": null,
            "safety_identifier": null, "service_tier": "auto", "store": true, "temperature": 0, "tool_choice": "auto",
            "top_logprobs": 0, "top_p": 1.0, "truncation": "disabled", "user": null,
            "reasoning": {"effort": "low", "summary": null},
            "text": {"verbosity": "low", "format": {"type": "text"}},
            "tools": [{"type": "function", "name": "f", "strict": true, "description": null, "parameters": null}]
        });
        assert_eq!(Value::Object(frame.echo().clone()), expected);
        assert_eq!((frame.id(), frame.created_at(), frame.model()), ("resp_1", 7, "m"));
    }
}
