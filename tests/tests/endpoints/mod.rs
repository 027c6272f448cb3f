//! Chat models behind endpoints of SageMaker.

use std::{sync::Arc, time::Duration};

use cueline_aws::{
    Connection, Meter,
    sagemaker::{SageMakerModel, SageMakerModelOptions},
};
use cueline_ports::{
    Model, PortError, PortErrorKind, Usage,
    conformance::{model_form_suite, model_suite, model_tools_suite},
    finish,
};
use cueline_tests::{
    bedrock_stub::{BedrockStub, Break, CHAT_ENDPOINT, Fault},
    emulator::REGION,
};
use futures::StreamExt;
use serde_json::{Map, Value, json};

use super::{QUESTION, ask, hear};

/// Every part of a stream ends in the middle of something.
const WORDS: &str = "žluťoučký 🐧 úpěl ďábelské ódy";

async fn model(stub: &BedrockStub, options: SageMakerModelOptions) -> SageMakerModel {
    let connection = Connection::at(&stub.endpoint, REGION, "someone", "secret").await;
    SageMakerModel::new(&connection, options, Meter::default()).unwrap()
}

fn in_one_piece() -> SageMakerModelOptions {
    let mut options = SageMakerModelOptions::new(CHAT_ENDPOINT);
    options.target_model = Some("mine.tar.gz".into());
    options
}

fn request() -> Map<String, Value> {
    let messages = json!([{ "role": "user", "content": WORDS }]);
    let request = json!({ "model": "own", "messages": messages, "stream": true, "top_k": 5, "unknown": { "a": 1 } });
    request.as_object().unwrap().clone()
}

/// The events of a stream; the last one is `[DONE]`.
async fn events(model: &SageMakerModel, request: &Map<String, Value>) -> Vec<Value> {
    let stream = model.relay().unwrap().stream(request, "k1").await.unwrap();
    let mut events: Vec<_> = stream.map(|event| event.unwrap()).collect().await;
    assert_eq!(events.pop().unwrap(), "[DONE]");
    events.iter().map(|event| serde_json::from_slice(event).unwrap()).collect()
}

#[tokio::test]
async fn an_endpoint_that_speaks_chat_completions_is_a_model() {
    let stub = BedrockStub::start().await.unwrap();
    for options in [SageMakerModelOptions::new(CHAT_ENDPOINT), in_one_piece()] {
        let fresh = async || Arc::new(model(&stub, options.clone()).await) as Arc<dyn Model>;
        model_suite(fresh).await;
        model_tools_suite(fresh).await;
        model_form_suite(fresh).await;
        let heard = hear(&*fresh().await, ask(WORDS)).await;
        let usage = Usage { input_tokens: 5, output_tokens: 5, ..Usage::default() };
        assert_eq!((heard.text.as_str(), heard.end.unwrap()), (WORDS, (finish::STOP.to_owned(), usage, None)));
    }
}

#[tokio::test]
async fn requests_and_answers_of_an_endpoint_are_passed_on_field_by_field() {
    let stub = BedrockStub::start().await.unwrap();
    let mut options = SageMakerModelOptions::new(CHAT_ENDPOINT);
    options.inference_component = Some("one".into());
    let own = model(&stub, options.clone()).await;
    let sent = json!({ "messages": [{ "role": "user", "content": WORDS }], "top_k": 5, "unknown": { "a": 1 } });

    let whole = own.relay().unwrap().complete(&request(), "k1").await.unwrap();
    let whole: Value = serde_json::from_slice(&whole).unwrap();
    assert_eq!(whole["choices"][0]["message"]["reasoning_content"], "hm");
    assert_eq!((&whole["choices"][0]["message"]["content"], &whole["id"]), (&json!(WORDS), &json!("chatcmpl-1")));
    let call = stub.calls().remove(0);
    assert_eq!((call.operation, call.of.as_str(), &call.body), ("invocations", CHAT_ENDPOINT, &sent));
    assert_eq!(call.headers["x-amzn-sagemaker-inference-component"], "one");
    assert_eq!(call.headers["content-type"], "application/json");

    let said = events(&own, &request()).await;
    let text: String = said.iter().filter_map(|event| event["choices"][0]["delta"]["content"].as_str()).collect();
    assert_eq!((text.as_str(), &said[0]["choices"][0]["delta"]["reasoning_content"]), (WORDS, &json!("hm")));
    assert_eq!(said.last().unwrap()["usage"]["total_tokens"], 10);
    let call = stub.calls().remove(0);
    let mut streamed = sent.clone();
    (streamed["stream"], streamed["stream_options"]) = (json!(true), json!({ "include_usage": true }));
    assert_eq!((call.operation, &call.body), ("invocations-response-stream", &streamed));
    assert_eq!(call.headers["x-amzn-sagemaker-inference-component"], "one");

    // Where the container has names for its models.
    options.model = Some("adapter-7".into());
    let named = model(&stub, options).await;
    named.relay().unwrap().complete(&request(), "k1").await.unwrap();
    assert_eq!((named.name(), &stub.calls()[0].body["model"]), ("adapter-7", &json!("adapter-7")));
}

