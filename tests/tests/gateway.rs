//! The OpenAI-compatible API of the real binary, before a provider that fails in every way.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test is an assertion and says what it measured"
)]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{fmt::Write, time::Duration};

use cueline_tests::{
    rig::{FAULTS, Got, Rig, hear, read},
    upstream::{LEAKY, words},
};
use futures::StreamExt;
use serde_json::json;

/// Every fault, with and without another target, whole and as a stream: what the client sees.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_answer_never_ends_as_if_it_were_complete() {
    let rig = Rig::start("").await.unwrap();
    println!(
        "{:<10} {:<10} {:<8} {:<6} {:>5} {:<26} {:<6} {:<5} seams",
        "fault", "fallback", "as", "status", "words", "error", "finish", "DONE"
    );
    for fault in FAULTS {
        for (fallback, model) in
            [("none", (*fault).to_owned()), ("next", format!("auto:{fault}")), ("continue", format!("auto:{fault}-on"))]
        {
            for stream in [false, true] {
                let got = rig.ask(&model, stream).await.unwrap();
                println!(
                    "{fault:<10} {fallback:<10} {:<8} {:<6} {:>5} {:<26} {:<6} {:<5} {}",
                    if stream { "stream" } else { "whole" },
                    got.status,
                    got.text.split_whitespace().count(),
                    got.error.as_deref().unwrap_or("-"),
                    got.finish.as_deref().unwrap_or("-"),
                    got.done,
                    got.seams
                );
                check(fault, fallback, stream, &got);
            }
        }
    }
}

