//! Items of the input and of earlier responses become messages.
//!
//! Chat completions want the calls of one turn in one message, and their outputs right after it. Items come one by one;
//! so what an assistant says and calls in a row is folded into one message. Reasoning is dropped: no other model can
//! read it.

use crate::chat::reading::{Object, RequestRefusal, missing, one_of, refuse, unsupported};
use serde_json::{Map, Value, json};

use crate::chat::responses::content::{no_images, parts, said, spoken};

const ROLES: &[&str] = &["user", "assistant", "system", "developer"];
const KINDS: &str = "write a \"message\", \"function_call\" or \"function_call_output\"";

/// Messages as they are put together.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    messages: Vec<Value>,
    /// Ids of calls without an output.
    open: Vec<String>,
}

impl Conversation {
    /// What the model is told first.
    pub(crate) fn instruct(&mut self, instructions: &str) {
        self.messages.push(json!({ "role": "system", "content": instructions }));
    }

    /// Adds an item; `path` says where it was written.
    pub(crate) fn add(&mut self, item: &Value, path: String) -> Result<(), RequestRefusal> {
        let item = Object::at(item, path)?;
        let kind = match item.string("type")? {
            Some(kind) => kind,
            None if item.get("role").is_some() => "message",
            None => return Err(missing(item.param("type"), KINDS)),
        };
        match kind {
            "message" => self.message(&item),
            "function_call" => self.call(&item),
            "function_call_output" => self.output(&item),
            "reasoning" => Ok(()),
            "item_reference" => {
                let fix = "is \"item_reference\"; send the item itself, or name its response as previous_response_id";
                Err(unsupported(item.param("type"), fix))
            }
            other => Err(unsupported(item.param("type"), format!("is {other:?}, which is not served here; {KINDS}"))),
        }
    }

    fn message(&mut self, item: &Object<'_>) -> Result<(), RequestRefusal> {
        let role = item.named("role", "say who speaks")?;
        if !ROLES.contains(&role) {
            return Err(one_of(item.param("role"), role, ROLES));
        }
        let parts = parts(item, "content")?;
        if role != "user" {
            let why = format!("is an image of role {role:?}; only a user sends images");
            no_images(&parts, &item.param("content"), &why)?;
        }
        if role != "assistant" {
            self.messages.push(json!({ "role": role, "content": spoken(&parts) }));
            return Ok(());
        }
        let (text, refusal) = said(&parts);
        // What follows calls without outputs belongs to their turn: only outputs may come after the calls.
        let turn = self.turn().filter(|turn| turn.contains_key("tool_calls"));
        match turn {
            Some(turn) => {
                append(turn, "content", &text);
                append(turn, "refusal", &refusal);
            }
            None => {
                let mut turn = Map::new();
                turn.insert("role".into(), json!("assistant"));
                // A refusal alone has no content; anything else has some, be it empty.
                let content = if refusal.is_empty() || !text.is_empty() { json!(text) } else { Value::Null };
                turn.insert("content".into(), content);
                append(&mut turn, "refusal", &refusal);
                self.messages.push(Value::Object(turn));
            }
        }
        Ok(())
    }

    fn call(&mut self, item: &Object<'_>) -> Result<(), RequestRefusal> {
        let id = item.named("call_id", "name the call, as the response did")?;
        let name = item.named("name", "name the function")?;
        let call = json!({ "id": id, "type": "function",
            "function": { "name": name, "arguments": item.text("arguments")? } });
        self.open.push(id.to_owned());
        if self.turn().is_none() {
            self.messages.push(json!({ "role": "assistant", "content": null }));
        }
        if let Some(turn) = self.turn() {
            let calls = turn.entry("tool_calls").or_insert_with(|| json!([]));
            if let Value::Array(calls) = calls {
                calls.push(call);
            }
        }
        Ok(())
    }

