//! Frames of an answer as bytes: `chat.completion.chunk` with our id, and how it ends.

use bytes::Bytes;
use cueline_domain::chat::piece::{Counted, Piece};
use serde_json::{Value, json};

use super::log::NewFrame;

/// The event of a frame that ends a complete answer; its data has the usage of all attempts.
pub const END: &str = "end";
/// The event of a frame that ends a broken one; its data is an error of OpenAI's form.
pub const ERROR: &str = "error";

/// Writes the frames of one answer.
pub(super) struct Pen {
    id: String,
    created: i64,
    /// Of the target that speaks: everything of a chunk before its choices.
    head: (String, Bytes),
}

impl Pen {
    /// For the answer with this id.
    pub(super) fn new(id: &str, created_ms: i64) -> Self {
        Self { id: id.to_owned(), created: created_ms / 1_000, head: (String::new(), Bytes::new()) }
    }

    /// A piece as its target wrote it.
    pub(super) fn piece(&mut self, target: &str, piece: &Piece) -> NewFrame {
        if self.head.0 != target {
            let (id, model, created) = (json!(self.id), json!(target), self.created);
            let head = format!(
                r#"{{"id":{id},"object":"chat.completion.chunk","created":{created},"model":{model},"choices":"#
            );
            self.head = (target.to_owned(), head.into());
        }
        let mut data = String::with_capacity(piece.choices.len() + 1);
        data.push_str(&piece.choices);
        data.push('}');
        NewFrame { event: "", head: self.head.1.clone(), data: data.into(), last: false }
    }

    /// A piece that is ours: choices that were changed on their way.
    pub(super) fn choices(&mut self, target: &str, choices: Vec<Value>) -> NewFrame {
        let piece = Piece { choices: Value::Array(choices).to_string(), ..Piece::default() };
        self.piece(target, &piece)
    }

    /// Where another target goes on. A chunk that every client takes, with the seam beside the choices.
    pub(super) fn seam(&self, from: &str, to: &str, why: &str, at: u64) -> NewFrame {
        let data = json!({
            "id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": to,
            "choices": [{ "index": 0, "delta": {}, "finish_reason": null }],
            "cueline": { "seam": { "from": from, "to": to, "why": why, "after_characters": at } },
        });
        NewFrame { event: "", head: Bytes::new(), data: data.to_string().into(), last: false }
    }

    /// The end of a complete answer.
    pub(super) fn end(&self, target: &str, usage: &Counted) -> NewFrame {
        let data = json!({
            "id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": target, "choices": [],
            "usage": usage_json(usage),
        });
        NewFrame { event: END, head: Bytes::new(), data: data.to_string().into(), last: true }
    }
}

/// The end of a broken answer.
pub fn error_frame(code: &str, message: &str, status: u16) -> NewFrame {
    let data = json!({ "error": {
        "message": message, "type": error_type(status), "param": null, "code": code, "status": status,
    } });
    NewFrame { event: ERROR, head: Bytes::new(), data: data.to_string().into(), last: true }
}

/// The kind of an error as OpenAI names it.
pub fn error_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        400..=499 => "invalid_request_error",
        _ => "server_error",
    }
}

/// Usage as OpenAI writes it.
pub fn usage_json(usage: &Counted) -> Value {
    json!({
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": { "cached_tokens": usage.cached_tokens },
    })
}
