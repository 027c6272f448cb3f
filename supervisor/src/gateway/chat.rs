//! `POST /v1/chat/completions`.
//!
//! A whole answer of plain targets is asked for, given, and recorded beside: its caller waits for no disk. A stream, and whatever
//! has an `Idempotency-Key`, is an execution first: it survives this process, and is one answer however often it is asked for.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use cueline_domain::{
    chat::{
        attempts::AfterFirst,
        request::{self, RequestFacts},
    },
    governance::money::Money,
};
use cueline_patterns::{
    chat::{Begun, CHAT, ChatCall, FAILED, Fault},
    governance::Permit,
};
use cueline_protocol::{
    ids::ExecutionId,
    tasks::{CompleteChat, result_of},
    v1::{ChatAttempt, CompleteChatReply, CompleteChatRequest},
};
use cueline_runtime::{StartExecution, TaskError, engine::Called};
use serde_json::{Map, Value, json};

use super::{
    Gate,
    caller::Caller,
    follow::{Form, error_of, first_error, last_event, response},
    plan::{Asked, Plan, expected},
    problem::Problem,
    rag,
};

/// The header that makes a request one request however often it is sent.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// What an answer that nobody reads may go on for.
const ORPHAN_MS: u64 = 10 * 60_000;
/// Begins every id.
const ID: &str = "chatcmpl-";

pub(super) async fn complete(State(gate): State<Gate>, headers: HeaderMap, body: Bytes) -> Response {
    match serve(&gate, &headers, &body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

/// A request that may be carried out.
pub(super) struct Admitted {
    pub(super) caller: Caller,
    pub(super) body: Map<String, Value>,
    pub(super) facts: RequestFacts,
}

/// Reads a request of whoever sent it.
pub(super) fn parse(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Problem::invalid("invalid_json", "the body is JSON but no object; send a request as an object")),
        Err(error) => Err(Problem::invalid("invalid_json", format!("the body is no JSON: {error}"))),
    }
}

async fn serve(gate: &Gate, headers: &HeaderMap, body: &[u8]) -> Result<Response, Problem> {
    if gate.is_draining() {
        let message = "this process is stopping; another one, or this one after its restart, takes the request";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message).retry_after(Some(1_000)));
    }
    let caller = Caller::of(gate, headers).await?;
    if let Some(resumed) = resume(gate, &caller, headers).await? {
        return Ok(resumed);
    }
    let body = parse(body)?;
    let facts = request::read(&body)?;
    if !caller.may_use(&facts.model) {
        let message = format!("key {} may not use {:?}", caller.key_id(), facts.model);
        return Err(Problem::new(StatusCode::FORBIDDEN, "model_not_allowed", message).param("model"));
    }
    let admitted = Admitted { caller, body, facts };
    if let Some(collection) = admitted.facts.model.strip_prefix("rag/").map(str::to_owned) {
        return rag::answer(gate, &admitted, &collection).await;
    }
    let asked = Asked {
        facts: &admitted.facts,
        tenant: admitted.caller.tenant.as_str(),
        now_ms: gate.now_ms(),
        draw: gate.world().entropy.draw(),
    };
    let plan = gate.plans().plan(gate.0.completer.targets(), &asked)?;
    let tokens = admitted.facts.input_tokens + admitted.facts.max_output_tokens.unwrap_or(256);
    let permit = gate.0.limits.take(&admitted.caller.limits(), tokens)?;
    let key = headers.get(IDEMPOTENCY_KEY).map(|key| key.to_str().map(str::to_owned));
    let key =
        key.transpose().map_err(|_| Problem::invalid("idempotency_key_invalid", "Idempotency-Key is no ASCII text"))?;
    let mut response = match (admitted.facts.streams, key) {
        (false, None) => whole(gate, admitted, &plan, permit).await?,
        (_, key) => durable(gate, admitted, &plan, permit, key.as_deref()).await?,
    };
    if let Ok(decision) = HeaderValue::from_str(&plan.summary) {
        response.headers_mut().insert("x-cueline-decision", decision);
    }
    Ok(response)
}

/// A client that sends the same POST again after its connection broke, with the last event that it saw.
async fn resume(gate: &Gate, caller: &Caller, headers: &HeaderMap) -> Result<Option<Response>, Problem> {
    let Some(header) = headers.get("last-event-id").and_then(|header| header.to_str().ok()) else { return Ok(None) };
    let (Some(stream), Some(after)) = last_event(header) else { return Ok(None) };
    super::streams::owned(gate, caller, stream).await?;
    let reader = gate.0.completer.log().reader(stream, after);
    Ok(Some(response(gate, stream, Vec::new(), reader, Form { usage: true, done: true }, None)))
}

