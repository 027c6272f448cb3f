//! Asking.

use axum::{Json, extract::State, http::StatusCode};
use cueline_domain::filter;
use cueline_patterns::rag::ASK;
use cueline_ports::ExecutionStatus;
use cueline_protocol::v1;
use cueline_runtime::{StartExecution, engine::Finished};
use serde_json::{Map, Value, json};

use super::{
    app::App,
    extract::{Body, IdempotencyKey},
    refusal::Refusal,
};
use crate::api::{Answer, Citation, Problem, Question};

/// Answers a question from the documents, with checked citations.
#[utoipa::path(post, path = "/admin/v1/ask", tag = "documents", request_body = Question,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeated question is answered by the same execution")),
    responses((status = 200, body = Answer), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub(super) async fn ask(
    State(app): State<App>,
    key: IdempotencyKey,
    Body(question): Body<Question>,
) -> Result<Json<Answer>, Refusal> {
    app.accepting()?;
    check(&app, &question)?;
    let mut start = StartExecution::of(ASK, input(&question));
    start.execution = key.execution("ask")?;
    let started = app.engine().start(start).await?;
    let finished = app.engine().wait(&started.execution).await?;
    answer(finished, started.execution.as_str()).map(Json)
}

/// What can be refused before an execution starts.
fn check(app: &App, question: &Question) -> Result<(), Refusal> {
    if question.question.trim().is_empty() {
        return Err(Refusal::invalid("the question is empty").field("question").fix("ask something"));
    }
    if let Some(filter) = &question.filter {
        filter::parse(filter).map_err(|error| {
            Refusal::new(StatusCode::BAD_REQUEST, "filter_invalid", error.message.clone())
                .field(&format!("filter{}", error.path))
                .fix("write e.g. {\"equals\": {\"key\": \"year\", \"value\": 2024}}")
        })?;
    }
    if let Some(mode) = question.mode.as_deref().filter(|mode| !["hybrid", "keyword", "vector"].contains(mode)) {
        return Err(Refusal::invalid("there is no such mode")
            .field("mode")
            .value(mode)
            .fix("use hybrid, keyword or vector"));
    }
    let models = &app.engine().world().models;
    if let Some(model) =
        question.model.as_deref().filter(|model| *model != "extractive" && !models.contains_key(*model))
    {
        let known: Vec<&str> = models.keys().map(String::as_str).chain(["extractive"]).collect();
        return Err(Refusal::not_found("model_not_found", format!("there is no chat model {model}"))
            .field("model")
            .value(model)
            .fix(format!("use one of {}", known.join(", "))));
    }
    let collection = question.collection.as_deref().unwrap_or("default");
    if app.rag().collection(collection).is_none() {
        return Err(Refusal::not_found("collection_not_found", format!("there is no collection {collection}"))
            .field("collection")
            .value(collection)
            .fix("see `cueline collections`"));
    }
    Ok(())
}

fn input(question: &Question) -> Value {
    let mut input = Map::new();
    input.insert("collection".into(), json!(question.collection.as_deref().unwrap_or("default")));
    input.insert("question".into(), json!(question.question));
    if !question.groups.is_empty() {
        input.insert("groups".into(), json!(question.groups));
    }
    let optional = [
        ("filter", question.filter.clone()),
        ("limit", question.limit.map(Value::from)),
        ("model", question.model.clone().map(Value::from)),
        ("mode", question.mode.clone().map(Value::from)),
    ];
    input.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(input)
}

fn answer(finished: Finished, execution: &str) -> Result<Answer, Refusal> {
    let output = match (finished.status, finished.output) {
        (ExecutionStatus::Succeeded, Some(output)) => output,
        (status, _) => {
            let failure = finished.failure.unwrap_or_default();
            let (http, code) = match failure.error.as_str() {
                "Cueline.InvalidRequest" => (StatusCode::BAD_REQUEST, "request_invalid"),
                _ => (StatusCode::BAD_GATEWAY, "answer_failed"),
            };
            let detail = format!("execution {execution} {}: {} {}", status.as_str(), failure.error, failure.cause);
            return Err(Refusal::new(http, code, detail.trim().to_owned())
                .fix(format!("see `cueline executions show {execution}`")));
        }
    };
    let reply: v1::AnswerReply = serde_json::from_value((*output).clone()).map_err(|error| {
        tracing::error!(execution, error = %error, "an answer does not fit its message");
        Refusal::internal()
    })?;
    Ok(Answer {
        text: reply.text,
        citations: reply.citations.into_iter().map(citation).collect(),
        not_in_documents: reply.not_in_documents,
        model: reply.model,
        notes: reply.notes,
        tokens: [reply.input_tokens, reply.output_tokens],
        citations_dropped: reply.citations_dropped,
        execution: execution.to_owned(),
    })
}

fn citation(entry: v1::CitationEntry) -> Citation {
    Citation {
        number: entry.number,
        document: entry.document,
        version: entry.version,
        title: entry.title,
        headings: entry.headings,
        page: (entry.page > 0).then_some(entry.page),
        start: entry.start,
        end: entry.end,
        quote: entry.quote,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_question_carries_only_what_was_given() {
        let question = Question { question: "q".into(), limit: Some(3), ..Question::default() };
        assert_eq!(input(&question), json!({"collection": "default", "question": "q", "limit": 3}));
    }

    #[test]
    fn the_output_of_the_workflow_becomes_an_answer() {
        let output = json!({
            "text": "Ten days [1].", "model": "extractive", "inputTokens": "7",
            "citations": [{"number": 1, "document": "a.md", "version": "v", "quote": "ten days", "start": "3", "end": "11"}],
        });
        let finished = Finished { status: ExecutionStatus::Succeeded, output: Some(Arc::new(output)), failure: None };
        let answer = answer(finished, "x").unwrap();
        assert_eq!((answer.text.as_str(), answer.tokens, answer.execution.as_str()), ("Ten days [1].", [7, 0], "x"));
        assert_eq!((answer.citations[0].start, answer.citations[0].page), (3, None));
    }

    #[test]
    fn a_failed_execution_is_named() {
        let failure =
            cueline_states::Failure { error: "Cueline.Unavailable".into(), cause: "down".into(), field: None };
        let finished = Finished { status: ExecutionStatus::Failed, output: None, failure: Some(failure) };
        let refusal = answer(finished, "run-1").unwrap_err();
        let problem = refusal.problem();
        assert_eq!((problem.status, problem.code.as_str()), (502, "answer_failed"));
        assert!(problem.detail.contains("run-1") && problem.detail.contains("down"));
    }
}
