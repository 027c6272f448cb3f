//! What computes: embedding and chat models.

use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::PortResult;

/// Turns texts into vectors.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// Which model it is.
    fn info(&self) -> EmbedderInfo;

    /// One vector of `info().dimension` numbers per text, in order, of length 1. Longer texts than the model reads are
    /// cut. The same text gives the same vector whatever else is in the batch (to about 1e-4).
    async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>>;
}

/// About an embedding model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedderInfo {
    /// Stable name that a collection records, e.g. `all-MiniLM-L6-v2`.
    pub model: String,
    /// Length of its vectors.
    pub dimension: usize,
    /// Tokens that it reads of a text.
    pub max_tokens: usize,
}

/// A chat model.
#[async_trait]
pub trait Model: Send + Sync {
    /// The name that answers are labelled with.
    fn name(&self) -> &str;

    /// The answer as deltas. The stream ends after `ChatDelta::End`; a stream that ends without it was cut.
    async fn chat(&self, chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>>;
}

/// A conversation to continue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chat {
    /// Oldest first.
    pub messages: Vec<ChatMessage>,
    /// At most this many tokens.
    pub max_tokens: Option<u32>,
    /// 0 is the most repeatable.
    pub temperature: Option<f32>,
    /// Lets a provider recognise a repeated request.
    pub idempotency_key: Option<String>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    /// Who says it.
    pub role: ChatRole,
    /// What.
    pub text: String,
}

/// Who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatRole {
    /// Instructions.
    System,
    /// The asking side.
    User,
    /// The model.
    Assistant,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatDelta {
    /// More text.
    Text(String),
    /// The last one.
    End {
        /// Why it ended, e.g. `stop`, `length`.
        finish_reason: String,
        /// What it cost.
        usage: Usage,
    },
}

/// Tokens, as the provider counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read.
    pub input_tokens: u64,
    /// Written.
    pub output_tokens: u64,
}
