//! Processes that share a stack are killed at random, stand still, and find their queues empty: nothing accepted is lost, no
//! result is recorded twice.
//!
//! `CUELINE_AWS_KILLS` sets the size; the default fits a test run, 100 is the full story.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test is an assertion and says what it saw"
)]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use cueline_ports::{ExecutionStatus, ListExecutions};
use cueline_runtime::{Engine, EngineOptions, Peers, inspect, worker::Kinds};
use cueline_states::Entry;
use cueline_tests::{
    emulator,
    stack::{Deployed, eventually},
    system::{Cueline, Draw, bodies_begun},
    weather::{Gusts, Weather},
};
use serde_json::{Value, json};

const PROCESSES: usize = 4;
const STEPS: usize = 10;
/// Six executions for each kill: enough that every kill meets work.
const EXECUTIONS_PER_KILL: usize = 6;

fn kills() -> usize {
    std::env::var("CUELINE_AWS_KILLS").ok().and_then(|value| value.parse().ok()).unwrap_or(12)
}

fn ten_steps() -> Value {
    let states: serde_json::Map<String, Value> = (0..STEPS)
        .map(|step| {
            let mut state = json!({
                "Type": "Task", "Resource": "cueline:bench.noop",
                "Parameters": { "value.$": if step == 0 { "$" } else { "$.value" }, "delayMs": 20 },
            });
            if step + 1 < STEPS {
                state["Next"] = json!(format!("Step{}", step + 1));
            } else {
                state["End"] = json!(true);
            }
            (format!("Step{step}"), state)
        })
        .collect();
    json!({ "StartAt": "Step0", "States": states })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_is_recorded_twice() {
    let Some(account) = emulator::account("nothing_is_lost_and_nothing_is_recorded_twice") else { return };
    tell(account).await.unwrap();
}

async fn tell(account: emulator::Account) -> anyhow::Result<()> {
    let (kills, executions) = (kills(), kills() * EXECUTIONS_PER_KILL);
    let deployed = Deployed::on(account, None).await?;
    deployed.add_queue("bench")?;
    let processes: Vec<Mutex<Cueline>> = (0..PROCESSES)
        .map(|number| {
            let mut process = deployed.process(&format!("process-{number}"));
            process.set("CUELINE_BENCH", "1");
            process.set("RUST_LOG", "warn,cueline_runtime::worker=debug");
            process.up_with(&["--serve", "bench"])?;
            Ok(Mutex::new(process))
        })
        .collect::<anyhow::Result<_>>()?;
    let began = Instant::now();
    let purges = std::thread::scope(|scope| {
        let starting = scope.spawn(|| start_all(&processes, executions));
        let purges = disturb(&deployed, &processes, kills)?;
        starting.join().map_err(|_| anyhow::anyhow!("starting panicked"))??;
        anyhow::Ok(purges)
    })?;
    println!(
        "{executions} executions accepted, {kills} kills, {purges} purges, one process stopped for 35 s, in {:.0} s",
        began.elapsed().as_secs_f64()
    );
    check(&deployed, executions).await?;
    let (all, again) = begun(&processes)?;
    println!(
        "lost 0, results recorded twice 0; {all} task bodies, {again} of them again; all ended after {:.0} s",
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Throttling, errors before and after the effect, slow calls and messages that are sent twice, all at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_that_throttle_and_fail_delay_and_lose_nothing() {
    let Some(account) = emulator::account("services_that_throttle_and_fail_delay_and_lose_nothing") else { return };
    tell_of_weather(account).await.unwrap();
}

async fn tell_of_weather(account: emulator::Account) -> anyhow::Result<()> {
    const EXECUTIONS: usize = 16;
    let deployed = Deployed::on(account, None).await?;
    deployed.add_queue("bench")?;
    let gusts = Gusts { throttled: 50, fails_before: 30, fails_after: 30, slow: (80, 1_000), repeated: 100 };
    let weather = Weather::over(&deployed.account.endpoint, gusts, 7).await?;
    let processes: Vec<Mutex<Cueline>> = (0..2)
        .map(|number| {
            let mut process = deployed.process_through(&weather.endpoint, &format!("process-{number}"));
            process.set("CUELINE_BENCH", "1");
            process.set("RUST_LOG", "warn,cueline_runtime::worker=debug");
            (0..10).find_map(|_| process.up_with(&["--serve", "bench"]).ok()).context("it does not come up")?;
            Ok(Mutex::new(process))
        })
        .collect::<anyhow::Result<_>>()?;
    let began = Instant::now();
    tokio::task::block_in_place(|| start_all(&processes, EXECUTIONS))?;
    check(&deployed, EXECUTIONS).await?;
    let (calls, disturbed) = weather.counts();
    let (all, again) = begun(&processes)?;
    println!(
        "{EXECUTIONS} executions: {calls} calls, {disturbed} of them disturbed; {all} task bodies, {again} of them again; \
         all ended after {:.0} s",
        began.elapsed().as_secs_f64()
    );
    ensure!(disturbed > 100, "the weather was bad enough to mean something");
    Ok(())
}

/// Everything that was accepted ends well, each result recorded once.
async fn check(deployed: &Deployed, executions: usize) -> anyhow::Result<()> {
    let options = EngineOptions { peers: Some(Peers { patrol_every: None }), ..EngineOptions::default() };
    let outside = Engine::launch(deployed.world().await?, Kinds::new(), options).await?;
    eventually(Duration::from_secs(300), async || {
        let open = list(&outside, Some(ExecutionStatus::Running)).await?;
        ensure!(open.is_empty(), "{} still run, e.g. {:?}", open.len(), open.first());
        Ok(())
    })
    .await?;
    let ended = list(&outside, Some(ExecutionStatus::Succeeded)).await?;
    ensure!(ended.len() == executions, "{} of {executions} succeeded", ended.len());
    let mut twice = 0;
    for id in &ended {
        let commits = inspect::history(&outside, id).await?;
        let mut results: BTreeMap<u64, usize> = BTreeMap::new();
        for entry in commits.iter().flat_map(|commit| &commit.entries) {
            if let Entry::TaskSucceeded { task, .. } = entry {
                *results.entry(*task).or_default() += 1;
            }
        }
        ensure!(results.len() == STEPS, "{id}: {} results", results.len());
        twice += results.values().filter(|count| **count > 1).count();
        let verified = inspect::verify(&outside, id).await?;
        ensure!(verified.mismatch.is_none(), "{id}: {:?}", verified.mismatch);
    }
    ensure!(twice == 0, "{twice} results were recorded twice");
    outside.shut_down(Duration::ZERO).await;
    Ok(())
}

/// How many bodies began, and how many of them once more. Ends the processes.
fn begun(processes: &[Mutex<Cueline>]) -> anyhow::Result<(usize, usize)> {
    let mut bodies: BTreeMap<(String, String), usize> = BTreeMap::new();
    for process in processes {
        let mut process = process.lock().unwrap();
        process.kill()?;
        for (task, times) in bodies_begun(&process.log()) {
            *bodies.entry(task).or_default() += times;
        }
    }
    let all: usize = bodies.values().sum();
    Ok((all, all - bodies.len()))
}

/// Starts every execution at some process, however often that takes.
fn start_all(processes: &[Mutex<Cueline>], executions: usize) -> anyhow::Result<()> {
    let definition = ten_steps();
    for number in 0..executions {
        let request =
            json!({ "definition": definition, "input": { "order": number }, "execution": format!("run-{number}") });
        let body = request.to_string();
        let headers = [("Content-Type", "application/json")];
        let accepted = (0..200).any(|tries| {
            let at = (number + tries) % processes.len();
            // One that is being killed is another one's turn.
            let Ok(process) = processes[at].try_lock() else {
                std::thread::sleep(Duration::from_millis(20));
                return false;
            };
            match process.http("POST", "/admin/v1/executions", &headers, body.as_bytes()) {
                Ok((200..=299, _)) => true,
                _ => {
                    drop(process);
                    std::thread::sleep(Duration::from_millis(20));
                    false
                }
            }
        });
        ensure!(accepted, "run-{number} was never accepted");
    }
    Ok(())
}

/// Kills and purges; in the middle one process stands still for longer than its lease.
fn disturb(deployed: &Deployed, processes: &[Mutex<Cueline>], kills: usize) -> anyhow::Result<usize> {
    let mut draw = Draw::new(std::process::id().into());
    let mut purges = 0;
    let mut paused: Option<(usize, Instant)> = None;
    for kill in 0..kills {
        std::thread::sleep(Duration::from_millis(100 + draw.next() % 700));
        let victim = draw.next() as usize % processes.len();
        if kill == kills / 3 {
            processes[victim].lock().unwrap().pause(true)?;
            paused = Some((victim, Instant::now()));
            continue;
        }
        if let Some((at, since)) = paused
            && since.elapsed() > Duration::from_secs(35)
        {
            processes[at].lock().unwrap().pause(false)?;
            paused = None;
        }
        if paused.is_some_and(|(at, _)| at == victim) {
            continue;
        }
        if kill % 4 == 3 {
            deployed.purge("bench")?;
            purges += 1;
        }
        let mut process = processes[victim].lock().unwrap();
        process.kill()?;
        let up = (0..20).find_map(|_| process.up_with(&["--serve", "bench"]).ok());
        up.context("a process does not come up again")?;
    }
    if let Some((at, since)) = paused {
        std::thread::sleep(Duration::from_secs(35).saturating_sub(since.elapsed()));
        processes[at].lock().unwrap().pause(false)?;
    }
    Ok(purges)
}

async fn list(
    engine: &Engine,
    status: Option<ExecutionStatus>,
) -> anyhow::Result<Vec<cueline_protocol::ids::ExecutionId>> {
    let (mut found, mut cursor) = (Vec::new(), None);
    for _ in 0..1_000 {
        let query = ListExecutions { status, cursor, limit: 1_000, ..ListExecutions::default() };
        let page = engine.list(query).await?;
        found.extend(page.items.into_iter().map(|summary| summary.execution));
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(found);
        }
    }
    bail!("a list without an end")
}
