//! What others run for us, whom we answer, and who wakes us: in a world that can be repeated.

#![allow(clippy::unwrap_used, reason = "a test is an assertion")]

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use cueline_patterns::{bench, lambda, states};
use cueline_ports::{Clock, ExecutionStatus, Outgoing, conformance::Answer};
use cueline_protocol::ids::{ExecutionId, QueueName};
use cueline_runtime::{Engine, EngineOptions, Finished, StartExecution, worker::Kinds};
use cueline_tests::universe::{Dice, Disturbance, Faults, Machine, Process, Setup, Universe, for_each_seed, runs};
use serde_json::{Value, json};

fn id(name: &str) -> ExecutionId {
    ExecutionId::new(name).expect("a sound id")
}

fn queue(name: &str) -> QueueName {
    QueueName::new(name).expect("a sound name")
}

fn kinds() -> Kinds {
    Kinds::new().with(bench::kind(16)).with(lambda::kind(16)).with(states::kind(16))
}

/// A workflow of one task.
fn task(state: Value) -> String {
    let mut work = json!({ "Type": "Task", "End": true });
    let Value::Object(more) = state else { unreachable!("fields") };
    work.as_object_mut().expect("an object").extend(more);
    json!({ "StartAt": "Work", "States": { "Work": work } }).to_string()
}

async fn run(universe: &Universe, engine: &Engine, input: Value) -> Finished {
    runs::start_it(universe, engine, StartExecution::of("work", input).with_id(id("e"))).await;
    runs::wait_for(universe, engine, &id("e")).await
}

fn output(finished: &Finished) -> Option<Value> {
    finished.output.as_deref().cloned()
}

async fn until(universe: &Universe, mut is_true: impl AsyncFnMut() -> bool) {
    while !is_true().await {
        universe.clock.sleep(Duration::from_millis(50)).await;
    }
}

/// The resource is the one of Step Functions: a definition from there runs as it is.
fn invoke() -> String {
    task(json!({
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": { "FunctionName": "orders", "Qualifier": "live", "Payload.$": "$" },
        "ResultSelector": { "total.$": "$.Payload.total" },
        "Retry": [{ "ErrorEquals": ["Lambda.TooManyRequestsException", "Busy"], "IntervalSeconds": 1, "MaxAttempts": 3 }],
    }))
}

#[test]
fn a_definition_calls_a_function_and_every_try_has_the_same_key() {
    let universe = Universe::new(1);
    let tries = std::sync::atomic::AtomicU32::new(0);
    universe.functions.put("orders", move |call| match tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 => Err(("Busy".into(), "later".into())),
        _ => Ok(json!({ "total": call.payload["count"], "of": call.function })),
    });
    let outcome = universe.lives(&Setup::new(kinds).workflow("work", &invoke()), async |Process { engine }| {
        run(&universe, &engine, json!({ "count": 3 })).await
    });
    assert_eq!((outcome.status, output(&outcome)), (ExecutionStatus::Succeeded, Some(json!({ "total": 3 }))));
    let calls = universe.functions.calls();
    let seen: Vec<_> = calls.iter().map(|call| (call.function.as_str(), call.idempotency_key.as_str())).collect();
    assert_eq!(seen, [("orders:live", "e/1"), ("orders:live", "e/1")]);
}

#[test]
fn a_function_that_fails_is_caught_by_the_name_of_its_error() {
    let universe = Universe::new(1);
    universe.functions.put("orders", |_| Err(("NoSuchOrder".into(), "7".into())));
    let text = json!({ "StartAt": "Work", "States": {
        "Work": { "Type": "Task", "Resource": "cueline:lambda.invoke", "Parameters": { "FunctionName": "orders" }, "End": true,
            "Catch": [{ "ErrorEquals": ["NoSuchOrder"], "Next": "Caught" }] },
        "Caught": { "Type": "Pass", "Parameters": { "cause.$": "States.StringToJson($.Cause)" }, "End": true },
    }});
    let outcome = universe.lives(&Setup::new(kinds).workflow("work", &text.to_string()), async |Process { engine }| {
        run(&universe, &engine, json!({})).await
    });
    let cause = json!({ "cause": { "errorType": "NoSuchOrder", "errorMessage": "7" } });
    assert_eq!((outcome.status, output(&outcome)), (ExecutionStatus::Succeeded, Some(cause)));
    assert_eq!(universe.functions.calls()[0].payload, json!({}), "a function is given an object");
}

