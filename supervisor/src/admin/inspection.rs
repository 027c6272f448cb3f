//! Looking at what was recorded: history, replay, verification.

use axum::{Json, extract::State};
use cueline_ports::ListExecutions;
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::{Engine, EngineError, inspect};
use cueline_states::Status;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    app::App,
    entries,
    extract::{Id, Parameters, page_size},
    refusal::Refusal,
};
use crate::api::{CommitView, DifferenceView, Page, Problem, Replay, Verification, VerificationPage};

/// Which commits to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Range {
    /// The version after which the page begins.
    cursor: Option<String>,
    /// Commits of the page, 1 to 1000; 50 when absent.
    limit: Option<usize>,
}

/// The journal of an execution, oldest first, payloads included.
#[utoipa::path(get, path = "/admin/v1/executions/{id}/history", tag = "executions", params(("id" = String, Path), Range),
    responses((status = 200, body = Page<CommitView>), (status = "4XX", body = Problem)))]
pub(super) async fn history(
    State(app): State<App>,
    Id(id): Id,
    Parameters(range): Parameters<Range>,
) -> Result<Json<Page<CommitView>>, Refusal> {
    let limit = page_size(range.limit)?;
    let after = match range.cursor.as_deref() {
        None => 0,
        Some(cursor) => cursor.parse().map_err(|_| {
            Refusal::invalid("the cursor is not one of this list").field("cursor").value(cursor).fix("leave it out")
        })?,
    };
    app.engine().summary(&id).await?;
    let world = app.engine().world();
    let stored = world.journal.history(&id, after, limit + 1).await?;
    let more = stored.len() > limit;
    let mut items = Vec::with_capacity(stored.len().min(limit));
    for commit in stored.into_iter().take(limit) {
        let commit = cueline_runtime::codec::decode_commit(world.objects.as_ref(), &commit.body).await;
        let commit = commit.map_err(|error| error.of(&id))?;
        items.push(CommitView {
            version: commit.version,
            at_ms: commit.env.now_ms,
            by: commit.by,
            traceparent: commit.trace.map(|trace| trace.traceparent),
            entries: commit.entries.iter().map(entries::entry).collect(),
        });
    }
    let cursor = items.last().filter(|_| more).map(|commit| commit.version.to_string());
    Ok(Json(Page { items, cursor }))
}

/// Decides the recorded events again. No actor, model or store of the workflow is called.
#[utoipa::path(get, path = "/admin/v1/executions/{id}/replay", tag = "executions", params(("id" = String, Path)),
    responses((status = 200, body = Replay), (status = "4XX", body = Problem)))]
pub(super) async fn replay(State(app): State<App>, Id(id): Id) -> Result<Json<Replay>, Refusal> {
    let engine = app.engine().clone();
    app.apart(async move { replayed(&engine, &id).await.map(Json).map_err(Refusal::from) }).await
}

async fn replayed(engine: &Engine, id: &ExecutionId) -> Result<Replay, EngineError> {
    let commits = inspect::history(engine, id).await?;
    let definition = inspect::definition_of(engine, &commits).await?;
    let replayed = inspect::replay(&definition, &commits)?;
    let shown = |list: &[cueline_states::Entry]| list.iter().map(entries::entry).collect();
    Ok(Replay {
        execution: id.to_string(),
        decided: replayed.decided,
        shared: replayed.shared,
        steps: replayed.state.step_count(),
        status: status(replayed.state.status()).to_owned(),
        output: replayed.state.output().map(|output| (**output).clone()),
        difference: replayed.difference.map(|found| DifferenceView {
            version: found.version,
            recorded: shown(&found.recorded),
            decided: shown(&found.decided),
        }),
    })
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Running => "RUNNING",
        Status::Succeeded => "SUCCEEDED",
        Status::Failed => "FAILED",
        Status::Aborted => "ABORTED",
        Status::TimedOut => "TIMED_OUT",
    }
}

/// Folds the journal again and compares with the snapshot, byte by byte.
#[utoipa::path(get, path = "/admin/v1/executions/{id}/verify", tag = "executions", params(("id" = String, Path)),
    responses((status = 200, body = Verification), (status = "4XX", body = Problem)))]
pub(super) async fn verify(State(app): State<App>, Id(id): Id) -> Result<Json<Verification>, Refusal> {
    let engine = app.engine().clone();
    app.apart(async move { verified(&engine, &id).await.map(Json).map_err(Refusal::from) }).await
}

async fn verified(engine: &Engine, id: &ExecutionId) -> Result<Verification, EngineError> {
    let found = match inspect::verify(engine, id).await {
        Ok(found) => found,
        // What cannot be read does not hold either; the walk over all goes on.
        Err(
            error @ (EngineError::Damaged { .. }
            | EngineError::Port { kind: cueline_ports::PortErrorKind::Corrupt, .. }),
        ) => inspect::Verified { commits: 0, snapshot: 0, mismatch: Some(error.to_string()) },
        Err(error) => return Err(error),
    };
    Ok(Verification {
        execution: id.to_string(),
        commits: found.commits,
        snapshot: found.snapshot,
        mismatch: found.mismatch,
    })
}

/// Verifies a page of executions, newest first; follow the cursor to verify all.
#[utoipa::path(get, path = "/admin/v1/verify", tag = "executions", params(Range),
    responses((status = 200, body = VerificationPage), (status = "4XX", body = Problem)))]
pub(super) async fn verify_all(
    State(app): State<App>,
    Parameters(range): Parameters<Range>,
) -> Result<Json<VerificationPage>, Refusal> {
    let query = ListExecutions { cursor: range.cursor, limit: page_size(range.limit)?, ..ListExecutions::default() };
    let page = app.engine().list(query).await?;
    let engine = app.engine().clone();
    app.apart(async move {
        let mut result = VerificationPage { verified: 0, commits: 0, mismatches: Vec::new(), cursor: page.cursor };
        for row in page.items {
            let found = match verified(&engine, &row.execution).await {
                Ok(found) => found,
                // It ended and was removed meanwhile.
                Err(EngineError::NotFound { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            result.verified += 1;
            result.commits += found.commits;
            result.mismatches.extend(Some(found).filter(|found| found.mismatch.is_some()));
        }
        Ok(Json(result))
    })
    .await
}
