//! Ids of spans that were named before they are made.
//!
//! The span of an execution is made when the execution ends, perhaps in another process; its id was given to everything
//! that happened meanwhile. The SDK has no word for that, so the id generator is told beforehand, on the same thread.

use std::cell::Cell;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

thread_local! {
    static NEXT: Cell<Option<(TraceId, SpanId)>> = const { Cell::new(None) };
}

/// Random ids, unless one was chosen.
#[derive(Debug, Default)]
pub(super) struct ChosenIds(RandomIdGenerator);

/// Makes a span under this id.
pub(super) fn under<T>(trace: TraceId, span: SpanId, make: impl FnOnce() -> T) -> T {
    NEXT.set(Some((trace, span)));
    let made = make();
    NEXT.set(None);
    made
}

impl IdGenerator for ChosenIds {
    fn new_trace_id(&self) -> TraceId {
        NEXT.get().map_or_else(|| self.0.new_trace_id(), |(trace, _)| trace)
    }

    fn new_span_id(&self) -> SpanId {
        NEXT.get().map_or_else(|| self.0.new_span_id(), |(_, span)| span)
    }
}
