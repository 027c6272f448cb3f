//! The runtime's spans as OpenTelemetry sees them: one trace per execution, through queues and restarts.
//!
//! ```text
//!  POST /admin/v1/ask (server; only when the caller brought a trace)
//!    └ invoke_workflow rag-ask      begins with the execution, made when that ends
//!        ├ retrieval · process generation · chat MODEL · …   one per task body
//! ```
//!
//! The id of the middle one is chosen at the start and lies in the journal as `traceparent`; the id of its own parent, if
//! any, as our entry of `tracestate`. So any process can make it when the execution ends.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, SystemTime},
};

use axum::http::{HeaderMap, Method};
use cueline_protocol::v1::{AnswerRequest, Envelope, TraceContext};
use cueline_runtime::{
    conductor::kind_of,
    engine::{EndedExecution, Spans},
};
use opentelemetry::{
    Context, KeyValue,
    propagation::TextMapPropagator,
    trace::{
        Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceState, Tracer,
        TracerProvider,
    },
};
use opentelemetry_sdk::{
    propagation::TraceContextPropagator,
    trace::{IdGenerator, RandomIdGenerator, SdkTracer, SdkTracerProvider},
};
use prost::Message;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::{
    chosen,
    names::{TaskSpan, attribute, task_span, value},
};

/// Our entry of `tracestate`: the span that an execution was started in.
const PARENT: &str = "cueline";
const ANSWER: &str = "cueline:generation.answer";

/// Spans that are exported.
#[derive(Debug)]
pub struct ExportedSpans {
    tracer: SdkTracer,
    /// By collection: the chat model that answers unless another is named.
    models: BTreeMap<String, String>,
}

impl ExportedSpans {
    /// Exported by `provider`; `models` answer the questions about their collections.
    pub(super) fn new(provider: &SdkTracerProvider, models: BTreeMap<String, String>) -> Self {
        Self { tracer: provider.tracer("cueline"), models }
    }

    /// The model that a question goes to; `None` when the documents answer by themselves.
    fn model(&self, envelope: &Envelope) -> Option<String> {
        let request = AnswerRequest::decode(envelope.request.clone()).ok()?;
        let model = match request.model.as_str() {
            "" => self.models.get(&request.collection)?.clone(),
            named => named.to_owned(),
        };
        Some(model).filter(|model| model != value::EXTRACTIVE)
    }
}

impl Spans for ExportedSpans {
    fn task(&self, envelope: &Envelope) -> Span {
        let mut named = task_span(&envelope.resource);
        let model = if envelope.resource == ANSWER { self.model(envelope) } else { None };
        if envelope.resource == ANSWER && model.is_none() {
            named = TaskSpan { resource: ANSWER, operation: None, kind: "internal" };
        }
        let queue = kind_of(&envelope.resource).unwrap_or("unknown");
        let name = match (named.operation, &model) {
            (Some(operation), Some(model)) => format!("{operation} {model}"),
            (Some(operation), None) => operation.to_owned(),
            (None, _) => format!("{} {queue}", value::PROCESS),
        };
        let span = tracing::info_span!(target: "cueline::task", "task", otel.name = name, otel.kind = named.kind);
        if let Some(trace) = &envelope.trace {
            // A span that is filtered out cannot have a parent; nothing is lost by that.
            let _ = span.set_parent(context(trace));
        }
        if let Some(operation) = named.operation {
            span.set_attribute(attribute::OPERATION, operation);
        }
        if let Some(model) = model {
            span.set_attribute(attribute::REQUEST_MODEL, model);
        }
        span.set_attribute(attribute::MESSAGING_SYSTEM, value::SYSTEM);
        span.set_attribute(attribute::DESTINATION, queue);
        span.set_attribute(attribute::MESSAGING_OPERATION, value::PROCESS);
        span.set_attribute(attribute::MESSAGING_TYPE, value::PROCESS);
        span.set_attribute(attribute::EXECUTION, envelope.execution.clone());
        span.set_attribute(attribute::TASK, envelope.task as i64);
        span.set_attribute(attribute::RESOURCE, envelope.resource.clone());
        span.set_attribute(attribute::ATTEMPT, i64::from(envelope.attempt));
        span.set_attribute(attribute::RESENT, i64::from(envelope.resent));
        span.set_attribute(attribute::TENANT, envelope.tenant.clone());
        span
    }

