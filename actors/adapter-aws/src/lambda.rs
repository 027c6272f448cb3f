//! Functions of AWS Lambda.
//!
//! A call is synchronous (`RequestResponse`): request and response have six megabytes each, a function runs for a quarter of an
//! hour at most. Lambda itself has no idempotency token, so the key travels in the client context, where every runtime shows it:
//! `context.client_context.custom["idempotencyKey"]` in Python, `context.clientContext.custom.idempotencyKey` in Node.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_lambda::{Client, config::timeout::TimeoutConfig, primitives::Blob, types::InvocationType};
use base64::{Engine, engine::general_purpose::STANDARD};
use cueline_ports::{
    FunctionCall, FunctionError, FunctionResult, Functions, LONGEST_CAUSE, PortErrorKind, PortResult, cut,
};
use serde_json::{Value, json};

use crate::{Connection, Meter, error::Call};

/// The longest client context, decoded.
const LONGEST_CONTEXT: usize = 3_583;
/// The error of a function that does not say which.
const UNKNOWN: &str = "Lambda.Unknown";

/// Functions of one account and region.
#[derive(Clone)]
pub struct LambdaFunctions {
    client: Client,
}

impl LambdaFunctions {
    /// Nothing is called yet.
    pub fn new(connection: &Connection, meter: Meter) -> Self {
        let config = aws_sdk_lambda::config::Builder::from(&connection.sdk).interceptor(meter).build();
        Self { client: Client::from_conf(config) }
    }
}

#[async_trait]
impl Functions for LambdaFunctions {
    async fn invoke(&self, call: FunctionCall) -> Result<FunctionResult, FunctionError> {
        let on = format!("function {}", call.function);
        let action = Call { action: "lambda:InvokeFunction", on: &on };
        let sent = self
            .client
            .invoke()
            .function_name(&call.function)
            .invocation_type(InvocationType::RequestResponse)
            .client_context(client_context(&call.idempotency_key)?)
            .payload(Blob::new(call.payload.to_string()))
            .customize()
            // The process-wide limit of one try is shorter than what a function may take.
            .config_override(aws_sdk_lambda::config::Builder::new().timeout_config(patience(call.timeout)))
            .send()
            .await;
        let answer = sent.map_err(|error| action.failed(error))?;
        let version = answer.executed_version().unwrap_or_default().to_owned();
        let body = answer.payload.map(Blob::into_inner).unwrap_or_default();
        if answer.function_error.is_some() {
            return Err(failed(&body));
        }
        if body.is_empty() {
            return Ok(FunctionResult { payload: Value::Null, version });
        }
        let payload = serde_json::from_slice(&body)
            .map_err(|error| action.error(PortErrorKind::Corrupt, &format!("its result is not JSON: {error}")))?;
        Ok(FunctionResult { payload, version })
    }
}

/// The whole call, and each try of it, ends with the patience of whoever waits.
fn patience(timeout: Duration) -> TimeoutConfig {
    let timeout = timeout.max(Duration::from_millis(1));
    TimeoutConfig::builder()
        .connect_timeout(timeout.min(Duration::from_secs(5)))
        .read_timeout(timeout)
        .operation_attempt_timeout(timeout)
        .operation_timeout(timeout)
        .build()
}

fn client_context(key: &str) -> PortResult<String> {
    let context = json!({ "custom": { "idempotencyKey": key } }).to_string();
    if context.len() > LONGEST_CONTEXT {
        let what = format!("an idempotency key of {} bytes: it does not fit the client context", key.len());
        return Err(cueline_ports::PortError::invalid(what));
    }
    Ok(STANDARD.encode(context))
}

/// What a function writes when it fails: `{"errorType": …, "errorMessage": …, "stackTrace": […]}`.
fn failed(body: &[u8]) -> FunctionError {
    let told: Value = serde_json::from_slice(body).unwrap_or_else(|_| json!({}));
    let field = |name: &str| told.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let error = field("errorType").unwrap_or(UNKNOWN).to_owned();
    let whole = told.to_string();
    if whole.len() <= LONGEST_CAUSE {
        return FunctionError::Failed { error, cause: whole };
    }
    // The stack trace goes first; a quarter leaves room for what JSON escapes.
    let message = cut(field("errorMessage").unwrap_or_default(), LONGEST_CAUSE / 4);
    let cause = json!({ "errorType": error, "errorMessage": message }).to_string();
    FunctionError::Failed { error, cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &str) -> (String, String) {
        match failed(body.as_bytes()) {
            FunctionError::Failed { error, cause } => (error, cause),
            FunctionError::Port(error) => (String::new(), error.to_string()),
        }
    }

    #[test]
    fn a_function_that_failed_is_told_by_the_type_of_its_error() {
        let body = r#"{"errorMessage":"no such order","errorType":"ValueError","stackTrace":["line 3"]}"#;
        assert_eq!(told(body), ("ValueError".to_owned(), body.to_owned()));
        assert_eq!(told(r#"{"errorMessage":"RequestId: 1 Error: Runtime exited"}"#).0, UNKNOWN);
        assert_eq!(told("out of memory"), (UNKNOWN.to_owned(), "{}".to_owned()));
    }

    #[test]
    fn a_long_trace_is_left_out_and_a_long_message_is_cut() {
        let trace = json!({"errorType": "E", "errorMessage": "m", "trace": vec!["x"; 40_000]}).to_string();
        assert_eq!(told(&trace).1, r#"{"errorType":"E","errorMessage":"m"}"#);
        let message = json!({"errorType": "E", "errorMessage": "\n".repeat(50_000)}).to_string();
        assert!(told(&message).1.len() <= LONGEST_CAUSE);
    }

    #[test]
    fn the_key_is_in_the_client_context() {
        let context = STANDARD.decode(client_context("run-1/7").unwrap()).unwrap();
        assert_eq!(context, br#"{"custom":{"idempotencyKey":"run-1/7"}}"#);
        assert!(client_context(&"k".repeat(4_000)).is_err());
    }
}
