//! What computes on AWS keeps the promises of the ports: on a strict stub of our own, and Converse also on an emulator of
//! others.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test is an assertion")]
#![cfg(feature = "aws")]

mod endpoints;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use cueline_aws::{
    Connection, Meter,
    bedrock::{
        AllowList, Bedrock, BedrockEmbedder, BedrockGuard, BedrockModel, BedrockOptions, BedrockReranker,
        EmbedderOptions, FormBy, GuardOptions, ModelOptions, Quota, RerankerOptions,
    },
    sagemaker::{SageMakerEmbedder, SageMakerEmbedderOptions, SageMakerEndpoint},
};
use cueline_ports::{
    Chat, ChatDelta, ChatMessage, ChatRole, Clock, Direction, Embedder, Guard, Guardrail, Image, ImageFormat,
    Intervention, Model, Part, PortError, PortErrorKind, Reranker, ServiceTier, Tool, ToolChoice, Usage, Verdict,
    conformance::{
        GuardSamples, embedder_suite, guard_suite, model_form_suite, model_suite, model_tools_suite, reranker_suite,
    },
    finish,
};
use cueline_tests::{
    bedrock_stub::{
        ADDRESS, BLOCKED_MESSAGE, BedrockStub, Break, ENDPOINT, FORBIDDEN, Fault, GUARDRAIL, GUARDRAIL_VERSION, MASK,
        TOPIC_WORDS,
    },
    emulator::{self, REGION},
    scripted::scripted,
};
use futures::StreamExt;
use serde_json::json;

const MODEL: &str = "eu.amazon.nova-lite-v1:0";
const TITAN: &str = "amazon.titan-embed-text-v2:0";
const QUESTION: &str = "A secret question about penguins.";

/// A clock on which whoever sleeps finds it later: nobody waits for a retry.
#[derive(Default)]
struct Jumping(Mutex<i64>);

#[async_trait]
impl Clock for Jumping {
    fn now_ms(&self) -> i64 {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += i64::try_from(duration.as_millis()).unwrap();
        tokio::task::yield_now().await;
    }
}

async fn as_user(endpoint: &str, key: &str, options: BedrockOptions) -> Bedrock {
    let connection = Connection::at(endpoint, REGION, key, "secret").await;
    Bedrock::new(&connection, options, Arc::new(Jumping::default()), Meter::default())
}

async fn bedrock(stub: &BedrockStub) -> Bedrock {
    as_user(&stub.endpoint, "someone", BedrockOptions::default()).await
}

fn samples() -> GuardSamples {
    GuardSamples {
        forbidden: FORBIDDEN.to_owned(),
        policy: "word".to_owned(),
        masked: Some((ADDRESS.to_owned(), MASK.to_owned())),
    }
}

async fn model(stub: &BedrockStub, options: ModelOptions) -> BedrockModel {
    BedrockModel::new(&bedrock(stub).await, options).unwrap()
}

fn options(stream: bool, form: FormBy) -> ModelOptions {
    let mut options = ModelOptions::new(MODEL);
    (options.stream, options.form) = (stream, form);
    options
}

fn ask(text: &str) -> Chat {
    Chat::of([ChatMessage::text(ChatRole::User, text)])
}

/// The text, and how it ended.
struct Heard {
    text: String,
    end: Result<(String, Usage, Option<Verdict>), PortError>,
}

impl Heard {
    fn reason(&self) -> &str {
        &self.end.as_ref().unwrap().0
    }

    fn error(&self) -> &PortError {
        self.end.as_ref().unwrap_err()
    }
}

async fn hear(model: &dyn Model, chat: Chat) -> Heard {
    let mut text = String::new();
    let mut stream = match model.chat(chat).await {
        Ok(stream) => stream,
        Err(error) => return Heard { text, end: Err(error) },
    };
    let mut end = None;
    while let Some(delta) = stream.next().await {
        assert!(end.is_none(), "nothing follows the end or an error");
        match delta {
            Ok(ChatDelta::Text(more)) => text.push_str(&more),
            Ok(ChatDelta::Call(call)) => panic!("no tool was offered: {call:?}"),
            Ok(ChatDelta::End { finish_reason, usage, verdict }) => end = Some(Ok((finish_reason, usage, verdict))),
            Err(error) => end = Some(Err(error)),
        }
    }
    Heard { text, end: end.expect("a stream ends with an end or an error") }
}

