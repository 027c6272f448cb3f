//! The Responses API: `POST /v1/responses`, and a response by its id: shown, followed, cancelled, deleted, its input listed.
//!
//! A response is an answer like any other, kept under its id with what was asked; all else follows from that each time it is looked
//! at. Typed events are numbered the same whenever the log is read again, so `starting_after` reads it from the beginning.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use cueline_domain::chat::{
    request as chat_request,
    responses::{
        Frame, Gathered,
        events::ResponseEvents,
        items,
        request::{self, ResponsesFacts, Translated},
        response::{Standing, response},
    },
};
use cueline_patterns::chat::{ERROR, error_frame};
use cueline_ports::{ExecutionStatus, ExecutionSummary};
use cueline_protocol::ids::ExecutionId;
use serde_json::{Map, Value, json};

use super::{
    Gate,
    caller::Caller,
    chat::{ORPHAN_MS, headers_of, named, parse},
    follow::{self, Form, error_of, first_error},
    problem::Problem,
    turn::{Going, Kept, Told, Turn, id_of, idempotency_key, open, summary_of},
};

/// Begins every id.
const ID: &str = "resp_";
/// Responses that a conversation goes back at most.
const LONGEST: usize = 1_000;

type Params = Query<BTreeMap<String, String>>;

pub(super) async fn create(State(gate): State<Gate>, headers: HeaderMap, body: Bytes) -> Response {
    created(&gate, &headers, &body).await.unwrap_or_else(IntoResponse::into_response)
}

async fn created(gate: &Gate, headers: &HeaderMap, body: &[u8]) -> Result<Response, Problem> {
    open(gate)?;
    let caller = Caller::of(gate, headers).await?;
    let asked = parse(body)?;
    let facts = request::facts(&asked)?;
    let history = match &facts.previous_response_id {
        Some(previous) => history(gate, &caller, previous).await?,
        None => Vec::new(),
    };
    let Translated { chat, facts } = request::translate(&asked, &history)?;
    let of_chat = chat_request::read(&chat)?;
    if of_chat.model.starts_with("rag/") {
        let message =
            format!("{:?} answers chat completions; send the question to POST /v1/chat/completions", of_chat.model);
        return Err(Problem::invalid("unsupported_model", message).param("model"));
    }
    let key = idempotency_key(headers)?;
    let kept = if facts.store { Value::Object(asked.clone()).to_string() } else { String::new() };
    let mut turn = Turn::admit(gate, caller, chat, of_chat, kept)?;
    let id = id_of(gate, ID, &turn.caller, key.as_deref())?;
    turn.look_up(gate).await?;
    let told = [("x-cueline-decision", turn.plan.summary.clone()), ("x-cueline-cache", turn.kept.told.clone())];
    let mut response = match facts {
        ResponsesFacts { streams: false, background: false, .. } if key.is_none() => {
            whole(gate, turn, &id, &asked).await?
        }
        facts => durable(gate, turn, &id, &asked, &facts, key.is_some()).await?,
    };
    named(&mut response, id.as_str());
    headers_of(&mut response, told);
    Ok(response)
}

async fn whole(gate: &Gate, turn: Turn, id: &ExecutionId, asked: &Map<String, Value>) -> Result<Response, Problem> {
    let Told { begun_ms, result } = turn.whole(gate, id).await?;
    let reply = match result {
        Ok(reply) => reply,
        Err(fault) => return Ok(Problem::from(fault).into_response()),
    };
    let answer: Value = serde_json::from_str(&reply.body)
        .map_err(|_| Problem::new(StatusCode::BAD_GATEWAY, "answer_garbled", "the answer cannot be read"))?;
    Ok(Json(response(&Frame::new(id.as_str(), begun_ms / 1_000, asked), &answer, Standing::Finished)).into_response())
}

async fn durable(
    gate: &Gate,
    turn: Turn,
    id: &ExecutionId,
    asked: &Map<String, Value>,
    facts: &ResponsesFacts,
    keyed: bool,
) -> Result<Response, Problem> {
    let caller = turn.caller.clone();
    let orphan_ms = if facts.streams && !facts.background { ORPHAN_MS } else { 0 };
    let Going { mut reader, permit, is_old } = turn.begin(gate, id, keyed, orphan_ms).await?;
    if facts.streams {
        let frames = reader.next().await?;
        // One that goes on in the background is there, even when it failed.
        if let Some(frame) = first_error(&frames).filter(|_| !facts.background) {
            return Ok(error_of(frame));
        }
        let frame = Frame::new(id.as_str(), begun_seconds(gate, &caller, id).await?, asked);
        let form = Form::Responses { events: Box::new(ResponseEvents::new(frame)), after: None };
        return Ok(follow::response(gate, id.as_str(), frames, reader, form, Some(permit)));
    }
    if facts.background {
        let seconds = begun_seconds(gate, &caller, id).await?;
        if !is_old {
            let frame = Frame::new(id.as_str(), seconds, asked);
            return Ok(Json(response(&frame, &Value::Null, Standing::InProgress)).into_response());
        }
    } else {
        gate.engine().wait(id).await?;
        drop((reader, permit));
    }
    let found = Found::of(gate, &caller, id.as_str(), Some(asked)).await?;
    match found.failure() {
        Some((code, message)) if !facts.background => Err(Problem::new(StatusCode::BAD_GATEWAY, code, message)),
        _ => Ok(Json(found.shown(gate).await?).into_response()),
    }
}

