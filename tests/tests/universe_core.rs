//! What the durable core owes to whoever relies on it, one story each.

use std::{sync::Arc, time::Duration};

use cueline_ports::{Clock, ExecutionStatus, PortErrorKind};
use cueline_protocol::ids::{ExecutionId, Tenant};
use cueline_runtime::{Definitions, Engine, StartExecution, codec, inspect, retention};
use cueline_states::{Definition, Entry, Event, Json, OpenTask};
use cueline_tests::universe::{
    Process, Setup, Universe, audit,
    plans::{self, Bodies},
    runs::{self, Outcome},
};
use serde_json::{Value, json};

fn id(name: &str) -> ExecutionId {
    ExecutionId::new(name).expect("a sound id")
}

/// A workflow of one task, with these fields besides.
fn task(delay_ms: u32, more: Value) -> String {
    let mut state = json!({
        "Type": "Task", "Resource": "cueline:bench.noop", "End": true,
        "Parameters": { "value.$": "$", "delayMs": delay_ms },
    });
    let Value::Object(more) = more else { unreachable!("fields") };
    state.as_object_mut().expect("an object").extend(more);
    json!({ "StartAt": "Work", "States": { "Work": state } }).to_string()
}

fn setup(definition: &str) -> (Setup, Bodies) {
    let bodies = Bodies::default();
    let counted = bodies.clone();
    let setup = Setup::new(move || plans::kinds(&counted)).workflow("work", definition).with_usual_limits();
    (setup, bodies)
}

async fn start(universe: &Universe, engine: &Engine, name: &str) {
    runs::start_it(universe, engine, StartExecution::of("work", json!(name)).with_id(id(name))).await;
}

async fn until(universe: &Universe, mut is_true: impl AsyncFnMut() -> bool) {
    while !is_true().await {
        universe.clock.sleep(Duration::from_millis(50)).await;
    }
}

async fn tasks(engine: &Engine, name: &str) -> Vec<OpenTask> {
    engine.peek(&id(name)).await.map(|peeked| peeked.state.outstanding().tasks).unwrap_or_default()
}

/// A full disk threw finished results away: bodies were paid five times, then the task was poison.
#[test]
fn a_result_is_kept_until_the_disk_has_room() {
    let universe = Universe::new(1);
    let (setup, bodies) = setup(&task(1_000, json!({})));
    universe.lives(&setup, async |Process { engine }| {
        for number in 0..100 {
            start(&universe, &engine, &format!("e-{number}")).await;
        }
        universe.chaos.refuse_writes(PortErrorKind::Storage, Duration::from_secs(600));
        for number in 0..100 {
            let outcome = runs::wait_for(&universe, &engine, &id(&format!("e-{number}"))).await;
            assert_eq!(outcome.status, ExecutionStatus::Succeeded);
        }
    });
    assert!(universe.clock.elapsed_ms() > 600_000, "the disk was full for a while");
    assert!(bodies.runs().values().all(|runs| *runs == 1), "{:?}", bodies.runs());
}

/// A journal that refused every write was asked again at once, for ever.
#[test]
fn a_journal_that_fails_is_asked_less_and_less() {
    let universe = Universe::new(1);
    let (setup, bodies) = setup(&task(1_000, json!({})));
    universe.lives(&setup, async |Process { engine }| {
        start(&universe, &engine, "one").await;
        until(&universe, async || bodies.runs().len() == 1).await;
        let asked = || -> u64 {
            let calls = universe.chaos.calls_by_name();
            ["journal.append", "journal.load"].iter().filter_map(|name| calls.get(name)).sum()
        };
        let before = asked();
        universe.chaos.refuse_writes(PortErrorKind::Unavailable, Duration::from_secs(600));
        universe.clock.sleep(Duration::from_secs(599)).await;
        assert!((20..1_000).contains(&(asked() - before)), "{} calls in ten minutes", asked() - before);
        universe.chaos.outage(Duration::from_secs(600));
        let before = asked();
        universe.clock.sleep(Duration::from_secs(599)).await;
        assert!((20..1_300).contains(&(asked() - before)), "{} calls in ten minutes", asked() - before);
        assert_eq!(runs::wait_for(&universe, &engine, &id("one")).await.status, ExecutionStatus::Succeeded);
    });
    assert_eq!(bodies.of("one").into_values().collect::<Vec<_>>(), [1]);
}

