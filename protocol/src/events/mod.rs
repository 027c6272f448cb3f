//! Every event that is published or accepted, and the envelope it travels in.
//!
//! The catalogue [`EVENTS`] is the one place that names them: the JSON Schema files in `schemas/events`, `cueline events`
//! and what is accepted from a bus all follow from it. An event's detail is the proto3 JSON form of its message.
//!
//! What we define is read strictly: an unknown field is an error with its name. What AWS defines is read for what we need
//! of it, because AWS adds fields whenever it likes.

mod envelope;

pub use envelope::{EnvelopeProblem, EventEnvelope};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::v1;

/// `source` of what Cueline publishes.
pub const SOURCE: &str = "cueline";

/// Who says it to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Cueline says it.
    Published,
    /// Cueline listens to it.
    Accepted,
}

/// Whose words an event is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Cueline says it.
    Cueline,
    /// Anybody may say it, under a source of their own.
    Anybody,
    /// A service of AWS says it, under this source.
    Aws(&'static str),
}

impl Origin {
    /// The source for people: `*` for any.
    pub fn source(self) -> &'static str {
        match self {
            Self::Cueline => SOURCE,
            Self::Anybody => "*",
            Self::Aws(source) => source,
        }
    }

    /// Whether an event of this source may be it.
    pub fn covers(self, source: &str) -> bool {
        match self {
            Self::Cueline => source == SOURCE,
            Self::Anybody => !source.starts_with("aws."),
            Self::Aws(of) => source == of,
        }
    }

    /// Whether unknown fields are an error.
    pub fn is_ours(self) -> bool {
        !matches!(self, Self::Aws(_))
    }
}

/// One kind of event.
#[derive(Clone, Copy)]
pub struct EventContract {
    /// `detail-type`, which is also its name.
    pub detail_type: &'static str,
    /// Whose words it is in.
    pub origin: Origin,
    /// Who says it to whom.
    pub direction: Direction,
    /// Name of its message in package `cueline.v1`.
    pub message: &'static str,
    /// Fields, with dots, without which it means nothing.
    pub required: &'static [&'static str],
    /// What it says, for people.
    pub description: &'static str,
    /// JSON Schema of its detail (draft 2020-12).
    pub schema: &'static str,
    decode: fn(&Value) -> Result<(), DetailProblem>,
}

/// What is wrong with the detail of an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail_type}: {field}: {problem}")]
pub struct DetailProblem {
    /// The event.
    pub detail_type: &'static str,
    /// Which field, with dots; `detail` for the whole.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

/// A message that is the detail of an event.
pub trait EventMessage: Serialize + DeserializeOwned {
    /// Its name in package `cueline.v1`.
    const MESSAGE: &'static str;
}

impl EventContract {
    /// Everything that is wrong with a detail first; `Ok` when it can be understood.
    pub fn check(&self, detail: &Value) -> Result<(), DetailProblem> {
        let problem = |field: &str, problem: String| DetailProblem {
            detail_type: self.detail_type,
            field: field.to_owned(),
            problem,
        };
        if !detail.is_object() {
            return Err(problem("detail", format!("is {}, not an object", kind(detail))));
        }
        (self.decode)(&self.known_part(detail))?;
        for field in self.required {
            let there = field.split('.').try_fold(detail, |value, name| value.get(name));
            match there {
                None | Some(Value::Null) => return Err(problem(field, "is missing".to_owned())),
                Some(Value::String(text)) if text.is_empty() => return Err(problem(field, "is empty".to_owned())),
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// What of a foreign detail we know; an own one as it is, so that what is unknown in it is found.
    fn known_part(&self, detail: &Value) -> Value {
        if self.origin.is_ours() {
            return detail.clone();
        }
        // The schema is ours and committed; were it not JSON, the whole detail is decoded.
        let schema = serde_json::from_str(self.schema).unwrap_or(Value::Null);
        known_part(&schema, &schema, detail)
    }

    /// The detail as its message.
    ///
    /// # Errors
    /// When it cannot be understood, or `M` is another message.
    pub fn read<M: EventMessage>(&self, detail: &Value) -> Result<M, DetailProblem> {
        self.check(detail)?;
        decode(self.detail_type, &self.known_part(detail))
    }
}

impl std::fmt::Debug for EventContract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventContract").field("detail_type", &self.detail_type).finish_non_exhaustive()
    }
}

fn known_part(root: &Value, schema: &Value, value: &Value) -> Value {
    let schema = match schema["$ref"].as_str().and_then(|place| place.strip_prefix('#')) {
        Some(place) => root.pointer(place).unwrap_or(schema),
        None => schema,
    };
    match (schema["properties"].as_object(), value) {
        (Some(known), Value::Object(members)) => members
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), known_part(root, known.get(name)?, value))))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        _ => value.clone(),
    }
}

fn decode<M: DeserializeOwned>(detail_type: &'static str, detail: &Value) -> Result<M, DetailProblem> {
    serde_path_to_error::deserialize(detail).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "detail".to_owned() } else { path };
        DetailProblem { detail_type, field, problem: error.inner().to_string() }
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

macro_rules! events {
    ($($direction:ident $origin:expr, $detail_type:literal = $message:ident, needs $required:expr, $schema:literal: $description:literal;)*) => {
        /// Every event, those that are published first.
        pub const EVENTS: &[EventContract] = &[$(EventContract {
            detail_type: $detail_type,
            origin: $origin,
            direction: Direction::$direction,
            message: stringify!($message),
            required: &$required,
            description: $description,
            schema: include_str!(concat!("../../schemas/events/", $schema)),
            decode: |detail| decode::<v1::$message>($detail_type, detail).map(drop),
        }),*];
    };
}

