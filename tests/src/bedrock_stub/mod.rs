//! A stub of Bedrock and of two SageMaker endpoints, for what no emulator gives. It is no model: what it says follows from what
//! it was told by rules that a test can foresee.
//!
//! It is strict where AWS is: a request that AWS documents as wrong is refused with `ValidationException`, so that no adapter
//! passes by being sloppy. Rules come from the API references of Converse, InvokeModel, ApplyGuardrail, InvokeEndpoint and
//! InvokeEndpointWithResponseStream and from the pages of the models' parameters.
//!
//! | file | idea |
//! |---|---|
//! | `converse` | what a request of Converse must look like |
//! | `answer` | what the stub says to one |
//! | `frames` | `application/vnd.amazon.eventstream` |
//! | `invoke` | embedding and reranking models |
//! | `container` | a chat model behind an endpoint |
//! | `guardrail` | one guardrail with three rules |
//!
//! Keys: the access key `wrong` is not known, `denied` may do nothing, any other may do everything.

mod answer;
mod container;
mod converse;
mod frames;
mod guardrail;
mod invoke;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, Response, StatusCode},
    routing::post,
};
use futures::StreamExt;
use serde_json::{Value, json};

pub use container::CHAT_ENDPOINT;
pub use guardrail::{ADDRESS, BLOCKED_MESSAGE, FORBIDDEN, GUARDRAIL, GUARDRAIL_VERSION, MASK, TOPIC_WORDS};
pub use invoke::ENDPOINT;

/// A refusal as AWS says it.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Of HTTP.
    pub status: u16,
    /// E.g. `ThrottlingException`.
    pub code: String,
    /// For people.
    pub message: String,
}

impl Fault {
    /// The request is wrong.
    pub fn validation(message: impl Into<String>) -> Self {
        Self { status: 400, code: "ValidationException".into(), message: message.into() }
    }

    /// Too much at once.
    pub fn throttling() -> Self {
        let message = "Too many tokens, please wait before trying again.".into();
        Self { status: 429, code: "ThrottlingException".into(), message }
    }

    /// Broken for now.
    pub fn unavailable() -> Self {
        let message = "Bedrock is unable to process your request.".into();
        Self { status: 503, code: "ServiceUnavailableException".into(), message }
    }

    /// The container behind an endpoint refuses.
    pub fn of_container(status: u16, told: &str) -> Self {
        let message = format!("Received client error ({status}) from primary with message \"{told}\".");
        Self { status: 424, code: "ModelError".into(), message }
    }

    fn no_endpoint(name: &str) -> Self {
        let message = format!("Endpoint {name} of account 123456789012 not found.");
        Self { status: 400, code: "ValidationError".into(), message }
    }

    /// As it is on the wire. What a container said comes apart, too.
    fn body(&self) -> Value {
        let mut body = json!({ "message": self.message });
        if self.code == "ModelError"
            && let Some((_, rest)) = self.message.split_once('(')
            && let Some((status, rest)) = rest.split_once(')')
            && let Some(told) = rest.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"'))
        {
            body["OriginalStatusCode"] = status.parse::<u16>().unwrap_or_default().into();
            body["OriginalMessage"] = told.0.into();
        }
        body
    }
}

/// How streams end before their time.
#[derive(Debug, Clone)]
pub enum Break {
    /// The connection is closed in good order after so many events.
    Ends(usize),
    /// The connection breaks after so many events.
    Breaks(usize),
    /// After so many events comes this exception.
    Exception(usize, &'static str),
    /// After so many events comes nothing more, and the connection stays open.
    Stalls(usize),
}

/// One call that was made.
#[derive(Debug, Clone)]
pub struct Call {
    /// `converse`, `converse-stream`, `invoke`, `apply`, `invocations`, `invocations-response-stream`.
    pub operation: &'static str,
    /// Model, guardrail or endpoint.
    pub of: String,
    /// What was sent.
    pub body: Value,
    /// With what.
    pub headers: HeaderMap,
}

#[derive(Debug, Default)]
struct Inside {
    calls: Vec<Call>,
    faults: Vec<Fault>,
    breaks: Vec<Break>,
    /// Beginnings of conversations up to a cache point.
    kept: Vec<String>,
}

/// A running stub. It ends with the runtime that it was started in.
#[derive(Debug, Clone)]
pub struct BedrockStub {
    /// Where it listens.
    pub endpoint: String,
    inside: Arc<Mutex<Inside>>,
}

impl BedrockStub {
    /// On a free port of this machine.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let stub = Self { endpoint: format!("http://{}", listener.local_addr()?), inside: Arc::default() };
        let routes = Router::new()
            .route("/model/{model}/converse", post(converse))
            .route("/model/{model}/converse-stream", post(converse_stream))
            .route("/model/{model}/invoke", post(invoke_model))
            .route("/guardrail/{id}/version/{version}/apply", post(apply_guardrail))
            .route("/endpoints/{endpoint}/invocations", post(invoke_endpoint))
            .route("/endpoints/{endpoint}/invocations-response-stream", post(invoke_endpoint_in_parts))
            .with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(stub)
    }

    /// The next calls are refused, one after the other, before they are looked at.
    pub fn refuse(&self, faults: impl IntoIterator<Item = Fault>) {
        self.inside().faults.extend(faults);
    }

    /// The next streams end before their time, one after the other.
    pub fn break_streams(&self, breaks: impl IntoIterator<Item = Break>) {
        self.inside().breaks.extend(breaks);
    }

