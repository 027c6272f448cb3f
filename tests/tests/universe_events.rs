//! Events start workflows, each once, whatever goes wrong at whatever call.

use std::{cell::Cell, sync::Arc, time::Duration};

use async_trait::async_trait;
use cueline_domain::event_pattern::EventPattern;
use cueline_patterns::{
    bench,
    events::{Follower, Intake, Listener, Looker, QUEUE, Rule, Rules, Template},
};
use cueline_ports::{BusEvent, Clock, ExecutionStatus, ListExecutions, Outgoing, PortErrorKind, PortResult};
use cueline_protocol::{ids::QueueName, v1::TraceContext};
use cueline_runtime::worker::Kinds;
use cueline_tests::universe::{Disturbance, Process, Setup, SimEventLog, Universe, drill};
use serde_json::{Value, json};

const DISTURBANCES: [Disturbance; 5] = [
    Disturbance::CrashBefore,
    Disturbance::CrashAfter,
    Disturbance::FailBefore,
    Disturbance::FailAfter,
    Disturbance::Refuse(PortErrorKind::Storage),
];
const DONE: &str = r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#;

struct Nothing;

#[async_trait]
impl Looker for Nothing {
    async fn look(&self, _bucket: &str, _key: &str, _trace: Option<TraceContext>) -> PortResult<bool> {
        Ok(false)
    }
}

fn rules() -> Arc<Rules> {
    let pattern = json!({"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}});
    Arc::new(Rules::new(vec![Rule {
        name: "orders".into(),
        pattern: EventPattern::parse(&pattern).expect("a sound pattern"),
        written: pattern,
        workflow: "order".into(),
        input: Template::parse(&json!({"total": "$.detail.total"})).expect("a sound template"),
    }]))
}

fn published(id: &str, detail_type: &str, detail: Value) -> BusEvent {
    BusEvent { id: id.into(), source: "shop".into(), detail_type: detail_type.into(), detail, ..BusEvent::default() }
}

fn delivered(id: &str, detail_type: &str, detail: &Value) -> Outgoing {
    let event = json!({"version": "0", "id": id, "detail-type": detail_type, "source": "shop", "detail": detail});
    Outgoing::new(event.to_string())
}

/// What came of it: workflow, input and status of each execution, and how many dead letters there are.
type Came = (Vec<(String, String, ExecutionStatus)>, usize);

/// Three events on the bus of the process and four messages of the queue, of which one is poison and one is known already.
fn story(universe: &Universe) -> Came {
    let setup = Setup::new(|| Kinds::new().with(bench::kind(1))).workflow("order", DONE).workflow("greet", DONE);
    let told = Cell::new(false);
    let outside = universe.outside();
    let queue = QueueName::new(QUEUE).expect("a sound name");
    universe.lives(&setup, async |Process { engine }| {
        let intake = Intake::new(engine.clone(), rules(), Arc::new(Nothing));
        let clock: Arc<dyn Clock> = Arc::new(universe.clock.clone());
        let log = Arc::new(SimEventLog::new(universe.published.clone(), clock, universe.chaos.clone()));
        let follower = loop {
            match Follower::open(intake.clone(), log.clone()).await {
                Ok(follower) => break follower,
                Err(_) => universe.clock.sleep(Duration::from_millis(500)).await,
            }
        };
        let following = tokio::spawn(follower.run());
        let listening = tokio::spawn(Listener::new(intake).expect("a sound name").run());
        if !told.replace(true) {
            let events = vec![
                published("1", "Order", json!({"total": 11})),
                published("2", "Order", json!({"total": 9})),
                published("3", "WorkflowRequested", json!({"workflow": "greet", "id": "asked"})),
            ];
            outside.bus.publish(events).await.expect("nothing fails outside");
        }
        // A service delivers again what was not acknowledged, even if its queue was lost.
        let bodies = || {
            vec![
                delivered("4", "Order", &json!({"total": 12})),
                delivered("4", "Order", &json!({"total": 12})),
                delivered("3", "WorkflowRequested", &json!({"workflow": "greet", "id": "asked"})),
            ]
        };
        outside.queue.send(&queue, bodies()).await.expect("nothing fails outside");
        if outside.queue.dead_letters(&queue, None, 10).await.expect("nothing fails outside").items.is_empty() {
            let poison = delivered("5", "WorkflowRequested", &json!({"workflow": ""}));
            outside.queue.send(&queue, vec![poison]).await.expect("nothing fails outside");
        }
        for _ in 0..1_000 {
            universe.clock.sleep(Duration::from_millis(500)).await;
            let ended = ListExecutions { status: Some(ExecutionStatus::Succeeded), limit: 10, ..Default::default() };
            let ended = outside.journal.list(ended).await.expect("nothing fails outside").items.len();
            let dead = outside.queue.dead_letters(&queue, None, 10).await.expect("nothing fails outside").items.len();
            let depth = outside.queue.depth(&queue).await.expect("nothing fails outside");
            if ended == 3 && dead > 0 && depth.ready + depth.leased + depth.delayed == 0 {
                break;
            }
        }
        following.abort();
        listening.abort();
        let mut came = Vec::new();
        let all = outside.journal.list(ListExecutions { limit: 100, ..Default::default() }).await;
        for summary in all.expect("nothing fails outside").items {
            came.push((summary.workflow, summary.execution.to_string(), summary.status));
        }
        came.sort_by_key(|(workflow, execution, _)| (workflow.clone(), execution.clone()));
        let dead = outside.queue.dead_letters(&queue, None, 10).await.expect("nothing fails outside").items;
        assert!(dead.iter().all(|letter| letter.reason.starts_with("event_invalid: ")), "{dead:?}");
        // A poison that is delivered twice is buried twice.
        (came, dead.len().min(1))
    })
}

#[test]
fn events_start_each_workflow_once_whatever_fails() {
    let (came, dead) = story(&Universe::new(0));
    let workflows: Vec<&str> = came.iter().map(|(workflow, ..)| workflow.as_str()).collect();
    assert_eq!((workflows, dead), (vec!["greet", "order", "order"], 1));
    for disturbance in DISTURBANCES {
        drill::at_every_call(disturbance, story);
    }
}

#[test]
fn every_event_may_come_twice() {
    drill::with_every_message_twice(story);
}
