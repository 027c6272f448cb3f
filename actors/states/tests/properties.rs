//! Whatever the workflow and whatever happens in whatever order: a decision is the fold of its entries, it can be
//! decided again, it survives encoding, and nothing panics. [`stage::Stage::happen`] checks each of these.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed expectation is a failed test")]

mod stage;

use cueline_states::{Entry, Env, Event, ForkStart, State, Status, fork, wire};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stage::Stage;
use std::sync::Arc;

#[derive(Debug, Clone)]
enum Kind {
    Pass(u8),
    Task(u8),
    Choice(u8),
    Wait(u8),
    Fail,
    Parallel(Vec<Vec<Kind>>),
    Map(Vec<Kind>, u8),
    Spread(u8),
}

fn kinds() -> impl Strategy<Value = Vec<Kind>> {
    let leaf = prop_oneof![
        3 => any::<u8>().prop_map(Kind::Pass),
        4 => any::<u8>().prop_map(Kind::Task),
        2 => any::<u8>().prop_map(Kind::Choice),
        1 => any::<u8>().prop_map(Kind::Wait),
        1 => Just(Kind::Fail),
        1 => any::<u8>().prop_map(Kind::Spread),
    ];
    let kind = leaf.prop_recursive(2, 12, 3, |inner| {
        let scope = prop::collection::vec(inner, 1..3);
        prop_oneof![
            prop::collection::vec(scope.clone(), 1..3).prop_map(Kind::Parallel),
            (scope, any::<u8>()).prop_map(|(scope, n)| Kind::Map(scope, n)),
        ]
    });
    prop::collection::vec(kind, 1..5)
}

/// A chain of states, so that all are reachable; choices and catchers jump. The last one ends.
fn scope(kinds: &[Kind], prefix: &str) -> Value {
    let mut states = Map::new();
    let name = |i: usize| format!("{prefix}{i}");
    for (i, kind) in kinds.iter().enumerate() {
        let target = |n: u8| name(usize::from(n) % (kinds.len() + 1));
        let fails = matches!(kind, Kind::Fail);
        let kind = if fails && i + 1 < kinds.len() { &Kind::Pass(0) } else { kind };
        let mut state = state_of(kind, &name(i), &target);
        match state["Type"].as_str() {
            Some("Choice") => state["Default"] = json!(name(i + 1)),
            _ => state["Next"] = json!(name(i + 1)),
        }
        states.insert(name(i), state);
    }
    let last = if matches!(kinds.last(), Some(Kind::Fail)) {
        json!({ "Type": "Fail", "Error": "Last" })
    } else {
        json!({ "Type": "Succeed" })
    };
    if let Some(state) = states.values_mut().last().filter(|state| state["Type"] == "Fail") {
        *state = json!({ "Type": "Pass", "Next": name(kinds.len()) });
    }
    states.insert(name(kinds.len()), last);
    json!({ "StartAt": name(0), "States": states })
}

