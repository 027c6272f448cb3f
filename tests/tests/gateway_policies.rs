//! What policies, limits and alerts of the OpenAI-compatible API do, with the real binary.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::time::{Duration, Instant};

use cueline_tests::{
    rig::{Got, Rig, read},
    upstream::words,
};
use serde_json::{Value, json};

/// How long something may take that happens within seconds.
const PATIENCE: Duration = Duration::from_secs(40);

fn messages() -> Value {
    json!([{ "role": "user", "content": "Say something." }])
}

async fn post(rig: &Rig, path: &str, body: &Value) -> (u16, Value) {
    let sent = rig.http.post(format!("{}{path}", rig.gateway)).json(body).send().await.unwrap();
    (sent.status().as_u16(), sent.json().await.unwrap_or_default())
}

fn cueline(rig: &Rig, args: &[&str]) -> Value {
    tokio::task::block_in_place(|| rig.cueline.json(args)).unwrap()
}

/// An answer, and what a header says of it.
async fn asked(rig: &Rig, body: &Value, header: &str) -> (Got, String) {
    let sent = rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).json(body).send().await.unwrap();
    let told = sent.headers().get(header).map(|told| told.to_str().unwrap().to_owned()).unwrap_or_default();
    (read(sent).await.unwrap(), told)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_the_same_is_given_the_same_answer_where_that_is_wanted() {
    let rig = Rig::start("[policies.again]\ntargets = [\"ok\", \"echo\"]\ncache = { seconds = 60 }\n").await.unwrap();
    let body = |model: &str, more: Value| {
        let mut body = json!({ "model": model, "messages": messages(), "temperature": 0 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let before = rig.upstream.calls();
    let (first, told) = asked(&rig, &body("auto:again", json!({})), "x-cueline-cache").await;
    assert_eq!((first.text.as_str(), told.as_str()), (words(20).as_str(), "miss"));
    // It is kept once it is recorded.
    tokio::task::block_in_place(|| rig.recorded(first.body["id"].as_str().unwrap())).unwrap();
    for stream in [false, true] {
        let (again, told) = asked(&rig, &body("auto:again", json!({ "stream": stream })), "x-cueline-cache").await;
        assert_eq!(
            (again.text.as_str(), told.as_str(), again.finish.as_deref()),
            (words(20).as_str(), "hit", Some("stop"))
        );
        assert_eq!((again.done, again.error), (stream, None));
        assert_ne!(again.body["id"], first.body["id"], "each is an answer of its own");
        let shown = tokio::task::block_in_place(|| rig.recorded(again.body["id"].as_str().unwrap())).unwrap();
        assert_eq!(shown["output"]["attempts"], Value::Null, "nobody was asked: {shown}");
    }
    assert_eq!(rig.upstream.calls() - before, 1);
    let other = json!({ "messages": [{ "role": "user", "content": "Say more." }] });
    let (_, told) = asked(&rig, &body("auto:again", other), "x-cueline-cache").await;
    assert_eq!(told, "miss");
    let (_, told) = asked(&rig, &body("auto:again", json!({ "temperature": 1 })), "x-cueline-cache").await;
    assert!(told.starts_with("no; temperature is 1"), "{told}");
    let (_, told) = asked(&rig, &body("ok", json!({})), "x-cueline-cache").await;
    assert_eq!(told, "", "nothing is kept unless it is wanted");
    let usage = cueline(&rig, &["usage"]);
    let cost: f64 = usage["items"].as_array().unwrap().iter().map(|row| row["cost"].as_f64().unwrap()).sum();
    // Four calls of 7 tokens read at $1 and 20 written at $2 a million.
    assert!((cost - 4.0 * 47e-6).abs() < 1e-9, "{usage}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_is_looked_at_before_anybody_hears_it() {
    let more = "[guards.house.rules]\npii = { EMAIL = \"redact\" }\nwords = [{ name = \"rivals\", terms = [\"acme\"] }]\n\
        [policies.careful]\ntargets = [\"echo\"]\nguard = \"house\"\nguard_questions = true\n";
    let rig = Rig::start(more).await.unwrap();
    let say = |text: &str| json!({ "model": "auto:careful", "messages": [{ "role": "user", "content": text }] });
    let (got, _) = asked(&rig, &say("I am ann@example.com"), "x").await;
    assert_eq!(got.text, "user: I am {EMAIL}");
    let shown = tokio::task::block_in_place(|| rig.recorded(got.body["id"].as_str().unwrap())).unwrap().to_string();
    assert!(!shown.contains("ann@example.com") && shown.contains("pii/EMAIL: redacted"), "{shown}");
    let calls = rig.upstream.calls();
    let (got, _) = asked(&rig, &say("Is Acme better?"), "x").await;
    assert_eq!((got.status, got.error.as_deref()), (400, Some("question_blocked")));
    assert!(!got.body.to_string().to_lowercase().contains("acme"), "rules are named, words are not: {}", got.body);
    let ask = json!({ "model": "auto:careful", "input": "Is Acme better?" });
    let (status, body) = post(&rig, "/v1/responses", &ask).await;
    assert_eq!((status, body["error"]["code"].as_str()), (400, Some("question_blocked")));
    assert_eq!(rig.upstream.calls(), calls);
    let (status, body) =
        post(&rig, "/v1/responses", &json!({ "model": "auto:careful", "input": "I am ann@example.com" })).await;
    assert_eq!((status, &body["output"][0]["content"][0]["text"]), (200, &json!("user: I am {EMAIL}")), "{body}");
    let items = format!("{}/v1/responses/{}/input_items", rig.gateway, body["id"].as_str().unwrap());
    let items = rig.http.get(items).send().await.unwrap().text().await.unwrap();
    assert!(items.contains("{EMAIL}") && !items.contains("ann@"), "{items}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_a_busy_target_is_seen_and_gets_its_turn() {
    let more = "[chat.narrow]\nbase_url = \"URL\"\nmodel = \"ok-20-30\"\n\
        [targets.narrow]\nconcurrent = 1\nqueue_seconds = 20\n\
        [chat.hasty]\nbase_url = \"URL\"\nmodel = \"ok-20-30\"\n\
        [targets.hasty]\nconcurrent = 1\nqueue_seconds = 0.05\nfallbacks = [\"ok\"]\n\
        [chat.strict]\nbase_url = \"URL\"\nmodel = \"ok-2000-30\"\n\
        [targets.strict]\nconcurrent = 1\nqueue_seconds = 0.05\n";
    let rig = Rig::start(more).await.unwrap();
    let ask = |model: &'static str| {
        let request = rig.request(model, true);
        tokio::spawn(async move { read(request.send().await.unwrap()).await.unwrap() })
    };
    let narrow: Vec<_> = (0..3).map(|_| ask("narrow")).collect();
    let until = Instant::now() + PATIENCE;
    loop {
        let targets = cueline(&rig, &["targets"]);
        let narrow = targets["items"].as_array().unwrap().iter().find(|target| target["name"] == "narrow").unwrap();
        if narrow["running"] == 1 && narrow["waiting"][0]["waiting"] == 2 {
            assert_eq!(narrow["waiting"][0]["share"], 1.0, "{narrow}");
            break;
        }
        assert!(Instant::now() < until, "{narrow}");
    }
    for answer in narrow {
        assert_eq!(answer.await.unwrap().text, words(20));
    }
    let both = [ask("hasty"), ask("hasty")];
    for answer in both {
        assert_eq!(answer.await.unwrap().text, words(20), "who cannot wait goes to the next target");
    }
    // Longer than anybody who waits tries again.
    let first = rig.request("strict", true).send().await.unwrap();
    assert_eq!(first.status(), 200);
    let second = rig.ask("strict", true).await.unwrap();
    assert_eq!((second.status, second.error.as_deref()), (429, Some("target_busy")));
    drop(first);
    let targets = cueline(&rig, &["targets"]);
    assert!(targets["items"].as_array().unwrap().iter().all(|target| target["breaker"] == "closed"), "{targets}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_keys_of_a_tenant_share_what_it_may_ask_and_spend() {
    let more = "[tenants.acme]\nbudget = 0.003\nconcurrent = 2\nweight = 3\n\
        [tenants.\"*\"]\nrequests_per_minute = 20\n";
    let rig = Rig::start(more).await.unwrap();
    let key = |name: &str, tenant: &str| {
        let made = cueline(&rig, &["keys", "create", name, "--tenant", tenant]);
        made["secret"].as_str().unwrap().to_owned()
    };
    let ask = async |key: &str, model: &str, most: u64| {
        let body = json!({ "model": model, "stream": true, "max_tokens": most, "messages": messages() });
        rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).bearer_auth(key).json(&body).send().await.unwrap()
    };
    let refused = async |answer: reqwest::Response| {
        let got = read(answer).await.unwrap();
        (
            got.status,
            got.error.unwrap_or_default(),
            got.body["error"]["message"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let acme = [key("a", "acme"), key("b", "acme"), key("c", "acme")];
    // The worst case of one answer is more than half of the budget.
    let first = ask(&acme[0], "ok-500-3", 1_000).await;
    assert_eq!(first.status(), 200);
    let (status, code, message) = refused(ask(&acme[1], "ok", 1_000).await).await;
    assert_eq!((status, code.as_str()), (429, "budget_exceeded"));
    assert!(message.contains("tenant/acme"), "{message}");
    let second = ask(&acme[1], "ok-500-3", 1).await;
    assert_eq!(second.status(), 200);
    let (status, code, message) = refused(ask(&acme[2], "ok", 1).await).await;
    assert_eq!((status, code.as_str()), (429, "rate_limit_exceeded"));
    assert!(message.contains("tenant/acme") && message.contains("2 calls at once"), "{message}");
    for answer in [first, second] {
        assert_eq!(read(answer).await.unwrap().finish.as_deref(), Some("stop"));
    }
    // Whoever is not named has the terms of the others, each tenant for itself: two of them at once, then evenly.
    for tenant in ["x", "y"] {
        let keys = [key("1", tenant), key("2", tenant)];
        for key in &keys {
            assert_eq!(read(ask(key, "ok", 1).await).await.unwrap().text, words(20));
        }
        assert_eq!(refused(ask(&keys[0], "ok", 1).await).await.0, 429);
    }
    let until = Instant::now() + PATIENCE;
    loop {
        let tenants = cueline(&rig, &["tenants"]);
        let of =
            |name: &str| tenants["items"].as_array().unwrap().iter().find(|tenant| tenant["tenant"] == name).cloned();
        let (acme, x) = (of("acme").unwrap(), of("x").unwrap());
        let said = (&acme["keys"], &acme["weight"], &acme["concurrent"], &x["requests_per_minute"], &x["budget"]);
        assert_eq!(said, (&json!(3), &json!(3), &json!(2), &json!(20), &Value::Null), "{tenants}");
        if acme["budget"]["reserved"] == 0.0 {
            // Two answers of 500 words at two dollars a million, and what was read.
            let spent = acme["budget"]["spent"].as_f64().unwrap();
            assert!((0.002..0.003).contains(&spent), "{acme}");
            break;
        }
        assert!(Instant::now() < until, "{acme}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_and_splits_decide_and_say_so() {
    let more = "[policies.ruled]\ntargets = [\"ok\", \"echo\"]\n\
        [[policies.ruled.rules]]\nname = \"gold\"\nwhen = { tags = [\"tier=gold\"] }\nthen = { use = \"echo\" }\n\
        [policies.one]\ntargets = [\"ok\"]\n[policies.two]\ntargets = [\"echo\"]\n\
        [splits.trial]\narms = [{ policy = \"one\", share = 0.5 }, { policy = \"two\", share = 0.5 }]\nshadow = \"ruled\"\n";
    let rig = Rig::start(more).await.unwrap();
    let plain = json!({ "model": "auto:ruled", "messages": messages() });
    let (got, told) = asked(&rig, &plain, "x-cueline-decision").await;
    assert!(got.text == words(20) && told.contains("target=ok; policy=ruled"), "{told}");
    let gold = json!({ "model": "auto:ruled", "messages": messages(), "metadata": { "tier": "gold" } });
    let (got, told) = asked(&rig, &gold, "x-cueline-decision").await;
    assert!(got.text == "user: Say something." && told.contains("by=rule; rules=gold"), "{told}");
    let mut met = [0, 0];
    for user in 0..40 {
        let body = json!({ "model": "auto:trial", "messages": messages(), "user": format!("user-{user}") });
        let (got, told) = asked(&rig, &body, "x-cueline-decision").await;
        assert!(told.ends_with("split=trial"), "{told}");
        met[usize::from(got.text != words(20))] += 1;
    }
    assert!(met.iter().all(|count| *count >= 8), "{met:?}");
    let body = json!({ "model": "auto:trial", "messages": messages(), "user": "ann" });
    let (got, _) = asked(&rig, &body, "x-cueline-decision").await;
    let shown = tokio::task::block_in_place(|| rig.recorded(got.body["id"].as_str().unwrap())).unwrap();
    let decision: Value = serde_json::from_str(shown["input"]["decision"].as_str().unwrap()).unwrap();
    assert_eq!((&decision["split"], &decision["shadow"]["decided"]["chosen"]), (&json!("trial"), &json!("ok")));
    let models =
        rig.http.get(format!("{}/v1/models", rig.gateway)).send().await.unwrap().json::<Value>().await.unwrap();
    let ids: Vec<&str> = models["data"].as_array().unwrap().iter().filter_map(|model| model["id"].as_str()).collect();
    assert!(ids.contains(&"auto:trial") && ids.contains(&"auto:ruled"), "{ids:?}");
}

/// A repeated request reserved anew what nobody settled, and an hour later it counted as spent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_sent_again_is_paid_for_once() {
    let rig = Rig::start("").await.unwrap();
    let made = cueline(&rig, &["keys", "create", "again", "--budget", "1"]);
    let secret = made["secret"].as_str().unwrap().to_owned();
    let ask = |text: &str| {
        let body = json!({ "model": "ok", "messages": [{ "role": "user", "content": text }] });
        let request = rig.http.post(format!("{}/v1/chat/completions", rig.gateway)).json(&body);
        let request = request.bearer_auth(&secret).header("idempotency-key", "once");
        async move { read(request.send().await.unwrap()).await.unwrap() }
    };
    for _ in 0..3 {
        assert_eq!(ask("x").await.text, words(20));
    }
    assert_eq!(ask("y").await.error.as_deref(), Some("idempotency_key_reused"));
    let keys = cueline(&rig, &["keys", "list"]);
    let budget = &keys["items"].as_array().unwrap().iter().find(|key| key["name"] == "again").unwrap()["budget"];
    assert_eq!(budget["reserved"], 0.0, "{budget}");
    assert!((budget["spent"].as_f64().unwrap() - 47e-6).abs() < 1e-9, "{budget}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_slow_to_speak_is_overtaken_and_both_are_paid_for() {
    let more = "[chat.tardy]\nbase_url = \"URL\"\nmodel = \"slow\"\n\
        [targets.tardy]\nhedge_seconds = 0.1\nfallbacks = [\"ok\"]\nprice = { input = 1.0, output = 2.0 }\n\
        [chat.steady]\nbase_url = \"URL\"\nmodel = \"ok-20-30\"\n\
        [targets.steady]\nprice = { input = 1.0, output = 2.0 }\nhedge_seconds = 0.01\nfallbacks = [\"tardy\"]\n\
        [chat.broken]\nbase_url = \"URL\"\nmodel = \"slow\"\n\
        [targets.broken]\nprice = { input = 1.0, output = 2.0 }\nhedge_seconds = 0.1\nfirst_token_seconds = 0.5\ngap_seconds = 0.2\nanswer_seconds = 0.7\nfallbacks = [\"s500\", \"ok\"]\n";
    let rig = Rig::start(more).await.unwrap();
    let made = cueline(&rig, &["keys", "create", "hedger", "--budget", "1"]);
    let secret = made["secret"].as_str().unwrap().to_owned();
    let ask = async |model: &str, stream: bool| {
        let begun = Instant::now();
        let got = read(rig.request(model, stream).bearer_auth(&secret).send().await.unwrap()).await.unwrap();
        let shown = tokio::task::block_in_place(|| rig.recorded(got.body["id"].as_str().unwrap())).unwrap();
        let attempts = shown["output"]["attempts"].as_array().unwrap().clone();
        let told: Vec<String> = attempts
            .iter()
            .map(|attempt| format!("{} {}", attempt["target"].as_str().unwrap(), attempt["outcome"].as_str().unwrap()))
            .collect();
        println!("{model} stream={stream}: {told:?} after {:?}", begun.elapsed());
        assert_eq!(
            (got.text.as_str(), got.finish.as_deref(), got.seams),
            (words(20).as_str(), Some("stop"), 0),
            "{got:?}"
        );
        (told, attempts, begun.elapsed())
    };
    for stream in [false, true] {
        let (told, attempts, after) = ask("tardy", stream).await;
        assert_eq!(told, ["tardy hedged", "ok done"]);
        assert!(after < Duration::from_secs(10) && attempts[0]["estimated"] == true, "{after:?} {attempts:?}");
        assert!(attempts[0]["cost"].as_f64().unwrap() > 0.0, "who was cut read the question: {attempts:?}");
        let (told, ..) = ask("steady", stream).await;
        let is_hedged = told == ["tardy hedged", "steady done"];
        assert!(is_hedged || told == ["steady done"], "the one that was asked first may still be first: {told:?}");
        let (told, ..) = ask("broken", stream).await;
        assert_eq!(told.last().map(String::as_str), Some("ok done"), "{told:?}");
        assert!(told.iter().any(|told| told.starts_with("s500 ")) && told.len() >= 3, "{told:?}");
    }
    let budget = || {
        let keys = cueline(&rig, &["keys", "list"]);
        keys["items"].as_array().unwrap().iter().find(|key| key["name"] == "hedger").unwrap()["budget"].clone()
    };
    let until = Instant::now() + PATIENCE;
    while budget()["reserved"].as_f64() != Some(0.0) {
        assert!(Instant::now() < until, "{}", budget());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (address, token) = rig.cueline.admin().unwrap();
    // Gauges are told every 15 seconds; what happens is told at once.
    let until = Instant::now() + Duration::from_secs(90);
    let metrics = loop {
        let sent = rig.http.get(format!("http://{address}/metrics")).bearer_auth(&token).send().await.unwrap();
        let metrics = sent.text().await.unwrap();
        if metrics.contains("\ncueline_gateway_budget_used") || Instant::now() > until {
            break metrics;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    for series in ["cueline_gateway_fallbacks_total", "cueline_gateway_breaker_open", "cueline_gateway_budget_used"] {
        assert!(metrics.contains(series), "{series} of {metrics}");
    }
    assert!(metrics.contains("cueline_tenant=\"default\""), "{metrics}");
    assert!(!metrics.contains("error_type=\"hedged\""), "{metrics}");
}

/// They counted in limits only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embeddings_are_paid_for_like_answers() {
    let theirs = "[chat.theirs]\nbase_url = \"URL\"\nmodel = \"ok\"\n[targets.theirs]\ntenants = [\"others\"]\n";
    let rig = Rig::start(theirs).await.unwrap();
    // Forty bytes may be forty tokens at $1 a million; what they are is said by the provider.
    let made = cueline(&rig, &["keys", "create", "vectors", "--budget", "0.000050", "--per", "total"]);
    let secret = made["secret"].as_str().unwrap().to_owned();
    let embed = |model: &str, text: &str| {
        let body = json!({ "model": model, "input": text });
        rig.http.post(format!("{}/v1/embeddings", rig.gateway)).bearer_auth(&secret).json(&body).send()
    };
    let code = async |response: reqwest::Response| response.json::<Value>().await.unwrap()["error"]["code"].clone();
    let text = "words that are forty bytes long exactly.";
    let got = embed("ok", text).await.unwrap();
    assert_eq!((text.len(), got.status().as_u16()), (40, 200));
    let used = got.json::<Value>().await.unwrap()["usage"]["prompt_tokens"].as_f64().unwrap();
    let account = || {
        let keys = cueline(&rig, &["keys", "list"]);
        keys["items"].as_array().unwrap().iter().find(|key| key["name"] == "vectors").unwrap()["budget"].clone()
    };
    assert_eq!((account()["reserved"].as_f64(), used > 0.0), (Some(0.0), true));
    assert!((account()["spent"].as_f64().unwrap() - used / 1e6).abs() < 1e-12, "{}", account());
    assert_eq!(code(embed("ok", &text.repeat(3)).await.unwrap()).await, "budget_exceeded");
    assert_eq!(code(embed("theirs", text).await.unwrap()).await, "model_not_found");
    assert_eq!(embed("s500", text).await.unwrap().status(), 502);
    assert_eq!(account()["reserved"].as_f64(), Some(0.0), "what failed is settled, too");
    let usage = cueline(&rig, &["usage"]);
    assert!(usage["items"].as_array().unwrap().iter().any(|row| row["input_tokens"].as_f64() == Some(used)), "{usage}");
}

/// Whoever hung up took the answer with it: paid for, and recorded nowhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_hangs_up_cancels_nothing() {
    use tokio::io::AsyncWriteExt;
    let rig = Rig::start("[chat.late]\nbase_url = \"URL\"\nmodel = \"ok-20-400\"\n").await.unwrap();
    let body = json!({ "model": "late", "messages": messages() }).to_string();
    let address = rig.gateway.trim_start_matches("http://");
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    socket.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
    let until = Instant::now() + PATIENCE;
    while rig.upstream.calls() == 0 {
        assert!(Instant::now() < until, "nobody was asked");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(socket);
    loop {
        let listed = cueline(&rig, &["executions", "list"]);
        if listed["items"].as_array().unwrap().iter().any(|item| item["status"] == "SUCCEEDED") {
            break;
        }
        assert!(Instant::now() < until, "{listed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scores_are_taken_once_per_source() {
    let rig = Rig::start("").await.unwrap();
    let got = rig.ask("ok", false).await.unwrap();
    let id = got.body["id"].as_str().unwrap();
    let (status, body) = post(&rig, "/v1/feedback", &json!({ "id": id, "rating": "up" })).await;
    assert_eq!((status, &body["mean"]), (201, &json!(1.0)), "{body}");
    let (status, body) = post(&rig, "/v1/feedback", &json!({ "id": id, "score": 0.5, "source": "judge" })).await;
    assert_eq!((status, &body["mean"], &body["sources"]), (201, &json!(0.75), &json!(2)), "{body}");
    let (status, body) = post(&rig, "/v1/feedback", &json!({ "id": id, "rating": "down" })).await;
    assert_eq!((status, &body["mean"]), (200, &json!(0.25)), "who changes its mind: {body}");
    for (body, status, code) in [
        (json!({ "id": "chatcmpl-nobody", "score": 1 }), 404, "answer_unknown"),
        (json!({ "id": "../x", "score": 1 }), 404, "answer_unknown"),
        (json!({ "id": id, "score": 7 }), 400, "invalid_value"),
        (json!({ "id": id, "score": 1, "comment": "secret words" }), 400, "invalid_value"),
    ] {
        let (found, told) = post(&rig, "/v1/feedback", &body).await;
        assert_eq!((found, told["error"]["code"].as_str()), (status, Some(code)), "{body}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_changes_counts_without_a_restart() {
    let rig = Rig::start("").await.unwrap();
    let before = std::fs::read_to_string(&rig.file).unwrap();
    assert_eq!(rig.ask("later", false).await.unwrap().error.as_deref(), Some("model_not_found"));
    let url = &rig.upstream.url;
    let later =
        format!("[chat.later]\nbase_url = \"{url}\"\nmodel = \"ok\"\n[policies.later]\ntargets = [\"later\"]\n");
    std::fs::write(&rig.file, format!("{before}{later}")).unwrap();
    let until = Instant::now() + PATIENCE;
    while rig.ask("auto:later", false).await.unwrap().text != words(20) {
        assert!(Instant::now() < until, "the new model is not taken");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Wrong ones change nothing, whatever is wrong with them.
    for wrong in
        ["[policies.bad]\ntargets = [\"nobody\"]\n", "[policies.bad]\ntargets = [\"ok\", \"ok\"]\n", "not toml"]
    {
        std::fs::write(&rig.file, format!("{before}{later}{wrong}")).unwrap();
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        assert_eq!(rig.ask("auto:later", true).await.unwrap().text, words(20), "{wrong}");
    }
    std::fs::write(&rig.file, before).unwrap();
    let until = Instant::now() + PATIENCE;
    while rig.ask("later", false).await.unwrap().error.as_deref() != Some("model_not_found") {
        assert!(Instant::now() < until, "the model is not gone");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let log = rig.cueline.log();
    for told in ["policies.bad.targets", "name each target once", "cueline.toml"] {
        assert!(log.contains(told), "{told}: {log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_for_too_long_is_told() {
    let more =
        "[alerts.failing]\nkind = \"errors\"\nover = \"target\"\nwindow_ms = 15000\nthreshold = 0.5\nminimum = 3\n";
    let rig = Rig::start(more).await.unwrap();
    for _ in 0..4 {
        assert_eq!(rig.ask("s500", false).await.unwrap().status, 502);
        assert_eq!(rig.ask("ok", false).await.unwrap().status, 200);
    }
    let standing = |wanted: usize| {
        let until = Instant::now() + PATIENCE;
        loop {
            let alerts = cueline(&rig, &["alerts"]);
            if alerts["items"].as_array().unwrap().len() == wanted {
                return alerts["items"].clone();
            }
            assert!(Instant::now() < until, "{alerts}");
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    let alerts = standing(1);
    assert_eq!(
        (&alerts[0]["rule"], &alerts[0]["subject"], &alerts[0]["measured"]),
        (&json!("failing"), &json!("s500"), &json!(1.0))
    );
    // Nothing happens any more: it is over.
    standing(0);
    assert!(rig.cueline.log().contains("an alert changed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_is_trained_on_answers_that_were_scored() {
    let rig = Rig::start("[policies.both]\ntargets = [\"ok\", \"echo\"]\n").await.unwrap();
    let file = rig.file.with_file_name("scored.router").display().to_string();
    let train = ["router", "train", "--from-executions", "1d", "--out", &file];
    let run = |more: &[&str]| tokio::task::block_in_place(|| rig.cueline.run(&[&train[..], more].concat())).unwrap();
    let (code, _, told) = run(&[]);
    assert!(code != 0 && told.contains("router_too_few_outcomes") && told.contains("there are none"), "{told}");
    for at in 0..50 {
        for (model, score) in [("auto:both", 1.0), ("echo", 0.25)] {
            let messages = json!([{ "role": "user", "content": format!("Say something about {at}.") }]);
            let (got, _) = asked(&rig, &json!({ "model": model, "messages": messages }), "x").await;
            let (status, body) = post(&rig, "/v1/feedback", &json!({ "id": got.body["id"], "score": score })).await;
            assert_eq!(status, 201, "{body}");
        }
    }
    let learned = cueline(&rig, &train);
    assert_eq!((&learned["rows"], &learned["answers"]), (&json!(100), &json!({ "echo": 50, "ok": 50 })), "{learned}");
    assert!(std::fs::metadata(&file).unwrap().len() > 1_000);
    let (code, _, told) = run(&["--policy", "both"]);
    assert!(code != 0 && told.contains("it takes 50") && told.contains("50 of \"ok\""), "one was decided: {told}");
    let compared = cueline(&rig, &["eval", "routing", "--from-executions", "1d", "--router", &file]);
    assert_eq!(compared["decisions"], 50, "{compared}");
}
