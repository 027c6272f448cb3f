//! What every bus promises to its publisher; what becomes of events is each adapter's own test.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use crate::{Bus, BusEvent, EventLog, PortErrorKind};

/// Checks every promise of [`Bus`], each on a fresh one.
pub async fn bus_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Bus>>,
{
    every_event_has_a_result(&*fresh().await).await;
    an_event_may_be_published_twice(&*fresh().await).await;
    a_bad_event_fails_alone(&*fresh().await).await;
}

fn event(id: &str) -> BusEvent {
    BusEvent {
        id: id.to_owned(),
        source: "cueline".to_owned(),
        detail_type: "DocumentIndexed".to_owned(),
        detail: json!({ "collection": "handbook", "document": id }),
        ..BusEvent::default()
    }
}

async fn every_event_has_a_result(bus: &dyn Bus) {
    for count in [0, 1, 10, 11, 250] {
        let events = (0..count).map(|n| event(&n.to_string())).collect();
        let results = bus.publish(events).await.expect("publishing succeeds");
        assert_eq!(results.len(), count, "there is one result per event");
        assert!(results.iter().all(Result::is_ok), "and each was published");
    }
}

async fn an_event_may_be_published_twice(bus: &dyn Bus) {
    for _ in 0..2 {
        let results = bus.publish(vec![event("same")]).await.expect("publishing succeeds");
        assert!(results[0].is_ok(), "a repeated event is no error");
    }
}

async fn a_bad_event_fails_alone(bus: &dyn Bus) {
    let large = BusEvent { detail: json!("x".repeat(2 << 20)), ..event("large") };
    let nameless = BusEvent { detail_type: String::new(), ..event("nameless") };
    let results = bus.publish(vec![event("1"), large, event("2"), nameless, event("3")]).await;
    let results = results.expect("a bad event does not fail the call");
    let kinds: Vec<_> = results.iter().map(|result| result.as_ref().err().map(|error| error.kind)).collect();
    let invalid = Some(PortErrorKind::Invalid);
    assert_eq!(kinds, [None, invalid, None, invalid, None], "results are in the order of the events");
}

/// Checks every promise of [`EventLog`], each on a fresh bus that is read.
pub async fn event_log_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = (Arc<dyn Bus>, Arc<dyn EventLog>)>,
{
    let (bus, log) = fresh().await;
    events_are_read_in_order(&*bus, &*log).await;
    let (bus, log) = fresh().await;
    a_reader_waits_for_news(bus, log).await;
}

async fn events_are_read_in_order(bus: &dyn Bus, log: &dyn EventLog) {
    assert_eq!(log.newest().await.expect("the newest is known"), 0);
    let read = async |after: u64, limit: usize| {
        let events = log.after(after, limit, Duration::ZERO).await.expect("reading succeeds");
        events.into_iter().map(|it| (it.sequence, it.event.id)).collect::<Vec<_>>()
    };
    assert_eq!(read(0, 10).await, [], "nothing was published");
    let nameless = BusEvent { detail_type: String::new(), ..event("nameless") };
    let published = bus.publish(vec![event("1"), nameless, event("2"), event("3")]).await;
    assert_eq!(published.expect("publishing succeeds").iter().filter(|result| result.is_ok()).count(), 3);
    let expected = [(1, "1"), (2, "2"), (3, "3")].map(|(at, id)| (at, id.to_owned()));
    assert_eq!(read(0, 10).await, expected, "in order, without what was refused");
    assert_eq!(read(0, 2).await, expected[..2], "at most as many as were asked for");
    assert_eq!(read(2, 10).await, expected[2..], "what was read is not read again");
    assert_eq!(read(3, 10).await, []);
    assert_eq!(log.newest().await.expect("the newest is known"), 3);
    let whole = log.after(0, 1, Duration::ZERO).await.expect("reading succeeds").remove(0);
    assert_eq!(whole.event, event("1"), "an event is as it was published");
}

async fn a_reader_waits_for_news(bus: Arc<dyn Bus>, log: Arc<dyn EventLog>) {
    let waiting = tokio::spawn(async move { log.after(0, 10, Duration::from_secs(3_600)).await });
    tokio::task::yield_now().await;
    bus.publish(vec![event("1")]).await.expect("publishing succeeds");
    let events = waiting.await.expect("the reader lives").expect("reading succeeds");
    assert_eq!(events.len(), 1, "a reader that waits hears of news");
}
