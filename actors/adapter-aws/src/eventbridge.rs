//! The bus on EventBridge.

use async_trait::async_trait;
use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};
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
        let size = 14 + event.source.len() + event.detail_type.len() + detail.len() + resource.len();
        if size > MOST_BYTES {
            return Err(PortError::invalid(format!("an event has {size} bytes: at most 1,048,576 are possible")));
        }
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus)
            .source(&event.source)
            .detail_type(&event.detail_type)
            .detail(detail)
            .resources(resource);
        Ok((entry.build(), size))
    }
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
