//! What only this adapter promises; the rest is in the suite of the port.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use cueline_ports::{Outgoing, Queue, QueueDepth, Table, conformance::ManualClock};
use cueline_protocol::ids::QueueName;

use super::{MemoryQueue, state::State};
use crate::{Storage, StorageOptions};

fn work() -> QueueName {
    QueueName::new("work").unwrap()
}

#[tokio::test]
async fn dead_letters_survive_a_restart() {
    let directory = tempfile::TempDir::new().unwrap();
    let open = || Arc::new(Storage::open(directory.path(), StorageOptions::default()).unwrap()) as Arc<dyn Table>;
    let queue = MemoryQueue::new(Arc::new(ManualClock::default()), open());
    let message = Outgoing { group: Some("tenant".to_owned()), ..Outgoing::new(Bytes::from_static(b"poison")) };
    queue.send(&work(), vec![message]).await.unwrap();
    let delivery = queue.receive(&work(), 1, Duration::from_secs(30), Duration::ZERO).await.unwrap().remove(0);
    queue.dead_letter(&work(), &delivery.receipt, "cannot be decoded").await.unwrap();
    let before = queue.dead_letters(&work(), None, 10).await.unwrap();
    drop(queue);

    let queue = MemoryQueue::new(Arc::new(ManualClock::default()), open());
    assert_eq!(queue.queues().await.unwrap(), [work()]);
    assert_eq!(queue.dead_letters(&work(), None, 10).await.unwrap(), before);
    assert_eq!(queue.depth(&work()).await.unwrap(), QueueDepth { dead: 1, ..QueueDepth::default() });
    assert_eq!(queue.redrive(&work(), vec![before.items[0].id.clone()]).await.unwrap(), 1);
    assert_eq!(queue.depth(&work()).await.unwrap(), QueueDepth { ready: 1, ..QueueDepth::default() });
}

#[test]
fn long_leases_leave_nothing_behind() {
    let mut state = State::default();
    for n in 0..100_000_i64 {
        state.sweep(n);
        state.send(Outgoing { group: Some(format!("g{n}")), ..Outgoing::new(Bytes::new()) }, None);
        let delivery = state.receive(n + 1_000_000).unwrap();
        assert!(state.extend(&delivery.receipt, n + 2_000_000));
        assert!(state.remove(&delivery.receipt).is_some());
    }
    assert_eq!(state.depth(), QueueDepth::default());
    assert!(state.is_small(), "{state:?}");
}

#[test]
fn a_lease_that_ended_can_be_extended_until_somebody_else_has_the_message() {
    let mut state = State::default();
    state.send(Outgoing::new(Bytes::new()), None);
    let first = state.receive(10).unwrap();
    state.sweep(20);
    assert_eq!(state.depth(), QueueDepth { ready: 1, ..QueueDepth::default() });
    assert!(state.extend(&first.receipt, 30));
    assert!(state.receive(40).is_none());
    state.sweep(30);
    let second = state.receive(40).unwrap();
    assert!(!state.extend(&first.receipt, 50));
    assert!(state.remove(&first.receipt).is_none());
    assert!(state.remove(&second.receipt).is_some());
    assert_eq!(state.depth(), QueueDepth::default());
    assert!(state.receive(60).is_none());
}
