//! What of a question can be refused at the door, before an execution starts.

use axum::http::StatusCode;
use cueline_domain::{
    collection::{Collection, CollectionName},
    filter,
};
use cueline_protocol::ids::ExecutionId;
use serde_json::{Map, Value, json};

use super::{app::App, extract, refusal::Refusal};
use crate::{api::Question, config::DEFAULT_COLLECTION};

/// Longer ones are refused, in bytes.
const LONGEST_QUESTION: usize = 16 * 1024;
const MODES: &[&str] = &["hybrid", "keyword", "vector"];

/// Refuses what cannot be answered. `prefix` stands before the names of fields, e.g. `input.`.
pub(super) async fn check(app: &App, question: &Question, prefix: &str) -> Result<(), Refusal> {
    let field = |name: &str| format!("{prefix}{name}");
    check_words(question, prefix)?;
    if let Some(id) = &question.execution {
        ExecutionId::new(id)?;
    }
    let models = &app.engine().world().models;
    if let Some(model) =
        question.model.as_deref().filter(|model| *model != "extractive" && !models.contains_key(*model))
    {
        let known: Vec<&str> = models.keys().map(String::as_str).chain(["extractive"]).collect();
        return Err(Refusal::not_found("model_not_found", format!("there is no chat model {model}"))
            .field(&field("model"))
            .value(model)
            .fix(format!("use one of {}", known.join(", "))));
    }
    let collection = collection(app, question.collection.as_deref().unwrap_or(DEFAULT_COLLECTION), prefix).await?;
    let most = collection.retrieval.depth;
    if let Some(limit) = question.limit.filter(|limit| *limit == 0 || *limit as usize > most) {
        return Err(Refusal::invalid("the number of passages is out of range")
            .field(&field("limit"))
            .value(&limit.to_string())
            .fix(format!("use 1 to {most} (`retrieval.depth` of the collection)")));
    }
    Ok(())
}

/// What needs no look at the system.
fn check_words(question: &Question, prefix: &str) -> Result<(), Refusal> {
    let field = |name: &str| format!("{prefix}{name}");
    if question.question.trim().is_empty() {
        return Err(Refusal::invalid("the question is empty").field(&field("question")).fix("ask something"));
    }
    if question.question.len() > LONGEST_QUESTION {
        let detail = format!("the question has {} bytes", question.question.len());
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "question_too_long", detail)
            .field(&field("question"))
            .fix(format!("ask in at most {LONGEST_QUESTION} bytes; put long texts into the inbox")));
    }
    if let Some(filter) = &question.filter {
        filter::parse(filter).map_err(|error| {
            Refusal::new(StatusCode::BAD_REQUEST, "filter_invalid", error.message.clone())
                .field(&format!("{prefix}filter{}", error.path))
                .fix("write e.g. {\"equals\": {\"key\": \"year\", \"value\": 2024}}")
        })?;
    }
    if let Some(mode) = question.mode.as_deref().filter(|mode| !MODES.contains(mode)) {
        return Err(Refusal::invalid("there is no such mode")
            .field(&field("mode"))
            .value(mode)
            .fix(format!("use {}", MODES.join(", "))));
    }
    Ok(())
}

/// A collection that is configured or has had a document.
async fn collection(app: &App, name: &str, prefix: &str) -> Result<Collection, Refusal> {
    let field = format!("{prefix}collection");
    let parsed = CollectionName::parse(name).map_err(|error| {
        Refusal::new(StatusCode::BAD_REQUEST, "collection_name_invalid", error.to_string())
            .field(&field)
            .value(name)
            .fix("see `cueline collections`")
    })?;
    let unknown = || {
        Refusal::not_found("collection_not_found", format!("there is no collection {name}"))
            .field(&field)
            .value(name)
            .fix("see `cueline collections`")
    };
    let is_configured = app.rag().collections.contains_key(parsed.as_str());
    // The index is asked first because the ledger has to be walked through.
    if !is_configured
        && app.engine().world().index.count(name).await?.0 == 0
        && app.ledger().list(Some(name), None, None, 1).await?.items.is_empty()
    {
        return Err(unknown());
    }
    app.rag().collection(name).ok_or_else(unknown)
}

/// The input of the workflow: only what was given.
pub(super) fn input(question: &Question) -> Value {
    let mut input = Map::new();
    input.insert("collection".into(), json!(question.collection.as_deref().unwrap_or(DEFAULT_COLLECTION)));
    input.insert("question".into(), json!(question.question));
    if !question.groups.is_empty() {
        input.insert("groups".into(), json!(question.groups));
    }
    let optional = [
        ("filter", question.filter.clone()),
        ("limit", question.limit.map(Value::from)),
        ("model", question.model.clone().map(Value::from)),
        ("mode", question.mode.clone().map(Value::from)),
    ];
    input.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(input)
}

/// The input of somebody who starts or forks the workflow by its name: checked as a question is.
pub(super) async fn checked_input(app: &App, given: &Value) -> Result<Value, Refusal> {
    let question: Question = extract::value(given, "input")?;
    check(app, &question, "input.").await?;
    Ok(input(&question))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_carries_only_what_was_given() {
        let question = Question { question: "q".into(), limit: Some(3), ..Question::default() };
        assert_eq!(input(&question), json!({"collection": "default", "question": "q", "limit": 3}));
    }

    #[test]
    fn what_cannot_be_answered_names_its_field() {
        let of = |question: Question| check_words(&question, "input.").unwrap_err().problem().clone();
        let empty = of(Question { question: " ".into(), ..Question::default() });
        assert_eq!((empty.code.as_str(), empty.field.as_deref()), ("request_invalid", Some("input.question")));
        let long = of(Question { question: "x".repeat(LONGEST_QUESTION + 1), ..Question::default() });
        assert_eq!((long.status, long.code.as_str()), (400, "question_too_long"));
        let mode = of(Question { question: "q".into(), mode: Some("x".into()), ..Question::default() });
        assert_eq!((mode.field.as_deref(), mode.value.as_deref()), (Some("input.mode"), Some("x")));
        let filter = of(Question { question: "q".into(), filter: Some(json!({"foo": 1})), ..Question::default() });
        assert_eq!(filter.code, "filter_invalid");
    }
}
