//! Answers that were given are recorded beside: many share a sync of the disk.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{Gate, chat::Recorded};

/// How long an answer waits for others.
const GATHER: Duration = Duration::from_millis(5);

/// What waits to be recorded.
#[derive(Default)]
pub(super) struct Recorder {
    waiting: Mutex<Vec<Recorded>>,
    is_gathering: AtomicBool,
}

impl Recorder {
    /// Records an answer within moments.
    pub(super) fn add(&self, gate: &Gate, recorded: Recorded) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
        if self.is_gathering.swap(true, Ordering::AcqRel) {
            return;
        }
        let gate = gate.clone();
        tokio::spawn(async move {
            gate.world().clock.sleep(GATHER).await;
            gate.0.recorder.is_gathering.store(false, Ordering::Release);
            let batch = std::mem::take(&mut *gate.0.recorder.waiting.lock().unwrap_or_else(PoisonError::into_inner));
            futures::future::join_all(batch.into_iter().map(|recorded| recorded.write(&gate))).await;
        });
    }
}
