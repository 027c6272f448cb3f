//! What every embedder promises.

use std::sync::Arc;

use cueline_domain::vectors::{cosine, norm};
use futures::future::join_all;

use crate::Embedder;

/// Checks every promise of [`Embedder`], each on a fresh one. `means_something`: whether texts of like meaning have like
/// vectors; false for fakes.
pub async fn embedder_suite<F, Fut>(fresh: F, means_something: bool)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Embedder>>,
{
    vectors_are_as_announced(&*fresh().await).await;
    company_does_not_matter(&*fresh().await).await;
    long_texts_are_cut(&*fresh().await).await;
    calls_may_overlap(&*fresh().await).await;
    a_question_has_a_vector(&*fresh().await, means_something).await;
    if means_something {
        like_meaning_is_near(&*fresh().await).await;
    }
}

async fn embed(embedder: &dyn Embedder, texts: &[&str]) -> Vec<Vec<f32>> {
    embedder.embed(texts.iter().map(|text| (*text).to_owned()).collect()).await.expect("texts can be embedded")
}

fn assert_same(a: &[f32], b: &[f32], what: &str) {
    let worst = a.iter().zip(b).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
    assert!(a.len() == b.len() && worst < 1e-4, "{what}: numbers differ by {worst}");
}

async fn vectors_are_as_announced(embedder: &dyn Embedder) {
    let info = embedder.info();
    assert!(!info.model.is_empty() && info.dimension > 0 && info.max_tokens > 0, "{info:?}");
    let odd = ["", " ", "a", "\u{0}\u{fffd}", "🐧🐧", "東京都", "مرحبا", "\u{301}\u{301}", "x\r\n\ty"];
    let vectors = embed(embedder, &odd).await;
    assert_eq!(vectors.len(), odd.len(), "one vector per text");
    for (text, vector) in odd.iter().zip(&vectors) {
        assert_eq!(vector.len(), info.dimension, "the dimension is as announced");
        assert!((norm(vector) - 1.0).abs() < 1e-4, "the vector of {text:?} has length 1, not {}", norm(vector));
    }
    assert!(embed(embedder, &[]).await.is_empty(), "no texts, no vectors");
}

async fn company_does_not_matter(embedder: &dyn Embedder) {
    let long = "a long text about penguins and their habits ".repeat(20);
    let texts = ["penguins", long.as_str(), "", "the quick brown fox", "penguins", "zzz"];
    let together = embed(embedder, &texts).await;
    for (text, vector) in texts.iter().zip(&together) {
        assert_same(vector, &embed(embedder, &[text]).await[0], "alone or in company");
    }
    let many: Vec<&str> = texts.iter().copied().cycle().take(150).collect();
    for (vector, expected) in embed(embedder, &many).await.iter().zip(together.iter().cycle()) {
        assert_same(vector, expected, "order is kept in a large batch");
    }
}

async fn long_texts_are_cut(embedder: &dyn Embedder) {
    let words = embedder.info().max_tokens + 10;
    let base = "word ".repeat(words);
    let vectors = embed(embedder, &[&base, &format!("{base} and a very different end")]).await;
    assert_same(&vectors[0], &vectors[1], "what is beyond the limit does not count");
    assert_eq!(embed(embedder, &[&"x".repeat(1 << 20)]).await.len(), 1, "a megabyte without a space is survived");
}

async fn calls_may_overlap(embedder: &dyn Embedder) {
    let texts: Vec<String> = (0..12).map(|number| format!("text number {number}")).collect();
    let calls = texts.iter().map(async |text| embed(embedder, &[text]).await.remove(0));
    let overlapped = join_all(calls).await;
    for (text, vector) in texts.iter().zip(&overlapped) {
        assert_same(vector, &embed(embedder, &[text]).await[0], "overlapping calls");
    }
}

async fn a_question_has_a_vector(embedder: &dyn Embedder, means_something: bool) {
    let ask = async |text: &str| embedder.embed_question(text.to_owned()).await.expect("a question can be embedded");
    for text in ["", "Where is the key?", "🐧"] {
        let vector = ask(text).await;
        assert_eq!(vector.len(), embedder.info().dimension, "a question is compared with what is searched");
        assert!((norm(&vector) - 1.0).abs() < 1e-4, "the vector of {text:?} has length 1, not {}", norm(&vector));
        assert_same(&vector, &ask(text).await, "the same question again");
    }
    if means_something {
        let texts = embed(embedder, &["The key lies under the mat.", "It rains in Bergen."]).await;
        let question = ask("Where is the key?").await;
        assert!(cosine(&question, &texts[0]) > cosine(&question, &texts[1]), "a question is near to its answer");
    }
}

async fn like_meaning_is_near(embedder: &dyn Embedder) {
    let vectors = embed(
        embedder,
        &["How do I get my money back?", "Our refund policy", "The weather in Norway", "Where can I ask for a refund?"],
    )
    .await;
    let (refund, weather) = (cosine(&vectors[0], &vectors[3]), cosine(&vectors[0], &vectors[2]));
    assert!(refund > weather + 0.2, "like meaning is nearer: {refund} against {weather}");
}