#[test]
fn no_body_begins_once_the_engine_stops() {
    let universe = Universe::new(1);
    let (setup, bodies) = setup(&task(2_000, json!({})));
    universe.lives(&setup, async |Process { engine }| {
        for number in 0..200 {
            start(&universe, &engine, &format!("e-{number}")).await;
        }
        until(&universe, async || bodies.runs().len() >= 64).await;
        let before = bodies.runs().len();
        engine.shut_down(Duration::from_secs(10)).await;
        assert_eq!(bodies.runs().len(), before, "no body begins after the signal");
    });
    universe.lives(&setup, async |Process { engine }| {
        for number in 0..200 {
            runs::wait_for(&universe, &engine, &id(&format!("e-{number}"))).await;
        }
    });
    assert!(bodies.runs().values().all(|runs| *runs == 1), "what ran was recorded before the end");
}

#[test]
fn work_that_nobody_waits_for_is_not_begun() {
    let universe = Universe::new(1);
    let (setup, bodies) = setup(&task(5_000, json!({})));
    universe.lives(&setup, async |Process { engine }| {
        for number in 0..200 {
            start(&universe, &engine, &format!("e-{number}")).await;
        }
        universe.clock.sleep(Duration::from_secs(1)).await;
        let before = bodies.runs().len();
        assert_eq!(before, 64);
        for number in 0..200 {
            engine.cancel(id(&format!("e-{number}")), "enough").await.expect("it is cancelled");
        }
        universe.clock.sleep(Duration::from_secs(60)).await;
        assert_eq!(bodies.runs().len(), before);
    });
}

#[test]
fn a_slow_task_that_is_alive_keeps_its_heartbeat() {
    let universe = Universe::new(1);
    let (setup, _) = setup(&task(40_000, json!({ "HeartbeatSeconds": 1 })));
    universe.lives(&setup, async |Process { engine }| {
        start(&universe, &engine, "slow").await;
        assert_eq!(runs::wait_for(&universe, &engine, &id("slow")).await.status, ExecutionStatus::Succeeded);
    });
}

#[test]
fn a_hung_body_gives_its_place_back_at_its_deadline() {
    let universe = Universe::new(1);
    let (setup, _) = setup(&task(u32::MAX, json!({ "TimeoutSeconds": 3 })));
    universe.lives(&setup, async |Process { engine }| {
        start(&universe, &engine, "hung").await;
        let finished = runs::wait_for(&universe, &engine, &id("hung")).await;
        assert_eq!(finished.failure.expect("it failed").error, "States.Timeout");
        until(&universe, async || engine.running() == 0).await;
        assert!(universe.clock.elapsed_ms() < 5_000);
    });
}

/// Each start wrote a commit for each approval that was waited for, and after a hundred starts they failed as poison.
#[test]
fn what_waits_for_a_person_costs_nothing_at_a_start() {
    let universe = Universe::new(1);
    let approval = json!({ "StartAt": "Ask", "States": {
        "Ask": { "Type": "Task", "Resource": "cueline:callback", "End": true } } });
    let (setup, _) = setup(&approval.to_string());
    universe.lives(&setup, async |Process { engine }| start(&universe, &engine, "approval").await);
    let commits = |universe: &Universe| universe.journal.dump().get(&id("approval")).map_or(0, Vec::len);
    let before = commits(&universe);
    for _ in 0..120 {
        universe.lives(&setup, async |Process { engine }| {
            until(&universe, async || engine.is_recovered()).await;
        });
    }
    assert_eq!(commits(&universe), before);
    universe.lives(&setup, async |Process { engine }| {
        let event = Event::TaskSucceeded { task: 1, output: Json::new(json!("yes")) };
        engine.deliver(id("approval"), event).await.expect("it is recorded");
        assert_eq!(runs::wait_for(&universe, &engine, &id("approval")).await.output, Some(Json::new(json!("yes"))));
    });
}

