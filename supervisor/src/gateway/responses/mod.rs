//! The Responses API: `POST /v1/responses`, and a response by its id.
//!
//! A response is an answer like any other, kept under its id with what was asked; all else follows from that each time it is looked
//! at. Typed events are numbered the same whenever the log is read again, so `starting_after` reads it from the beginning.
//!
//! | file | idea |
//! |---|---|
//! | `kept` | a response that is there, and the conversation that it ends |
//! | `by_id` | shown, followed, cancelled, deleted, its input listed |

mod by_id;
mod kept;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use cueline_domain::chat::{
    request as chat_request,
    responses::{
        Frame,
        events::ResponseEvents,
        request::{self, ResponsesFacts, Translated},
        response::{Standing, response},
    },
};
use cueline_patterns::chat::{Frame as LogFrame, Reader, look_at_input};
use cueline_protocol::ids::ExecutionId;
use serde_json::{Map, Value};

pub(super) use by_id::{cancel, delete, ended, input_items, resumed, show};
use kept::Found;

use super::{
    Gate,
    caller::Caller,
    chat::{ORPHAN_MS, headers_of, named},
    extract::Body,
    follow::{self, Form, error_of, first_error},
    ids::{id_of, idempotency_key, made_ms, summary_of},
    problem::Problem,
    turn::{Going, Told, Turn, open},
};

/// Begins every id.
const ID: &str = "resp_";

pub(super) async fn create(State(gate): State<Gate>, caller: Caller, headers: HeaderMap, body: Body) -> Response {
    created(&gate, caller, &headers, body).await.unwrap_or_else(IntoResponse::into_response)
}

/// A response that may be begun.
pub(super) struct Prepared {
    pub(super) id: ExecutionId,
    asked: Map<String, Value>,
    turn: Turn,
    facts: ResponsesFacts,
    keyed: bool,
}

/// A response on its way, as events.
pub(super) struct Following {
    /// Frames that were there already.
    pub(super) begun: Vec<LogFrame>,
    pub(super) reader: Reader,
    pub(super) events: ResponseEvents,
}

async fn created(gate: &Gate, caller: Caller, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    open(gate)?;
    let prepared = Prepared::of(gate, caller, body.object()?, idempotency_key(headers)?).await?;
    let id = prepared.id.clone();
    let told = prepared.turn.told();
    let mut response = match prepared.facts {
        ResponsesFacts { streams: true, .. } => {
            let Following { begun, reader, events } = prepared.follow(gate).await?;
            let form = Form::Responses { events: Box::new(events), after: None };
            follow::response(gate, id.as_str(), begun, reader, form)
        }
        ResponsesFacts { background: false, .. } if !prepared.keyed => prepared.whole(gate).await?,
        _ => prepared.durable(gate).await?,
    };
    named(&mut response, id.as_str());
    headers_of(&mut response, told);
    Ok(response)
}

impl Prepared {
    /// Of what was asked: translated, with the conversation that it goes on from, and admitted.
    pub(super) async fn of(
        gate: &Gate,
        caller: Caller,
        asked: Map<String, Value>,
        key: Option<String>,
    ) -> Result<Self, Problem> {
        let facts = request::facts(&asked)?;
        let history = match &facts.previous_response_id {
            Some(previous) => kept::history(gate, &caller, previous).await?,
            None => Vec::new(),
        };
        let Translated { chat, facts } = request::translate(&asked, &history)?;
        let of_chat = chat_request::read(&chat)?;
        let kept = if facts.store { Value::Object(asked.clone()).to_string() } else { String::new() };
        let mut turn = Turn::admit(gate, caller, chat, of_chat, kept).await?;
        let mut asked = asked;
        turn.look_at_question(gate, |_, inspector, mode| look_at_input(&mut asked, inspector, mode)).await?;
        if turn.plan.shown.questions {
            // What is asked and what is kept of it are made anew of what passed, or nothing is asked.
            turn.body = request::translate(&asked, &history)?.chat;
            if !turn.asked.is_empty() {
                turn.asked = Value::Object(asked.clone()).to_string();
            }
        }
        let id = id_of(gate, ID, &turn.caller, key.as_deref()).await?;
        turn.look_up(gate).await?;
        Ok(Self { id, asked, turn, facts, keyed: key.is_some() })
    }

    async fn whole(self, gate: &Gate) -> Result<Response, Problem> {
        let Self { id, asked, turn, .. } = self;
        let Told { begun_ms, result } = turn.whole(gate, &id).await?;
        let reply = match result {
            Ok(reply) => reply,
            Err(fault) => return Ok(Problem::from(fault).into_response()),
        };
        let answer: Value = serde_json::from_str(&reply.body)
            .map_err(|_| Problem::new(StatusCode::BAD_GATEWAY, "answer_garbled", "the answer cannot be read"))?;
        let frame = Frame::new(id.as_str(), created_seconds(&id, begun_ms), &asked);
        Ok(Json(response(&frame, &answer, Standing::Finished)).into_response())
    }

    /// Begins it and waits until there is something to see of it.
    pub(super) async fn follow(self, gate: &Gate) -> Result<Following, Problem> {
        let Self { id, asked, turn, facts, keyed } = self;
        let caller = turn.caller.clone();
        let orphan_ms = if facts.background { 0 } else { ORPHAN_MS };
        let Going { mut reader, .. } = turn.begin(gate, &id, keyed, orphan_ms).await?;
        let begun = reader.next().await?;
        // One that goes on in the background is there, even when it failed.
        if let Some(frame) = first_error(&begun).filter(|_| !facts.background) {
            return Err(error_of(frame).of(id.as_str()));
        }
        let seconds = begun_seconds(gate, &caller, &id).await?;
        let events = ResponseEvents::new(Frame::new(id.as_str(), seconds, &asked));
        Ok(Following { begun, reader, events })
    }

    async fn durable(self, gate: &Gate) -> Result<Response, Problem> {
        let Self { id, asked, turn, facts, keyed } = self;
        let caller = turn.caller.clone();
        let Going { reader, is_old } = turn.begin(gate, &id, keyed, 0).await?;
        if facts.background && !is_old {
            let frame = Frame::new(id.as_str(), begun_seconds(gate, &caller, &id).await?, &asked);
            return Ok(Json(response(&frame, &Value::Null, Standing::InProgress)).into_response());
        }
        if !facts.background {
            gate.engine().wait(&id).await?;
        }
        drop(reader);
        let found = Found::of(gate, &caller, id.as_str(), Some(&asked)).await?;
        match found.failure() {
            Some(_) if !facts.background => Err(found.kept.problem(gate).await?.of(id.as_str())),
            _ => Ok(Json(found.shown(gate).await?).into_response()),
        }
    }
}

/// When a response was begun, the same whenever that is asked: its id says it, unless its caller named it.
fn created_seconds(id: &ExecutionId, started_ms: i64) -> i64 {
    made_ms(id.as_str()).unwrap_or(started_ms) / 1_000
}

async fn begun_seconds(gate: &Gate, caller: &Caller, id: &ExecutionId) -> Result<i64, Problem> {
    let of_id = created_seconds(id, 0);
    if of_id > 0 {
        return Ok(of_id);
    }
    let found = summary_of(gate, caller, id.as_str()).await?;
    Ok(found.map_or_else(|| gate.now_ms(), |(_, summary)| summary.started_ms) / 1_000)
}
