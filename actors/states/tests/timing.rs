//! How long a transition takes. Prints, asserts nothing: `cargo test --release -p cueline-states --test timing -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a report about a fixed workflow")]

use cueline_states::{Definition, Env, Event, Start, State, advance, decide, wire};
use serde_json::json;
use std::{sync::Arc, time::Instant};

const ROUNDS: u32 = 20_000;

fn chain(states: usize, task: impl Fn(usize) -> serde_json::Value, language: &str) -> Definition {
    let mut all = serde_json::Map::new();
    for i in 0..states {
        let mut state = task(i);
        match i + 1 < states {
            true => state["Next"] = json!(format!("Step{}", i + 1)),
            false => state["End"] = json!(true),
        }
        all.insert(format!("Step{i}"), state);
    }
    Definition::parse(&json!({ "QueryLanguage": language, "StartAt": "Step0", "States": all }).to_string()).unwrap()
}

fn start(definition: &Definition) -> Event {
    Event::Start(Box::new(Start {
        execution: "01JD0000000000000000000000".into(),
        name: "timing".into(),
        workflow: "timing".into(),
        definition_hash: definition.hash().into(),
        tenant: "t".into(),
        input: Arc::new(document()),
        start_ms: 1,
        parent: None,
    }))
}

fn document() -> serde_json::Value {
    json!({ "order": { "id": "o-1", "total": 12.5, "lines": [1, 2, 3] }, "customer": "c-42", "note": "some words to carry along" })
}

fn measure(name: &str, definition: &Definition, in_place: bool) {
    let env = Env { now_ms: 1_700_000_000_000, seed: 7 };
    let begun = decide(definition, &State::new(), &start(definition), &env).unwrap().state;
    let output = Arc::new(document());
    let (mut steps, mut bytes, mut entries_made) = (0_u32, 0, 0);
    let mut best = std::time::Duration::MAX;
    while steps < ROUNDS {
        let mut state = begun.clone();
        let mut task = 1;
        let mut spent = std::time::Duration::ZERO;
        while state.output().is_none() {
            let event = Event::TaskSucceeded { task, output: output.clone() };
            let at = Instant::now();
            let entries = if in_place {
                advance(definition, &mut state, &event, &env).unwrap()
            } else {
                let decision = decide(definition, &state, &event, &env).unwrap();
                state = decision.state;
                decision.entries
            };
            spent += at.elapsed();
            bytes += entries.iter().map(|entry| wire::encode_entry(entry).len()).sum::<usize>();
            entries_made += entries.len();
            task += 1;
            steps += 1;
        }
        // The quietest round: others use the machine too.
        best = best.min(spent / (task as u32 - 1));
    }
    let (per_step, bytes) = (best, bytes / steps as usize);
    println!(
        "{name:<44} {per_step:>9.2?} per step, {bytes} bytes in {:.1} entries",
        entries_made as f64 / f64::from(steps)
    );
}

#[test]
#[ignore = "prints timings"]
fn transitions() {
    let plain = |i: usize| json!({ "Type": "Task", "Resource": format!("test:step{i}") });
    let shaped = |i: usize| {
        json!({
            "Type": "Task", "Resource": format!("test:step{i}"), "TimeoutSeconds": 60,
            "Parameters": { "id.$": "$.order.id", "total.$": "$.order.total", "fixed": true },
            "ResultSelector": { "note.$": "$.note" }, "ResultPath": "$.last",
            "Retry": [{ "ErrorEquals": ["States.ALL"] }]
        })
    };
    let jsonata = |i: usize| {
        json!({
            "Type": "Task", "Resource": format!("test:step{i}"),
            "Arguments": { "id": "{% $states.input.order.id %}", "fixed": true },
            "Output": "{% $merge([$states.input, {'last': $states.result.note}]) %}"
        })
    };
    for in_place in [true, false] {
        let how = if in_place { "advance" } else { "decide" };
        measure(&format!("{how}: Task to Task, no fields"), &chain(10, plain, "JSONPath"), in_place);
        measure(&format!("{how}: Task to Task, all JSONPath fields"), &chain(10, shaped, "JSONPath"), in_place);
        measure(&format!("{how}: Task to Task, JSONata"), &chain(10, jsonata, "JSONata"), in_place);
    }
    codec(&chain(10, plain, "JSONPath"));
}

fn codec(definition: &Definition) {
    let env = Env { now_ms: 1_700_000_000_000, seed: 7 };
    let mut state = decide(definition, &State::new(), &start(definition), &env).unwrap().state;
    let event = Event::TaskSucceeded { task: 1, output: Arc::new(document()) };
    let entries = advance(definition, &mut state, &event, &env).unwrap();
    let at = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(entries.iter().map(wire::encode_entry).collect::<Vec<_>>());
    }
    println!("{:<44} {:>9.2?}", "encode the entries of a step", at.elapsed() / ROUNDS);
    let encoded: Vec<_> = entries.iter().map(wire::encode_entry).collect();
    let at = Instant::now();
    for _ in 0..ROUNDS {
        encoded.iter().for_each(|bytes| drop(std::hint::black_box(wire::decode_entry(bytes).unwrap())));
    }
    println!("{:<44} {:>9.2?}", "decode the entries of a step", at.elapsed() / ROUNDS);
    let at = Instant::now();
    let mut bytes = Vec::new();
    for _ in 0..ROUNDS {
        bytes = std::hint::black_box(state.encode());
    }
    println!("{:<44} {:>9.2?}, {} bytes", "encode a state", at.elapsed() / ROUNDS, bytes.len());
    let at = Instant::now();
    for _ in 0..ROUNDS {
        drop(std::hint::black_box(State::decode(&bytes).unwrap()));
    }
    println!("{:<44} {:>9.2?}", "decode a state", at.elapsed() / ROUNDS);
    let at = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(state.clone());
    }
    println!("{:<44} {:>9.2?}", "clone a state", at.elapsed() / ROUNDS);
}
