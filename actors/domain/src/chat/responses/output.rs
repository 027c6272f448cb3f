//! A whole `chat.completion` becomes output items.
//!
//! Everything follows from the answer and the response's id; above all the ids of items, which follow from their place.
//! So a stream, its replay, and the response that is asked for later name the same item by the same id.

use serde_json::{Map, Value, json};

use crate::chat::responses::gather::Order;

/// How an answer ended, which its items show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It is complete.
    Complete,
    /// It was cut: what was written last is incomplete.
    Cut,
    /// It broke off: nobody vouches for any of it, and no call of it should be run.
    Broken,
}

fn rest(response: &str) -> &str {
    response.strip_prefix("resp_").unwrap_or(response)
}

/// The id of an item: its kind (`msg`, `fc`), its response and its place.
pub(crate) fn item_id(kind: &str, response: &str, place: impl std::fmt::Display) -> String {
    format!("{kind}_{}_{place}", rest(response))
}

/// The id of a call; a target that gives none gets one from its place.
pub(crate) fn call_id(response: &str, id: Option<&str>, at: usize) -> String {
    match id {
        Some(id) if !id.is_empty() => id.to_owned(),
        _ => item_id("call", response, at),
    }
}

/// An assistant's message.
pub(crate) fn message(id: &str, status: &str, content: Vec<Value>) -> Value {
    json!({ "id": id, "type": "message", "status": status, "role": "assistant", "content": content })
}

/// A call of a function.
pub(crate) fn call(id: &str, status: &str, call_id: &str, name: &str, arguments: &str) -> Value {
    json!({ "id": id, "type": "function_call", "status": status, "call_id": call_id, "name": name,
        "arguments": arguments })
}

/// A part of a message: text.
pub(crate) fn text_part(text: &str, annotations: Vec<Value>, logprobs: Vec<Value>) -> Value {
    json!({ "type": "output_text", "annotations": annotations, "logprobs": logprobs, "text": text })
}

/// A part of a message: words of a refusal.
pub(crate) fn refusal_part(refusal: &str) -> Value {
    json!({ "type": "refusal", "refusal": refusal })
}

/// An annotation of chat completions, flat. Its words for citations of the web are OpenAI's, those for files are ours.
pub(crate) fn annotation(annotation: &Value) -> Option<Value> {
    if let Some(cited) = annotation.get("file_citation") {
        let word = |name: &str| cited[name].as_str().unwrap_or_default();
        return Some(json!({ "type": "file_citation", "index": cited["index"].as_u64().unwrap_or(0),
            "file_id": word("file_id"), "filename": word("filename") }));
    }
    let cited = annotation.get("url_citation")?;
    let (index, word) =
        (|name: &str| cited[name].as_u64().unwrap_or(0), |name: &str| cited[name].as_str().unwrap_or_default());
    Some(json!({ "type": "url_citation", "start_index": index("start_index"), "end_index": index("end_index"),
        "url": word("url"), "title": word("title") }))
}

/// A log probability with its bytes, which Responses always have and chat completions may leave out.
pub(crate) fn logprob(of: &Value) -> Value {
    let one = |of: &Value| {
        let token = of["token"].as_str().unwrap_or_default();
        let bytes = if of["bytes"].is_array() { of["bytes"].clone() } else { json!(token.as_bytes()) };
        let mut one = Map::new();
        one.insert("token".into(), json!(token));
        one.insert("bytes".into(), bytes);
        one.insert("logprob".into(), if of["logprob"].is_number() { of["logprob"].clone() } else { json!(0.0) });
        one
    };
    let mut token = one(of);
    let top = of["top_logprobs"].as_array().into_iter().flatten();
    token.insert("top_logprobs".into(), top.map(|top| Value::Object(one(top))).collect());
    Value::Object(token)
}

/// The answer that Responses have; there may be others.
pub(crate) fn choice(whole: &Value) -> Option<&Value> {
    let first = |choice: &&Value| choice["index"].as_u64().unwrap_or(0) == 0;
    whole["choices"].as_array()?.iter().find(first)
}

/// The items of an answer.
pub(crate) fn items(response: &str, whole: &Value, ending: Ending) -> Vec<Value> {
    let Some(choice) = choice(whole) else { return Vec::new() };
    let order = Order::of(choice);
    let content = content(choice, order);
    let called = choice["message"]["tool_calls"].as_array().into_iter().flatten();
    let called: Vec<&Value> = called.filter(|call| has_anything(call)).collect();
    let items = called.len() + usize::from(!content.is_empty());
    let status = |place: usize| match ending {
        Ending::Complete => "completed",
        Ending::Cut if place + 1 < items => "completed",
        Ending::Cut | Ending::Broken => "incomplete",
    };
    let message_place = if order.calls_first { called.len() } else { 0 };
    let shift = usize::from(!order.calls_first && !content.is_empty());
    let written = |(at, whole): (usize, &&Value)| {
        let (place, function) = (at + shift, &whole["function"]);
        let word = |name: &str| function[name].as_str().unwrap_or_default();
        let call_id = call_id(response, whole["id"].as_str(), at);
        call(&item_id("fc", response, place), status(place), &call_id, word("name"), word("arguments"))
    };
    let mut written: Vec<Value> = called.iter().enumerate().map(written).collect();
    if !content.is_empty() {
        let message = message(&item_id("msg", response, message_place), status(message_place), content);
        written.insert(message_place, message);
    }
    written
}

/// A call of which nothing is known fills a hole in the numbering of its target.
fn has_anything(call: &Value) -> bool {
    let function = &call["function"];
    [&call["id"], &function["name"], &function["arguments"]]
        .iter()
        .any(|value| value.as_str().is_some_and(|word| !word.is_empty()))
}

fn content(choice: &Value, order: Order) -> Vec<Value> {
    let message = &choice["message"];
    let words = |name: &str| message[name].as_str().filter(|words| !words.is_empty());
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = words("content").map(|text| {
        let annotations = list(&message["annotations"]).iter().filter_map(annotation).collect();
        let logprobs = list(&choice["logprobs"]["content"]).iter().map(logprob).collect();
        text_part(text, annotations, logprobs)
    });
    let refusal = words("refusal").map(refusal_part);
    let parts = if order.refusal_first { [refusal, text] } else { [text, refusal] };
    parts.into_iter().flatten().collect()
}
