//! `application/vnd.amazon.eventstream`: a prelude with two lengths and a checksum, headers, a payload, a checksum.

use axum::body::Bytes;
use serde_json::{Value, json};

/// An event with a JSON payload.
pub(super) fn event(name: &str, payload: &Value) -> Bytes {
    frame(
        &[(":event-type", name), (":content-type", "application/json"), (":message-type", "event")],
        payload.to_string().as_bytes(),
    )
}

/// A part of what a container behind an endpoint says.
pub(super) fn part(bytes: &[u8]) -> Bytes {
    let kind = (":content-type", "application/octet-stream");
    frame(&[(":event-type", "PayloadPart"), kind, (":message-type", "event")], bytes)
}

/// An exception in place of an event.
pub(super) fn exception(name: &str, message: &str) -> Bytes {
    let headers = [(":exception-type", name), (":content-type", "application/json"), (":message-type", "exception")];
    frame(&headers, json!({ "message": message }).to_string().as_bytes())
}

fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Bytes {
    /// A header with text in it.
    const STRING: u8 = 7;
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(name.len() as u8);
        head.extend_from_slice(name.as_bytes());
        head.push(STRING);
        head.extend_from_slice(&(value.len() as u16).to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    let total = 12 + head.len() + payload.len() + 4;
    let mut frame = Vec::with_capacity(total);
    frame.extend_from_slice(&(total as u32).to_be_bytes());
    frame.extend_from_slice(&(head.len() as u32).to_be_bytes());
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(&head);
    frame.extend_from_slice(payload);
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.into()
}