fn id_of(gate: &Gate, caller: &Caller, key: Option<&str>) -> Result<ExecutionId, Problem> {
    let id = match key {
        None => format!("{ID}{}", gate.world().entropy.ulid(gate.now_ms()).to_lowercase()),
        Some(key) => {
            let mut hasher = blake3::Hasher::new_derive_key("cueline 2026 idempotency key");
            hasher.update(caller.tenant.as_str().as_bytes()).update(&[0]).update(key.as_bytes());
            format!("{ID}{}", &hasher.finalize().to_hex()[..32])
        }
    };
    ExecutionId::new(id).map_err(|error| Problem::invalid("idempotency_key_invalid", error.to_string()))
}

/// The most that an answer may cost: every target of the plan may be asked, and a broken one is paid for.
fn worst(gate: &Gate, facts: &RequestFacts, targets: &[String]) -> Money {
    let all = gate.0.completer.targets().all();
    let costs = targets.iter().filter_map(|name| all.get(name)).filter_map(|target| expected(target, facts));
    let dearest = costs.fold(0.0, f64::max);
    // A seam pays for what was read and written before it once more.
    Money::from_dollars(dearest * if targets.len() > 1 { 2.0 } else { 1.0 })
}

async fn whole(gate: &Gate, admitted: Admitted, plan: &Plan, mut permit: Permit) -> Result<Response, Problem> {
    let Admitted { caller, body, facts } = admitted;
    let id = id_of(gate, &caller, None)?;
    let scopes = caller.scopes();
    gate.0.budgets.reserve(id.as_str(), &scopes, worst(gate, &facts, &plan.targets)).await?;
    let begun_ms = gate.now_ms();
    let call =
        ChatCall { body: &body, targets: &plan.targets, idempotency_key: id.as_str(), after_first: AfterFirst::Fail };
    let (result, attempts) = gate.0.completer.whole(&call).await;
    let used: u64 = attempts.iter().map(|attempt| attempt.input_tokens + attempt.output_tokens).sum();
    permit.used(used);
    let response = match &result {
        Ok(reply) => answer(id.as_str(), begun_ms, reply)?,
        Err(fault) => Problem::from(fault.clone()).into_response(),
    };
    let is_reserved = !scopes.is_empty();
    let plan = plan.clone();
    gate.0.recorder.add(gate, Recorded { id, caller, body, plan, begun_ms, result, attempts, is_reserved });
    Ok(response)
}

/// A `chat.completion` with our id, as OpenAI orders its fields.
fn answer(id: &str, begun_ms: i64, reply: &CompleteChatReply) -> Result<Response, Problem> {
    let body: Value = serde_json::from_str(&reply.body)
        .map_err(|_| Problem::new(StatusCode::BAD_GATEWAY, "answer_garbled", "the answer cannot be read"))?;
    let mut ordered = Map::new();
    ordered.insert("id".into(), json!(id));
    ordered.insert("object".into(), json!("chat.completion"));
    ordered.insert("created".into(), json!(begun_ms / 1_000));
    if let Value::Object(body) = body {
        ordered.extend(body.into_iter().filter(|(name, _)| !matches!(name.as_str(), "id" | "object" | "created")));
    }
    let mut response = (StatusCode::OK, Json(Value::Object(ordered))).into_response();
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert("x-request-id", id);
    }
    Ok(response)
}

/// What is written beside an answer that was given already.
pub(super) struct Recorded {
    id: ExecutionId,
    caller: Caller,
    body: Map<String, Value>,
    plan: Plan,
    begun_ms: i64,
    result: Result<CompleteChatReply, Fault>,
    attempts: Vec<ChatAttempt>,
    is_reserved: bool,
}

