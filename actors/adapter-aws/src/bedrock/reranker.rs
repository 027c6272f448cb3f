//! Reranking models on InvokeModel.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_ports::{PortResult, Reranker};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use super::{
    Bedrock, RerankingFamily,
    invoke::Invoker,
    shapes::{Ranked, beginning},
};

/// Texts of a request: so many are billed as one question, and larger requests only take longer.
const BATCH: usize = 100;
/// Requests of one call that are on their way at once.
const FLIGHTS: usize = 4;
/// Characters of a question and of a text that are sent: more than any model reads of them, and a request stays small.
const LONGEST_QUESTION: usize = 8_000;
const LONGEST_TEXT: usize = 16_000;

/// A reranking model on Bedrock.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RerankerOptions {
    /// Model id or ARN.
    pub model: String,
    /// How it is asked; `None` goes by its name.
    pub family: Option<RerankingFamily>,
}

impl RerankerOptions {
    /// As the name tells.
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: model.into(), family: None }
    }
}

/// A reranking model on Bedrock.
#[derive(Clone)]
pub struct BedrockReranker {
    invoker: Invoker,
    model: Arc<str>,
    family: RerankingFamily,
}

impl BedrockReranker {
    /// Refuses a model that is not allowed or not known; nothing is called yet.
    ///
    /// # Errors
    /// `model_not_allowed`, `model_name_invalid`, `model_family_unknown`.
    pub fn new(bedrock: &Bedrock, options: RerankerOptions) -> PortResult<Self> {
        let RerankerOptions { model, family } = options;
        let family = family.map_or_else(|| RerankingFamily::of(&model), Ok)?;
        Ok(Self { invoker: Invoker::new(bedrock, &model)?, model: model.into(), family })
    }

    async fn batch(&self, question: &str, texts: &[String]) -> PortResult<Vec<f32>> {
        // Blank text is refused, and fits no question.
        let sent = |text: &'_ String| -> String {
            let text = beginning(text, LONGEST_TEXT);
            if text.trim().is_empty() { ".".to_owned() } else { text.to_owned() }
        };
        let sent: Vec<String> = texts.iter().map(sent).collect();
        let sent: Vec<&str> = sent.iter().map(String::as_str).collect();
        let body = self.family.body(question, &sent);
        let tokens = sent.iter().map(|text| ((question.len() + text.len()) / 4 + 1) as u64).sum();
        let ranked: Ranked = self.invoker.ask(&body, tokens).await?;
        ranked.scores(texts.len()).ok_or_else(|| self.invoker.odd("it did not give one score for each text"))
    }
}

#[async_trait]
impl Reranker for BedrockReranker {
    fn name(&self) -> &str {
        &self.model
    }

    async fn rerank(&self, question: &str, texts: &[String]) -> PortResult<Vec<f32>> {
        let question = beginning(question, LONGEST_QUESTION);
        let question = if question.trim().is_empty() { "." } else { question };
        let requests: Vec<_> = texts.chunks(BATCH).map(|batch| self.batch(question, batch).boxed()).collect();
        let scores: Vec<Vec<f32>> = stream::iter(requests).buffered(FLIGHTS).try_collect().await?;
        Ok(scores.into_iter().flatten().collect())
    }
}
