//! Searching without answering: what the documents hold, whether or not a sentence of them is an answer.

use axum::{Json, extract::State};
use cueline_domain::document::Document;
use cueline_protocol::v1;
use cueline_runtime::{StartExecution, codec};

use super::{app::App, askable, extract::Body, questions::output_of, refusal::Refusal};
use crate::api::{Found, PassageView, Problem, Question, Search};

/// The workflow of a search and its definition.
pub(crate) const SEARCH: (&str, &str) = ("rag-search", include_str!("search.asl.json"));
/// Characters of a passage that are shown.
const SHOWN: usize = 400;

/// Finds the passages that fit, of those the caller may see.
#[utoipa::path(post, path = "/admin/v1/search", tag = "documents", request_body = Search,
    responses((status = 200, body = Found), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub(super) async fn search(State(app): State<App>, Body(search): Body<Search>) -> Result<Json<Found>, Refusal> {
    app.accepting()?;
    let question = Question::from(search);
    askable::check(&app, &question, "").await?;
    let started = app.engine().start(StartExecution::of(SEARCH.0, askable::input(&question))).await?;
    let execution = started.execution.to_string();
    let output = output_of(app.engine().wait(&started.execution).await?, &execution)?;
    let reply: v1::RetrieveReply = serde_json::from_value((*output).clone()).map_err(|error| {
        tracing::error!(execution, error = %error, "a search result does not fit its message");
        Refusal::internal()
    })?;
    let mut passages = Vec::with_capacity(reply.passages.len());
    for passage in reply.passages {
        passages.extend(view(&app, passage).await?);
    }
    Ok(Json(Found { passages, mode: reply.mode, notes: reply.notes, execution }))
}

/// `None` when the text is not there any more: its document was removed meanwhile.
async fn view(app: &App, passage: v1::Passage) -> Result<Option<PassageView>, Refusal> {
    let Some(source) = &passage.source else { return Ok(None) };
    let bytes = match codec::fetch(app.engine().world().objects.as_ref(), &source.hash).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind == cueline_ports::PortErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let document: Document = serde_json::from_slice(&bytes).map_err(|_| Refusal::internal())?;
    let text = document.text.get(passage.start as usize..passage.end as usize).unwrap_or_default();
    Ok(Some(PassageView {
        text: text.trim().chars().take(SHOWN).collect(),
        score: passage.score,
        document: passage.document,
        version: passage.version,
        title: passage.title,
        headings: passage.headings,
        page: (passage.page > 0).then_some(passage.page),
        start: passage.start,
        end: passage.end,
    }))
}
