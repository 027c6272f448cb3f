//! The fakes of the universe keep the promises of the ports.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_ports::{
    Callbacks, EventLog, Queue,
    conformance::{
        AlarmsBench, Answer, FunctionsBench, MachinesBench, TestClock, WaitsWithTokens, alarms_suite, bus_suite,
        callbacks_suite, embedder_suite, event_log_suite, functions_suite, guard_suite, index_suite, journal_suite,
        model_form_suite, model_suite, model_tools_suite, object_keys_suite, objects_suite, parser_suite,
        queue_fairness_suite, queue_suite, reranker_suite, state_machines_suite, table_suite,
    },
};
use cueline_protocol::ids::{BucketName, QueueName};
use cueline_tests::universe::{
    ALARMS, Chaos, Machine, SLOW, SimEventLog, SimQueue, Universe, VirtualClock, guard_samples,
};
use serde_json::json;

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
    let model = async || world().models.into_values().next().unwrap();
    model_suite(model).await;
    model_tools_suite(model).await;
    model_form_suite(model).await;
    reranker_suite(async || world().rerankers.into_values().next().unwrap()).await;
    guard_suite(async || world().guards.into_values().next().unwrap(), &guard_samples()).await;
    parser_suite(async || world().parser).await;
}

#[tokio::test]
async fn functions_keep_their_promises() {
    let universe = Universe::new(1);
    universe.functions.put("echo", |call| Ok(call.payload.clone()));
    universe.functions.put("failing", |_| Err(("ValueError".into(), "no such order".into())));
    universe.functions.put("keyed", |call| Ok(json!(call.idempotency_key)));
    functions_suite(&FunctionsBench {
        port: universe.world(1).functions.unwrap(),
        echo: "echo".into(),
        failing: "failing".into(),
        error: "ValueError".into(),
        slow: SLOW.into(),
        keyed: Some("keyed".into()),
        missing: "missing".into(),
    })
    .await;
}

#[tokio::test]
async fn state_machines_keep_their_promises() {
    let universe = Universe::new(1);
    state_machines_suite(&MachinesBench {
        port: universe.world(1).state_machines.unwrap(),
        clock: Arc::new(universe.clock.clone()),
        echo: universe.machines.put("echo", Machine::Echo),
        failing: universe.machines.put("failing", Machine::Fails("Broken".into(), "it is".into())),
        waiting: universe.machines.put("waiting", Machine::Waits),
        missing: "arn:aws:states:us-east-1:000000000000:stateMachine:missing".into(),
    })
    .await;
}

struct Waiting(Universe);

#[async_trait]
impl WaitsWithTokens for Waiting {
    fn port(&self) -> Arc<dyn Callbacks> {
        self.0.world(1).callbacks.expect("the universe has them")
    }

    async fn begin(&self) -> String {
        self.0.machines.begin()
    }

    async fn answer(&self, token: &str) -> Answer {
        self.0.machines.answer(token).await
    }
}

#[tokio::test]
async fn callbacks_keep_their_promises() {
    callbacks_suite(&Waiting(Universe::new(1))).await;
}

#[tokio::test]
async fn alarms_keep_their_promises() {
    let mut universe = Universe::new(1);
    universe.has_alarms = true;
    let world = universe.world(1);
    alarms_suite(&AlarmsBench {
        port: world.alarms.unwrap(),
        queue: world.queue,
        name: QueueName::new(ALARMS).unwrap(),
        clock: Arc::new(universe.clock.clone()),
    })
    .await;
}
