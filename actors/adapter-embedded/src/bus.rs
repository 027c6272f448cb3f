//! The bus of one process: events are kept in a ring of rows, in order, and read from there.
//!
//! A row per event, the last 10,000 of them, and one row that says how many there were: an event takes the place of the one
//! that came 10,000 before it, so nothing has to be deleted and a restart goes on where the bus was.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{
    Bus, BusEvent, Clock, Condition, EventLog, Key, PortError, PortErrorKind, PortResult, PublishedEvent, Row, Table,
    Write,
};
use cueline_protocol::v1::TraceContext;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Mutex, broadcast};

const KEPT: u64 = 10_000;
const PARTITION: &str = "bus.events";
const HEAD: &str = "bus.head";
/// A transaction has 100 writes; one of them moves the head.
const AT_ONCE: usize = 99;
/// Longest detail in bytes, so that what is published here can be published on AWS too.
const MAX_DETAIL: usize = 1 << 20;

/// An event as it was published.
pub use cueline_ports::PublishedEvent as Published;

/// Keeps the last 10,000 events and tells subscribers.
pub struct LocalBus {
    table: Arc<dyn Table>,
    clock: Arc<dyn Clock>,
    head: Mutex<Head>,
    sender: broadcast::Sender<Arc<Published>>,
}

/// How many events there were, and the version of the row that says so.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    count: u64,
    version: u64,
}

/// An event in its row.
#[derive(Serialize, Deserialize)]
struct Stored {
    sequence: u64,
    at_ms: i64,
    id: String,
    source: String,
    detail_type: String,
    detail: Value,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resources: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace: Option<TraceContext>,
}

impl LocalBus {
    /// Continues where the table says that the bus was.
    pub async fn open(table: Arc<dyn Table>, clock: Arc<dyn Clock>) -> PortResult<Self> {
        let head = read_head(&*table).await?;
        Ok(Self { table, clock, head: Mutex::new(head), sender: broadcast::channel(1_024).0 })
    }

    /// What is published from now on, after it was kept. A subscriber that falls 1,024 events behind loses the oldest.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Published>> {
        self.sender.subscribe()
    }

    /// The last `limit` events, newest first.
    pub async fn recent(&self, limit: usize) -> PortResult<Vec<Published>> {
        let count = self.head.lock().await.count;
        let first = count.saturating_sub((limit as u64).min(KEPT));
        let mut events = Vec::new();
        for sequence in (first + 1..=count).rev() {
            // A place that was overtaken meanwhile holds a newer event.
            match self.table.get(&place(sequence)).await?.map(decode).transpose()? {
                Some(event) if event.sequence == sequence => events.push(event),
                _ => {}
            }
        }
        Ok(events)
    }

    async fn keep(&self, events: Vec<BusEvent>) -> PortResult<()> {
        let mut head = self.head.lock().await;
        let at_ms = self.clock.now_ms();
        let events: Vec<_> = events
            .into_iter()
            .zip(head.count + 1..)
            .map(|(event, sequence)| Published { sequence, at_ms, event })
            .collect();
        let count = head.count + events.len() as u64;
        let mut writes = events.iter().map(put).collect::<PortResult<Vec<_>>>()?;
        let condition = if head.version == 0 { Condition::Absent } else { Condition::Version(head.version) };
        let body = Bytes::copy_from_slice(&count.to_le_bytes());
        writes.push(Write::Put { key: Key::new(HEAD, ""), body, condition });
        if let Err(error) = self.table.transact(writes).await {
            if error.kind == PortErrorKind::Conflict || error.kind == PortErrorKind::Unavailable {
                // It may have happened, or another bus uses the table: the row knows.
                *head = read_head(&*self.table).await?;
            }
            return Err(error);
        }
        *head = Head { count, version: head.version + 1 };
        for event in events {
            // Nobody listening is fine.
            let _ = self.sender.send(Arc::new(event));
        }
        Ok(())
    }
}

impl fmt::Debug for LocalBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalBus").finish_non_exhaustive()
    }
}

#[async_trait]
impl Bus for LocalBus {
    async fn publish(&self, events: Vec<BusEvent>) -> PortResult<Vec<PortResult<()>>> {
        let mut results: Vec<PortResult<()>> = events.iter().map(check).collect();
        let mut fine: Vec<_> = results.iter().enumerate().filter(|(_, it)| it.is_ok()).map(|(at, _)| at).collect();
        let mut events: Vec<_> = events.into_iter().map(Some).collect();
        while !fine.is_empty() {
            let now: Vec<_> = fine.drain(..fine.len().min(AT_ONCE)).collect();
            let batch = now.iter().filter_map(|at| events[*at].take()).collect();
            if let Err(error) = self.keep(batch).await {
                for at in now {
                    results[at] = Err(PortError::new(error.kind, error.message.clone()));
                }
            }
        }
        Ok(results)
    }
}

