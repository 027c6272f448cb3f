//! Chunks become one `chat.completion`: what a stream has said so far.
//!
//! Only the first answer is read: Responses have no `n`. A chunk is taken for what it has; what is not understood is
//! left out.

use serde_json::{Map, Value, json};

use crate::chat::calls::{Call, GatheredCalls};

/// A kind of what an answer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Refusal,
    Calls,
}

const USUAL: [Kind; 3] = [Kind::Text, Kind::Refusal, Kind::Calls];

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Self::Text => "content",
            Self::Refusal => "refusal",
            Self::Calls => "tool_calls",
        }
    }
}

/// In which order kinds first came, where it is not the usual one.
///
/// A message of chat completions has no order among its fields, but output items have one. So an unusual order is
/// written beside the message (`cueline.order`), and whoever reads the whole answer puts the items where the stream had
/// put them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    /// Calls came before any words.
    pub calls_first: bool,
    /// A refusal came before any text.
    pub refusal_first: bool,
}

impl Order {
    /// Of a choice of a whole answer.
    pub fn of(choice: &Value) -> Self {
        let named = |key: &Value| USUAL.into_iter().find(|kind| Some(kind.key()) == key.as_str());
        match &choice["cueline"]["order"] {
            Value::Array(keys) => Self::from(&keys.iter().filter_map(named).collect::<Vec<_>>()),
            _ => Self::default(),
        }
    }

    fn from(kinds: &[Kind]) -> Self {
        let text = kinds.iter().position(|kind| *kind == Kind::Text);
        let refusal = kinds.iter().position(|kind| *kind == Kind::Refusal);
        let refusal_first = refusal.is_some_and(|refusal| text.is_none_or(|text| refusal < text));
        Self { calls_first: kinds.first() == Some(&Kind::Calls), refusal_first }
    }
}

/// An answer as far as it has come.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gathered {
    model: Option<String>,
    service_tier: Option<String>,
    kinds: Vec<Kind>,
    text: String,
    refusal: String,
    calls: GatheredCalls,
    annotations: Vec<Value>,
    logprobs: Vec<Value>,
    finish_reason: Option<String>,
    usage: Value,
}

impl Gathered {
    /// Adds a `chat.completion.chunk`.
    pub fn add(&mut self, chunk: &Value) {
        let word = |name: &str| chunk[name].as_str().map(str::to_owned);
        // The target that speaks last is the one that finished the answer.
        self.model = word("model").or_else(|| self.model.take());
        self.service_tier = word("service_tier").or_else(|| self.service_tier.take());
        if chunk["usage"].is_object() {
            self.usage = chunk["usage"].clone();
        }
        for choice in chunk["choices"].as_array().into_iter().flatten() {
            if choice["index"].as_u64().unwrap_or(0) == 0 {
                self.add_choice(choice);
            }
        }
    }

    fn add_choice(&mut self, choice: &Value) {
        let delta = &choice["delta"];
        let words = |name: &str| delta[name].as_str().filter(|words| !words.is_empty());
        if let Some(text) = words("content") {
            self.saw(Kind::Text);
            self.text.push_str(text);
        }
        if let Some(refusal) = words("refusal") {
            self.saw(Kind::Refusal);
            self.refusal.push_str(refusal);
        }
        for (at, part) in delta["tool_calls"].as_array().into_iter().flatten().enumerate() {
            if self.calls.add(part, at as u64).is_some() {
                self.saw(Kind::Calls);
            }
        }
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        self.annotations.extend(list(&delta["annotations"]));
        self.logprobs.extend(list(&choice["logprobs"]["content"]));
        if let Some(reason) = choice["finish_reason"].as_str() {
            self.finish_reason = Some(reason.to_owned());
        }
    }

