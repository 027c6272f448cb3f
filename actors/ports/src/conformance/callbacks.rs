//! What answers to tokens promise.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::{Callbacks, LONGEST_OUTPUT, PortErrorKind, PortResult};

/// Somebody who waits with tokens.
#[async_trait]
pub trait WaitsWithTokens: Send + Sync {
    /// The port under test.
    fn port(&self) -> Arc<dyn Callbacks>;

    /// Begins to wait; gives the token.
    async fn begin(&self) -> String;

    /// What came, once it has.
    async fn answer(&self, token: &str) -> Answer;

    /// Whether a text that never was a token is told from one that nobody waits with any more.
    fn knows_its_tokens(&self) -> bool {
        true
    }
}

/// What came to somebody who waited.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A result.
    Succeeded(Value),
    /// An error.
    Failed {
        /// Its name.
        error: String,
        /// What was written about it.
        cause: String,
    },
}

/// Checks every promise of [`Callbacks`].
pub async fn callbacks_suite(bench: &dyn WaitsWithTokens) {
    a_result_arrives(bench).await;
    a_failure_arrives(bench).await;
    a_token_is_answered_once(bench).await;
    an_output_that_is_too_large_is_refused_and_somebody_still_waits(bench).await;
    what_is_no_token_is_refused(bench).await;
}

fn kind(result: PortResult<()>) -> Option<PortErrorKind> {
    result.err().map(|error| error.kind)
}

async fn a_result_arrives(bench: &dyn WaitsWithTokens) {
    for output in [json!({"a": [1, "é", null]}), json!(null), json!("text")] {
        let token = bench.begin().await;
        bench.port().heartbeat(&token).await.expect("somebody waits");
        bench.port().succeed(&token, &output).await.expect("it is answered");
        assert_eq!(bench.answer(&token).await, Answer::Succeeded(output), "the result arrives as it was");
    }
}

async fn a_failure_arrives(bench: &dyn WaitsWithTokens) {
    let token = bench.begin().await;
    bench.port().fail(&token, "Cueline.Denied", "not for you").await.expect("it is answered");
    let failed = Answer::Failed { error: "Cueline.Denied".to_owned(), cause: "not for you".to_owned() };
    assert_eq!(bench.answer(&token).await, failed, "with its name and its cause");
    let token = bench.begin().await;
    let port = bench.port();
    port.fail(&token, &"n".repeat(300), &"é".repeat(40_000)).await.expect("what is too long is cut");
    assert!(matches!(bench.answer(&token).await, Answer::Failed { .. }), "and arrives");
}

async fn a_token_is_answered_once(bench: &dyn WaitsWithTokens) {
    let token = bench.begin().await;
    bench.port().succeed(&token, &json!(1)).await.expect("it is answered");
    bench.answer(&token).await;
    let nobody = Some(PortErrorKind::NotFound);
    assert_eq!(kind(bench.port().succeed(&token, &json!(2)).await), nobody, "nobody waits any more");
    assert_eq!(kind(bench.port().fail(&token, "E", "").await), nobody, "nobody waits any more");
    assert_eq!(kind(bench.port().heartbeat(&token).await), nobody, "nobody waits any more");
}

async fn an_output_that_is_too_large_is_refused_and_somebody_still_waits(bench: &dyn WaitsWithTokens) {
    let token = bench.begin().await;
    let large = json!("x".repeat(LONGEST_OUTPUT));
    assert_eq!(kind(bench.port().succeed(&token, &large).await), Some(PortErrorKind::Invalid), "it is too large");
    let largest = json!("x".repeat(LONGEST_OUTPUT - 2));
    bench.port().succeed(&token, &largest).await.expect("so much is possible");
    assert_eq!(bench.answer(&token).await, Answer::Succeeded(largest));
}

async fn what_is_no_token_is_refused(bench: &dyn WaitsWithTokens) {
    let refused = kind(bench.port().heartbeat("no token at all").await);
    let expected = if bench.knows_its_tokens() { PortErrorKind::Invalid } else { PortErrorKind::NotFound };
    assert_eq!(refused, Some(expected), "what is no token");
}
