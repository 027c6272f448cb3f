//! A bus that remembers what was published.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use cueline_ports::{Bus, BusEvent, Clock, EventLog, PortError, PortResult, PublishedEvent};

use tokio::sync::Notify;

use super::Chaos;

const LARGEST: usize = 1 << 20;

/// Everything that was ever published, repetitions included.
#[derive(Default)]
pub struct Published {
    events: Mutex<Vec<BusEvent>>,
    news: Notify,
}

impl Published {
    /// As of now.
    pub fn events(&self) -> Vec<BusEvent> {
        self.events.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
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
                self.published.events.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(event);
                self.published.news.notify_waiters();
                Ok(())
            };
            results.push(self.chaos.call("bus.publish", published).await);
        }
        Ok(results)
    }
}

/// The same bus for whoever reads it.
pub struct SimEventLog {
    published: Arc<Published>,
    clock: Arc<dyn Clock>,
    chaos: Chaos,
}

impl SimEventLog {
    /// A reader of a bus.
    pub fn new(published: Arc<Published>, clock: Arc<dyn Clock>, chaos: Chaos) -> Self {
        Self { published, clock, chaos }
    }
}

#[async_trait]
impl EventLog for SimEventLog {
    async fn after(&self, sequence: u64, limit: usize, wait: Duration) -> PortResult<Vec<PublishedEvent>> {
        // One call, however long it waits.
        let until_ms = self.clock.now_ms() + wait.as_millis() as i64;
        loop {
            let mut news = std::pin::pin!(self.published.news.notified());
            news.as_mut().enable();
            let left_ms = until_ms - self.clock.now_ms();
            if self.published.events().len() as u64 > sequence || left_ms <= 0 {
                break;
            }
            tokio::select! {
                () = news => {}
                () = self.clock.sleep(Duration::from_millis(left_ms.unsigned_abs())) => {}
            }
        }
        let read = || {
            let events = self.published.events();
            let numbered = events.into_iter().zip(1..).skip(sequence as usize).take(limit);
            Ok(numbered.map(|(event, sequence)| PublishedEvent { sequence, at_ms: 0, event }).collect())
        };
        self.chaos.call("log.after", read).await
    }

    async fn newest(&self) -> PortResult<u64> {
        self.chaos.call("log.newest", || Ok(self.published.events().len() as u64)).await
    }
}