#[tokio::test]
async fn converse_is_a_model() {
    let stub = BedrockStub::start().await.unwrap();
    for (stream, form) in
        [(true, FormBy::Tool), (true, FormBy::OutputConfig), (false, FormBy::Tool), (false, FormBy::OutputConfig)]
    {
        let fresh = async || Arc::new(model(&stub, options(stream, form)).await) as Arc<dyn Model>;
        model_suite(fresh).await;
        model_tools_suite(fresh).await;
        model_form_suite(fresh).await;
    }
    let operations: Vec<&str> = stub.calls().iter().map(|call| call.operation).collect();
    assert!(operations.contains(&"converse") && operations.contains(&"converse-stream"));
}

/// An emulator that others wrote speaks the same Converse.
#[tokio::test]
async fn converse_is_a_model_to_others_too() {
    let weather = json!({ "content": "It rains in Oslo." });
    let call = json!({ "toolCalls": [{ "name": "get_weather", "arguments": "{\"city\":\"Oslo\"}" }] });
    let fixture = |text: &str, has_result: bool, response| json!({ "match": { "userMessage": text, "hasToolResult": has_result }, "response": response });
    let fixtures = json!({ "fixtures": [
        fixture("What is the weather in Oslo?", false, call),
        fixture("What is the weather in Oslo?", true, weather),
        fixture("Say hello.", false, json!({ "content": "Hello, whoever you are." })),
    ] });
    let Some(scripted) = scripted("converse_is_a_model_to_others_too", &fixtures) else { return };
    let bedrock = as_user(&scripted.endpoint, "someone", BedrockOptions::default()).await;
    let whole = async || Arc::new(BedrockModel::new(&bedrock, options(false, FormBy::Tool)).unwrap()) as Arc<dyn Model>;
    model_suite(whole).await;
    model_tools_suite(whole).await;
    let streaming = BedrockModel::new(&bedrock, options(true, FormBy::Tool)).unwrap();
    let schema = json!({ "type": "object", "properties": { "city": { "type": "string" } } });
    let tool = Tool { name: "get_weather".into(), description: "The weather.".into(), schema };
    let chat = Chat { tools: vec![tool], ..ask("What is the weather in Oslo?") };
    let deltas: Vec<ChatDelta> = streaming.chat(chat).await.unwrap().map(|delta| delta.unwrap()).collect().await;
    let [ChatDelta::Call(call), ChatDelta::End { finish_reason, .. }] = deltas.as_slice() else {
        panic!("a call and an end: {deltas:?}");
    };
    assert_eq!((call.name.as_str(), &call.arguments), ("get_weather", &json!({ "city": "Oslo" })));
    assert_eq!(finish_reason, finish::TOOL_CALLS);
}

/// What the emulator of everything else answers is canned, but its streams of text are framed by others than us.
#[tokio::test]
async fn a_stream_of_text_is_read_from_others_too() {
    let Some(account) = emulator::account("a_stream_of_text_is_read_from_others_too") else { return };
    let bedrock = as_user(&account.endpoint, &account.access_key, BedrockOptions::default()).await;
    for stream in [true, false] {
        model_suite(async || {
            Arc::new(BedrockModel::new(&bedrock, options(stream, FormBy::Tool)).unwrap()) as Arc<dyn Model>
        })
        .await;
    }
}

/// Makes a guardrail with the rules of our stub, and prints its id.
const MAKE_GUARDRAIL: &str = r#"
import sys
import boto3
endpoint, key, region, forbidden, message = sys.argv[1:]
bedrock = boto3.client(
    "bedrock", endpoint_url=endpoint, region_name=region, aws_access_key_id=key, aws_secret_access_key="secret"
)
made = bedrock.create_guardrail(
    name="rules",
    wordPolicyConfig={"wordsConfig": [{"text": forbidden}]},
    sensitiveInformationPolicyConfig={"piiEntitiesConfig": [{"type": "EMAIL", "action": "ANONYMIZE"}]},
    blockedInputMessaging=message,
    blockedOutputsMessaging=message,
)
print(made["guardrailId"])
"#;

