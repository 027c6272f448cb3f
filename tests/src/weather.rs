//! Bad weather between a process and the services of AWS: calls that are throttled, fail before or after their effect, take
//! their time, messages that are sent twice; and doors that are shut, with the words in which a service refuses.
//!
//! A stub of ours, because no emulator has it. It speaks as the services do: errors have the codes and forms that SDKs know.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};

use crate::system::Draw;

/// Bodies that are passed on at most.
const LARGEST: usize = 64 << 20;

/// How often what goes wrong, of a thousand calls.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gusts {
    /// Too many requests.
    pub throttled: u64,
    /// Nothing happened.
    pub fails_before: u64,
    /// It happened, and the answer says otherwise.
    pub fails_after: u64,
    /// It takes up to this many milliseconds more.
    pub slow: (u64, u64),
    /// Messages are sent twice.
    pub repeated: u64,
}

/// A call that a service refuses.
#[derive(Debug, Clone)]
pub struct Shut {
    /// `SERVICE.OPERATION` as on the wire, e.g. `DynamoDB_20120810.Query`; `Action.DescribeStacks` in the query protocol;
    /// `S3.GET` for the rest.
    pub call: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What it says.
    pub body: String,
}

/// The way to an emulator.
pub struct Weather {
    /// Where processes find their services.
    pub endpoint: String,
    counts: Arc<Counts>,
    shut: Arc<Mutex<Vec<Shut>>>,
}

#[derive(Default)]
struct Counts {
    calls: AtomicU64,
    disturbed: AtomicU64,
    refused: AtomicU64,
}

#[derive(Clone)]
struct Way {
    shut: Arc<Mutex<Vec<Shut>>>,
    emulator: String,
    gusts: Gusts,
    draw: Arc<Mutex<Draw>>,
    counts: Arc<Counts>,
    http: reqwest::Client,
}

impl Weather {
    /// In front of an emulator, from a seed.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn over(emulator: &str, gusts: Gusts, seed: u64) -> anyhow::Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let counts: Arc<Counts> = Arc::default();
        let shut: Arc<Mutex<Vec<Shut>>> = Arc::default();
        let way = Way {
            shut: shut.clone(),
            emulator: emulator.to_owned(),
            gusts,
            draw: Arc::new(Mutex::new(Draw::new(seed))),
            counts: counts.clone(),
            http: reqwest::Client::builder().no_proxy().build()?,
        };
        let router = Router::new().fallback(pass).with_state(way);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { endpoint, counts, shut })
    }

    /// From now on these calls are refused, and no others.
    pub fn shut(&self, calls: Vec<Shut>) {
        *self.shut.lock().unwrap_or_else(PoisonError::into_inner) = calls;
    }

    /// Calls that were refused because their door is shut.
    pub fn refused(&self) -> u64 {
        self.counts.refused.load(Ordering::Relaxed)
    }

    /// Calls, and how many of them were disturbed.
    pub fn counts(&self) -> (u64, u64) {
        (self.counts.calls.load(Ordering::Relaxed), self.counts.disturbed.load(Ordering::Relaxed))
    }
}

impl Way {
    fn happens(&self, of_a_thousand: u64) -> bool {
        self.below(1_000) < of_a_thousand
    }

    fn below(&self, limit: u64) -> u64 {
        self.draw.lock().unwrap_or_else(PoisonError::into_inner).next() % limit.max(1)
    }
}

async fn pass(State(way): State<Way>, request: Request) -> Response {
    way.counts.calls.fetch_add(1, Ordering::Relaxed);
    let (parts, body) = request.into_parts();
    let target = parts.headers.get("x-amz-target").and_then(|name| name.to_str().ok()).unwrap_or_default().to_owned();
    let Gusts { throttled, fails_before, fails_after, slow: (slow, slowest), repeated } = way.gusts;
    let disturbed = || way.counts.disturbed.fetch_add(1, Ordering::Relaxed);
    if way.happens(slow) {
        disturbed();
        tokio::time::sleep(Duration::from_millis(way.below(slowest))).await;
    }
    if way.happens(throttled) {
        disturbed();
        return refusal(&target, true);
    }
    if way.happens(fails_before) {
        disturbed();
        return refusal(&target, false);
    }
    let Ok(body) = axum::body::to_bytes(body, LARGEST).await else { return refusal(&target, false) };
    let call = call(&target, parts.method.as_str(), &body);
    let shut = way.shut.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|shut| shut.call == call).cloned();
    if let Some(Shut { status, body, .. }) = shut {
        way.counts.refused.fetch_add(1, Ordering::Relaxed);
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
        return response;
    }
    let url = format!("{}{}", way.emulator, parts.uri.path_and_query().map_or("/", |path| path.as_str()));
    let send = async || {
        let mut headers: HeaderMap = parts.headers.clone();
        headers.remove(header::HOST);
        way.http.request(parts.method.clone(), &url).headers(headers).body(body.clone()).send().await
    };
    if target.starts_with("AmazonSQS.SendMessage") && way.happens(repeated) {
        disturbed();
        let _ = send().await;
    }
    let Ok(answer) = send().await else { return refusal(&target, false) };
    if way.happens(fails_after) {
        disturbed();
        return refusal(&target, false);
    }
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    let Ok(body) = answer.bytes().await else { return refusal(&target, false) };
    headers.remove(header::TRANSFER_ENCODING);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// A call by its name on the wire.
fn call(target: &str, method: &str, body: &[u8]) -> String {
    if !target.is_empty() {
        return target.to_owned();
    }
    let form = String::from_utf8_lossy(body.get(..body.len().min(200)).unwrap_or_default());
    let action = form.split('&').find_map(|pair| pair.strip_prefix("Action="));
    action.map_or_else(|| format!("S3.{method}"), |action| format!("Action.{action}"))
}

/// As the service of the call says it.
fn refusal(target: &str, throttled: bool) -> Response {
    let (status, body) = match (target.split('.').next().unwrap_or_default(), throttled) {
        (service, true) if service.starts_with("DynamoDB") => {
            (400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}"#)
        }
        ("AmazonSQS", true) => (400, r#"{"__type":"com.amazonaws.sqs#RequestThrottled"}"#),
        ("", true) => (503, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"),
        ("", false) => {
            (500, "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>")
        }
        (_, true) => (400, r#"{"__type":"ThrottlingException"}"#),
        (_, false) => (500, r#"{"__type":"InternalServerError"}"#),
    };
    let mut response = Response::new(Body::from(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response
}
