//! Frames of an answer as bytes: `chat.completion.chunk` with our id, and how it ends.

use bytes::{BufMut, Bytes, BytesMut};
use cueline_domain::chat::piece::{Counted, Piece};
use serde_json::{Value, json};

use super::log::NewFrame;

/// The event of a frame that ends a complete answer; its data has the usage of all attempts.
pub const END: &str = "end";
/// The event of a frame that ends a broken one; its data is an error of OpenAI's form.
pub const ERROR: &str = "error";

/// Bytes of a beginning that is worth keeping apart.
const LEAST_SHARED: usize = 16;
/// Bytes for frames that are obtained at once.
const SHEET: usize = 2_048;

/// Writes the frames of one answer.
pub(super) struct Pen {
    id: String,
    created: i64,
    /// Of the target that speaks: everything of a chunk before its choices.
    head: (String, Bytes),
    /// How choices have begun of late, and that behind the head. Frames keep the same beginning once.
    shared: (String, Bytes),
    last: String,
    /// Where frames are written, one behind the other.
    paper: BytesMut,
}

impl Pen {
    /// For the answer with this id.
    pub(super) fn new(id: &str, created_ms: i64) -> Self {
        Self {
            id: id.to_owned(),
            created: created_ms / 1_000,
            head: (String::new(), Bytes::new()),
            shared: (String::new(), Bytes::new()),
            last: String::new(),
            paper: BytesMut::new(),
        }
    }

    /// A piece as its target wrote it.
    pub(super) fn piece(&mut self, target: &str, piece: &Piece) -> NewFrame {
        if self.head.0 != target {
            let (id, model, created) = (json!(self.id), json!(target), self.created);
            let head = format!(
                r#"{{"id":{id},"object":"chat.completion.chunk","created":{created},"model":{model},"choices":"#
            );
            self.head = (target.to_owned(), head.into());
            self.shared = (String::new(), self.head.1.clone());
            self.last.clear();
        }
        if self.shared.0.is_empty() || !piece.choices.starts_with(&self.shared.0) {
            self.share(&piece.choices);
        }
        self.last.clone_from(&piece.choices);
        let rest = &piece.choices[self.shared.0.len()..];
        if self.paper.capacity() <= rest.len() {
            self.paper.reserve(SHEET.max(rest.len() + 1));
        }
        self.paper.put_slice(rest.as_bytes());
        self.paper.put_u8(b'}');
        NewFrame { event: "", head: self.shared.1.clone(), data: self.paper.split().freeze(), last: false }
    }

    /// The beginning that choices have in common with those before.
    fn share(&mut self, choices: &str) {
        let same = choices.bytes().zip(self.last.bytes()).take_while(|(a, b)| a == b).count();
        let same = (0..=same).rev().find(|at| choices.is_char_boundary(*at)).unwrap_or(0);
        let same = if same < LEAST_SHARED { "" } else { &choices[..same] };
        if same != self.shared.0 {
            let head = [self.head.1.as_ref(), same.as_bytes()].concat();
            self.shared = (same.to_owned(), head.into());
        }
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

/// The end of a broken answer, and when it is worth asking again.
pub fn error_frame(code: &str, message: &str, status: u16, retry_after_ms: Option<u64>) -> NewFrame {
    let mut data = json!({ "error": {
        "message": message, "type": error_type(status), "param": null, "code": code, "status": status,
    } });
    if let Some(retry_after_ms) = retry_after_ms {
        data["error"]["retry_after_ms"] = json!(retry_after_ms);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_say_the_same_however_much_of_them_is_shared() {
        let mut pen = Pen::new("chatcmpl-1", 7_000);
        let word = |word: &str| format!(r#"[{{"index":0,"delta":{{"content":"{word}"}},"finish_reason":null}}]"#);
        let others = [r#"[]"#.to_owned(), r#"[{"index":0,"delta":{},"finish_reason":"stop"}]"#.to_owned()];
        let said = ["w1", "w12", "é", "è", "", "a long word", "a long wäre", "b"].map(word).into_iter().chain(others);
        let mut heads = std::collections::BTreeSet::new();
        for (at, choices) in said.cycle().take(40).enumerate() {
            let target = if at < 30 { "a" } else { "b" };
            let frame = pen.piece(target, &Piece { choices: choices.clone(), ..Piece::default() });
            let whole: Value = serde_json::from_slice(&frame.whole()).unwrap();
            let expected: Value = serde_json::from_str(&choices).unwrap();
            assert_eq!((&whole["choices"], &whole["model"], &whole["created"]), (&expected, &json!(target), &json!(7)));
            heads.insert(frame.head);
        }
        let mut pen = Pen::new("chatcmpl-1", 7_000);
        let frames: Vec<NewFrame> = (0..100)
            .map(|at| pen.piece("a", &Piece { choices: word(&format!("word{} ", at * 7)), ..Piece::default() }))
            .collect();
        let bytes: usize = frames.iter().skip(10).map(|frame| frame.data.len()).sum();
        assert!(bytes < 90 * 45, "{bytes} bytes of {}", 90 * word("word100 ").len());
    }
}
