//! What answers cost and whom they count for, whatever becomes of them, with the real binary.

#![allow(clippy::unwrap_used, reason = "a test is an assertion")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::time::Duration;

use cueline_tests::{
    rig::{Got, Rig, hear, read},
    upstream::words,
};
use futures::StreamExt;
use serde_json::{Value, json};

/// Looks at what is written down beside an answer.
const LOOKS: usize = 200;

struct Key {
    secret: String,
    id: String,
}

fn key(rig: &Rig, arguments: &[&str]) -> Key {
    let all: Vec<&str> = ["keys", "create"].iter().chain(arguments).copied().collect();
    let made = tokio::task::block_in_place(|| rig.cueline.json(&all)).unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    Key { secret: word(&made["secret"]), id: word(&made["key"]["id"]) }
}

/// What is spent and reserved of a key's budget, once nothing is reserved any more.
async fn spent(rig: &Rig, key: &Key) -> f64 {
    let mut budget = Value::Null;
    for _ in 0..LOOKS {
        let keys = tokio::task::block_in_place(|| rig.cueline.json(&["keys", "list"])).unwrap();
        let listed = keys["items"].as_array().unwrap().iter().find(|listed| listed["id"] == key.id.as_str()).unwrap();
        budget = listed["budget"].clone();
        if budget["reserved"] == 0.0 && budget["spent"] != 0.0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(budget["reserved"], 0.0, "everything is settled");
    budget["spent"].as_f64().unwrap()
}

fn body(model: &str, more: Value) -> Value {
    let mut body = json!({ "model": model, "messages": [{ "role": "user", "content": "Say something." }] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn post(rig: &Rig, body: &Value, key: &Key) -> reqwest::RequestBuilder {
    rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).json(body).bearer_auth(&key.secret)
}

async fn ask(rig: &Rig, body: &Value, key: &Key) -> Got {
    read(post(rig, body, key).send().await.unwrap()).await.unwrap()
}

/// Until a key that was made just now opens the door.
async fn known(rig: &Rig, key: &Key) {
    for _ in 0..LOOKS {
        let models = rig.http.get(format!("{}/v1/models", rig.gateway)).bearer_auth(&key.secret).send().await.unwrap();
        if models.status().as_u16() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_budget_pays_for_has_a_price_and_an_end() {
    let more = "[chat.mirror]\nbase_url = \"URL\"\nmodel = \"mirror\"\n[targets.mirror]\nprice = { input = 1.0, output = 2.0 }\n\
        [chat.unpriced]\nbase_url = \"URL\"\nmodel = \"mirror\"\n\
        [chat.tight]\nbase_url = \"URL\"\nmodel = \"mirror\"\n\
        [targets.tight]\ncontext = 100\nprice = { input = 0, output = 0 }\n\
        [targets.unpriced]\nfallbacks = [\"mirror\"]\n[chat.alone]\nbase_url = \"URL\"\nmodel = \"mirror\"\n";
    let rig = Rig::start(more).await.unwrap();
    let (poor, rich) = (key(&rig, &["poor", "--budget", "1"]), key(&rig, &["rich"]));
    known(&rig, &poor).await;
    known(&rig, &rich).await;
    let sent = async |model: &str, more: Value, key: &Key| -> Value {
        serde_json::from_str(&ask(&rig, &body(model, more), key).await.text).unwrap_or_default()
    };
    assert_eq!(sent("mirror", json!({}), &poor).await["max_tokens"], 4_096, "an answer must end before the money does");
    assert_eq!(sent("mirror", json!({ "max_tokens": 7 }), &poor).await["max_tokens"], 7);
    let other = sent("mirror", json!({ "max_completion_tokens": 7 }), &poor).await;
    assert_eq!((&other["max_tokens"], &other["max_completion_tokens"]), (&Value::Null, &json!(7)));
    assert!(sent("tight", json!({}), &poor).await["max_tokens"].as_u64().unwrap() < 100, "it has to fit the context");
    assert_eq!(sent("mirror", json!({}), &rich).await["max_tokens"], Value::Null, "who has no budget is left alone");
    // What callers route by stays here, unless the provider is to keep the answer under it.
    let tags = json!({ "metadata": { "task": "chat" } });
    assert_eq!(sent("mirror", tags, &rich).await["metadata"], Value::Null);
    let stored = json!({ "metadata": { "task": "chat" }, "store": true });
    assert_eq!(sent("mirror", stored, &rich).await["metadata"]["task"], "chat");

    let refused = ask(&rig, &body("alone", json!({})), &poor).await;
    assert_eq!((refused.status, refused.error.as_deref()), (403, Some("price_unknown")), "{}", refused.body);
    assert_eq!(ask(&rig, &body("alone", json!({})), &rich).await.status, 200);
    let vectors = rig.http.post(format!("{}/v1/embeddings", rig.gateway)).bearer_auth(&poor.secret);
    let refused = vectors.json(&json!({ "model": "alone", "input": "text" })).send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 403, "vectors as well");
    let answered = ask(&rig, &body("unpriced", json!({})), &poor).await;
    assert_eq!(
        (answered.status, &answered.body["model"]),
        (200, &json!("mirror")),
        "who has a price may answer instead"
    );
}

/// An answer that is cancelled, or that nobody finished, is paid for as far as it came, and no further.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_answer_is_paid_for_as_far_as_it_came() {
    let rig = Rig::start("").await.unwrap();
    let caller = key(&rig, &["caller", "--budget", "1"]);
    known(&rig, &caller).await;
    let response = post(&rig, &body("ok-500-3", json!({ "stream": true })), &caller).send().await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let mut stream = response.bytes_stream();
    let (mut got, mut waiting) = (Got::default(), String::new());
    while got.pieces.len() < 20 {
        waiting.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()));
        while let Some(end) = waiting.find("\n\n") {
            let event: String = waiting.drain(..end + 2).collect();
            hear(&event, &mut got).unwrap();
        }
    }
    let cancel = rig.http.delete(format!("{}/v1/streams/{id}", rig.gateway)).bearer_auth(&caller.secret);
    assert_eq!(cancel.send().await.unwrap().status().as_u16(), 204);
    let spent = spent(&rig, &caller).await;
    // Five hundred words would be a thousand; each has a character more than its number.
    assert!(spent > 20.0 * 1e-6 && spent < 900.0 * 1e-6, "{spent}");
    let audit = tokio::task::block_in_place(|| rig.cueline.json(&["usage"])).unwrap();
    let row = audit["items"].as_array().unwrap().iter().find(|row| row["target"] == "ok-500-3").unwrap().clone();
    assert!((row["cost"].as_f64().unwrap() - spent).abs() < 1e-6, "{row}");
}

/// Twenty of the same at once: one answer, paid for once, told to all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_at_once_is_one_answer_and_one_bill() {
    let rig = Rig::start("").await.unwrap();
    let caller = key(&rig, &["caller", "--budget", "1"]);
    known(&rig, &caller).await;
    let calls = rig.upstream.calls();
    let asked = body("ok-20-30", json!({ "stream": true, "max_tokens": 20 }));
    let all = (0..20).map(|_| post(&rig, &asked, &caller).header("idempotency-key", "one").send());
    for response in futures::future::join_all(all).await {
        let got = read(response.unwrap()).await.unwrap();
        assert_eq!((got.text, got.done), (words(20), true));
    }
    assert_eq!(rig.upstream.calls() - calls, 1);
    assert!((spent(&rig, &caller).await - 47e-6).abs() < 1e-9);
}

