//! Workflows: list, show, define, validate.

use axum::{Json, extract::State};
use serde_json::Value;

use super::{
    app::App,
    extract::{Body, Name},
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

/// Makes a workflow known under a name until the process ends; running executions keep what they started with.
#[utoipa::path(put, path = "/admin/v1/definitions/{name}", tag = "definitions", params(("name" = String, Path)),
    request_body = Object, responses((status = 200, body = Definition), (status = "4XX", body = Problem)))]
pub(super) async fn define(
    State(app): State<App>,
    Name(name): Name,
    Body(document): Body<Value>,
) -> Result<Json<Definition>, Refusal> {
    app.accepting()?;
    let definition = app.engine().definitions().register(&name, &document.to_string()).await?;
    Ok(Json(view(name, &definition)))
}

/// Everything there is to say about a definition; nothing is kept.
#[utoipa::path(post, path = "/admin/v1/definitions/validate", tag = "definitions", request_body = Object,
    responses((status = 200, body = Validation), (status = "4XX", body = Problem)))]
pub(super) async fn validate(Body(document): Body<Value>) -> Json<Validation> {
    Json(Validation::of(&document.to_string()))
}
