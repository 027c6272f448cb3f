//! What can be set about an engine.

use std::{sync::Arc, time::Duration};

use cueline_protocol::{
    ids::BucketName,
    v1::{Envelope, TraceContext},
};
use serde_json::Value;
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
    /// Other processes work on the same journal. `None`: this one is alone, and what it holds in memory is the truth.
    pub peers: Option<Peers>,
    /// Whether messages are received from the queues. `false` where somebody hands them over ([`super::Engine::feed`]), or
    /// nothing is served.
    pub receives: bool,
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
            peers: None,
            receives: true,
            #[expect(clippy::unwrap_used, reason = "a constant that satisfies the rule for bucket names")]
            definitions_bucket: BucketName::new("definitions").unwrap(),
            spans: Arc::new(NoSpans),
        }
    }
}

/// How processes that share a journal look after what one of them left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peers {
    /// How often one of them walks every open execution; `None` leaves that to others. What did not move for long is
    /// looked at less often.
    pub patrol_every: Option<Duration>,
}

impl Default for Peers {
    fn default() -> Self {
        Self { patrol_every: Some(Duration::from_secs(20)) }
    }
}

/// Telemetry as the runtime needs it; the supervisor brings OpenTelemetry.
pub trait Spans: Send + Sync {
    /// The span in which the body of a task runs; a child of the trace in the envelope.
    fn task(&self, envelope: &Envelope) -> Span;

    /// The span in which an event is taken in. `trace` is that of the execution which the event starts: the span is its sister,
    /// below whatever sent the event.
    fn event(&self, _trace: &TraceContext) -> Span {
        Span::none()
    }

    /// The trace that a new execution belongs to.
    fn current(&self) -> Option<TraceContext>;

    /// The body of a task ended well with this output. Told once for every run of the body, also when its result is not
    /// recorded because another run was quicker.
    fn succeeded(&self, _envelope: &Envelope, _output: &Value) {}

    /// The body in this span ended with an error of this name.
    fn failed(&self, _span: &Span, _error: &str) {}

    /// An execution came to its end, and that is durable. Told at least once: a process that dies may tell it never, two
    /// that race may tell it twice.
    fn ended(&self, _execution: &EndedExecution<'_>) {}
}

/// An execution at its end, as a trace shows it.
#[derive(Debug, Clone, Copy)]
pub struct EndedExecution<'a> {
    /// Which.
    pub execution: &'a str,
    /// Its workflow.
    pub workflow: &'a str,
    /// On whose behalf.
    pub tenant: &'a str,
    /// The trace it began in.
    pub trace: Option<&'a TraceContext>,
    /// It continues the history, and so the trace, of another one.
    pub is_fork: bool,
    /// `SUCCEEDED`, `FAILED`, `ABORTED`, `TIMED_OUT`.
    pub status: &'a str,
    /// Name of the error it ended with.
    pub error: Option<&'a str>,
    /// Epoch milliseconds of its start.
    pub started_ms: i64,
    /// Epoch milliseconds of its end.
    pub ended_ms: i64,
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