#[tokio::test]
async fn a_guardrail_of_others_is_a_guard_too() {
    let Some(account) = emulator::account("a_guardrail_of_others_is_a_guard_too") else { return };
    let made = std::process::Command::new(emulator::python().unwrap())
        .args(["-c", MAKE_GUARDRAIL, &account.endpoint, &account.access_key, REGION, FORBIDDEN, BLOCKED_MESSAGE])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let guardrail = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let bedrock = as_user(&account.endpoint, &account.access_key, BedrockOptions::default()).await;
    let options = GuardOptions::new(guardrail, "DRAFT");
    let fresh = async || Arc::new(BedrockGuard::new(&bedrock, options.clone()).unwrap()) as Arc<dyn Guard>;
    guard_suite(fresh, &samples()).await;
}

#[tokio::test]
async fn everything_that_was_asked_is_on_the_wire() {
    let stub = BedrockStub::start().await.unwrap();
    let mut options = options(true, FormBy::Tool);
    options.metadata = BTreeMap::from([("app".to_owned(), "library".to_owned())]);
    options.more_fields = Some(json!({ "top_k": 20 }));
    let chat = Chat {
        messages: vec![
            ChatMessage {
                role: ChatRole::System,
                parts: vec![Part::Text("Know all of this by heart.".into()), Part::CachePoint],
            },
            ChatMessage::text(ChatRole::User, "Go on."),
        ],
        max_tokens: Some(5),
        temperature: Some(0.5),
        top_p: Some(0.25),
        stop: vec!["END".into()],
        metadata: BTreeMap::from([("tenant".to_owned(), "acme".to_owned())]),
        tier: Some(ServiceTier::Flex),
        guardrail: Some(Guardrail { id: GUARDRAIL.into(), version: GUARDRAIL_VERSION.into(), looks_first: false }),
        idempotency_key: Some("k1".into()),
        ..Chat::default()
    };
    let model = model(&stub, options).await;
    let heard = hear(&model, chat.clone()).await;
    let body = stub.calls().remove(0).body;
    let expected = json!({
        "system": [{ "text": "Know all of this by heart." }, { "cachePoint": { "type": "default" } }],
        "messages": [{ "role": "user", "content": [{ "text": "Go on." }] }],
        "inferenceConfig": { "maxTokens": 5, "temperature": 0.5, "topP": 0.25, "stopSequences": ["END"] },
        "additionalModelRequestFields": { "top_k": 20 },
        "requestMetadata": { "tenant": "acme", "app": "library", "idempotency_key": "k1" },
        "serviceTier": { "type": "flex" },
        "guardrailConfig": {
            "guardrailIdentifier": GUARDRAIL, "guardrailVersion": GUARDRAIL_VERSION, "trace": "enabled",
            "streamProcessingMode": "async",
        },
    });
    assert_eq!(body, expected);
    let usage = Usage { input_tokens: 8, output_tokens: 2, cached_tokens: 0, cache_written_tokens: 6 };
    let (reason, counted, verdict) = heard.end.unwrap();
    assert_eq!((heard.text.as_str(), reason.as_str(), counted), ("Go on.", finish::STOP, usage));
    assert_eq!(verdict, Some(Verdict::Passed), "the guardrail looked and found nothing");
    let usage = Usage { cached_tokens: 6, cache_written_tokens: 0, ..usage };
    assert_eq!(hear(&model, chat).await.end.unwrap().1, usage, "the second time it comes from the cache");
}

