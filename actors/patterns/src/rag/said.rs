//! What the pattern says on the bus.

use cueline_ports::{BusEvent, PortResult};
use cueline_protocol::{
    events::{EventMessage, SOURCE},
    v1::EventMetadata,
};
use cueline_runtime::{TaskContext, TaskError, World};

/// What travels with an event of this task.
pub(super) fn metadata(context: &TaskContext) -> Option<EventMetadata> {
    context.trace.clone().map(|trace| EventMetadata { traceparent: trace.traceparent, tracestate: trace.tracestate })
}

/// The event of this task; the same for every run of it.
pub(super) fn event<M: EventMessage>(context: &TaskContext, detail: &M) -> Result<BusEvent, TaskError> {
    Ok(BusEvent {
        id: context.idempotency_key.clone(),
        source: SOURCE.to_owned(),
        detail_type: M::MESSAGE.to_owned(),
        detail: serde_json::to_value(detail).map_err(|error| TaskError::invalid(error.to_string()))?,
        trace: context.trace.clone(),
        ..BusEvent::default()
    })
}

/// Publishes it, or fails.
pub(super) async fn publish(world: &World, event: BusEvent) -> PortResult<()> {
    world.bus.publish(vec![event]).await?.into_iter().collect()
}
