//! Executions: list, look, start, wait, fork, cancel.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use cueline_patterns::rag::ASK;
use cueline_ports::{ExecutionStatus, ListExecutions};
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::{
    EngineError, StartExecution,
    codec::Commit,
    conductor::Peeked,
    definitions::CALLBACK,
    engine::Delivered,
    inspect::{self, ForkRequest as Fork},
};
use cueline_states::{Definition, EdgeKind, Entry, Fork as ForkedFrom, Frame, Json as Payload, Node, Parked, Visits};
use serde::Deserialize;
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use utoipa::IntoParams;

use super::{
    app::App,
    askable, definitions,
    extract::{Body, Id, IdempotencyKey, OptionalBody, Parameters, page_size},
    refusal::Refusal,
};
use crate::api::{
    CancelRequest, EdgeView, Execution, ExecutionDetail, Failure, ForkRequest, FrameView, OpenTaskView, Origin, Page,
    Problem, Recorded, StartRequest, Started, StateView,
};

/// Longest name of a run, in bytes.
const LONGEST_WORKFLOW: usize = 200;

/// Which executions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only with this status: `running`, `succeeded`, `failed`, `aborted` or `timed_out`.
    status: Option<String>,
    /// Only runs of this workflow.
    workflow: Option<String>,
    /// Only ids that begin so.
    prefix: Option<String>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows of the page, 1 to 1000; 50 when absent.
    limit: Option<usize>,
}

/// Executions, newest first.
#[utoipa::path(get, path = "/admin/v1/executions", tag = "executions", params(Filter),
    responses((status = 200, body = Page<Execution>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Parameters(filter): Parameters<Filter>,
) -> Result<Json<Page<Execution>>, Refusal> {
    let query = ListExecutions {
        status: filter.status.as_deref().map(status).transpose()?,
        workflow: filter.workflow,
        id_prefix: filter.prefix,
        cursor: filter.cursor,
        limit: page_size(filter.limit)?,
    };
    Ok(Json(Page::of(app.engine().list(query).await?, Execution::from)))
}

fn status(name: &str) -> Result<ExecutionStatus, Refusal> {
    match name.to_ascii_lowercase().as_str() {
        "running" => Ok(ExecutionStatus::Running),
        "succeeded" => Ok(ExecutionStatus::Succeeded),
        "failed" => Ok(ExecutionStatus::Failed),
        "aborted" => Ok(ExecutionStatus::Aborted),
        "timed_out" => Ok(ExecutionStatus::TimedOut),
        _ => Err(Refusal::new(StatusCode::BAD_REQUEST, "parameter_invalid", "there is no such status")
            .field("status")
            .value(name)
            .fix("use running, succeeded, failed, aborted or timed_out")),
    }
}

/// Starts an execution. Repeating it with the same id or `Idempotency-Key` and input is the same execution.
#[utoipa::path(post, path = "/admin/v1/executions", tag = "executions", request_body = StartRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the execution when the body does not")),
    responses((status = 201, body = Started), (status = 200, body = Started, description = "It was started before"),
        (status = "4XX", body = Problem)))]
pub(super) async fn start(
    State(app): State<App>,
    key: IdempotencyKey,
    Body(request): Body<StartRequest>,
) -> Result<Response, Refusal> {
    app.accepting()?;
    let definition = match &request.definition {
        Some(document) => Some(definitions::keep(&app, document).await?),
        None => None,
    };
    let workflow = match (request.workflow, &definition) {
        (Some(workflow), _) => workflow,
        (None, Some(_)) => "adhoc".to_owned(),
        (None, None) => {
            return Err(Refusal::invalid("neither workflow nor definition is given")
                .field("workflow")
                .fix("name a workflow of `cueline definitions list`, or send a definition"));
        }
    };
    if workflow.is_empty() || workflow.len() > LONGEST_WORKFLOW || workflow.chars().any(char::is_control) {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "workflow_name_invalid", "this names no workflow")
            .field("workflow")
            .value(&workflow)
            .fix(format!("use 1 to {LONGEST_WORKFLOW} bytes without control characters")));
    }
    let input = match definition.is_none() && workflow == ASK {
        true => askable::checked_input(&app, &request.input).await?,
        false => request.input,
    };
    let mut start = StartExecution::of(workflow, input);
    start.definition = definition;
    start.execution = match request.execution {
        Some(id) => Some(ExecutionId::new(id)?),
        None => key.execution("key")?,
    };
    let started = app.engine().start(start).await?;
    Ok(created(started.created, started.execution.to_string()))
}

fn created(created: bool, execution: String) -> Response {
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    (status, Json(Started { execution, created })).into_response()
}