fn sync(machine: &str, retries: u32) -> String {
    task(json!({
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": { "StateMachineArn": machine, "Input": { "order.$": "$.order" } },
        "ResultSelector": { "output.$": "$.Output", "status.$": "$.Status" },
        "Retry": [{ "ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": retries }],
    }))
}

#[test]
fn a_definition_runs_a_state_machine_to_its_end() {
    let universe = Universe::new(1);
    let machine = universe.machines.put("orders", Machine::Echo);
    let setup = Setup::new(kinds).workflow("work", &sync(&machine, 0));
    let outcome =
        universe.lives(&setup, async |Process { engine }| run(&universe, &engine, json!({ "order": 7 })).await);
    let expected = json!({ "output": { "order": 7 }, "status": "SUCCEEDED" });
    assert_eq!((outcome.status, output(&outcome)), (ExecutionStatus::Succeeded, Some(expected)));
    assert_eq!(universe.machines.executions().len(), 1);
}

/// The key of a step is the same for its retries: a name made of it alone would find the failed execution again and again.
#[test]
fn a_retry_starts_a_state_machine_that_failed_again() {
    let universe = Universe::new(1);
    let machine = universe.machines.put("orders", Machine::Fails("Broken".into(), "it is".into()));
    let setup = Setup::new(kinds).workflow("work", &sync(&machine, 2));
    let outcome =
        universe.lives(&setup, async |Process { engine }| run(&universe, &engine, json!({ "order": 7 })).await);
    assert_eq!(
        (outcome.status, outcome.failure.unwrap().error.as_str()),
        (ExecutionStatus::Failed, "States.TaskFailed")
    );
    assert_eq!(universe.machines.executions().len(), 3, "one for each attempt");
}

/// Two deaths, each at some call of a life.
struct Deaths(Dice, Vec<Disturbance>);

impl Deaths {
    fn of(seed: u64) -> Self {
        Self(Dice::new(seed), vec![Disturbance::CrashBefore, Disturbance::CrashAfter])
    }

    /// Plans that of this life.
    fn plan(&mut self, universe: &Universe, calls: u64) {
        if let Some(death) = self.1.pop() {
            universe.chaos.plan(self.0.between(1, calls), death);
        }
    }
}

/// In any weather a step starts its state machine once.
#[test]
fn a_state_machine_is_started_once_whatever_crashes() {
    for_each_seed("a_state_machine_is_started_once_whatever_crashes", 2, |seed| {
        let universe = Universe::new(seed);
        let machine = universe.machines.put("orders", Machine::Waits);
        let text = task(json!({
            "Resource": "cueline:states.startExecution",
            "Parameters": { "StateMachineArn": machine, "Input.$": "$" },
            "Retry": [{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 50 }],
        }));
        universe.chaos.set(Faults::any(&mut Dice::new(seed)));
        let mut deaths = Deaths::of(seed);
        let outcome = universe.lives(&Setup::new(kinds).workflow("work", &text), async |Process { engine }| {
            deaths.plan(&universe, 60);
            run(&universe, &engine, json!({ "order": seed })).await
        });
        assert_eq!(outcome.status, ExecutionStatus::Succeeded);
        assert_eq!(universe.machines.executions().len(), 1);
        universe.chaos.tally()
    });
}

// ---- State machines that wait for us.

fn message(token: &str, request: Value) -> Value {
    json!({ "resource": "cueline:bench.noop", "request": request, "replyTo": { "taskToken": token }, "tenant": "acme" })
}

async fn send(universe: &Universe, body: impl Into<Bytes>) {
    let sent = universe.outside().queue.send(&queue("bench"), vec![Outgoing::new(body)]).await;
    sent.expect("somebody outside can send");
}

async fn ask(universe: &Universe, request: Value) -> String {
    let token = universe.machines.begin();
    send(universe, message(&token, request).to_string()).await;
    token
}

/// The messages of the queue: on their way, dead.
async fn left(universe: &Universe) -> (usize, usize) {
    let depth = universe.outside().queue.depth(&queue("bench")).await.expect("it can be looked at");
    (depth.ready + depth.leased + depth.delayed, depth.dead)
}

/// Lives through a story without faults.
fn told<T>(universe: &Universe, story: impl AsyncFnMut(Process) -> T) -> T {
    universe.lives(&Setup::new(kinds).with_usual_limits(), story)
}

#[test]
fn a_state_machine_that_waits_is_answered_and_its_message_is_gone() {
    let universe = Universe::new(1);
    told(&universe, async |_process| {
        let token = ask(&universe, json!({ "value": { "order": 7 } })).await;
        let answer = universe.machines.answer(&token).await;
        assert_eq!(answer, Answer::Succeeded(json!({ "value": { "order": 7 } })));
        until(&universe, async || left(&universe).await == (0, 0)).await;
    });
}

