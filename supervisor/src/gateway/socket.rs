//! `GET /v1/ws`: responses over a WebSocket, with the events that streams have.
//!
//! | a client says | it hears |
//! |---|---|
//! | `{"type": "response.create", …}` with the fields of `POST /v1/responses`, and an `idempotency_key` if it may be said again | the events of the response |
//! | `{"type": "response.resume", "response_id": …, "starting_after": …}` | those after that one, or all |
//! | `{"type": "response.cancel", "response_id": …}` | `{"type": "response.cancelled", "response": …}` |
//!
//! What is wrong is told as `{"type": "error", "error": …}`, with the `event_id` of what was said, and ends nothing but what follows.
//! Several responses may be on their way at once; a socket that closes cancels none of them.
//!
//! Who asks is looked up anew for everything that is said: a socket whose key was revoked or has expired is told so and closed. When
//! the process stops, a socket closes once its responses were told.

use std::time::Duration;

use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseCode, CloseFrame, Message, WebSocket, close_code, rejection::WebSocketUpgradeRejection},
    },
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use cueline_domain::chat::responses::events::ResponseEvents;
use cueline_patterns::chat::{Frame, Reader};
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use serde_json::{Map, Value, json};
use tokio::{sync::mpsc, task::JoinSet};

use super::{
    Gate,
    caller::Caller,
    extract::{LARGEST, parse},
    follow,
    problem::Problem,
    responses::{self, Prepared},
    server::Place,
    turn::open,
};

/// Events that wait for a client that reads slowly; then its responses wait in their logs.
const WAITING: usize = 64;
/// Responses of one socket on their way at once.
const MOST: usize = 64;
/// Silence after which a ping is sent.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a client is waited for that is to say goodbye, too.
const GOODBYE: Duration = Duration::from_secs(2);
/// Characters of a key that makes what is said one request however often it is said.
const LONGEST_KEY: usize = 255;

pub(super) async fn upgrade(
    State(gate): State<Gate>,
    _: Caller,
    place: Option<Extension<Place>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Err(stopping) = open(&gate) {
        return stopping.into_response();
    }
    match upgrade {
        Ok(upgrade) => upgrade
            .max_message_size(LARGEST)
            .max_frame_size(LARGEST)
            .on_upgrade(move |socket| talk(gate, headers, socket, place)),
        Err(rejection) => {
            let message = format!("{}; open a WebSocket here, version 13", rejection.body_text());
            Problem::new(rejection.status(), "upgrade_invalid", message).into_response()
        }
    }
}

/// Its place among the connections is held as long as it goes on.
async fn talk(gate: Gate, headers: HeaderMap, socket: WebSocket, _place: Option<Extension<Place>>) {
    let clock = gate.world().clock.clone();
    let (out, mut heard) = socket.split();
    let (say, mut said) = mpsc::channel::<String>(WAITING);
    let mut talk = Talk { gate: gate.clone(), headers, out, say, following: JoinSet::new() };
    loop {
        let is_idle = talk.following.is_empty() && said.is_empty();
        let goes_on = tokio::select! {
            biased;
            Some(text) = said.recv() => talk.tell(text).await,
            () = gate.drained(), if is_idle => Err(talk.close(close_code::AWAY, "stopping").await),
            Some(_) = talk.following.join_next() => Ok(()),
            message = heard.next() => match message {
                Some(Ok(message)) => talk.hear(message).await,
                Some(Err(error)) => talk.misheard(&error).await,
                None => Err(Over),
            },
            () = clock.sleep(KEEP_ALIVE) => talk.ping().await,
        };
        if goes_on.is_err() {
            break;
        }
    }
    // Whatever is followed here is left now: the readers leave, the responses go on.
    drop(talk);
    tokio::select! {
        () = hung_up(&mut heard) => {}
        () = clock.sleep(GOODBYE) => {}
    }
}

async fn hung_up(heard: &mut SplitStream<WebSocket>) {
    while let Some(Ok(_)) = heard.next().await {}
}

/// A socket is over.
struct Over;

/// A socket, who speaks on it, and what is on its way.
struct Talk {
    gate: Gate,
    /// Of the upgrade.
    headers: HeaderMap,
    out: SplitSink<WebSocket, Message>,
    /// Reaches the client, one after the other.
    say: mpsc::Sender<String>,
    following: JoinSet<()>,
}