#[tokio::test]
async fn images_and_wishes_are_on_the_wire_where_the_model_takes_them() {
    let stub = BedrockStub::start().await.unwrap();
    let image = |size| Part::Image(Image { format: ImageFormat::Webp, bytes: vec![0; size].into() });
    let shown = |parts| Chat::of([ChatMessage { role: ChatRole::User, parts }]);
    let chat = Chat {
        seed: Some(7),
        presence_penalty: Some(0.5),
        reasoning_effort: Some("low".into()),
        ..shown(vec![image(3), Part::Text("What is it?".into())])
    };
    let effort = json!({ "reasoningConfig": { "type": "enabled", "maxReasoningEffort": "low" } });
    let all = json!({ "seed": 7, "presence_penalty": 0.5, "reasoning_effort": "low" });
    for (name, fields) in [
        ("eu.amazon.nova-lite-v1:0", json!(null)),
        ("us.amazon.nova-2-lite-v1:0", effort),
        ("openai.gpt-oss-120b-1:0", all),
    ] {
        for stream in [true, false] {
            let mut options = ModelOptions::new(name);
            options.stream = stream;
            assert_eq!(hear(&model(&stub, options).await, chat.clone()).await.text, "What is it?");
            let body = stub.calls().remove(0).body;
            let image = json!({ "image": { "format": "webp", "source": { "bytes": "AAAA" } } });
            assert_eq!(body["messages"][0]["content"], json!([image, { "text": "What is it?" }]));
            assert_eq!(body["additionalModelRequestFields"], fields, "{name}");
        }
    }
    let model = model(&stub, options(true, FormBy::Tool)).await;
    for (parts, code) in
        [(vec![image(4 << 20)], "chat_image_too_large: "), (vec![image(1); 21], "chat_images_too_many: ")]
    {
        let heard = hear(&model, shown(parts)).await;
        let error = heard.error();
        assert_eq!(error.kind, PortErrorKind::Unsupported, "another model may take more: {error}");
        assert!(error.message.starts_with(code), "{error}");
    }
    assert!(stub.calls().is_empty(), "what would be refused is not sent");
}

#[tokio::test]
async fn an_answer_ends_for_the_reason_that_is_told() {
    let stub = BedrockStub::start().await.unwrap();
    for stream in [true, false] {
        let model = model(&stub, options(stream, FormBy::Tool)).await;
        let short = hear(&model, Chat { max_tokens: Some(2), ..ask("one two three four") }).await;
        assert_eq!((short.text.as_str(), short.reason()), ("one two ", finish::LENGTH));
        let stopped = hear(&model, Chat { stop: vec!["three".into()], ..ask("one two three four") }).await;
        assert_eq!((stopped.text.as_str(), stopped.reason()), ("one two ", finish::STOP_SEQUENCE));
    }
}

#[tokio::test]
async fn a_tool_or_an_answer_in_its_form_may_come_where_both_were_asked_for() {
    let stub = BedrockStub::start().await.unwrap();
    let schema = json!({ "type": "object", "required": ["city"], "additionalProperties": false });
    let tool = Tool { name: "get_weather".into(), description: "The weather.".into(), schema: schema.clone() };
    let form = cueline_ports::AnswerForm { name: "answer".into(), description: String::new(), schema };
    let chat = Chat { tools: vec![tool], tool_choice: ToolChoice::Free, form: Some(form), ..ask("Oslo") };
    let model = model(&stub, options(true, FormBy::Tool)).await;
    let deltas: Vec<ChatDelta> = model.chat(chat).await.unwrap().map(|delta| delta.unwrap()).collect().await;
    assert!(matches!(&deltas[0], ChatDelta::Call(call) if call.name == "get_weather"), "{deltas:?}");
    assert!(matches!(&deltas[1], ChatDelta::End { finish_reason, .. } if finish_reason == finish::TOOL_CALLS));
}