    fn event(&self, trace: &TraceContext) -> Span {
        let begun = context(trace);
        let name = format!("{} {}", value::PROCESS, value::INGRESS);
        let span = tracing::info_span!(target: "cueline::event", "event", otel.name = name, otel.kind = "consumer");
        let _ = span.set_parent(parent(begun.span().span_context()));
        for (attribute, value) in [
            (attribute::MESSAGING_SYSTEM, value::SYSTEM),
            (attribute::DESTINATION, value::INGRESS),
            (attribute::MESSAGING_OPERATION, value::PROCESS),
            (attribute::MESSAGING_TYPE, value::PROCESS),
        ] {
            span.set_attribute(attribute, value);
        }
        span
    }

    fn current(&self) -> Option<TraceContext> {
        let here = Span::current().context();
        let above = here.span().span_context().clone();
        let ids = RandomIdGenerator::default();
        let (trace, flags, state) = if above.is_valid() {
            let parent = above.trace_state().insert(PARENT, above.span_id().to_string());
            (above.trace_id(), above.trace_flags(), parent.unwrap_or_else(|_| above.trace_state().clone()))
        } else {
            (ids.new_trace_id(), TraceFlags::SAMPLED, TraceState::default())
        };
        words(&SpanContext::new(trace, ids.new_span_id(), flags, false, state))
    }

    fn failed(&self, span: &Span, error: &str) {
        span.set_attribute(attribute::ERROR_TYPE, error.to_owned());
        // The cause may quote a document; its name is enough.
        span.set_status(Status::error(error.to_owned()));
    }

    fn ended(&self, ended: &EndedExecution<'_>) {
        let Some(begun) = ended.trace.map(context) else { return };
        let begun = begun.span().span_context().clone();
        if !begun.is_valid() {
            return;
        }
        let attributes = vec![
            KeyValue::new(attribute::OPERATION, value::INVOKE_WORKFLOW),
            KeyValue::new(attribute::WORKFLOW_NAME, ended.workflow.to_owned()),
            KeyValue::new(attribute::EXECUTION, ended.execution.to_owned()),
            KeyValue::new(attribute::WORKFLOW, ended.workflow.to_owned()),
            KeyValue::new(attribute::STATUS, ended.status.to_owned()),
            KeyValue::new(attribute::TENANT, ended.tenant.to_owned()),
        ];
        let builder = self
            .tracer
            .span_builder(format!("{} {}", value::INVOKE_WORKFLOW, ended.workflow))
            .with_kind(SpanKind::Internal)
            .with_start_time(moment(ended.started_ms))
            .with_attributes(attributes);
        // A fork goes on in the trace of its origin, as a part of it: the id there is the origin's.
        let mut span = if ended.is_fork {
            builder.start_with_context(&self.tracer, &Context::new().with_remote_span_context(begun))
        } else {
            let parent = parent(&begun);
            chosen::under(begun.trace_id(), begun.span_id(), || builder.start_with_context(&self.tracer, &parent))
        };
        if ended.status != value::SUCCEEDED {
            let error = ended.error.unwrap_or(ended.status).to_owned();
            span.set_attribute(KeyValue::new(attribute::ERROR_TYPE, error.clone()));
            span.set_status(Status::error(error));
        }
        span.end_with_timestamp(moment(ended.ended_ms));
    }
}

/// The span of a request whose caller brought a trace (W3C `traceparent`); no span for others.
pub fn of_request(method: &Method, path: &str, headers: &HeaderMap) -> Span {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let trace = TraceContext { traceparent: header("traceparent"), tracestate: header("tracestate") };
    let above = context(&trace);
    if !above.span().span_context().is_valid() {
        return Span::none();
    }
    let name = format!("{method} {path}");
    let span = tracing::info_span!(target: "cueline::request", "request", otel.name = name, otel.kind = "server");
    let _ = span.set_parent(above);
    span
}

/// What an execution was started in.
fn parent(begun: &SpanContext) -> Context {
    let id = begun.trace_state().get(PARENT).and_then(|id| SpanId::from_hex(id).ok());
    match id {
        Some(id) => {
            let above = SpanContext::new(begun.trace_id(), id, begun.trace_flags(), true, TraceState::default());
            Context::new().with_remote_span_context(above)
        }
        None => Context::new(),
    }
}

fn moment(ms: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(ms.max(0).unsigned_abs())
}

fn context(trace: &TraceContext) -> Context {
    let carrier = HashMap::from([
        ("traceparent".to_owned(), trace.traceparent.clone()),
        ("tracestate".to_owned(), trace.tracestate.clone()),
    ]);
    TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier)
}

