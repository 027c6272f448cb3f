//! What computes, without models: paragraphs, hashes and an answer that quotes its prompt.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bytes::Bytes;
use cueline_domain::{
    document::{Block, BlockKind, DOCUMENT_FORMAT, Document},
    vectors::normalise,
};
use cueline_ports::{
    Chat, ChatDelta, ChatMessage, Direction, Embedder, EmbedderInfo, Guard, Intervention, Model, ParseFailure, Parser,
    Part, PortResult, Reranker, ToolCall, ToolChoice, Usage, Verdict, conformance::GuardSamples, finish,
};
use futures::{StreamExt, stream, stream::BoxStream};
use serde_json::Value;

use super::Chaos;

/// The name under which [`SimEmbedder`] is known.
pub const EMBEDDER: &str = "sim-embedder";
/// The name under which [`SimModel`] is known.
pub const MODEL: &str = "sim-model";
/// The name under which [`SimReranker`] is known.
pub const RERANKER: &str = "sim-reranker";
/// The name under which [`SimGuard`] is known.
pub const GUARD: &str = "sim-guard";
/// Numbers in a vector of [`SimEmbedder`].
pub const DIMENSION: usize = 8;
const MAX_WORDS: usize = 64;

/// UTF-8 text into paragraphs; anything else is refused.
pub struct SimParser(Chaos);

impl SimParser {
    /// A parser.
    pub fn new(chaos: Chaos) -> Self {
        Self(chaos)
    }
}

#[async_trait]
impl Parser for SimParser {
    fn version(&self) -> &str {
        "sim-parsers/1"
    }

    async fn parse(&self, name: &str, bytes: Bytes) -> Result<Document, ParseFailure> {
        let parsed = self.0.call("parser.parse", || Ok(document(name, &bytes))).await;
        parsed.unwrap_or_else(|error| Err(ParseFailure::Unavailable(error.to_string())))
    }
}

fn document(name: &str, bytes: &[u8]) -> Result<Document, ParseFailure> {
    let text = String::from_utf8(bytes.to_vec()).map_err(|_| {
        let message = "the file is not UTF-8 text".to_owned();
        ParseFailure::Refused { code: "document_damaged".to_owned(), message }
    })?;
    let mut blocks = Vec::new();
    let mut start = 0;
    for paragraph in text.split("\n\n") {
        let end = start + paragraph.len();
        if !paragraph.trim().is_empty() {
            blocks.push(Block { kind: BlockKind::Paragraph, start, end, page: None, headings: Vec::new() });
        }
        start = end + 2;
    }
    Ok(Document {
        format: DOCUMENT_FORMAT,
        media_type: "text/plain".to_owned(),
        parser: "sim/1".to_owned(),
        title: Some(name.to_owned()),
        text,
        blocks,
        pages: None,
        warnings: Vec::new(),
    })
}

/// Vectors that say nothing but are always the same.
pub struct SimEmbedder(Chaos);

impl SimEmbedder {
    /// An embedder.
    pub fn new(chaos: Chaos) -> Self {
        Self(chaos)
    }
}

#[async_trait]
impl Embedder for SimEmbedder {
    fn info(&self) -> EmbedderInfo {
        EmbedderInfo { model: EMBEDDER.to_owned(), dimension: DIMENSION, max_tokens: MAX_WORDS }
    }

    async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
        self.0.call("embedder.embed", || Ok(texts.iter().map(|text| vector(text)).collect())).await
    }
}

fn vector(text: &str) -> Vec<f32> {
    let read: Vec<&str> = text.split_whitespace().take(MAX_WORDS).collect();
    let hash = blake3::hash(read.join(" ").as_bytes());
    let mut vector: Vec<f32> = hash.as_bytes()[..DIMENSION].iter().map(|byte| f32::from(*byte) + 1.0).collect();
    // No number is below 1, so there always is a direction.
    let _ = normalise(&mut vector);
    vector
}

/// Answers with the last line that it was told; asks for a tool when it must.
pub struct SimModel(Chaos);

impl SimModel {
    /// A model.
    pub fn new(chaos: Chaos) -> Self {
        Self(chaos)
    }
}

#[async_trait]
impl Model for SimModel {
    fn name(&self) -> &str {
        MODEL
    }

