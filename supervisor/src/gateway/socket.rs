//! `GET /v1/ws`: responses over a WebSocket, with the events that streams have.
//!
//! | a client says | it hears |
//! |---|---|
//! | `{"type": "response.create", …}` with the fields of `POST /v1/responses` | the events of the response |
//! | `{"type": "response.resume", "response_id": …, "starting_after": …}` | those after that one, or all |
//! | `{"type": "response.cancel", "response_id": …}` | `{"type": "response.cancelled", "response": …}` |
//!
//! What is wrong is told as `{"type": "error", "error": …}`, with the `event_id` of what was said, and ends nothing. Several responses
//! may be on their way at once; a socket that closes cancels none of them.

use std::time::Duration;

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use cueline_domain::chat::responses::events::ResponseEvents;
use cueline_patterns::chat::{Frame, Reader};
use futures::{SinkExt, StreamExt};
use serde_json::{Map, Value, json};
use tokio::{sync::mpsc, task::JoinSet};

use super::{
    Gate, LARGEST,
    caller::Caller,
    chat::parse,
    follow,
    problem::Problem,
    responses::{self, Prepared},
    turn::open,
};

/// Events that wait for a client that reads slowly; then its responses wait in their logs.
const WAITING: usize = 64;
/// Responses of one socket on their way at once.
const MOST: usize = 64;
/// Silence after which a ping is sent.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) async fn upgrade(State(gate): State<Gate>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    match Caller::of(&gate, &headers).await {
        Ok(caller) => upgrade
            .max_message_size(LARGEST)
            .max_frame_size(LARGEST)
            .on_upgrade(move |socket| talk(gate, caller, socket)),
        Err(problem) => problem.into_response(),
    }
}

async fn talk(gate: Gate, caller: Caller, socket: WebSocket) {
    let (mut out, mut heard) = socket.split();
    let (say, mut said) = mpsc::channel::<String>(WAITING);
    // Whatever is followed here is left when the socket is gone: their readers leave, the responses go on.
    let mut following = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            Some(text) = said.recv() => {
                if out.send(Message::text(text)).await.is_err() {
                    return;
                }
            }
            message = heard.next() => match message {
                Some(Ok(Message::Text(text))) if following.len() < MOST => {
                    let (gate, caller, say) = (gate.clone(), caller.clone(), say.clone());
                    following.spawn(async move { answer(&gate, &caller, text.as_bytes(), &say).await });
                }
                Some(Ok(Message::Text(text))) => {
                    let message = format!("{MOST} responses are on their way on this socket; wait for one, or open another");
                    let problem = Problem::invalid("too_many_responses", message);
                    let told = error(event_id(text.as_bytes()).as_ref(), &problem);
                    if out.send(Message::text(told)).await.is_err() {
                        return;
                    }
                }
                Some(Ok(Message::Binary(_))) => {
                    let problem = Problem::invalid("invalid_json", "a message is binary; send JSON as text");
                    if out.send(Message::text(error(None, &problem))).await.is_err() {
                        return;
                    }
                }
                // Pings are answered below us.
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            Some(_) = following.join_next() => {}
            () = gate.world().clock.sleep(KEEP_ALIVE) => {
                if out.send(Message::Ping(Vec::new().into())).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn event_id(text: &[u8]) -> Option<Value> {
    let said: Value = serde_json::from_slice(text).ok()?;
    said.get("event_id").filter(|id| id.is_string()).cloned()
}

fn error(event_id: Option<&Value>, problem: &Problem) -> String {
    let mut told = json!({ "type": "error", "error": problem.body()["error"] });
    if let Some(id) = event_id {
        told["event_id"] = id.clone();
    }
    told.to_string()
}

async fn answer(gate: &Gate, caller: &Caller, text: &[u8], say: &mpsc::Sender<String>) {
    if let Err(problem) = answered(gate, caller, text, say).await {
        // A client that is gone hears nothing.
        let _ = say.send(error(event_id(text).as_ref(), &problem)).await;
    }
}

async fn answered(gate: &Gate, caller: &Caller, text: &[u8], say: &mpsc::Sender<String>) -> Result<(), Problem> {
    let mut said = parse(text)?;
    said.remove("event_id");
    let kind = said.remove("type");
    match kind.as_ref().and_then(Value::as_str) {
        Some("response.create") => {
            open(gate)?;
            said.insert("stream".into(), json!(true));
            let prepared = Prepared::of(gate, caller.clone(), said, None).await?;
            let following = prepared.follow(gate).await?;
            tell(following.begun, following.reader, following.events, None, say).await
        }
        Some("response.resume") => {
            let id = named(&said)?;
            let after = match said.get("starting_after") {
                None | Some(Value::Null) => None,
                Some(number) => Some(number.as_u64().ok_or_else(|| {
                    let message = format!("starting_after: is {number}; write the sequence_number of an event");
                    Problem::invalid("invalid_value", message).param("starting_after")
                })?),
            };
            let (reader, events) = responses::resumed(gate, caller, id).await?;
            tell(Vec::new(), reader, events, after, say).await
        }
        Some("response.cancel") => {
            let response = responses::ended(gate, caller, named(&said)?).await?;
            let told = json!({ "type": "response.cancelled", "response": response });
            let _ = say.send(told.to_string()).await;
            Ok(())
        }
        other => {
            let found = other.map_or_else(|| "missing".to_owned(), |kind| format!("{kind:?}"));
            let message = format!("type: is {found}; write response.create, response.resume or response.cancel");
            Err(Problem::invalid("invalid_value", message).param("type"))
        }
    }
}

fn named(said: &Map<String, Value>) -> Result<&str, Problem> {
    said.get("response_id").and_then(Value::as_str).ok_or_else(|| {
        let message = "response_id: name a response, e.g. \"resp_…\"";
        Problem::invalid("missing_required_parameter", message).param("response_id")
    })
}

/// Tells a response to its end, or until the client is gone.
async fn tell(
    mut frames: Vec<Frame>,
    mut reader: Reader,
    mut events: ResponseEvents,
    after: Option<u64>,
    say: &mpsc::Sender<String>,
) -> Result<(), Problem> {
    loop {
        if frames.is_empty() {
            frames = reader.next().await?;
        }
        if frames.is_empty() {
            return Ok(());
        }
        for frame in frames.drain(..) {
            for event in follow::told(&mut events, &frame) {
                let is_new = after.is_none_or(|after| event.sequence_number > after);
                if is_new && say.send(event.data.to_string()).await.is_err() {
                    return Ok(());
                }
            }
            if frame.last {
                return Ok(());
            }
        }
    }
}
