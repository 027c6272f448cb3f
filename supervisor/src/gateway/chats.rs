//! `POST /v1/chats` and `/v1/chats/{id}/stream`: conversations of the AI SDK's `useChat`, with nothing between browser and gateway.
//!
//! The body is what its `DefaultChatTransport` sends, the answer its UI message stream. The id of the conversation is enough to
//! find the answer that it waits for: `GET` tells that from its beginning, from whatever process, and 204 when it waits for none.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use cueline_domain::chat::{
    request,
    ui::{Translated, UiEvents, translate},
};
use cueline_patterns::chat::{Awaited, look_at_messages};
use cueline_protocol::ids::ExecutionId;

use super::{
    Gate,
    caller::Caller,
    chat::{ID, ORPHAN_MS, headers_of, named},
    extract::{Body, Path},
    follow::{Form, error_of, first_error, response},
    ids::{id_of, idempotency_key, summary_of},
    problem::Problem,
    routes::AUTO,
    streams::end,
    turn::{Going, Turn, open},
};

/// Tells the SDK which protocol it reads.
const PROTOCOL: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-vercel-ai-ui-message-stream"), HeaderValue::from_static("v1"));

pub(super) async fn ask(State(gate): State<Gate>, caller: Caller, headers: HeaderMap, body: Body) -> Response {
    asked(&gate, caller, &headers, body).await.unwrap_or_else(IntoResponse::into_response)
}

async fn asked(gate: &Gate, caller: Caller, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    open(gate)?;
    let Translated { chat_id, continues, mut chat } = translate(&body.object()?)?;
    // The hook names none by itself.
    chat.entry("model").or_insert_with(|| AUTO.into());
    let facts = request::read(&chat)?;
    let key = idempotency_key(headers)?;
    let id = id_of(gate, ID, &caller, key.as_deref()).await?;
    let tenant = caller.tenant.clone();
    let mut turn = Turn::admit(gate, caller, chat, facts, String::new()).await?;
    turn.look_at_question(gate, |turn, inspector, mode| look_at_messages(&mut turn.body, inspector, mode)).await?;
    turn.look_up(gate).await?;
    let told = turn.told();
    // What its budgets refuse leaves the conversation as it was.
    turn.reserve(gate, &id, key.is_some()).await?;
    // Before there is anything to be seen of it: whoever reloads then already finds it.
    let awaited = Awaited { answer: id.to_string(), message: continues.unwrap_or_else(|| id.to_string()) };
    if let Err(error) = gate.0.conversations.ask(tenant.as_str(), &chat_id, &awaited).await {
        turn.give_back(gate, &id).await?;
        return Err(error.into());
    }
    let Going { mut reader, .. } = turn.begin(gate, &id, key.is_some(), ORPHAN_MS).await?;
    let frames = reader.next().await?;
    if let Some(frame) = first_error(&frames) {
        return Err(error_of(frame).of(id.as_str()));
    }
    let mut response = response(gate, id.as_str(), frames, reader, form(&awaited));
    response.headers_mut().extend([PROTOCOL]);
    named(&mut response, id.as_str());
    headers_of(&mut response, told);
    Ok(response)
}

fn form(awaited: &Awaited) -> Form {
    Form::Ui { events: Box::new(UiEvents::new(&awaited.message)) }
}

pub(super) async fn resume(State(gate): State<Gate>, caller: Caller, Path(chat): Path<String>) -> Response {
    resumed(&gate, &caller, &chat).await.unwrap_or_else(IntoResponse::into_response)
}

async fn resumed(gate: &Gate, caller: &Caller, chat: &str) -> Result<Response, Problem> {
    let Some((id, awaited)) = waited_for(gate, caller, chat).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let reader = gate.0.completer.log().reader(id.as_str(), 0);
    let mut response = response(gate, id.as_str(), Vec::new(), reader, form(&awaited));
    response.headers_mut().extend([PROTOCOL]);
    named(&mut response, id.as_str());
    Ok(response)
}

/// The answer that a conversation waits for; whose it is not is told the same as where there is none.
async fn waited_for(gate: &Gate, caller: &Caller, chat: &str) -> Result<Option<(ExecutionId, Awaited)>, Problem> {
    let Some(awaited) = gate.0.conversations.awaited(caller.tenant.as_str(), chat).await? else { return Ok(None) };
    let found = summary_of(gate, caller, &awaited.answer).await?;
    let Some((id, _)) = found.filter(|(_, summary)| summary.ended_ms == 0) else { return Ok(None) };
    // Its last words are told a moment before it has ended: who has them waits for nothing.
    let told = gate.0.completer.log().read(id.as_str(), 0).await?;
    Ok((!told.last().is_some_and(|frame| frame.last)).then_some((id, awaited)))
}

pub(super) async fn stop(State(gate): State<Gate>, caller: Caller, Path(chat): Path<String>) -> Response {
    let stopped = async {
        if let Some((id, _)) = waited_for(&gate, &caller, &chat).await? {
            end(&gate, &caller, id).await?;
        }
        Ok::<_, Problem>(StatusCode::NO_CONTENT.into_response())
    };
    stopped.await.unwrap_or_else(IntoResponse::into_response)
}