/// A start does not say that a body failed: work that was interrupted a hundred times is not poison.
#[test]
fn starts_do_not_count_as_sends() {
    let universe = Universe::new(2);
    let (setup, _) = setup(&task(60_000, json!({})));
    universe.lives(&setup, async |Process { engine }| start(&universe, &engine, "long").await);
    for _ in 0..120 {
        universe.lives(&setup, async |Process { engine }| {
            until(&universe, async || engine.running() == 1).await;
        });
    }
    universe.lives(&setup, async |Process { engine }| {
        assert_eq!(tasks(&engine, "long").await[0].sends, 1);
        assert_eq!(runs::wait_for(&universe, &engine, &id("long")).await.status, ExecutionStatus::Succeeded);
    });
}

/// Cues were looked for only while their queue was empty, which under load it never is.
#[test]
fn a_lost_cue_is_found_although_its_queue_is_never_empty() {
    let universe = Universe::new(1);
    let (setup, _) = setup(&task(1_000, json!({})));
    universe.lives(&setup, async |Process { engine }| {
        start(&universe, &engine, "lost").await;
        universe.queue.purge_all();
        let flood = async {
            for number in 0.. {
                start(&universe, &engine, &format!("flood-{number}")).await;
                if number % 20 == 19 {
                    universe.clock.sleep(Duration::from_millis(200)).await;
                }
            }
        };
        let lost = id("lost");
        let waited = tokio::select! {
            finished = engine.wait(&lost) => finished.expect("it ends"),
            () = flood => unreachable!("it never ends"),
        };
        assert_eq!(waited.status, ExecutionStatus::Succeeded);
        assert!(universe.clock.elapsed_ms() < 400_000);
    });
}

/// What a shard held when it died was waited for until the next start of the process.
#[test]
fn a_shard_that_dies_loses_nothing_but_time() {
    let universe = Universe::new(1);
    let wait = json!({ "StartAt": "Wait", "States": {
        "Wait": { "Type": "Wait", "Seconds": 30, "Next": "Work" },
        "Work": { "Type": "Task", "Resource": "cueline:bench.noop", "End": true, "Parameters": { "delayMs": 700 } },
    }});
    let (setup, bodies) = setup(&wait.to_string());
    universe.lives(&setup, async |Process { engine }| {
        for number in 0..20 {
            start(&universe, &engine, &format!("e-{number}")).await;
        }
        let drill = async {
            for at in 0..40 {
                universe.clock.sleep(Duration::from_millis(1_700)).await;
                if at % 8 == 0 {
                    engine.fail_shard(at % 2);
                }
            }
            std::future::pending::<()>().await;
        };
        let all = async {
            for number in 0..20 {
                let finished = runs::wait_for(&universe, &engine, &id(&format!("e-{number}"))).await;
                assert_eq!(finished.status, ExecutionStatus::Succeeded);
            }
        };
        tokio::select! { () = all => {}, () = drill => {} }
        assert!(universe.clock.elapsed_ms() < 300_000);
        for number in 0..20 {
            audit::ended(&engine, &id(&format!("e-{number}"))).await;
        }
    });
    assert_eq!(bodies.runs().len(), 20);
}

