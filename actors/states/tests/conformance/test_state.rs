//! Cases of the TestState API: one state, with its neighbours not run.

use super::{
    case::Case,
    matching::{cause_matches, difference},
    play::BEGIN_MS,
    verdict::{Outcome, text_matches_or_any},
};
use cueline_states::{
    Env, Failure,
    probe::{Mock, Refused, Trial, Tried, TriedStatus, try_state},
};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn judge(case: &Case) -> Outcome {
    let message = case.expect.message.as_deref().unwrap_or_default();
    if message.contains("Mock result schema validation error") {
        return Outcome::Skipped("checks a mock against an AWS service model".into());
    }
    let trial = trial(case);
    let document: Value = match serde_json::from_str(&case.definition_text()) {
        Ok(document) => document,
        Err(why) => return Outcome::Failed(vec![why.to_string()]),
    };
    let refused_by_client = refusal_of_the_client(case);
    let tried = match refused_by_client {
        Some(refusal) => Err(refusal),
        None => try_state(&document, &trial, &Env { now_ms: BEGIN_MS, seed: 1 }).map_err(|refused| {
            let error = match refused {
                Refused::Invalid(_) | Refused::NeedsMock => "InvalidDefinition",
                Refused::Contradiction(_) => "ValidationException",
            };
            (error, refused.to_string())
        }),
    };
    match tried {
        Err((error, said)) => rejected(case, error, &said),
        Ok(tried) => compare(case, &tried),
    }
}

/// What does not concern the state: parameters of the call.
fn refusal_of_the_client(case: &Case) -> Option<(&'static str, String)> {
    if case.params.get("stateName").is_some_and(|name| name == "") {
        let said =
            "Parameter validation failed:\nInvalid length for parameter stateName, value: 0, valid min length: 1";
        return Some(("ParamValidationError", said.into()));
    }
    if case.params.get("revealSecrets") == Some(&json!(true)) && case.mocks.contains_key("__test_state__") {
        return Some((
            "ValidationException",
            "TestState does not support RevealSecrets when a mock is specified.".into(),
        ));
    }
    None
}

fn trial(case: &Case) -> Trial {
    let configuration = case.params.get("stateConfiguration").cloned().unwrap_or_default();
    let number = |field: &str| configuration[field].as_u64().map(|number| number as u32);
    let mock = case.mocks.get("__test_state__").unwrap_or(&Value::Null);
    let text = |field: &str| mock["errorOutput"][field].as_str().unwrap_or_default().to_string();
    let mock = match (mock.get("result"), mock.get("errorOutput")) {
        (Some(result), _) => Some(Mock::Result(Arc::new(result.clone()))),
        (None, Some(_)) => Some(Mock::Error(Failure { error: text("error"), cause: text("cause"), field: None })),
        _ => None,
    };
    let items = configuration["mapItemReaderData"].as_str().and_then(|text| serde_json::from_str(text).ok());
    Trial {
        state: case.params.get("stateName").and_then(Value::as_str).map(String::from),
        input: Arc::new(case.input.clone()),
        variables: Arc::new(case.params.get("variables").and_then(Value::as_object).cloned().unwrap_or_default()),
        context: Some(
            case.params.get("context").cloned().unwrap_or_else(|| aws_context(case, number("retrierRetryCount"))),
        ),
        mock,
        retries: number("retrierRetryCount").unwrap_or(0),
        failed_items: number("mapIterationFailureCount"),
        items: items.map(Arc::new),
    }
}

fn aws_context(case: &Case, retries: Option<u32>) -> Value {
    let name = case.params.get("stateName").and_then(Value::as_str).unwrap_or("StateName");
    json!({
        "Execution": {
            "Id": "arn:aws:states:us-east-1:111111111111:express:machine:trial", "Input": case.input, "Name": "trial",
            "RoleArn": "arn:aws:iam::111111111111:role/trial", "StartTime": "2025-01-15T10:30:00.000Z",
        },
        "StateMachine": { "Id": "arn:aws:states:us-east-1:111111111111:stateMachine:machine", "Name": "machine" },
        "State": { "Name": name, "EnteredTime": "2025-01-15T10:30:00.000Z", "RetryCount": retries.unwrap_or(0) },
    })
}

fn rejected(case: &Case, error: &str, said: &str) -> Outcome {
    if case.expect.status.as_deref() != Some("REJECTED") {
        return Outcome::Failed(vec![format!("expected {:?}, got REJECTED: {said}", case.expect.status)]);
    }
    if case.expect.error.as_deref() != Some(error) {
        return Outcome::Failed(vec![format!("expected error {:?}, got {error}: {said}", case.expect.error)]);
    }
    let message = case.expect.message.as_deref().unwrap_or_default();
    Outcome::Passed { wording: (!message.ends_with(said)).then(|| format!("expected {message:?}, got {said:?}")) }
}

fn compare(case: &Case, tried: &Tried) -> Outcome {
    let mut wrong = Vec::new();
    let status = match tried.status {
        TriedStatus::Succeeded => "SUCCEEDED",
        TriedStatus::Failed => "FAILED",
        TriedStatus::Retriable => "RETRIABLE",
        TriedStatus::Caught => "CAUGHT_ERROR",
    };
    let failure = tried.failure.clone().unwrap_or_default();
    if case.expect.status.as_deref() != Some(status) {
        wrong.push(format!("expected {:?}, got {status}: {failure:?}", case.expect.status));
    }
    if !text_matches_or_any(case.expect.error.as_deref().unwrap_or_default(), &failure.error) {
        wrong.push(format!("expected error {:?}, got {failure:?}", case.expect.error));
    }
    if let Some(expected) = &case.expect.output {
        let output = tried.output.as_ref().map_or(Value::Null, |output| Value::clone(output));
        wrong.extend(difference(expected, &output).map(|why| format!("output {why}")));
    }
    if case.expect.next_state != tried.next_state {
        wrong.push(format!("expected next state {:?}, got {:?}", case.expect.next_state, tried.next_state));
    }
    if !wrong.is_empty() {
        return Outcome::Failed(wrong);
    }
    let cause = case.expect.cause.as_ref().filter(|expected| !cause_matches(expected, &failure.cause));
    Outcome::Passed { wording: cause.map(|expected| format!("expected {expected}, got {:?}", failure.cause)) }
}
