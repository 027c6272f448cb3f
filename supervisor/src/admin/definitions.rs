//! Workflows: list, show, define, validate.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use cueline_protocol::ids::QueueName;
use cueline_runtime::{EngineError, conductor::kind_of};
use serde_json::Value;

use super::{
    app::App,
    extract::{Document, Name},
    refusal::Refusal,
};
use crate::api::{Definition, DefinitionSource, Page, Problem, Validation};

/// Named workflows.
#[utoipa::path(get, path = "/admin/v1/definitions", tag = "definitions",
    responses((status = 200, body = Page<Definition>), (status = "4XX", body = Problem)))]
pub(super) async fn list(State(app): State<App>) -> Json<Page<Definition>> {
    let known = app.engine().definitions().list();
    let items = known.into_iter().map(|(name, definition)| view(name, &definition)).collect();
    Json(Page { items, cursor: None })
}

fn view(name: String, definition: &cueline_states::Definition) -> Definition {
    Definition {
        name,
        hash: definition.hash().to_owned(),
        comment: definition.comment().map(str::to_owned),
        states: definition.states().len(),
    }
}

/// A workflow with its document.
#[utoipa::path(get, path = "/admin/v1/definitions/{name}", tag = "definitions", params(("name" = String, Path)),
    responses((status = 200, body = DefinitionSource), (status = "4XX", body = Problem)))]
pub(super) async fn show(State(app): State<App>, Name(name): Name) -> Result<Json<DefinitionSource>, Refusal> {
    let definition = app.engine().definitions().named(&name)?;
    Ok(Json(DefinitionSource { name, hash: definition.hash().to_owned(), definition: definition.source().clone() }))
}

/// Gives a workflow a name, for this process and those after it; running executions keep what they started with.
/// The same document again changes nothing.
#[utoipa::path(put, path = "/admin/v1/definitions/{name}", tag = "definitions", params(("name" = String, Path)),
    request_body = Object, responses((status = 200, body = Definition), (status = "4XX", body = Problem)))]
pub(super) async fn define(
    State(app): State<App>,
    Name(name): Name,
    Document(text): Document,
) -> Result<Json<Definition>, Refusal> {
    app.accepting()?;
    checked(&app, &text).await?;
    let definition = app.workflows().define(&name, &text).await?;
    Ok(Json(view(name, &definition)))
}

/// Everything there is to say about a definition; nothing is kept.
#[utoipa::path(post, path = "/admin/v1/definitions/validate", tag = "definitions", request_body = Object,
    responses((status = 200, body = Validation), (status = "4XX", body = Problem)))]
pub(super) async fn validate(Document(text): Document) -> Json<Validation> {
    Json(Validation::of(&text))
}

/// A definition that came with a request, kept under its hash.
pub(super) async fn keep(app: &App, document: &Value) -> Result<Arc<cueline_states::Definition>, Refusal> {
    let text = document.to_string();
    checked(app, &text).await?;
    Ok(app.engine().definitions().keep(&text).await?)
}

/// Refuses with everything that is wrong, also with a resource that would wait for ever because its actor is nowhere.
async fn checked(app: &App, text: &str) -> Result<(), Refusal> {
    let found = Validation::of(text);
    if !found.valid {
        return Err(Refusal::definition(found.findings));
    }
    let served = app.engine().counters().read();
    let definition = cueline_runtime::Definitions::check(text).map_err(EngineError::InvalidDefinition)?;
    for state in definition.states() {
        let Some(kind) = state.resource.as_deref().and_then(kind_of) else { continue };
        if !served.contains_key(kind) && !is_served_elsewhere(app, kind).await {
            let problem = format!("state {} calls the actor {kind}", state.name);
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "actor_not_served", problem)
                .field("definition")
                .value(kind)
                .fix("call an actor of `cueline actors`"));
        }
    }
    Ok(())
}

/// Where processes share the work, a kind is served by whoever takes from its queue.
async fn is_served_elsewhere(app: &App, kind: &str) -> bool {
    let Ok(queue) = QueueName::new(kind) else { return false };
    app.engine().has_peers() && app.engine().world().queue.depth(&queue).await.is_ok()
}
