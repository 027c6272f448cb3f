//! Chat models behind an endpoint whose container speaks OpenAI's chat completions: requests and answers are passed on
//! field by field.
//!
//! ```text
//!   InvokeEndpoint                     {"messages": […]}                   {"choices": […], …}
//!   InvokeEndpointWithResponseStream   {"messages": […], "stream": true}   data: {"cho · ices": […], … · }␊␊data: [DO · …
//! ```
//!
//! A part ends anywhere, also in the middle of a character. Nothing is tried again here: whoever asks knows where else to
//! ask.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_sdk_sagemakerruntime::{primitives::Blob, types::ResponseStream};
use bytes::Bytes;
use cueline_ports::{
    Chat, ChatDelta, Model, PortError, PortErrorKind, PortResult, Relay,
    openai::{self, Answer, EventReader, Sent},
};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::{
    SageMakerEndpoint,
    endpoint::{Parts, TIMEOUT, broken},
    whole,
};
use crate::{Connection, Meter};

/// A chat model of your own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SageMakerModelOptions {
    /// Name of the endpoint.
    pub endpoint: String,
    /// Inference component of an endpoint with several.
    pub inference_component: Option<String>,
    /// File of the model on an endpoint that loads many. Its answers come in one piece: streams take no target model.
    pub target_model: Option<String>,
    /// What the container calls the model; `None` leaves it to a container that has one.
    pub model: Option<String>,
    /// Until a whole answer is there, or one that streams begins.
    pub timeout: Duration,
    /// Until the first event and between two events of a stream, where no caller watches it.
    pub gap_timeout: Duration,
}

impl SageMakerModelOptions {
    /// An endpoint with one model, and timeouts of 70 and 60 seconds: the service gives a model sixty.
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self {
            endpoint: endpoint.into(),
            inference_component: None,
            target_model: None,
            model: None,
            timeout: TIMEOUT,
            gap_timeout: Duration::from_secs(60),
        }
    }
}

/// A chat model of your own behind an endpoint. Clones share connections.
#[derive(Debug, Clone)]
pub struct SageMakerModel {
    endpoint: SageMakerEndpoint,
    options: Arc<SageMakerModelOptions>,
}

impl SageMakerModel {
    /// Nothing is called yet.
    ///
    /// # Errors
    /// `endpoint_name_invalid`.
    pub fn new(connection: &Connection, options: SageMakerModelOptions, meter: Meter) -> PortResult<Self> {
        let component = options.inference_component.as_deref();
        let endpoint = SageMakerEndpoint::once(connection, &options.endpoint, component, meter, options.timeout)?;
        let endpoint = endpoint.of_model(options.target_model.as_deref());
        Ok(Self { endpoint, options: Arc::new(options) })
    }

    async fn whole(&self, request: &Map<String, Value>) -> PortResult<Bytes> {
        self.endpoint.whole(self.body(request, false)).await
    }

    async fn events(&self, request: &Map<String, Value>) -> PortResult<BoxStream<'static, PortResult<Bytes>>> {
        if self.options.target_model.is_some() {
            let events = whole::events(&self.whole(request).await?);
            return Ok(stream::iter(events.into_iter().map(Ok)).boxed());
        }
        let parts = self.endpoint.parts(self.body(request, true)).await?;
        let events = Events { endpoint: self.endpoint.clone(), parts, reader: Reader::default(), over: false };
        Ok(stream::unfold(events, |mut events| async move { Some((events.next().await?, events)) }).boxed())
    }

    fn body(&self, request: &Map<String, Value>, streams: bool) -> Vec<u8> {
        let sent = Sent { request, model: self.options.model.as_deref(), streams };
        // JSON of JSON does not fail.
        serde_json::to_vec(&sent).unwrap_or_default()
    }
}

#[async_trait]
impl Relay for SageMakerModel {
    async fn complete(&self, request: &Map<String, Value>, _idempotency_key: &str) -> PortResult<Bytes> {
        self.whole(request).await
    }

    async fn stream(
        &self,
        request: &Map<String, Value>,
        _idempotency_key: &str,
    ) -> PortResult<BoxStream<'static, PortResult<Bytes>>> {
        self.events(request).await
    }

    async fn embed(&self, request: &Map<String, Value>) -> PortResult<Bytes> {
        // An endpoint has one address: by the body the container knows what is wanted.
        self.whole(request).await
    }
}

#[async_trait]
impl Model for SageMakerModel {
    fn name(&self) -> &str {
        self.options.model.as_ref().unwrap_or(&self.options.endpoint)
    }

    fn relay(&self) -> Option<Arc<dyn Relay>> {
        Some(Arc::new(self.clone()))
    }

    async fn chat(&self, chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
        if chat.guardrail.is_some() {
            let message =
                "model_guardrail_unsupported: no guardrail can be had here; use `guards` around the call instead";
            return Err(self.endpoint.named(PortError::new(PortErrorKind::Unsupported, message)));
        }
        let deltas = Deltas {
            endpoint: self.endpoint.clone(),
            events: self.events(&openai::request(&chat)).await?,
            answer: Answer::default(),
            waiting: VecDeque::new(),
            gap_timeout: self.options.gap_timeout,
            over: false,
        };
        Ok(stream::unfold(deltas, |mut deltas| async move { Some((deltas.next().await?, deltas)) }).boxed())
    }
}