fn check(fault: &str, fallback: &str, stream: bool, got: &Got) {
    let what = format!("{fault}, {fallback}, stream {stream}: {got:?}");
    let begins = stream && matches!(fault, "cut" | "error" | "stall" | "nofinish");
    let complete = got.finish.as_deref() == Some("stop") && got.text == words(20) && got.error.is_none();
    // A client that gets no error gets the whole answer, and the other way round.
    assert_eq!(complete, got.error.is_none(), "{what}");
    assert_eq!(got.done, complete && stream, "{what}");
    match (begins, fallback) {
        (false, "none") if !stream && matches!(fault, "nofinish" | "invented") => {
            assert!(complete, "it is a fault of streams only: {what}")
        }
        (false, "none") => assert!(got.status >= 400 && got.text.is_empty(), "{what}"),
        (false, _) | (true, "continue") => assert!(complete && got.status == 200, "{what}"),
        (true, _) => {
            assert_eq!(got.status, 200, "{what}");
            assert_eq!(got.text, words(5), "what came is kept: {what}");
        }
    }
    assert_eq!(got.seams, usize::from(begins && fallback == "continue"), "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_passed_on_as_they_are_and_recorded() {
    let rig = Rig::start("").await.unwrap();
    let got = rig.ask("ok", false).await.unwrap();
    assert_eq!((got.status, got.text.as_str()), (200, words(20).as_str()));
    assert_eq!(got.body["choices"][0]["logprobs"], json!({ "content": [] }), "fields that are not known are passed on");
    assert_eq!((&got.body["system_fingerprint"], &got.body["model"]), (&json!("fp"), &json!("ok")));
    let id = got.body["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("chatcmpl-"));
    let split = rig.ask("split", true).await.unwrap();
    assert_eq!(split.text, words(20).replace('w', "\u{2014}w"));
    assert!(rig.ask("nodone", true).await.unwrap().done, "a finish reason is enough; we say [DONE]");

    // It is an execution: it can be shown, replayed, verified, forked.
    let cueline = &rig.cueline;
    tokio::task::block_in_place(|| {
        rig.recorded(&id).unwrap();
        for command in ["replay", "verify"] {
            let (code, _, words) = cueline.run(&["executions", command, &id]).unwrap();
            assert_eq!(code, 0, "{command}: {words}");
        }
        let (code, out, words) = cueline.run(&["executions", "fork", &id, "--from", "1"]).unwrap();
        assert_eq!(code, 0, "{out} {words}");
        let usage = cueline.json(&["usage"]).unwrap();
        let row = usage["items"].as_array().unwrap().iter().find(|row| row["target"] == "ok").unwrap().clone();
        assert!(row["output_tokens"].as_u64().unwrap() >= 20 && row["cost"].as_f64().unwrap() > 0.0, "{row}");
        let (code, out, _) = cueline.run(&["audit"]).unwrap();
        assert_eq!(code, 0, "{out}");
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_refused_in_openais_form() {
    let rig = Rig::start("").await.unwrap();
    let long = "word ".repeat(10_000);
    let user = |text: &str| json!([{ "role": "user", "content": text }]);
    for (body, status, code) in [
        ("{".to_owned(), 400, "invalid_json"),
        ("[]".to_owned(), 400, "invalid_json"),
        (json!({ "messages": user("x") }).to_string(), 400, "missing_required_parameter"),
        (json!({ "model": "nobody", "messages": user("x") }).to_string(), 404, "model_not_found"),
        (json!({ "model": "auto:nothing", "messages": user("x") }).to_string(), 404, "policy_unknown"),
        (json!({ "model": "ok", "messages": "x" }).to_string(), 400, "invalid_type"),
        (json!({ "model": "ok", "messages": user(&long) }).to_string(), 400, "context_length_exceeded"),
        (json!({ "model": "rag/nothing", "messages": user("x") }).to_string(), 400, "invalid_value"),
    ] {
        let sent =
            rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).body(body.clone()).send().await.unwrap();
        let got = read(sent).await.unwrap();
        let short: String = body.chars().take(80).collect();
        assert_eq!((got.status, got.error.as_deref()), (status, Some(code)), "{short}: {}", got.body);
        assert!(got.body["error"]["type"].is_string() && got.body["error"]["message"].is_string());
    }
    for (path, status) in [
        ("/v1/streams/chatcmpl-nothing", 404),
        ("/v1/nothing", 404),
        ("/v1/models/nobody", 404),
        ("/v1/models/ok", 200),
    ] {
        assert_eq!(
            rig.http.get(format!("{}{path}", rig.gateway)).send().await.unwrap().status().as_u16(),
            status,
            "{path}"
        );
    }
    let before = rig.upstream.calls();
    assert_eq!(rig.ask("s400", false).await.unwrap().status, 404, "it is not configured");
    assert_eq!(rig.upstream.calls(), before);
}

/// Whoever loses the connection comes back with the last event's id; who sends the same POST again pays once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_resumed_from_any_event() {
    let rig = Rig::start("").await.unwrap();
    let response = rig.request("ok-500-3", true).header("idempotency-key", "once").send().await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let mut stream = response.bytes_stream();
    let mut seen = String::new();
    while seen.matches("\n\n").count() < 20 {
        seen.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()));
    }
    drop(stream);
    let mut got = Got::default();
    let whole = seen.rfind("\n\n").unwrap() + 2;
    for event in seen[..whole].split_inclusive("\n\n") {
        hear(event, &mut got).unwrap();
    }
    let last = got.ids.last().unwrap().clone();
    let calls = rig.upstream.calls();
    let resumed =
        rig.http.get(format!("{}/v1/streams/{id}", rig.gateway)).header("last-event-id", &last).send().await.unwrap();
    let rest = read(resumed).await.unwrap();
    assert_eq!(format!("{}{}", got.text, rest.text), words(500));
    assert!(rest.done && rest.finish.as_deref() == Some("stop"));
    // The same POST again, with and without the place: no second call.
    let again =
        read(rig.request("ok-500-3", true).header("idempotency-key", "once").send().await.unwrap()).await.unwrap();
    assert_eq!((again.text, again.done), (words(500), true));
    let resent =
        read(rig.request("ok-500-3", true).header("last-event-id", &last).send().await.unwrap()).await.unwrap();
    assert_eq!(resent.text, rest.text);
    assert_eq!(rig.upstream.calls(), calls);
    let over = rest.ids.last().unwrap();
    let nothing =
        rig.http.get(format!("{}/v1/streams/{id}", rig.gateway)).header("last-event-id", over).send().await.unwrap();
    assert_eq!(nothing.status().as_u16(), 204, "an EventSource stops for good");
    let other = json!({ "model": "ok-500-3", "stream": true, "messages": [{ "role": "user", "content": "Other." }] });
    let reused =
        rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).header("idempotency-key", "once").json(&other);
    assert_eq!(read(reused.send().await.unwrap()).await.unwrap().error.as_deref(), Some("idempotency_key_reused"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_cancelled_ends_with_an_error() {
    let rig = Rig::start("").await.unwrap();
    let response = rig.request("ok-500-3", true).send().await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let reading = tokio::spawn(read(response));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let cancelled = rig.http.delete(format!("{}/v1/streams/{id}", rig.gateway)).send().await.unwrap();
    assert_eq!(cancelled.status().as_u16(), 204);
    let got = reading.await.unwrap().unwrap();
    assert_eq!((got.error.as_deref(), got.done), (Some("answer_cancelled"), false));
    assert!(words(500).starts_with(&got.text) && !got.text.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_open_the_door_and_budgets_are_never_overspent() {
    let rig = Rig::start("").await.unwrap();
    let key = |arguments: &[&str]| -> (String, String) {
        let all: Vec<&str> = ["keys", "create"].iter().chain(arguments).copied().collect();
        let made = tokio::task::block_in_place(|| rig.cueline.json(&all)).unwrap();
        (made["secret"].as_str().unwrap().to_owned(), made["key"]["id"].as_str().unwrap().to_owned())
    };
    // With twenty tokens at most a call may cost 62 millionths of a dollar, and costs 47: 37 calls and one before them.
    let (secret, id) = key(&["tests", "--model", "ok*", "--budget", "0.002350"]);
    let ask = |model: &'static str, secret: String, stream: bool| {
        let request = rig.request(model, stream).bearer_auth(secret);
        async move { read(request.send().await.unwrap()).await.unwrap() }
    };
    // The first key may be seen up to two seconds later where there was none before.
    for _ in 0..100 {
        if rig.ask("ok", false).await.unwrap().status == 401 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(rig.ask("ok", false).await.unwrap().error.as_deref(), Some("key_missing"));
    assert_eq!(ask("ok", "sk-cue-wrong".into(), false).await.error.as_deref(), Some("key_unknown"));
    assert_eq!(ask("cut", secret.clone(), false).await.error.as_deref(), Some("model_not_allowed"));
    let first =
        json!({ "model": "ok", "max_tokens": 20, "messages": [{ "role": "user", "content": "Say something." }] });
    let first = rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).json(&first).bearer_auth(&secret);
    assert_eq!(read(first.send().await.unwrap()).await.unwrap().text, words(20));
    assert_eq!(
        ask("ok", secret.clone(), false).await.error.as_deref(),
        Some("budget_exceeded"),
        "without max_tokens it may be long"
    );

    // A hundred at once against what is left for thirty-seven. None has ended, and left something of what it reserved, before the
    // last has asked.
    let calls = (0..100).map(|n| {
        let stream = n % 2 == 0;
        let body = json!({
            "model": "ok-20-150", "stream": stream, "max_tokens": 20, "messages": [{ "role": "user", "content": "Say something." }],
        });
        let request = rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).json(&body).bearer_auth(&secret);
        async move { read(request.send().await.unwrap()).await.unwrap() }
    });
    let got = futures::future::join_all(calls).await;
    let (answered, refused): (Vec<_>, Vec<_>) = got.iter().partition(|got| got.error.is_none());
    assert!(
        refused.iter().all(|got| got.error.as_deref() == Some("budget_exceeded") && got.status == 429),
        "{refused:?}"
    );
    println!("{} answered, {} refused", answered.len(), refused.len());
    assert_eq!(answered.len(), 37);
    let account = || {
        let keys = tokio::task::block_in_place(|| rig.cueline.json(&["keys", "list"])).unwrap();
        keys["items"].as_array().unwrap().iter().find(|key| key["id"] == id.as_str()).unwrap()["budget"].clone()
    };
    let mut budget = account();
    for _ in 0..200 {
        if budget["reserved"] == 0.0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        budget = account();
    }
    println!("{budget}");
    assert_eq!(budget["reserved"], 0.0, "everything was settled");
    assert!(budget["spent"].as_f64().unwrap() <= 0.002_350);
    let expected = (answered.len() + 1) as f64 * 47e-6;
    assert!(
        (budget["spent"].as_f64().unwrap() - expected).abs() < 1e-9,
        "{budget}: each answer is paid for once ({expected})"
    );

    // Another tenant sees nothing of it.
    let (other, _) = key(&["others", "--tenant", "others"]);
    let (rich, _) = key(&["rich"]);
    let response = rig.request("ok-500-3", true).bearer_auth(&rich).send().await.unwrap();
    let stream = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let peek = rig.http.get(format!("{}/v1/streams/{stream}", rig.gateway)).bearer_auth(&other).send().await.unwrap();
    assert_eq!(peek.status().as_u16(), 404);
    drop(response);
    let (code, _, words) = tokio::task::block_in_place(|| rig.cueline.run(&["keys", "revoke", &id])).unwrap();
    assert_eq!(code, 0, "{words}");
    assert_eq!(ask("ok", secret, false).await.error.as_deref(), Some("key_revoked"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaves_that_a_guard_forbids() {
    let mut more =
        "[guards.house.rules]\npii = { EMAIL = \"redact\" }\nwords = [{ name = \"rivals\", terms = [\"acme\"] }]\n"
            .to_owned();
    for mode in ["block", "redact", "audit"] {
        write!(more, "[policies.{mode}]\ntargets = [\"leaky\"]\nguard = \"house\"\n").unwrap();
        write!(more, "guard_mode = \"{mode}\"\nlinks = [\"example.org\"]\n").unwrap();
    }
    let rig = Rig::start(&more).await.unwrap();
    for stream in [false, true] {
        let got = rig.ask("leaky", stream).await.unwrap();
        assert_eq!((got.text.as_str(), got.finish.as_deref()), (LEAKY, Some("stop")), "nothing looks at it");
        let blocked = ["word/rivals: blocked", "pii/EMAIL: redacted", "link/evil.test: removed"];
        let redacted = ["word/rivals: redacted", "pii/EMAIL: redacted", "link/evil.test: removed"];
        let noted = ["word/rivals: noted", "pii/EMAIL: noted", "link/evil.test: removed"];
        for (mode, found) in [("block", blocked), ("redact", redacted), ("audit", noted)] {
            let got = rig.ask(&format!("auto:{mode}"), stream).await.unwrap();
            println!("{mode:>7} {}: {:?} {:?}", if stream { "stream" } else { " whole" }, got.finish, got.text);
            assert!(!got.text.contains("evil.test"), "{got:?}");
            assert!(got.text.contains("https://example.org/y"), "{got:?}");
            let is_open = mode == "audit";
            assert_eq!(got.text.contains("ann@example.com"), is_open, "{got:?}");
            assert_eq!(got.text.contains("Acme"), is_open, "{got:?}");
            let finish = if mode == "block" { "content_filter" } else { "stop" };
            assert_eq!(got.finish.as_deref(), Some(finish), "{got:?}");
            assert_eq!(got.done, stream, "{got:?}");
            // Kept is what was shown and what was found, nothing of what was withheld.
            let id = got.body["id"].as_str().unwrap();
            let kept = tokio::task::block_in_place(|| rig.recorded(id)).unwrap()["output"].to_string();
            assert_eq!(kept.contains("Acme"), is_open, "{kept}");
            for found in found {
                assert!(kept.contains(found), "{found}: {kept}");
            }
        }
    }
}
