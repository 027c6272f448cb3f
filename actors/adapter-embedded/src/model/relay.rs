//! Requests and answers passed on as they are.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use cueline_ports::{
    PortError, PortResult, Relay,
    openai::{EventReader, Sent},
};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use reqwest::{Url, header::CONTENT_TYPE};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};

use super::{Server, broken, reply};

/// An answer that does not stream is at most so long.
const LONGEST_ANSWER: usize = 64 << 20;

/// How long an answer may take is for the caller to say, who drops what it waits for no longer; this is for the connection that
/// would hang otherwise.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// A model whose server speaks the language of its callers.
pub(super) struct OpenAiRelay(pub(super) Arc<Server>);

impl OpenAiRelay {
    fn request(&self, url: &Url, request: &Map<String, Value>, streams: bool) -> reqwest::RequestBuilder {
        self.0.client.post(url.clone()).json(&Sent { request, model: Some(&self.0.options.model), streams })
    }

    async fn whole(&self, request: reqwest::RequestBuilder, limit: Duration) -> PortResult<Bytes> {
        let deadline = Instant::now() + limit;
        let response = self.0.send(request, deadline).await?;
        let mut body = response.bytes_stream();
        let mut whole = BytesMut::new();
        loop {
            let portion =
                timeout_at(deadline, body.next()).await.map_err(|_| self.0.told(reply::too_slow(false, limit)))?;
            match portion.transpose().map_err(|error| self.0.told(broken(error)))? {
                Some(bytes) if whole.is_empty() && bytes.len() <= LONGEST_ANSWER => whole = bytes.into(),
                Some(bytes) if whole.len() + bytes.len() <= LONGEST_ANSWER => whole.extend_from_slice(&bytes),
                Some(_) => return Err(self.0.told(reply::too_long())),
                None => return Ok(whole.freeze()),
            }
        }
    }
}

#[async_trait]
impl Relay for OpenAiRelay {
    async fn complete(&self, request: &Map<String, Value>, idempotency_key: &str) -> PortResult<Bytes> {
        let request = self.0.signed(self.request(&self.0.chat, request, false), Some(idempotency_key))?;
        self.whole(request, LONGEST_WAIT).await
    }

    async fn stream(
        &self,
        request: &Map<String, Value>,
        idempotency_key: &str,
    ) -> PortResult<BoxStream<'static, PortResult<Bytes>>> {
        let request = self.0.signed(self.request(&self.0.chat, request, true), Some(idempotency_key))?;
        let response = self.0.send(request, Instant::now() + LONGEST_WAIT).await?;
        let kind = response.headers().get(CONTENT_TYPE);
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json")) {
            let error = PortError::unavailable("model_garbled: the model's server sent one document and no stream");
            return Err(self.0.told(error));
        }
        let pieces = Pieces {
            model: self.0.clone(),
            body: response.bytes_stream().boxed(),
            reader: EventReader::default(),
            waiting: VecDeque::new(),
            over: false,
        };
        Ok(stream::unfold(pieces, |mut pieces| async move { Some((pieces.next().await?, pieces)) }).boxed())
    }

    async fn embed(&self, request: &Map<String, Value>) -> PortResult<Bytes> {
        let limit = self.0.options.first_token_timeout + self.0.options.gap_timeout;
        self.whole(self.0.signed(self.request(&self.0.embeddings, request, false), None)?, limit).await
    }
}

/// A stream of events.
struct Pieces {
    model: Arc<Server>,
    body: BoxStream<'static, reqwest::Result<Bytes>>,
    reader: EventReader,
    waiting: VecDeque<Bytes>,
    over: bool,
}

impl Pieces {
    async fn next(&mut self) -> Option<PortResult<Bytes>> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(Ok(event));
            }
            if self.over {
                return None;
            }
            let read = match self.body.next().await {
                Some(Ok(bytes)) => self.reader.read(&bytes, &mut self.waiting).map_err(|_| reply::too_long()),
                Some(Err(error)) => Err(broken(error)),
                None => {
                    self.over = true;
                    // Some servers forget the last line end; half an event was cut.
                    let is_event = |event: &Bytes| {
                        event.as_ref() == b"[DONE]" || serde_json::from_slice::<IgnoredAny>(event).is_ok()
                    };
                    return self.reader.finish().filter(is_event).map(Ok);
                }
            };
            if let Err(error) = read {
                self.over = true;
                return Some(Err(self.model.told(error)));
            }
        }
    }
}
