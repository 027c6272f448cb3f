//! Input items as they are listed, and what the next response must know of this one.
//!
//! A request may write its input short: a string, content that is a string, items without id or status. Listed items
//! are written out, with ids that follow from the response and the place, as those of the output do. They are meant for
//! requests that were taken; an item of a kind that is not served is listed as it is.

use crate::chat::reading::{Object, RequestRefusal, refuse};
use serde_json::{Map, Value, json};

use crate::chat::responses::output::{item_id, refusal_part, text_part};

/// Items on a page, when the request does not say.
const USUAL_PAGE: u64 = 20;
/// Items on a page at most, as OpenAI has it.
const MOST_ON_PAGE: u64 = 100;

/// The input of a request, written out.
pub fn input_items(request: &Map<String, Value>, response: &str) -> Vec<Value> {
    match request.get("input") {
        Some(text @ Value::String(_)) => vec![item(&json!({ "role": "user", "content": text }), response, 0)],
        Some(Value::Array(items)) => items.iter().enumerate().map(|(at, one)| item(one, response, at)).collect(),
        _ => Vec::new(),
    }
}

/// What a conversation that goes on from a response must repeat of it: what it was told and what it answered. Not its
/// instructions, which hold for one response only. The whole history is that of the response before, followed by this.
pub fn history(request: &Map<String, Value>, response: &str, output: &[Value]) -> Vec<Value> {
    let mut items = input_items(request, response);
    // Half a call was never run, so that nobody could answer it.
    let is_half = |item: &&Value| item["type"] == "function_call" && item["status"] == "incomplete";
    items.extend(output.iter().filter(|item| !is_half(item)).cloned());
    items
}

fn item(item: &Value, response: &str, at: usize) -> Value {
    let Value::Object(given) = item else { return item.clone() };
    let kind = match given.get("type").and_then(Value::as_str) {
        Some(kind) => kind,
        None if given.contains_key("role") => "message",
        None => return item.clone(),
    };
    let short = match kind {
        "message" => "msg",
        "function_call" => "fc",
        "function_call_output" => "fco",
        "reasoning" => "rs",
        _ => return item.clone(),
    };
    let said = |name: &str| given.get(name).filter(|value| !value.is_null());
    let id = said("id").cloned().unwrap_or_else(|| json!(item_id(short, response, format_args!("in{at}"))));
    let mut written = Map::new();
    written.insert("id".into(), id);
    written.insert("type".into(), json!(kind));
    if kind != "reasoning" {
        written.insert("status".into(), said("status").cloned().unwrap_or_else(|| json!("completed")));
    }
    for (name, value) in given {
        if !written.contains_key(name) && !value.is_null() {
            written.insert(name.clone(), value.clone());
        }
    }
    if kind == "message" {
        let is_assistant = said("role").is_some_and(|role| role == "assistant");
        let parts = match said("content") {
            Some(Value::String(text)) => vec![part(&json!({ "type": "input_text", "text": text }), is_assistant)],
            Some(Value::Array(parts)) => parts.iter().map(|one| part(one, is_assistant)).collect(),
            _ => Vec::new(),
        };
        written.insert("content".into(), Value::Array(parts));
    }
    Value::Object(written)
}

/// A part in the words of who speaks: an assistant's text is output, everybody else's is input.
fn part(part: &Value, is_assistant: bool) -> Value {
    let list = |name: &str| part[name].as_array().cloned().unwrap_or_default();
    match (part["type"].as_str(), is_assistant) {
        (Some("input_text" | "output_text" | "text"), true) => {
            text_part(part["text"].as_str().unwrap_or_default(), list("annotations"), list("logprobs"))
        }
        (Some("input_text" | "output_text" | "text"), false) => json!({ "type": "input_text", "text": part["text"] }),
        (Some("refusal"), true) => refusal_part(part["refusal"].as_str().unwrap_or_default()),
        (Some("refusal"), false) => json!({ "type": "input_text", "text": part["refusal"] }),
        (Some("input_image"), _) => {
            let detail = if part["detail"].is_null() { json!("auto") } else { part["detail"].clone() };
            json!({ "type": "input_image", "detail": detail, "image_url": part["image_url"] })
        }
        _ => part.clone(),
    }
}