macro_rules! messages {
    ($($message:ident),* $(,)?) => {
        $(impl EventMessage for v1::$message {
            const MESSAGE: &'static str = stringify!($message);
        })*
    };
}

messages!(
    DocumentIndexed,
    DocumentRefused,
    DocumentFailed,
    DocumentRemoved,
    AlertChanged,
    WorkflowRequested,
    DocumentOffered,
    S3ObjectChange
);

events! {
    Published Origin::Cueline, "DocumentIndexed" = DocumentIndexed,
        needs ["collection", "bucket", "key", "version", "execution"], "DocumentIndexed.json":
        "A version of a document can be found.";
    Published Origin::Cueline, "DocumentRefused" = DocumentRefused,
        needs ["collection", "bucket", "key", "code", "execution"], "DocumentRefused.json":
        "A version of a document was refused: the file itself is at fault.";
    Published Origin::Cueline, "DocumentFailed" = DocumentFailed,
        needs ["collection", "bucket", "key", "code", "execution"], "DocumentFailed.json":
        "A version of a document could not be processed.";
    Published Origin::Cueline, "DocumentRemoved" = DocumentRemoved,
        needs ["collection", "bucket", "key", "execution"], "DocumentRemoved.json":
        "A document is no longer searchable because its object was deleted.";
    Published Origin::Cueline, "AlertChanged" = AlertChanged,
        needs ["id", "rule", "subject", "state"], "AlertChanged.json":
        "A rule over calls of models says something else than before.";
    Accepted Origin::Anybody, "WorkflowRequested" = WorkflowRequested,
        needs ["workflow"], "WorkflowRequested.json":
        "Somebody wants a workflow to run.";
    Accepted Origin::Anybody, "DocumentOffered" = DocumentOffered,
        needs ["bucket", "key"], "DocumentOffered.json":
        "Somebody put an object into an inbox: it is looked at now, within the trace of the event.";
    Accepted Origin::Aws("aws.s3"), "Object Created" = S3ObjectChange,
        needs ["bucket.name", "object.key"], "ObjectCreated.json":
        "An object of a bucket was created or overwritten: it is looked at.";
    Accepted Origin::Aws("aws.s3"), "Object Deleted" = S3ObjectChange,
        needs ["bucket.name", "object.key"], "ObjectDeleted.json":
        "An object of a bucket was deleted: it is looked at.";
    Accepted Origin::Aws("aws.bedrock"), "Batch Inference Job State Change" = BedrockBatchChange,
        needs ["batchJobArn"], "BatchInferenceJobStateChange.json":
        "A batch inference job has another state: recognised, nothing follows from it yet.";
}

/// The event of a source and detail type.
pub fn contract(source: &str, detail_type: &str) -> Option<&'static EventContract> {
    EVENTS.iter().find(|event| event.detail_type == detail_type && event.origin.covers(source))
}

/// The event of a name; spaces may be left out.
pub fn named(name: &str) -> Option<&'static EventContract> {
    let plain = |text: &str| text.replace(' ', "");
    EVENTS.iter().find(|event| plain(event.detail_type) == plain(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_is_read_and_what_is_wrong_is_named() {
        let contract = contract("shop", "WorkflowRequested").unwrap();
        let read: v1::WorkflowRequested = contract.read(&json!({"workflow": "greet", "input": {"n": 1}})).unwrap();
        assert_eq!((read.workflow.as_str(), read.input.is_some()), ("greet", true));
        let cases = [
            (json!({"input": 1}), "workflow: is missing"),
            (json!({"workflow": ""}), "workflow: is empty"),
            (json!({"workflow": 3}), "workflow: invalid type: integer `3`, expected a string"),
            (json!({"workflow": "a", "inptu": 1}), "unknown field `inptu`"),
            (json!([]), "detail: is a list, not an object"),
        ];
        for (detail, expected) in cases {
            let error = contract.check(&detail).unwrap_err().to_string();
            assert!(error.contains(expected), "{detail}: {error}");
        }
    }

    #[test]
    fn foreign_events_may_say_more_than_we_know() {
        let contract = contract("aws.s3", "Object Created").unwrap();
        let detail = json!({"version": "0", "bucket": {"name": "inbox", "region": "x"}, "new": {"a": 1},
            "object": {"key": "a b", "size": 5, "etag": "e", "version-id": "v", "sequencer": "s", "also": []}});
        let read: v1::S3ObjectChange = contract.read(&detail).unwrap();
        assert_eq!(read.object.unwrap().key, "a b");
        let error = contract.check(&json!({"bucket": {"name": "inbox"}, "object": {"size": 5}})).unwrap_err();
        assert_eq!((error.field.as_str(), error.problem.as_str()), ("object.key", "is missing"));
    }

    #[test]
    fn sources_tell_events_of_one_name_apart() {
        assert!(contract("anybody", "DocumentIndexed").is_none());
        assert!(contract("aws.s3", "WorkflowRequested").is_none());
        assert!(contract(SOURCE, "DocumentIndexed").is_some_and(|event| event.direction == Direction::Published));
        assert_eq!(named("ObjectCreated").unwrap().detail_type, "Object Created");
    }
}