/// When an answer was begun, the same whenever it is asked.
async fn begun_seconds(gate: &Gate, caller: &Caller, id: &ExecutionId) -> Result<i64, Problem> {
    let found = summary_of(gate, caller, id.as_str()).await?;
    Ok(found.map_or_else(|| gate.now_ms(), |(_, summary)| summary.started_ms) / 1_000)
}

/// A response that is kept.
struct Found {
    id: ExecutionId,
    summary: ExecutionSummary,
    asked: Map<String, Value>,
    kept: Kept,
}

impl Found {
    /// By its id. `asked`: what was just asked, where that may not be kept.
    async fn of(gate: &Gate, caller: &Caller, id: &str, asked: Option<&Map<String, Value>>) -> Result<Self, Problem> {
        let unknown = || Problem::not_found("response_not_found", format!("there is no response {id:?}")).param("id");
        let (execution, summary) = summary_of(gate, caller, id).await?.ok_or_else(unknown)?;
        let kept = Kept::of(gate, &execution).await?;
        let asked = match asked {
            Some(asked) => asked.clone(),
            // Neither what other APIs were asked nor what is not to be kept can be asked for.
            None => serde_json::from_str(&kept.request.asked).map_err(|_| unknown())?,
        };
        Ok(Self { id: execution, summary, asked, kept })
    }

    fn frame(&self) -> Frame {
        Frame::new(self.id.as_str(), self.summary.started_ms / 1_000, &self.asked)
    }

    fn is_over(&self) -> bool {
        self.summary.status != ExecutionStatus::Running
    }

    fn failure(&self) -> Option<(&str, &str)> {
        self.kept.failure.as_ref().map(|(code, message)| (code.as_str(), message.as_str()))
    }

    /// The response as it stands.
    async fn shown(&self, gate: &Gate) -> Result<Value, Problem> {
        let frame = self.frame();
        if !self.is_over() {
            return Ok(response(&frame, &Value::Null, Standing::InProgress));
        }
        let frames = match self.kept.request.stream.as_str() {
            "" => Vec::new(),
            stream => gate.0.completer.log().read(stream, 0).await?,
        };
        if self.summary.status == ExecutionStatus::Aborted {
            let mut gathered = Gathered::default();
            let chunks = frames.iter().filter_map(|frame| serde_json::from_slice::<Value>(&frame.data).ok());
            chunks.for_each(|chunk| gathered.add(&chunk));
            return Ok(response(&frame, &gathered.whole(), Standing::Cancelled));
        }
        // The log knows in which order things were said; once it is forgotten, the whole answer has to do.
        if frames.last().is_some_and(|frame| frame.last) {
            let mut events = ResponseEvents::new(frame);
            for frame in &frames {
                follow::told(&mut events, frame);
            }
            return Ok(events.response());
        }
        Ok(match (&self.kept.reply, self.failure()) {
            (Some(reply), _) => {
                let whole = serde_json::from_str(&reply.body).unwrap_or_default();
                response(&frame, &whole, Standing::Finished)
            }
            (None, failure) => {
                let (code, message) = failure.unwrap_or(("answer_failed", "the answer failed"));
                response(&frame, &Value::Null, Standing::Failed(&json!({ "code": code, "message": message })))
            }
        })
    }
}

/// What was said in the responses that a new one goes on from, oldest first.
async fn history(gate: &Gate, caller: &Caller, previous: &str) -> Result<Vec<Value>, Problem> {
    let mut turns = Vec::new();
    let mut next = Some(previous.to_owned());
    while let Some(id) = next {
        if turns.len() == LONGEST {
            let message = format!("the conversation goes back more than {LONGEST} responses; send its items as input");
            return Err(Problem::invalid("conversation_too_long", message).param("previous_response_id"));
        }
        let gone =
            |message: String| Problem::invalid("previous_response_not_found", message).param("previous_response_id");
        let found = Found::of(gate, caller, &id, None).await;
        let found = found.map_err(|_| gone(format!("there is no response {id:?}; it may have been deleted")))?;
        if !found.is_over() {
            return Err(gone(format!("the response {id:?} is not complete yet; wait for it, or cancel it")));
        }
        let shown = found.shown(gate).await?;
        let output = shown["output"].as_array().cloned().unwrap_or_default();
        turns.push(items::history(&found.asked, &id, &output));
        next = found.asked.get("previous_response_id").and_then(Value::as_str).map(str::to_owned);
    }
    turns.reverse();
    Ok(turns.concat())
}

