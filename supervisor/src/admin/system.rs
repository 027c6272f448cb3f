//! The process and its actors.

use axum::{Json, extract::State};
use cueline_protocol::ids::QueueName;

use super::{app::App, refusal::Refusal};
use crate::api::{Actor, Page, Problem, System};

/// About the running process.
#[utoipa::path(get, path = "/admin/v1/system", tag = "system",
    responses((status = 200, body = System), (status = "4XX", body = Problem)))]
pub(super) async fn show(State(app): State<App>) -> Json<System> {
    let (engine, facts) = (app.engine(), app.facts());
    Json(System {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pid: std::process::id(),
        started_ms: facts.started_ms,
        data: facts.data.display().to_string(),
        inbox: facts.inbox.clone(),
        doors: facts.doors.clone(),
        gateway: facts.gateway.clone(),
        embedding_models: engine.world().embedders.keys().cloned().collect(),
        chat_models: engine.world().models.keys().cloned().collect(),
        notes: notes(&app),
        recovered: engine.is_recovered(),
        draining: app.is_draining(),
        live_executions: engine.counts().await.live,
        running_tasks: engine.running(),
        timers: engine.timers(),
    })
}

fn notes(app: &App) -> Vec<String> {
    let damage = app.storage().damage().map(|what| {
        format!(
            "storage_corrupt: the database is damaged ({what}); stop, and restore it with its -wal file from a backup; \
             `cueline executions verify --all` tells which executions still hold"
        )
    });
    damage.into_iter().chain(app.facts().notes.iter().cloned()).collect()
}

/// The actors: state, restarts, mailbox.
#[utoipa::path(get, path = "/admin/v1/actors", tag = "system",
    responses((status = 200, body = Page<Actor>), (status = "4XX", body = Problem)))]
pub(super) async fn actors(State(app): State<App>) -> Result<Json<Page<Actor>>, Refusal> {
    let engine = app.engine();
    let counts = engine.counters().read();
    let mut items = Vec::new();
    for view in engine.tree().view() {
        let counts = counts.get(view.name.as_str());
        let mailbox = match (counts, QueueName::new(&view.name)) {
            (Some(_), Ok(queue)) => {
                let depth = engine.world().queue.depth(&queue).await?;
                Some(depth.ready + depth.delayed)
            }
            _ => None,
        };
        let state = serde_json::to_value(view.state).ok().and_then(|state| state.as_str().map(str::to_owned));
        items.push(Actor {
            state: state.unwrap_or_default(),
            restarts: view.restarts,
            // A kind that runs well may still have tasks that fail.
            last_failure: view.last_failure.or_else(|| engine.counters().last_error(&view.name)),
            workers: view.workers,
            mailbox,
            started: counts.map(|counts| counts.started),
            failed: counts.map(|counts| counts.failed),
            ran_again: counts.map(|counts| counts.ran_again),
            name: view.name,
        });
    }
    Ok(Json(Page { items, cursor: None }))
}
