//! Answers from documents through the OpenAI-compatible API, and what else of an answer is looked at on its way, with the real binary.

#![allow(clippy::unwrap_used, reason = "a test is an assertion")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::time::Duration;

use cueline_tests::rig::{Got, Rig, read};
use serde_json::{Value, json};

const POLICY: &str = "# Expenses\n\nExpense claims must be submitted within 30 days. Ask finance when in doubt.\n";
const QUESTION: &str = "Within how many days must expense claims be submitted?";

/// A process that knows a document which everybody sees, and one of the managers.
async fn rig(more: &str) -> Rig {
    let mut rig = Rig::start(more).await.unwrap();
    let folder = rig.cueline.inbox().join("hr");
    std::fs::create_dir_all(&folder).unwrap();
    let restricted = json!({ "metadataAttributes": { "groups": ["managers"] } }).to_string();
    std::fs::write(folder.join("pay.md.metadata.json"), restricted).unwrap();
    std::fs::write(folder.join("pay.md"), "# Pay\n\nThe bonus of the directors is 70 percent of their salary.\n")
        .unwrap();
    std::fs::write(folder.join("expenses.md"), POLICY).unwrap();
    tokio::task::block_in_place(|| rig.cueline.settled(2, Duration::from_secs(60))).unwrap();
    rig.look().unwrap();
    rig
}

async fn sent(rig: &Rig, path: &str, key: &str, body: &Value) -> reqwest::Response {
    rig.http.post(format!("{}{path}", rig.gateway)).bearer_auth(key).json(body).send().await.unwrap()
}

