//! `GET /v1/streams/{id}`: an answer from any event on, in any process. `DELETE` ends it.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use cueline_domain::chat::attempts::Blame;
use cueline_patterns::chat::{ERROR, Fault, error_frame};
use cueline_protocol::ids::ExecutionId;

use super::{
    Gate,
    caller::Caller,
    extract::Path,
    follow::{Form, last_event, response},
    problem::Problem,
    settling::Ended,
    turn::Kept,
};

/// The execution of a stream that the caller may see. Whose it is not is told the same as where there is none.
pub(super) async fn owned(gate: &Gate, caller: &Caller, stream: &str) -> Result<ExecutionId, Problem> {
    let unknown = || Problem::not_found("stream_unknown", format!("there is no stream {stream:?}"));
    let id = ExecutionId::new(stream).map_err(|_| unknown())?;
    let summary = gate.world().journal.summary(&id).await?.ok_or_else(unknown)?;
    if summary.tenant != caller.tenant.as_str() || summary.workflow != cueline_patterns::chat::CHAT {
        return Err(unknown());
    }
    Ok(id)
}

pub(super) async fn follow(
    State(gate): State<Gate>,
    caller: Caller,
    Path(stream): Path<String>,
    headers: HeaderMap,
) -> Response {
    match resumed(&gate, &caller, &stream, &headers).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn resumed(gate: &Gate, caller: &Caller, stream: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let id = owned(gate, caller, stream).await?;
    let after = match headers.get("last-event-id").map(|header| header.to_str()) {
        None => 0,
        Some(header) => {
            let header = header.unwrap_or_default();
            let (named, after) = last_event(header);
            match (named.is_none_or(|named| named == stream), after) {
                (true, Some(after)) => after,
                _ => {
                    let message =
                        format!("Last-Event-ID is {header:?}; send the id of an event of this stream, or none");
                    return Err(Problem::invalid("last_event_id_invalid", message));
                }
            }
        }
    };
    rest(gate, &id, after).await
}

/// What follows of an answer, after an event that somebody has.
pub(super) async fn rest(gate: &Gate, id: &ExecutionId, after: u64) -> Result<Response, Problem> {
    let (log, stream) = (gate.0.completer.log(), id.as_str());
    if after > 0 && log.ends_at(stream, after).await? {
        // An EventSource stops for good when it hears this.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let reader = log.reader(stream, after);
    Ok(response(gate, stream, Vec::new(), reader, Form::Chat { usage: true }))
}

pub(super) async fn cancel(State(gate): State<Gate>, caller: Caller, Path(stream): Path<String>) -> Response {
    let cancelled = async {
        end(&gate, &caller, owned(&gate, &caller, &stream).await?).await?;
        Ok::<_, Problem>(StatusCode::NO_CONTENT.into_response())
    };
    cancelled.await.unwrap_or_else(IntoResponse::into_response)
}

/// Cancels an answer; its readers are told so, and what it used by then is paid for.
pub(super) async fn end(gate: &Gate, caller: &Caller, id: ExecutionId) -> Result<(), Problem> {
    gate.engine().cancel(id.clone(), CANCELLED).await?;
    let fault = Fault {
        code: "answer_cancelled".to_owned(),
        message: CANCELLED.to_owned(),
        status: 499,
        blame: Blame::Request,
        retry_after_ms: None,
    };
    let frame = error_frame(&fault.code, &fault.message, fault.status, None);
    // Whoever wrote its end has settled it, or will.
    let Some(frames) = gate.0.completer.log().close(id.as_str(), ERROR, frame.data).await? else { return Ok(()) };
    let Kept { request, .. } = Kept::of(gate, &id).await?;
    let attempts = gate.0.completer.reckoned(&request, &frames, &fault.code);
    gate.0.settling.release(id.as_str(), &attempts);
    let ended = Ended {
        execution: id.as_str(),
        tenant: caller.tenant.as_str(),
        request: &request,
        attempts: &attempts,
        result: Err(&fault),
        findings: &[],
        now_ms: gate.now_ms(),
    };
    Ok(gate.0.settling.account(&ended).await?)
}

const CANCELLED: &str = "the caller cancelled the answer";