    fn output(&mut self, item: &Object<'_>) -> Result<(), RequestRefusal> {
        let id = item.named("call_id", "name the call that this answers")?;
        let parts = parts(item, "output")?;
        let why = "is an image; chat completions take only text from a function";
        no_images(&parts, &item.param("output"), why)?;
        let Some(at) = self.open.iter().position(|open| open == id) else {
            let message = format!("is {id:?}; no call before it has this id, or it was answered already");
            return Err(refuse("invalid_value", item.param("call_id"), message));
        };
        self.open.remove(at);
        self.messages.push(json!({ "role": "tool", "tool_call_id": id, "content": spoken(&parts) }));
        Ok(())
    }

    /// The last message, if an assistant's.
    fn turn(&mut self) -> Option<&mut Map<String, Value>> {
        let turn = self.messages.last_mut().and_then(Value::as_object_mut)?;
        (turn.get("role") == Some(&json!("assistant"))).then_some(turn)
    }

    /// The messages, when every call has its output.
    pub(crate) fn finish(self) -> Result<Vec<Value>, RequestRefusal> {
        if let Some(id) = self.open.first() {
            let message = format!("has no function_call_output for the call {id:?}; answer every call");
            return Err(refuse("invalid_value", "input", message));
        }
        Ok(self.messages)
    }
}

