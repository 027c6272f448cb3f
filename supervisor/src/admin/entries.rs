//! Entries of a journal as JSON for people: the protobuf message, its payloads decoded, its credentials hidden.

use base64::Engine;
use cueline_protocol::v1;
use cueline_states::{Entry, wire};
use prost::Message;
use serde_json::{Map, Value, json};

/// `{"type": "StateEntered", …}`.
pub(super) fn entry(entry: &Entry) -> Value {
    let message = v1::Entry::decode(wire::encode_entry(entry).as_slice());
    let json = message.ok().and_then(|message| serde_json::to_value(message).ok());
    let Some(Value::Object(fields)) = json else { return json!({"type": "Unreadable"}) };
    let Some((kind, mut body)) = fields.into_iter().next() else { return json!({"type": "Empty"}) };
    open_payloads(&mut body);
    let mut shown = Map::from_iter([("type".to_owned(), Value::from(pascal(&kind)))]);
    if let Value::Object(fields) = body {
        shown.extend(fields);
    }
    Value::Object(shown)
}

/// A payload is `{"json": base64}` and nothing else of the message looks like it; what is inside is not looked at again.
fn open_payloads(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let payload = fields.get("json").filter(|_| fields.len() == 1).and_then(Value::as_str);
            if let Some(decoded) = payload.and_then(decode) {
                *value = decoded;
                return;
            }
            for (name, field) in fields.iter_mut() {
                if name == "credentials" {
                    *field = Value::from("(hidden)");
                } else {
                    open_payloads(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(open_payloads),
        _ => {}
    }
}

fn decode(text: &str) -> Option<Value> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn pascal(camel: &str) -> String {
    let mut letters = camel.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cueline_states::{Data, Purpose, TaskScheduled};

    use super::*;

    #[test]
    fn payloads_are_readable_and_credentials_are_not() {
        let output = json!({"json": "eyJhIjoxfQ==", "credentials": "of the user", "n": [1, null]});
        let shown = entry(&Entry::TaskSucceeded { task: 3, output: Arc::new(output.clone()) });
        assert_eq!(shown, json!({"type": "TaskSucceeded", "task": "3", "output": output}));

        let scheduled = TaskScheduled {
            frame: 1,
            task: 2,
            effect: 2,
            attempt: 1,
            purpose: Purpose::Work,
            resource: "cueline:callback".into(),
            arguments: Data::Value(Arc::new(json!({"q": "x"}))),
            credentials: Some(Arc::new(json!({"key": "secret"}))),
            deadline_ms: None,
            heartbeat_ms: None,
            heartbeat_due_ms: None,
        };
        let shown = entry(&Entry::TaskScheduled(Box::new(scheduled)));
        assert_eq!(shown["type"], "TaskScheduled");
        assert_eq!(shown["arguments"]["value"], json!({"q": "x"}));
        assert!(!shown.to_string().contains("secret"), "{shown}");
    }

    #[test]
    fn an_entry_without_fields_has_its_type() {
        assert_eq!(entry(&Entry::ExecutionSucceeded), json!({"type": "ExecutionSucceeded"}));
    }
}
