//! The door of the OpenAI-compatible API: who gets in, what is read, how it is refused, and what belongs to whom.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test is an assertion")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use cueline_tests::{
    rig::{Rig, read},
    socket::{Heard, Socket},
    upstream::words,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long something may take that happens at once.
const SOON: Duration = Duration::from_secs(8);
/// Bytes of a request at most.
const LARGEST: usize = 32 << 20;

fn cueline(rig: &Rig, args: &[&str]) -> Value {
    tokio::task::block_in_place(|| rig.cueline.json(args)).unwrap()
}

fn secret(made: &Value) -> String {
    made["secret"].as_str().unwrap().to_owned()
}

/// What came back on a connection.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Answer {
    async fn of(socket: &mut TcpStream) -> Self {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Self { status, head, body: Value::Null };
        let mut body = vec![0; answer.header("content-length").unwrap_or("0").parse().unwrap()];
        socket.read_exact(&mut body).await.unwrap();
        answer.body = serde_json::from_slice(&body).unwrap_or_default();
        answer
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn told(&self) -> (u16, &str) {
        (self.status, self.body["error"]["code"].as_str().unwrap_or_default())
    }
}

async fn connect(rig: &Rig) -> TcpStream {
    TcpStream::connect(rig.gateway.trim_start_matches("http://")).await.unwrap()
}

/// Says a head, and waits for the answer without having said anything else.
async fn answer(rig: &Rig, line: &str, headers: &str) -> Answer {
    let mut socket = connect(rig).await;
    let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    timeout(SOON, Answer::of(&mut socket)).await.unwrap_or_else(|_| panic!("no answer to {head}"))
}