/// Where an execution stands: graph, threads of control, what it waits for.
#[utoipa::path(get, path = "/admin/v1/executions/{id}", tag = "executions", params(("id" = String, Path)),
    responses((status = 200, body = ExecutionDetail), (status = "4XX", body = Problem)))]
pub(super) async fn show(State(app): State<App>, Id(id): Id) -> Result<Json<ExecutionDetail>, Refusal> {
    let row = app.engine().summary(&id).await?;
    let peeked = app.engine().peek(&id).await?;
    let mut detail = detail(row.into(), &peeked);
    if let Some(origin) = &mut detail.origin {
        let commits = inspect::history(app.engine(), &id).await?;
        origin.input = forked_from(&commits).and_then(|fork| fork.input.as_ref()).map(|input| (**input).clone());
        if let (1, Some(input)) = (origin.step, &origin.input) {
            detail.input = input.clone();
        }
    }
    Ok(Json(detail))
}

/// What made this a fork; of a fork of a fork the newest.
fn forked_from(commits: &[Commit]) -> Option<&ForkedFrom> {
    commits.iter().flat_map(|commit| &commit.entries).rev().find_map(|entry| match entry {
        Entry::ForkedFrom(fork) => Some(&**fork),
        _ => None,
    })
}

/// The door gives a wait up a little later.
const LONGEST_WAIT: Duration = Duration::from_secs(590);

/// How long to wait.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Patience {
    /// Milliseconds until the execution is shown as it stands; ten minutes when absent.
    timeout_ms: Option<u64>,
}

/// As `show`, once the execution has ended or the time is over.
#[utoipa::path(get, path = "/admin/v1/executions/{id}/wait", tag = "executions", params(("id" = String, Path), Patience),
    responses((status = 200, body = ExecutionDetail), (status = "4XX", body = Problem)))]
pub(super) async fn wait(
    State(app): State<App>,
    Id(id): Id,
    Parameters(patience): Parameters<Patience>,
) -> Result<Json<ExecutionDetail>, Refusal> {
    app.engine().summary(&id).await?;
    let patience = patience.timeout_ms.map_or(LONGEST_WAIT, Duration::from_millis);
    if let Ok(ended) = tokio::time::timeout(patience, app.engine().wait(&id)).await {
        ended?;
    }
    show(State(app), Id(id)).await
}

/// Ends an execution from outside.
#[utoipa::path(post, path = "/admin/v1/executions/{id}/cancel", tag = "executions", params(("id" = String, Path)),
    request_body(content = Option<CancelRequest>),
    responses((status = 200, body = Recorded), (status = "4XX", body = Problem)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Id(id): Id,
    OptionalBody(request): OptionalBody<CancelRequest>,
) -> Result<Json<Recorded>, Refusal> {
    let delivered = app.engine().cancel(id, &request.cause).await?;
    Ok(Json(Recorded { recorded: delivered == Delivered::Recorded }))
}

/// A new execution that shares the first steps of this one and runs live from `from_step` on.
#[utoipa::path(post, path = "/admin/v1/executions/{id}/fork", tag = "executions", request_body = ForkRequest,
    params(("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the fork when the body does not")),
    responses((status = 201, body = Started), (status = 200, body = Started, description = "It was forked before"),
        (status = "4XX", body = Problem)))]