fn append(turn: &mut Map<String, Value>, name: &str, words: &str) {
    if words.is_empty() {
        return;
    }
    match turn.get_mut(name) {
        Some(Value::String(before)) => before.push_str(words),
        _ => _ = turn.insert(name.to_owned(), json!(words)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(items: Value) -> Result<Value, RequestRefusal> {
        let mut conversation = Conversation::default();
        for (at, item) in items.as_array().unwrap().iter().enumerate() {
            conversation.add(item, format!("input[{at}]"))?;
        }
        conversation.finish().map(Value::Array)
    }

    fn call(id: &str) -> Value {
        json!({"type": "function_call", "id": "fc_1", "call_id": id, "name": "f", "arguments": "{}"})
    }

    fn output(id: &str) -> Value {
        json!({"type": "function_call_output", "call_id": id, "output": "7"})
    }

    fn chat_call(id: &str) -> Value {
        json!({"id": id, "type": "function", "function": {"name": "f", "arguments": "{}"}})
    }

    fn tool(id: &str) -> Value {
        json!({"role": "tool", "tool_call_id": id, "content": "7"})
    }

    #[test]
    fn items_become_messages() {
        let text = |kind: &str, text: &str| json!({"type": kind, "text": text});
        for (items, expected) in [
            (json!([{"role": "user", "content": "Hi"}]), json!([{"role": "user", "content": "Hi"}])),
            (
                json!([{"type": "message", "role": "developer", "content": [text("input_text", "a")]}]),
                json!([{"role": "developer", "content": "a"}]),
            ),
            (
                json!([{"role": "user", "content": [text("input_text", "a"),
                    {"type": "input_image", "image_url": "https://x/y.png", "detail": "low"},
                    {"type": "input_image", "image_url": "data:", "file_id": null}]}]),
                json!([{"role": "user", "content": [text("text", "a"),
                    {"type": "image_url", "image_url": {"url": "https://x/y.png", "detail": "low"}},
                    {"type": "image_url", "image_url": {"url": "data:"}}]}]),
            ),
            (
                json!([{"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [
                    {"type": "output_text", "text": "a", "annotations": []}, text("output_text", "b")]}]),
                json!([{"role": "assistant", "content": "ab"}]),
            ),
            (
                json!([{"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]}]),
                json!([{"role": "assistant", "content": null, "refusal": "no"}]),
            ),
            // Calls of one turn are one message, with what was said before them.
            (
                json!([{"role": "assistant", "content": "Let me see"}, call("a"), {"type": "reasoning", "summary": []},
                    call("b"), output("b"), output("a")]),
                json!([{"role": "assistant", "content": "Let me see", "tool_calls": [chat_call("a"), chat_call("b")]},
                    tool("b"), tool("a")]),
            ),
            // Words after calls too: outputs must follow the calls.
            (
                json!([call("a"), {"role": "assistant", "content": "Wait"}, output("a")]),
                json!([{"role": "assistant", "content": "Wait", "tool_calls": [chat_call("a")]}, tool("a")]),
            ),
            (
                json!([call("a"), output("a"), call("b"), output("b")]),
                json!([{"role": "assistant", "content": null, "tool_calls": [chat_call("a")]}, tool("a"),
                    {"role": "assistant", "content": null, "tool_calls": [chat_call("b")]}, tool("b")]),
            ),
            (
                json!([call("a"), {"type": "function_call_output", "call_id": "a", "output":
                    [text("input_text", "x"), text("input_text", "y")]}]),
                json!([{"role": "assistant", "content": null, "tool_calls": [chat_call("a")]},
                    {"role": "tool", "tool_call_id": "a", "content": [text("text", "x"), text("text", "y")]}]),
            ),
        ] {
            assert_eq!(messages(items.clone()), Ok(expected), "{items}");
        }
    }

    #[test]
    fn what_cannot_be_said_in_chat_is_refused_by_its_path() {
        let part = |part: Value| json!([{"role": "user", "content": "a"}, {"role": "user", "content": [part]}]);
        let image = json!({"type": "input_image", "image_url": "data:"});
        for (items, code, param, words) in [
            (json!([7]), "invalid_type", "input[0]", "is a number; write an object"),
            (json!([{}]), "missing_required_parameter", "input[0].type", "function_call_output"),
            (json!([{"type": 7}]), "invalid_type", "input[0].type", "a string"),
            (json!([{"type": "item_reference", "id": "x"}]), "unsupported_parameter", "input[0].type", "item itself"),
            (json!([{"type": "web_search_call"}]), "unsupported_parameter", "input[0].type", "web_search_call"),
            (json!([{"type": "message", "content": ""}]), "missing_required_parameter", "input[0].role", "who speaks"),
            (json!([{"role": "tool", "content": ""}]), "invalid_value", "input[0].role", "developer"),
            (json!([{"role": "user"}]), "missing_required_parameter", "input[0].content", "an array of parts"),
            (json!([{"role": "user", "content": {}}]), "invalid_type", "input[0].content", "is an object"),
            (part(json!("x")), "invalid_type", "input[1].content[0]", "an object"),
            (part(json!({})), "missing_required_parameter", "input[1].content[0].type", "input_text"),
            (part(json!({"type": 1})), "invalid_type", "input[1].content[0].type", "is a number"),
            (part(json!({"type": "image_url"})), "invalid_value", "input[1].content[0].type", "input_image"),
            (part(json!({"type": "input_file"})), "unsupported_parameter", "input[1].content[0].type", "files"),
            (part(json!({"type": "input_text"})), "missing_required_parameter", "input[1].content[0].text", "string"),
            (part(json!({"type": "input_text", "text": 1})), "invalid_type", "input[1].content[0].text", "a number"),
            (
                part(json!({"type": "input_image", "file_id": "f"})),
                "unsupported_parameter",
                "input[1].content[0].file_id",
                "image_url",
            ),
            (
                part(json!({"type": "input_image", "image_url": {"url": "x"}})),
                "invalid_type",
                "input[1].content[0].image_url",
                "is an object; write the address itself",
            ),
            (
                part(json!({"type": "input_image", "image_url": "x", "detail": "much"})),
                "invalid_value",
                "input[1].content[0].detail",
                "\"low\"",
            ),
            (
                json!([{"role": "system", "content": [image]}]),
                "unsupported_parameter",
                "input[0].content[0].type",
                "only a user",
            ),
            (json!([output("a")]), "invalid_value", "input[0].call_id", "no call before it"),
            (json!([call("a"), output("a"), output("a")]), "invalid_value", "input[2].call_id", "answered already"),
            (json!([call("a")]), "invalid_value", "input", "function_call_output for the call \"a\""),
            (
                json!([call("a"), {"type": "function_call_output", "call_id": "a", "output": [image]}]),
                "unsupported_parameter",
                "input[1].output[0].type",
                "only text",
            ),
            (
                json!([{"type": "function_call", "call_id": "a", "name": "f", "arguments": {}}]),
                "invalid_type",
                "input[0].arguments",
                "is an object; write a string",
            ),
        ] {
            let refusal = messages(items.clone()).unwrap_err();
            assert_eq!((refusal.code, refusal.param.as_str()), (code, param), "{items}");
            assert!(refusal.message.contains(words), "{refusal}");
        }
    }
}
