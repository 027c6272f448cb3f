//! The runtime's spans as OpenTelemetry sees them: one trace per execution, through queues and restarts.

use std::collections::HashMap;

use cueline_protocol::v1::{Envelope, TraceContext};
use cueline_runtime::{conductor::kind_of, engine::Spans};
use opentelemetry::{Context, propagation::TextMapPropagator, trace::TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::names::{attribute, task_span, value};

/// Spans that are exported.
#[derive(Debug, Default)]
pub struct ExportedSpans {
    propagator: TraceContextPropagator,
}

impl Spans for ExportedSpans {
    fn task(&self, envelope: &Envelope) -> Span {
        let named = task_span(&envelope.resource);
        let queue = kind_of(&envelope.resource).unwrap_or("unknown");
        let name = match named.operation {
            Some(operation) => operation.to_owned(),
            None => format!("{} {queue}", value::PROCESS),
        };
        let span = tracing::info_span!(target: "cueline::task", "task", otel.name = name, otel.kind = named.kind);
        if let Some(trace) = &envelope.trace {
            // A span that is filtered out cannot have a parent; nothing is lost by that.
            let _ = span.set_parent(self.context(trace));
        }
        if let Some(operation) = named.operation {
            span.set_attribute(attribute::OPERATION, operation);
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

    fn current(&self) -> Option<TraceContext> {
        let here = Span::current().context();
        if here.span().span_context().is_valid() {
            return self.words(&here);
        }
        // Nobody brought a trace: the execution begins one.
        let begin =
            tracing::info_span!(target: "cueline::task", "begin", otel.name = value::BEGIN, otel.kind = "internal");
        self.words(&begin.context())
    }
}

impl ExportedSpans {
    fn context(&self, trace: &TraceContext) -> Context {
        let carrier = HashMap::from([
            ("traceparent".to_owned(), trace.traceparent.clone()),
            ("tracestate".to_owned(), trace.tracestate.clone()),
        ]);
        self.propagator.extract(&carrier)
    }

    fn words(&self, context: &Context) -> Option<TraceContext> {
        let mut carrier = HashMap::new();
        self.propagator.inject_context(context, &mut carrier);
        let traceparent = carrier.remove("traceparent")?;
        Some(TraceContext { traceparent, tracestate: carrier.remove("tracestate").unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_survives_the_envelope() {
        let spans = ExportedSpans::default();
        let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned();
        let trace = TraceContext { traceparent, tracestate: "a=b".into() };
        assert_eq!(spans.words(&spans.context(&trace)), Some(trace));
        let nonsense = TraceContext { traceparent: "x".into(), tracestate: String::new() };
        assert_eq!(spans.words(&spans.context(&nonsense)), None);
    }

    #[test]
    fn without_a_subscriber_nothing_breaks() {
        let spans = ExportedSpans::default();
        assert!(spans.current().is_none());
        let _ = spans.task(&Envelope { resource: "cueline:embedding.embed".into(), ..Envelope::default() });
    }
}
