//! How streams end: what was said in full, what was not, and whoever comes back when all is over, with the real binary.

#![allow(clippy::unwrap_used, reason = "a test is an assertion")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::time::Duration;

use cueline_tests::{
    rig::{Rig, read},
    upstream::words,
};
use serde_json::{Value, json};

/// Nothing is missing of an answer that said why it ended, whatever happens to its connection then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_said_why_it_ended_is_complete() {
    let more = "[chat.rude]\nbase_url = \"URL\"\nmodel = \"rude\"\n[chat.mute]\nbase_url = \"URL\"\nmodel = \"mute\"\n\
        [chat.hasty]\nbase_url = \"URL\"\nmodel = \"hasty\"\n[targets.mute]\ngap_seconds = 0.5\n[policies.on]\ntargets = [\"rude\", \"ok\"]\nafter_first = \"continue\"\n";
    let rig = Rig::start(more).await.unwrap();
    for model in ["rude", "mute", "hasty", "auto:on"] {
        let got = rig.ask(model, true).await.unwrap();
        assert_eq!((got.text, got.finish.as_deref(), got.done), (words(20), Some("stop"), true), "{model}");
        assert_eq!((got.error, got.seams), (None, 0), "{model}");
        assert!(got.usage["completion_tokens"].as_u64().unwrap() > 0, "{model}: it is estimated");
    }
}

/// Whoever comes back with the last event is told that nothing is left, at once and however it comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_last_event_waits_for_nothing() {
    let rig = Rig::start("").await.unwrap();
    let response = rig.request("ok", true).send().await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let last = read(response).await.unwrap().ids.last().unwrap().clone();
    let get = rig.http.get(format!("{}/v1/streams/{id}", rig.gateway)).header("last-event-id", &last);
    assert_eq!(get.send().await.unwrap().status().as_u16(), 204);
    let post = rig.request("ok", true).header("last-event-id", &last);
    assert_eq!(post.send().await.unwrap().status().as_u16(), 204);
}

/// An execution that somebody cancels behind the gateway's back ends for its readers, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_hears_of_an_answer_that_was_cancelled_by_an_operator() {
    let more = "[chat.long]\nbase_url = \"URL\"\nmodel = \"ok-20000-5\"\n";
    let rig = Rig::start(more).await.unwrap();
    let response = rig.request("long", true).send().await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let reading = tokio::spawn(read(response));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (code, out, words) =
        tokio::task::block_in_place(|| rig.cueline.run(&["executions", "cancel", &id, "--cause", "no more"])).unwrap();
    assert_eq!(code, 0, "{out} {words}");
    let got = tokio::time::timeout(Duration::from_secs(60), reading).await.unwrap().unwrap().unwrap();
    assert_eq!((got.error.as_deref(), got.done), (Some("answer_cancelled"), false));
    assert!(!got.text.is_empty());
}

/// What failed before anything was seen uses no seam up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_goes_on_although_others_failed_before_it_began() {
    let more = "[policies.bad-day]\ntargets = [\"s500\", \"cut\", \"ok\"]\nafter_first = \"continue\"\n\
        [policies.unsuited]\ntargets = [\"s400\", \"ok\"]\n[chat.s400]\nbase_url = \"URL\"\nmodel = \"s400\"\n\
        [targets.s400]\nbreaker_failures = 1\n";
    let rig = Rig::start(more).await.unwrap();
    let got = rig.ask("auto:bad-day", true).await.unwrap();
    assert_eq!((got.text, got.seams, got.done), (words(20), 1, true), "{:?}", got.error);
    // A prompt that is too long for one model is no fault of either.
    for stream in [false, true] {
        for _ in 0..3 {
            let got = rig.ask("auto:unsuited", stream).await.unwrap();
            assert_eq!((got.status, got.text), (200, words(20)), "{:?}", got.error);
        }
    }
    assert_eq!(rig.ask("s400", false).await.unwrap().status, 400);
    let targets = tokio::task::block_in_place(|| rig.cueline.json(&["targets"])).unwrap();
    let target = targets["items"].as_array().unwrap().iter().find(|target| target["name"] == "s400").unwrap();
    assert_eq!(target["breaker"], "closed", "{target}");
}

/// What a guard holds back was not seen: another target may answer instead, and what was found is recorded though it was cut.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_held_back_was_not_seen_by_anybody() {
    let more = "[guards.house]\nrules = \"usual\"\n[policies.held]\ntargets = [\"cut\", \"ok\"]\nguard = \"house\"\n\
        flush = \"sentence\"\n[chat.spill]\nbase_url = \"URL\"\nmodel = \"spill\"\n\
        [policies.spilt]\ntargets = [\"spill\"]\nguard = \"house\"\nflush = \"sentence\"\n";
    let rig = Rig::start(more).await.unwrap();
    let got = rig.ask("auto:held", true).await.unwrap();
    assert_eq!((got.text, got.seams, got.done), (words(20), 0, true), "{:?}", got.error);
    let shown = tokio::task::block_in_place(|| rig.recorded(got.body["id"].as_str().unwrap())).unwrap();
    let attempts: Vec<&Value> = shown["output"]["attempts"].as_array().unwrap().iter().collect();
    assert_eq!(attempts.last().unwrap()["target"], json!("ok"), "{shown}");
    // Nobody saw the address, and the audit says all the same that there was one.
    assert_eq!(rig.ask("auto:spilt", true).await.unwrap().text, "");
    let records =
        tokio::task::block_in_place(|| rig.cueline.run(&["audit", "show", "--target", "spill", "--json"])).unwrap();
    assert!(records.1.contains("pii/EMAIL") && !records.1.contains("ann@example.com"), "{}", records.1);
}