    /// What was asked since the last time.
    pub fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.inside().calls)
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Frames as a response, which ends before its time where that was asked for.
    fn streamed(&self, frames: Vec<Bytes>) -> Answer {
        let mut frames: Vec<std::io::Result<Bytes>> = frames.into_iter().map(Ok).collect();
        let broken = {
            let mut inside = self.inside();
            (!inside.breaks.is_empty()).then(|| inside.breaks.remove(0))
        };
        let stalls = matches!(broken, Some(Break::Stalls(_)));
        match broken {
            None => {}
            Some(Break::Stalls(after)) => frames.truncate(after),
            Some(Break::Ends(after)) => frames.truncate(after),
            Some(Break::Breaks(after)) => {
                frames.truncate(after);
                frames.push(Err(std::io::Error::other("broken by the test")));
            }
            Some(Break::Exception(after, name)) => {
                frames.truncate(after);
                frames.push(Ok(frames::exception(name, "what was asked: a secret")));
            }
        }
        // Each event travels alone, as with a model that takes its time.
        let frames = futures::stream::iter(frames).then(|frame| async {
            tokio::task::yield_now().await;
            frame
        });
        let rest =
            if stalls { futures::stream::pending().left_stream() } else { futures::stream::empty().right_stream() };
        respond(200, "application/vnd.amazon.eventstream", None, Body::from_stream(frames.chain(rest)))
    }

    /// Notes a call, and looks at who made it.
    fn note(&self, operation: &'static str, of: &str, headers: &HeaderMap, body: &[u8]) -> Result<Value, Fault> {
        let body = serde_json::from_slice(body);
        let mut inside = self.inside();
        let noted = body.as_ref().cloned().unwrap_or(Value::Null);
        inside.calls.push(Call { operation, of: of.to_owned(), body: noted, headers: headers.clone() });
        let signed = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let refused = |code: &str, message: &str| Fault { status: 403, code: code.into(), message: message.into() };
        if !signed.starts_with("AWS4-HMAC-SHA256 Credential=") {
            return Err(refused("MissingAuthenticationTokenException", "Missing Authentication Token"));
        }
        if signed.contains("Credential=wrong/") {
            return Err(refused(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            ));
        }
        if signed.contains("Credential=denied/") {
            return Err(refused("AccessDeniedException", "User is not authorized to perform this action."));
        }
        if !inside.faults.is_empty() {
            return Err(inside.faults.remove(0));
        }
        body.map_err(|_| Fault::validation("Malformed input request, please reformat your input and try again."))
    }
}

type Answer = Response<Body>;

fn respond(status: u16, kind: &str, code: Option<&str>, body: Body) -> Answer {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in [("content-type", Some(kind)), ("x-amzn-errortype", code)] {
        if let Some(value) = value.and_then(|value| value.parse().ok()) {
            headers.insert(name, value);
        }
    }
    response
}

fn answered(result: Result<Value, Fault>) -> Answer {
    match result {
        Ok(body) => respond(200, "application/json", None, body.to_string().into()),
        Err(fault) => respond(fault.status, "application/json", Some(&fault.code), fault.body().to_string().into()),
    }
}

async fn converse(
    State(stub): State<BedrockStub>,
    Path(model): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    answered(stub.note("converse", &model, &headers, &body).and_then(|body| {
        converse::check(&body, false)?;
        Ok(answer::whole(&stub.speak(&body)))
    }))
}

async fn converse_stream(
    State(stub): State<BedrockStub>,
    Path(model): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let spoken = stub.note("converse-stream", &model, &headers, &body).and_then(|body| {
        converse::check(&body, true)?;
        Ok(stub.speak(&body))
    });
    match spoken {
        Ok(spoken) => {
            stub.streamed(answer::events(&spoken).iter().map(|(name, payload)| frames::event(name, payload)).collect())
        }
        Err(fault) => answered(Err(fault)),
    }
}

async fn invoke_model(
    State(stub): State<BedrockStub>,
    Path(model): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let body = stub.note("invoke", &model, &headers, &body);
    answered(body.and_then(|body| invoke::model(&model, &body)))
}

async fn apply_guardrail(
    State(stub): State<BedrockStub>,
    Path((id, version)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let body = stub.note("apply", &id, &headers, &body);
    answered(body.and_then(|body| guardrail::apply(&id, &version, &body)))
}

async fn invoke_endpoint(
    State(stub): State<BedrockStub>,
    Path(endpoint): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let body = stub.note("invocations", &endpoint, &headers, &body);
    answered(body.and_then(|body| match endpoint.as_str() {
        CHAT_ENDPOINT => container::whole(&body),
        _ => invoke::endpoint(&endpoint, &body),
    }))
}

async fn invoke_endpoint_in_parts(
    State(stub): State<BedrockStub>,
    Path(endpoint): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let body = stub.note("invocations-response-stream", &endpoint, &headers, &body);
    let parts = body.and_then(|body| match endpoint.as_str() {
        CHAT_ENDPOINT => container::parts(&body),
        _ => Err(Fault::no_endpoint(&endpoint)),
    });
    match parts {
        Ok(parts) => stub.streamed(parts.iter().map(|part| frames::part(part)).collect()),
        Err(fault) => answered(Err(fault)),
    }
}

/// Fields of an object that are not among those that are known.
fn only(what: &str, value: &Value, known: &[&str]) -> Result<(), Fault> {
    let object = value.as_object().ok_or_else(|| Fault::validation(format!("{what} is no object")))?;
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => {
            let words = "please reformat your input and try again.";
            Err(Fault::validation(format!(
                "Malformed input request: {what}: extraneous key [{key}] is not permitted, {words}"
            )))
        }
        None => Ok(()),
    }
}

fn ensure(holds: bool, otherwise: impl Into<String>) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault::validation(otherwise)) }
}
