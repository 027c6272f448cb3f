//! What only this adapter promises; the rest is in the suites of the ports.

use std::{
    fs,
    os::unix::fs::{FileExt, PermissionsExt},
    sync::{Arc, Mutex, mpsc},
};

use bytes::Bytes;
use cueline_ports::{
    Append, Condition, ExecutionStatus, ExecutionSummary, Journal, Key, PortErrorKind, PortResult, Table, Write,
};
use cueline_protocol::ids::ExecutionId;
use tempfile::TempDir;

use super::{Edge, FILE_NAME, Storage, StorageHook, StorageOptions};

fn open(directory: &TempDir) -> Storage {
    Storage::open(directory.path(), StorageOptions::default()).unwrap()
}

fn id(name: &str) -> ExecutionId {
    ExecutionId::new(name).unwrap()
}

fn start(name: &str, body: impl Into<Bytes>) -> Append {
    let summary = ExecutionSummary {
        execution: id(name),
        workflow: "w".to_owned(),
        definition: "d".to_owned(),
        tenant: "t".to_owned(),
        status: ExecutionStatus::Running,
        started_ms: 1,
        ended_ms: 0,
        error: String::new(),
        input_hash: String::new(),
        parent: None,
    };
    Append { execution: id(name), expected: 0, commits: vec![body.into()], snapshot: None, summary: Some(summary) }
}

fn next(name: &str, expected: u64, body: impl Into<Bytes>) -> Append {
    Append { execution: id(name), expected, commits: vec![body.into()], snapshot: None, summary: None }
}

fn put(sort: &str, body: impl Into<Bytes>) -> Vec<Write> {
    vec![Write::Put { key: Key::new("p", sort), body: body.into(), condition: Condition::Any }]
}

/// The kind and the code of an error.
fn refusal<T>(result: PortResult<T>) -> Option<(PortErrorKind, String)> {
    let error = result.err()?;
    Some((error.kind, error.message.split(':').next().unwrap_or_default().to_owned()))
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_reopening() {
    let directory = TempDir::new().unwrap();
    let storage = open(&directory);
    storage.append(start("a", "one")).await.unwrap();
    storage.append(Append { snapshot: Some("state".into()), ..next("a", 1, "two") }).await.unwrap();
    storage.transact(put("row", "body")).await.unwrap();
    let (loaded, row) = (storage.load(&id("a")).await.unwrap(), storage.get(&Key::new("p", "row")).await.unwrap());
    drop(storage);
    let storage = open(&directory);
    assert_eq!(storage.load(&id("a")).await.unwrap(), loaded);
    assert_eq!(storage.get(&Key::new("p", "row")).await.unwrap(), row);
    // The version is looked up in the database, since nothing is remembered yet.
    assert_eq!(refusal(storage.append(next("a", 1, "x")).await).unwrap().0, PortErrorKind::Conflict);
    storage.append(next("a", 2, "three")).await.unwrap();
    storage.append(start("b", "one")).await.unwrap();
    assert_eq!(storage.load(&id("a")).await.unwrap().unwrap().version(), 3);
}

#[tokio::test]
async fn a_second_process_is_refused_by_name() {
    let directory = TempDir::new().unwrap();
    let first = open(&directory);
    let error = Storage::open(directory.path(), StorageOptions::default()).unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Conflict);
    let process = format!("used by process {}; stop it", std::process::id());
    assert!(error.message.starts_with("storage_in_use: ") && error.message.contains(&process), "{error}");
    drop(first);
    open(&directory);
}

#[tokio::test]
async fn a_closed_storage_has_written_what_waited_and_refuses_more() {
    let directory = TempDir::new().unwrap();
    let storage = open(&directory);
    let (sender, answers) = mpsc::channel();
    for n in 0..100 {
        let sender = sender.clone();
        storage.submit(start(&format!("e{n}"), "x"), move |result| sender.send(result.is_ok()).unwrap());
    }
    storage.close();
    assert_eq!(answers.try_iter().filter(|written| *written).count(), 100);
    let refused = refusal(storage.append(start("late", "x")).await);
    assert_eq!(refused, Some((PortErrorKind::Unavailable, "storage_closed".to_owned())));
}