    fn saw(&mut self, kind: Kind) {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    /// What was said.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// With which words it was refused.
    pub fn refusal(&self) -> &str {
        &self.refusal
    }

    /// Calls of tools, in the order in which they began.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Annotations of the text, as they were written.
    pub fn annotations(&self) -> &[Value] {
        &self.annotations
    }

    /// Log probabilities of the text, as they were written.
    pub fn logprobs(&self) -> &[Value] {
        &self.logprobs
    }

    /// In which order it came.
    pub fn order(&self) -> Order {
        Order::from(&self.kinds)
    }

    /// The order cannot be told from the message.
    fn is_unusual(&self) -> bool {
        let (order, has_words) = (self.order(), !self.text.is_empty() || !self.refusal.is_empty());
        (order.calls_first && has_words) || (order.refusal_first && !self.text.is_empty())
    }

    /// As a `chat.completion`.
    pub fn whole(&self) -> Value {
        let mut message = Map::new();
        message.insert("role".into(), json!("assistant"));
        message.insert("content".into(), if self.text.is_empty() { Value::Null } else { json!(self.text) });
        message.insert("refusal".into(), if self.refusal.is_empty() { Value::Null } else { json!(self.refusal) });
        if !self.annotations.is_empty() {
            message.insert("annotations".into(), json!(self.annotations));
        }
        if !self.calls.is_empty() {
            let call = |call: &Call| {
                json!({ "id": call.id, "type": "function",
                    "function": { "name": call.name, "arguments": call.arguments } })
            };
            message.insert("tool_calls".into(), self.calls.iter().map(call).collect());
        }
        let mut choice = Map::new();
        choice.insert("index".into(), json!(0));
        choice.insert("message".into(), Value::Object(message));
        if !self.logprobs.is_empty() {
            choice.insert("logprobs".into(), json!({ "content": self.logprobs }));
        }
        choice.insert("finish_reason".into(), json!(self.finish_reason));
        if self.is_unusual() {
            let order: Vec<&str> = self.kinds.iter().map(|kind| kind.key()).collect();
            choice.insert("cueline".into(), json!({ "order": order }));
        }
        let mut whole = Map::new();
        whole.insert("object".into(), json!("chat.completion"));
        whole.insert("model".into(), json!(self.model));
        whole.insert("choices".into(), json!([choice]));
        whole.insert("usage".into(), self.usage.clone());
        if let Some(tier) = &self.service_tier {
            whole.insert("service_tier".into(), json!(tier));
        }
        Value::Object(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_become_one_answer() {
        let mut gathered = Gathered::default();
        for chunk in [
            json!({"model": "a", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}),
            json!({"model": "a", "choices": [{"index": 0, "delta": {"tool_calls": [
                {"index": 1, "id": "c", "function": {"name": "f", "arguments": ""}}]}}]}),
            json!({"model": "b", "choices": [{"index": 0, "delta": {}}], "cueline": {"seam": {}}}),
            json!({"model": "b", "choices": [{"index": 1, "delta": {"content": "another answer"}},
                {"index": 0, "delta": {"content": "Hi", "tool_calls": [{"index": 1, "function": {"arguments": "{}"}},
                    {"index": 2}]}, "logprobs": {"content": [{"token": "Hi", "logprob": -0.5}]}}], "usage": null}),
            json!({"model": "b", "choices": [{"index": 0, "delta": {"content": 7}, "finish_reason": "stop"}]}),
            json!({"model": "b", "choices": [], "usage": {"prompt_tokens": 1}}),
        ] {
            gathered.add(&chunk);
        }
        let expected = json!({
            "object": "chat.completion", "model": "b", "choices": [{
                "index": 0,
                "message": {"role": "assistant", "content": "Hi", "refusal": null, "tool_calls": [
                    {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
                "logprobs": {"content": [{"token": "Hi", "logprob": -0.5}]},
                "finish_reason": "stop", "cueline": {"order": ["tool_calls", "content"]}
            }],
            "usage": {"prompt_tokens": 1}
        });
        assert_eq!(gathered.whole(), expected);
        assert_eq!(Order::of(&expected["choices"][0]), gathered.order());
    }

    #[test]
    fn only_an_unusual_order_is_written() {
        let delta = |name: &str| json!({"choices": [{"delta": {name: "x"}}]});
        let call = json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "c"}]}}]});
        for (chunks, calls_first, refusal_first) in [
            (vec![delta("content"), delta("refusal"), call.clone()], false, false),
            (vec![call.clone()], true, false),
            (vec![delta("refusal")], false, true),
            (vec![delta("content"), call.clone(), delta("refusal")], false, false),
            (vec![call, delta("refusal"), delta("content")], true, true),
        ] {
            let mut gathered = Gathered::default();
            chunks.iter().for_each(|chunk| gathered.add(chunk));
            assert_eq!(gathered.order(), Order { calls_first, refusal_first }, "{chunks:?}");
        }
    }
}