/// InvokeEndpointWithResponseStream takes no target model.
#[tokio::test]
async fn a_model_of_an_endpoint_that_loads_many_tells_its_stream_in_one_piece() {
    let stub = BedrockStub::start().await.unwrap();
    let own = model(&stub, in_one_piece()).await;
    let said = events(&own, &request()).await;
    assert_eq!(said[0]["choices"][0]["delta"]["content"], WORDS);
    assert_eq!((said.len(), &said[1]["usage"]["total_tokens"]), (2, &json!(10)));
    let call = stub.calls().remove(0);
    assert_eq!((call.operation, &call.body["stream"]), ("invocations", &Value::Null));
    assert_eq!(call.headers["x-amzn-sagemaker-target-model"], "mine.tar.gz");
}

#[tokio::test]
async fn what_an_endpoint_refuses_is_asked_once_and_has_its_kind() {
    let stub = BedrockStub::start().await.unwrap();
    let own = model(&stub, SageMakerModelOptions::new(CHAT_ENDPOINT)).await;
    let of = |status: u16, code: &str, told: &str| Fault { status, code: code.into(), message: told.into() };
    let refused = r#"{"object":"error","message":"a secret","type":"BadRequestError"}"#;
    for (fault, kind, told) in [
        (Fault::throttling(), PortErrorKind::Throttled, "ThrottlingException"),
        (of(400, "ValidationError", "a secret"), PortErrorKind::Unsupported, "ValidationError"),
        (of(429, "ModelNotReadyException", "Try again."), PortErrorKind::Unavailable, "ModelNotReadyException"),
        (of(500, "InternalFailure", "Try again."), PortErrorKind::Unavailable, "InternalFailure"),
        (of(503, "ServiceUnavailable", "Try again."), PortErrorKind::Unavailable, "ServiceUnavailable"),
        (
            of(530, "InternalDependencyException", "Try again."),
            PortErrorKind::Unavailable,
            "InternalDependencyException",
        ),
        (of(424, "ModelError", "a secret"), PortErrorKind::Unavailable, "ModelError"),
        (Fault::of_container(400, refused), PortErrorKind::Invalid, "status 400: BadRequestError"),
        (Fault::of_container(429, "a secret"), PortErrorKind::Throttled, "status 429"),
        (Fault::of_container(500, "a secret"), PortErrorKind::Unavailable, "status 500"),
    ] {
        let relay = own.relay().unwrap();
        stub.refuse([fault.clone(), fault.clone(), fault]);
        let errors: [(PortError, &str); 3] = [
            (relay.complete(&request(), "k1").await.unwrap_err(), "InvokeEndpoint"),
            (relay.stream(&request(), "k1").await.err().unwrap(), "InvokeEndpointWithResponseStream"),
            (hear(&own, ask(QUESTION)).await.end.unwrap_err(), "InvokeEndpointWithResponseStream"),
        ];
        for (error, action) in errors {
            assert_eq!(error.kind, kind, "{error}");
            let on = format!("sagemaker:{action} on endpoint {CHAT_ENDPOINT}: ");
            assert!(error.message.contains(told) && error.message.contains(&on), "{error}");
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
        assert_eq!(stub.calls().len(), 3, "whoever asks knows where else to ask");
    }
    let missing = model(&stub, SageMakerModelOptions::new("nobody")).await;
    let error = hear(&missing, ask(QUESTION)).await.end.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::NotFound, "{error}");
    let connection = Connection::at(&stub.endpoint, REGION, "denied", "secret").await;
    let denied = SageMakerModel::new(&connection, SageMakerModelOptions::new(CHAT_ENDPOINT), Meter::default()).unwrap();
    let error = hear(&denied, ask(QUESTION)).await.end.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Denied);
    assert!(error.message.contains("allow sagemaker:InvokeEndpointWithResponseStream"), "{error}");
    let no_name = SageMakerModel::new(&connection, SageMakerModelOptions::new("no/such"), Meter::default());
    assert!(no_name.unwrap_err().message.starts_with("endpoint_name_invalid: "));
}

#[tokio::test]
async fn a_stream_of_an_endpoint_that_is_cut_is_an_error_after_what_came() {
    let stub = BedrockStub::start().await.unwrap();
    let mut options = SageMakerModelOptions::new(CHAT_ENDPOINT);
    options.gap_timeout = Duration::from_secs(5);
    let own = model(&stub, options.clone()).await;
    // Parts have seven bytes: so many are about three events.
    for (broken, code) in [
        (Break::Ends(60), "model_stream_cut: "),
        (Break::Breaks(60), "model_stream_cut: "),
        (Break::Exception(60, "ModelStreamError"), "model_stream_broken: "),
        (Break::Exception(60, "InternalStreamFailure"), "model_stream_broken: "),
    ] {
        stub.break_streams([broken.clone()]);
        let heard = hear(&own, ask(WORDS)).await;
        assert!(!heard.text.is_empty() && WORDS.starts_with(&heard.text), "{broken:?}: {}", heard.text);
        let error = heard.error();
        assert!(error.is_transient() && error.message.starts_with(code), "{broken:?}: {error}");
        assert!(error.message.contains(CHAT_ENDPOINT) && !format!("{error:?}").contains("secret"), "{error:?}");
    }
    options.gap_timeout = Duration::from_millis(300);
    let own = model(&stub, options).await;
    stub.break_streams([Break::Stalls(60)]);
    let heard = hear(&own, ask(WORDS)).await;
    assert!(heard.error().message.starts_with("model_gap_timeout: "), "{}", heard.error());
    // A busy machine may be later still.
    assert!(WORDS.starts_with(&heard.text), "{}", heard.text);
}
