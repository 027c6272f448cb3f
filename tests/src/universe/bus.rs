//! A bus that remembers what was published.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cueline_ports::{Bus, BusEvent, PortError, PortResult};

use super::Chaos;

const LARGEST: usize = 1 << 20;

/// Everything that was ever published, repetitions included.
#[derive(Default)]
pub struct Published(Mutex<Vec<BusEvent>>);

impl Published {
    /// As of now.
    pub fn events(&self) -> Vec<BusEvent> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

/// The bus as one process sees it.
pub struct SimBus {
    published: Arc<Published>,
    chaos: Chaos,
}

impl SimBus {
    /// A bus.
    pub fn new(published: Arc<Published>, chaos: Chaos) -> Self {
        Self { published, chaos }
    }
}

#[async_trait]
impl Bus for SimBus {
    async fn publish(&self, events: Vec<BusEvent>) -> PortResult<Vec<PortResult<()>>> {
        let mut results = Vec::with_capacity(events.len());
        // One call for each, so that some may fail and others not.
        for event in events {
            let published = || {
                if event.detail_type.is_empty() || event.detail.to_string().len() > LARGEST {
                    return Err(PortError::invalid("an event has a type and at most a mebibyte"));
                }
                self.published.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(event);
                Ok(())
            };
            results.push(self.chaos.call("bus.publish", published).await);
        }
        Ok(results)
    }
}