impl Talk {
    async fn tell(&mut self, text: String) -> Result<(), Over> {
        self.out.send(Message::text(text)).await.map_err(|_| Over)
    }

    async fn close(&mut self, code: CloseCode, reason: &str) -> Over {
        let _ = self.out.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
        Over
    }

    async fn hear(&mut self, message: Message) -> Result<(), Over> {
        match message {
            Message::Text(text) => self.question(text.as_bytes()).await,
            Message::Binary(_) => {
                let problem = Problem::invalid("invalid_json", "a message is binary; send JSON as text");
                self.tell(error(None, &problem)).await
            }
            // Pings are answered below us.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(Over),
        }
    }

    /// After a message that cannot be read nothing can: where the next one begins is not known.
    async fn misheard(&mut self, why: &axum::Error) -> Result<(), Over> {
        let message = format!("the message cannot be read: {why}; send text of at most {LARGEST} bytes");
        self.tell(error(None, &Problem::invalid("message_unreadable", message))).await?;
        Err(self.close(close_code::POLICY, "message_unreadable").await)
    }

    async fn ping(&mut self) -> Result<(), Over> {
        // Nothing may be said here for long.
        let _ = self.caller(None).await?;
        self.out.send(Message::Ping(Vec::new().into())).await.map_err(|_| Over)
    }

    /// Who asks, as of now. A socket of whom nothing is taken any more is told so and ends.
    async fn caller(&mut self, event_id: Option<&Value>) -> Result<Result<Caller, Problem>, Over> {
        match Caller::of(&self.gate, &self.headers).await {
            Err(problem) if problem.is_of_caller() => {
                self.tell(error(event_id, &problem)).await?;
                Err(self.close(close_code::POLICY, problem.code()).await)
            }
            found => Ok(found),
        }
    }

    async fn question(&mut self, text: &[u8]) -> Result<(), Over> {
        // It is whole already; only what all of them may have together can still be too much.
        let parsed = self.gate.0.unread.hold(text.len()).and_then(|_held| parse(text));
        let mut said = match parsed {
            Ok(said) => said,
            Err(problem) => return self.tell(error(None, &problem)).await,
        };
        let event_id = said.remove("event_id").filter(Value::is_string);
        let caller = match self.caller(event_id.as_ref()).await? {
            Ok(caller) => caller,
            Err(problem) => return self.tell(error(event_id.as_ref(), &problem)).await,
        };
        if self.following.len() >= MOST {
            let message = format!("{MOST} responses are on their way on this socket; wait for one, or open another");
            let problem = Problem::invalid("too_many_responses", message);
            return self.tell(error(event_id.as_ref(), &problem)).await;
        }
        let (gate, say) = (self.gate.clone(), self.say.clone());
        self.following.spawn(async move {
            if let Err(problem) = answered(&gate, caller, said, &say).await {
                // A client that is gone hears nothing.
                let _ = say.send(error(event_id.as_ref(), &problem)).await;
            }
        });
        Ok(())
    }
}

fn error(event_id: Option<&Value>, problem: &Problem) -> String {
    let mut told = json!({ "type": "error", "error": problem.body()["error"] });
    if let Some(id) = event_id {
        told["event_id"] = id.clone();
    }
    told.to_string()
}

async fn answered(
    gate: &Gate,
    caller: Caller,
    mut said: Map<String, Value>,
    say: &mpsc::Sender<String>,
) -> Result<(), Problem> {
    let kind = said.remove("type");
    match kind.as_ref().and_then(Value::as_str) {
        Some("response.create") => {
            open(gate)?;
            let key = idempotency_key(&mut said)?;
            said.insert("stream".into(), json!(true));
            let prepared = Prepared::of(gate, caller, said, key).await?;
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
            let (reader, events) = responses::resumed(gate, &caller, id).await?;
            tell(Vec::new(), reader, events, after, say).await
        }
        Some("response.cancel") => {
            let response = responses::ended(gate, &caller, named(&said)?).await?;
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

/// What a request over HTTP has as its header.
fn idempotency_key(said: &mut Map<String, Value>) -> Result<Option<String>, Problem> {
    match said.remove("idempotency_key") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(key)) if (1..=LONGEST_KEY).contains(&key.len()) => Ok(Some(key)),
        Some(_) => {
            let message = format!("idempotency_key: is no text of 1 to {LONGEST_KEY} bytes");
            Err(Problem::invalid("idempotency_key_invalid", message).param("idempotency_key"))
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
