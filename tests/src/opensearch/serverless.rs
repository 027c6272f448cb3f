//! OpenSearch Serverless, imitated: a stub of ours in front of a real node.
//!
//! It refuses what a vector search collection refuses, finds what was added late, and can fail on purpose. It is no
//! OpenSearch Serverless: the engine behind it is Lucene's, because the node has no library of faiss, and it knows signatures
//! by their form only.
//!
//! | rule | what Serverless documents, or what its users report |
//! |---|---|
//! | no `_id` with `index` and `create`, no `update` | "you can't index by custom document ID or update by upsert requests" |
//! | no `?refresh`, no `_refresh` | a collection is refreshed when the service thinks so |
//! | only some APIs | "Supported OpenSearch API operations and permissions" |
//! | no number of shards | they are the service's business |
//! | signed for `aoss`, with the hash of the body as a header | "`x-amz-content-sha256` is required" |

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::{Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How late what was added is found.
const REFRESH: &str = "120ms";

/// What goes wrong with the next request of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `_bulk` is refused as a whole: too many requests.
    Throttled,
    /// Every second item of a `_bulk` is refused: too many requests.
    HalfThrottled,
    /// `_bulk` is done, and its answer is lost.
    AnswerLost,
    /// Half of a `_bulk` is done, and its answer is lost.
    HalfDone,
    /// `_search` fails inside of the service.
    SearchFails,
}

/// A stub that runs until its runtime ends.
#[derive(Clone)]
pub struct Front {
    /// Where it answers.
    pub endpoint: String,
    state: Arc<Shared>,
}

struct Shared {
    node: String,
    rules: bool,
    client: reqwest::Client,
    faults: Mutex<VecDeque<Fault>>,
    /// Method and path of every request.
    seen: Mutex<Vec<String>>,
}

impl Front {
    /// With the rules of Serverless.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn serverless(node: &str) -> anyhow::Result<Self> {
        Self::start(node, true).await
    }

    /// Without rules of its own: for faults only.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn transparent(node: &str) -> anyhow::Result<Self> {
        Self::start(node, false).await
    }

    async fn start(node: &str, rules: bool) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        // An error means that the process chose a provider before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build()?;
        let (faults, seen) = (Mutex::default(), Mutex::default());
        let state = Arc::new(Shared { node: node.to_owned(), rules, client, faults, seen });
        let router = Router::new().fallback(answer).with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { endpoint, state })
    }

    /// Lets the next requests fail, one by one.
    pub fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.state.faults).extend(faults);
    }

    /// Faults that no request met yet.
    pub fn faults_left(&self) -> usize {
        lock(&self.state.faults).len()
    }

    /// Method and path of every request so far.
    pub fn seen(&self) -> Vec<String> {
        lock(&self.state.seen).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, 32 << 20).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let path = parts.uri.path().trim_start_matches('/').to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    lock(&shared.seen).push(format!("{} {path}", parts.method));
    let part = path.split_once('/').map_or("", |(_, part)| part).to_owned();
    let mut body = body;
    if shared.rules {
        if let Some(refused) = refused(&parts.method, &parts.headers, &part, &query, &body) {
            return refused;
        }
        if parts.method == Method::PUT && part.is_empty() {
            body = refreshed_late(&body);
        }
    }
    match shared.fault(&part) {
        None => shared.forward(&parts.method, &path, &query, body).await,
        Some(Fault::Throttled) => error(StatusCode::TOO_MANY_REQUESTS, "rejected_execution_exception"),
        Some(Fault::SearchFails) => error(StatusCode::SERVICE_UNAVAILABLE, "search_phase_execution_exception"),
        Some(Fault::AnswerLost) => {
            shared.forward(&parts.method, &path, &query, body).await;
            error(StatusCode::GATEWAY_TIMEOUT, "timeout_exception")
        }
        Some(Fault::HalfDone) => {
            let actions = actions(&body);
            let half = &actions[..actions.len().div_ceil(2)];
            shared.forward(&parts.method, &path, &query, Bytes::from(half.concat())).await;
            error(StatusCode::GATEWAY_TIMEOUT, "timeout_exception")
        }
        Some(Fault::HalfThrottled) => shared.half_throttled(&path, &query, &body).await,
    }
}

impl Shared {
    fn fault(&self, part: &str) -> Option<Fault> {
        let mut faults = lock(&self.faults);
        let meets = match faults.front()? {
            Fault::SearchFails => part == "_search",
            _ => part == "_bulk",
        };
        if meets { faults.pop_front() } else { None }
    }

