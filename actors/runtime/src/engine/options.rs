//! What can be set about an engine.

use std::{sync::Arc, time::Duration};

use cueline_protocol::{
    ids::BucketName,
    v1::{Envelope, TraceContext},
};
use tracing::Span;

/// Settings with the values that fit one machine.
#[derive(Clone)]
pub struct EngineOptions {
    /// Name of this process in commits.
    pub name: String,
    /// Conductor shards; executions are spread over them by id.
    pub shards: usize,
    /// How often the sweeper looks for lost cues.
    pub sweep_every: Duration,
    /// A cue younger than this is not considered lost.
    pub resend_after: Duration,
    /// A cue that went out this often without a result fails its task as poison. Generous, because every start sends
    /// the whole backlog again, whether a body had begun or not.
    pub max_sends: u32,
    /// A message that was received this often without a result goes to the dead letters.
    pub max_receives: u32,
    /// Where definitions are kept.
    pub definitions_bucket: BucketName,
    /// How task spans are made.
    pub spans: Arc<dyn Spans>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            name: "cueline".into(),
            shards: 4,
            sweep_every: Duration::from_secs(5),
            resend_after: Duration::from_secs(10),
            max_sends: 100,
            max_receives: 5,
            #[expect(clippy::unwrap_used, reason = "a constant that satisfies the rule for bucket names")]
            definitions_bucket: BucketName::new("definitions").unwrap(),
            spans: Arc::new(NoSpans),
        }
    }
}

/// Telemetry as the runtime needs it; the supervisor brings OpenTelemetry.
pub trait Spans: Send + Sync {
    /// The span in which the body of a task runs; a child of the trace in the envelope.
    fn task(&self, envelope: &Envelope) -> Span;

    /// The trace that a new execution belongs to.
    fn current(&self) -> Option<TraceContext>;
}

/// No telemetry.
pub struct NoSpans;

impl Spans for NoSpans {
    fn task(&self, _envelope: &Envelope) -> Span {
        Span::none()
    }

    fn current(&self) -> Option<TraceContext> {
        None
    }
}
