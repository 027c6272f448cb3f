//! A whole answer as the events of one that streams, for whoever reads events only. Pure.

use bytes::Bytes;
use serde_json::{Map, Value, json};

type Chunk = Map<String, Value>;

/// The data of its events: what it says, what it cost, `[DONE]`. What is no answer, such as an error, stays what it is.
pub(super) fn events(whole: &Bytes) -> Vec<Bytes> {
    let Some((said, counted)) = chunks(whole) else { return vec![whole.clone()] };
    let event = |chunk: Chunk| Bytes::from(Value::Object(chunk).to_string());
    let done = Bytes::from_static(b"[DONE]");
    [Some(event(said)), counted.map(event), Some(done)].into_iter().flatten().collect()
}

fn chunks(whole: &Bytes) -> Option<(Chunk, Option<Chunk>)> {
    let mut said: Chunk = serde_json::from_slice(whole).ok()?;
    for choice in said.get_mut("choices")?.as_array_mut()? {
        let choice = choice.as_object_mut()?;
        let mut delta = choice.remove("message").unwrap_or_else(|| json!({}));
        let calls = delta.get_mut("tool_calls").and_then(Value::as_array_mut);
        for (index, call) in calls.into_iter().flatten().enumerate() {
            call.as_object_mut()?.insert("index".into(), index.into());
        }
        choice.insert("delta".into(), delta);
    }
    said.insert("object".into(), "chat.completion.chunk".into());
    let counted = said.remove("usage").filter(|usage| !usage.is_null()).map(|usage| {
        let mut counted = said.clone();
        counted.insert("choices".into(), json!([]));
        counted.insert("usage".into(), usage);
        counted
    });
    Some((said, counted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(whole: &Value) -> Vec<Value> {
        let events = events(&Bytes::from(whole.to_string()));
        events.iter().map(|event| serde_json::from_slice(event).unwrap_or_else(|_| json!("[DONE]"))).collect()
    }

    #[test]
    fn every_field_is_kept() {
        let call = json!({ "id": "c1", "type": "function", "function": { "name": "look", "arguments": "{}" } });
        let whole = json!({
            "id": "x", "object": "chat.completion", "choices": [
                { "index": 0, "message": { "role": "assistant", "content": "žluťoučký", "reasoning_content": "hm" },
                  "logprobs": { "content": [] }, "finish_reason": "stop" },
                { "index": 1, "message": { "content": null, "tool_calls": [call, call] }, "finish_reason": "tool_calls" },
            ],
            "usage": { "prompt_tokens": 5, "completion_tokens": 2 },
        });
        let indexed = |index: u32| {
            let mut call = call.clone();
            call["index"] = index.into();
            call
        };
        let said = json!({
            "id": "x", "object": "chat.completion.chunk", "choices": [
                { "index": 0, "delta": { "role": "assistant", "content": "žluťoučký", "reasoning_content": "hm" },
                  "logprobs": { "content": [] }, "finish_reason": "stop" },
                { "index": 1, "delta": { "content": null, "tool_calls": [indexed(0), indexed(1)] },
                  "finish_reason": "tool_calls" },
            ],
        });
        let usage = json!({ "prompt_tokens": 5, "completion_tokens": 2 });
        let counted = json!({ "id": "x", "object": "chat.completion.chunk", "choices": [], "usage": usage });
        assert_eq!(read(&whole), [said, counted, json!("[DONE]")]);
    }

    #[test]
    fn what_is_no_answer_stays_what_it_is() {
        for whole in [json!({ "error": { "code": 429 } }), json!([1]), json!({ "choices": [1] })] {
            assert_eq!(read(&whole), [whole]);
        }
        assert_eq!(events(&Bytes::from_static(b"<html>")), ["<html>"]);
    }
}