/// One flipped bit in a snapshot, and an execution with every commit intact could not be loaded.
#[test]
fn a_damaged_snapshot_is_made_anew_from_the_commits() {
    let universe = Universe::new(1);
    let approval = json!({ "StartAt": "Ask", "States": {
        "Ask": { "Type": "Task", "Resource": "cueline:callback", "End": true } } });
    let (setup, _) = setup(&approval.to_string());
    universe.lives(&setup, async |Process { engine }| start(&universe, &engine, "one").await);
    universe.journal.damage_snapshot(&id("one"));
    universe.lives(&setup, async |Process { engine }| {
        let event = Event::TaskSucceeded { task: 1, output: Json::new(json!(1)) };
        engine.deliver(id("one"), event).await.expect("it is recorded");
        runs::wait_for(&universe, &engine, &id("one")).await;
        audit::ended(&engine, &id("one")).await;
    });
}

async fn payloads(universe: &Universe) -> usize {
    let objects = universe.outside().objects;
    objects.list(&codec::payload_bucket(), "", None, 10_000).await.expect("a list").items.len()
}

/// Every snapshot above 16 KiB stayed for ever: a loop with much state filled the disk.
#[test]
fn a_superseded_snapshot_leaves_nothing_behind() {
    let universe = Universe::new(1);
    let round = json!({ "StartAt": "Work", "States": {
        "Work": { "Type": "Task", "Resource": "cueline:bench.noop", "ResultPath": null, "Next": "Count",
            "Parameters": { "value": 1 } },
        "Count": { "Type": "Pass", "Next": "More",
            "Parameters": { "n.$": "States.MathAdd($.n, 1)", "text.$": "$.text" } },
        "More": { "Type": "Choice", "Default": "Done",
            "Choices": [{ "Variable": "$.n", "NumericLessThan": 200, "Next": "Work" }] },
        "Done": { "Type": "Pass", "Result": "done", "End": true },
    }});
    let (setup, _) = setup(&round.to_string());
    universe.lives(&setup, async |Process { engine }| {
        let input = json!({ "n": 0, "text": "x".repeat(40_000) });
        runs::start_it(&universe, &engine, StartExecution::of("work", input).with_id(id("loop"))).await;
        runs::wait_for(&universe, &engine, &id("loop")).await;
        let commits = audit::ended(&engine, &id("loop")).await;
        let large = commits.iter().flat_map(|commit| &commit.entries);
        let large = large.filter(|entry| cueline_states::wire::encode_entry(entry).len() > codec::INLINE).count();
        assert!(payloads(&universe).await <= large + 1, "entries stay, of the snapshots only the last one");
    });
}

#[test]
fn what_ended_long_ago_is_forgotten_with_its_payloads() {
    let universe = Universe::new(1);
    let (setup, _) = setup(&task(0, json!({})));
    let large = |text: &str| json!(text.repeat(30_000));
    universe.lives(&setup, async |Process { engine }| {
        for (name, text) in [("old", "a"), ("young", "b")] {
            let start = StartExecution::of("work", large(text)).with_id(id(name));
            runs::start_it(&universe, &engine, start).await;
            runs::wait_for(&universe, &engine, &id(name)).await;
            universe.clock.sleep(Duration::from_secs(3_600)).await;
        }
        let kept = codec::store(engine.world().objects.as_ref(), vec![7; 20_000].into()).await.unwrap();
        let row = json!({ "hash": blake3::Hash::from_slice(&kept.hash).unwrap().to_hex().as_str() }).to_string();
        let key = cueline_ports::Key::new("artifacts", "one");
        let condition = cueline_ports::Condition::Any;
        let write = cueline_ports::Write::Put { key, body: row.into(), condition };
        engine.world().table.transact(vec![write]).await.unwrap();
        let before = payloads(&universe).await;

        let half_an_hour_ago = universe.clock.now_ms() - 5_400_000;
        let forgotten = retention::forget_ended(&engine, half_an_hour_ago, &["feedback"]).await.unwrap();
        assert_eq!(forgotten.executions, 1);
        let error = engine.summary(&id("old")).await.unwrap_err();
        assert_eq!(error.code(), "execution_not_found");

        let grace = Duration::from_secs(9_000);
        let young = retention::sweep_payloads(&engine, &["artifacts"], grace).await.unwrap();
        assert_eq!(young.payloads, 0, "what is young may be on its way into a journal");
        universe.clock.sleep(Duration::from_secs(10_800)).await;
        let swept = retention::sweep_payloads(&engine, &["artifacts"], grace).await.unwrap();
        assert!(swept.payloads > 0 && swept.bytes > 30_000);
        assert_eq!(payloads(&universe).await, before - swept.payloads as usize);
        audit::ended(&engine, &id("young")).await;
        assert!(codec::fetch(engine.world().objects.as_ref(), &kept.hash).await.is_ok());
        let again = retention::sweep_payloads(&engine, &["artifacts"], grace).await.unwrap();
        assert_eq!(again.payloads, 0);
    });
}

