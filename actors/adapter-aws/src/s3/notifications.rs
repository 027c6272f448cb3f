//! News of a bucket, from a queue that EventBridge or S3 itself sends them to.
//!
//! Either form may repeat, reorder and lose, so news only say "look": the sequencer is not needed where the object itself is
//! asked. Keys are plain in events of EventBridge and URL-encoded in notifications of S3 itself.

use std::{pin::Pin, time::Duration};

use aws_sdk_sqs::Client;
use cueline_domain::object_key;
use cueline_ports::{ObjectChange, ObjectChangeKind};
use futures::{Stream, StreamExt, stream};
use serde_json::Value;

use super::objects::{Place, plain_etag};
use crate::error::Call;

/// How long one request waits for news.
const WAIT: i32 = 20;
/// Pause after a failed request.
const PAUSE: Duration = Duration::from_secs(1);

/// What the queue tells of a place, without end.
pub(super) fn changes(client: Client, url: String, place: Place) -> Pin<Box<dyn Stream<Item = ObjectChange> + Send>> {
    let batches = stream::unfold((client, url), |(client, url)| async move {
        let bodies = receive(&client, &url).await;
        Some((bodies, (client, url)))
    });
    Box::pin(batches.flat_map(move |bodies| {
        let told: Vec<ObjectChange> = bodies.iter().flat_map(|body| read(body, &place)).collect();
        stream::iter(told)
    }))
}

async fn receive(client: &Client, url: &str) -> Vec<String> {
    let call = Call { action: "sqs:ReceiveMessage", on: url };
    let received =
        client.receive_message().queue_url(url).max_number_of_messages(10).wait_time_seconds(WAIT).send().await;
    let messages = match received {
        Ok(received) => received.messages.unwrap_or_default(),
        Err(error) => {
            tracing::warn!(error = %call.failed(error), "failed to hear of changes");
            tokio::time::sleep(PAUSE).await;
            return Vec::new();
        }
    };
    let mut bodies = Vec::with_capacity(messages.len());
    for message in messages {
        bodies.extend(message.body);
        let Some(receipt) = message.receipt_handle else { continue };
        // A hint that comes again costs a look, one that is lost costs the time to the next full look.
        if let Err(error) = client.delete_message().queue_url(url).receipt_handle(receipt).send().await {
            let call = Call { action: "sqs:DeleteMessage", on: url };
            tracing::debug!(error = %call.failed(error), "news will come again");
        }
    }
    bodies
}

/// What a message tells of a place; nothing when it is about something else.
pub(super) fn read(body: &str, place: &Place) -> Vec<ObjectChange> {
    let Ok(message) = serde_json::from_str::<Value>(body) else { return Vec::new() };
    if message["source"] == "aws.s3" {
        return event(&message, place).into_iter().collect();
    }
    message["Records"].as_array().into_iter().flatten().filter_map(|record| notification(record, place)).collect()
}

fn event(event: &Value, place: &Place) -> Option<ObjectChange> {
    let (detail, object) = (&event["detail"], &event["detail"]["object"]);
    if detail["bucket"]["name"].as_str() != Some(&place.bucket) {
        return None;
    }
    let key = object["key"].as_str()?.strip_prefix(&place.prefix)?.to_owned();
    let kind = match event["detail-type"].as_str()? {
        "Object Created" => written(object["etag"].as_str(), object["size"].as_u64()),
        "Object Deleted" => ObjectChangeKind::Deleted,
        _ => return None,
    };
    Some(ObjectChange { key, kind })
}

fn notification(record: &Value, place: &Place) -> Option<ObjectChange> {
    let object = &record["s3"]["object"];
    if record["s3"]["bucket"]["name"].as_str() != Some(&place.bucket) {
        return None;
    }
    let key = object_key::from_url(object["key"].as_str()?)?;
    let key = key.strip_prefix(&place.prefix)?.to_owned();
    let name = record["eventName"].as_str()?;
    let name = name.strip_prefix("s3:").unwrap_or(name);
    let kind = if name.starts_with("ObjectCreated") {
        written(object["eTag"].as_str(), object["size"].as_u64())
    } else if name.starts_with("ObjectRemoved") || name.starts_with("LifecycleExpiration") {
        ObjectChangeKind::Deleted
    } else {
        return None;
    };
    Some(ObjectChange { key, kind })
}

fn written(etag: Option<&str>, size: Option<u64>) -> ObjectChangeKind {
    ObjectChangeKind::Written { etag: plain_etag(etag.unwrap_or_default()), size: size.unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place() -> Place {
        Place { bucket: "inbox".into(), prefix: String::new() }
    }

    #[test]
    fn keys_are_plain_in_events_and_encoded_in_notifications() {
        let event = json!({ "source": "aws.s3", "detail-type": "Object Created", "detail": {
            "bucket": { "name": "inbox" }, "object": { "key": "a b/ü+%.pdf", "size": 3, "etag": "e1", "sequencer": "0055" }
        } });
        let record = json!({ "Records": [{ "eventName": "ObjectCreated:Put", "s3": {
            "bucket": { "name": "inbox" }, "object": { "key": "a+b/%C3%BC%2B%25.pdf", "size": 3, "eTag": "e1" }
        } }] });
        let kind = ObjectChangeKind::Written { etag: "e1".into(), size: 3 };
        let expected = vec![ObjectChange { key: "a b/ü+%.pdf".into(), kind }];
        assert_eq!(read(&event.to_string(), &place()), expected);
        assert_eq!(read(&record.to_string(), &place()), expected);
    }

    #[test]
    fn deletions_are_told_and_what_is_about_others_is_not() {
        let deleted = json!({ "source": "aws.s3", "detail-type": "Object Deleted", "detail": {
            "bucket": { "name": "inbox" }, "object": { "key": "x", "deletion-type": "Delete Marker Created" }
        } });
        assert_eq!(read(&deleted.to_string(), &place())[0].kind, ObjectChangeKind::Deleted);
        let elsewhere = Place { bucket: "other".into(), prefix: String::new() };
        assert_eq!(read(&deleted.to_string(), &elsewhere), []);
        let below = Place { bucket: "inbox".into(), prefix: "docs/".into() };
        assert_eq!(read(&deleted.to_string(), &below), []);
        let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "inbox" });
        for nothing in [test.to_string(), "not JSON".into(), "[]".into(), "{\"Records\": 3}".into(), "null".into()] {
            assert_eq!(read(&nothing, &place()), [], "{nothing}");
        }
    }
}
