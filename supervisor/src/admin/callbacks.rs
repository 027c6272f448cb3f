//! Tasks that somebody outside completes.

use axum::{Json, extract::State};
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::engine::Delivered;
use cueline_states::{Event, Json as Payload, state::read_task_token};

use super::{
    app::App,
    extract::{Body, Name},
    refusal::Refusal,
};
use crate::api::{Complete, Problem, Recorded};

/// Completes a task that waits outside (`cueline:callback`). The token is in the details of its execution.
#[utoipa::path(post, path = "/admin/v1/tasks/{token}", tag = "executions", params(("token" = String, Path)),
    request_body = Complete, responses((status = 200, body = Recorded), (status = "4XX", body = Problem)))]
pub(super) async fn complete(
    State(app): State<App>,
    Name(token): Name,
    Body(outcome): Body<Complete>,
) -> Result<Json<Recorded>, Refusal> {
    let unknown = || {
        Refusal::not_found("task_not_found", "no task has this token")
            .field("token")
            .fix("see `cueline executions show ID` for tokens of waiting tasks")
    };
    let (execution, task) = read_task_token(&token).ok_or_else(unknown)?;
    let execution = ExecutionId::new(execution).map_err(|_| unknown())?;
    let peeked = app.engine().peek(&execution).await.map_err(|error| match error {
        cueline_runtime::EngineError::NotFound { .. } => unknown(),
        error => error.into(),
    })?;
    if blake3::hash(peeked.state.task_token(task).as_bytes()) != blake3::hash(token.as_bytes()) {
        return Err(unknown());
    }
    let event = match outcome {
        Complete::Succeeded { output } => Event::TaskSucceeded { task, output: Payload::new(output) },
        Complete::Failed { error, cause } => Event::TaskFailed { task, error, cause },
        Complete::Heartbeat => Event::Heartbeat { task },
    };
    let delivered = app.engine().deliver(execution, event).await?;
    Ok(Json(Recorded { recorded: delivered == Delivered::Recorded }))
}