/// A repeated start is the same execution; one that asks for something else must not be told that it runs.
#[test]
fn a_start_with_another_definition_or_tenant_is_refused() {
    let universe = Universe::new(1);
    let (setup, _) = setup(&task(0, json!({})));
    universe.lives(&setup, async |Process { engine }| {
        let again = || StartExecution::of("work", json!("one")).with_id(id("one"));
        assert!(engine.start(again()).await.unwrap().created);
        assert!(!engine.start(again()).await.unwrap().created);
        let other = engine.definitions().keep(&task(7, json!({}))).await.unwrap();
        assert_eq!(engine.start(again().running(other)).await.unwrap_err().code(), "execution_exists");
        let mut tenant = again();
        tenant.tenant = Tenant::new("somebody-else").unwrap();
        assert_eq!(engine.start(tenant).await.unwrap_err().code(), "execution_exists");
        // A newer definition of the workflow does not make a repeated start another one.
        engine.definitions().register("work", &task(9, json!({}))).await.unwrap();
        assert!(!engine.start(again()).await.unwrap().created);
    });
}

#[test]
fn a_field_named_resource_in_a_payload_is_data() {
    let data = json!({ "StartAt": "P", "States": {
        "P": { "Type": "Pass", "Result": { "Resource": "arn:anything" }, "End": true } } });
    assert!(Definitions::check(&data.to_string()).is_ok());
    let nobody = task(0, json!({ "Resource": "nobody" }));
    let found = Definitions::check(&nobody).unwrap_err();
    assert_eq!((found[0].code, found[0].path.as_str()), ("RESOURCE_UNKNOWN", "/States/Work/Resource"));
}

/// A fork of a fork "would be decided differently", because the first of its two origins was taken for its beginning.
#[test]
fn a_fork_of_a_fork_replays() {
    let universe = Universe::new(1);
    let (setup, _) = setup(&task(0, json!({})));
    universe.lives(&setup, async |Process { engine }| {
        start(&universe, &engine, "first").await;
        runs::wait_for(&universe, &engine, &id("first")).await;
        let mut origin = id("first");
        let other = task(3, json!({}));
        let other: Arc<Definition> = engine.definitions().keep(&other).await.unwrap();
        for name in ["second", "third", "fourth"] {
            let request = inspect::ForkRequest {
                origin: origin.clone(),
                from_step: 1,
                input: Some(Json::new(json!(name))),
                definition: (name == "third").then(|| other.clone()),
                execution: Some(id(name)),
            };
            inspect::fork(&engine, request).await.unwrap();
            let outcome = Outcome::of(&runs::wait_for(&universe, &engine, &id(name)).await);
            assert!(format!("{outcome:?}").contains(name));
            let commits = audit::ended(&engine, &id(name)).await;
            let forks = commits.iter().flat_map(|commit| &commit.entries);
            assert!(forks.filter(|entry| matches!(entry, Entry::ForkedFrom(_))).count() >= 1);
            origin = id(name);
        }
    });
}