async fn asked(rig: &Rig, key: &str, model: &str, question: &str, stream: bool) -> Got {
    let body = json!({ "model": model, "stream": stream, "messages": [{ "role": "user", "content": question }] });
    read(sent(rig, "/v1/chat/completions", key, &body).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_answer_wherever_a_model_can_be_named() {
    let rig = rig("[policies.desk]\ntargets = [\"rag/hr\", \"ok\"]\ncache = { seconds = 60 }\n").await;
    for model in ["rag/hr", "auto:desk"] {
        for stream in [false, true] {
            let got = asked(&rig, "", model, QUESTION, stream).await;
            assert!(got.text.contains("within 30 days") && got.text.contains("[1]"), "{model} {stream}: {got:?}");
            assert_eq!((got.finish.as_deref(), got.done), (Some("stop"), stream));
            let cited = &got.annotations[0]["file_citation"];
            assert!(cited["filename"].as_str().is_some() && cited["quote"].as_str().unwrap().contains("30 days"));
            let at = cited["index"].as_u64().unwrap() as usize;
            assert_eq!(got.text.chars().skip(at).take(3).collect::<String>(), "[1]");
            // What is kept of it has the citations as well, and what was asked for it is an execution of its own.
            let shown = tokio::task::block_in_place(|| rig.recorded(got.body["id"].as_str().unwrap())).unwrap();
            let kept: Value = serde_json::from_str(shown["output"]["body"].as_str().unwrap()).unwrap();
            assert_eq!(kept["choices"][0]["message"]["annotations"][0], got.annotations[0], "{kept}");
        }
    }
    let response = sent(&rig, "/v1/responses", "", &json!({ "model": "rag/hr", "input": QUESTION })).await;
    let response: Value = response.json().await.unwrap();
    let content = &response["output"][0]["content"][0];
    assert!(content["text"].as_str().unwrap().contains("within 30 days"), "{response}");
    assert_eq!(content["annotations"][0]["type"], "file_citation", "{response}");
    let body = json!({ "id": "c", "model": "rag/hr", "trigger": "submit-message",
        "messages": [{ "id": "m", "role": "user", "parts": [{ "type": "text", "text": QUESTION }] }] });
    let told = sent(&rig, "/v1/chats", "", &body).await.text().await.unwrap();
    assert!(told.contains("source-document") && told.ends_with("data: [DONE]\n\n"), "{told}");
    let got = asked(&rig, "", "rag/nothing", QUESTION, false).await;
    assert_eq!(got.annotations, [] as [Value; 0], "{got:?}");
    let got = asked(&rig, "", "rag/no/such", QUESTION, false).await;
    assert_eq!((got.status, got.error.as_deref()), (404, Some("model_not_found")));
    let got = asked(&rig, "", "rag/hr", " ", true).await;
    assert_eq!((got.status, got.error.as_deref()), (400, Some("missing_required_parameter")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_see_a_document_is_not_answered_from_it() {
    let rig = rig("").await;
    let key = |args: &[&str]| {
        let made = tokio::task::block_in_place(|| rig.cueline.json(&[&["keys", "create"], args].concat())).unwrap();
        made["key"].as_str().or(made["secret"].as_str()).unwrap_or_else(|| panic!("{made}")).to_owned()
    };
    let (anybody, manager) = (key(&["bot"]), key(&["boss", "--group", "managers"]));
    let question = "How high is the bonus of the directors?";
    for stream in [false, true] {
        assert!(asked(&rig, &manager, "rag/hr", question, stream).await.text.contains("70 percent"));
        assert!(!asked(&rig, &anybody, "rag/hr", question, stream).await.text.contains("70 percent"));
    }
    // Whatever a caller says of itself is not believed.
    let lie = json!({ "model": "rag/hr", "messages": [{ "role": "user", "content": question }],
        "cueline": { "groups": ["managers"], "tenant": "default" } });
    let got = read(sent(&rig, "/v1/chat/completions", &anybody, &lie).await).await.unwrap();
    assert!(got.status == 200 && !got.text.contains("70 percent"), "{got:?}");
}

/// It made its conversation forget which answer it was waiting for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_its_budget_refuses_leaves_the_conversation_waiting() {
    let rig = Rig::start("").await.unwrap();
    // Enough for the worst case of one answer and not of two.
    let made = tokio::task::block_in_place(|| rig.cueline.json(&["keys", "create", "talker", "--budget", "0.012"]));
    let secret = made.unwrap()["secret"].as_str().unwrap().to_owned();
    let body = json!({ "id": "c", "model": "ok-500-3", "trigger": "submit-message",
        "messages": [{ "id": "m", "role": "user", "parts": [{ "type": "text", "text": "go" }] }] });
    let waiting = sent(&rig, "/v1/chats", &secret, &body).await;
    assert_eq!(waiting.status(), 200);
    let refused = sent(&rig, "/v1/chats", &secret, &body).await;
    assert_eq!(refused.status(), 429, "{}", refused.text().await.unwrap());
    let resumed = rig.http.get(format!("{}/v1/chats/c/stream", rig.gateway)).bearer_auth(&secret).send().await.unwrap();
    assert_eq!(resumed.status(), 200);
    assert_eq!(resumed.text().await.unwrap(), waiting.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markers_are_held_against_the_documents_of_the_request() {
    let rig = Rig::start("[policies.cited]\ntargets = [\"echo\"]\ncitations = true\n").await.unwrap();
    let said = "Listen. Claims must be submitted within 30 days [1]. Claims are paid within 99 days [1][7].";
    let body = |stream: bool, documents: Value| {
        json!({ "model": "auto:cited", "stream": stream, "documents": documents,
            "messages": [{ "role": "user", "content": said }] })
    };
    let documents =
        json!([{ "id": "hr-7", "title": "Expenses", "text": "Expense claims must be submitted within 30 days." }]);
    for stream in [false, true] {
        let sent = sent(&rig, "/v1/chat/completions", "", &body(stream, documents.clone())).await;
        let got = read(sent).await.unwrap();
        assert!(got.text.contains("title=\"Expenses\""), "the model is shown it: {got:?}");
        let end = "Claims must be submitted within 30 days [1]. Claims are paid within 99 days.";
        assert!(got.text.ends_with(end), "{stream}: {}", got.text);
        let cited = got.annotations.last().unwrap();
        assert_eq!(cited["file_citation"]["file_id"], "hr-7");
        let at = cited["file_citation"]["index"].as_u64().unwrap() as usize;
        assert_eq!(got.text.chars().skip(at).collect::<String>(), "[1]. Claims are paid within 99 days.");
        let shown = tokio::task::block_in_place(|| rig.recorded(got.body["id"].as_str().unwrap())).unwrap();
        assert!(
            shown["output"]["findings"].to_string().contains("citation/7: removed"),
            "{}",
            shown["output"]["findings"]
        );
    }
    let sent = sent(&rig, "/v1/chat/completions", "", &body(true, json!([{ "title": "no text" }]))).await;
    assert_eq!(read(sent).await.unwrap().body["error"]["param"], "documents[0].text");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_let_go_in_the_units_that_a_reader_wants() {
    let more = "[policies.spoken]\ntargets = [\"leaky\"]\nflush = \"sentence\"\n\
        [policies.rendered]\ntargets = [\"leaky\"]\nflush = \"markdown\"\n";
    let rig = Rig::start(more).await.unwrap();
    let whole = rig.ask("leaky", true).await.unwrap();
    let spoken = rig.ask("auto:spoken", true).await.unwrap();
    assert_eq!(spoken.text, whole.text);
    let is_sentence = |piece: &&String| piece.trim_end().ends_with('.');
    assert!(
        spoken.pieces.len() < whole.pieces.len() / 3 && spoken.pieces.iter().all(|piece| is_sentence(&piece)),
        "{spoken:?}"
    );
    let rendered = rig.ask("auto:rendered", true).await.unwrap();
    assert_eq!(rendered.text, whole.text);
    assert!(rendered.pieces.iter().any(|piece| piece.contains("[this](https://evil.test/x)")), "{:?}", rendered.pieces);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guard_looks_at_what_tools_are_called_with_where_it_is_told_to() {
    let more = "[guards.house.rules]\nwords = [{ name = \"places\", terms = [\"paris\"] }]\n\
        [chat.tool]\nbase_url = \"URL\"\nmodel = \"tool\"\n\
        [policies.careful]\ntargets = [\"tool\"]\nguard = \"house\"\nguard_tools = true\n\
        [policies.masked]\ntargets = [\"tool\"]\nguard = \"house\"\nguard_mode = \"redact\"\nguard_tools = true\n\
        [policies.text]\ntargets = [\"tool\"]\nguard = \"house\"\n";
    let rig = Rig::start(more).await.unwrap();
    for stream in [false, true] {
        for (model, reason, told) in [
            ("auto:careful", "content_filter", None),
            ("auto:masked", "tool_calls", Some("{")),
            ("auto:text", "tool_calls", Some("Paris")),
        ] {
            let response = rig.request(model, stream).send().await.unwrap();
            let text = response.text().await.unwrap();
            assert!(text.contains(reason), "{model} {stream}: {text}");
            assert_eq!(text.contains("Paris"), told == Some("Paris"), "{model} {stream}: {text}");
            assert_eq!(text.contains("\"arguments\":\"{"), told.is_some(), "{model} {stream}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_others_are_not_answered() {
    let rig = Rig::start("[gateway]\norigins = [\"http://localhost:5173\"]\n").await.unwrap();
    let from = |origin: &str| rig.request("ok", false).header("origin", origin).send();
    let got = from("https://evil.test").await.unwrap();
    assert_eq!((got.status().as_u16(), got.headers().get("access-control-allow-origin")), (403, None));
    assert_eq!(read(got).await.unwrap().error.as_deref(), Some("origin_not_allowed"));
    let got = from("http://localhost:5173").await.unwrap();
    assert_eq!(
        (got.status().as_u16(), got.headers()["access-control-allow-origin"].to_str().unwrap()),
        (200, "http://localhost:5173")
    );
    let got = rig.request("ok", false).header("host", "evil.test").send().await.unwrap();
    assert_eq!(read(got).await.unwrap().error.as_deref(), Some("host_not_allowed"));
    let asks = rig.http.request(reqwest::Method::OPTIONS, format!("{}/v1/chats", rig.gateway));
    let asks = asks.header("origin", "http://localhost:5173").header("access-control-request-method", "POST");
    let told = asks.header("access-control-request-headers", "authorization,content-type").send().await.unwrap();
    assert_eq!(told.status(), 200);
    assert!(told.headers()["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
}