/// A page of items, as `GET …/input_items` answers.
///
/// `query` has `order` (`asc`, or `desc` as when unsaid), `limit` and `after`, read as numbers and strings.
pub fn page(items: &[Value], query: &Map<String, Value>) -> Result<Value, RequestRefusal> {
    let query = Object::root(query);
    let is_ascending = query.word("order", &["asc", "desc"])? == Some("asc");
    let limit = query.whole("limit", 1, MOST_ON_PAGE)?.unwrap_or(USUAL_PAGE) as usize;
    let mut ordered: Vec<&Value> = items.iter().collect();
    if !is_ascending {
        ordered.reverse();
    }
    let start = match query.string("after")? {
        None => 0,
        Some(after) => match ordered.iter().position(|item| item["id"] == after) {
            Some(at) => at + 1,
            None => return Err(refuse("invalid_value", "after", format!("is {after:?}; no item has this id"))),
        },
    };
    let rest = ordered.get(start..).unwrap_or_default();
    let shown = rest.get(..limit).unwrap_or(rest);
    let id = |item: Option<&&Value>| item.map_or(Value::Null, |item| item["id"].clone());
    Ok(json!({ "object": "list", "data": shown, "first_id": id(shown.first()), "last_id": id(shown.last()),
        "has_more": shown.len() < rest.len() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(input: Value) -> Value {
        let request = json!({ "model": "m", "input": input });
        Value::Array(input_items(request.as_object().unwrap(), "resp_1"))
    }

    fn text(text: &str) -> Value {
        json!({"type": "input_text", "text": text})
    }

    fn message(id: &str, role: &str, part: Value) -> Value {
        json!({"id": id, "type": "message", "status": "completed", "role": role, "content": [part]})
    }

    #[test]
    fn input_is_written_out() {
        for (input, expected) in [
            (json!("Hi"), json!([message("msg_1_in0", "user", text("Hi"))])),
            (Value::Null, json!([])),
            (
                json!([{"role": "system", "content": "a"}, {"role": "assistant", "content": "b"},
                    {"type": "message", "id": "msg_0_0", "role": "assistant", "status": "incomplete", "content":
                        [{"type": "refusal", "refusal": "no"}]},
                    {"role": "user", "content": [{"type": "input_image", "image_url": "data:", "file_id": null}]}]),
                json!([message("msg_1_in0", "system", text("a")),
                    message("msg_1_in1", "assistant",
                        json!({"type": "output_text", "annotations": [], "logprobs": [], "text": "b"})),
                    {"id": "msg_0_0", "type": "message", "status": "incomplete", "role": "assistant", "content":
                        [{"type": "refusal", "refusal": "no"}]},
                    message("msg_1_in3", "user", json!({"type": "input_image", "detail": "auto", "image_url": "data:"}))]),
            ),
            (
                json!([{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                    {"type": "function_call_output", "call_id": "c", "output": "7", "id": null},
                    {"type": "reasoning", "summary": [], "encrypted_content": null}, {"type": "other", "x": 1}, 7]),
                json!([{"id": "fc_1_in0", "type": "function_call", "status": "completed", "call_id": "c", "name": "f",
                        "arguments": "{}"},
                    {"id": "fco_1_in1", "type": "function_call_output", "status": "completed", "call_id": "c", "output": "7"},
                    {"id": "rs_1_in2", "type": "reasoning", "summary": []}, {"type": "other", "x": 1}, 7]),
            ),
        ] {
            assert_eq!(of(input.clone()), expected, "{input}");
        }
    }

    #[test]
    fn a_history_is_what_was_said_without_instructions() {
        let request = json!({"model": "m", "input": "Hi", "instructions": "Be brief."});
        let answer = message("msg_1_0", "assistant", json!({"type": "output_text", "text": "Hello"}));
        let half =
            json!({"id": "fc_1_1", "type": "function_call", "status": "incomplete", "call_id": "c", "arguments": "{"});
        let items = history(request.as_object().unwrap(), "resp_1", &[answer.clone(), half]);
        assert_eq!(items, [message("msg_1_in0", "user", text("Hi")), answer]);
        let next = json!({"model": "m", "input": "And?"});
        let chat = crate::chat::responses::request::translate(next.as_object().unwrap(), &items).unwrap().chat;
        let messages = json!([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"},
            {"role": "user", "content": "And?"}]);
        assert_eq!(chat["messages"], messages);
    }

    #[test]
    fn pages_go_both_ways() {
        let items: Vec<Value> = (0..5).map(|at| json!({ "id": format!("i{at}") })).collect();
        for (query, ids, has_more) in [
            (json!({}), vec!["i4", "i3", "i2", "i1", "i0"], false),
            (json!({"order": "asc", "limit": 2}), vec!["i0", "i1"], true),
            (json!({"order": "asc", "limit": 3, "after": "i1"}), vec!["i2", "i3", "i4"], false),
            (json!({"limit": 1, "after": "i3"}), vec!["i2"], true),
            (json!({"after": "i0"}), vec![], false),
        ] {
            let page = page(&items, query.as_object().unwrap()).unwrap();
            let found: Vec<&str> =
                page["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
            assert_eq!((&found, page["has_more"] == true), (&ids, has_more), "{query}");
            assert_eq!(
                (page["first_id"].as_str(), page["last_id"].as_str()),
                (ids.first().copied(), ids.last().copied())
            );
        }
        for (query, param) in [
            (json!({"order": "up"}), "order"),
            (json!({"limit": 101}), "limit"),
            (json!({"limit": "5"}), "limit"),
            (json!({"after": "i9"}), "after"),
        ] {
            assert_eq!(page(&items, query.as_object().unwrap()).unwrap_err().param, param);
        }
    }
}
