//! The chunks of a stream become UI message chunks: a state machine without a clock.
//!
//! ```text
//!  start, start-step
//!    reasoning-start ─ reasoning-delta … ─ reasoning-end ┐  of these two at most one is open
//!    text-start ────── text-delta … ────── text-end      ┘
//!    tool-input-start ─ tool-input-delta …                  a call, beside them
//!    source-url, source-document, data-seam                 at once
//!  tool-input-available | tool-input-error, of every call; finish-step, finish
//!  | error
//!  | abort
//! ```
//!
//! The same chunks give the same events, however they were batched: ids of parts follow from their place. A client that
//! comes back is told from the beginning.
//!
//! A call is available only when the answer is complete: until then a target may write more of it, and a client runs
//! its tool at once. An answer that fails therefore leaves its calls half; no client runs them, and the request that
//! follows leaves them out. Text goes on after calls in the part where it began, as the SDK has it.

mod calls;
mod sources;

use serde_json::{Map, Value, json};

use self::{calls::Calls, sources::Sources};

/// The error of an answer that its caller cancelled.
const CANCELLED: &str = "answer_cancelled";

/// A part that grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Reasoning,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Reasoning => "reasoning",
        }
    }
}

/// Tells one answer as UI message chunks.
#[derive(Debug, Clone, PartialEq)]
pub struct UiEvents {
    message_id: String,
    model: Option<String>,
    usage: Option<Value>,
    finish_reason: Option<String>,
    refused: bool,
    /// Parts that were begun.
    parts: usize,
    /// The part that grows, and its id.
    open: Option<(Kind, String)>,
    calls: Calls,
    sources: Sources,
    begun: bool,
    ended: bool,
}

impl UiEvents {
    /// For an answer of which nothing was told. The id is the message's; an answer that goes on with a message
    /// (`Translated::continues`) has the id of that.
    pub fn new(message_id: &str) -> Self {
        Self {
            message_id: message_id.to_owned(),
            model: None,
            usage: None,
            finish_reason: None,
            refused: false,
            parts: 0,
            open: None,
            calls: Calls::default(),
            sources: Sources::default(),
            begun: false,
            ended: false,
        }
    }

    /// Tells a `chat.completion.chunk`, or the `error` with which an answer broke off. After the end there is nothing.
    pub fn feed(&mut self, chunk: &Value) -> Vec<Value> {
        let mut out = Vec::new();
        if self.ended {
            return out;
        }
        if !chunk["error"].is_null() {
            self.fail(&chunk["error"], &mut out);
            return out;
        }
        // The target that speaks last is the one that finished the answer.
        self.model = chunk["model"].as_str().map(str::to_owned).or_else(|| self.model.take());
        self.calls.belong(chunk["id"].as_str().unwrap_or(&self.message_id));
        self.begin(&mut out);
        if chunk["usage"].is_object() {
            self.usage = Some(chunk["usage"].clone());
        }
        let seam = &chunk["cueline"]["seam"];
        if !seam.is_null() {
            out.push(json!({ "type": "data-seam", "data": seam, "transient": true }));
        }
        let first = |choice: &&Value| choice["index"].as_u64().unwrap_or(0) == 0;
        for choice in chunk["choices"].as_array().into_iter().flatten().filter(first) {
            self.tell(choice, &mut out);
        }
        out
    }

    /// The answer is complete. After an error there is nothing.
    pub fn end(&mut self) -> Vec<Value> {
        let mut out = Vec::new();
        if self.ended {
            return out;
        }
        self.ended = true;
        self.begin(&mut out);
        self.close(&mut out);
        self.calls.finish(&mut out);
        out.push(json!({ "type": "finish-step" }));
        let mut finish = json!({ "type": "finish", "finishReason": self.reason() });
        let usage = self.usage.take().map(|usage| ("usage", usage));
        let model = self.model.take().map(|model| ("model", json!(model)));
        remark(&mut finish, usage.into_iter().chain(model));
        out.push(finish);
        out
    }

