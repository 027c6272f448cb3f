//! What a message is on the wire, and what it is here.
//!
//! A body is text in SQS: ours is base64. One that does not fit 1 MiB lies in the object store and the message names it
//! (a claim check). A message that somebody else sent is handed on as it is: JSON of a state machine, of an alarm, or what
//! whoever reads it says is wrong with it. No base64 begins with `{`, so the two are never mistaken for each other.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use cueline_ports::{Objects, PortError, PortErrorKind, PortResult, PutCondition};
use cueline_protocol::ids::BucketName;

/// Attribute: why a message is dead.
pub(super) const REASON: &str = "reason";
/// Attribute: when it died, epoch milliseconds.
pub(super) const DIED: &str = "died";
/// Attribute: not before, epoch milliseconds; SQS itself delays for a quarter of an hour at most.
pub(super) const NOT_BEFORE: &str = "not-before";
/// Attribute: the group, which a message that is sent again keeps.
pub(super) const GROUP: &str = "group";

/// Longest body that is sent by itself: base64 adds a third.
const INLINE: usize = 700 * 1024;
/// Begins the body of a claim check. No base64 has a colon.
const CLAIM: &str = "claim:";

/// Text for the wire.
pub(super) async fn to_wire(objects: &dyn Objects, bucket: &BucketName, body: &Bytes) -> PortResult<String> {
    if body.len() <= INLINE {
        return Ok(STANDARD.encode(body));
    }
    let key = format!("messages/{}", blake3::hash(body).to_hex());
    objects.put(bucket, &key, body.clone(), PutCondition::Any).await?;
    Ok(format!("{CLAIM}{key}"))
}

/// From the wire.
pub(super) async fn from_wire(objects: &dyn Objects, bucket: &BucketName, text: &str) -> PortResult<Bytes> {
    if let Some(key) = text.strip_prefix(CLAIM).filter(|key| key.starts_with("messages/")) {
        return match objects.get(bucket, key).await {
            Ok((_, body)) => Ok(body),
            // Whoever decodes it buries it with its reason.
            Err(error) if error.kind == PortErrorKind::NotFound => Ok(Bytes::copy_from_slice(text.as_bytes())),
            Err(error) => Err(PortError::new(error.kind, format!("failed to fetch a message body: {error}"))),
        };
    }
    Ok(decoded(text))
}

fn decoded(text: &str) -> Bytes {
    STANDARD.decode(text).map_or_else(|_| Bytes::copy_from_slice(text.as_bytes()), Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_sent_is_handed_on_as_it_is() {
        for text in [r#"{"resource": "cueline:bench.noop"}"#, "{}", "hello there"] {
            assert_eq!(decoded(text), text.as_bytes(), "{text}");
        }
        for body in [&b"\x0a\x00\xff"[..], b"{}", b""] {
            assert_eq!(decoded(&STANDARD.encode(body)), body);
        }
    }
}
