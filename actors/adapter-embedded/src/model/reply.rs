//! A response on its way: events as they come, within their time.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use cueline_ports::{
    ChatDelta, PortError, PortResult,
    openai::{Answer, EventReader},
};
use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use super::{OpenAiOptions, broken};

/// An answer that does not stream is at most so long.
const LONGEST_ANSWER: usize = 16 << 20;

/// The rest of a response.
pub(super) struct Reply {
    body: BoxStream<'static, reqwest::Result<Bytes>>,
    /// False: the body is one JSON document.
    streams: bool,
    reader: EventReader,
    whole: Vec<u8>,
    answer: Answer,
    waiting: VecDeque<ChatDelta>,
    deadline: Instant,
    started: bool,
    failed: bool,
    first_token_timeout: Duration,
    gap_timeout: Duration,
}

impl Reply {
    pub(super) fn new(response: Response, streams: bool, deadline: Instant, options: &OpenAiOptions) -> Self {
        Self {
            body: response.bytes_stream().boxed(),
            streams,
            reader: EventReader::default(),
            whole: Vec::new(),
            answer: Answer::default(),
            waiting: VecDeque::new(),
            deadline,
            started: false,
            failed: false,
            first_token_timeout: options.first_token_timeout,
            gap_timeout: options.gap_timeout,
        }
    }

    /// The deltas; nothing follows the end or an error.
    pub(super) fn deltas(self) -> impl Stream<Item = PortResult<ChatDelta>> + Send {
        stream::unfold(self, |mut reply| async move {
            let delta = reply.next().await?;
            reply.failed = delta.is_err();
            Some((delta, reply))
        })
    }

    async fn next(&mut self) -> Option<PortResult<ChatDelta>> {
        loop {
            if self.failed {
                return None;
            }
            if let Some(delta) = self.waiting.pop_front() {
                self.started = true;
                self.deadline = Instant::now() + self.gap_timeout;
                return Some(Ok(delta));
            }
            if self.answer.has_ended() {
                return None;
            }
            if let Err(error) = self.receive().await {
                return Some(Err(error));
            }
        }
    }

    /// Waits for more of the body. Comments that keep a connection alive do not extend the time.
    async fn receive(&mut self) -> PortResult<()> {
        let limit = if self.started { self.gap_timeout } else { self.first_token_timeout };
        let portion = timeout_at(self.deadline, self.body.next()).await.map_err(|_| too_slow(!self.started, limit))?;
        match portion.transpose().map_err(broken)? {
            Some(bytes) if self.streams => {
                let mut events = Vec::new();
                self.reader.read(&bytes, &mut events).map_err(|_| too_long())?;
                events.iter().try_for_each(|event| self.hear(event))
            }
            Some(bytes) if self.whole.len() + bytes.len() > LONGEST_ANSWER => Err(too_long()),
            Some(bytes) => {
                self.whole.extend_from_slice(&bytes);
                Ok(())
            }
            None => self.finish(),
        }
    }

    fn hear(&mut self, event: &[u8]) -> PortResult<()> {
        if !self.answer.has_ended() {
            self.waiting.extend(self.answer.hear(event)?);
        }
        Ok(())
    }

    /// The body is over: fine after its last word, an error before it.
    fn finish(&mut self) -> PortResult<()> {
        if self.streams {
            if let Some(event) = self.reader.finish() {
                self.hear(&event)?;
            }
        } else {
            let whole = std::mem::take(&mut self.whole);
            self.hear(String::from_utf8_lossy(&whole).as_bytes())?;
            let end = self.answer.end()?;
            self.waiting.extend(end);
        }
        if self.answer.has_ended() {
            return Ok(());
        }
        Err(PortError::unavailable("model_stream_cut: the model's server ended its answer before the last word"))
    }
}

/// The error for a server that keeps us waiting.
pub(super) fn too_slow(first: bool, limit: Duration) -> PortError {
    let (code, what) =
        if first { ("model_first_token_timeout", "not begun") } else { ("model_gap_timeout", "fallen silent") };
    PortError::unavailable(format!("{code}: the model's answer has {what} for {:.1} s", limit.as_secs_f64()))
}

pub(super) fn too_long() -> PortError {
    PortError::unavailable("model_garbled: the model's server sent more than any answer is long")
}
