//! What compares a question with texts, one by one.

use async_trait::async_trait;

use crate::PortResult;

/// Says how well texts fit a question.
#[async_trait]
pub trait Reranker: Send + Sync {
    /// The name of the model.
    fn name(&self) -> &str;

    /// One score from 0 to 1 per text, in the order of the texts; more is better. A score depends on the question and its
    /// text alone (to about 1e-3), not on the other texts, so any number of texts may be given. Texts that are longer than
    /// the model reads are cut.
    async fn rerank(&self, question: &str, texts: &[String]) -> PortResult<Vec<f32>>;
}