/// A failure that passes does not use a key up; one that was seen does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_again_after_a_failure_that_passes_is_answered() {
    let more = "[chat.twice]\nbase_url = \"URL\"\nmodel = \"twice\"\n";
    let rig = Rig::start(more).await.unwrap();
    for stream in [false, true] {
        let ask = async |model: &str| {
            let request = rig.request(model, stream).header("idempotency-key", format!("{model}-{stream}"));
            let response = request.send().await.unwrap();
            let retry_after = response.headers().get("retry-after").map(|after| after.to_str().unwrap().to_owned());
            (read(response).await.unwrap(), retry_after)
        };
        let (failed, retry_after) = ask("s429").await;
        assert_eq!((failed.status, retry_after.as_deref()), (429, Some("30")), "its status, and when to come back");
        let calls = rig.upstream.calls();
        assert_eq!(ask("s429").await.0.status, 429);
        assert!(rig.upstream.calls() > calls, "it was asked again");
        let (failed, _) = ask("s401").await;
        assert_eq!(failed.status, 502);
        if !stream {
            let (cut, _) = ask("cut").await;
            assert_eq!(cut.status, 502);
        } else {
            let (cut, _) = ask("cut").await;
            let calls = rig.upstream.calls();
            let (again, _) = ask("cut").await;
            assert_eq!((cut.text.as_str(), again.text.as_str()), (words(5).as_str(), words(5).as_str()));
            assert_eq!(rig.upstream.calls(), calls, "what was seen stays");
        }
    }
    // Down for two calls, and both are made for the first request.
    let rig = Rig::start(more).await.unwrap();
    let ask = || rig.request("twice", false).header("idempotency-key", "twice").send();
    assert_eq!(ask().await.unwrap().status().as_u16(), 502);
    let answered = read(ask().await.unwrap()).await.unwrap();
    assert_eq!((answered.status, answered.text), (200, words(20)));
}

/// What goes on in the background counts as a call until it has ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_counts_until_its_answer_has_ended_however_its_reader_fares() {
    let rig = Rig::start("").await.unwrap();
    let caller = key(&rig, &["caller", "--concurrent", "1", "--tokens-per-minute", "100000"]);
    known(&rig, &caller).await;
    let long = body("ok-500-3", json!({ "stream": true }));
    drop(post(&rig, &long, &caller).send().await.unwrap());
    let refused = ask(&rig, &body("ok", json!({})), &caller).await;
    assert_eq!((refused.status, refused.error.as_deref()), (429, Some("rate_limit_exceeded")));
    let mut status = 0;
    for _ in 0..LOOKS {
        tokio::time::sleep(Duration::from_millis(50)).await;
        status = ask(&rig, &body("ok", json!({})), &caller).await.status;
        if status == 200 {
            break;
        }
    }
    assert_eq!(status, 200, "it has ended");
}
