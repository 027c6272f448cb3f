//! The real binary on a laptop, with models and guardrails that Bedrock hosts: here a strict stub of it.

#![allow(clippy::unwrap_used, reason = "a test is an assertion")]
#![cfg(all(feature = "system", feature = "aws"))]

use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, Instant},
};

use cueline_tests::{
    bedrock_stub::{BLOCKED_MESSAGE, BedrockStub, Call, FORBIDDEN, GUARDRAIL, GUARDRAIL_VERSION},
    emulator::REGION,
    system::Cueline,
};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);
const NEEDLE: &str = "The brass key of the tower hangs behind the clock.";

fn configuration(models: &str) -> String {
    format!(
        r#"
[bedrock]
models = {models}
[bedrock.quotas."amazon.titan-embed-text-v2:0"]
requests_per_minute = 6000
[chat.nova]
bedrock = "eu.amazon.nova-lite-v1:0"
metadata = {{ app = "library" }}
[embedders.titan]
bedrock = "amazon.titan-embed-text-v2:0"
dimension = 256
[rerankers.fine]
bedrock = "cohere.rerank-v3-5:0"
[guards.strict]
bedrock = "{GUARDRAIL}"
version = "{GUARDRAIL_VERSION}"
[collections.default]
guard = "strict"
embedding = {{ model = "titan", dimension = 256 }}
retrieval = {{ rerank = {{ method = "model", name = "fine" }} }}
"#
    )
}

struct Hosted {
    _scratch: tempfile::TempDir,
    /// The stub ends with it.
    _runtime: tokio::runtime::Runtime,
    stub: BedrockStub,
    cueline: Cueline,
    file: String,
}

fn hosted(models: &str) -> Hosted {
    let scratch = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stub = runtime.block_on(BedrockStub::start()).unwrap();
    let data = scratch.path().join("data");
    fs::create_dir_all(data.join("inbox")).unwrap();
    let file = scratch.path().join("cueline.toml");
    fs::write(&file, configuration(models)).unwrap();
    let mut cueline = Cueline::on(&data);
    let variables = [
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", stub.endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "someone"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", REGION),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    variables.iter().for_each(|(name, value)| cueline.set(name, value));
    Hosted { _scratch: scratch, _runtime: runtime, stub, cueline, file: file.display().to_string() }
}

/// Operations and what they were made of.
fn made(calls: &[Call]) -> BTreeSet<(&'static str, &str)> {
    calls.iter().map(|call| (call.operation, call.of.as_str())).collect()
}

#[test]
fn files_are_embedded_ranked_guarded_and_answered_by_what_aws_hosts() {
    let Hosted { stub, cueline, file, .. } = &mut hosted("[\"amazon.*\", \"cohere.rerank-*\"]");
    fs::write(cueline.inbox().join("tower.txt"), NEEDLE).unwrap();
    fs::write(cueline.inbox().join("band.txt"), "The brass band plays every Monday.").unwrap();
    cueline.up_with(&["--config", file.as_str()]).unwrap();
    let documents = cueline.settled(2, PATIENCE).unwrap();
    assert!(documents.iter().all(|document| document["state"] == "searchable"), "{documents:#?}");
    // A document is found by its words before it has vectors.
    let until = Instant::now() + PATIENCE;
    let mut calls = stub.calls();
    while calls.len() < 2 {
        assert!(Instant::now() < until, "documents are embedded: {calls:?}");
        std::thread::sleep(Duration::from_millis(50));
        calls.extend(stub.calls());
    }
    assert_eq!(made(&calls), BTreeSet::from([("invoke", "amazon.titan-embed-text-v2:0")]));
    assert!(calls.iter().all(|call| call.body["dimensions"] == 256));

    let ask = |arguments: &[&str]| -> Value { cueline.json(&[&["ask"][..], arguments].concat()).unwrap() };
    let answer = ask(&["Where does the brass key of the tower hang?"]);
    assert_eq!(answer["citations"][0]["quote"], NEEDLE, "{answer:#}");
    // Nothing was left out: not the vectors, not the reranker, not the guard.
    assert_eq!(answer["notes"], serde_json::json!([]), "{answer:#}");
    let used = [("apply", GUARDRAIL), ("invoke", "amazon.titan-embed-text-v2:0"), ("invoke", "cohere.rerank-v3-5:0")];
    assert_eq!(made(&stub.calls()), BTreeSet::from(used));

    ask(&["--model", "nova", "Where does the brass key of the tower hang?"]);
    let calls = stub.calls();
    let chat = calls.iter().find(|call| call.operation == "converse-stream").unwrap();
    assert_eq!(chat.of, "eu.amazon.nova-lite-v1:0");
    assert_eq!(chat.body["requestMetadata"]["app"], "library");
    assert!(chat.body["requestMetadata"]["idempotency_key"].is_string(), "{:#}", chat.body);

    let refused = ask(&[&format!("Where is the {FORBIDDEN} of the tower?")]);
    assert_eq!(refused["text"], BLOCKED_MESSAGE, "{refused:#}");
    cueline.stop().unwrap();
    let log = cueline.log();
    assert!(!log.contains("brass") && !log.contains(FORBIDDEN), "no content in the log: {log}");
}

#[test]
fn a_model_that_is_not_allowed_stops_the_start_with_its_table() {
    let Hosted { stub, cueline, file, .. } = &mut hosted("[\"amazon.*\"]");
    let (code, _, errors) = cueline.run(&["up", "--admin", "127.0.0.1:0", "--config", file.as_str()]).unwrap();
    let expected = "rerankers.fine: model_not_allowed: model cohere.rerank-v3-5:0 is not in bedrock.models";
    assert!(code != 0 && errors.contains(expected), "{code}: {errors}");
    assert!(stub.calls().is_empty());
}
