//! Whatever happens is counted where it passes: at the end of an execution, of a task, of a model's answer.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_ports::{Chat, ChatDelta, Clock, Model, PortResult, Usage};
use cueline_protocol::{
    tasks::{Answer, Finish, Task},
    v1::{Envelope, TraceContext},
};
use cueline_runtime::{
    World,
    engine::{EndedExecution, Spans},
};
use futures::{StreamExt, stream::BoxStream};
use serde_json::Value;
use tracing::Span;

use super::instruments::{Call, Instruments};
use crate::config::Config;

/// What a note of an answer begins with when a guard did something.
const INTERVENED: &str = "guard_intervened";
/// The pattern of a call whose caller names none.
const UNNAMED: &str = "workflow";
/// The pattern of calls that are counted where they are settled, which knows on whose behalf they are made.
pub(crate) const SETTLED: &str = "routing";

/// Counts the calls of every chat model of a world.
pub fn models(world: &mut World, config: &Config, instruments: &Instruments) {
    let clock = world.clock.clone();
    for (name, model) in &mut world.models {
        let priced_as = match (config.chat.get(name), config.hosted.chat.get(name)) {
            (_, Some(hosted)) => hosted.model().to_owned(),
            (Some(configured), None) => configured.model.clone(),
            (None, None) => name.clone(),
        };
        let (inner, instruments, clock) = (model.clone(), instruments.clone(), clock.clone());
        *model = Arc::new(MeasuredModel { inner, name: name.clone(), priced_as, instruments, clock });
    }
}

struct MeasuredModel {
    inner: Arc<dyn Model>,
    name: String,
    priced_as: String,
    instruments: Instruments,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl Model for MeasuredModel {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn relay(&self) -> Option<Arc<dyn cueline_ports::Relay>> {
        // Whoever passes on counts for itself: it knows why it asks.
        self.inner.relay()
    }

    async fn chat(&self, chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
        let mut watch = Watch {
            name: self.name.clone(),
            priced_as: self.priced_as.clone(),
            pattern: chat.pattern.unwrap_or(UNNAMED),
            instruments: self.instruments.clone(),
            clock: self.clock.clone(),
            begun_ms: self.clock.now_ms(),
            first_ms: None,
            last_ms: 0,
            pieces: 0,
            usage: None,
            error: Some("cancelled"),
        };
        match self.inner.chat(chat).await {
            // It is told when it is dropped: whoever stops listening has had a part of an answer.
            Ok(deltas) => Ok(deltas.inspect(move |delta| watch.see(delta)).boxed()),
            Err(error) => {
                watch.error = Some(error.kind.as_str());
                Err(error)
            }
        }
    }
}

/// One call, until its stream is dropped.
struct Watch {
    name: String,
    priced_as: String,
    pattern: &'static str,
    instruments: Instruments,
    clock: Arc<dyn Clock>,
    begun_ms: i64,
    first_ms: Option<i64>,
    last_ms: i64,
    pieces: u32,
    usage: Option<Usage>,
    error: Option<&'static str>,
}

impl Watch {
    fn see(&mut self, delta: &PortResult<ChatDelta>) {
        match delta {
            Ok(ChatDelta::Text(_) | ChatDelta::Call(_)) => {
                self.last_ms = self.clock.now_ms();
                self.first_ms = self.first_ms.or(Some(self.last_ms));
                self.pieces += 1;
            }
            Ok(ChatDelta::End { usage, verdict, .. }) => {
                (self.usage, self.error) = (Some(*usage), None);
                if verdict.as_ref().is_some_and(|verdict| !verdict.passed()) {
                    self.instruments.intervened(self.pattern);
                }
            }
            Err(error) => self.error = Some(error.kind.as_str()),
        }
    }

    /// Between two pieces, on average.
    fn each(&self) -> Option<std::time::Duration> {
        let between = self.last_ms - self.first_ms?;
        let gaps = self.pieces.checked_sub(1).filter(|gaps| *gaps > 0)?;
        Some(std::time::Duration::from_millis(between.max(0).unsigned_abs()) / gaps)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.pattern == SETTLED {
            return;
        }
        let since = |now_ms: i64| std::time::Duration::from_millis((now_ms - self.begun_ms).max(0).unsigned_abs());
        self.instruments.called(&Call {
            model: &self.name,
            priced_as: &self.priced_as,
            pattern: self.pattern,
            usage: self.usage,
            first: self.first_ms.map(since),
            each: self.each(),
            whole: since(self.clock.now_ms()),
            error: self.error,
            ..Call::default()
        });
    }
}

/// Counts what `inner` is told of.
pub(super) struct MeasuredSpans {
    pub(super) inner: Arc<dyn Spans>,
    pub(super) instruments: Instruments,
}

impl Spans for MeasuredSpans {
    fn task(&self, envelope: &Envelope) -> Span {
        self.inner.task(envelope)
    }

    fn event(&self, trace: &TraceContext) -> Span {
        self.inner.event(trace)
    }

    fn current(&self) -> Option<TraceContext> {
        self.inner.current()
    }

    fn succeeded(&self, envelope: &Envelope, output: &Value) {
        match envelope.resource.as_str() {
            Answer::RESOURCE => {
                let some = |field: &str| output.get(field).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                let dropped = output.get("citationsDropped").and_then(Value::as_u64).unwrap_or_default();
                self.instruments.cited(some("citations").len() as u64, dropped);
                let notes = some("notes").iter().filter_map(Value::as_str);
                notes.filter(|note| note.starts_with(INTERVENED)).for_each(|_| self.instruments.intervened("rag"));
            }
            Finish::RESOURCE => match output.get("state").and_then(Value::as_str) {
                Some("searchable") => self.instruments.indexed(),
                Some("refused" | "failed") => self.instruments.refused(),
                _ => {}
            },
            _ => {}
        }
        self.inner.succeeded(envelope, output);
    }

    fn failed(&self, span: &Span, error: &str) {
        self.inner.failed(span, error);
    }

    fn ended(&self, ended: &EndedExecution<'_>) {
        self.instruments.ended(ended);
        self.inner.ended(ended);
    }
}
