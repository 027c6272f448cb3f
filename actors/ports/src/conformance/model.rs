//! What every chat model promises.

use std::sync::Arc;

use futures::StreamExt;

use crate::{Chat, ChatDelta, ChatMessage, ChatRole, Model};

/// Checks every promise of [`Model`], each on a fresh one that answers any question with some text.
pub async fn model_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Model>>,
{
    an_answer_ends_once(&*fresh().await).await;
    an_answer_can_be_left(&*fresh().await).await;
    chats_may_overlap(&*fresh().await).await;
}

fn chat(text: &str) -> Chat {
    let message = |role, text: &str| ChatMessage { role, text: text.to_owned() };
    let messages = vec![message(ChatRole::System, "Answer briefly."), message(ChatRole::User, text)];
    Chat { messages, max_tokens: Some(64), temperature: Some(0.0), idempotency_key: Some("k1".to_owned()) }
}

async fn answer(model: &dyn Model, text: &str) -> String {
    let deltas: Vec<_> = model.chat(chat(text)).await.expect("a chat can be started").collect().await;
    let mut answer = String::new();
    let mut ends = 0;
    for delta in deltas {
        match delta.expect("no delta fails") {
            ChatDelta::Text(text) => {
                assert_eq!(ends, 0, "no text follows the end");
                answer.push_str(&text);
            }
            ChatDelta::End { finish_reason, .. } => {
                assert!(!finish_reason.is_empty(), "the end says why");
                ends += 1;
            }
        }
    }
    assert_eq!(ends, 1, "the stream ends after exactly one end");
    answer
}

async fn an_answer_ends_once(model: &dyn Model) {
    assert!(!model.name().is_empty(), "answers are labelled with a name");
    assert!(!answer(model, "Say hello.").await.is_empty(), "there is an answer");
}

async fn an_answer_can_be_left(model: &dyn Model) {
    let mut stream = model.chat(chat("Say hello.")).await.expect("a chat can be started");
    let first = stream.next().await;
    assert!(matches!(first, Some(Ok(_))), "the first delta comes: {first:?}");
    drop(stream);
    assert!(!answer(model, "Say hello.").await.is_empty(), "the next chat is not disturbed");
}

async fn chats_may_overlap(model: &dyn Model) {
    let (a, b) = futures::join!(answer(model, "Say hello."), answer(model, "Say hello."));
    assert!(!a.is_empty() && !b.is_empty(), "overlapping chats are answered");
}
