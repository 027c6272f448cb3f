//! Does what was decided about an event.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_ports::PortResult;
use cueline_protocol::{events::EventEnvelope, v1::TraceContext};
use cueline_runtime::{Engine, StartExecution};
use tracing::{Instrument, Span};

use super::{
    Message, Refusal, Rules,
    decide::{Decision, Look, Request, decide},
};

/// Looks at objects that changed.
#[async_trait]
pub trait Looker: Send + Sync {
    /// Looks at whatever a key of a bucket stands for; `false` when the bucket is none of ours.
    async fn look(&self, bucket: &str, key: &str, trace: Option<TraceContext>) -> PortResult<bool>;
}

/// Takes events in. Cloning gives another handle.
#[derive(Clone)]
pub struct Intake {
    engine: Engine,
    rules: Arc<Rules>,
    looker: Arc<dyn Looker>,
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// What follows from it is durable.
    Done,
    /// Nobody waits for it.
    Unmatched,
    /// Nothing can be done with it, now or later. What else it asked for was done.
    Refused(Refusal),
    /// It may succeed later.
    Later(String),
}

impl Intake {
    /// On an engine.
    pub fn new(engine: Engine, rules: Arc<Rules>, looker: Arc<dyn Looker>) -> Self {
        Self { engine, rules, looker }
    }

    /// The engine.
    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Takes the body of a message in. `header` is the trace header beside it.
    pub async fn take(&self, body: &[u8], header: Option<&str>) -> Outcome {
        match Message::parse(body) {
            Ok(Message::Event(event)) => self.take_event(&event, header).await,
            Ok(Message::Objects(objects)) => {
                let mut outcome = Outcome::Done;
                for (bucket, key) in objects {
                    outcome = worse(outcome, self.look(&bucket, &key, None).await);
                }
                outcome
            }
            Ok(Message::Test) => Outcome::Done,
            Err(refusal) => Outcome::Refused(refusal),
        }
    }

    /// Takes an event in.
    pub async fn take_event(&self, event: &EventEnvelope, header: Option<&str>) -> Outcome {
        let (starts, look) = match decide(event, &self.rules, header) {
            Decision::Act { starts, look } => (starts, look),
            Decision::Ignore => {
                tracing::debug!(
                    source = event.source,
                    detail_type = event.detail_type,
                    "nothing follows from an event"
                );
                return Outcome::Done;
            }
            Decision::Unmatched => return Outcome::Unmatched,
            Decision::Refuse(refusal) => return Outcome::Refused(refusal),
        };
        let mut outcome = Outcome::Done;
        if let Some(Look { bucket, key, trace }) = look {
            let looked = self.look(&bucket, &key, trace).await;
            // A rule may be about a bucket that is none of ours.
            if starts.is_empty() || !matches!(looked, Outcome::Refused(_)) {
                outcome = looked;
            }
        }
        for request in starts {
            outcome = worse(outcome, self.start(request).await);
        }
        outcome
    }

    async fn look(&self, bucket: &str, key: &str, trace: Option<TraceContext>) -> Outcome {
        let span = self.span(trace.as_ref());
        match self.looker.look(bucket, key, trace).instrument(span).await {
            Ok(true) => Outcome::Done,
            Ok(false) => {
                let message = format!("bucket {bucket:?} is not an inbox here; correct the rule that sends its events");
                Outcome::Refused(Refusal::new("event_bucket_unknown", message))
            }
            Err(error) if error.is_transient() => Outcome::Later(error.to_string()),
            Err(error) => Outcome::Refused(Refusal::new("event_object_failed", error.to_string())),
        }
    }

    fn span(&self, trace: Option<&TraceContext>) -> Span {
        trace.map_or_else(Span::none, |trace| self.engine.spans().event(trace))
    }

    async fn start(&self, request: Request) -> Outcome {
        let Request { execution, workflow, input, tenant, trace } = request;
        let mut start = StartExecution::of(workflow.clone(), input).with_id(execution.clone());
        start.tenant = tenant;
        let span = self.span(trace.as_ref());
        start.trace = trace;
        match self.engine.start(start).instrument(span).await {
            Ok(started) => {
                let created = started.created;
                tracing::debug!(execution = %execution, workflow, created, "started by an event");
                Outcome::Done
            }
            Err(error) if error.is_transient() => Outcome::Later(error.to_string()),
            Err(error) => Outcome::Refused(Refusal::new(error.code(), error.to_string())),
        }
    }
}

/// Of two outcomes the one that decides what becomes of the message: later beats refused beats done.
fn worse(one: Outcome, other: Outcome) -> Outcome {
    let weight = |outcome: &Outcome| match outcome {
        Outcome::Done => 0,
        Outcome::Unmatched => 1,
        Outcome::Refused(_) => 2,
        Outcome::Later(_) => 3,
    };
    if weight(&other) > weight(&one) { other } else { one }
}
