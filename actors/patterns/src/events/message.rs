//! The body of a message of the queue `events`: JSON, as EventBridge or S3 put it there.

use cueline_domain::object_key;
use cueline_protocol::events::{EnvelopeProblem, EventEnvelope};
use serde_json::Value;

/// Why nothing can be done with an event, now or later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// Stable, e.g. `event_unreadable`.
    pub code: &'static str,
    /// What was found and what to do.
    pub message: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What a message says.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// An event.
    Event(Box<EventEnvelope>),
    /// Objects changed: bucket and key. S3 itself said so, without EventBridge.
    Objects(Vec<(String, String)>),
    /// S3 tried whether it can reach us.
    Test,
}

impl Message {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            let message = format!("the message is not JSON ({error}); an event of EventBridge was expected");
            Refusal::new("event_unreadable", message)
        })?;
        if let Some(records) = value["Records"].as_array() {
            return objects(records);
        }
        if value["Event"] == "s3:TestEvent" {
            return Ok(Self::Test);
        }
        EventEnvelope::read(&value).map(|envelope| Self::Event(Box::new(envelope))).map_err(|problem| {
            let code = match problem {
                EnvelopeProblem::NotJson(_) => "event_unreadable",
                EnvelopeProblem::Field { .. } => "event_invalid",
                EnvelopeProblem::Version(_) => "event_version_unknown",
            };
            Refusal::new(code, format!("{problem}; an envelope of EventBridge was expected"))
        })
    }
}

/// A notification of S3. Its keys are URL-encoded; those of events are not.
fn objects(records: &[Value]) -> Result<Message, Refusal> {
    let mut objects = Vec::with_capacity(records.len());
    for (at, record) in records.iter().enumerate() {
        let bad = |field: &str| {
            let message =
                format!("Records[{at}].{field}: is missing or cannot be read; a notification of S3 was expected");
            Refusal::new("event_invalid", message)
        };
        if record["eventSource"].as_str().is_some_and(|source| source != "aws:s3") {
            return Err(bad("eventSource"));
        }
        let bucket = record["s3"]["bucket"]["name"].as_str().ok_or_else(|| bad("s3.bucket.name"))?;
        let key = record["s3"]["object"]["key"].as_str().and_then(object_key::from_url);
        objects.push((bucket.to_owned(), key.ok_or_else(|| bad("s3.object.key"))?));
    }
    Ok(Message::Objects(objects))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_are_told_apart() {
        let record =
            |key: &str| json!({"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}, "object": {"key": key}}});
        let cases = [
            (json!({"Records": [record("a+b/%C3%BC"), record("c")]}), Ok(vec![("b", "a b/ü"), ("b", "c")])),
            (json!({"Records": [record("%zz")]}), Err("Records[0].s3.object.key")),
            (json!({"Records": [{"eventSource": "aws:sns"}]}), Err("Records[0].eventSource")),
            (json!({"Records": []}), Ok(vec![])),
        ];
        for (body, expected) in cases {
            match (Message::parse(body.to_string().as_bytes()), expected) {
                (Ok(Message::Objects(found)), Ok(expected)) => {
                    let found: Vec<_> = found.iter().map(|(bucket, key)| (bucket.as_str(), key.as_str())).collect();
                    assert_eq!(found, expected);
                }
                (Err(refusal), Err(expected)) => assert!(refusal.message.contains(expected), "{refusal}"),
                (found, expected) => panic!("{body}: {found:?}, not {expected:?}"),
            }
        }
        let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"});
        assert_eq!(Message::parse(test.to_string().as_bytes()), Ok(Message::Test));
    }

    #[test]
    fn what_is_no_event_has_a_code() {
        let cases: [(&[u8], &str); 5] = [
            (b"\x0a\x03abc", "event_unreadable"),
            (b"[1]", "event_unreadable"),
            (b"{}", "event_invalid"),
            (
                b"{\"version\": \"0\", \"id\": \"\", \"detail-type\": \"a\", \"source\": \"b\", \"detail\": {}}",
                "event_invalid",
            ),
            (
                b"{\"version\": \"7\", \"id\": \"1\", \"detail-type\": \"a\", \"source\": \"b\", \"detail\": {}}",
                "event_version_unknown",
            ),
        ];
        for (body, code) in cases {
            assert_eq!(Message::parse(body).unwrap_err().code, code, "{}", String::from_utf8_lossy(body));
        }
    }
}
