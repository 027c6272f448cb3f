//! `kill -9` at any moment: what was acknowledged is there, what is there is dense, and nothing is there twice.
//!
//! A child process (this test binary again) appends in several threads and prints every acknowledgement; the parent kills
//! it at a random moment, opens the directory and compares.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use cueline_embedded::{Edge, Storage, StorageHook, StorageOptions};
use cueline_ports::{
    Append, Condition, ExecutionStatus, ExecutionSummary, Journal, Key, ListExecutions, PortErrorKind, Table,
    Write as Put,
};
use cueline_protocol::ids::ExecutionId;
use tempfile::TempDir;

const DIRECTORY: &str = "CUELINE_TEST_DIRECTORY";
const STOP_AT: &str = "CUELINE_TEST_STOP_AT";
const WRITERS: usize = 8;

/// Stops the process the `n`th time that the writer reaches an edge.
struct Stop {
    edge: Edge,
    left: AtomicU64,
}

impl StorageHook for Stop {
    fn reached(&self, edge: Edge) {
        if edge == self.edge && self.left.fetch_sub(1, SeqCst) == 1 {
            // As sudden as a kill: no destructor, no flush.
            std::process::abort();
        }
    }
}

fn summary(id: &ExecutionId) -> ExecutionSummary {
    ExecutionSummary {
        execution: id.clone(),
        workflow: "w".to_owned(),
        definition: "d".to_owned(),
        tenant: "t".to_owned(),
        status: ExecutionStatus::Running,
        started_ms: 1,
        ended_ms: 0,
        error: String::new(),
        input_hash: String::new(),
        parent: None,
    }
}

fn body(id: &ExecutionId, version: u64) -> Bytes {
    Bytes::from(format!("{id} at {version};").repeat(20))
}

/// The child. Ignored as a test: it only means something when the parent starts it.
#[test]
#[ignore = "the child of the other tests"]
fn writer() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let hook = std::env::var(STOP_AT).ok().map(|stop| {
        let (edge, count) = stop.split_once(' ').unwrap();
        let edges = [Edge::GroupTaken, Edge::BeforeCommit, Edge::BeforeAnswer, Edge::AfterAnswer];
        let edge = edges.into_iter().find(|it| format!("{it:?}") == edge).unwrap();
        Arc::new(Stop { edge, left: AtomicU64::new(count.parse().unwrap()) }) as Arc<dyn StorageHook>
    });
    let options = StorageOptions { hook, checkpoint_pages: 100, ..StorageOptions::default() };
    let storage = Storage::open(directory, options).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write_for_ever(storage.clone(), writer))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

async fn write_for_ever(storage: Storage, writer: usize) {
    let id = ExecutionId::new(format!("e{writer}")).unwrap();
    let mut version = storage.load(&id).await.unwrap().map_or(0, |loaded| loaded.version());
    loop {
        let count = version % 3 + 1;
        let append = Append {
            execution: id.clone(),
            expected: version,
            commits: (1..=count).map(|n| body(&id, version + n)).collect(),
            snapshot: (version % 5 == 0).then(|| body(&id, version + count)),
            summary: (version == 0).then(|| summary(&id)),
        };
        storage.append(append).await.unwrap();
        version += count;
        acknowledge(&format!("journal e{writer} {version}"));
        // Two rows that always change together.
        let put = |sort: &str| Put::Put {
            key: Key::new(format!("t{writer}"), sort),
            body: Bytes::from(version.to_string()),
            condition: Condition::Any,
        };
        storage.transact(vec![put("a"), put("b")]).await.unwrap();
        acknowledge(&format!("table t{writer} {version}"));
    }
}

fn acknowledge(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Runs a child until it stops by itself or for `time`; gives back the last number that it acknowledged per name.
fn run_child(directory: &Path, stop_at: Option<&str>, time: Duration) -> HashMap<String, u64> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "writer", "--ignored", "--nocapture"]).env(DIRECTORY, directory);
    if let Some(stop_at) = stop_at {
        command.env(STOP_AT, stop_at);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut acknowledged = HashMap::new();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let [_, name, number] = line.split(' ').collect::<Vec<_>>()[..]
                && let Ok(number) = number.parse()
            {
                acknowledged.insert(name.to_owned(), number);
            }
        }
        acknowledged
    });
    if stop_at.is_none() {
        std::thread::sleep(time);
        child.kill().unwrap();
    }
    child.wait().unwrap();
    reader.join().unwrap()
}