#[test]
fn the_last_handle_may_go_away_on_the_writer_thread() {
    let directory = TempDir::new().unwrap();
    let storage = open(&directory);
    let (sender, told) = mpsc::channel();
    let last = storage.clone();
    storage.submit(start("a", "x"), move |result| {
        drop(last);
        sender.send(result.is_ok()).unwrap();
    });
    drop(storage);
    assert!(told.recv().unwrap());
}

#[tokio::test]
async fn a_callback_that_panics_stops_nothing() {
    let directory = TempDir::new().unwrap();
    let storage = open(&directory);
    storage.submit(start("a", "x"), |_| panic!("on purpose"));
    storage.append(start("b", "x")).await.unwrap();
    assert_eq!(storage.load(&id("a")).await.unwrap().unwrap().version(), 1);
}

/// Lets the test hold the writer before a commit, so that what it sends meanwhile becomes one group.
struct Gate(Mutex<mpsc::Receiver<()>>);

impl StorageHook for Gate {
    fn reached(&self, edge: Edge) {
        if edge == Edge::GroupTaken {
            // A test that has gone lets everything through.
            let _ = self.0.lock().unwrap().recv();
        }
    }
}

fn gated(directory: &TempDir, options: StorageOptions) -> (Storage, mpsc::Sender<()>) {
    let (open_gate, gate) = mpsc::channel();
    let hook: Arc<dyn StorageHook> = Arc::new(Gate(Mutex::new(gate)));
    (Storage::open(directory.path(), StorageOptions { hook: Some(hook), ..options }).unwrap(), open_gate)
}

#[tokio::test]
async fn what_waits_becomes_one_group_and_a_conflict_in_it_stays_alone() {
    let directory = TempDir::new().unwrap();
    let (storage, gate) = gated(&directory, StorageOptions::default());
    let first = storage.append(start("first", "x"));
    let rest = async {
        let same = (0..3).map(|n| storage.append(start("same", n.to_string())));
        let others = (0..20).map(|n| storage.append(start(&format!("e{n}"), "x")));
        let chained = [start("chain", "1"), next("chain", 1, "2"), next("chain", 2, "3")].map(|it| storage.append(it));
        let all = futures::future::join_all(same.chain(others).chain(chained));
        let opened = async { [(); 8].map(|()| gate.send(()).unwrap()) };
        futures::join!(all, opened).0
    };
    let (first, rest) = futures::join!(first, rest);
    first.unwrap();
    let lost: Vec<_> = rest.into_iter().filter_map(|result| refusal(result).map(|(kind, _)| kind)).collect();
    assert_eq!(lost, [PortErrorKind::Conflict; 2]);
    assert_eq!(storage.load(&id("chain")).await.unwrap().unwrap().version(), 3);
    let stats = storage.stats();
    assert_eq!((stats.appends, stats.rows, stats.conflicts, stats.retried_groups), (25, 25, 2, 0));
    assert!(stats.groups <= 3, "{stats:?}");
}

#[tokio::test]
async fn more_than_may_wait_is_throttled() {
    let directory = TempDir::new().unwrap();
    let (storage, gate) = gated(&directory, StorageOptions { waiting_bytes: 10_000, ..StorageOptions::default() });
    let (sender, answers) = mpsc::channel();
    for n in 0..20 {
        let sender = sender.clone();
        storage.submit(start(&format!("e{n}"), vec![0; 1_000]), move |result| sender.send(result).unwrap());
    }
    drop((gate, sender));
    let results: Vec<_> = answers.iter().collect();
    let throttled = results.into_iter().filter_map(refusal).collect::<Vec<_>>();
    // Seven fit; the writer may have taken up to seven before the gate held it.
    assert!((6..=13).contains(&throttled.len()), "{}", throttled.len());
    assert!(throttled.iter().all(|it| *it == (PortErrorKind::Throttled, "storage_busy".to_owned())));
}

