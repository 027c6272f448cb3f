//! What the audit of the real binary says, to whom, and what of it outlives the process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test is an assertion")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::time::{Duration, Instant};

use cueline_tests::{
    rig::{Rig, read},
    upstream::words,
};
use serde_json::{Value, json};

/// For what happens within moments.
const PATIENCE: Duration = Duration::from_secs(20);

fn cueline(rig: &Rig, args: &[&str]) -> Value {
    tokio::task::block_in_place(|| rig.cueline.json(args)).unwrap()
}

/// `audit show --json`: a record a line.
fn audit(rig: &Rig, args: &[&str]) -> Vec<Value> {
    let all = [&["audit", "show", "--json"], args].concat();
    let (code, out, words) = tokio::task::block_in_place(|| rig.cueline.run(&all)).unwrap();
    assert_eq!(code, 0, "{args:?}: {words}");
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rows(usage: &Value) -> &[Value] {
    usage["items"].as_array().unwrap()
}

fn row<'u>(usage: &'u Value, target: &str) -> &'u Value {
    rows(usage).iter().find(|row| row["target"] == target).unwrap()
}

async fn ask(rig: &Rig, body: &Value) -> cueline_tests::rig::Got {
    read(rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).json(body).send().await.unwrap()).await.unwrap()
}