/// The data of the events of a stream.
struct Events {
    endpoint: SageMakerEndpoint,
    parts: Parts,
    reader: Reader,
    over: bool,
}

impl Events {
    async fn next(&mut self) -> Option<PortResult<Bytes>> {
        loop {
            if let Some(event) = self.reader.waiting.pop_front() {
                return Some(Ok(event));
            }
            if self.over {
                return None;
            }
            let read = match self.parts.recv().await {
                Ok(Some(ResponseStream::PayloadPart(part))) => {
                    self.reader.read(part.bytes.map(Blob::into_inner).unwrap_or_default().into())
                }
                Ok(Some(_)) => Ok(()),
                Ok(None) => {
                    self.over = true;
                    self.reader.finish();
                    Ok(())
                }
                Err(error) => Err(broken(&error)),
            };
            if let Err(error) = read {
                self.over = true;
                return Some(Err(self.endpoint.named(error)));
            }
        }
    }
}

/// Parts to events, however they are cut.
#[derive(Default)]
struct Reader {
    events: EventReader,
    waiting: VecDeque<Bytes>,
    begun: bool,
}

impl Reader {
    fn read(&mut self, bytes: Bytes) -> PortResult<()> {
        if let Some(first) = bytes.trim_ascii_start().first().filter(|_| !self.begun) {
            self.begun = true;
            if b"{[".contains(first) {
                let what =
                    "model_garbled: the container sent a document instead of events; does it stream chat completions?";
                return Err(PortError::unavailable(what));
            }
        }
        self.events.read(&bytes, &mut self.waiting).map_err(|_| {
            PortError::unavailable("model_garbled: the container sent more than any event of an answer is long")
        })
    }

    /// Some containers forget the last line end; an event that is not whole without it was cut.
    fn finish(&mut self) {
        let is_whole =
            |event: &Bytes| event.trim_ascii() == b"[DONE]" || serde_json::from_slice::<IgnoredAny>(event).is_ok();
        self.waiting.extend(self.events.finish().filter(is_whole));
    }
}

/// What a stream says, in the words of the port.
struct Deltas {
    endpoint: SageMakerEndpoint,
    events: BoxStream<'static, PortResult<Bytes>>,
    answer: Answer,
    waiting: VecDeque<ChatDelta>,
    gap_timeout: Duration,
    over: bool,
}

impl Deltas {
    /// Nothing follows the end or an error.
    async fn next(&mut self) -> Option<PortResult<ChatDelta>> {
        loop {
            if let Some(delta) = self.waiting.pop_front() {
                return Some(Ok(delta));
            }
            if self.over || self.answer.has_ended() {
                return None;
            }
            match self.hear().await {
                Ok(deltas) => self.waiting.extend(deltas),
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
    }

    async fn hear(&mut self) -> PortResult<Vec<ChatDelta>> {
        let limit = self.gap_timeout;
        let event = match tokio::time::timeout(limit, self.events.next()).await {
            // It names the endpoint already.
            Ok(Some(event)) => event?,
            Ok(None) => {
                let what = "model_stream_cut: the answer ended before its last word";
                return Err(self.endpoint.named(PortError::unavailable(what)));
            }
            Err(_) => {
                let what = format!("model_gap_timeout: nothing came for {:.1} s", limit.as_secs_f64());
                return Err(self.endpoint.named(PortError::unavailable(what)));
            }
        };
        self.answer.hear(&event).map_err(|error| self.endpoint.named(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str =
        "data: {\"choices\":[{\"delta\":{\"content\":\"žluťoučký 🐧\"}}]}\r\n\r\n: wait\n\ndata: [DONE]\n\n";

    fn read(parts: &[&[u8]]) -> PortResult<Vec<Bytes>> {
        let mut reader = Reader::default();
        parts.iter().try_for_each(|part| reader.read(Bytes::copy_from_slice(part)))?;
        reader.finish();
        Ok(reader.waiting.into())
    }

    #[test]
    fn parts_may_end_anywhere() {
        let whole = read(&[STREAM.as_bytes()]).unwrap();
        let expected = ["{\"choices\":[{\"delta\":{\"content\":\"žluťoučký 🐧\"}}]}", "[DONE]"];
        assert_eq!(whole, expected);
        for cut in 1..STREAM.len() {
            let (before, after) = STREAM.as_bytes().split_at(cut);
            assert_eq!(read(&[before, b"", after]).unwrap(), expected, "{cut}");
        }
        let bytes: Vec<&[u8]> = STREAM.as_bytes().chunks(1).collect();
        assert_eq!(read(&bytes).unwrap(), expected);
    }

    #[test]
    fn the_last_line_end_may_be_missing_but_nothing_else() {
        assert_eq!(read(&[b"data: {}\n\ndata: [DONE]"]).unwrap(), ["{}", "[DONE]"]);
        assert_eq!(read(&[b"data: {}\n\ndata: {\"choices\""]).unwrap(), ["{}"]);
    }

    #[test]
    fn what_is_no_stream_of_events_is_told() {
        for document in [b" \n{\"generated_text\":".as_slice(), b"[{}]"] {
            let error = read(&[b" ", document]).unwrap_err();
            assert!(error.is_transient() && error.message.starts_with("model_garbled: "), "{error}");
        }
        let endless = vec![b'x'; 5 << 20];
        assert!(read(&[&endless]).unwrap_err().message.starts_with("model_garbled: "));
    }
}
