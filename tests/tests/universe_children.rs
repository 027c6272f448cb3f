//! Children of a distributed Map: each is started once, heard of once, and none works for a parent that went on.

use std::time::Duration;

use cueline_ports::{Clock, ExecutionStatus, ListExecutions, PortErrorKind};
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::{Engine, StartExecution};
use cueline_tests::universe::{
    Disturbance, Process, Setup, Universe, drill,
    plans::{self, Bodies},
    runs::{self, Outcome},
};
use serde_json::{Value, json};

const EVERYTHING: [Disturbance; 6] = [
    Disturbance::CrashBefore,
    Disturbance::CrashAfter,
    Disturbance::FailBefore,
    Disturbance::FailAfter,
    Disturbance::Refuse(PortErrorKind::Throttled),
    Disturbance::Refuse(PortErrorKind::Storage),
];

/// A Map whose items wait for their `delay` and then fail or not.
fn mapped() -> String {
    json!({
        "StartAt": "Each",
        "States": { "Each": {
            "Type": "Map", "End": true, "MaxConcurrency": 4,
            "ItemProcessor": {
                "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
                "StartAt": "Work",
                "States": { "Work": {
                    "Type": "Task", "Resource": "cueline:bench.noop", "End": true,
                    "Parameters": { "value.$": "$.n", "delayMs.$": "$.delay", "failWith.$": "$.fail" },
                }},
            },
            "Retry": [{ "ErrorEquals": ["States.ALL"], "MaxAttempts": 1 }],
        }},
    })
    .to_string()
}

fn setup(definition: &str) -> (Setup, Bodies) {
    let bodies = Bodies::default();
    let counted = bodies.clone();
    (Setup::new(move || plans::kinds(&counted)).workflow("mapped", definition), bodies)
}

fn parent() -> ExecutionId {
    ExecutionId::new("parent").expect("a sound id")
}

async fn start(universe: &Universe, engine: &Engine, items: Vec<Value>) {
    let start = StartExecution::of("mapped", json!(items)).with_id(parent());
    runs::start_it(universe, engine, start).await;
}

fn items(count: u64, delay_ms: u32) -> Vec<Value> {
    (0..count).map(|n| json!({ "n": n, "delay": delay_ms, "fail": "" })).collect()
}

/// How the children ended, by id, once all of them have.
async fn children(universe: &Universe, engine: &Engine) -> Vec<(String, ExecutionStatus)> {
    loop {
        let query = ListExecutions { limit: 1_000, ..ListExecutions::default() };
        if let Ok(page) = engine.list(query).await
            && page.items.iter().all(|summary| summary.status != ExecutionStatus::Running)
        {
            let children = page.items.into_iter().filter(|summary| summary.parent.is_some());
            let mut found: Vec<_> = children.map(|it| (it.execution.to_string(), it.status)).collect();
            found.sort_by(|one, other| one.0.cmp(&other.0));
            return found;
        }
        universe.clock.sleep(Duration::from_secs(1)).await;
    }
}

/// News of ended children were sent once and forgotten: one lost message, and the parent waited for ever.
#[test]
fn a_parent_hears_of_every_child_whatever_goes_wrong() {
    let story = |universe: &Universe| {
        let (setup, _) = setup(&mapped());
        universe.lives(&setup, async |Process { engine }| {
            start(universe, &engine, items(6, 300)).await;
            let outcome = Outcome::of(&runs::wait_for(universe, &engine, &parent()).await);
            (outcome, children(universe, &engine).await)
        })
    };
    for disturbance in EVERYTHING {
        drill::at_every_call(disturbance, story);
    }
}

/// After the end of a parent its children went on for nobody.
#[test]
fn ending_a_parent_ends_its_children_whatever_goes_wrong() {
    let story = |universe: &Universe| {
        let (setup, _) = setup(&mapped());
        universe.lives(&setup, async |Process { engine }| {
            start(universe, &engine, items(3, 3_600_000)).await;
            universe.clock.sleep(Duration::from_secs(20)).await;
            while engine.cancel(parent(), "enough").await.is_err() {
                universe.clock.sleep(Duration::from_secs(1)).await;
            }
            children(universe, &engine).await
        })
    };
    for disturbance in EVERYTHING {
        drill::at_every_call(disturbance, story);
    }
}

/// The second attempt of a Map ran beside the children of the first.
#[test]
fn a_retried_map_ends_the_children_of_its_first_attempt() {
    let universe = Universe::new(1);
    let (setup, _) = setup(&mapped());
    universe.lives(&setup, async |Process { engine }| {
        let mut items = items(3, 60_000);
        items[0] = json!({ "n": 0, "delay": 0, "fail": "Broken" });
        start(&universe, &engine, items).await;
        let outcome = runs::wait_for(&universe, &engine, &parent()).await;
        assert_eq!(outcome.status, ExecutionStatus::Failed);
        let (failed, aborted) = (ExecutionStatus::Failed, ExecutionStatus::Aborted);
        let ended: Vec<_> = children(&universe, &engine).await.into_iter().map(|(_, status)| status).collect();
        assert_eq!(ended, [failed, aborted, aborted, failed, aborted, aborted]);
        assert!(universe.clock.elapsed_ms() < 30_000, "nobody worked to the end for nothing");
    });
}

#[test]
fn nobody_can_choose_the_id_of_a_child() {
    let universe = Universe::new(1);
    let (setup, _) = setup(&mapped());
    universe.lives(&setup, async |Process { engine }| {
        start(&universe, &engine, items(2, 0)).await;
        runs::wait_for(&universe, &engine, &parent()).await;
        let ended = children(&universe, &engine).await;
        assert_eq!(ended.len(), 2);
        for (child, _) in ended {
            let id = ExecutionId::new(&child).expect("a sound id");
            let refused = engine.start(StartExecution::of("mapped", json!([])).with_id(id)).await.unwrap_err();
            assert_eq!(refused.code(), "request_invalid", "{child}");
            let summary = engine.summary(&ExecutionId::new(&child).unwrap()).await.unwrap();
            assert_eq!(summary.workflow, "mapped/Each");
        }
    });
}
