//! The suites of the ports on the embedded adapters.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::sync::{Arc, Mutex};

use cueline_embedded::{FileObjects, FileObjectsOptions, LocalBus, MemoryQueue, Storage, StorageOptions, Watch};
use cueline_ports::{
    Bus, Clock, EventLog, Journal, Objects, Queue, SystemClock, Table,
    conformance::{
        ManualClock, TestClock, bus_suite, event_log_suite, journal_suite, object_keys_suite, objects_suite,
        queue_fairness_suite, queue_suite, table_suite,
    },
};
use cueline_protocol::ids::BucketName;
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

    fn objects(&self, mapped: bool, watch: Watch) -> (Arc<dyn Objects>, BucketName) {
        let directory = TempDir::new().unwrap();
        let bucket = BucketName::new("inbox").unwrap();
        let mut options = FileObjectsOptions { watch, ..FileObjectsOptions::default() };
        if mapped {
            options.mapped.insert(bucket.clone(), directory.path().join("inbox"));
        }
        let objects = FileObjects::open(directory.path().join("objects"), options).unwrap();
        self.0.lock().unwrap().push(directory);
        (Arc::new(objects), bucket)
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
    let fresh = async || {
        let clock = Arc::new(ManualClock::default());
        let queue = MemoryQueue::new(Arc::clone(&clock) as Arc<dyn Clock>, directories.storage());
        (Arc::new(queue) as Arc<dyn Queue>, clock as Arc<dyn TestClock>)
    };
    queue_suite(fresh).await;
    queue_fairness_suite(fresh).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_internal_bucket_is_an_object_store() {
    let directories = Directories::default();
    objects_suite(async || directories.objects(false, Watch::Native)).await;
    object_keys_suite(async || directories.objects(false, Watch::Native)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mapped_folder_is_an_object_store() {
    let directories = Directories::default();
    objects_suite(async || directories.objects(true, Watch::Native)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_is_polled_is_an_object_store() {
    let directories = Directories::default();
    let watch = Watch::Poll(std::time::Duration::from_millis(20));
    objects_suite(async || directories.objects(true, watch)).await;
}

#[tokio::test]
async fn local_bus_is_a_bus() {
    let directories = Directories::default();
    bus_suite(async || {
        let bus = LocalBus::open(directories.storage(), Arc::new(SystemClock)).await.unwrap();
        Arc::new(bus) as Arc<dyn Bus>
    })
    .await;
    event_log_suite(async || {
        let bus = Arc::new(LocalBus::open(directories.storage(), Arc::new(SystemClock)).await.unwrap());
        (bus.clone() as Arc<dyn Bus>, bus as Arc<dyn EventLog>)
    })
    .await;
}
