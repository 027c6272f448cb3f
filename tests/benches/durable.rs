//! Durable 10-step workflow: steps/s, CPU per step and commits per sync at a given concurrency; parked executions; and how
//! soon results come after a restart with many executions open.
//!
//! One JSON line per case with the keys that other engines' benchmarks print too, so that runs can be put side by side.
//! `bench-durable [--seconds N] [--runs N] [--parked N] [--open N] [--threads N] [CASE…]`; cases: `c1`, `c64`, `c1024`,
//! `parked`, `restart`.

#![expect(clippy::print_stdout, reason = "a benchmark prints figures")]

use std::{
    io::{Seek, SeekFrom, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use cueline_embedded::{FileObjects, FileObjectsOptions, LocalBus, MemoryQueue, Storage, StorageOptions};
use cueline_ports::SystemClock;
use cueline_runtime::{Engine, EngineOptions, StartExecution, World, worker::Kinds, world::Entropy};
use serde_json::json;

mod nothing;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const STEPS: u64 = 10;
/// Executions that fill pools and caches which do not grow any more afterwards.
const WARM: usize = 60_000;

struct Settings {
    seconds: u64,
    runs: usize,
    parked: usize,
    open: usize,
    threads: usize,
    cases: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    let settings = settings()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(settings.threads).enable_all().build()?;
    for run in 0..settings.runs {
        for case in &settings.cases {
            let directory = tempfile::Builder::new().prefix("bench-durable").tempdir_in(scratch())?;
            match case.as_str() {
                "parked" => runtime.block_on(parked(directory.path(), run, settings.parked))?,
                "restart" => runtime.block_on(restart(directory.path(), run, settings.open))?,
                other => {
                    let concurrency = other.strip_prefix('c').and_then(|n| n.parse().ok());
                    let concurrency = concurrency.with_context(|| format!("unknown case {other}"))?;
                    runtime.block_on(steps(directory.path(), run, concurrency, settings.seconds))?;
                }
            }
        }
    }
    Ok(())
}

fn settings() -> anyhow::Result<Settings> {
    let mut settings = Settings { seconds: 5, runs: 1, parked: 50_000, open: 10_000, threads: 1, cases: Vec::new() };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || -> anyhow::Result<usize> {
            let value = arguments.next().with_context(|| format!("{argument} needs a number"))?;
            value.parse().with_context(|| format!("{argument} needs a number, not {value}"))
        };
        match argument.as_str() {
            "--seconds" => settings.seconds = number()? as u64,
            "--runs" => settings.runs = number()?,
            "--parked" => settings.parked = number()?,
            "--open" => settings.open = number()?,
            "--threads" => settings.threads = number()?,
            case => settings.cases.push(case.to_owned()),
        }
    }
    if settings.cases.is_empty() {
        settings.cases = ["c1", "c64", "parked", "restart"].map(str::to_owned).to_vec();
    }
    Ok(settings)
}

/// `BENCH_DIR` names the disk to be measured.
fn scratch() -> std::path::PathBuf {
    std::env::var_os("BENCH_DIR").map_or_else(std::env::temp_dir, Into::into)
}

fn kinds() -> Kinds {
    Kinds::new().with(cueline_patterns::bench::kind(64))
}

async fn launch(directory: &Path, kinds: Kinds) -> anyhow::Result<(Engine, Storage)> {
    let storage = Storage::open(directory, StorageOptions::default())?;
    let clock = Arc::new(SystemClock);
    let table = Arc::new(storage.clone());
    let world = World {
        journal: Arc::new(storage.clone()),
        table: table.clone(),
        queue: Arc::new(MemoryQueue::new(clock.clone(), table.clone())),
        bus: Arc::new(LocalBus::open(table, clock.clone()).await?),
        objects: Arc::new(FileObjects::open(directory.join("objects"), FileObjectsOptions::default())?),
        index: Arc::new(nothing::Nothing),
        parser: Arc::new(nothing::Nothing),
        embedders: Default::default(),
        models: Default::default(),
        rerankers: Default::default(),
        guards: Default::default(),
        functions: None,
        state_machines: None,
        callbacks: None,
        alarms: None,
        clock,
        entropy: Arc::new(Entropy::from_system()),
    };
    let engine = Engine::launch(world, kinds, EngineOptions::default()).await?;
    Ok((engine, storage))
}

async fn steps(directory: &Path, run: usize, concurrency: usize, seconds: u64) -> anyhow::Result<()> {
    let syncs_before = syncs_per_second(directory)?;
    let (engine, storage) = launch(directory, kinds()).await?;
    engine.definitions().register("ten", &ten()).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let wrong = Arc::new(AtomicU64::new(0));
    let warm = drive(&engine, concurrency, Duration::from_millis(300), &stop, &wrong);
    warm.await?;
    stop.store(false, Ordering::Relaxed);
    let before = storage.stats();
    let cpu = cpu_seconds();
    let began = Instant::now();
    let mut latencies = drive(&engine, concurrency, Duration::from_secs(seconds), &stop, &wrong).await?;
    let wall = began.elapsed().as_secs_f64();
    let cpu = cpu_seconds() - cpu;
    let after = storage.stats();
    // The disk drifts; what it did just before and just after is what the engine could have had.
    let syncs = f64::midpoint(syncs_before, syncs_per_second(directory)?);
    latencies.sort_unstable();
    let workflows = latencies.len() as f64;
    let steps = workflows * STEPS as f64;
    let percentile = |p: f64| latencies.get(((latencies.len() as f64 * p) as usize).min(latencies.len() - 1)).copied();
    let rows = (after.rows - before.rows) as f64;
    let groups = (after.groups - before.groups).max(1) as f64;
    let line = json!({
        "case": "a", "engine": "cueline", "conc": concurrency, "run": run,
        "steps_per_s": (steps / wall).round(),
        "wf_per_s": (workflows / wall).round(),
        "p50_ms": percentile(0.5).map(|d| d as f64 / 1000.0),
        "p99_ms": percentile(0.99).map(|d| d as f64 / 1000.0),
        "cpu_ms_per_step": (cpu * 1e6 / steps).round() / 1000.0,
        "commits_per_sync": (rows / groups * 10.0).round() / 10.0,
        "disk_syncs_per_s": syncs.round(),
        "steps_per_disk_sync": (steps / wall / syncs * 100.0).round() / 100.0,
        "wrong": wrong.load(Ordering::Relaxed),
        "load1": load(),
    });
    println!("{line}");
    engine.shut_down(Duration::from_secs(1)).await;
    storage.close();
    Ok(())
}

/// Runs workflows one after the other in `concurrency` clients; gives their latencies in microseconds.
async fn drive(
    engine: &Engine,
    concurrency: usize,
    time: Duration,
    stop: &Arc<AtomicBool>,
    wrong: &Arc<AtomicU64>,
) -> anyhow::Result<Vec<u64>> {
    let clients: Vec<_> = (0..concurrency)
        .map(|client| {
            let (engine, stop, wrong) = (engine.clone(), stop.clone(), wrong.clone());
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                let mut round = 0_u64;
                while !stop.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    let input = json!({"client": client, "round": round, "text": "x".repeat(100)});
                    let started = engine.start(StartExecution::of("ten", input.clone())).await?;
                    let finished = engine.wait(&started.execution).await?;
                    if finished.output.as_deref().and_then(|output| output.get("value")) != Some(&input) {
                        wrong.fetch_add(1, Ordering::Relaxed);
                    }
                    latencies.push(began.elapsed().as_micros() as u64);
                    round += 1;
                }
                anyhow::Ok(latencies)
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Vec::new();
    for client in clients {
        all.extend(client.await??);
    }
    Ok(all)
}

/// Starts executions that wait for an hour; prints what each of them holds in memory.
async fn parked(directory: &Path, run: usize, count: usize) -> anyhow::Result<()> {
    let (engine, storage) = launch(directory, kinds()).await?;
    engine.definitions().register("parked", &waiting()).await?;
    start_many(&engine, "parked", 0, WARM).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = resident_bytes();
    let began = Instant::now();
    start_many(&engine, "parked", WARM, count).await?;
    let started = began.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let per = (resident_bytes() as f64 - before as f64) / count as f64;
    let live = engine.counts().await.live;
    let line = json!({
        "case": "parked", "engine": "cueline", "run": run, "parked": count,
        "starts_per_s": (count as f64 / started).round(),
        "bytes_each": per.round(), "live_in_memory": live, "timers": engine.timers(),
        "rss_mb": resident_bytes() / 1_000_000, "load1": load(),
    });
    println!("{line}");
    engine.shut_down(Duration::from_secs(1)).await;
    storage.close();
    Ok(())
}

/// Leaves executions open behind, all of them waiting for a task that nobody serves, and starts again; prints how soon the
/// oldest of them, somebody new and the last of them have a result.
async fn restart(directory: &Path, run: usize, count: usize) -> anyhow::Result<()> {
    let (engine, storage) = launch(directory, Kinds::new()).await?;
    engine.definitions().register("one", &one()).await?;
    let oldest = engine.start(StartExecution::of("one", json!({"order": 0}))).await?.execution;
    start_many(&engine, "one", 1, count - 1).await?;
    engine.shut_down(Duration::ZERO).await;
    storage.close();
    drop((engine, storage));

    // The actors of the first life give the directory back when the last of them has ended.
    let mut began = Instant::now();
    let mut launched = launch(directory, kinds()).await;
    for _ in 0..200 {
        if launched.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        began = Instant::now();
        launched = launch(directory, kinds()).await;
    }
    let (engine, storage) = launched?;
    engine.definitions().register("one", &one()).await?;
    let ready = began.elapsed();
    let first = async {
        engine.wait(&oldest).await?;
        anyhow::Ok(began.elapsed())
    };
    let new = async {
        let started = engine.start(StartExecution::of("one", json!({"order": "new"}))).await?;
        engine.wait(&started.execution).await?;
        anyhow::Ok(began.elapsed())
    };
    let (first, new) = (first.await?, new.await?);
    while !engine.is_recovered() || engine.counts().await.live > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let ran = engine.counters().read().values().map(|kind| kind.started).sum::<u64>();
    let line = json!({
        "case": "restart", "engine": "cueline", "run": run, "open": count,
        "ready_ms": ready.as_millis(), "first_result_ms": first.as_millis(), "new_result_ms": new.as_millis(),
        "all_results_ms": began.elapsed().as_millis(), "ran": ran, "load1": load(),
    });
    println!("{line}");
    engine.shut_down(Duration::from_secs(1)).await;
    storage.close();
    Ok(())
}

async fn start_many(engine: &Engine, workflow: &'static str, first: usize, count: usize) -> anyhow::Result<()> {
    let starters: Vec<_> = (0..64)
        .map(|starter| {
            let engine = engine.clone();
            tokio::spawn(async move {
                for at in (starter..count).step_by(64) {
                    let input = json!({"order": first + at});
                    engine.start(StartExecution::of(workflow, input)).await?;
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for starter in starters {
        starter.await??;
    }
    Ok(())
}

fn ten() -> String {
    let states: serde_json::Map<String, serde_json::Value> = (0..STEPS)
        .map(|step| {
            let mut state = json!({"Type": "Task", "Resource": "cueline:bench.noop"});
            if step + 1 == STEPS {
                state["End"] = json!(true);
            } else {
                state["Next"] = json!(format!("Step{}", step + 1));
            }
            // Every step hands on exactly what it was given.
            if step == 0 {
                state["Parameters"] = json!({"value.$": "$"});
            }
            (format!("Step{step}"), state)
        })
        .collect();
    json!({"StartAt": "Step0", "States": states}).to_string()
}

fn one() -> String {
    json!({"StartAt": "Only", "States": {"Only": {
        "Type": "Task", "Resource": "cueline:bench.noop", "Parameters": {"value.$": "$"}, "End": true,
    }}})
    .to_string()
}

fn waiting() -> String {
    json!({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": true}}}).to_string()
}

/// How often the disk can write 4 KiB and sync them within a second.
fn syncs_per_second(directory: &Path) -> anyhow::Result<f64> {
    const BLOCKS: u64 = 256;
    let mut file = std::fs::File::create(directory.join("syncs"))?;
    file.write_all(&vec![0; BLOCKS as usize * 4096])?;
    file.sync_all()?;
    let (began, mut syncs) = (Instant::now(), 0_u64);
    while began.elapsed() < Duration::from_millis(300) {
        file.seek(SeekFrom::Start(syncs % BLOCKS * 4096))?;
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        syncs += 1;
    }
    Ok(syncs as f64 / began.elapsed().as_secs_f64())
}

fn cpu_seconds() -> f64 {
    // utime and stime are fields 14 and 15 of /proc/self/stat, in ticks of 10 ms; comm may hold spaces.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}

fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|load| load.parse().ok()).unwrap_or(0.0)
}
