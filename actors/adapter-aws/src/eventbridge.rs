//! The bus on EventBridge.

use async_trait::async_trait;
use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};
use aws_smithy_types::DateTime;
use cueline_domain::trace::TraceParent;
use cueline_ports::{Bus, BusEvent, PortError, PortErrorKind, PortResult};

use crate::{
    Connection, Meter,
    error::{Call, kind_of},
};

/// Entries of a request at most.
const MOST: usize = 10;
/// Bytes of an entry and of a request at most: 1 MiB, of which fourteen are counted for the time.
const MOST_BYTES: usize = 1 << 20;
/// Tries of entries that the service had no room for.
const TRIES: u32 = 4;

/// Publishes on one event bus.
#[derive(Clone)]
pub struct EventBridgeBus {
    client: Client,
    bus: String,
}

impl EventBridgeBus {
    /// On a bus that is there: its name or ARN.
    pub fn new(connection: &Connection, bus: impl Into<String>, meter: Meter) -> Self {
        let config = aws_sdk_eventbridge::config::Builder::from(&connection.sdk).interceptor(meter).build();
        Self { client: Client::from_conf(config), bus: bus.into() }
    }

    /// Sends entries, those again that failed for a reason that may pass.
    async fn send(&self, mut entries: Vec<(usize, PutEventsRequestEntry)>, results: &mut [PortResult<()>]) {
        let on = format!("bus {}", self.bus);
        let call = Call { action: "events:PutEvents", on: &on };
        for tries in 1..=TRIES {
            let request = entries.iter().map(|(_, entry)| entry.clone()).collect();
            let answer = match self.client.put_events().set_entries(Some(request)).send().await {
                Ok(answer) => answer,
                Err(error) => {
                    let error = call.failed(error);
                    for (at, _) in &entries {
                        if let Some(result) = results.get_mut(*at) {
                            *result = Err(PortError::new(error.kind, error.message.clone()));
                        }
                    }
                    return;
                }
            };
            let mut left = Vec::new();
            for ((at, entry), told) in entries.into_iter().zip(answer.entries()) {
                let Some(result) = results.get_mut(at) else { continue };
                let Some(code) = told.error_code() else {
                    *result = Ok(());
                    continue;
                };
                let kind = match code {
                    "MalformedDetail" | "InvalidArgument" => PortErrorKind::Invalid,
                    code => kind_of(code, None),
                };
                *result = Err(call.error(kind, code));
                if matches!(kind, PortErrorKind::Throttled | PortErrorKind::Unavailable) {
                    left.push((at, entry));
                }
            }
            if left.is_empty() || tries == TRIES {
                return;
            }
            entries = left;
            tokio::time::sleep(std::time::Duration::from_millis(50 << tries)).await;
        }
    }

    /// The entry of an event and its size as EventBridge counts it.
    fn entry(&self, event: &BusEvent) -> PortResult<(PutEventsRequestEntry, usize)> {
        let named = [("source", &event.source), ("detail_type", &event.detail_type)];
        for (field, value) in named {
            if value.is_empty() || value.len() > 256 {
                return Err(PortError::invalid(format!("{field} has {} bytes: 1 to 256 are possible", value.len())));
            }
        }
        let detail = event.detail.to_string();
        // The identity of the fact, so that whoever hears it twice can tell.
        let resource = format!("urn:cueline:event:{}", event.id);
        let resources = std::iter::once(resource).chain(event.resources.iter().cloned()).collect::<Vec<_>>();
        let told: usize = resources.iter().map(String::len).sum();
        let size = 14 + event.source.len() + event.detail_type.len() + detail.len() + told;
        if size > MOST_BYTES {
            return Err(PortError::invalid(format!("an event has {size} bytes: at most 1,048,576 are possible")));
        }
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus)
            .source(&event.source)
            .detail_type(&event.detail_type)
            .detail(detail)
            .set_resources(Some(resources))
            .set_time(event.time_ms.map(DateTime::from_millis))
            // Whoever the bus delivers to finds it beside the message.
            .set_trace_header(trace_header(event));
        Ok((entry.build(), size))
    }
}

/// The trace of an event in the words of X-Ray.
fn trace_header(event: &BusEvent) -> Option<String> {
    Some(TraceParent::parse_w3c(&event.trace.as_ref()?.traceparent)?.xray())
}

#[async_trait]
impl Bus for EventBridgeBus {
    async fn publish(&self, events: Vec<BusEvent>) -> PortResult<Vec<PortResult<()>>> {
        let mut results: Vec<PortResult<()>> = events.iter().map(|_| Ok(())).collect();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for (at, event) in events.iter().enumerate() {
            match self.entry(event) {
                Ok((entry, size)) => {
                    if batch.len() == MOST || bytes + size > MOST_BYTES {
                        self.send(std::mem::take(&mut batch), &mut results).await;
                        bytes = 0;
                    }
                    bytes += size;
                    batch.push((at, entry));
                }
                Err(error) => {
                    if let Some(result) = results.get_mut(at) {
                        *result = Err(error);
                    }
                }
            }
        }
        if !batch.is_empty() {
            self.send(batch, &mut results).await;
        }
        Ok(results)
    }
}

#[cfg(test)]
mod tests {
    use cueline_protocol::v1::TraceContext;

    use super::*;

    #[test]
    fn the_trace_of_an_event_leaves_in_the_words_of_x_ray() {
        let traceparent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01".to_owned();
        let trace = Some(TraceContext { traceparent, tracestate: String::new() });
        let header = trace_header(&BusEvent { trace, ..BusEvent::default() });
        let expected = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        assert_eq!(header.as_deref(), Some(expected));
        let nonsense = Some(TraceContext { traceparent: "x".into(), tracestate: String::new() });
        assert_eq!(trace_header(&BusEvent { trace: nonsense, ..BusEvent::default() }), None);
    }
}