/// Until as many answers are in the audit.
fn settled(rig: &Rig, wanted: usize) -> Vec<Value> {
    let until = Instant::now() + PATIENCE;
    loop {
        let records = audit(rig, &["--limit", "1000"]);
        if records.len() >= wanted {
            assert_eq!(records.len(), wanted, "{records:?}");
            return records;
        }
        assert!(Instant::now() < until, "{records:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_there_with_what_each_of_its_calls_cost() {
    let rig = Rig::start("[policies.again]\ntargets = [\"ok\"]\ncache = { seconds = 60 }\n").await.unwrap();
    // Broken off on one target, completed on another.
    let got = rig.ask("auto:cut-on", true).await.unwrap();
    assert_eq!((got.text.as_str(), got.seams), (words(20).as_str(), 1));
    // Asked, and given again.
    let say = |text: &str| json!({ "role": "user", "content": text });
    let body = json!({ "model": "auto:again", "messages": [say("Say something.")], "temperature": 0 });
    let first = ask(&rig, &body).await;
    tokio::task::block_in_place(|| rig.recorded(first.body["id"].as_str().unwrap())).unwrap();
    assert_eq!(ask(&rig, &body).await.text, first.text);
    assert!(rig.ask("s500", false).await.unwrap().status >= 500);

    let records = settled(&rig, 4);
    let outcomes: Vec<&str> = records.iter().map(|record| record["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes[1..], ["cached", "done", "done"], "newest first");
    let fell_back = &records[3];
    let calls: Vec<(&str, bool)> = fell_back["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| (call["target"].as_str().unwrap(), call["cost_micros"].as_u64().unwrap() > 0))
        .collect();
    assert_eq!(calls, [("cut", true), ("ok", true)], "{fell_back}");
    assert!(fell_back.get("question").is_none() && fell_back.get("answer").is_none(), "no content: {fell_back}");

    let usage = cueline(&rig, &["usage"]);
    let (ok, cut, broken) = (row(&usage, "ok"), row(&usage, "cut"), row(&usage, "s500"));
    let counts = |row: &Value| ["answers", "failed", "cached", "calls"].map(|name| row[name].as_u64().unwrap());
    assert_eq!((counts(ok), counts(cut), counts(broken)[..3].to_vec()), ([3, 0, 1, 2], [0, 0, 0, 1], vec![1, 1, 0]));
    assert!(cut["cost"].as_f64().unwrap() > 0.0 && rows(&usage).iter().all(|row| row["target"] != ""), "{usage}");

    // What is asked for, and page by page.
    assert_eq!(audit(&rig, &["--outcome", "cached"]).len(), 1);
    assert_eq!(audit(&rig, &["--target", "cut"]), records[3..]);
    assert_eq!(audit(&rig, &["--target", "nobody"]), Vec::<Value>::new());
    assert_eq!(audit(&rig, &["--since", "1h"]).len(), 4);
    assert_eq!(audit(&rig, &["--until", "1h"]), Vec::<Value>::new());
    assert_eq!(audit(&rig, &["--limit", "3"]), records[..3]);
    let path = "/admin/v1/audit/records?limit=3";
    let page = |cursor: &Value| {
        let path = cursor.as_str().map_or_else(|| path.to_owned(), |cursor| format!("{path}&cursor={cursor}"));
        tokio::task::block_in_place(|| rig.cueline.http("GET", &path, &[], b"")).unwrap()
    };
    let (status, newest) = page(&Value::Null);
    assert_eq!((status, newest["items"].as_array().unwrap().as_slice()), (200, &records[..3]));
    let (_, rest) = page(&newest["cursor"]);
    assert_eq!((rest["items"].as_array().unwrap().as_slice(), &rest["cursor"]), (&records[3..], &Value::Null));
    assert_eq!(page(&json!("made-up")).0, 400);

    let (code, out, _) = tokio::task::block_in_place(|| rig.cueline.run(&["audit", "verify"])).unwrap();
    assert_eq!(code, 0, "{out}");
    let (code, out, _) = tokio::task::block_in_place(|| rig.cueline.run(&["audit", "show", "--limit", "2"])).unwrap();
    assert!(code == 0 && out.contains("cached") && out.lines().count() == 3, "{out}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_is_kept_where_that_is_said_and_belongs_to_the_chain() {
    let rig = Rig::start("[gateway.audit]\ncontent = true\n").await.unwrap();
    let got = rig.ask("ok", false).await.unwrap();
    let streamed = rig.ask("ok", true).await.unwrap();
    assert_eq!((got.text.as_str(), streamed.text.as_str()), (words(20).as_str(), words(20).as_str()));
    for record in settled(&rig, 2) {
        assert_eq!(record["question"], "user: Say something.", "{record}");
        assert_eq!(record["answer"], words(20), "{record}");
    }
    let (code, out, _) = tokio::task::block_in_place(|| rig.cueline.run(&["audit"])).unwrap();
    assert_eq!(code, 0, "{out}");
}

/// Records waited in memory: those of answers that were given and settled were gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_recorded_is_in_the_audit_once_after_a_kill() {
    let mut rig = Rig::start("").await.unwrap();
    let mut ids = Vec::new();
    for stream in [true, false, true] {
        let got = rig.ask("ok", stream).await.unwrap();
        let id = got.body["id"].as_str().unwrap().to_owned();
        tokio::task::block_in_place(|| rig.recorded(&id)).unwrap();
        ids.push(id);
    }
    tokio::task::block_in_place(|| {
        rig.cueline.kill().unwrap();
        rig.cueline.up().unwrap();
    });
    rig.look().unwrap();
    let mut found: Vec<String> =
        settled(&rig, 3).iter().map(|record| record["execution"].as_str().unwrap().to_owned()).collect();
    found.reverse();
    assert_eq!(found, ids);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_sees_its_tenant_and_asks_nobody() {
    let rig = Rig::start("").await.unwrap();
    let key = |arguments: &[&str]| {
        let made = cueline(&rig, &[&["keys", "create"], arguments].concat());
        (made["secret"].as_str().unwrap().to_owned(), made["key"]["id"].as_str().unwrap().to_owned())
    };
    let (books, books_id) = key(&["books", "--tenant", "acme", "--role", "auditor"]);
    let (acme, acme_id) = key(&["bot", "--tenant", "acme"]);
    let (other, _) = key(&["bot", "--tenant", "other"]);
    let until = Instant::now() + PATIENCE;
    while rig.ask("ok", false).await.unwrap().status != 401 {
        assert!(Instant::now() < until, "the first key closes the door");
    }
    let before = audit(&rig, &["--limit", "1000", "--tenant", "acme"]).len();
    assert_eq!(before, 0);
    for secret in [&acme, &acme, &other] {
        let request = rig.request("ok", false).bearer_auth(secret);
        assert_eq!(read(request.send().await.unwrap()).await.unwrap().status, 200);
    }
    let refused = read(rig.request("ok", false).bearer_auth(&books).send().await.unwrap()).await.unwrap();
    assert_eq!((refused.status, refused.error.as_deref()), (403, Some("key_not_caller")));

    let http = |method: &str, path: &str, secret: &str| {
        let bearer = format!("Bearer {secret}");
        let answer =
            tokio::task::block_in_place(|| rig.cueline.http(method, path, &[("Authorization", bearer.as_str())], b""));
        answer.unwrap()
    };
    let until = Instant::now() + PATIENCE;
    let records = loop {
        let (status, page) = http("GET", "/admin/v1/audit/records", &books);
        assert_eq!(status, 200, "{page}");
        let records = page["items"].as_array().unwrap().clone();
        if records.len() == 2 {
            break records;
        }
        assert!(records.len() < 2 && Instant::now() < until, "{page}");
    };
    assert!(
        records.iter().all(|record| record["tenant"] == "acme" && record["key"] == acme_id.as_str()),
        "{records:?}"
    );
    let (_, usage) = http("GET", "/admin/v1/usage", &books);
    assert!(rows(&usage).iter().all(|row| row["tenant"] == "acme"), "{usage}");
    assert_eq!(row(&usage, "ok")["answers"], 2);
    assert_eq!(http("GET", "/admin/v1/audit/records?tenant=acme", &books).0, 200);
    for (status, code, method, path, secret) in [
        (403, "tenant_foreign", "GET", "/admin/v1/audit/records?tenant=other", &books),
        (403, "role_insufficient", "GET", "/admin/v1/audit", &books),
        (403, "role_insufficient", "GET", "/admin/v1/keys", &books),
        (403, "role_insufficient", "GET", "/admin/v1/executions", &books),
        (403, "role_insufficient", "POST", "/admin/v1/keys", &books),
        (403, "role_missing", "GET", "/admin/v1/usage", &acme),
        (401, "key_refused", "GET", "/admin/v1/usage", &format!("{books}x")),
        (401, "token_required", "GET", "/admin/v1/usage", &"guessed".to_owned()),
    ] {
        let (found, problem) = http(method, path, secret);
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{method} {path}: {problem}");
    }
    // A key that was withdrawn opens nothing.
    let (code, _, words) = tokio::task::block_in_place(|| rig.cueline.run(&["keys", "revoke", &books_id])).unwrap();
    assert_eq!(code, 0, "{words}");
    assert_eq!(http("GET", "/admin/v1/usage", &books).0, 401);
    let (code, _, words) =
        tokio::task::block_in_place(|| rig.cueline.run(&["keys", "create", "x", "--role", "operator"])).unwrap();
    assert_eq!(code, 2, "{words}");
}
