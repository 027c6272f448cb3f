//! Each workflow again and again, with one thing going wrong at each of its calls: every step is repeated and failed.

use std::time::Duration;

use cueline_patterns::rag::{ASK, Ingress};
use cueline_ports::{Clock, PortErrorKind};
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::StartExecution;
use cueline_tests::universe::{
    Dice, Disturbance, Universe, drill,
    library::{self, Content, Shelf},
    runs::{self, Outcome, Outcomes, Plan, Weather},
};
use serde_json::json;

const DISTURBANCES: [Disturbance; 5] = [
    Disturbance::CrashBefore,
    Disturbance::CrashAfter,
    Disturbance::FailBefore,
    Disturbance::FailAfter,
    Disturbance::Refuse(PortErrorKind::Storage),
];

/// Two documents become searchable, a question is answered from them.
fn ingest_and_ask(universe: &Universe) -> Outcome {
    let shelf = Shelf::default();
    universe.lives(&library::setup(), async |process| {
        let engine = process.engine;
        let ingress = Ingress::new(engine.clone(), library::config());
        let watching = tokio::spawn(ingress.clone().run());
        for (key, generation, parts) in [("doc0.txt", 1, 3), ("doc1.txt", 2, 2)] {
            shelf.put(universe, key, Content::Text { generation, parts }).await;
        }
        let mut waited = 0;
        while let Err(reason) = shelf.settled(universe).await {
            universe.clock.sleep(Duration::from_millis(500)).await;
            shelf.look(universe).await;
            waited += 1;
            assert!(waited < 1_000, "the documents are not searchable: {reason}");
        }
        let id = ExecutionId::new("question-1").expect("a sound id");
        let input = json!({ "collection": library::COLLECTION, "question": "When does the cue of doc1 come?" });
        runs::start_it(universe, &engine, StartExecution::of(ASK, input).with_id(id.clone())).await;
        let finished = runs::wait_for(universe, &engine, &id).await;
        watching.abort();
        Outcome::of(&finished)
    })
}

/// Generated workflows with something of everything.
fn generated(universe: &Universe) -> Outcomes {
    let plan = Plan::generated(&mut Dice::new(3), 3);
    plan.run(universe, &Weather { lasting: Duration::from_secs(36_000), ..Weather::default() })
}

#[test]
fn ingesting_and_asking_survive_a_disturbance_at_every_call() {
    for disturbance in DISTURBANCES {
        drill::at_every_call(disturbance, ingest_and_ask);
    }
}

#[test]
fn generated_workflows_survive_a_disturbance_at_every_call() {
    for disturbance in DISTURBANCES {
        drill::at_every_call(disturbance, generated);
    }
}

#[test]
fn every_message_may_come_twice() {
    drill::with_every_message_twice(ingest_and_ask);
    drill::with_every_message_twice(generated);
}