    fn fail(&mut self, error: &Value, out: &mut Vec<Value>) {
        self.ended = true;
        if !self.begun {
            out.push(json!({ "type": "start", "messageId": self.message_id }));
        }
        self.close(out);
        if error["code"] == CANCELLED {
            out.push(json!({ "type": "abort" }));
            return;
        }
        let word = |value: &'_ Value| value.as_str().filter(|word| !word.is_empty()).map(str::to_owned);
        let message = word(&error["message"]).or_else(|| word(error)).or_else(|| word(&error["code"]));
        out.push(json!({ "type": "error", "errorText": message.as_deref().unwrap_or("the answer broke off") }));
    }

    fn begin(&mut self, out: &mut Vec<Value>) {
        if self.begun {
            return;
        }
        self.begun = true;
        let mut start = json!({ "type": "start", "messageId": self.message_id });
        remark(&mut start, self.model.iter().map(|model| ("model", json!(model))));
        out.push(start);
        out.push(json!({ "type": "start-step" }));
    }

    /// Kinds of one delta have no order among them; this is the SDK's.
    fn tell(&mut self, choice: &Value, out: &mut Vec<Value>) {
        let delta = &choice["delta"];
        let words = |name: &str| delta[name].as_str().filter(|words| !words.is_empty());
        // Some servers write reasoning under both names.
        if let Some(words) = words("reasoning_content").or_else(|| words("reasoning")) {
            self.write(Kind::Reasoning, words, out);
        }
        if let Some(words) = words("content") {
            self.write(Kind::Text, words, out);
        }
        if let Some(words) = words("refusal") {
            self.refused = true;
            self.write(Kind::Text, words, out);
        }
        for (at, part) in delta["tool_calls"].as_array().into_iter().flatten().enumerate() {
            if matches!(self.open, Some((Kind::Reasoning, _))) {
                self.close(out);
            }
            self.calls.add(part, at as u64, out);
        }
        for annotation in delta["annotations"].as_array().into_iter().flatten() {
            out.extend(self.sources.tell(annotation));
        }
        if let Some(reason) = choice["finish_reason"].as_str() {
            self.finish_reason = Some(reason.to_owned());
        }
    }

    fn write(&mut self, kind: Kind, words: &str, out: &mut Vec<Value>) {
        let id = match self.open.take() {
            Some((open, id)) if open == kind => id,
            other => {
                self.open = other;
                self.close(out);
                let id = format!("{}-{}", kind.name(), self.parts);
                self.parts += 1;
                out.push(json!({ "type": format!("{}-start", kind.name()), "id": id }));
                id
            }
        };
        out.push(json!({ "type": format!("{}-delta", kind.name()), "id": id, "delta": words }));
        self.open = Some((kind, id));
    }

    fn close(&mut self, out: &mut Vec<Value>) {
        if let Some((kind, id)) = self.open.take() {
            out.push(json!({ "type": format!("{}-end", kind.name()), "id": id }));
        }
    }

    fn reason(&self) -> &'static str {
        match self.finish_reason.as_deref() {
            // OpenAI ends a refusal as it ends an answer; the SDK tells them apart.
            Some("stop") if self.refused => "content-filter",
            Some("stop") => "stop",
            Some("length") => "length",
            Some("content_filter") => "content-filter",
            Some("tool_calls" | "function_call") => "tool-calls",
            _ => "other",
        }
    }
}

/// Adds `messageMetadata`, if there is any.
fn remark(event: &mut Value, fields: impl Iterator<Item = (&'static str, Value)>) {
    let fields: Map<String, Value> = fields.map(|(name, value)| (name.to_owned(), value)).collect();
    if !fields.is_empty() {
        event["messageMetadata"] = Value::Object(fields);
    }
}

#[cfg(test)]
mod tests;
