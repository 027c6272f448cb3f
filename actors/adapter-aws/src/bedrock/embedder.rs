//! Embedding models on InvokeModel.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_domain::vectors::normalise;
use cueline_ports::{Embedder, EmbedderInfo, PortError, PortErrorKind, PortResult};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use super::{
    Bedrock, EmbeddingFamily,
    invoke::{Invoker, TOO_LONG},
    shapes::{Purpose, Vectors, batches, beginning},
};

/// Requests of one call that are on their way at once.
const FLIGHTS: usize = 8;
/// Bytes of the texts of a request: far below what InvokeModel takes.
const MOST_BYTES: usize = 4 << 20;

/// An embedding model on Bedrock.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EmbedderOptions {
    /// Model id, inference profile id, or ARN of either.
    pub model: String,
    /// How it is asked; `None` goes by its name.
    pub family: Option<EmbeddingFamily>,
    /// Length of the vectors; `None` is the usual one of the family.
    pub dimension: Option<usize>,
}

impl EmbedderOptions {
    /// As the model does it by itself.
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: model.into(), family: None, dimension: None }
    }
}

/// An embedding model on Bedrock.
#[derive(Clone)]
pub struct BedrockEmbedder {
    invoker: Invoker,
    info: Arc<EmbedderInfo>,
    family: EmbeddingFamily,
}

impl BedrockEmbedder {
    /// Refuses a model that is not allowed or not known; nothing is called yet.
    ///
    /// # Errors
    /// `model_not_allowed`, `model_name_invalid`, `model_family_unknown`, `model_dimension_invalid`.
    pub fn new(bedrock: &Bedrock, options: EmbedderOptions) -> PortResult<Self> {
        let EmbedderOptions { model, family, dimension } = options;
        let family = family.map_or_else(|| EmbeddingFamily::of(&model), Ok)?;
        let possible = family.dimensions();
        let dimension = dimension.or(possible.first().copied()).unwrap_or_default();
        if !possible.contains(&dimension) {
            return Err(PortError::invalid(format!(
                "model_dimension_invalid: dimension of {model} is {dimension}; it can be one of {possible:?}"
            )));
        }
        let invoker = Invoker::new(bedrock, &model)?;
        let info = Arc::new(EmbedderInfo { model, dimension, max_tokens: family.max_tokens() });
        Ok(Self { invoker, info, family })
    }

    async fn all(&self, texts: &[String], purpose: Purpose) -> PortResult<Vec<Vec<f32>>> {
        let requests = batches(texts, self.family.batch(), MOST_BYTES);
        let requests: Vec<_> = requests.into_iter().map(|batch| self.batch(batch, purpose).boxed()).collect();
        let made: Vec<Vec<Vec<f32>>> = stream::iter(requests).buffered(FLIGHTS).try_collect().await?;
        Ok(made.into_iter().flatten().collect())
    }

    /// The vectors of one request. Texts that are too long are cut until they are read.
    async fn batch(&self, texts: &[String], purpose: Purpose) -> PortResult<Vec<Vec<f32>>> {
        let longest = texts.iter().map(String::len).max().unwrap_or(0);
        let mut cuts = self.family.cuts().iter().peekable();
        while let Some(most) = cuts.next() {
            // Blank text is refused, and has no meaning.
            let sent = |text: &'_ String| -> String {
                let text = beginning(text, *most);
                if text.trim().is_empty() { ".".to_owned() } else { text.to_owned() }
            };
            let sent: Vec<String> = texts.iter().map(sent).collect();
            match self.ask(&sent, purpose).await {
                Err(error) if too_long(&error) && cuts.peek().is_some_and(|next| **next < longest) => {}
                made => return made,
            }
        }
        Err(self.invoker.odd(TOO_LONG))
    }

    async fn ask(&self, texts: &[String], purpose: Purpose) -> PortResult<Vec<Vec<f32>>> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let body = self.family.body(&texts, self.info.dimension, purpose);
        let tokens = texts.iter().map(|text| (text.len() / 4 + 1).min(self.info.max_tokens) as u64).sum();
        let mut vectors = self.invoker.ask::<Vectors>(&body, tokens).await?.into_list();
        if vectors.len() != texts.len() {
            return Err(self.invoker.odd(&format!("it gave {} vectors for {} texts", vectors.len(), texts.len())));
        }
        for vector in &mut vectors {
            if vector.len() != self.info.dimension {
                let what = format!("it gave a vector of {} numbers instead of {}", vector.len(), self.info.dimension);
                return Err(self.invoker.odd(&what));
            }
            if !normalise(vector) {
                return Err(self.invoker.odd("it gave a vector without a direction"));
            }
        }
        Ok(vectors)
    }
}

fn too_long(error: &PortError) -> bool {
    error.kind == PortErrorKind::Invalid && error.message.ends_with(TOO_LONG)
}

#[async_trait]
impl Embedder for BedrockEmbedder {
    fn info(&self) -> EmbedderInfo {
        EmbedderInfo::clone(&self.info)
    }

    async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
        self.all(&texts, Purpose::Searched).await
    }

    async fn embed_question(&self, text: String) -> PortResult<Vec<f32>> {
        let made = self.all(std::slice::from_ref(&text), Purpose::Question).await?.pop();
        made.ok_or_else(|| self.invoker.odd("it gave no vector"))
    }
}