/// A disk that fills up: nothing acknowledged is lost, what does not fit is told so, small things still fit where there is
/// room, and it goes on by itself once there is room again.
#[tokio::test]
async fn a_full_disk_loses_nothing_and_recovers() {
    let directory = TempDir::new().unwrap();
    let storage =
        Storage::open(directory.path(), StorageOptions { page_limit: Some(200), ..StorageOptions::default() }).unwrap();
    storage.append(start("a", "x")).await.unwrap();
    let mut written = 1;
    let full = loop {
        match storage.append(next("a", written, vec![7; 20_000])).await {
            Ok(()) => written += 1,
            error => break refusal(error),
        }
        assert!(written < 1_000, "the disk never fills");
    };
    assert_eq!(full, Some((PortErrorKind::Storage, "storage_full".to_owned())));
    assert_eq!(storage.load(&id("a")).await.unwrap().unwrap().version(), written);
    let tries = (0..10).map(|n| storage.transact(put(&n.to_string(), vec![9; 30_000])));
    let failed = futures::future::join_all(tries).await.into_iter().filter_map(refusal).collect::<Vec<_>>();
    assert!(!failed.is_empty() && failed.iter().all(|(kind, _)| *kind == PortErrorKind::Storage), "{failed:?}");
    let ended = ExecutionSummary { status: ExecutionStatus::Succeeded, ..start("a", "x").summary.unwrap() };
    let end = Append { summary: Some(ended), commits: vec!["end".into()], ..next("a", written, "") };
    storage.append(end).await.unwrap();
    storage.remove(&id("a")).await.unwrap();
    storage.append(start("b", vec![7; 20_000])).await.unwrap();
    drop(storage);
    let storage = open(&directory);
    assert_eq!(storage.load(&id("b")).await.unwrap().unwrap().version(), 1);
    for version in 1..100 {
        storage.append(next("b", version, vec![7; 20_000])).await.unwrap();
    }
}

#[tokio::test]
async fn one_that_does_not_fit_fails_alone_in_its_group() {
    let directory = TempDir::new().unwrap();
    let options = StorageOptions { page_limit: Some(200), ..StorageOptions::default() };
    let (storage, gate) = gated(&directory, options);
    gate.send(()).unwrap();
    storage.append(start("a", "x")).await.unwrap();
    let small = (0..5).map(|n| storage.append(start(&format!("small-{n}"), "x")));
    let large = storage.append(start("large", vec![1; 2_000_000]));
    let also = storage.transact(put("row", "x"));
    let opened = async { drop(gate) };
    let (small, large, also, ()) = futures::join!(futures::future::join_all(small), large, also, opened);
    assert!(small.into_iter().chain([also]).all(|result| result.is_ok()));
    assert_eq!(refusal(large), Some((PortErrorKind::Storage, "storage_full".to_owned())));
    assert_eq!(storage.load(&id("large")).await.unwrap(), None);
    storage.append(next("small-3", 1, "y")).await.unwrap();
    storage.append(start("large", "small after all")).await.unwrap();
}

fn flip(directory: &TempDir, needle: &[u8]) {
    let path = directory.path().join(FILE_NAME);
    let content = fs::read(&path).unwrap();
    let at = content.windows(needle.len()).position(|window| window == needle).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all_at(&[content[at] ^ 1], at as u64).unwrap();
}

#[tokio::test]
async fn a_flipped_bit_is_found_when_the_row_is_read() {
    let directory = TempDir::new().unwrap();
    let storage = open(&directory);
    storage.append(start("a", "first commit")).await.unwrap();
    storage.append(Append { snapshot: Some("the snapshot".into()), ..start("b", "its commit") }).await.unwrap();
    storage.append(start("c", "whole")).await.unwrap();
    storage.transact(put("row", "row body")).await.unwrap();
    drop(storage);
    for needle in ["first commit", "the snapshot", "row body"] {
        flip(&directory, needle.as_bytes());
    }
    let storage = open(&directory);
    let damaged = Some((PortErrorKind::Corrupt, "storage_corrupt".to_owned()));
    assert_eq!(refusal(storage.load(&id("a")).await), damaged);
    assert_eq!(refusal(storage.history(&id("a"), 0, 10).await), damaged);
    assert_eq!(refusal(storage.load(&id("b")).await), damaged);
    assert_eq!(refusal(storage.get(&Key::new("p", "row")).await), damaged);
    assert_eq!(refusal(storage.query("p", "", None, 10).await), damaged);
    let error = storage.load(&id("a")).await.unwrap_err();
    assert!(error.message.contains(FILE_NAME) && error.message.contains("commit 1 of execution a"), "{error}");
    // What is whole can still be read and written.
    assert_eq!(storage.load(&id("c")).await.unwrap().unwrap().version(), 1);
    storage.append(next("c", 1, "more")).await.unwrap();
}