impl Recorded {
    pub(super) async fn write(self, gate: &Gate) {
        let Self { id, caller, body, plan, begun_ms, result, attempts, is_reserved } = self;
        let request = CompleteChatRequest {
            body: Value::Object(body).to_string(),
            targets: plan.targets.clone(),
            key: caller.key_id().to_owned(),
            decision: plan.decision.to_string(),
            reservation: if is_reserved { id.to_string() } else { String::new() },
            ..CompleteChatRequest::default()
        };
        let settling = super::Settling::new(
            gate.0.budgets.clone(),
            gate.0.audit.clone(),
            gate.0.completer.targets().clone(),
            gate.0.instruments.clone(),
        );
        if let Err(error) = settling
            .account(id.as_str(), caller.tenant.as_str(), &request, &attempts, result.as_ref().err(), gate.now_ms())
            .await
        {
            tracing::error!(execution = %id, error = %error, "an answer was not settled; its reservation is released later");
        }
        let input = arguments(&request);
        let result = match result {
            Ok(reply) => result_of::<CompleteChat>(&reply).map_err(|error| TaskError::invalid(error.to_string())),
            Err(fault) => Err(TaskError::new(FAILED, format!("{}: {}", fault.code, fault.message))),
        };
        let mut start = StartExecution::of(CHAT, input).with_id(id.clone());
        start.tenant = caller.tenant;
        if let Err(error) = gate.engine().record(Called { start, begun_ms, result }).await {
            tracing::warn!(execution = %id, error = %error, "an answer was given and is not recorded");
        }
    }
}

/// A request as the arguments of the task, which are the input of the workflow.
fn arguments(request: &CompleteChatRequest) -> Value {
    serde_json::to_value(request).unwrap_or_default()
}

async fn durable(
    gate: &Gate,
    admitted: Admitted,
    plan: &Plan,
    permit: Permit,
    key: Option<&str>,
) -> Result<Response, Problem> {
    let Admitted { caller, body, facts } = admitted;
    let id = id_of(gate, &caller, key)?;
    let scopes = caller.scopes();
    gate.0.budgets.reserve(id.as_str(), &scopes, worst(gate, &facts, &plan.targets)).await?;
    let request = CompleteChatRequest {
        body: Value::Object(body).to_string(),
        targets: plan.targets.clone(),
        stream: id.to_string(),
        after_first: if plan.after_first == AfterFirst::Continue { "continue" } else { "fail" }.to_owned(),
        key: caller.key_id().to_owned(),
        decision: plan.decision.to_string(),
        reservation: if scopes.is_empty() { String::new() } else { id.to_string() },
        orphan_ms: if facts.streams { ORPHAN_MS } else { 0 },
        ..CompleteChatRequest::default()
    };
    // Before it starts, so that nothing is missed of it and it is not taken for unread.
    let mut reader = gate.0.completer.log().reader(id.as_str(), 0);
    let begun_ms = gate.now_ms();
    // A new answer is begun at once; one that may be there already is left to its execution.
    let begun = key.is_none().then(|| gate.0.completer.begin(id.as_str(), &request));
    let mut start = StartExecution::of(CHAT, arguments(&request)).with_id(id.clone());
    start.tenant = caller.tenant.clone();
    match gate.engine().start(start).await {
        Ok(_) => begun.into_iter().for_each(Begun::keep),
        // The plan may be another one by now: the request is what must be the same.
        Err(cueline_runtime::EngineError::StartedDifferently { .. }) => same_request(gate, &id, &request).await?,
        Err(error) => return Err(error.into()),
    }
    if !facts.streams {
        let finished = gate.engine().wait(&id).await?;
        drop((reader, permit));
        let Some(output) = finished.output else {
            let cause = finished.failure.map(|failure| failure.cause).unwrap_or_default();
            let (code, message) = cause.split_once(": ").unwrap_or(("answer_failed", &cause));
            return Err(Problem::new(StatusCode::BAD_GATEWAY, code, message));
        };
        let text = |name: &str| output.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let reply = CompleteChatReply { body: text("body"), target: text("target"), ..CompleteChatReply::default() };
        return answer(id.as_str(), begun_ms, &reply);
    }
    // The status is held back until there is something to see, or nothing to be seen any more.
    let frames = reader.next().await?;
    if let Some(frame) = first_error(&frames) {
        return Ok(error_of(frame));
    }
    let form = Form { usage: facts.includes_usage, done: true };
    let mut response = response(gate, id.as_str(), frames, reader, form, Some(permit));
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert("x-request-id", id);
    }
    Ok(response)
}

/// Whether an execution that is there was asked the same.
async fn same_request(gate: &Gate, id: &ExecutionId, request: &CompleteChatRequest) -> Result<(), Problem> {
    let peeked = gate.engine().peek(id).await?;
    let input = peeked.state.start().map(|start| start.input.clone());
    let body = input.as_ref().and_then(|input| input.get("body")).and_then(Value::as_str);
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
    if body.and_then(parsed) == parsed(&request.body) {
        return Ok(());
    }
    let message = "this Idempotency-Key was used for another request; use a new one";
    Err(Problem::new(StatusCode::CONFLICT, "idempotency_key_reused", message))
}
