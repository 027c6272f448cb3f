//! Events from a bus that keeps them itself: read in order, a row says how far.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use cueline_ports::{BusEvent, Condition, EventLog, Key, Outgoing, PortError, PortResult, PublishedEvent, Write};
use cueline_protocol::{events::EventEnvelope, ids::QueueName};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Intake, Outcome, QUEUE};

const PARTITION: &str = "events.cursor";
/// Events that are read at once.
const BATCH: usize = 64;
/// How long one read waits.
const WAIT: Duration = Duration::from_secs(20);
/// Pause after a failure, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(30));
/// The account of what happens in one process.
const ACCOUNT: &str = "000000000000";
/// Its region.
const REGION: &str = "local";

/// Follows the bus of this process.
pub struct Follower {
    intake: Intake,
    log: Arc<dyn EventLog>,
    /// The last event that was taken in.
    done: u64,
}

impl Follower {
    /// Goes on where the row says; on the first start with what is published from now on.
    pub async fn open(intake: Intake, log: Arc<dyn EventLog>) -> PortResult<Self> {
        let row = intake.engine().world().table.get(&key()).await?;
        let done = match row {
            Some(row) => {
                let read = row.body[..].try_into().map(u64::from_le_bytes);
                read.map_err(|error| PortError::corrupt("the place in the events cannot be read").with_source(error))?
            }
            None => {
                let newest = log.newest().await?;
                remember(&intake, newest).await?;
                newest
            }
        };
        Ok(Self { intake, log, done })
    }

    /// Follows until dropped.
    pub async fn run(mut self) {
        let clock = self.intake.engine().world().clock.clone();
        let (first, longest) = PAUSES;
        let mut pause = first;
        loop {
            match self.read_on().await {
                Ok(()) => pause = first,
                Err(reason) => {
                    tracing::warn!(reason, "events wait; tried again in {} ms", pause.as_millis());
                    clock.sleep(pause).await;
                    pause = (pause * 2).min(longest);
                }
            }
        }
    }

    /// Takes in what comes next. An error leaves the place where it was.
    async fn read_on(&mut self) -> Result<(), String> {
        let events = self.log.after(self.done, BATCH, WAIT).await.map_err(|error| error.to_string())?;
        let Some(last) = events.last().map(|event| event.sequence) else { return Ok(()) };
        let missed = last - self.done - events.len() as u64;
        if missed > 0 {
            tracing::error!(missed, "events were overwritten before they were read");
        }
        for event in events {
            let sequence = event.sequence;
            if let Err(reason) = self.take(event).await {
                // What was taken in so far need not be taken again.
                let done = sequence - 1;
                if done > self.done && remember(&self.intake, done).await.is_ok() {
                    self.done = done;
                }
                return Err(reason);
            }
        }
        remember(&self.intake, last).await.map_err(|error| error.to_string())?;
        self.done = last;
        Ok(())
    }

    async fn take(&self, published: PublishedEvent) -> Result<(), String> {
        let trace = published.event.trace.as_ref().map(|trace| trace.traceparent.clone());
        let event = envelope(published);
        match self.intake.take_event(&event, trace.as_deref()).await {
            Outcome::Done => Ok(()),
            // As on EventBridge: an event that no rule is about is nobody's.
            Outcome::Unmatched => {
                tracing::info!(source = event.source, detail_type = event.detail_type, "no rule is about an event");
                Ok(())
            }
            // The queue's own listener refuses it again, and buries it with the reason.
            Outcome::Refused(_) => {
                let queue = QueueName::new(QUEUE).map_err(|error| error.to_string())?;
                let message = Outgoing::new(event.to_json().to_string());
                let sent = self.intake.engine().world().queue.send(&queue, vec![message]).await;
                sent.map_err(|error| error.to_string())
            }
            Outcome::Later(reason) => Err(reason),
        }
    }
}

fn key() -> Key {
    Key::new(PARTITION, "follower")
}

async fn remember(intake: &Intake, done: u64) -> PortResult<()> {
    let body = Bytes::copy_from_slice(&done.to_le_bytes());
    let write = Write::Put { key: key(), body, condition: Condition::Any };
    intake.engine().world().table.transact(vec![write]).await
}

/// As EventBridge would hand it on.
fn envelope(published: PublishedEvent) -> EventEnvelope {
    let BusEvent { id, source, detail_type, detail, resources, time_ms, .. } = published.event;
    let seconds = time_ms.unwrap_or(published.at_ms).div_euclid(1_000);
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok().and_then(|at| at.format(&Rfc3339).ok());
    EventEnvelope {
        version: EventEnvelope::current_version(),
        id,
        detail_type,
        source,
        account: ACCOUNT.to_owned(),
        time: time.unwrap_or_default(),
        region: REGION.to_owned(),
        resources,
        detail,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_is_handed_on_as_eventbridge_would() {
        let event = BusEvent {
            id: "1".into(),
            source: "shop".into(),
            detail_type: "Order".into(),
            detail: json!({"n": 1}),
            resources: vec!["r".into()],
            ..BusEvent::default()
        };
        let published = PublishedEvent { sequence: 1, at_ms: 1_513_968_228_999, event };
        let expected = json!({
            "version": "0", "id": "1", "detail-type": "Order", "source": "shop", "account": "000000000000",
            "time": "2017-12-22T18:43:48Z", "region": "local", "resources": ["r"], "detail": {"n": 1},
        });
        assert_eq!(envelope(published).to_json(), expected);
    }
}
