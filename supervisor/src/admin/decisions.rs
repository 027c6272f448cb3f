//! Decisions of which somebody says how good their answers were: what an evaluation compares by.

use axum::{Json, extract::State};
use cueline_domain::chat::request;
use cueline_patterns::{
    chat::CHAT,
    governance::{Feedback, mean},
};
use cueline_ports::{ExecutionStatus, ExecutionSummary, ListExecutions};
use cueline_protocol::v1::{CompleteChatReply, CompleteChatRequest};
use cueline_runtime::{Engine, EngineError};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::{
    app::App,
    extract::{Parameters, page_size},
    refusal::Refusal,
};
use crate::api::{DecisionView, Page, Problem};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    /// Where the page before ended.
    cursor: Option<String>,
    /// Answers that are looked at; fewer are given, those with scores.
    limit: Option<usize>,
}

/// Scored answers of the OpenAI-compatible API, newest first, with what was asked: content.
#[utoipa::path(get, path = "/admin/v1/decisions", tag = "gateway", params(Look),
    responses((status = 200, body = Page<DecisionView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Parameters(look): Parameters<Look>,
) -> Result<Json<Page<DecisionView>>, Refusal> {
    let query = ListExecutions {
        status: Some(ExecutionStatus::Succeeded),
        workflow: Some(CHAT.to_owned()),
        id_prefix: None,
        cursor: look.cursor,
        limit: page_size(look.limit)?,
    };
    let engine = app.engine().clone();
    app.apart(async move {
        let page = engine.list(query).await?;
        let feedback = Feedback::new(engine.world());
        let mut items = Vec::new();
        for summary in &page.items {
            if let Some(score) = mean(&feedback.of(&summary.execution).await?) {
                items.extend(view(&engine, summary, score).await?);
            }
        }
        Ok(Json(Page { items, cursor: page.cursor }))
    })
    .await
}

/// Nothing where the answer is of another version.
async fn view(engine: &Engine, summary: &ExecutionSummary, score: f64) -> Result<Option<DecisionView>, EngineError> {
    let state = engine.peek(&summary.execution).await?.state;
    let input = state.start().map(|start| Value::clone(&start.input)).unwrap_or_default();
    let output = state.output().map(|output| Value::clone(output)).unwrap_or_default();
    let (Ok(asked), Ok(reply)) =
        (serde_json::from_value::<CompleteChatRequest>(input), serde_json::from_value::<CompleteChatReply>(output))
    else {
        return Ok(None);
    };
    let Ok(Value::Object(body)) = serde_json::from_str(&asked.body) else { return Ok(None) };
    let Ok(facts) = request::read(&body) else { return Ok(None) };
    Ok(Some(DecisionView {
        execution: summary.execution.to_string(),
        at_ms: summary.started_ms,
        tenant: summary.tenant.clone(),
        prompt: facts.question,
        input_tokens: facts.input_tokens,
        target: reply.target,
        cost: reply.cost,
        output_tokens: reply.output_tokens,
        score,
        decision: serde_json::from_str(&asked.decision).unwrap_or_default(),
    }))
}
