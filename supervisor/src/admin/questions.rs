//! Asking.

use axum::{Json, extract::State, http::StatusCode};
use cueline_patterns::rag::ASK;
use cueline_ports::ExecutionStatus;
use cueline_protocol::{ids::ExecutionId, v1};
use cueline_runtime::{StartExecution, engine::Finished};
use cueline_states::Json as Payload;

use super::{
    app::App,
    askable,
    extract::{Body, IdempotencyKey},
    refusal::Refusal,
};
use crate::api::{Answer, Citation, Problem, Question, Tokens};

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
    askable::check(&app, &question, "").await?;
    let mut start = StartExecution::of(ASK, askable::input(&question));
    start.execution = match &question.execution {
        Some(id) => Some(ExecutionId::new(id)?),
        None => key.execution("ask")?,
    };
    let started = app.engine().start(start).await?;
    let finished = app.engine().wait(&started.execution).await?;
    answer(finished, started.execution.as_str()).map(Json)
}

/// The output of an execution that succeeded.
pub(super) fn output_of(finished: Finished, execution: &str) -> Result<Payload, Refusal> {
    match (finished.status, finished.output) {
        (ExecutionStatus::Succeeded, Some(output)) => Ok(output),
        (status, _) => {
            let failure = finished.failure.unwrap_or_default();
            let (http, code) = match failure.error.as_str() {
                "Cueline.InvalidRequest" => (StatusCode::BAD_REQUEST, "request_invalid"),
                _ => (StatusCode::BAD_GATEWAY, "answer_failed"),
            };
            let detail = format!("execution {execution} {}: {} {}", status.as_str(), failure.error, failure.cause);
            Err(Refusal::new(http, code, detail.trim().to_owned())
                .fix(format!("see `cueline executions show {execution}`")))
        }
    }
}

fn answer(finished: Finished, execution: &str) -> Result<Answer, Refusal> {
    let output = output_of(finished, execution)?;
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
        tokens: Tokens { input: reply.input_tokens, output: reply.output_tokens },
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

    use serde_json::json;

    use super::*;

    #[test]
    fn the_output_of_the_workflow_becomes_an_answer() {
        let output = json!({
            "text": "Ten days [1].", "model": "extractive", "inputTokens": "7",
            "citations": [{"number": 1, "document": "a.md", "version": "v", "quote": "ten days", "start": "3", "end": "11"}],
        });
        let finished = Finished { status: ExecutionStatus::Succeeded, output: Some(Arc::new(output)), failure: None };
        let answer = answer(finished, "x").unwrap();
        assert_eq!((answer.text.as_str(), answer.execution.as_str()), ("Ten days [1].", "x"));
        assert_eq!(answer.tokens, Tokens { input: 7, output: 0 });
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
