//! `POST /v1/chat/completions`.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cueline_domain::chat::request::{self, RequestFacts};
use cueline_patterns::chat::look_at_messages;
use cueline_protocol::v1::CompleteChatReply;
use serde_json::json;

use super::{
    Gate,
    caller::Caller,
    extract::Body,
    follow::{Form, error_of, first_error, last_event, response},
    ids::{id_of, idempotency_key},
    problem::{Problem, REQUEST_ID},
    streams,
    turn::{Going, Kept, Told, Turn, open},
};

/// What an answer that nobody reads may go on for.
pub(super) const ORPHAN_MS: u64 = 10 * 60_000;
/// Begins every id.
pub(super) const ID: &str = "chatcmpl-";

pub(super) async fn complete(State(gate): State<Gate>, caller: Caller, headers: HeaderMap, body: Body) -> Response {
    match serve(&gate, caller, &headers, body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn serve(gate: &Gate, caller: Caller, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    open(gate)?;
    if let Some(resumed) = resume(gate, &caller, headers).await? {
        return Ok(resumed);
    }
    let body = body.object()?;
    let facts = request::read(&body)?;
    let key = idempotency_key(headers)?;
    let mut turn = Turn::admit(gate, caller, body, facts, String::new()).await?;
    turn.look_at_question(gate, |turn, inspector, mode| look_at_messages(&mut turn.body, inspector, mode)).await?;
    turn.look_up(gate).await?;
    let told = turn.told();
    let mut response = match (turn.facts.streams, key) {
        (false, None) => whole(gate, turn).await?,
        (_, key) => durable(gate, turn, key.as_deref()).await?,
    };
    headers_of(&mut response, told);
    Ok(response)
}

/// A client that sends the same POST again after its connection broke, with the last event that it saw.
async fn resume(gate: &Gate, caller: &Caller, headers: &HeaderMap) -> Result<Option<Response>, Problem> {
    let Some(header) = headers.get("last-event-id").and_then(|header| header.to_str().ok()) else { return Ok(None) };
    let (Some(stream), Some(after)) = last_event(header) else { return Ok(None) };
    let id = streams::owned(gate, caller, stream).await?;
    Ok(Some(streams::rest(gate, &id, after).await?))
}

async fn whole(gate: &Gate, turn: Turn) -> Result<Response, Problem> {
    let id = id_of(gate, ID, &turn.caller, None).await?;
    let Told { begun_ms, result } = turn.whole(gate, &id).await?;
    match result {
        Ok(reply) => answer(id.as_str(), begun_ms, &reply),
        Err(fault) => Ok(Problem::from(fault).of(id.as_str()).into_response()),
    }
}

/// A `chat.completion` with our id, as OpenAI orders its fields: what is kept of it is a JSON object without these.
fn answer(id: &str, begun_ms: i64, reply: &CompleteChatReply) -> Result<Response, Problem> {
    let garbled = || Problem::new(StatusCode::BAD_GATEWAY, "answer_garbled", "the answer cannot be read");
    let rest = reply.body.strip_prefix('{').filter(|rest| rest.len() > 1).ok_or_else(garbled)?;
    let created = begun_ms / 1_000;
    let body = format!(r#"{{"id":{},"object":"chat.completion","created":{created},{rest}"#, json!(id));
    let mut response = (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    named(&mut response, id);
    Ok(response)
}

/// Tells the caller how its answer came about.
pub(super) fn headers_of(response: &mut Response, told: [(&'static str, String); 2]) {
    for (name, value) in told.into_iter().filter(|(_, value)| !value.is_empty()) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
}

/// Tells the caller what to ask for.
pub(super) fn named(response: &mut Response, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
}

async fn durable(gate: &Gate, turn: Turn, key: Option<&str>) -> Result<Response, Problem> {
    let id = id_of(gate, ID, &turn.caller, key).await?;
    let RequestFacts { streams, includes_usage, .. } = turn.facts;
    let begun_ms = gate.now_ms();
    let orphan_ms = if streams { ORPHAN_MS } else { 0 };
    let Going { mut reader, .. } = turn.begin(gate, &id, key.is_some(), orphan_ms).await?;
    if !streams {
        gate.engine().wait(&id).await?;
        drop(reader);
        let kept = Kept::of(gate, &id).await?;
        return match &kept.reply {
            Some(reply) => answer(id.as_str(), begun_ms, reply),
            None => Err(kept.problem(gate).await?.of(id.as_str())),
        };
    }
    // The status is held back until there is something to see, or nothing to be seen any more.
    let frames = reader.next().await?;
    if let Some(frame) = first_error(&frames) {
        return Err(error_of(frame).of(id.as_str()));
    }
    let form = Form::Chat { usage: includes_usage };
    let mut response = response(gate, id.as_str(), frames, reader, form);
    named(&mut response, id.as_str());
    Ok(response)
}