#[test]
fn a_task_that_fails_fails_there_with_its_name() {
    let universe = Universe::new(1);
    told(&universe, async |_process| {
        let error = async |token: String| match universe.machines.answer(&token).await {
            Answer::Failed { error, cause } => (error, cause),
            Answer::Succeeded(output) => ("none".to_owned(), output.to_string()),
        };
        let own = ask(&universe, json!({ "failWith": "Order.Unknown" })).await;
        assert_eq!(error(own).await.0, "Order.Unknown");
        let (name, cause) = error(ask(&universe, json!({ "valeu": 1 })).await).await;
        assert_eq!((name.as_str(), cause.contains("valeu")), ("Cueline.InvalidArguments", true), "{cause}");
        let large = ask(&universe, json!({ "value": "x".repeat(256 * 1024) })).await;
        assert_eq!(error(large).await.0, "States.DataLimitExceeded");
        let token = universe.machines.begin();
        let nobody = json!({ "resource": "cueline:bench.nothing", "replyTo": { "taskToken": token } });
        send(&universe, nobody.to_string()).await;
        assert_eq!(error(token).await.0, "Cueline.UnknownResource");
        until(&universe, async || left(&universe).await == (0, 0)).await;
    });
}

#[test]
fn a_long_task_sends_signs_of_life_and_stops_when_nobody_waits() {
    let universe = Universe::new(1);
    told(&universe, async |process| {
        let kept = ask(&universe, json!({ "delayMs": 100_000 })).await;
        universe.machines.answer(&kept).await;
        let beats = universe.machines.beats();
        assert!((5..=8).contains(&beats), "a sign of life for each half lease: {beats}");

        let dropped = ask(&universe, json!({ "delayMs": 4_000_000 })).await;
        until(&universe, async || universe.machines.beats() > beats + 2).await;
        universe.machines.expire(&dropped);
        let since = universe.clock.now_ms();
        until(&universe, async || left(&universe).await == (0, 0) && process.engine.running() == 0).await;
        assert!(universe.clock.now_ms() - since < 60_000, "it is cut, not run to its end");
    });
}

#[test]
fn what_nobody_can_be_answered_for_goes_to_the_dead_letters() {
    let universe = Universe::new(1);
    told(&universe, async |_process| {
        send(&universe, r#"{"resource": "cueline:bench.noop"}"#).await;
        send(&universe, "{").await;
        send(&universe, message("never was a token", json!({})).to_string()).await;
        until(&universe, async || left(&universe).await == (0, 3)).await;
        let letters = universe.outside().queue.dead_letters(&queue("bench"), None, 10).await.expect("they can be read");
        let reasons: Vec<&str> = letters.items.iter().map(|letter| letter.reason.as_str()).collect();
        for part in ["replyTo", "not an envelope", "task_token_refused"] {
            assert!(reasons.iter().any(|reason| reason.contains(part)), "{part}: {reasons:?}");
        }
    });
}

#[test]
fn an_answer_is_kept_until_it_is_accepted() {
    let universe = Universe::new(1);
    told(&universe, async |_process| {
        let token = ask(&universe, json!({ "value": 1, "delayMs": 1_000 })).await;
        universe.clock.sleep(Duration::from_millis(500)).await;
        universe.chaos.outage(Duration::from_secs(600));
        assert_eq!(universe.machines.answer(&token).await, Answer::Succeeded(json!({ "value": 1 })));
        assert!(universe.clock.elapsed_ms() > 600_000);
    });
}

/// Calls fail, messages come twice and late, processes die: every token is answered, and its message is gone in the end.
#[test]
fn every_token_is_answered_whatever_crashes() {
    for_each_seed("every_token_is_answered_whatever_crashes", 4, |seed| {
        let mut universe = Universe::new(seed);
        // Messages are the truth about a task of somebody else: a service keeps them.
        universe.queue_survives = true;
        let universe = universe;
        let mut dice = Dice::new(seed);
        universe.chaos.set(Faults { lost: 0, ..Faults::any(&mut dice) });
        let mut tokens: Vec<(String, Answer)> = Vec::new();
        let mut deaths = Deaths::of(seed);
        universe.lives(&Setup::new(kinds), async |_process| {
            deaths.plan(&universe, 120);
            while tokens.len() < 12 {
                let number = tokens.len() as u32;
                let fails = number % 3 == 2;
                let request =
                    json!({ "value": number, "delayMs": number * 700, "failWith": if fails { "Own" } else { "" } });
                let expected = match fails {
                    true => Answer::Failed { error: "Own".into(), cause: "the request asked for it".into() },
                    false => Answer::Succeeded(json!({ "value": number })),
                };
                tokens.push((ask(&universe, request).await, expected));
            }
            for (token, expected) in &tokens {
                assert_eq!(&universe.machines.answer(token).await, expected, "seed {seed}");
            }
            universe.chaos.calm();
            until(&universe, async || left(&universe).await == (0, 0)).await;
        });
        universe.chaos.tally()
    });
}

// ---- Alarms.

/// Waits two hours, then ends.
const LONG: &str = r#"{"StartAt": "Rest", "States": {
    "Rest": {"Type": "Wait", "Seconds": 7200, "Next": "Done"}, "Done": {"Type": "Succeed"}}}"#;