#[async_trait]
impl EventLog for LocalBus {
    async fn after(&self, sequence: u64, limit: usize, wait: Duration) -> PortResult<Vec<PublishedEvent>> {
        // Before looking, so that nothing falls in between.
        let mut news = self.sender.subscribe();
        let mut count = self.head.lock().await.count;
        if count <= sequence {
            tokio::select! {
                _ = news.recv() => count = self.head.lock().await.count,
                () = self.clock.sleep(wait) => return Ok(Vec::new()),
            }
        }
        let first = sequence.max(count.saturating_sub(KEPT)) + 1;
        let last = count.min(first.saturating_add(limit as u64).saturating_sub(1));
        let mut events = Vec::new();
        for sequence in first..=last {
            // A place that was overtaken meanwhile holds a newer event, which comes with a later call.
            match self.table.get(&place(sequence)).await?.map(decode).transpose()? {
                Some(event) if event.sequence == sequence => events.push(event),
                _ => {}
            }
        }
        Ok(events)
    }

    async fn newest(&self) -> PortResult<u64> {
        Ok(self.head.lock().await.count)
    }
}

fn check(event: &BusEvent) -> PortResult<()> {
    for (field, value) in [("id", &event.id), ("source", &event.source), ("detail_type", &event.detail_type)] {
        if value.is_empty() {
            return Err(PortError::invalid(format!("event_invalid: an event needs {field}")));
        }
    }
    let size = event.detail.to_string().len();
    if size > MAX_DETAIL {
        return Err(PortError::invalid(format!(
            "event_too_large: the detail of {} has {size} bytes, more than {MAX_DETAIL}; refer to an object instead",
            event.detail_type
        )));
    }
    Ok(())
}

async fn read_head(table: &dyn Table) -> PortResult<Head> {
    let Some(row) = table.get(&Key::new(HEAD, "")).await? else { return Ok(Head::default()) };
    let count = row.body[..].try_into().map(u64::from_le_bytes);
    let count = count.map_err(|error| PortError::corrupt("the head of the bus cannot be read").with_source(error))?;
    Ok(Head { count, version: row.version })
}

fn place(sequence: u64) -> Key {
    Key::new(PARTITION, format!("{:05}", sequence % KEPT))
}

fn put(published: &Published) -> PortResult<Write> {
    let BusEvent { id, source, detail_type, detail, resources, time_ms, trace } = published.event.clone();
    let (sequence, at_ms) = (published.sequence, published.at_ms);
    let stored = Stored { sequence, at_ms, id, source, detail_type, detail, resources, time_ms, trace };
    let body = serde_json::to_vec(&stored)
        .map_err(|error| PortError::invalid("event_invalid: it could not be encoded").with_source(error))?;
    Ok(Write::Put { key: place(published.sequence), body: body.into(), condition: Condition::Any })
}

fn decode(row: Row) -> PortResult<Published> {
    let stored: Stored = serde_json::from_slice(&row.body)
        .map_err(|error| PortError::corrupt(format!("event {} cannot be read", row.key.sort)).with_source(error))?;
    let Stored { sequence, at_ms, id, source, detail_type, detail, resources, time_ms, trace } = stored;
    let event = BusEvent { id, source, detail_type, detail, resources, time_ms, trace };
    Ok(PublishedEvent { sequence, at_ms, event })
}

#[cfg(test)]
mod tests {
    use cueline_ports::{SystemClock, conformance::ManualClock};
    use serde_json::json;

    use super::*;
    use crate::{Storage, StorageOptions};

    fn event(n: u64) -> BusEvent {
        BusEvent {
            id: format!("id-{n}"),
            source: "cueline".to_owned(),
            detail_type: "DocumentIndexed".to_owned(),
            detail: json!({ "n": n }),
            ..BusEvent::default()
        }
    }

    async fn numbers(bus: &LocalBus, limit: usize) -> Vec<u64> {
        bus.recent(limit).await.unwrap().into_iter().map(|it| it.event.detail["n"].as_u64().unwrap()).collect()
    }

