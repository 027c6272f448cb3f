//! The durable core on AWS, on the wire of an emulator: what was accepted finishes once, whatever queues and processes do.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]
#![cfg(feature = "aws")]

use std::{sync::Arc, time::Duration};

use cueline_aws::Meter;
use cueline_ports::ExecutionStatus;
use cueline_protocol::ids::{ExecutionId, QueueName};
use cueline_runtime::{Engine, EngineOptions, StartExecution, inspect};
use cueline_tests::{
    cloud::Cloud,
    emulator,
    universe::plans::{self, Bodies},
};
use serde_json::{Value, json};

const WORKFLOW: &str = "ten";
const STEPS: usize = 10;
/// Far longer than anything here takes: a test that hangs says so.
const PATIENCE: Duration = Duration::from_secs(300);

/// Ten tasks, each handing on what it was given.
fn ten() -> String {
    let states: serde_json::Map<String, Value> = (0..STEPS)
        .map(|step| {
            let mut state = json!({ "Type": "Task", "Resource": "cueline:bench.noop" });
            match step + 1 {
                STEPS => state["End"] = json!(true),
                next => state["Next"] = json!(format!("Step{next}")),
            }
            if step == 0 {
                state["Parameters"] = json!({ "value.$": "$" });
            }
            (format!("Step{step}"), state)
        })
        .collect();
    json!({ "StartAt": "Step0", "States": states }).to_string()
}

async fn launch(cloud: &Cloud, meter: &Meter, bodies: &Bodies) -> Engine {
    let world = cloud.world(meter).await.unwrap();
    let engine = Engine::launch(world, plans::kinds(bodies), EngineOptions::default()).await.unwrap();
    engine.definitions().register(WORKFLOW, &ten()).await.unwrap();
    engine
}

fn id(n: usize) -> ExecutionId {
    ExecutionId::new(format!("run-{n}")).unwrap()
}

async fn start(engine: &Engine, n: usize) {
    engine.start(StartExecution::of(WORKFLOW, json!({ "order": n })).with_id(id(n))).await.unwrap();
}

async fn check(engine: &Engine, n: usize) {
    let finished = tokio::time::timeout(PATIENCE, engine.wait(&id(n))).await.expect("it ends").unwrap();
    assert_eq!(finished.status, ExecutionStatus::Succeeded, "{n}");
    let output = finished.output.unwrap();
    assert_eq!(output.get("value"), Some(&json!({ "order": n })), "{n}");
}

/// Two processes share an account; one is stopped in the middle, every queue is purged twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_accepted_finishes_once_through_purges_and_a_lost_process() {
    const EXECUTIONS: usize = 40;
    let Some(account) = emulator::account("what_was_accepted_finishes_once") else { return };
    let cloud = Cloud::new(account);
    let (meter, bodies) = (Meter::default(), Bodies::default());
    let first = launch(&cloud, &meter, &bodies).await;
    for n in 0..EXECUTIONS {
        start(&first, n).await;
    }
    let queue = QueueName::new("bench").unwrap();
    first.world().queue.purge(&queue).await.unwrap();
    let second = launch(&cloud, &meter, &bodies).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    first.shut_down(Duration::ZERO).await;
    second.world().queue.purge(&queue).await.unwrap();
    for n in 0..EXECUTIONS {
        check(&second, n).await;
        let verified = inspect::verify(&second, &id(n)).await.unwrap();
        assert_eq!(verified.mismatch, None, "{n}");
        let recorded = inspect::history(&second, &id(n)).await.unwrap();
        let results = recorded.iter().flat_map(|commit| &commit.entries);
        let results = results.filter(|entry| matches!(entry, cueline_states::Entry::TaskSucceeded { .. })).count();
        assert_eq!(results, STEPS, "every result is recorded once");
    }
    let ran: u32 = bodies.runs().values().sum();
    println!(
        "{EXECUTIONS} executions of {STEPS} steps: {ran} task bodies, {} of them again",
        ran as usize - EXECUTIONS * STEPS
    );
    second.shut_down(Duration::from_secs(1)).await;
}

/// What a step costs is counted, not guessed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_of_a_step_are_counted() {
    const EXECUTIONS: usize = 128;
    let Some(account) = emulator::account("requests_of_a_step_are_counted") else { return };
    let cloud = Cloud::new(account);
    let (meter, bodies) = (Meter::default(), Bodies::default());
    let engine = Arc::new(launch(&cloud, &meter, &bodies).await);
    let before = meter.read();
    let clients = (0..64).map(|client| {
        let engine = engine.clone();
        tokio::spawn(async move {
            for n in (client..EXECUTIONS).step_by(64) {
                start(&engine, n).await;
                check(&engine, n).await;
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    let after = meter.read();
    engine.shut_down(Duration::from_secs(1)).await;
    let steps = (EXECUTIONS * STEPS) as f64;
    let per_step = |service: &str| (after.of(service) - before.of(service)) as f64 / steps;
    let writes = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"].map(|operation| {
        let of =
            |usage: &cueline_aws::Usage| usage.requests.get("DynamoDB").and_then(|all| all.get(operation)).copied();
        of(&after).unwrap_or(0) - of(&before).unwrap_or(0)
    });
    let writes = writes.iter().sum::<u64>() as f64 / steps;
    println!("requests: {:#?}", after.requests);
    println!(
        "per step: {writes:.2} writes, {:.2} DynamoDB requests, {:.2} SQS requests, {:.2} S3 requests; {:.2} write units, {:.2} read units",
        per_step("DynamoDB"),
        per_step("SQS"),
        per_step("S3"),
        (after.write_units - before.write_units) / steps,
        (after.read_units - before.read_units) / steps,
    );
    // One write a step; starts and ends go together, in fewer than two transactions an execution. A cue that was slow to
    // arrive and went out again adds one.
    assert!(writes < 1.5, "a step is one write");
}