async fn second(universe: &Universe) -> Engine {
    let engine = Engine::launch(universe.world(2), kinds(), EngineOptions::default()).await.expect("it launches");
    engine.definitions().register("work", LONG).await.expect("it is sound");
    engine
}

fn with_alarms() -> (Universe, Setup) {
    let mut universe = Universe::new(1);
    (universe.has_alarms, universe.queue_survives) = (true, true);
    (universe, Setup::new(kinds).workflow("work", LONG))
}

/// The process that knew of its timer was stopped for good; one that never heard of it is alive.
#[test]
fn an_execution_that_rests_is_woken_although_its_process_is_gone() {
    let (universe, setup) = with_alarms();
    universe.lives(&setup, async |Process { engine: first }| {
        let second = second(&universe).await;
        runs::start_it(&universe, &first, StartExecution::of("work", json!({})).with_id(id("e"))).await;
        until(&universe, async || !universe.alarms.set().is_empty()).await;
        let begun = universe.clock.now_ms();
        let due = universe.alarms.set()[&id("e")];
        assert!((begun + 7_100_000..=begun + 7_200_000).contains(&due), "{due}");
        first.shut_down(Duration::ZERO).await;
        until(&universe, async || {
            second.summary(&id("e")).await.is_ok_and(|row| row.status == ExecutionStatus::Succeeded)
        })
        .await;
        let took = universe.clock.now_ms() - begun;
        assert!((7_190_000..7_300_000).contains(&took), "{took}");
        second.shut_down(Duration::ZERO).await;
    });
}

#[test]
fn an_execution_that_is_cancelled_takes_its_alarm_along() {
    let (universe, setup) = with_alarms();
    universe.lives(&setup, async |Process { engine }| {
        runs::start_it(&universe, &engine, StartExecution::of("work", json!({})).with_id(id("e"))).await;
        until(&universe, async || universe.alarms.set().contains_key(&id("e"))).await;
        engine.cancel(id("e"), "").await.expect("it can be cancelled");
        until(&universe, async || universe.alarms.set().is_empty()).await;
    });
    assert_eq!(universe.chaos.calls_by_name().get("alarms.set"), Some(&1), "it was set once");
}

#[test]
fn a_short_rest_needs_no_alarm_and_one_that_cannot_be_set_is_set_later() {
    let (universe, setup) = with_alarms();
    let short = LONG.replace("7200", "50");
    universe.lives(&setup.workflow("short", &short), async |Process { engine }| {
        runs::start_it(&universe, &engine, StartExecution::of("short", json!({})).with_id(id("s"))).await;
        runs::wait_for(&universe, &engine, &id("s")).await;
        assert_eq!(universe.chaos.calls_by_name().get("alarms.set"), None);

        universe.chaos.set(Faults { fails_before: 970, ..Faults::default() });
        runs::start_it(&universe, &engine, StartExecution::of("work", json!({})).with_id(id("e"))).await;
        until(&universe, async || universe.alarms.set().contains_key(&id("e"))).await;
        assert!(universe.chaos.calls_by_name()["alarms.set"] > 1, "it was tried more than once");
    });
}

#[test]
fn a_message_that_is_no_alarm_goes_to_the_dead_letters() {
    let (universe, setup) = with_alarms();
    let universe = Arc::new(universe);
    universe.lives(&setup, async |_process| {
        let outside = universe.outside().queue;
        let messages = ["{}", r#"{"execution": "unknown", "dueMs": "1"}"#].map(Outgoing::new);
        outside.send(&queue("alarms"), messages.to_vec()).await.expect("it can be sent");
        until(&universe, async || {
            let depth = outside.depth(&queue("alarms")).await.expect("it can be looked at");
            (depth.ready + depth.leased + depth.delayed, depth.dead) == (0, 1)
        })
        .await;
    });
}