async fn send(rig: &Rig, key: &str, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let request = rig.http.request(method, format!("{}{path}", rig.gateway)).bearer_auth(key);
    let request = if body.is_null() { request } else { request.json(body) };
    let sent = request.send().await.unwrap();
    (sent.status().as_u16(), sent.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_valid_key_nothing_of_a_body_is_read() {
    let rig = Rig::start("").await.unwrap();
    let made = cueline(&rig, &["keys", "create", "a"]);
    let valid = secret(&made);
    for path in ["/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/chats", "/v1/feedback"] {
        for (key, code) in [("", "key_missing"), ("authorization: Bearer sk-cue-made-up\r\n", "key_unknown")] {
            // Whoever waits to be told to go on is told at once not to.
            let headers = format!("{key}expect: 100-continue\r\ncontent-length: {LARGEST}\r\n");
            assert_eq!(answer(&rig, &format!("POST {path}"), &headers).await.told(), (401, code), "{path}");
        }
    }
    // Whoever says all of it nevertheless is heard out, and hears why it was in vain.
    let mut socket = connect(&rig).await;
    let head = format!("POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-length: {LARGEST}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&vec![b' '; LARGEST]).await.unwrap();
    assert_eq!(timeout(SOON, Answer::of(&mut socket)).await.unwrap().told(), (401, "key_missing"));

    let asked = async |key: &str| {
        let got = read(rig.request("ok", false).bearer_auth(key).send().await.unwrap()).await.unwrap();
        (got.status, got.error.unwrap_or_default())
    };
    assert_eq!(asked(&valid).await, (200, String::new()));
    let rotated = cueline(&rig, &["keys", "rotate", made["key"]["id"].as_str().unwrap()]);
    assert_eq!(asked(&valid).await, (401, "key_revoked".to_owned()));
    assert_eq!(asked(&secret(&rotated)).await, (200, String::new()));
    let short = secret(&cueline(&rig, &["keys", "create", "short", "--lasts", "1s"]));
    let until = Instant::now() + SOON;
    let refused = loop {
        match asked(&short).await {
            (200, _) => assert!(Instant::now() < until, "it never expires"),
            refused => break refused,
        }
    };
    assert_eq!(refused, (401, "key_expired".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_comes_whole_in_time_and_as_it_is() {
    let rig = Rig::start("").await.unwrap();
    let post = "POST /v1/chat/completions";
    let slow = async {
        let mut socket = connect(&rig).await;
        let head = format!("{post} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{{");
        socket.write_all(head.as_bytes()).await.unwrap();
        let begun = Instant::now();
        let answer = timeout(Duration::from_secs(30), Answer::of(&mut socket)).await.unwrap();
        assert_eq!((answer.told(), answer.header("connection")), ((408, "body_timeout"), Some("close")));
        assert!(begun.elapsed() > Duration::from_secs(8), "an honest client has time: {:?}", begun.elapsed());
        assert_eq!(socket.read(&mut [0]).await.unwrap_or(0), 0, "and no more");
    };
    let others = async {
        let announced = answer(&rig, post, &format!("content-length: {}\r\n", LARGEST + 1)).await;
        assert_eq!(announced.told(), (413, "body_too_large"));
        let message = announced.body["error"]["message"].as_str().unwrap();
        assert!(message.contains("33554433") && message.contains("33554432"), "{message}");
        let packed = answer(&rig, post, "content-encoding: gzip\r\ncontent-length: 20\r\n").await;
        assert_eq!(packed.told(), (415, "encoding_unsupported"));
        // Nobody knew before how much it would be.
        let mut socket = connect(&rig).await;
        let head = format!("{post} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        let chunk = [b"100000\r\n".as_slice(), &[b' '; 1 << 20], b"\r\n"].concat();
        for _ in 0..33 {
            socket.write_all(&chunk).await.unwrap();
        }
        assert_eq!(timeout(SOON, Answer::of(&mut socket)).await.unwrap().told(), (413, "body_too_large"));
        // As much as may be is read.
        let body = format!("{{\"x\": \"{}\"}}", "x".repeat(LARGEST - 9));
        assert_eq!(body.len(), LARGEST);
        let sent = rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).body(body).send().await.unwrap();
        assert_eq!(read(sent).await.unwrap().error.as_deref(), Some("missing_required_parameter"));
        // A body that breaks off is nobody's request.
        let calls = rig.upstream.calls();
        let mut socket = connect(&rig).await;
        let body = json!({ "model": "ok", "messages": [{ "role": "user", "content": "x" }] }).to_string();
        let length = body.len() + 1;
        let part = format!("{post} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n{body}");
        socket.write_all(part.as_bytes()).await.unwrap();
        drop(socket);
        assert_eq!(rig.ask("ok", false).await.unwrap().text, words(20));
        assert_eq!(rig.upstream.calls() - calls, 1);
    };
    tokio::join!(slow, others);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_response_has_an_id_and_every_refusal_openais_form() {
    let rig = Rig::start("").await.unwrap();
    let old = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 7\r\nsec-websocket-key: x\r\n";
    let mut ids = BTreeSet::new();
    for (line, headers, status, code) in [
        ("GET /", "", 404, "path_unknown"),
        ("GET /v1/nothing", "", 404, "path_unknown"),
        ("GET /v1/%0d%0ax-evil:%20yes", "", 404, "path_unknown"),
        ("GET /v1/chat/completions", "", 405, "method_not_allowed"),
        ("BREW /v1/embeddings", "", 405, "method_not_allowed"),
        ("DELETE /v1/models/ok", "", 405, "method_not_allowed"),
        ("GET /v1/responses/%FF", "", 400, "path_invalid"),
        ("GET /v1/streams/%C3%28", "", 400, "path_invalid"),
        ("GET /v1/ws", "", 400, "upgrade_invalid"),
        ("GET /v1/ws", old, 400, "upgrade_invalid"),
        ("POST /v1/ws", "", 405, "method_not_allowed"),
        ("POST /v1/chat/completions", "", 400, "invalid_json"),
        ("POST /v1/embeddings", "", 400, "invalid_json"),
        ("POST /v1/feedback", "", 400, "invalid_json"),
        ("GET /v1/models/nobody", "", 404, "model_not_found"),
        ("GET /v1/models", "", 200, ""),
        ("GET /healthz", "", 200, ""),
    ] {
        let answer = answer(&rig, line, &format!("{headers}x-request-id: mine\r\n")).await;
        assert_eq!(answer.told(), (status, code), "{line}: {answer:?}");
        assert!(answer.header("x-evil").is_none(), "{line}: {answer:?}");
        let error = &answer.body["error"];
        assert_eq!(status >= 400, error["message"].is_string() && error["type"].is_string(), "{line}: {answer:?}");
        let id = answer.header("x-request-id").unwrap_or_default();
        assert!(id.starts_with("req-") && ids.insert(id.to_owned()), "{line}: {id}");
    }
    // What is recorded is found by it, also when it failed.
    for (model, stream) in [("ok", false), ("ok", true), ("s500", false), ("s500", true)] {
        let sent = rig.request(model, stream).send().await.unwrap();
        let id = sent.headers()["x-request-id"].to_str().unwrap();
        assert!(id.starts_with("chatcmpl-") && ids.insert(id.to_owned()), "{model}, stream {stream}: {id}");
        if (model, stream) == ("ok", true) {
            let again = rig.http.get(format!("{}/v1/streams/{id}", rig.gateway)).send().await.unwrap();
            assert_eq!(again.headers()["x-request-id"].to_str().unwrap(), id);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_belongs_to_a_tenant_is_not_there_for_another() {
    let rig = Rig::start("").await.unwrap();
    let key = |tenant: &str| secret(&cueline(&rig, &["keys", "create", tenant, "--tenant", tenant]));
    let (ann, bob) = (key("a"), key("b"));
    let ask = json!({ "model": "ok", "input": "Say something." });
    let (status, response) = send(&rig, &ann, Method::POST, "/v1/responses", &ask).await;
    assert_eq!(status, 200, "{response}");
    let id = response["id"].as_str().unwrap();
    let stream = rig.request("ok-500-3", true).bearer_auth(&ann).send().await.unwrap();
    let stream_id = stream.headers()["x-request-id"].to_str().unwrap().to_owned();
    let chat = json!({ "id": "c", "model": "ok-500-3", "trigger": "submit-message",
        "messages": [{ "id": "m", "role": "user", "parts": [{ "type": "text", "text": "go" }] }] });
    let chatting = rig.http.post(format!("{}/v1/chats", rig.gateway)).bearer_auth(&ann).json(&chat);
    let chatting = chatting.send().await.unwrap();
    let after = json!({ "model": "ok", "input": "And?", "previous_response_id": id });
    let rating = json!({ "id": id, "rating": "up" });
    for (method, path, body, status, code) in [
        (Method::GET, format!("/v1/responses/{id}"), &Value::Null, 404, "response_not_found"),
        (Method::GET, format!("/v1/responses/{id}?stream=true"), &Value::Null, 404, "response_not_found"),
        (Method::GET, format!("/v1/responses/{id}/input_items"), &Value::Null, 404, "response_not_found"),
        (Method::POST, format!("/v1/responses/{id}/cancel"), &Value::Null, 404, "response_not_found"),
        (Method::DELETE, format!("/v1/responses/{id}"), &Value::Null, 404, "response_not_found"),
        (Method::POST, "/v1/responses".to_owned(), &after, 400, "previous_response_not_found"),
        (Method::POST, "/v1/feedback".to_owned(), &rating, 404, "answer_unknown"),
        (Method::GET, format!("/v1/streams/{stream_id}"), &Value::Null, 404, "stream_unknown"),
        (Method::DELETE, format!("/v1/streams/{stream_id}"), &Value::Null, 404, "stream_unknown"),
        (Method::GET, "/v1/chats/c/stream".to_owned(), &Value::Null, 204, ""),
        (Method::DELETE, "/v1/chats/c/stream".to_owned(), &Value::Null, 204, ""),
    ] {
        let (found, told) = send(&rig, &bob, method.clone(), &path, body).await;
        assert_eq!((found, told["error"]["code"].as_str().unwrap_or_default()), (status, code), "{method} {path}");
    }
    let again = rig.request("ok", true).bearer_auth(&bob).header("last-event-id", format!("{stream_id}:3"));
    assert_eq!(read(again.send().await.unwrap()).await.unwrap().error.as_deref(), Some("stream_unknown"));
    let mut socket = Socket::open(&rig.gateway, &bob).await.unwrap();
    for kind in ["response.resume", "response.cancel"] {
        socket.say(&json!({ "type": kind, "response_id": id })).await.unwrap();
        let told = timeout(SOON, socket.until("error")).await.unwrap().unwrap();
        assert_eq!(told[0]["error"]["code"], "response_not_found", "{kind}");
    }
    // The same key of a request is each one's own.
    let keyed = async |key: &str| {
        let request = rig.request("ok", false).bearer_auth(key).header("idempotency-key", "once");
        read(request.send().await.unwrap()).await.unwrap().body["id"].clone()
    };
    let (of_ann, of_bob) = (keyed(&ann).await, keyed(&bob).await);
    assert!(of_ann.is_string() && of_ann != of_bob && of_ann == keyed(&ann).await, "{of_ann} {of_bob}");
    // And all of it is there for whom it belongs to.
    assert_eq!(read(stream).await.unwrap().text, words(500));
    let chatted = chatting.text().await.unwrap();
    assert!(chatted.contains("w499 ") && chatted.ends_with("data: [DONE]\n\n"), "{chatted}");
    assert_eq!(send(&rig, &ann, Method::POST, "/v1/responses", &after).await.0, 200);
    assert_eq!(send(&rig, &ann, Method::POST, "/v1/feedback", &rating).await.0, 201);
    assert_eq!(send(&rig, &ann, Method::DELETE, &format!("/v1/responses/{id}"), &Value::Null).await.0, 200);
}

fn create(model: &str, event_id: &str) -> Value {
    json!({ "type": "response.create", "event_id": event_id, "model": model, "input": "Say something." })
}

/// Code and event of an error that is followed by the end of a socket, and what that is closed with.
async fn last_words(socket: &mut Socket) -> (String, Value, Heard) {
    let told = timeout(SOON, socket.until("error")).await.unwrap().unwrap().pop().unwrap();
    let end = timeout(SOON, socket.hear()).await.unwrap().unwrap();
    (told["error"]["code"].as_str().unwrap().to_owned(), told["event_id"].clone(), end)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_ends_with_its_key() {
    let rig = Rig::start("").await.unwrap();
    let mut keyless = Socket::open(&rig.gateway, "").await.unwrap();
    keyless.say(&create("ok", "one")).await.unwrap();
    keyless.until("response.completed").await.unwrap();
    let made = cueline(&rig, &["keys", "create", "a", "--model", "ok"]);
    let calls = rig.upstream.calls();
    keyless.say(&create("ok", "two")).await.unwrap();
    let told = last_words(&mut keyless).await;
    assert_eq!(told, ("key_missing".into(), json!("two"), Heard::Closed(1008)), "the first key closes the door");
    assert!(Socket::open(&rig.gateway, "").await.is_err());

    let mut socket = Socket::open(&rig.gateway, &secret(&made)).await.unwrap();
    socket.say(&create("echo", "three")).await.unwrap();
    assert_eq!(socket.until("error").await.unwrap()[0]["error"]["code"], "model_not_allowed", "that ends nothing");
    assert_eq!(rig.upstream.calls(), calls);
    socket.say(&create("ok", "four")).await.unwrap();
    socket.until("response.completed").await.unwrap();
    cueline(&rig, &["keys", "revoke", made["key"]["id"].as_str().unwrap()]);
    socket.say(&create("ok", "five")).await.unwrap();
    let told = last_words(&mut socket).await;
    assert_eq!(told, ("key_revoked".into(), json!("five"), Heard::Closed(1008)));
    assert_eq!(rig.upstream.calls(), calls + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_socket_harms_nobody_and_hears_why_it_is_refused() {
    let more = "[chat.calm]\nbase_url = \"URL\"\nmodel = \"ok-20-100\"\n\
        [chat.long]\nbase_url = \"URL\"\nmodel = \"ok-60000\"\n";
    let rig = Rig::start(more).await.unwrap();
    let mut lazy = Socket::open(&rig.gateway, "").await.unwrap();
    lazy.say(&create("long", "long")).await.unwrap();
    let id = lazy.until("response.created").await.unwrap()[0]["response"]["id"].as_str().unwrap().to_owned();
    // Nothing more is read there, and in between others do their worst.
    let mut large = Socket::open(&rig.gateway, "").await.unwrap();
    large.announce(LARGEST as u64 + 1).await.unwrap();
    assert_eq!(last_words(&mut large).await, ("message_unreadable".into(), Value::Null, Heard::Closed(1008)));

    let mut greedy = Socket::open(&rig.gateway, "").await.unwrap();
    for at in 0..65 {
        greedy.say(&create("calm", &at.to_string())).await.unwrap();
    }
    let (mut completed, mut refused) = (0, Vec::new());
    while completed < 64 {
        let Heard::Event(event) = timeout(Duration::from_secs(60), greedy.hear()).await.unwrap().unwrap() else {
            break;
        };
        completed += usize::from(event["type"] == "response.completed");
        if event["type"] == "error" {
            refused.push((event["event_id"].clone(), event["error"]["code"].clone()));
        }
    }
    assert_eq!((completed, refused), (64, vec![(json!("64"), json!("too_many_responses"))]));

    let before = rig.upstream.calls();
    let mut ids = BTreeSet::new();
    for _ in 0..2 {
        let mut keyed = create("ok", "keyed");
        keyed["idempotency_key"] = json!("once");
        greedy.say(&keyed).await.unwrap();
        let events = greedy.until("response.completed").await.unwrap();
        ids.insert(events[0]["response"]["id"].to_string());
    }
    assert_eq!((ids.len(), rig.upstream.calls() - before), (1, 1), "said again it is the same response");
    greedy.say(&json!({ "type": "response.create", "model": "ok", "input": "x", "idempotency_key": 7 })).await.unwrap();
    assert_eq!(greedy.until("error").await.unwrap()[0]["error"]["code"], "idempotency_key_invalid");

    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let shown = tokio::task::block_in_place(|| rig.cueline.json(&["executions", "show", &id])).unwrap_or_default();
        if shown["status"] == "SUCCEEDED" {
            break;
        }
        assert!(Instant::now() < until, "{}", shown["status"]);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (_, whole) = send(&rig, "", Method::GET, &format!("/v1/responses/{id}"), &Value::Null).await;
    assert!(whole["output"][0]["content"][0]["text"] == words(60_000), "its response waited for nobody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_lets_sockets_hear_their_responses_and_closes_the_others() {
    let mut rig = Rig::start("").await.unwrap();
    let mut idle = Socket::open(&rig.gateway, "").await.unwrap();
    let mut busy = Socket::open(&rig.gateway, "").await.unwrap();
    busy.say(&create("ok-20-30", "one")).await.unwrap();
    busy.until("response.created").await.unwrap();
    let idling = tokio::spawn(async move { idle.hear().await.unwrap() });
    let hearing = tokio::spawn(async move {
        let events = busy.until("response.completed").await.unwrap();
        (events.last().unwrap()["response"]["output"][0]["content"][0]["text"].clone(), busy.hear().await.unwrap())
    });
    tokio::task::block_in_place(|| rig.cueline.stop()).unwrap();
    assert_eq!(idling.await.unwrap(), Heard::Closed(1001));
    assert_eq!(hearing.await.unwrap(), (json!(words(20)), Heard::Closed(1001)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embeddings_take_tokens_and_wait_for_their_turn() {
    let more = "[chat.narrow]\nbase_url = \"URL\"\nmodel = \"ok-2000-30\"\n\
        [targets.narrow]\nconcurrent = 1\nqueue_seconds = 0.05\n\
        [chat.failing]\nbase_url = \"URL\"\nmodel = \"s500\"\n[targets.failing]\nbreaker_failures = 2\n\
        [chat.mute]\nbase_url = \"URL\"\nmodel = \"s401\"\n[targets.mute]\nbreaker_failures = 2\n";
    let rig = Rig::start(more).await.unwrap();
    let embed = async |model: &str, input: Value| {
        let body = json!({ "model": model, "input": input });
        send(&rig, "", Method::POST, "/v1/embeddings", &body).await
    };
    // LangChain sends tokens unless it is told otherwise.
    for input in [json!("text"), json!(["text"]), json!([9_906, 1_917]), json!([[9_906], [1_917, 0]])] {
        let (status, told) = embed("ok", input.clone()).await;
        assert_eq!((status, &told["data"][0]["embedding"]), (200, &json!([1.0, 2.0])), "{input}: {told}");
    }
    for input in [json!([1, "text"]), json!([[1], []]), json!([-1]), json!({})] {
        let (status, told) = embed("ok", input.clone()).await;
        assert_eq!((status, &told["error"]["param"]), (400, &json!("input")), "{input}: {told}");
    }
    let busy = rig.request("narrow", true).send().await.unwrap();
    let (status, told) = embed("narrow", json!("text")).await;
    assert_eq!((status, &told["error"]["code"]), (429, &json!("target_busy")), "{told}");
    drop(busy);
    for _ in 0..3 {
        assert_eq!(embed("failing", json!("text")).await.0, 502);
        assert_eq!(embed("mute", json!("text")).await.0, 502);
    }
    let targets = cueline(&rig, &["targets"]);
    let breaker = |name: &str| {
        let target = targets["items"].as_array().unwrap().iter().find(|target| target["name"] == name).unwrap();
        target["breaker"].as_str().unwrap().to_owned()
    };
    assert_ne!(breaker("failing"), "closed", "{targets}");
    assert_eq!(breaker("mute"), "closed", "what has no embeddings may answer questions: {targets}");
}
