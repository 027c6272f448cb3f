//! `POST /v1/feedback`: how good an answer was. Alerts watch it, evaluations compare by it, and policies learn from it where that is
//! switched on.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use cueline_domain::{chat::request, routing::task_type::TaskType};
use cueline_patterns::governance::{FeedbackRecord, mean};
use cueline_protocol::v1::{CompleteChatReply, CompleteChatRequest};
use serde_json::{Map, Value, json};

use super::{Gate, caller::Caller, extract::Body, ids::summary_of, learning::Lesson, problem::Problem, turn::Kept};

/// Whose word it is unless told otherwise.
const USER: &str = "user";

/// What is said.
#[derive(Debug, PartialEq)]
struct Said {
    id: String,
    source: String,
    score: f64,
}

pub(super) async fn take(State(gate): State<Gate>, caller: Caller, body: Body) -> Response {
    match taken(&gate, &caller, body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

fn read(body: &Map<String, Value>) -> Result<Said, Problem> {
    let wrong =
        |param: &str, message: String| Problem::invalid("invalid_value", format!("{param}: {message}")).param(param);
    let missing = |param: &str, message: &str| {
        Problem::invalid("missing_required_parameter", format!("{param}: {message}")).param(param)
    };
    let text = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(wrong(name, format!("is {other}; write a string"))),
    };
    let known = ["id", "score", "rating", "source"];
    if let Some(field) = body.keys().find(|field| !known.contains(&field.as_str())) {
        let fix = "is not known; send id, score or rating, and source. Words about an answer are not kept";
        return Err(wrong(field, fix.to_owned()));
    }
    let id = text("id")?.ok_or_else(|| missing("id", "send the id of the answer, e.g. \"chatcmpl-…\""))?;
    let source = text("source")?.unwrap_or_else(|| USER.to_owned());
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if source.is_empty() || source.len() > 32 || !source.chars().all(is_name) {
        return Err(wrong("source", format!("is {source:?}; write 1 to 32 of a-z, 0-9, - and _, e.g. \"judge\"")));
    }
    let score = match (body.get("score"), text("rating")?.as_deref()) {
        (None | Some(Value::Null), Some("up")) => 1.0,
        (None | Some(Value::Null), Some("down")) => 0.0,
        (None | Some(Value::Null), Some(other)) => {
            return Err(wrong("rating", format!("is {other:?}; write \"up\" or \"down\"")));
        }
        (None | Some(Value::Null), None) => return Err(missing("score", "send a score from 0 to 1, or a rating")),
        (Some(_), Some(_)) => return Err(wrong("rating", "stands beside a score; send one of them".to_owned())),
        (Some(value), None) => value
            .as_f64()
            .filter(|score| (0.0..=1.0).contains(score))
            .ok_or_else(|| wrong("score", format!("is {value}; write a number from 0 to 1")))?,
    };
    Ok(Said { id, source, score })
}

async fn taken(gate: &Gate, caller: &Caller, body: Body) -> Result<Response, Problem> {
    let Said { id, source, score } = read(&body.object()?)?;
    let found = summary_of(gate, caller, &id).await?;
    let unknown = || Problem::not_found("answer_unknown", format!("there is no answer {id:?}")).param("id");
    let (execution, summary) = found.ok_or_else(unknown)?;
    if summary.ended_ms == 0 {
        let message = format!("the answer {id} is not complete yet; say how good it was when it is");
        return Err(Problem::new(StatusCode::CONFLICT, "answer_incomplete", message).param("id"));
    }
    let key = caller.key_id().to_owned();
    let record = FeedbackRecord { source: source.clone(), score, at_ms: gate.now_ms(), key };
    let is_new = gate.0.feedback.put(&execution, &record).await?;
    // A score counts once, when it is first told: a caller that changes its mind has not seen two answers.
    if is_new {
        let kept = Kept::of(gate, &execution).await?;
        if let Some(reply) = &kept.reply {
            gate.0.settling.scored(&reply.target, caller.tenant.as_str(), score, gate.now_ms());
            let learner = gate.plans().routes.learner().clone();
            if learner.is_online()
                && let Some(lesson) = lesson(&kept.request, reply, score)
            {
                learner.learn(&lesson);
            }
        }
    }
    let scores = gate.0.feedback.of(&execution).await?;
    let body = json!({
        "object": "feedback", "id": id, "source": source, "score": score,
        "mean": mean(&scores), "sources": scores.len(),
    });
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(body)).into_response())
}

fn lesson(asked: &CompleteChatRequest, reply: &CompleteChatReply, score: f64) -> Option<Lesson> {
    let Ok(Value::Object(body)) = serde_json::from_str(&asked.body) else { return None };
    let facts = request::read(&body).ok()?;
    let decision: Value = serde_json::from_str(&asked.decision).unwrap_or_default();
    let told = decision["task_type"].as_str().map(str::to_owned);
    Some(Lesson {
        task_type: told.unwrap_or_else(|| TaskType::guess(&facts.question).name().to_owned()),
        prompt: facts.question,
        target: reply.target.clone(),
        score,
        cost: reply.cost,
        output_tokens: reply.output_tokens as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: Value) -> Result<Said, String> {
        let Value::Object(body) = body else { panic!("an object") };
        read(&body).map_err(|problem| problem.body()["error"]["message"].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_score_is_a_number_or_a_thumb() {
        let of = |score| Said { id: "chatcmpl-1".into(), source: "user".into(), score };
        assert_eq!(said(json!({ "id": "chatcmpl-1", "score": 0.25 })), Ok(of(0.25)));
        assert_eq!(said(json!({ "id": "chatcmpl-1", "rating": "up" })), Ok(of(1.0)));
        assert_eq!(said(json!({ "id": "chatcmpl-1", "rating": "down", "score": null })), Ok(of(0.0)));
        let judge = Said { source: "judge".into(), ..of(1.0) };
        assert_eq!(said(json!({ "id": "chatcmpl-1", "score": 1, "source": "judge" })), Ok(judge));
    }

    #[test]
    fn what_is_no_score_is_refused_by_its_field() {
        for (body, told) in [
            (json!({ "score": 1 }), "id: send the id"),
            (json!({ "id": 7, "score": 1 }), "id: is 7; write a string"),
            (json!({ "id": "a" }), "score: send a score"),
            (json!({ "id": "a", "score": 1.5 }), "score: is 1.5; write a number from 0 to 1"),
            (json!({ "id": "a", "score": "good" }), "score: is \"good\""),
            (json!({ "id": "a", "rating": "meh" }), "rating: is \"meh\""),
            (json!({ "id": "a", "rating": "up", "score": 1 }), "rating: stands beside a score"),
            (json!({ "id": "a", "score": 1, "source": "A b" }), "source: is \"A b\""),
            (json!({ "id": "a", "score": 1, "comment": "x" }), "comment: is not known"),
        ] {
            let error = said(body.clone()).unwrap_err();
            assert!(error.starts_with(told), "{body}: {error}");
        }
    }
}