#[tokio::test]
async fn a_guardrail_in_a_chat_is_heard() {
    let stub = BedrockStub::start().await.unwrap();
    let guardrail = Guardrail { id: GUARDRAIL.into(), version: GUARDRAIL_VERSION.into(), looks_first: true };
    for stream in [true, false] {
        let mut options = options(stream, FormBy::Tool);
        options.guardrail = Some(guardrail.clone());
        let model = model(&stub, options).await;
        let heard = hear(&model, ask(&format!("Mix me a {FORBIDDEN}, and tell me {TOPIC_WORDS}."))).await;
        let (reason, _, verdict) = heard.end.unwrap();
        assert_eq!((heard.text.as_str(), reason.as_str()), (BLOCKED_MESSAGE, finish::GUARDRAIL));
        let policies = vec!["topic/investments".to_owned(), "word".to_owned()];
        let expected = Intervention { policies, masked: None, message: None };
        assert_eq!(verdict, Some(Verdict::Intervened(expected)));
        let missing = Guardrail { id: "nosuch".into(), ..guardrail.clone() };
        let heard = hear(&model, Chat { guardrail: Some(missing), ..ask("Hello.") }).await;
        assert_eq!(heard.error().kind, PortErrorKind::NotFound, "the caller's guardrail counts: {}", heard.error());
    }
}

