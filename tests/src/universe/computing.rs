//! What computes, without models: paragraphs, hashes and an answer that quotes its prompt.

use async_trait::async_trait;
use bytes::Bytes;
use cueline_domain::{
    document::{Block, BlockKind, DOCUMENT_FORMAT, Document},
    vectors::normalise,
};
use cueline_ports::{Chat, ChatDelta, Embedder, EmbedderInfo, Model, ParseFailure, Parser, PortResult, Usage};
use futures::{StreamExt, stream, stream::BoxStream};

use super::Chaos;

/// The name under which [`SimEmbedder`] is known.
pub const EMBEDDER: &str = "sim-embedder";
/// The name under which [`SimModel`] is known.
pub const MODEL: &str = "sim-model";
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

/// Answers with the last line that it was told.
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
        let last = chat.messages.last().map(|message| message.text.clone()).unwrap_or_default();
        let line = last.lines().last().unwrap_or("nothing").to_owned();
        self.0
            .call("model.chat", || {
                let usage = Usage { input_tokens: last.len() as u64, output_tokens: line.len() as u64 };
                let end = ChatDelta::End { finish_reason: "stop".to_owned(), usage };
                Ok(stream::iter([Ok(ChatDelta::Text(line)), Ok(end)]).boxed())
            })
            .await
    }
}
