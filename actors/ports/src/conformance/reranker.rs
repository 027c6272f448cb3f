//! What every reranker promises.

use std::sync::Arc;

use futures::future::join_all;

use crate::Reranker;

/// Checks every promise of [`Reranker`], each on a fresh one that prefers texts with words of the question.
pub async fn reranker_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Reranker>>,
{
    scores_are_in_the_order_of_the_texts(&*fresh().await).await;
    company_does_not_matter(&*fresh().await).await;
    any_number_of_texts_may_be_given(&*fresh().await).await;
    odd_texts_are_survived(&*fresh().await).await;
    calls_may_overlap(&*fresh().await).await;
}

const QUESTION: &str = "where is the brass key";

async fn scores(reranker: &dyn Reranker, texts: &[&str]) -> Vec<f32> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    let scores = reranker.rerank(QUESTION, &texts).await.expect("texts can be ranked");
    assert_eq!(scores.len(), texts.len(), "one score per text");
    assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)), "scores are from 0 to 1: {scores:?}");
    scores
}

fn assert_same(a: f32, b: f32, what: &str) {
    assert!((a - b).abs() < 1e-3, "{what}: {a} against {b}");
}

async fn scores_are_in_the_order_of_the_texts(reranker: &dyn Reranker) {
    assert!(!reranker.name().is_empty(), "a reranker has a name");
    let good = "the brass key is where the mat is";
    for texts in [["it rains today", good], [good, "it rains today"]] {
        let found = scores(reranker, &texts).await;
        let best = texts.iter().position(|text| *text == good).unwrap();
        assert!(found[best] > found[1 - best], "the text that fits has the better score: {found:?}");
    }
}

async fn company_does_not_matter(reranker: &dyn Reranker) {
    let texts = ["a brass band", "the key of the brass door", "nothing of it", "where is the brass key"];
    let together = scores(reranker, &texts).await;
    for (text, score) in texts.iter().zip(together) {
        assert_same(score, scores(reranker, &[text]).await[0], "alone or in company");
    }
}

async fn any_number_of_texts_may_be_given(reranker: &dyn Reranker) {
    assert!(scores(reranker, &[]).await.is_empty(), "no texts, no scores");
    let few = ["the brass key", "a door", "where is it"];
    let expected = scores(reranker, &few).await;
    let many: Vec<&str> = few.iter().copied().cycle().take(1_250).collect();
    for (score, expected) in scores(reranker, &many).await.into_iter().zip(expected.into_iter().cycle()) {
        assert_same(score, expected, "order is kept among many texts");
    }
}

async fn odd_texts_are_survived(reranker: &dyn Reranker) {
    let long = "the brass key ".repeat(20_000);
    scores(reranker, &["", " ", "\u{0}\u{fffd}", "🐧🐧", "東京都", &long]).await;
    let texts = ["a text".to_owned()];
    let found = reranker.rerank(&"why ".repeat(20_000), &texts).await.expect("a long question is survived");
    assert_eq!(found.len(), 1);
}

async fn calls_may_overlap(reranker: &dyn Reranker) {
    let texts = ["the brass key", "a door", "where is it", "brass"];
    let overlapped = join_all(texts.iter().map(async |text| scores(reranker, &[text]).await[0])).await;
    for (text, score) in texts.iter().zip(overlapped) {
        assert_same(score, scores(reranker, &[text]).await[0], "overlapping calls");
    }
}