    async fn chat(&self, chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
        self.0.call("model.chat", || Ok(stream::iter(deltas(&chat).into_iter().map(Ok)).boxed())).await
    }
}

fn deltas(chat: &Chat) -> Vec<ChatDelta> {
    let last = chat.messages.last().map(last_words).unwrap_or_default();
    let line = last.lines().last().unwrap_or("nothing").to_owned();
    let usage = Usage { input_tokens: last.len() as u64, output_tokens: line.len() as u64, ..Usage::default() };
    let end = |finish_reason: &str| ChatDelta::End { finish_reason: finish_reason.to_owned(), usage, verdict: None };
    let wanted = match &chat.tool_choice {
        ToolChoice::Free => None,
        ToolChoice::Any => chat.tools.first(),
        ToolChoice::Named(name) => chat.tools.iter().find(|tool| tool.name == *name),
    };
    if let Some(tool) = wanted {
        let call = ToolCall { id: "call-1".into(), name: tool.name.clone(), arguments: example(&tool.schema, &line) };
        return vec![ChatDelta::Call(call), end(finish::TOOL_CALLS)];
    }
    let text = match &chat.form {
        Some(form) => example(&form.schema, &line).to_string(),
        None => line,
    };
    vec![ChatDelta::Text(text), end(finish::STOP)]
}

/// What was said last; the results of tools are words, too.
fn last_words(message: &ChatMessage) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Result(result) => result.content.to_string(),
        Part::Image(_) | Part::Call(_) | Part::CachePoint => String::new(),
    };
    message.parts.iter().map(part).collect()
}

/// An object with every property that a schema requires, each with the same words.
fn example(schema: &Value, words: &str) -> Value {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    required.map(|name| (name.to_owned(), Value::from(words))).collect::<serde_json::Map<_, _>>().into()
}

/// Counts the words that question and text share.
pub struct SimReranker(Chaos);

impl SimReranker {
    /// A reranker.
    pub fn new(chaos: Chaos) -> Self {
        Self(chaos)
    }
}

#[async_trait]
impl Reranker for SimReranker {
    fn name(&self) -> &str {
        RERANKER
    }

    async fn rerank(&self, question: &str, texts: &[String]) -> PortResult<Vec<f32>> {
        let words: BTreeSet<&str> = question.split_whitespace().take(MAX_WORDS).collect();
        let score = |text: &String| {
            let shared = text.split_whitespace().take(MAX_WORDS).filter(|word| words.contains(word));
            shared.collect::<BTreeSet<_>>().len() as f32 / words.len().max(1) as f32
        };
        self.0.call("reranker.rerank", || Ok(texts.iter().map(score).collect())).await
    }
}

/// Blocks one word, masks one address.
pub struct SimGuard(Chaos);

const FORBIDDEN: &str = "philtre";
const ADDRESS: &str = "circe@example.org";
const MASK: &str = "{EMAIL}";

/// What [`SimGuard`] has rules about.
pub fn guard_samples() -> GuardSamples {
    GuardSamples {
        forbidden: FORBIDDEN.to_owned(),
        policy: "word".to_owned(),
        masked: Some((ADDRESS.to_owned(), MASK.to_owned())),
    }
}

impl SimGuard {
    /// A guard.
    pub fn new(chaos: Chaos) -> Self {
        Self(chaos)
    }
}

#[async_trait]
impl Guard for SimGuard {
    fn name(&self) -> &str {
        GUARD
    }

    async fn check(&self, _direction: Direction, text: &str) -> PortResult<Verdict> {
        self.0.call("guard.check", || Ok(judged(text))).await
    }
}

fn judged(text: &str) -> Verdict {
    let (blocked, masked) = (text.contains(FORBIDDEN), text.contains(ADDRESS));
    let policies: Vec<String> = [(masked, "pii/EMAIL"), (blocked, "word")]
        .into_iter()
        .filter(|(found, _)| *found)
        .map(|(_, name)| name.to_owned())
        .collect();
    if policies.is_empty() {
        return Verdict::Passed;
    }
    let masked = (!blocked).then(|| text.replace(ADDRESS, MASK));
    let message = blocked.then(|| "That is not for us to say.".to_owned());
    Verdict::Intervened(Intervention { policies, masked, message })
}
