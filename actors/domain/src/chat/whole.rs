//! Pieces become one answer: for the record, and for whoever goes on from a broken one.

use serde_json::{Map, Value, json};

use super::piece::{CallPart, Part};

/// Calls of tools in one answer, at most.
const MOST_CALLS: usize = 1_024;
/// Citations of one answer that are kept.
const MOST_ANNOTATIONS: usize = 10_000;

/// Answers as far as they have come.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Whole {
    answers: Vec<Answer>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Answer {
    text: String,
    calls: Vec<CallPart>,
    annotations: Vec<Value>,
    finish_reason: Option<String>,
}

impl Whole {
    /// Adds what a piece says.
    pub fn add(&mut self, part: &Part) {
        let at = part.index as usize;
        if at >= 128 {
            return;
        }
        if self.answers.len() <= at {
            self.answers.resize_with(at + 1, Answer::default);
        }
        let answer = &mut self.answers[at];
        answer.text.push_str(&part.text);
        for call in &part.calls {
            let at = call.index as usize;
            if at >= MOST_CALLS {
                continue;
            }
            if answer.calls.len() <= at {
                answer.calls.resize_with(at + 1, CallPart::default);
            }
            answer.calls[at].merge(call);
        }
        let room = MOST_ANNOTATIONS.saturating_sub(answer.annotations.len());
        answer.annotations.extend(part.annotations.iter().take(room).cloned());
        answer.finish_reason = part.finish_reason.clone().or_else(|| answer.finish_reason.take());
    }

    /// Answers that have begun.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Nothing was said.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// The text of the first answer.
    pub fn text(&self) -> &str {
        self.answers.first().map_or("", |answer| &answer.text)
    }

    /// Tools were asked for, perhaps half.
    pub fn has_calls(&self) -> bool {
        self.answers.iter().any(|answer| !answer.calls.is_empty())
    }

    /// Why the first answer ended.
    pub fn finish_reason(&self) -> Option<&str> {
        self.answers.first().and_then(|answer| answer.finish_reason.as_deref())
    }

    /// Every answer that has begun has ended, and one has.
    pub fn is_finished(&self) -> bool {
        !self.answers.is_empty() && self.answers.iter().all(|answer| answer.finish_reason.is_some())
    }

    /// Characters of all answers, for estimates.
    pub fn characters(&self) -> u64 {
        let of = |answer: &Answer| {
            answer.text.chars().count() + answer.calls.iter().map(|call| call.arguments.len()).sum::<usize>()
        };
        self.answers.iter().map(|answer| of(answer) as u64).sum()
    }

    /// `choices` of a `chat.completion`.
    pub fn choices(&self) -> Value {
        let choice = |(index, answer): (usize, &Answer)| {
            let mut message = Map::new();
            message.insert("role".into(), json!("assistant"));
            let content =
                if answer.text.is_empty() && !answer.calls.is_empty() { Value::Null } else { json!(answer.text) };
            message.insert("content".into(), content);
            if !answer.annotations.is_empty() {
                message.insert("annotations".into(), json!(answer.annotations));
            }
            if !answer.calls.is_empty() {
                let call = |call: &CallPart| {
                    json!({ "id": call.id, "type": "function",
                        "function": { "name": call.name, "arguments": call.arguments } })
                };
                message.insert("tool_calls".into(), answer.calls.iter().map(call).collect());
            }
            json!({ "index": index, "message": message, "finish_reason": answer.finish_reason })
        };
        self.answers.iter().enumerate().map(choice).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::piece::{Heard, hear};

    #[test]
    fn pieces_become_one_answer() {
        let mut whole = Whole::default();
        for data in [
            r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"}}]}"#,
            r#"{"choices":[{"index":0,"delta":{"content":"lo","annotations":[{"type":"file_citation"}]}},{"index":1,"delta":{"content":"Hi"}}]}"#,
            r#"{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{"}}]}}]}"#,
            r#"{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]},"finish_reason":"tool_calls"}]}"#,
        ] {
            let Heard::Piece(piece) = hear(data.as_bytes()) else { panic!() };
            piece.parts.iter().for_each(|part| whole.add(part));
        }
        assert!(!whole.is_finished() && whole.has_calls());
        whole.add(&Part { finish_reason: Some("stop".into()), ..Part::default() });
        assert!(whole.is_finished());
        assert_eq!((whole.text(), whole.finish_reason()), ("Hello", Some("stop")));
        let call = json!({"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}});
        let expected = json!([
            {"index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": "Hello", "annotations": [{"type": "file_citation"}]}},
            {"index": 1, "message": {"role": "assistant", "content": "Hi", "tool_calls": [call]}, "finish_reason": "tool_calls"},
        ]);
        assert_eq!(whole.choices(), expected);
    }
}
