//! What every bus promises to its publisher; what becomes of events is each adapter's own test.

use std::sync::Arc;

use serde_json::json;

use crate::{Bus, BusEvent, PortErrorKind};

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
