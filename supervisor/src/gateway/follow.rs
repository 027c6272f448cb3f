//! Frames of a log as server-sent events.
//!
//! What clients really do decides the form: an `id` only together with data, comments to keep a connection alive, a blank line
//! after the last event, and `[DONE]` after a complete answer only: a broken one ends with its error. Typed events of the Responses
//! API end with their last one.

use std::{convert::Infallible, io::Write, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cueline_domain::chat::{
    responses::events::{Event, ResponseEvents},
    ui::UiEvents,
};
use cueline_patterns::chat::{END, ERROR, Frame, Reader};
use futures::{Stream, stream};

use super::{
    Gate,
    problem::{Problem, REQUEST_ID},
};

/// Silence after which a comment is sent.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How a reader wants its events.
pub(super) enum Form {
    /// Chunks of chat completions, then `[DONE]`: what OpenAI's clients wait for.
    Chat {
        /// A last chunk tells the usage.
        usage: bool,
    },
    /// Typed events of the Responses API.
    Responses {
        /// Tells them; it must be told the log from its beginning.
        events: Box<ResponseEvents>,
        /// The last that the reader has; `None`: it has none.
        after: Option<u64>,
    },
    /// The UI message stream of the AI SDK, from its beginning.
    Ui {
        /// Tells its parts.
        events: Box<UiEvents>,
    },
}

/// Whether a frame is what a client waits for: content, or how it ended.
pub(super) fn first_error(frames: &[Frame]) -> Option<&Frame> {
    frames.first().filter(|frame| frame.event == ERROR)
}

/// The response to a reader: frames that it was given already, then what follows.
pub(super) fn response(gate: &Gate, stream: &str, begun: Vec<Frame>, reader: Reader, form: Form) -> Response {
    let id = HeaderValue::from_str(stream).ok();
    let (gate, stream) = (gate.clone(), stream.to_owned());
    let events = events(Telling { gate, stream, begun, reader, form, over: false });
    let mut response = (StatusCode::OK, Body::from_stream(events)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.extend(id.map(|id| (REQUEST_ID, id)));
    response
}

struct Telling {
    gate: Gate,
    stream: String,
    begun: Vec<Frame>,
    reader: Reader,
    form: Form,
    over: bool,
}

fn events(telling: Telling) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(telling, |mut telling| async move {
        let bytes = telling.next().await?;
        Some((Ok(bytes), telling))
    })
}

impl Telling {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.over {
                return None;
            }
            let frames = match std::mem::take(&mut self.begun) {
                begun if !begun.is_empty() => begun,
                _ => tokio::select! {
                    biased;
                    frames = self.reader.next() => match frames {
                        Ok(frames) => frames,
                        Err(error) => {
                            tracing::warn!(stream = self.stream, error = %error, "a stream cannot be read on");
                            // Cut, not ended: whoever comes back reads on.
                            return None;
                        }
                    },
                    () = self.gate.world().clock.sleep(KEEP_ALIVE) => return Some(Bytes::from_static(b": keep-alive\n\n")),
                },
            };
            if frames.is_empty() {
                return None;
            }
            let mut text =
                Vec::with_capacity(frames.iter().map(|frame| frame.head.len() + frame.data.len() + 64).sum());
            for frame in &frames {
                self.write(&mut text, frame);
            }
            self.over = frames.last().is_some_and(|frame| frame.last);
            if !text.is_empty() {
                return Some(text.into());
            }
        }
    }

    fn write(&mut self, text: &mut Vec<u8>, frame: &Frame) {
        match &mut self.form {
            Form::Chat { usage } => write_chunk(text, &self.stream, frame, *usage),
            Form::Responses { events, after } => write_events(text, events, *after, frame),
            Form::Ui { events } => write_parts(text, events, frame),
        }
    }
}

fn write_chunk(text: &mut Vec<u8>, stream: &str, frame: &Frame, usage: bool) {
    let is_end = frame.event == END;
    let _ = writeln!(text, "id: {stream}:{}", frame.offset);
    if usage || !is_end {
        text.extend_from_slice(b"data: ");
        text.extend_from_slice(&frame.head);
        text.extend_from_slice(&frame.data);
        text.extend_from_slice(b"\n\n");
    }
    if is_end {
        text.extend_from_slice(b"data: [DONE]\n\n");
    }
}

/// A frame as what a Responses client is told of it.
pub(super) fn told(events: &mut ResponseEvents, frame: &Frame) -> Vec<Event> {
    let mut told = events.feed(&frame.json());
    if frame.event == END {
        told.extend(events.end());
    }
    told
}

fn write_events(text: &mut Vec<u8>, events: &mut ResponseEvents, after: Option<u64>, frame: &Frame) {
    let told = told(events, frame);
    for event in told.iter().filter(|event| after.is_none_or(|after| event.sequence_number > after)) {
        let Event { name, sequence_number, data } = event;
        let _ = write!(text, "event: {name}\nid: {sequence_number}\ndata: {data}\n\n");
    }
}

fn write_parts(text: &mut Vec<u8>, events: &mut UiEvents, frame: &Frame) {
    let mut told = events.feed(&frame.json());
    if frame.event == END {
        told.extend(events.end());
    }
    for part in &told {
        let _ = write!(text, "data: {part}\n\n");
    }
    if frame.last {
        text.extend_from_slice(b"data: [DONE]\n\n");
    }
}

/// The error of a frame.
pub(super) fn error_of(frame: &Frame) -> Problem {
    let error = &frame.json()["error"];
    let status = error["status"].as_u64().and_then(|status| StatusCode::from_u16(status as u16).ok());
    let word = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    Problem::new(status.unwrap_or(StatusCode::BAD_GATEWAY), &word("code"), word("message"))
        .retry_after(error["retry_after_ms"].as_u64())
}

/// `STREAM:OFFSET` or `OFFSET` of a header `Last-Event-ID`.
pub(super) fn last_event(header: &str) -> (Option<&str>, Option<u64>) {
    match header.rsplit_once(':') {
        Some((stream, offset)) => (Some(stream), offset.parse().ok()),
        None => (None, header.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_event_names_its_stream_and_place() {
        assert_eq!(last_event("chat-1:17"), (Some("chat-1"), Some(17)));
        assert_eq!(last_event("17"), (None, Some(17)));
        assert_eq!(last_event("chat-1:x"), (Some("chat-1"), None));
        assert_eq!(last_event(""), (None, None));
    }
}