fn words(span: &SpanContext) -> Option<TraceContext> {
    let context = Context::new().with_remote_span_context(span.clone());
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut carrier);
    let traceparent = carrier.remove("traceparent")?;
    Some(TraceContext { traceparent, tracestate: carrier.remove("tracestate").unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use opentelemetry_sdk::{
        error::OTelSdkResult,
        trace::{SpanData, SpanExporter},
    };

    use super::*;

    #[derive(Debug, Clone, Default)]
    struct Kept(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Kept {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().unwrap().extend(batch);
            Ok(())
        }
    }

    fn exported() -> (ExportedSpans, Kept, SdkTracerProvider) {
        let kept = Kept::default();
        let builder = SdkTracerProvider::builder().with_id_generator(chosen::ChosenIds::default());
        let provider = builder.with_simple_exporter(kept.clone()).build();
        let models = BTreeMap::from([("hr".to_owned(), "llama".to_owned())]);
        (ExportedSpans::new(&provider, models), kept, provider)
    }

    fn ended(trace: &TraceContext) -> EndedExecution<'_> {
        EndedExecution {
            execution: "run-1",
            workflow: "rag-ask",
            tenant: "default",
            trace: Some(trace),
            is_fork: false,
            status: "FAILED",
            error: Some("Cueline.Unavailable"),
            started_ms: 1_000,
            ended_ms: 3_500,
        }
    }

    #[test]
    fn a_trace_survives_the_envelope() {
        let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned();
        let trace = TraceContext { traceparent, tracestate: "a=b".into() };
        assert_eq!(words(context(&trace).span().span_context()), Some(trace));
        let nonsense = TraceContext { traceparent: "x".into(), tracestate: String::new() };
        assert!(!context(&nonsense).span().span_context().is_valid());
    }

    #[test]
    fn an_execution_is_one_span_from_its_start_to_its_end() {
        let (spans, kept, provider) = exported();
        let trace = spans.current().unwrap();
        assert!(kept.0.lock().unwrap().is_empty(), "nothing is exported before it has ended");
        spans.ended(&ended(&trace));
        provider.force_flush().unwrap();
        let kept = kept.0.lock().unwrap();
        let span = &kept[0];
        assert_eq!(kept.len(), 1);
        assert_eq!(span.name, "invoke_workflow rag-ask");
        assert_eq!(span.span_context.span_id(), context(&trace).span().span_context().span_id());
        assert_eq!(span.span_context.trace_id(), context(&trace).span().span_context().trace_id());
        assert_eq!((span.start_time, span.end_time), (moment(1_000), moment(3_500)));
        let said = |key: &str| span.attributes.iter().find(|kv| kv.key.as_str() == key).unwrap().value.to_string();
        assert_eq!((said(attribute::EXECUTION), said(attribute::STATUS)), ("run-1".into(), "FAILED".into()));
        assert_eq!(said(attribute::ERROR_TYPE), "Cueline.Unavailable");
        assert!(matches!(span.status, Status::Error { .. }));
    }

    #[test]
    fn an_execution_hangs_below_the_trace_that_its_caller_brought() {
        let (spans, kept, provider) = exported();
        let traceparent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01".to_owned();
        let mine = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned();
        assert_ne!(traceparent, mine);
        let trace = TraceContext { traceparent, tracestate: "cueline=b7ad6b7169203331,a=b".into() };
        spans.ended(&ended(&trace));
        provider.force_flush().unwrap();
        let kept = kept.0.lock().unwrap();
        assert_eq!(kept[0].parent_span_id.to_string(), "b7ad6b7169203331");
        assert_eq!(kept[0].span_context.span_id().to_string(), "00f067aa0ba902b7");
    }

    #[test]
    fn only_a_model_is_chatted_with() {
        let (spans, ..) = exported();
        let envelope = |collection: &str, model: &str| {
            let request = AnswerRequest { collection: collection.into(), model: model.into(), ..Default::default() };
            Envelope { resource: ANSWER.into(), request: request.encode_to_vec().into(), ..Envelope::default() }
        };
        assert_eq!(spans.model(&envelope("default", "")), None);
        assert_eq!(spans.model(&envelope("hr", "extractive")), None);
        assert_eq!(spans.model(&envelope("hr", "")).as_deref(), Some("llama"));
        assert_eq!(spans.model(&envelope("default", "gpt")).as_deref(), Some("gpt"));
    }

    #[test]
    fn without_a_subscriber_nothing_breaks() {
        let (spans, ..) = exported();
        assert!(spans.current().is_some());
        let _ = spans.task(&Envelope { resource: "cueline:embedding.embed".into(), ..Envelope::default() });
        let mut headers = HeaderMap::new();
        assert!(of_request(&Method::GET, "/", &headers).is_none());
        headers.insert("traceparent", "nonsense".parse().unwrap());
        assert!(of_request(&Method::GET, "/", &headers).is_none());
    }
}