#[tokio::test]
async fn a_damaged_page_is_named_with_what_to_do() {
    let directory = TempDir::new().unwrap();
    let storage = open(&directory);
    for n in 0..500 {
        storage.append(start(&format!("e{n}"), vec![b'x'; 500])).await.unwrap();
    }
    drop(storage);
    let path = directory.path().join(FILE_NAME);
    let whole = fs::read(&path).unwrap();
    for (at, opens) in [(0, false), (100, false), (4_096 * 12, true)] {
        let mut damaged = whole.clone();
        let end = if at == 0 { 64 } else { damaged.len().min(at + 4_096 * 60) };
        damaged[at..end].fill(0xff);
        fs::write(&path, damaged).unwrap();
        let error = match Storage::open(directory.path(), StorageOptions::default()) {
            Err(error) => error,
            Ok(storage) => {
                assert!(opens, "damage at {at} is found when opening");
                let mut found = None;
                for n in 0..500 {
                    found = found.or(storage.load(&id(&format!("e{n}"))).await.err());
                }
                found.unwrap()
            }
        };
        assert_eq!(error.kind, PortErrorKind::Corrupt, "{error}: {:?}", std::error::Error::source(&error));
        assert!(error.message.contains(FILE_NAME) && error.message.contains("restore"), "{error}");
    }
}

#[tokio::test]
async fn a_newer_schema_and_a_foreign_database_are_left_alone() {
    let directory = TempDir::new().unwrap();
    drop(open(&directory));
    let path = directory.path().join(FILE_NAME);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute("INSERT INTO migrations VALUES (99, 'from the future', '')", []).unwrap();
    drop(raw);
    let refused = refusal(Storage::open(directory.path(), StorageOptions::default()));
    assert_eq!(refused, Some((PortErrorKind::Unsupported, "storage_schema_newer".to_owned())));

    let directory = TempDir::new().unwrap();
    let raw = rusqlite::Connection::open(directory.path().join(FILE_NAME)).unwrap();
    raw.execute("CREATE TABLE theirs (x)", []).unwrap();
    drop(raw);
    let refused = refusal(Storage::open(directory.path(), StorageOptions::default()));
    assert_eq!(refused, Some((PortErrorKind::Invalid, "storage_foreign".to_owned())));
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = refusal(Storage::open(file.join("data"), StorageOptions::default()));
    assert_eq!(refused, Some((PortErrorKind::Invalid, "storage_not_a_directory".to_owned())));

    let closed = directory.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(closed.join("probe"), "").is_ok() {
        return; // root may write everywhere
    }
    let refused = refusal(Storage::open(&closed, StorageOptions::default()));
    assert_eq!(refused, Some((PortErrorKind::Storage, "storage_read_only".to_owned())));
}

#[tokio::test]
async fn the_log_is_moved_into_the_database_and_does_not_grow_for_ever() {
    let directory = TempDir::new().unwrap();
    let storage =
        Storage::open(directory.path(), StorageOptions { checkpoint_pages: 50, ..StorageOptions::default() }).unwrap();
    storage.append(start("a", "x")).await.unwrap();
    for version in 1..400 {
        storage.append(next("a", version, vec![1; 4_000])).await.unwrap();
    }
    let log = fs::metadata(directory.path().join(format!("{FILE_NAME}-wal"))).unwrap().len();
    assert!(log < 100 * 4_200, "{log}");
    assert!(storage.stats().checkpoints > 10);
}
