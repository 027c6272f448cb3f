//! A whole answer through rules.

use cueline_domain::chat::piece::{CallPart, Part, Piece};
use cueline_protocol::v1::CompleteChatReply;
use serde_json::{Value, json};

use super::filter::{Filter, Rules};

/// A whole answer as far as the rules let it pass.
pub(super) fn guarded(mut reply: CompleteChatReply, rules: &Rules) -> CompleteChatReply {
    if rules.are_none() {
        return reply;
    }
    let mut body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    let mut filter = Filter::new(rules.clone());
    for choice in body["choices"].as_array_mut().into_iter().flatten() {
        let text = choice["message"]["content"].as_str().unwrap_or_default().to_owned();
        let reason = choice["finish_reason"].as_str().unwrap_or("stop").to_owned();
        let index = choice["index"].as_u64().unwrap_or(0) as u32;
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let calls = list(&choice["message"]["tool_calls"]);
        let part = Part {
            index,
            text,
            calls: (0..).zip(&calls).map(|(at, call)| called(at, call)).collect(),
            annotations: list(&choice["message"]["annotations"]),
            finish_reason: Some(reason),
            ..Part::default()
        };
        let passed = filter.pass(&Piece { parts: vec![part], ..Piece::default() });
        let words: String = passed.iter().filter_map(|of| of["delta"]["content"].as_str()).collect();
        if choice["message"]["content"].is_string() {
            choice["message"]["content"] = json!(words);
        }
        let reason = passed.iter().rev().find_map(|of| of["finish_reason"].as_str()).unwrap_or("content_filter");
        choice["finish_reason"] = json!(reason);
        if let Value::Object(choice) = choice {
            // Says the text once more, token by token.
            choice.remove("logprobs");
        }
        if let Value::Object(message) = &mut choice["message"] {
            let is_blocked = filter.is_blocked();
            message
                .retain(|name, _| matches!(name.as_str(), "role" | "content") || (name == "tool_calls" && !is_blocked));
            let of = |name: &str| passed.iter().find_map(|of| of["delta"][name].as_array());
            if let Some(annotations) = of("annotations") {
                message.insert("annotations".into(), json!(annotations));
            }
            // What belongs to a call besides its arguments stays with it.
            let arguments = of("tool_calls").into_iter().flatten().map(|call| &call["function"]["arguments"]);
            let shown = message.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten();
            for (call, arguments) in shown.zip(arguments) {
                if let Some(Value::Object(function)) = call.get_mut("function") {
                    function.insert("arguments".into(), arguments.clone());
                }
            }
        }
    }
    reply.findings = filter.findings().to_vec();
    reply.finish_reason = body["choices"][0]["finish_reason"].as_str().unwrap_or_default().to_owned();
    reply.body = body.to_string();
    reply
}

fn called(at: u32, call: &Value) -> CallPart {
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let (id, name) = (word(&call["id"]), word(&call["function"]["name"]));
    CallPart { index: at, id, name, arguments: word(&call["function"]["arguments"]).unwrap_or_default() }
}