    async fn forward(&self, method: &Method, path: &str, query: &str, body: Bytes) -> Response {
        let url = format!("{}/{path}?{query}", self.node);
        let request = self.client.request(method.clone(), url).header(CONTENT_TYPE, "application/json").body(body);
        let Ok(answer) = request.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
        let status = answer.status();
        match answer.bytes().await {
            Ok(bytes) => (status, [(CONTENT_TYPE, "application/json")], bytes).into_response(),
            Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        }
    }

    /// Does the actions with an even number and refuses the others.
    async fn half_throttled(&self, path: &str, query: &str, body: &Bytes) -> Response {
        let actions = actions(body);
        let even: String = actions.iter().step_by(2).map(String::as_str).collect();
        let answer = self.forward(&Method::POST, path, query, Bytes::from(even)).await;
        let Ok(bytes) = to_bytes(answer.into_body(), 32 << 20).await else {
            return StatusCode::BAD_GATEWAY.into_response();
        };
        let done: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let mut done = done["items"].as_array().cloned().unwrap_or_default().into_iter();
        let refused = json!({"index": {"_id": null, "status": 429, "error": {"type": "rejected_execution_exception"}}});
        let item = |at: usize| if at.is_multiple_of(2) { done.next().unwrap_or_default() } else { refused.clone() };
        let items: Vec<Value> = (0..actions.len()).map(item).collect();
        axum::Json(json!({"took": 1, "errors": true, "items": items})).into_response()
    }
}

/// Each action of a `_bulk` with its document.
fn actions(body: &Bytes) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    let mut lines = text.lines();
    let mut actions = Vec::new();
    while let Some(line) = lines.next() {
        let document = if line.starts_with("{\"delete\"") { None } else { lines.next() };
        actions.push(format!("{line}\n{}", document.map(|it| format!("{it}\n")).unwrap_or_default()));
    }
    actions
}

/// What a vector search collection refuses.
fn refused(method: &Method, headers: &HeaderMap, part: &str, query: &str, body: &Bytes) -> Option<Response> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = header("authorization").contains("/aoss/aws4_request") && header("x-amz-content-sha256").len() == 64;
    if !signed {
        return Some(error(StatusCode::FORBIDDEN, "security_exception"));
    }
    let known = match (method.as_str(), part) {
        ("PUT" | "GET" | "HEAD" | "DELETE", "") | ("PUT" | "GET", "_mapping") => true,
        ("POST", "_bulk" | "_doc") | ("POST" | "GET", "_search" | "_count") => true,
        ("DELETE" | "GET", part) => part.starts_with("_doc/"),
        _ => false,
    };
    if !known {
        return Some(error(StatusCode::NOT_FOUND, "unsupported_operation"));
    }
    if query.contains("refresh") {
        return Some(error(StatusCode::BAD_REQUEST, "illegal_argument_exception"));
    }
    if method == Method::PUT && part.is_empty() && String::from_utf8_lossy(body).contains("number_of_shards") {
        return Some(error(StatusCode::BAD_REQUEST, "illegal_argument_exception"));
    }
    if part == "_bulk" {
        let action = |line: &String| serde_json::from_str::<Value>(line.lines().next()?).ok();
        let is_refused = |action: &Value| {
            let named = |name: &str| action[name].get("_id").is_some();
            named("index") || named("create") || action.get("update").is_some()
        };
        let actions: Vec<Value> = actions(body).iter().filter_map(action).collect();
        if actions.iter().any(is_refused) {
            let reason = "Document ID is not supported in create/index operation request";
            let item =
                json!({"index": {"status": 400, "error": {"type": "illegal_argument_exception", "reason": reason}}});
            let items = vec![item; actions.len()];
            return Some(axum::Json(json!({"took": 0, "errors": true, "items": items})).into_response());
        }
    }
    None
}

/// The body of an index that is refreshed now and then.
fn refreshed_late(body: &Bytes) -> Bytes {
    let mut index: Value = serde_json::from_slice(body).unwrap_or_default();
    index["settings"]["index"]["refresh_interval"] = json!(REFRESH);
    Bytes::from(index.to_string())
}

fn error(status: StatusCode, code: &str) -> Response {
    let body = json!({"status": status.as_u16(), "error": {"type": code, "reason": "a stub says so"}});
    (status, axum::Json(body)).into_response()
}