    #[tokio::test]
    async fn events_are_kept_told_and_still_there_after_a_restart() {
        let directory = tempfile::TempDir::new().unwrap();
        let table = Arc::new(Storage::open(directory.path(), StorageOptions::default()).unwrap());
        let clock = Arc::new(ManualClock::default());
        let bus = LocalBus::open(table.clone(), clock.clone()).await.unwrap();
        let mut told = bus.subscribe();
        bus.publish((1..=250).map(event).collect()).await.unwrap();
        assert_eq!(told.recv().await.unwrap().event, event(1));
        assert_eq!(numbers(&bus, 3).await, [250, 249, 248]);
        drop(bus);
        let bus = LocalBus::open(table, clock.clone()).await.unwrap();
        bus.publish(vec![event(251)]).await.unwrap();
        let newest = bus.recent(1).await.unwrap().remove(0);
        assert_eq!(newest, Published { sequence: 251, at_ms: clock.now_ms(), event: event(251) });
        assert_eq!(numbers(&bus, 1_000).await.len(), 251);
    }

    #[tokio::test]
    async fn a_new_event_takes_the_place_of_the_oldest() {
        let directory = tempfile::TempDir::new().unwrap();
        let table = Arc::new(Storage::open(directory.path(), StorageOptions::default()).unwrap());
        let bus = LocalBus::open(table.clone(), Arc::new(SystemClock)).await.unwrap();
        bus.publish((1..=KEPT + 5).map(event).collect()).await.unwrap();
        let kept = numbers(&bus, usize::MAX).await;
        assert_eq!((kept.len() as u64, kept[0], kept[kept.len() - 1]), (KEPT, KEPT + 5, 6));
        let rows = table.query(PARTITION, "", None, 20_000).await.unwrap();
        assert_eq!(rows.items.len() as u64, KEPT);
    }

    #[tokio::test]
    async fn events_are_read_in_order_from_wherever_a_reader_is() {
        let directory = tempfile::TempDir::new().unwrap();
        let table = Arc::new(Storage::open(directory.path(), StorageOptions::default()).unwrap());
        let bus = Arc::new(LocalBus::open(table, Arc::new(SystemClock)).await.unwrap());
        let read = |after, limit, wait| {
            let bus = bus.clone();
            async move { bus.after(after, limit, wait).await.unwrap().into_iter().map(|it| it.sequence).collect::<Vec<_>>() }
        };
        assert_eq!(read(0, 10, Duration::ZERO).await, [0_u64; 0]);
        let traced = TraceContext { traceparent: "00-1".into(), tracestate: String::new() };
        let whole = BusEvent { resources: vec!["r".into()], time_ms: Some(5), trace: Some(traced), ..event(1) };
        bus.publish([whole.clone()].into_iter().chain((2..=5).map(event)).collect()).await.unwrap();
        assert_eq!(bus.after(0, 1, Duration::ZERO).await.unwrap()[0].event, whole);
        assert_eq!(read(0, 3, Duration::ZERO).await, [1, 2, 3]);
        assert_eq!(read(3, 10, Duration::ZERO).await, [4, 5]);
        let waiting = tokio::spawn(read(5, 10, Duration::from_secs(60)));
        bus.publish(vec![event(6)]).await.unwrap();
        assert_eq!(waiting.await.unwrap(), [6]);
        bus.publish((7..=KEPT + 8).map(event).collect()).await.unwrap();
        let late = read(0, 2, Duration::ZERO).await;
        assert_eq!((late, bus.newest().await.unwrap()), (vec![9, 10], KEPT + 8), "what is no longer kept is left out");
    }

    #[tokio::test]
    async fn a_bad_event_fails_alone() {
        let directory = tempfile::TempDir::new().unwrap();
        let table = Arc::new(Storage::open(directory.path(), StorageOptions::default()).unwrap());
        let bus = LocalBus::open(table, Arc::new(SystemClock)).await.unwrap();
        let nameless = BusEvent { id: String::new(), ..event(2) };
        let large = BusEvent { detail: json!("x".repeat(MAX_DETAIL)), ..event(3) };
        let results = bus.publish(vec![event(1), nameless, large, event(4)]).await.unwrap();
        let kinds: Vec<_> = results.into_iter().map(|it| it.err().map(|error| error.kind)).collect();
        assert_eq!(kinds, [None, Some(PortErrorKind::Invalid), Some(PortErrorKind::Invalid), None]);
        assert_eq!(numbers(&bus, 10).await, [4, 1]);
    }
}
