//! Whoever means harm to the OpenAI-compatible API, in front of it and behind it.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use cueline_tests::{
    rig::{Rig, read},
    upstream::words,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

fn address(rig: &Rig) -> String {
    rig.gateway.trim_start_matches("http://").to_owned()
}

async fn is_closed_within(socket: &mut TcpStream, patience: Duration) -> bool {
    let mut buffer = [0; 1_024];
    let closed = async {
        while let Ok(read) = socket.read(&mut buffer).await {
            if read == 0 {
                break;
            }
        }
    };
    tokio::time::timeout(patience, closed).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_connections_that_say_nothing_are_in_nobodys_way() {
    let rig = Rig::start("").await.unwrap();
    let (mut idle, mut refused) = (Vec::new(), 0);
    for _ in 0..10_000 {
        match TcpStream::connect(address(&rig)).await {
            Ok(socket) => idle.push(socket),
            Err(_) => refused += 1,
        }
    }
    if idle.len() < 10_000 {
        println!("this machine allows {} connections only, {refused} were refused", idle.len());
    }
    let begun = Instant::now();
    for stream in [false, true] {
        assert_eq!(rig.ask("ok", stream).await.unwrap().text, words(20));
    }
    println!("{} idle connections; two answers took {:?}", idle.len(), begun.elapsed());
    let (first, last) = (idle.len() - 1, 0);
    for at in [first, last] {
        assert!(is_closed_within(&mut idle[at], Duration::from_secs(20)).await, "who never says anything is cut off");
    }
    assert_eq!(rig.ask("ok", false).await.unwrap().text, words(20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_a_letter_at_a_time_is_cut_off() {
    let rig = Rig::start("").await.unwrap();
    let mut slow = TcpStream::connect(address(&rig)).await.unwrap();
    let begun = Instant::now();
    let mut letters =
        b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nx-long: ".iter().chain(std::iter::repeat(&b'a'));
    let is_cut = loop {
        // A write may still succeed after the other side has closed; the next one fails.
        if slow.write_all(&[*letters.next().unwrap()]).await.is_err() {
            break true;
        }
        if begun.elapsed() > Duration::from_secs(25) {
            break false;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert!(is_cut, "after {:?}", begun.elapsed());
    assert!(begun.elapsed() > Duration::from_secs(8), "an honest client has time: {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_does_not_wait_for_who_does_not_read_it() {
    let rig = Rig::start("[chat.long]\nbase_url = \"URL\"\nmodel = \"ok-60000\"\n").await.unwrap();
    let mut lazy = TcpStream::connect(address(&rig)).await.unwrap();
    let body = json!({ "model": "long", "stream": true, "messages": [{ "role": "user", "content": "x" }] }).to_string();
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    lazy.write_all(request.as_bytes()).await.unwrap();
    let mut head = vec![0; 600];
    let read_so_far = lazy.read(&mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..read_so_far]).into_owned();
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap().trim().to_owned();
    // Nothing more is read, and the answer is complete all the same.
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let shown = tokio::task::block_in_place(|| rig.cueline.json(&["executions", "show", &id])).unwrap_or_default();
        if shown["status"] == "SUCCEEDED" {
            break;
        }
        assert!(Instant::now() < until, "{}", shown["status"]);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let whole = rig.http.get(format!("{}/v1/streams/{id}", rig.gateway)).send().await.unwrap();
    assert_eq!(read(whole).await.unwrap().text, words(60_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_request_says_gets_into_no_header_and_comes_back_as_it_was() {
    let rig = Rig::start("").await.unwrap();
    let post = |body: Value| rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).json(&body).send();
    let user = |content: &str| json!([{ "role": "user", "content": content }]);
    for model in ["auto:a\r\nx-evil: yes", "ok\r\n\r\nHTTP/1.1 200 OK", "ok\0", "../../etc/passwd", "auto:\u{202e}ko"] {
        let response = post(json!({ "model": model, "messages": user("x") })).await.unwrap();
        assert_eq!(response.status(), 404, "{model:?}");
        assert!(!response.headers().contains_key("x-evil"));
    }
    let body = json!({ "model": "ok", "messages": user("x"), "user": "a\r\nx-evil: yes", "metadata": { "a\r\nx-evil": "b\r\nx-evil: c" } });
    let response = post(body).await.unwrap();
    assert!(response.status().is_success() && !response.headers().contains_key("x-evil"));
    // Marks that turn, join, hide and overflow; a name of the language's own; a form of markup.
    for text in [
        "\u{202e}gnp.exe",
        "z\u{0301}\u{0301}\u{0301}\u{0301}",
        "a\u{200b}\u{feff}b",
        "\u{1f468}\u{200d}\u{1f469}",
        "\u{fffd}\u{10ffff}",
        "</script>\\u0000",
    ] {
        for stream in [false, true] {
            let got = read(post(json!({ "model": "echo", "messages": user(text), "stream": stream })).await.unwrap())
                .await
                .unwrap();
            // As a stream it comes three characters at a time: marks come apart from what they belong to.
            assert_eq!((got.text, got.error), (format!("user: {text}"), None), "stream {stream}");
        }
    }
    let raw = |body: &'static str| {
        rig.http
            .post(format!("{}/v1/chat/completions", rig.gateway))
            .header("content-type", "application/json")
            .body(body)
            .send()
    };
    let lone = r#"{"model": "ok", "messages": [{"role": "user", "content": "\ud800"}]}"#;
    assert_eq!(read(raw(lone).await.unwrap()).await.unwrap().error.as_deref(), Some("invalid_json"));
}

/// A provider that answers everything with these bytes.
async fn provider(answer: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let calls: Arc<AtomicUsize> = Arc::default();
    let counted = calls.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut buffer = vec![0; 65_536];
                let _ = socket.read(&mut buffer).await;
                let _ = socket.write_all(&answer).await;
                let _ = socket.shutdown().await;
            });
        }
    });
    (url, calls)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_leads_nobody_elsewhere_and_unpacks_nothing() {
    let (elsewhere, reached) = provider(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec()).await;
    let moved = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {elsewhere}/chat/completions\r\ncontent-length: 0\r\n\r\n"
    );
    let (moving, _) = provider(moved.into_bytes()).await;
    // A gigabyte of nothing as it looks packed, again and again.
    let mut packed =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\r\n\x1f\x8b\x08\x00".to_vec();
    packed.extend(std::iter::repeat_n([0xec, 0xc1, 0x01, 0x01, 0x00, 0x00, 0x00, 0x80], 100_000).flatten());
    let (packing, _) = provider(packed).await;
    let more = format!(
        "[chat.moving]\nbase_url = \"{moving}\"\nmodel = \"m\"\n[chat.packing]\nbase_url = \"{packing}\"\nmodel = \"m\"\n\
         [policies.moving]\ntargets = [\"moving\", \"ok\"]\n"
    );
    let rig = Rig::start(&more).await.unwrap();
    for stream in [false, true] {
        for model in ["moving", "packing"] {
            let begun = Instant::now();
            let got = rig.ask(model, stream).await.unwrap();
            assert_eq!(got.status, 502, "{model}, stream {stream}: {got:?}");
            assert!(begun.elapsed() < Duration::from_secs(10), "{model}: {:?}", begun.elapsed());
        }
        assert_eq!(rig.ask("auto:moving", stream).await.unwrap().text, words(20), "the next target answers");
    }
    assert_eq!(reached.load(Ordering::Relaxed), 0, "nobody went where it was told to go");
}
