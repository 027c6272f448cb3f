//! What functions promise to whoever calls them.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{FunctionCall, FunctionError, FunctionResult, Functions, PortErrorKind};

/// Functions that are there, and one that is not.
pub struct FunctionsBench {
    /// The port.
    pub port: Arc<dyn Functions>,
    /// Returns what it is given.
    pub echo: String,
    /// Fails with the message `no such order`.
    pub failing: String,
    /// The type of its error.
    pub error: String,
    /// Returns nothing within a second.
    pub slow: String,
    /// Returns the key that it is given, where it can see it.
    pub keyed: Option<String>,
    /// Is not there.
    pub missing: String,
}

/// Checks every promise of [`Functions`].
pub async fn functions_suite(bench: &FunctionsBench) {
    a_result_is_what_the_function_returned(bench).await;
    a_failed_function_is_told_by_the_name_of_its_error(bench).await;
    what_is_not_there_cannot_be_called(bench).await;
    nobody_waits_longer_than_told(bench).await;
    every_run_is_given_the_key(bench).await;
}

async fn invoke(bench: &FunctionsBench, function: &str, payload: Value) -> Result<FunctionResult, FunctionError> {
    let call = FunctionCall {
        function: function.to_owned(),
        payload,
        idempotency_key: "run-1/7".to_owned(),
        timeout: Duration::from_secs(30),
    };
    bench.port.invoke(call).await
}

async fn a_result_is_what_the_function_returned(bench: &FunctionsBench) {
    for payload in [json!({}), json!({"a": [1, -2.5, "é", null, true]}), json!("text"), json!([]), json!(7)] {
        let result = invoke(bench, &bench.echo, payload.clone()).await.expect("a function can be called");
        assert_eq!(result.payload, payload, "the result is what the function returned");
        assert!(!result.version.is_empty(), "and the version that ran is told");
    }
}

async fn a_failed_function_is_told_by_the_name_of_its_error(bench: &FunctionsBench) {
    let Err(FunctionError::Failed { error, cause }) = invoke(bench, &bench.failing, json!({})).await else {
        panic!("a function that fails is told from one that could not be called");
    };
    let cause: Value = serde_json::from_str(&cause).expect("the cause is JSON");
    assert_eq!((&error, &cause["errorMessage"]), (&bench.error, &json!("no such order")));
}

async fn what_is_not_there_cannot_be_called(bench: &FunctionsBench) {
    let kind = port_kind(invoke(bench, &bench.missing, json!({})).await);
    assert_eq!(kind, Some(PortErrorKind::NotFound), "a function that is not there");
}

async fn nobody_waits_longer_than_told(bench: &FunctionsBench) {
    let call = FunctionCall {
        function: bench.slow.clone(),
        payload: json!({}),
        idempotency_key: "run-1/8".to_owned(),
        timeout: Duration::from_millis(200),
    };
    let kind = port_kind(bench.port.invoke(call).await);
    assert_eq!(kind, Some(PortErrorKind::Unavailable), "it may have run: nobody knows");
}

async fn every_run_is_given_the_key(bench: &FunctionsBench) {
    let Some(keyed) = &bench.keyed else { return };
    let result = invoke(bench, keyed, json!({})).await.expect("a function can be called");
    assert_eq!(result.payload, json!("run-1/7"), "a function sees the key of its call");
}

fn port_kind(result: Result<FunctionResult, FunctionError>) -> Option<PortErrorKind> {
    match result {
        Err(FunctionError::Port(error)) => Some(error.kind),
        _ => None,
    }
}