#[tokio::test]
async fn what_is_throttled_is_asked_again_and_recovers() {
    let stub = BedrockStub::start().await.unwrap();
    for stream in [true, false] {
        let model = model(&stub, options(stream, FormBy::Tool)).await;
        stub.refuse([Fault::throttling(), Fault::unavailable(), Fault::throttling()]);
        let heard = hear(&model, ask("Hello.")).await;
        assert_eq!((heard.text.as_str(), heard.reason()), ("Hello.", finish::STOP));
        assert_eq!(stub.calls().len(), 4);
        stub.refuse((0..5).map(|_| Fault::throttling()));
        let heard = hear(&model, ask(QUESTION)).await;
        let error = heard.error();
        assert_eq!((error.kind, stub.calls().len()), (PortErrorKind::Throttled, 5));
        assert!(error.retry_after.is_some_and(|wait| !wait.is_zero()), "the retry rule knows how long to wait");
        assert!(error.message.contains(MODEL) && !error.message.contains("penguins"), "{error}");
    }
    let embedder = BedrockEmbedder::new(&bedrock(&stub).await, EmbedderOptions::new(TITAN)).unwrap();
    stub.refuse([Fault::throttling(), Fault::throttling()]);
    assert_eq!(embedder.embed(vec!["a".into()]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_quota_is_kept_before_anybody_is_throttled() {
    let stub = BedrockStub::start().await.unwrap();
    let quota = Quota { tokens_per_minute: None, requests_per_minute: Some(100) };
    let mut options = BedrockOptions::default();
    options.quotas = BTreeMap::from([(TITAN.to_owned(), quota)]);
    options.patience = Duration::from_secs(3_600);
    let clock = Arc::new(Jumping::default());
    let connection = Connection::at(&stub.endpoint, REGION, "someone", "secret").await;
    let meter = Meter::default();
    let bedrock = Bedrock::new(&connection, options.clone(), clock.clone(), meter.clone());
    let embedder = BedrockEmbedder::new(&bedrock, EmbedderOptions::new(TITAN)).unwrap();
    embedder.embed((0..300).map(|number| number.to_string()).collect()).await.unwrap();
    let minutes = clock.now_ms() as f64 / 60_000.0;
    assert!((3.0..3.6).contains(&minutes), "300 requests at 100 a minute took {minutes} minutes");
    let asked = meter.read().requests["Bedrock Runtime"]["InvokeModel"];
    assert_eq!(asked, 300, "each request is counted, and none was throttled");
    options.patience = Duration::from_secs(1);
    let impatient = Bedrock::new(&connection, options, clock, meter.clone());
    let embedder = BedrockEmbedder::new(&impatient, EmbedderOptions::new(TITAN)).unwrap();
    let error = embedder.embed((0..300).map(|number| number.to_string()).collect()).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Throttled);
    assert!(error.message.starts_with("model_busy: ") && error.message.contains("requests_per_minute"), "{error}");
}

#[tokio::test]
async fn a_stream_that_is_cut_is_an_error_after_what_came() {
    let stub = BedrockStub::start().await.unwrap();
    let model = model(&stub, options(true, FormBy::Tool)).await;
    let cases = [
        (Break::Ends(3), PortErrorKind::Unavailable, "model_stream_cut: "),
        (Break::Breaks(3), PortErrorKind::Unavailable, "model_stream_cut: "),
        (Break::Exception(3, "throttlingException"), PortErrorKind::Throttled, "model_stream_broken: "),
        (Break::Exception(3, "modelStreamErrorException"), PortErrorKind::Unavailable, "model_stream_broken: "),
        (Break::Exception(3, "internalServerException"), PortErrorKind::Unavailable, "model_stream_broken: "),
        (Break::Exception(3, "serviceUnavailableException"), PortErrorKind::Unavailable, "model_stream_broken: "),
        (Break::Exception(3, "validationException"), PortErrorKind::Invalid, "model_stream_broken: "),
    ];
    for (broken, kind, code) in cases {
        stub.break_streams([broken.clone()]);
        let heard = hear(&model, ask("one two three four")).await;
        assert_eq!(heard.text, "one two ", "{broken:?}");
        let error = heard.error();
        assert_eq!(error.kind, kind, "{broken:?}: {error}");
        assert!(error.message.starts_with(code) && error.message.contains(MODEL), "{broken:?}: {error}");
        let chain = format!("{error:?}");
        assert!(!chain.contains("secret"), "what the service wrote is not kept: {chain}");
    }
    assert_eq!(hear(&model, ask("one two")).await.reason(), finish::STOP, "the next chat is not disturbed");
}

#[tokio::test]
async fn a_model_that_falls_silent_is_not_waited_for() {
    let stub = BedrockStub::start().await.unwrap();
    let mut options = options(true, FormBy::Tool);
    options.gap_timeout = Duration::from_millis(300);
    let model = model(&stub, options).await;
    stub.break_streams([Break::Stalls(3)]);
    let heard = hear(&model, ask("one two three four")).await;
    let error = heard.error();
    assert!(error.is_transient() && error.message.starts_with("model_gap_timeout: "), "{error}");
    // A busy machine may be later still.
    assert!("one two ".starts_with(&heard.text), "{}", heard.text);
}

#[tokio::test]
async fn a_model_that_is_not_allowed_is_refused_before_any_call() {
    let stub = BedrockStub::start().await.unwrap();
    let mut options = BedrockOptions::default();
    options.allowed = Some(AllowList::new(["amazon.nova-lite-v1:0", "cohere.rerank-*"]));
    let bedrock = as_user(&stub.endpoint, "someone", options).await;
    assert!(BedrockModel::new(&bedrock, ModelOptions::new(MODEL)).is_ok(), "a model allows its profiles");
    assert!(BedrockReranker::new(&bedrock, RerankerOptions::new("cohere.rerank-v3-5:0")).is_ok());
    let refused = [
        BedrockModel::new(&bedrock, ModelOptions::new("eu.amazon.nova-pro-v1:0")).err(),
        BedrockEmbedder::new(&bedrock, EmbedderOptions::new(TITAN)).err(),
        BedrockReranker::new(&bedrock, RerankerOptions::new("amazon.rerank-v1:0")).err(),
    ];
    for (error, model) in refused.into_iter().zip(["eu.amazon.nova-pro-v1:0", TITAN, "amazon.rerank-v1:0"]) {
        let error = error.unwrap();
        assert_eq!(error.kind, PortErrorKind::Denied);
        let message = error.message;
        assert!(
            message.starts_with(&format!("model_not_allowed: model {model} is not in bedrock.models")),
            "{message}"
        );
    }
    assert!(stub.calls().is_empty());
}

#[tokio::test]
async fn wrong_options_are_refused_before_any_call() {
    let stub = BedrockStub::start().await.unwrap();
    let bedrock = bedrock(&stub).await;
    let mut wide = EmbedderOptions::new(TITAN);
    wide.dimension = Some(384);
    let code = |error: Option<PortError>| error.unwrap().message.split(':').next().unwrap().to_owned();
    let cases = [
        (code(BedrockModel::new(&bedrock, ModelOptions::new("my model")).err()), "model_name_invalid"),
        (code(BedrockEmbedder::new(&bedrock, EmbedderOptions::new(MODEL)).err()), "model_family_unknown"),
        (code(BedrockEmbedder::new(&bedrock, wide).err()), "model_dimension_invalid"),
        (code(BedrockReranker::new(&bedrock, RerankerOptions::new(TITAN)).err()), "model_family_unknown"),
        (code(BedrockGuard::new(&bedrock, GuardOptions::new(GUARDRAIL, "latest")).err()), "guardrail_invalid"),
        (code(BedrockGuard::new(&bedrock, GuardOptions::new("", "1")).err()), "guardrail_invalid"),
    ];
    for (code, expected) in cases {
        assert_eq!(code, expected);
    }
    let chat = Chat { temperature: Some(2.0), ..ask(QUESTION) };
    let error = BedrockModel::new(&bedrock, ModelOptions::new(MODEL)).unwrap().chat(chat).await.err().unwrap();
    assert_eq!((error.kind, error.message.split(':').next()), (PortErrorKind::Invalid, Some("chat_invalid")));
    assert!(stub.calls().is_empty());
}

#[tokio::test]
async fn who_may_not_is_told_what_to_allow_and_nothing_that_was_asked() {
    let stub = BedrockStub::start().await.unwrap();
    for key in ["wrong", "denied"] {
        let bedrock = as_user(&stub.endpoint, key, BedrockOptions::default()).await;
        let model = BedrockModel::new(&bedrock, ModelOptions::new(MODEL)).unwrap();
        let embedder = BedrockEmbedder::new(&bedrock, EmbedderOptions::new(TITAN)).unwrap();
        let reranker = BedrockReranker::new(&bedrock, RerankerOptions::new("amazon.rerank-v1:0")).unwrap();
        let guard = BedrockGuard::new(&bedrock, GuardOptions::new(GUARDRAIL, GUARDRAIL_VERSION)).unwrap();
        let texts = vec![QUESTION.to_owned()];
        let errors = [
            (hear(&model, ask(QUESTION)).await.end.unwrap_err(), "bedrock:InvokeModelWithResponseStream", MODEL),
            (embedder.embed(texts.clone()).await.unwrap_err(), "bedrock:InvokeModel", TITAN),
            (reranker.rerank(QUESTION, &texts).await.unwrap_err(), "bedrock:InvokeModel", "amazon.rerank-v1:0"),
            (guard.check(Direction::Input, QUESTION).await.unwrap_err(), "bedrock:ApplyGuardrail", GUARDRAIL),
        ];
        for (error, action, on) in errors {
            assert_eq!(error.kind, PortErrorKind::Denied, "{error}");
            let message = &error.message;
            assert!(message.starts_with(action) && message.contains(on), "{message}");
            assert!(message.contains(&format!("allow {action}")), "{message}");
            assert!(!format!("{error:?}").contains("penguins"), "{error:?}");
        }
        assert_eq!(stub.calls().len(), 4, "it is not tried again");
    }
}

#[tokio::test]
async fn titan_and_cohere_are_embedders() {
    let stub = BedrockStub::start().await.unwrap();
    let bedrock = bedrock(&stub).await;
    let sized = |model: &str, dimension| {
        let mut options = EmbedderOptions::new(model);
        options.dimension = dimension;
        options
    };
    let options = [
        sized(TITAN, None),
        sized(TITAN, Some(256)),
        sized("cohere.embed-multilingual-v3", None),
        sized("eu.cohere.embed-v4:0", None),
        sized("cohere.embed-v4:0", Some(512)),
    ];
    for options in options {
        let fresh = async || Arc::new(BedrockEmbedder::new(&bedrock, options.clone()).unwrap()) as Arc<dyn Embedder>;
        embedder_suite(fresh, false).await;
    }
}

#[tokio::test]
async fn texts_share_requests_as_far_as_the_model_lets_them() {
    let stub = BedrockStub::start().await.unwrap();
    let bedrock = bedrock(&stub).await;
    let texts: Vec<String> = (0..200).map(|number| format!("text {number}")).collect();
    let cohere = BedrockEmbedder::new(&bedrock, EmbedderOptions::new("cohere.embed-english-v3")).unwrap();
    cohere.embed(texts.clone()).await.unwrap();
    let calls = stub.calls();
    let mut sizes: Vec<usize> = calls.iter().map(|call| call.body["texts"].as_array().unwrap().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [8, 96, 96]);
    assert!(calls.iter().all(|call| call.body["input_type"] == "search_document"));
    cohere.embed_question("Where is it?".into()).await.unwrap();
    assert_eq!(stub.calls()[0].body["input_type"], "search_query", "a question is told as one");
    let titan = BedrockEmbedder::new(&bedrock, EmbedderOptions::new(TITAN)).unwrap();
    titan.embed(texts).await.unwrap();
    assert_eq!(stub.calls().len(), 200);
}

#[tokio::test]
async fn an_endpoint_of_your_own_is_an_embedder() {
    let stub = BedrockStub::start().await.unwrap();
    let connection = Connection::at(&stub.endpoint, REGION, "someone", "secret").await;
    let endpoint = SageMakerEndpoint::new(&connection, ENDPOINT, None, Meter::default()).unwrap();
    let options = SageMakerEmbedderOptions::new("mine", 384);
    let fresh = async || Arc::new(SageMakerEmbedder::new(endpoint.clone(), options.clone())) as Arc<dyn Embedder>;
    embedder_suite(fresh, false).await;
    let missing = SageMakerEndpoint::new(&connection, "nobody", None, Meter::default()).unwrap();
    let error = SageMakerEmbedder::new(missing, options.clone()).embed(vec![QUESTION.into()]).await.unwrap_err();
    assert!(error.message.starts_with("sagemaker:InvokeEndpoint on endpoint nobody"), "{error}");
    let narrow = SageMakerEmbedder::new(endpoint, SageMakerEmbedderOptions::new("mine", 383));
    let error = narrow.embed(vec!["a".into()]).await.unwrap_err();
    assert!(error.message.contains("384 numbers instead of 383"), "{error}");
    assert!(SageMakerEndpoint::new(&connection, "no/such", None, Meter::default()).is_err());
}

#[tokio::test]
async fn cohere_and_amazon_rerank() {
    let stub = BedrockStub::start().await.unwrap();
    let bedrock = bedrock(&stub).await;
    for model in ["cohere.rerank-v3-5:0", "amazon.rerank-v1:0"] {
        let fresh = async || {
            Arc::new(BedrockReranker::new(&bedrock, RerankerOptions::new(model)).unwrap()) as Arc<dyn Reranker>
        };
        reranker_suite(fresh).await;
    }
}

#[tokio::test]
async fn a_guardrail_is_a_guard() {
    let stub = BedrockStub::start().await.unwrap();
    let bedrock = bedrock(&stub).await;
    for version in [GUARDRAIL_VERSION, "DRAFT"] {
        let options = GuardOptions::new(GUARDRAIL, version);
        let fresh = async || Arc::new(BedrockGuard::new(&bedrock, options.clone()).unwrap()) as Arc<dyn Guard>;
        guard_suite(fresh, &samples()).await;
    }
    stub.calls();
    let guard = BedrockGuard::new(&bedrock, GuardOptions::new(GUARDRAIL, GUARDRAIL_VERSION)).unwrap();
    let verdict = guard.check(Direction::Output, &format!("Here are {TOPIC_WORDS}.")).await.unwrap();
    let policies = vec!["topic/investments".to_owned()];
    let message = Some(BLOCKED_MESSAGE.to_owned());
    assert_eq!(verdict, Verdict::Intervened(Intervention { policies, masked: None, message }));
    let calls = stub.calls();
    assert_eq!((calls.len(), &calls[0].body["source"]), (1, &json!("OUTPUT")), "one request, for one direction");
    let missing = BedrockGuard::new(&bedrock, GuardOptions::new("nosuch", "1")).unwrap();
    let error = missing.check(Direction::Input, QUESTION).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::NotFound, "a guard that is not there lets nothing pass");
}