pub(super) async fn fork(
    State(app): State<App>,
    Id(origin): Id,
    key: IdempotencyKey,
    Body(request): Body<ForkRequest>,
) -> Result<Response, Refusal> {
    app.accepting()?;
    let definition = match &request.definition {
        Some(document) => Some(definitions::keep(&app, document).await?),
        None => None,
    };
    let execution = match request.execution {
        Some(id) => Some(ExecutionId::new(id)?),
        None => key.execution("fork")?,
    };
    let asks = definition.is_none() && request.from_step == 1 && app.engine().summary(&origin).await?.workflow == ASK;
    let input = match request.input {
        Some(input) if asks => Some(askable::checked_input(&app, &input).await?),
        other => other,
    };
    let asked = Fork {
        origin,
        from_step: request.from_step,
        input: input.map(Payload::new),
        definition,
        execution: execution.clone(),
    };
    match inspect::fork(app.engine(), asked.clone()).await {
        Ok(started) => Ok(created(true, started.execution.to_string())),
        Err(EngineError::StartedDifferently { execution: id, what }) => {
            let Some(execution) = execution else {
                return Err(EngineError::StartedDifferently { execution: id, what }.into());
            };
            if is_same_fork(&app, &execution, &asked).await? {
                Ok(created(false, execution.to_string()))
            } else {
                Err(EngineError::StartedDifferently { execution: id, what }.into())
            }
        }
        Err(error @ EngineError::Invalid(_)) => {
            let fix = format!("see `cueline executions history {}` for its steps", asked.origin);
            Err(Refusal::from(error).field("from_step").value(&asked.from_step.to_string()).fix(fix))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the execution is what this request would have made.
async fn is_same_fork(app: &App, execution: &ExecutionId, asked: &Fork) -> Result<bool, Refusal> {
    let commits = inspect::history(app.engine(), execution).await?;
    Ok(forked_from(&commits).is_some_and(|made| {
        made.origin == asked.origin.as_str()
            && made.step == asked.from_step
            && made.input == asked.input
            && asked.definition.as_ref().is_none_or(|definition| definition.hash() == made.definition_hash)
    }))
}

fn detail(row: Execution, peeked: &Peeked) -> ExecutionDetail {
    let Peeked { definition, state, version } = peeked;
    let frames = state.frames();
    let outstanding = state.outstanding();
    let tasks = outstanding.tasks.iter().map(|task| OpenTaskView {
        task: task.task,
        state: task.state.to_string(),
        resource: task.resource.to_string(),
        attempt: task.attempt,
        sends: task.sends,
        deadline_ms: task.deadline_ms,
        token: (&*task.resource == CALLBACK).then(|| state.task_token(task.task)),
    });
    ExecutionDetail {
        version: *version,
        steps: state.step_count(),
        origin: state.origin().map(|(execution, step)| Origin { execution: execution.to_owned(), step, input: None }),
        input: state.start().map_or(Value::Null, |start| (*start.input).clone()),
        output: state.output().map(|output| (**output).clone()),
        failure: state.failure().map(|f| Failure { error: f.error.clone(), cause: f.cause.clone() }),
        states: states(definition, state.visits(), &frames),
        tasks: tasks.collect(),
        open_children: outstanding.children.len(),
        next_due_ms: state.next_due_ms(),
        frames: frames.into_iter().map(frame).collect(),
        row,
    }
}

fn states(definition: &Arc<Definition>, visits: &[Visits], frames: &[Frame]) -> Vec<StateView> {
    let view = |node: Node| {
        let visit = visits.iter().find(|visit| visit.state == node.name);
        let count = |of: fn(&Visits) -> u32| visit.map_or(0, of);
        let active =
            frames.iter().any(|frame| frame.state.as_ref() == Some(&node.name) && frame.parked != Parked::Ended);
        StateView {
            name: node.name.to_string(),
            kind: node.kind.to_owned(),
            within: node.within.map(|(name, _)| name.to_string()),
            resource: node.resource.map(|resource| resource.to_string()),
            edges: node
                .edges
                .into_iter()
                .map(|edge| EdgeView {
                    to: edge.to.to_string(),
                    kind: edge_kind(edge.kind).to_owned(),
                    label: edge.label,
                })
                .collect(),
            entered: count(|visit| visit.entered),
            exited: count(|visit| visit.exited),
            failed: count(|visit| visit.failed),
            retried: count(|visit| visit.retried),
            active,
        }
    };
    definition.states().into_iter().map(view).collect()
}

fn edge_kind(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Next => "next",
        EdgeKind::Choice => "choice",
        EdgeKind::Default => "default",
        EdgeKind::Catch => "catch",
    }
}

fn frame(frame: Frame) -> FrameView {
    let mut view = FrameView {
        frame: frame.frame,
        parent: frame.parent.map(|(parent, _)| parent),
        state: frame.state.map(|state| state.to_string()),
        entered_ms: frame.entered_ms,
        waits_for: String::new(),
        task: None,
        due_ms: None,
        progress: None,
    };
    view.waits_for = match frame.parked {
        Parked::Ready => "nothing",
        Parked::Ended => "ended",
        Parked::Task { task } => {
            view.task = Some(task);
            "task"
        }
        Parked::Wait { due_ms } => {
            view.due_ms = Some(due_ms);
            "timer"
        }
        Parked::Retry { due_ms, .. } => {
            view.due_ms = Some(due_ms);
            "retry"
        }
        Parked::Fan { total, succeeded, failed, .. } => {
            view.progress = Some([total, succeeded, failed]);
            "branches"
        }
    }
    .to_owned();
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_named_in_either_case() {
        assert_eq!(status("TIMED_OUT").unwrap(), ExecutionStatus::TimedOut);
        assert_eq!(status("running").unwrap(), ExecutionStatus::Running);
        assert_eq!(status("done").unwrap_err().problem().field.as_deref(), Some("status"));
    }
}
