//! Collections and documents.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    app::App,
    extract::{Name, Parameters, open_cursor, page_size, seal_cursor},
    refusal::Refusal,
};
use crate::api::{Collection, Document, Page, Problem, Synced};

const STATES: &[&str] =
    &["discovered", "fetched", "parsed", "chunked", "keyword_searchable", "searchable", "refused", "failed", "deleted"];

/// Collections, configured ones and those that came to be with a document.
#[utoipa::path(get, path = "/admin/v1/collections", tag = "documents",
    responses((status = 200, body = Page<Collection>), (status = "4XX", body = Problem)))]
pub(super) async fn collections(State(app): State<App>) -> Result<Json<Page<Collection>>, Refusal> {
    let mut states = states_by_collection(&app).await?;
    let names: BTreeSet<String> = app.rag().collections.keys().chain(states.keys()).cloned().collect();
    let mut items = Vec::with_capacity(names.len());
    for name in names {
        let states = states.remove(&name).unwrap_or_default();
        items.extend(view(&app, name, states).await?);
    }
    Ok(Json(Page { items, cursor: None }))
}

/// Compares the whole inbox with the ledger, and starts what no news told of.
#[utoipa::path(post, path = "/admin/v1/collections/sync", tag = "documents",
    responses((status = 200, body = Synced), (status = "4XX", body = Problem)))]
pub(super) async fn sync(State(app): State<App>) -> Result<Json<Synced>, Refusal> {
    app.accepting()?;
    let ingress = app.ingress().clone();
    let synced = app.apart(async move {
        let before = ingress.status();
        ingress.full_look().await;
        let after = ingress.status();
        Ok(Synced {
            versions: after.versions.saturating_sub(before.versions),
            tombstones: after.tombstones.saturating_sub(before.tombstones),
            notes: ingress.notes(),
        })
    });
    synced.await.map(Json)
}

/// One collection.
#[utoipa::path(get, path = "/admin/v1/collections/{name}", tag = "documents", params(("name" = String, Path)),
    responses((status = 200, body = Collection), (status = "4XX", body = Problem)))]
pub(super) async fn collection(State(app): State<App>, Name(name): Name) -> Result<Json<Collection>, Refusal> {
    let states = states_by_collection(&app).await?.remove(&name);
    let known = states.is_some() || app.rag().collections.contains_key(&name);
    let states = states.unwrap_or_default();
    let found = if known { view(&app, name.clone(), states).await? } else { None };
    found.map(Json).ok_or_else(|| {
        Refusal::not_found("collection_not_found", format!("there is no collection {name}"))
            .field("name")
            .value(&name)
            .fix("see `cueline collections`")
    })
}

async fn view(app: &App, name: String, states: BTreeMap<String, u64>) -> Result<Option<Collection>, Refusal> {
    let Some(configured) = app.rag().collection(&name) else { return Ok(None) };
    let (documents, chunks) = app.engine().world().index.count(&name).await?;
    let embedders = &app.engine().world().embedders;
    let model = configured.embedding.as_ref().map(|embedding| embedding.model.clone());
    Ok(Some(Collection {
        name,
        documents,
        chunks,
        states,
        embedding_model: model.filter(|model| embedders.contains_key(model)),
        configuration: serde_json::to_value(&configured).unwrap_or_default(),
    }))
}

async fn states_by_collection(app: &App) -> Result<BTreeMap<String, BTreeMap<String, u64>>, Refusal> {
    let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = app.ledger().list(None, None, cursor, 1_000).await?;
        for entry in page.items {
            let state = entry.state().to_owned();
            *counts.entry(entry.collection).or_default().entry(state).or_default() += 1;
        }
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(counts);
        }
    }
}

/// Which documents to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only of this collection.
    collection: Option<String>,
    /// Only in this state.
    state: Option<String>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows of the page, 1 to 1000; 50 when absent. A page may have fewer although more follow.
    limit: Option<usize>,
}

/// Documents by key.
#[utoipa::path(get, path = "/admin/v1/documents", tag = "documents", params(Filter),
    responses((status = 200, body = Page<Document>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Parameters(filter): Parameters<Filter>,
) -> Result<Json<Page<Document>>, Refusal> {
    if let Some(state) = filter.state.as_deref().filter(|state| !STATES.contains(state)) {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "parameter_invalid", "there is no such state")
            .field("state")
            .value(state)
            .fix(format!("use one of {}", STATES.join(", "))));
    }
    let limit = page_size(filter.limit)?;
    let cursor = open_cursor("documents", filter.cursor)?;
    let mut page = app.ledger().list(filter.collection.as_deref(), filter.state.as_deref(), cursor, limit).await?;
    page.cursor = seal_cursor("documents", page.cursor);
    Ok(Json(Page::of(page, Document::from)))
}

/// One document. Slashes of its key are written `%2F`.
#[utoipa::path(get, path = "/admin/v1/documents/{key}", tag = "documents", params(("key" = String, Path)),
    responses((status = 200, body = Document), (status = "4XX", body = Problem)))]
pub(super) async fn show(State(app): State<App>, Name(key): Name) -> Result<Json<Document>, Refusal> {
    let found = app.ledger().get(&key).await?;
    let found = found.ok_or(cueline_patterns::rag::LedgerError::NotFound { key })?;
    let mut document = Document::from(found);
    let media_type = document.media_type.as_deref().unwrap_or_default();
    document.chunker =
        app.rag().collection(&document.collection).map(|of| of.chunking_for(media_type).name().to_owned());
    let visible = app.engine().world().index.visible(&document.collection, &document.key).await?;
    document.chunk_ids = visible.map(|visible| visible.chunks).unwrap_or_default();
    Ok(Json(document))
}

/// Ingests a document again from the beginning, whatever became of it.
#[utoipa::path(post, path = "/admin/v1/documents/{key}/retry", tag = "documents", params(("key" = String, Path)),
    responses((status = 200, body = Document), (status = "4XX", body = Problem)))]
pub(super) async fn retry(State(app): State<App>, Name(key): Name) -> Result<Json<Document>, Refusal> {
    app.accepting()?;
    Ok(Json(app.ingress().retry(&key).await?.into()))
}

/// Deletes a document's file from the inbox; searches stop finding it before this returns.
#[utoipa::path(delete, path = "/admin/v1/documents/{key}", tag = "documents", params(("key" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn remove(State(app): State<App>, Name(key): Name) -> Result<StatusCode, Refusal> {
    app.accepting()?;
    app.ingress().remove(&key).await?;
    Ok(StatusCode::NO_CONTENT)
}
