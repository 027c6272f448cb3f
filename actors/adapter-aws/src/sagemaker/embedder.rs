//! Models that embed, behind an endpoint.
//!
//! Bodies are JSON, as the Text Embeddings Inference container speaks it:
//!
//! ```text
//!   request   {"inputs": ["a text", "another"], "truncate": true}
//!   response  [[0.1, …], [0.2, …]]          or {"embeddings": [[0.1, …], [0.2, …]]}
//! ```
//!
//! One vector of the announced dimension per text, in order; longer texts are cut by the endpoint. Anything else that speaks
//! JSON is reached through [`SageMakerEndpoint::invoke`].

use std::sync::Arc;

use async_trait::async_trait;
use cueline_domain::vectors::normalise;
use cueline_ports::{Embedder, EmbedderInfo, PortResult};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::json;

use super::SageMakerEndpoint;

/// Requests of one call that are on their way at once.
const FLIGHTS: usize = 4;
/// Bytes of a text that are sent: more than any embedding model reads.
const LONGEST_TEXT: usize = 64 << 10;

/// An embedding model of your own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SageMakerEmbedderOptions {
    /// Stable name of the model, which collections record.
    pub model: String,
    /// Length of its vectors.
    pub dimension: usize,
    /// Tokens that it reads of a text.
    pub max_tokens: usize,
    /// Texts of a request at most: what the container takes.
    pub batch: usize,
}

impl SageMakerEmbedderOptions {
    /// 512 tokens, 32 texts a request.
    pub fn new(model: impl Into<String>, dimension: usize) -> Self {
        Self { model: model.into(), dimension, max_tokens: 512, batch: 32 }
    }
}

/// An embedding model of your own behind an endpoint.
#[derive(Debug, Clone)]
pub struct SageMakerEmbedder {
    endpoint: SageMakerEndpoint,
    options: Arc<SageMakerEmbedderOptions>,
}

impl SageMakerEmbedder {
    /// Behind an endpoint that speaks as described above.
    pub fn new(endpoint: SageMakerEndpoint, options: SageMakerEmbedderOptions) -> Self {
        Self { endpoint, options: Arc::new(options) }
    }

    async fn batch(&self, texts: &[String]) -> PortResult<Vec<Vec<f32>>> {
        let inputs: Vec<&str> = texts.iter().map(|text| beginning(text)).collect();
        let answer = self.endpoint.invoke(&json!({ "inputs": inputs, "truncate": true })).await?;
        let vectors: Vectors = serde_json::from_value(answer)
            .map_err(|_| self.endpoint.odd("the answer is no list of vectors, nor an object with `embeddings`"))?;
        let mut vectors = vectors.into_list();
        if vectors.len() != texts.len() {
            return Err(self.endpoint.odd(&format!("it gave {} vectors for {} texts", vectors.len(), texts.len())));
        }
        for vector in &mut vectors {
            if vector.len() != self.options.dimension {
                let (found, wanted) = (vector.len(), self.options.dimension);
                return Err(self.endpoint.odd(&format!("it gave a vector of {found} numbers instead of {wanted}")));
            }
            if !normalise(vector) {
                return Err(self.endpoint.odd("it gave a vector without a direction"));
            }
        }
        Ok(vectors)
    }
}

/// What is sent of a text; blank text is refused by many containers, and has no meaning.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or(text);
    if text.trim().is_empty() { "." } else { text }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Vectors {
    Plain(Vec<Vec<f32>>),
    Named { embeddings: Vec<Vec<f32>> },
}

impl Vectors {
    fn into_list(self) -> Vec<Vec<f32>> {
        match self {
            Self::Plain(vectors) | Self::Named { embeddings: vectors } => vectors,
        }
    }
}

#[async_trait]
impl Embedder for SageMakerEmbedder {
    fn info(&self) -> EmbedderInfo {
        let SageMakerEmbedderOptions { model, dimension, max_tokens, .. } = &*self.options;
        EmbedderInfo { model: model.clone(), dimension: *dimension, max_tokens: *max_tokens }
    }

    async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
        let batches = texts.chunks(self.options.batch.max(1));
        let requests: Vec<_> = batches.map(|batch| self.batch(batch).boxed()).collect();
        let made: Vec<Vec<Vec<f32>>> = stream::iter(requests).buffered(FLIGHTS).try_collect().await?;
        Ok(made.into_iter().flatten().collect())
    }
}
