//! Queues, dead letters, and purging for tests of recovery.

use axum::{Json, extract::State};
use cueline_ports::DeadLetter;
use cueline_protocol::{ids::QueueName, tasks::contract, v1::Envelope};
use prost::Message;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::{
    app::App,
    extract::{Name, OptionalBody, Parameters, open_cursor, page_size, seal_cursor},
    refusal::Refusal,
};
use crate::api::{DeadLetterView, Page, Problem, Purged, QueueView, RedriveRequest, Redriven};

/// A queue that there is.
async fn known(app: &App, name: &str) -> Result<QueueName, Refusal> {
    let queue = QueueName::new(name)?;
    if app.engine().world().queue.queues().await?.contains(&queue) {
        return Ok(queue);
    }
    Err(Refusal::not_found("queue_not_found", format!("there is no queue {name}"))
        .field("queue")
        .value(name)
        .fix("see `cueline queues list`"))
}

/// Queues and how full they are.
#[utoipa::path(get, path = "/admin/v1/queues", tag = "queues",
    responses((status = 200, body = Page<QueueView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(State(app): State<App>) -> Result<Json<Page<QueueView>>, Refusal> {
    let queue = &app.engine().world().queue;
    let mut items = Vec::new();
    for name in queue.queues().await? {
        let depth = queue.depth(&name).await?;
        items.push(QueueView {
            name: name.to_string(),
            ready: depth.ready,
            leased: depth.leased,
            delayed: depth.delayed,
            dead: depth.dead,
        });
    }
    Ok(Json(Page { items, cursor: None }))
}

/// Which dead letters to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Range {
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows of the page, 1 to 1000; 50 when absent.
    limit: Option<usize>,
}

/// Dead letters of a queue, oldest first, decoded.
#[utoipa::path(get, path = "/admin/v1/queues/{queue}/dead-letters", tag = "queues",
    params(("queue" = String, Path), Range),
    responses((status = 200, body = Page<DeadLetterView>), (status = "4XX", body = Problem)))]
pub(super) async fn dead_letters(
    State(app): State<App>,
    Name(queue): Name,
    Parameters(range): Parameters<Range>,
) -> Result<Json<Page<DeadLetterView>>, Refusal> {
    let name = known(&app, &queue).await?;
    let limit = page_size(range.limit)?;
    let cursor = open_cursor("dead letters", range.cursor)?;
    let mut page = app.engine().world().queue.dead_letters(&name, cursor, limit).await?;
    page.cursor = seal_cursor("dead letters", page.cursor);
    Ok(Json(Page::of(page, |letter| view(&queue, letter))))
}

fn view(queue: &str, letter: DeadLetter) -> DeadLetterView {
    DeadLetterView {
        queue: queue.to_owned(),
        message: decoded(&letter.body),
        bytes: letter.body.len(),
        id: letter.id,
        reason: letter.reason,
        at_ms: letter.at_ms,
    }
}

fn decoded(body: &[u8]) -> Option<Value> {
    // Events are JSON, cues are protobuf, which no JSON text is.
    if let Ok(event @ Value::Object(_)) = serde_json::from_slice(body) {
        return Some(event);
    }
    let envelope = Envelope::decode(body).ok()?;
    let request = contract(&envelope.resource).and_then(|contract| contract.request_to_json(&envelope.request).ok());
    Some(json!({
        "execution": envelope.execution,
        "task": envelope.task,
        "resource": envelope.resource,
        "attempt": envelope.attempt,
        "resent": envelope.resent,
        "tenant": envelope.tenant,
        "sent_ms": envelope.sent_ms,
        "request": request,
    }))
}

/// Sends dead letters to their queue again.
#[utoipa::path(post, path = "/admin/v1/queues/{queue}/dead-letters/redrive", tag = "queues",
    params(("queue" = String, Path)), request_body(content = Option<RedriveRequest>),
    responses((status = 200, body = Redriven), (status = "4XX", body = Problem)))]
pub(super) async fn redrive(
    State(app): State<App>,
    Name(queue): Name,
    OptionalBody(request): OptionalBody<RedriveRequest>,
) -> Result<Json<Redriven>, Refusal> {
    let name = known(&app, &queue).await?;
    let queue = &app.engine().world().queue;
    let ids = match request.ids {
        Some(ids) => ids,
        None => all_ids(queue.as_ref(), &name).await?,
    };
    Ok(Json(Redriven { redriven: queue.redrive(&name, ids).await? }))
}

async fn all_ids(queue: &dyn cueline_ports::Queue, name: &QueueName) -> Result<Vec<String>, Refusal> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = queue.dead_letters(name, cursor, 1_000).await?;
        ids.extend(page.items.into_iter().map(|letter| letter.id));
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(ids);
        }
    }
}

/// Drops every message of a queue. For trying out recovery: what the journal still needs is sent again.
#[utoipa::path(post, path = "/admin/v1/queues/{queue}/purge", tag = "queues", params(("queue" = String, Path)),
    responses((status = 200, body = Purged), (status = "4XX", body = Problem)))]
pub(super) async fn purge(State(app): State<App>, Name(queue): Name) -> Result<Json<Purged>, Refusal> {
    let name = known(&app, &queue).await?;
    app.engine().world().queue.purge(&name).await?;
    Ok(Json(Purged { queues: vec![name.to_string()] }))
}

/// Drops every message of every queue. For trying out recovery.
#[utoipa::path(post, path = "/admin/v1/queues/purge", tag = "queues",
    responses((status = 200, body = Purged), (status = "4XX", body = Problem)))]
pub(super) async fn purge_all(State(app): State<App>) -> Result<Json<Purged>, Refusal> {
    let queue = &app.engine().world().queue;
    let names = queue.queues().await?;
    for name in &names {
        queue.purge(name).await?;
    }
    Ok(Json(Purged { queues: names.iter().map(ToString::to_string).collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_nobody_can_read_is_shown_without_content() {
        let letter = DeadLetter { id: "1".into(), body: vec![0xff; 9].into(), reason: "x".into(), at_ms: 3 };
        let view = view("bench", letter);
        assert!(view.message.is_none());
        assert_eq!((view.bytes, view.queue.as_str()), (9, "bench"));
    }

    #[test]
    fn a_cue_is_shown_decoded() {
        let request = contract("cueline:bench.noop").unwrap().request_from_json(&json!({"delayMs": 3})).unwrap();
        let envelope = Envelope {
            execution: "e".into(),
            task: 2,
            resource: "cueline:bench.noop".into(),
            request,
            ..Default::default()
        };
        let shown = decoded(&envelope.encode_to_vec()).unwrap();
        assert_eq!((&shown["execution"], &shown["task"]), (&json!("e"), &json!(2)));
        assert_eq!(shown["request"], json!({"delayMs": 3}));
    }
}