/// Everything acknowledged is there and nothing is there that could not have been.
async fn verify(directory: &Path, acknowledged: &HashMap<String, u64>) {
    let storage = Storage::open(directory, StorageOptions::default()).unwrap();
    for writer in 0..WRITERS {
        let id = ExecutionId::new(format!("e{writer}")).unwrap();
        let acknowledged = |name: String| acknowledged.get(&name).copied().unwrap_or(0);
        let least = acknowledged(format!("e{writer}"));
        let history = storage.history(&id, 0, usize::MAX).await.unwrap();
        let last = history.len() as u64;
        assert!(last >= least, "{id} was acknowledged at {least} and is at {last}");
        // One append of at most three commits may have been written without an answer.
        assert!(last <= least + 3 || least == 0, "{id} was acknowledged at {least} and is at {last}");
        for (commit, version) in history.iter().zip(1..) {
            assert_eq!((commit.version, &commit.body), (version, &body(&id, version)), "{id} is dense");
        }
        if let Some(loaded) = storage.load(&id).await.unwrap() {
            assert_eq!(loaded.version(), last);
            if let Some(snapshot) = loaded.snapshot {
                assert_eq!(snapshot.body, body(&id, snapshot.version), "the snapshot belongs to its version");
            }
        }
        let row =
            async |sort: &str| storage.get(&Key::new(format!("t{writer}"), sort)).await.unwrap().map(|it| it.body);
        let (a, b) = (row("a").await, row("b").await);
        assert_eq!(a, b, "rows of one transaction change together");
        let found = a.map_or(0, |body| String::from_utf8_lossy(&body).parse().unwrap());
        assert!(found >= acknowledged(format!("t{writer}")), "an acknowledged row is there");
        assert!(found <= last, "a row is never ahead of the append before it");
    }
    let page = storage.list(ListExecutions::default()).await.unwrap();
    assert!(page.items.len() <= WRITERS);
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_a_kill() {
    let directory = TempDir::new().unwrap();
    let mut seed = u64::from(std::process::id());
    let mut most = 0;
    for _ in 0..12 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let time = Duration::from_millis(30 + (seed >> 33) % 400);
        let acknowledged = run_child(directory.path(), None, time);
        verify(directory.path(), &acknowledged).await;
        most = most.max(acknowledged.values().copied().max().unwrap_or(0));
    }
    assert!(most > 10, "the children never came to write");
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_at_any_edge() {
    let directory = TempDir::new().unwrap();
    for count in [1, 2, 25] {
        for edge in ["GroupTaken", "BeforeCommit", "BeforeAnswer", "AfterAnswer"] {
            let acknowledged = run_child(directory.path(), Some(&format!("{edge} {count}")), Duration::ZERO);
            verify(directory.path(), &acknowledged).await;
        }
    }
}

#[tokio::test]
async fn a_second_process_is_refused_while_the_first_lives() {
    let directory = TempDir::new().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "writer", "--ignored", "--nocapture"]).env(DIRECTORY, directory.path());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.find(|line| line.as_ref().is_ok_and(|line| line.starts_with("journal"))).unwrap().unwrap();
    let error = Storage::open(directory.path(), StorageOptions::default()).unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Conflict);
    assert!(error.message.contains(&format!("process {};", child.id())), "{error}");
    child.kill().unwrap();
    child.wait().unwrap();
    Storage::open(directory.path(), StorageOptions::default()).unwrap();
}

/// Needs a small file system: `mount -t tmpfs -o size=8m tmpfs DIR; CUELINE_TEST_SMALL_DISK=DIR cargo test … -- --ignored`.
#[tokio::test]
#[ignore = "needs a small file system of its own"]
async fn a_disk_that_is_really_full_loses_nothing_and_recovers() {
    let Some(disk) = std::env::var_os("CUELINE_TEST_SMALL_DISK") else { return };
    let directory = TempDir::new_in(&disk).unwrap();
    let filler = Path::new(&disk).join("filler");
    std::fs::write(&filler, vec![0; 2 << 20]).unwrap();
    let storage = Storage::open(directory.path(), StorageOptions::default()).unwrap();
    let id = ExecutionId::new("e").unwrap();
    let append = |version| Append {
        execution: id.clone(),
        expected: version,
        commits: vec![Bytes::from(vec![7; 30_000])],
        snapshot: None,
        summary: (version == 0).then(|| summary(&id)),
    };
    let mut written = 0;
    let error = loop {
        match storage.append(append(written)).await {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(error.kind == PortErrorKind::Storage && error.message.starts_with("storage_full: "), "{error}");
    assert_eq!(storage.load(&id).await.unwrap().unwrap().version(), written);
    std::fs::remove_file(&filler).unwrap();
    for _ in 0..10 {
        storage.append(append(written)).await.unwrap();
        written += 1;
    }
    drop(storage);
    let storage = Storage::open(directory.path(), StorageOptions::default()).unwrap();
    assert_eq!(storage.load(&id).await.unwrap().unwrap().version(), written);
}
