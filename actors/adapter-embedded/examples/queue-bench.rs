//! What a message costs: `cargo run --release --example queue-bench`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use cueline_embedded::{MemoryQueue, Storage, StorageOptions};
use cueline_ports::{Outgoing, Queue, SystemClock};
use cueline_protocol::ids::QueueName;

const MESSAGES: u32 = 500_000;
const LEASE: Duration = Duration::from_secs(30);

fn main() {
    let directory = tempfile::tempdir().unwrap();
    let storage = Arc::new(Storage::open(directory.path(), StorageOptions::default()).unwrap());
    let queue = Arc::new(MemoryQueue::new(Arc::new(SystemClock), storage));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let name = QueueName::new("work").unwrap();
    for group in [None, Some("tenant".to_owned())] {
        let message = Outgoing { group, ..Outgoing::new(Bytes::from_static(&[7; 200])) };
        let started = Instant::now();
        runtime.block_on(async {
            for _ in 0..MESSAGES {
                queue.send(&name, vec![message.clone()]).await.unwrap();
                let received = queue.receive(&name, 1, LEASE, LEASE).await.unwrap();
                let receipts = received.into_iter().map(|delivery| delivery.receipt).collect();
                queue.acknowledge(&name, receipts).await.unwrap();
            }
        });
        print("send, receive, acknowledge", started);
    }
    let started = Instant::now();
    runtime.block_on(async {
        let receiver = tokio::spawn(receive_all(Arc::clone(&queue), name.clone()));
        for _ in 0..MESSAGES {
            queue.send(&name, vec![Outgoing::new(Bytes::from_static(&[7; 200]))]).await.unwrap();
            // A receiver that waits is woken by each message.
            tokio::task::yield_now().await;
        }
        receiver.await.unwrap();
    });
    print("the same with a waiting receiver", started);
}

async fn receive_all(queue: Arc<MemoryQueue>, name: QueueName) {
    let mut left = MESSAGES as usize;
    while left > 0 {
        let received = queue.receive(&name, 10, LEASE, LEASE).await.unwrap();
        left -= received.len();
        let receipts = received.into_iter().map(|delivery| delivery.receipt).collect();
        queue.acknowledge(&name, receipts).await.unwrap();
    }
}

fn print(what: &str, started: Instant) {
    println!("{what}: {:.2} us per message", started.elapsed().as_secs_f64() * 1e6 / f64::from(MESSAGES));
}