fn state_of(kind: &Kind, name: &str, target: &dyn Fn(u8) -> String) -> Value {
    match kind {
        Kind::Pass(n) => match n % 4 {
            0 => json!({ "Type": "Pass" }),
            1 => json!({ "Type": "Pass", "Result": { "n": n }, "ResultPath": "$.r" }),
            2 => {
                json!({ "Type": "Pass", "Parameters": { "in.$": "$", "id.$": "States.UUID()" }, "Assign": { "v": n } })
            }
            _ => json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": { "n": "{% $exists($v) ? $v : 0 %}" } }),
        },
        Kind::Task(n) => {
            let mut task = json!({ "Type": "Task", "Resource": "test:work" });
            if n & 1 != 0 {
                task["Retry"] =
                    json!([{ "ErrorEquals": ["States.ALL"], "MaxAttempts": n % 3, "JitterStrategy": "FULL" }]);
            }
            if n & 2 != 0 {
                task["Catch"] = json!([{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": target(n / 8) }]);
            }
            if n & 4 != 0 {
                task["TimeoutSeconds"] = json!(20);
                task["HeartbeatSeconds"] = json!(5);
            }
            if n & 8 != 0 {
                task["ResultPath"] = json!("$.t");
            }
            task
        }
        Kind::Choice(a) => json!({ "Type": "Choice",
            "Choices": [{ "Variable": "$.go", "IsPresent": true, "Next": target(*a) }] }),
        Kind::Wait(n) => json!({ "Type": "Wait", "Seconds": n % 9 }),
        Kind::Fail => json!({ "Type": "Fail", "Error": "Random", "Cause": "it is" }),
        Kind::Parallel(branches) => {
            let branches: Vec<_> =
                branches.iter().enumerate().map(|(i, kinds)| scope(kinds, &format!("{name}b{i}_"))).collect();
            json!({ "Type": "Parallel", "Branches": branches, "Retry": [{ "ErrorEquals": ["States.ALL"], "MaxAttempts": 1 }] })
        }
        Kind::Map(kinds, n) => {
            let processor = scope(kinds, &format!("{name}m_"));
            json!({ "Type": "Map", "ItemProcessor": processor, "MaxConcurrency": n % 3, "ItemsPath": "$$.Execution.Input.items" })
        }
        Kind::Spread(n) => json!({ "Type": "Map", "ToleratedFailureCount": n % 3, "MaxConcurrency": n % 4,
            "ItemsPath": "$$.Execution.Input.items", "ItemProcessor": {
                "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
                "StartAt": format!("{name}c"), "States": { format!("{name}c"): { "Type": "Pass", "End": true } } } }),
    }
}

fn happening() -> impl Strategy<Value = (u8, u64, i64)> {
    (any::<u8>(), 0_u64..12, 0_i64..8_000)
}

fn event((kind, id, _): (u8, u64, i64)) -> Event {
    let output = Arc::new(json!({ "from": id, "go": kind % 2 == 0 }));
    match kind % 16 {
        0..=5 => Event::TaskSucceeded { task: id, output },
        6 | 7 => Event::TaskFailed { task: id, error: "Random".into(), cause: "x".into() },
        8 => Event::Heartbeat { task: id },
        9 => Event::ChildSucceeded { child: id, output },
        10 => Event::ChildFailed { child: id, error: "Random".into(), cause: String::new() },
        11 => Event::Resend { tasks: vec![1, 2, 3, 4, 5, 6, 7, 8], max_sends: 2 },
        12 if id == 0 => Event::Cancel { error: "Stop".into(), cause: String::new() },
        _ => Event::Tick,
    }
}

/// Pure loops are cut short: they never wait, and each commit of them is large.
fn loops_for_ever(stage: &Stage) -> bool {
    stage.state.next_due_ms() == Some(stage.now_ms) && stage.state.step_count() > 5_000
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn every_decision_is_a_fold_that_can_be_repeated(kinds in kinds(), events in prop::collection::vec(happening(), 0..40)) {
        let document = scope(&kinds, "s");
        let mut stage = Stage::begin(document, json!({ "items": [1, {}, "x"], "go": true }));
        for happening in events {
            if loops_for_ever(&stage) {
                break;
            }
            stage.now_ms += happening.2;
            let event = event(happening);
            stage.happen(event.clone());
            stage.happen(event);
        }
        let mut folded = State::new();
        for entry in &stage.journal {
            folded.apply(entry).unwrap();
        }
        prop_assert_eq!(folded.encode(), stage.state.encode());
        if stage.state.status() == Status::Running {
            let waits = !stage.state.outstanding().tasks.is_empty() || !stage.state.outstanding().children.is_empty();
            prop_assert!(waits || stage.state.next_due_ms().is_some(), "it waits for nothing: {:#?}", stage.state.frames());
        } else {
            prop_assert_eq!(stage.state.outstanding(), Default::default());
        }
    }

    #[test]
    fn a_fork_from_any_step_runs(kinds in kinds(), events in prop::collection::vec(happening(), 0..20), step: u16) {
        let mut stage = Stage::begin(scope(&kinds, "s"), json!({ "items": [1, {}, "x"], "go": true }));
        for happening in events {
            if loops_for_ever(&stage) {
                break;
            }
            stage.now_ms += happening.2;
            stage.happen(event(happening));
        }
        let step = u32::from(step) % stage.state.step_count() + 1;
        let start = ForkStart { execution: "e2".into(), name: "f".into(), workflow: "w".into(), tenant: "t".into() };
        let env = Env { now_ms: stage.now_ms + 60_000, seed: 5 };
        let forked = fork(&stage.definition, &stage.journal, step, None, &start, &env).unwrap();
        let all = forked.shared.iter().chain(&forked.entries);
        let mut folded = State::new();
        for entry in all {
            folded.apply(entry).unwrap();
        }
        prop_assert_eq!(&folded, &forked.state);
        let cut = stage.journal.iter().filter(|entry| matches!(entry, Entry::StateEntered { .. })).nth(step as usize - 1);
        let again = forked.entries.iter().find(|entry| matches!(entry, Entry::StateEntered { .. }));
        let place = |entry: Option<&Entry>| match entry {
            Some(Entry::StateEntered { frame, state, .. }) => Some((*frame, state.clone())),
            _ => None,
        };
        prop_assert_eq!(place(cut), place(again));
        if folded.status() == Status::Running {
            let waits = folded.outstanding() != Default::default() || folded.next_due_ms().is_some();
            prop_assert!(waits, "it waits for nothing: {:#?}", folded.frames());
        }
    }

    #[test]
    fn damaged_bytes_are_errors(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = State::decode(&bytes);
        let _ = wire::decode_entry(&bytes);
    }

    #[test]
    fn entries_in_any_order_never_panic(kinds in kinds(), picks in prop::collection::vec(any::<prop::sample::Index>(), 0..40)) {
        let document = scope(&kinds, "s");
        let mut stage = Stage::begin(document, json!({ "items": [1, 2], "go": true }));
        for task in 1..6 {
            stage.happen(Event::TaskSucceeded { task, output: Arc::new(json!({})) });
        }
        let mut state = State::new();
        for pick in picks {
            let _ = state.apply(pick.get(&stage.journal));
        }
    }
}
