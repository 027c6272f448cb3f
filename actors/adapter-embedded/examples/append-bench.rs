//! How fast the journal appends: `cargo run --release --example append-bench -- [SECONDS] [DIRECTORY] [WRITERS] [WAY]`.
//!
//! Each of `c` writers appends one commit after the other to executions of its own: ten commits of 300 bytes, the first
//! with a summary, the last with a snapshot and the final summary. The raw sync rate of the disk is measured beside it,
//! because it bounds what one writer can reach.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement")]

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    sync::mpsc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use cueline_embedded::{Storage, StorageOptions};
use cueline_ports::{Append, ExecutionStatus, ExecutionSummary, Journal};
use cueline_protocol::ids::ExecutionId;

const COMMITS: u64 = 10;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(2, |seconds| seconds.parse().unwrap());
    let place = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let only = arguments.next().map(|writers| writers.parse::<usize>().unwrap());
    let only_way = arguments.next();
    let workers = std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap();
    println!("{:>14} {:>10.0} syncs/s", "disk", sync_rate(&place));
    println!("writers, path    rows/s    rows/sync   p50 us   p99 us   CPU us/row");
    for writers in [1, 8, 64, 1024] {
        if only.is_some_and(|only| only != writers) {
            continue;
        }
        for path in [Way::Future, Way::Callback, Way::Direct] {
            if only_way.as_ref().is_some_and(|only| *only != format!("{path:?}")) {
                continue;
            }
            let directory = tempfile::tempdir_in(&place).unwrap();
            let storage = Storage::open(directory.path(), StorageOptions::default()).unwrap();
            let cpu = cpu_seconds();
            let started = Instant::now();
            let end = started + Duration::from_secs(seconds);
            let mut latencies = match path {
                Way::Direct => run_direct(&storage, writers, end),
                _ => runtime.block_on(run(&storage, writers, path, end)),
            };
            let (took, cpu) = (started.elapsed().as_secs_f64(), cpu_seconds() - cpu);
            let stats = storage.stats();
            latencies.sort_unstable();
            let at = |part: f64| latencies[((latencies.len() - 1) as f64 * part) as usize].as_micros();
            println!(
                "{writers:>5} {path:>9?} {:>9.0} {:>10.1} {:>9} {:>8} {:>10.1}",
                stats.rows as f64 / took,
                stats.rows_per_group(),
                at(0.5),
                at(0.99),
                cpu * 1e6 / stats.rows as f64,
            );
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Way {
    /// `Journal::append`, a task per writer.
    Future,
    /// `Storage::submit` with a channel back to a task per writer.
    Callback,
    /// `Storage::submit` from the callback of the append before it: no task is woken.
    Direct,
}

/// One writer that goes on in the callbacks of its appends.
struct Chain {
    storage: Storage,
    writer: usize,
    execution: u64,
    version: u64,
    started: Instant,
    end: Instant,
    latencies: Vec<Duration>,
    finished: mpsc::Sender<Vec<Duration>>,
}

fn run_direct(storage: &Storage, writers: usize, end: Instant) -> Vec<Duration> {
    let (finished, results) = mpsc::channel();
    for writer in 0..writers {
        let (storage, finished) = (storage.clone(), finished.clone());
        let started = Instant::now();
        Chain { storage, writer, execution: 0, version: 0, started, end, latencies: Vec::new(), finished }.step();
    }
    drop(finished);
    results.iter().flatten().collect()
}

impl Chain {
    fn step(mut self) {
        let id = id(self.writer, self.execution);
        self.started = Instant::now();
        self.storage.clone().submit(append(&id, self.version), move |result| {
            result.unwrap();
            self.latencies.push(self.started.elapsed());
            self.version = (self.version + 1) % COMMITS;
            self.execution += u64::from(self.version == 0);
            if Instant::now() < self.end {
                self.step();
            } else {
                self.finished.send(self.latencies).unwrap();
            }
        });
    }
}

async fn run(storage: &Storage, writers: usize, way: Way, end: Instant) -> Vec<Duration> {
    let tasks: Vec<_> = (0..writers)
        .map(|writer| {
            let storage = storage.clone();
            tokio::spawn(async move { write(&storage, writer, way, end).await })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all
}

async fn write(storage: &Storage, writer: usize, way: Way, end: Instant) -> Vec<Duration> {
    let mut latencies = Vec::new();
    let mut execution = 0;
    while Instant::now() < end {
        let id = id(writer, execution);
        for version in 0..COMMITS {
            let append = append(&id, version);
            let started = Instant::now();
            match way {
                Way::Direct | Way::Future => storage.append(append).await.unwrap(),
                Way::Callback => {
                    let (sender, receiver) = tokio::sync::oneshot::channel();
                    storage.submit(append, |result| drop(sender.send(result)));
                    receiver.await.unwrap().unwrap();
                }
            }
            latencies.push(started.elapsed());
        }
        execution += 1;
    }
    latencies
}

/// Ordered by time, as generated ids are.
fn id(writer: usize, execution: u64) -> ExecutionId {
    ExecutionId::new(format!("01JD{execution:014}{writer:08}")).unwrap()
}

fn append(id: &ExecutionId, version: u64) -> Append {
    let last = version + 1 == COMMITS;
    let summary = (version == 0 || last).then(|| ExecutionSummary {
        execution: id.clone(),
        workflow: "bench".to_owned(),
        definition: "0123456789abcdef".to_owned(),
        tenant: "default".to_owned(),
        status: if last { ExecutionStatus::Succeeded } else { ExecutionStatus::Running },
        started_ms: 1_767_225_600_000,
        ended_ms: 0,
        error: String::new(),
        input_hash: "0123456789abcdef".to_owned(),
        parent: None,
    });
    Append {
        execution: id.clone(),
        expected: version,
        commits: vec![Bytes::from_static(&[7; 300])],
        snapshot: last.then(|| Bytes::from_static(&[8; 500])),
        summary,
    }
}

/// Writes of one page, each synced, per second.
fn sync_rate(place: &Path) -> f64 {
    let directory = tempfile::tempdir_in(place).unwrap();
    let mut file = File::create(directory.path().join("raw")).unwrap();
    file.write_all(&[0; 64 << 10]).unwrap();
    file.sync_all().unwrap();
    let started = Instant::now();
    let mut count = 0.0;
    while started.elapsed() < Duration::from_secs(1) {
        std::os::unix::fs::FileExt::write_all_at(&file, &[1; 4_096], 0).unwrap();
        file.sync_data().unwrap();
        count += 1.0;
    }
    count / started.elapsed().as_secs_f64()
}

/// What this process has used of the processors, where the system tells.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after_name.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    // User and system time, in ticks of 10 ms; the state letter before them is no number.
    fields.get(10..12).map_or(f64::NAN, |times| times.iter().sum::<f64>() / 100.0)
}
