//! The suites of the ports on the embedded adapters.

use std::sync::{Arc, Mutex};

use cueline_embedded::{MemoryQueue, Storage, StorageOptions};
use cueline_ports::{
    Clock, Journal, Queue, Table,
    conformance::{ManualClock, TestClock, journal_suite, queue_suite, table_suite},
};
use tempfile::TempDir;

/// Directories live as long as the test.
#[derive(Default)]
struct Directories(Mutex<Vec<TempDir>>);

impl Directories {
    fn storage(&self) -> Arc<Storage> {
        let directory = TempDir::new().unwrap();
        let storage = Storage::open(directory.path(), StorageOptions::default()).unwrap();
        self.0.lock().unwrap().push(directory);
        Arc::new(storage)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storage_is_a_journal() {
    let directories = Directories::default();
    journal_suite(async || directories.storage() as Arc<dyn Journal>).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storage_is_a_table() {
    let directories = Directories::default();
    table_suite(async || directories.storage() as Arc<dyn Table>).await;
}

#[tokio::test]
async fn memory_queue_is_a_queue() {
    let directories = Directories::default();
    queue_suite(async || {
        let clock = Arc::new(ManualClock::default());
        let queue = MemoryQueue::new(Arc::clone(&clock) as Arc<dyn Clock>, directories.storage());
        (Arc::new(queue) as Arc<dyn Queue>, clock as Arc<dyn TestClock>)
    })
    .await;
}
