//! What computes: embedding and chat models.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use serde_json::{Map, Value};

use crate::{Chat, ChatDelta, PortError, PortResult};

/// Turns texts into vectors.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// Which model it is.
    fn info(&self) -> EmbedderInfo;

    /// One vector of `info().dimension` numbers per text, in order, of length 1. Longer texts than the model reads are
    /// cut. The same text gives the same vector whatever else is in the batch (to about 1e-4).
    async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>>;

    /// The vector of a question, to be compared with those of [`embed`](Self::embed); of length 1, too. Some models read
    /// questions in another way than what is searched.
    async fn embed_question(&self, text: String) -> PortResult<Vec<f32>> {
        let vector = self.embed(vec![text]).await?.pop();
        vector.ok_or_else(|| PortError::unavailable(format!("{} gave no vector", self.info().model)))
    }
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
    ///
    /// What would change the answer and cannot be had (tools, a form, a guardrail) is refused as `Unsupported`, never left
    /// out in silence. Cache points, metadata and tiers only change what it costs: they are hints. Wishes about how it is drawn
    /// (seed, penalties, effort) are told where the model's API has a place for them.
    async fn chat(&self, chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>>;

    /// For models whose server speaks chat completions itself: what is said to it and what it says can be passed on field by
    /// field.
    fn relay(&self) -> Option<Arc<dyn Relay>> {
        None
    }
}

/// A server that speaks OpenAI's chat completions. The request's `model`, `stream` and `stream_options` are set here; every
/// other field is passed on as it is.
///
/// Errors are those of [`Model::chat`]. Redirects are not followed.
#[async_trait]
pub trait Relay: Send + Sync {
    /// The answer whole: the body of a `chat.completion`.
    async fn complete(&self, request: &Map<String, Value>, idempotency_key: &str) -> PortResult<Bytes>;

    /// The data of the events of an answer, as they come, at most 4 MiB each; `[DONE]` is passed on. An end without it, and
    /// whatever else is wrong with an answer, is for the caller to judge.
    async fn stream(
        &self,
        request: &Map<String, Value>,
        idempotency_key: &str,
    ) -> PortResult<BoxStream<'static, PortResult<Bytes>>>;

    /// The body of an answer of `/embeddings`.
    async fn embed(&self, request: &Map<String, Value>) -> PortResult<Bytes>;
}