pub(super) async fn show(
    State(gate): State<Gate>,
    Path(id): Path<String>,
    Query(params): Params,
    headers: HeaderMap,
) -> Response {
    shown(&gate, &id, &params, &headers).await.unwrap_or_else(IntoResponse::into_response)
}

async fn shown(
    gate: &Gate,
    id: &str,
    params: &BTreeMap<String, String>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::of(gate, headers).await?;
    let found = Found::of(gate, &caller, id, None).await?;
    match params.get("stream").map(String::as_str) {
        None | Some("false") => return Ok(Json(found.shown(gate).await?).into_response()),
        Some("true") => {}
        Some(other) => {
            return Err(
                Problem::invalid("invalid_value", format!("stream: is {other:?}; write true or false")).param("stream")
            );
        }
    }
    let stream = found.kept.request.stream.clone();
    if stream.is_empty() {
        let message = format!("the response {id:?} was not streamed; leave out stream=true");
        return Err(Problem::invalid("response_not_streamed", message).param("stream"));
    }
    let after = match (
        params.get("starting_after").map(String::as_str),
        headers.get("last-event-id").and_then(|id| id.to_str().ok()),
    ) {
        (Some(number), _) | (None, Some(number)) => Some(number.parse::<u64>().map_err(|_| {
            let message = format!("starting_after: is {number:?}; write the sequence_number of an event");
            Problem::invalid("invalid_value", message).param("starting_after")
        })?),
        (None, None) => None,
    };
    let reader = gate.0.completer.log().reader(&stream, 0);
    let form = Form::Responses { events: Box::new(ResponseEvents::new(found.frame())), after };
    Ok(follow::response(gate, &stream, Vec::new(), reader, form, None))
}

pub(super) async fn input_items(
    State(gate): State<Gate>,
    Path(id): Path<String>,
    Query(params): Params,
    headers: HeaderMap,
) -> Response {
    let listed = async {
        let caller = Caller::of(&gate, &headers).await?;
        let found = Found::of(&gate, &caller, &id, None).await?;
        let value = |(name, value): (String, String)| match value.parse::<u64>() {
            Ok(number) if name == "limit" => (name, json!(number)),
            _ => (name, json!(value)),
        };
        let query = params.into_iter().map(value).collect();
        Ok::<_, Problem>(Json(items::page(&items::input_items(&found.asked, &id), &query)?).into_response())
    };
    listed.await.unwrap_or_else(IntoResponse::into_response)
}

pub(super) async fn cancel(State(gate): State<Gate>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    cancelled(&gate, &id, &headers).await.unwrap_or_else(IntoResponse::into_response)
}

async fn cancelled(gate: &Gate, id: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let caller = Caller::of(gate, headers).await?;
    let found = Found::of(gate, &caller, id, None).await?;
    if found.asked.get("background") != Some(&json!(true)) {
        let message =
            format!("the response {id:?} is not in the background; close its connection, or DELETE /v1/streams/{id}");
        return Err(Problem::invalid("response_not_in_background", message).param("id"));
    }
    if found.is_over() {
        return Ok(Json(found.shown(gate).await?).into_response());
    }
    gate.engine().cancel(found.id.clone(), "the caller cancelled the response").await?;
    let frame = error_frame("answer_cancelled", "the caller cancelled the response", 499);
    gate.0.completer.log().close(&found.kept.request.stream, ERROR, frame.data).await?;
    let found = Found::of(gate, &caller, id, None).await?;
    Ok(Json(found.shown(gate).await?).into_response())
}

pub(super) async fn delete(State(gate): State<Gate>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let deleted = async {
        let caller = Caller::of(&gate, &headers).await?;
        let found = Found::of(&gate, &caller, &id, None).await?;
        if !found.is_over() {
            let message = format!("the response {id:?} is not complete yet; cancel it first, or wait for it");
            return Err(Problem::new(StatusCode::CONFLICT, "response_in_progress", message).param("id"));
        }
        // The log first, so that a removal that was cut short is found again.
        if !found.kept.request.stream.is_empty() {
            gate.0.completer.log().forget(&found.kept.request.stream).await?;
        }
        gate.world().journal.remove(&found.id).await?;
        Ok(Json(json!({ "id": id, "object": "response", "deleted": true })).into_response())
    };
    deleted.await.unwrap_or_else(IntoResponse::into_response)
}
