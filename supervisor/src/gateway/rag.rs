//! `rag/COLLECTION` as a model: the question is the last thing that the user says, the answer comes from documents, and its
//! citations are annotations.

use axum::{
    Json,
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cueline_domain::chat::request::RequestFacts;
use cueline_patterns::rag;
use cueline_ports::ExecutionStatus;
use cueline_runtime::StartExecution;
use serde_json::{Value, json};

use super::{Gate, caller::Caller, problem::Problem};

pub(super) async fn answer(
    gate: &Gate,
    caller: &Caller,
    facts: &RequestFacts,
    collection: &str,
) -> Result<Response, Problem> {
    if !caller.may_use(&facts.model) {
        let message = format!("key {} may not use {:?}", caller.key_id(), facts.model);
        return Err(Problem::new(StatusCode::FORBIDDEN, "model_not_allowed", message).param("model"));
    }
    if facts.question.trim().is_empty() {
        let message = "messages: a question is needed; let the user say one";
        return Err(Problem::invalid("missing_required_parameter", message).param("messages"));
    }
    let input = json!({
        "collection": collection,
        "question": facts.question,
        "groups": caller.groups(),
        "tenant": caller.tenant.as_str(),
    });
    let tokens = facts.input_tokens + 256;
    let _permit = gate.0.limits.take(&caller.limits(), tokens)?;
    let begun_ms = gate.now_ms();
    let mut start = StartExecution::of(rag::ASK, input);
    start.tenant = caller.tenant.clone();
    let started = gate.engine().start(start).await?;
    let finished = gate.engine().wait(&started.execution).await?;
    let id = started.execution.to_string();
    if finished.status != ExecutionStatus::Succeeded {
        let failure = finished.failure.unwrap_or_default();
        let status =
            if failure.error == "Cueline.InvalidRequest" { StatusCode::BAD_REQUEST } else { StatusCode::BAD_GATEWAY };
        let code = if failure.error == "Cueline.InvalidRequest" { "invalid_value" } else { "answer_failed" };
        return Err(Problem::new(status, code, failure.cause).param("model"));
    }
    let output = finished.output.map(|output| Value::clone(&output)).unwrap_or_default();
    let usage = |name: &str| output[name].as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let (read, written) = (usage("inputTokens"), usage("outputTokens"));
    let usage = json!({ "prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written });
    let text = output["text"].as_str().unwrap_or_default();
    let annotations = annotations(&output);
    let model = format!("rag/{collection}");
    let created = begun_ms / 1_000;
    if facts.streams {
        return Ok(streamed(&id, &model, created, text, &annotations, facts.includes_usage.then_some(&usage)));
    }
    let message = json!({ "role": "assistant", "content": text, "annotations": annotations });
    let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
    let body = json!({
        "id": id, "object": "chat.completion", "created": created, "model": model, "choices": [choice], "usage": usage,
    });
    Ok(Json(body).into_response())
}

/// Citations as OpenAI has them for files: where in the text the marker is, and what it refers to.
fn annotations(output: &Value) -> Vec<Value> {
    let text = output["text"].as_str().unwrap_or_default();
    let citation = |citation: &Value| {
        let number = citation["number"].as_u64().unwrap_or_default();
        let marker = format!("[{number}]");
        let at = text.find(&marker).map(|at| text[..at].chars().count());
        json!({ "type": "file_citation", "file_citation": {
            "file_id": citation["document"], "filename": citation["title"], "index": at, "quote": citation["quote"],
            "page": citation["page"], "chunk": citation["chunk"], "number": number,
        } })
    };
    output["citations"].as_array().into_iter().flatten().map(citation).collect()
}

/// The answer was checked before the first word of it is shown, so it comes at once.
fn streamed(id: &str, model: &str, created: i64, text: &str, annotations: &[Value], usage: Option<&Value>) -> Response {
    let chunk = |choices: Value| json!({ "id": id, "object": "chat.completion.chunk", "created": created, "model": model, "choices": choices });
    let delta = json!({ "role": "assistant", "content": text, "annotations": annotations });
    let mut events = vec![
        chunk(json!([{ "index": 0, "delta": delta, "finish_reason": null }])),
        chunk(json!([{ "index": 0, "delta": {}, "finish_reason": "stop" }])),
    ];
    if let Some(usage) = usage {
        let mut last = chunk(json!([]));
        last["usage"] = usage.clone();
        events.push(last);
    }
    let body: String =
        events.iter().map(|event| format!("data: {event}\n\n")).chain(["data: [DONE]\n\n".to_owned()]).collect();
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    (StatusCode::OK, [(header::CONTENT_TYPE, kind)], Body::from(body)).into_response()
}
