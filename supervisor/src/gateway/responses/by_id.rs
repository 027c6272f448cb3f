//! A response by its id: shown, followed, cancelled, deleted, its input listed.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use cueline_domain::chat::responses::{events::ResponseEvents, items};
use cueline_patterns::chat::Reader;
use serde_json::{Value, json};

use super::kept::Found;
use crate::gateway::{
    Gate,
    caller::Caller,
    extract::{Path, Query},
    follow::{self, Form},
    problem::Problem,
    streams,
};

type Params = Query<BTreeMap<String, String>>;

pub(in crate::gateway) async fn show(
    State(gate): State<Gate>,
    caller: Caller,
    Path(id): Path<String>,
    Query(params): Params,
    headers: HeaderMap,
) -> Response {
    shown(&gate, &caller, &id, &params, &headers).await.unwrap_or_else(IntoResponse::into_response)
}

async fn shown(
    gate: &Gate,
    caller: &Caller,
    id: &str,
    params: &BTreeMap<String, String>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let found = Found::of(gate, caller, id, None).await?;
    match params.get("stream").map(String::as_str) {
        None | Some("false") => return Ok(Json(found.shown(gate).await?).into_response()),
        Some("true") => {}
        Some(other) => {
            return Err(
                Problem::invalid("invalid_value", format!("stream: is {other:?}; write true or false")).param("stream")
            );
        }
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
    let (reader, events) = resumed(gate, caller, id).await?;
    let form = Form::Responses { events: Box::new(events), after };
    Ok(follow::response(gate, id, Vec::new(), reader, form))
}

/// A response from its first event on; whoever has seen some of them leaves those out.
pub(in crate::gateway) async fn resumed(
    gate: &Gate,
    caller: &Caller,
    id: &str,
) -> Result<(Reader, ResponseEvents), Problem> {
    let found = Found::of(gate, caller, id, None).await?;
    let stream = &found.kept.request.stream;
    if stream.is_empty() {
        let message = format!("the response {id:?} was not streamed; leave out stream=true");
        return Err(Problem::invalid("response_not_streamed", message).param("stream"));
    }
    Ok((gate.0.completer.log().reader(stream, 0), ResponseEvents::new(found.frame())))
}

pub(in crate::gateway) async fn input_items(
    State(gate): State<Gate>,
    caller: Caller,
    Path(id): Path<String>,
    Query(params): Params,
) -> Response {
    let listed = async {
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

pub(in crate::gateway) async fn cancel(State(gate): State<Gate>, caller: Caller, Path(id): Path<String>) -> Response {
    let response = ended(&gate, &caller, &id).await.map(|response| Json(response).into_response());
    response.unwrap_or_else(IntoResponse::into_response)
}

/// Ends a response that goes on in the background; as it stands then.
pub(in crate::gateway) async fn ended(gate: &Gate, caller: &Caller, id: &str) -> Result<Value, Problem> {
    let found = Found::of(gate, caller, id, None).await?;
    if found.asked.get("background") != Some(&json!(true)) {
        let message =
            format!("the response {id:?} is not in the background; close its connection, or DELETE /v1/streams/{id}");
        return Err(Problem::invalid("response_not_in_background", message).param("id"));
    }
    if found.is_over() {
        return found.shown(gate).await;
    }
    streams::end(gate, caller, found.id.clone()).await?;
    let found = Found::of(gate, caller, id, None).await?;
    found.shown(gate).await
}

pub(in crate::gateway) async fn delete(State(gate): State<Gate>, caller: Caller, Path(id): Path<String>) -> Response {
    let deleted = async {
        let found = Found::of(&gate, &caller, &id, None).await?;
        if !found.is_over() {
            let message = format!("the response {id:?} is not complete yet; cancel it first, or wait for it");
            return Err(Problem::new(StatusCode::CONFLICT, "response_in_progress", message).param("id"));
        }
        // Its last words may be told before it has ended.
        gate.engine().wait(&found.id).await?;
        // The log first, so that a removal that was cut short is found again.
        if !found.kept.request.stream.is_empty() {
            gate.0.completer.log().forget(&found.kept.request.stream).await?;
        }
        gate.0.feedback.forget(&found.id).await?;
        gate.world().journal.remove(&found.id).await?;
        Ok(Json(json!({ "id": id, "object": "response", "deleted": true })).into_response())
    };
    deleted.await.unwrap_or_else(IntoResponse::into_response)
}
