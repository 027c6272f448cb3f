//! The fakes of the universe keep the promises of the ports.

use std::sync::Arc;

use cueline_ports::{
    EventLog, Queue,
    conformance::{
        TestClock, bus_suite, embedder_suite, event_log_suite, index_suite, journal_suite, model_suite,
        object_keys_suite, objects_suite, parser_suite, queue_fairness_suite, queue_suite, table_suite,
    },
};
use cueline_protocol::ids::BucketName;
use cueline_tests::universe::{Chaos, SimEventLog, SimQueue, Universe, VirtualClock};

#[tokio::test]
async fn the_journal_keeps_its_promises() {
    journal_suite(async || Universe::new(1).world(1).journal).await;
}

#[tokio::test]
async fn the_table_keeps_its_promises() {
    table_suite(async || Universe::new(1).world(1).table).await;
}

#[tokio::test]
async fn the_queue_keeps_its_promises() {
    let fresh = async || {
        let clock = Arc::new(VirtualClock::default());
        let chaos = Chaos::new(1, VirtualClock::clone(&clock));
        let queue = SimQueue::new(Arc::default(), clock.clone(), chaos);
        (Arc::new(queue) as Arc<dyn Queue>, clock as Arc<dyn TestClock>)
    };
    queue_suite(fresh).await;
    queue_fairness_suite(fresh).await;
}

#[tokio::test]
async fn the_objects_keep_their_promises() {
    let fresh = async || (Universe::new(1).world(1).objects, BucketName::new("inbox").unwrap());
    objects_suite(fresh).await;
    object_keys_suite(fresh).await;
}

#[tokio::test]
async fn the_index_keeps_its_promises() {
    index_suite(async || Universe::new(1).world(1).index).await;
}

#[tokio::test]
async fn the_bus_keeps_its_promises() {
    bus_suite(async || Universe::new(1).world(1).bus).await;
    event_log_suite(async || {
        let universe = Universe::new(1);
        let clock = Arc::new(universe.clock.clone());
        let log = SimEventLog::new(universe.published.clone(), clock, universe.chaos.clone());
        (universe.world(1).bus, Arc::new(log) as Arc<dyn EventLog>)
    })
    .await;
}

#[tokio::test]
async fn what_computes_keeps_its_promises() {
    let world = || Universe::new(1).world(1);
    embedder_suite(async || world().embedders.into_values().next().unwrap(), false).await;
    model_suite(async || world().models.into_values().next().unwrap()).await;
    parser_suite(async || world().parser).await;
}
