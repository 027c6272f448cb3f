//! Where changes wait for the writer: callers push, the writer takes everything that is there.

use std::{
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use cueline_ports::{PortError, PortErrorKind};

use super::job::Job;

/// A list that is swapped, not popped: the writer holds the lock for a moment per group.
pub(super) struct Intake {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    bytes_limit: usize,
}

#[derive(Default)]
struct Waiting {
    jobs: Vec<Job>,
    /// Sum of the weights of `jobs`.
    bytes: usize,
    /// The writer sleeps and has to be woken.
    idle: bool,
    /// Nothing more comes in.
    closed: bool,
}

impl Intake {
    /// Empty and open.
    pub(super) fn new(bytes_limit: usize) -> Self {
        Self { waiting: Mutex::default(), arrived: Condvar::new(), bytes_limit }
    }

    /// Hands a change to the writer, or answers it at once when that is impossible.
    pub(super) fn push(&self, job: Job) {
        let weight = job.change.weight();
        let mut waiting = self.lock();
        if let Some(error) = self.refusal(&waiting, weight) {
            drop(waiting);
            return job.refuse(error);
        }
        waiting.jobs.push(job);
        waiting.bytes += weight;
        let wake = mem::take(&mut waiting.idle);
        drop(waiting);
        if wake {
            self.arrived.notify_one();
        }
    }

    /// Waits for changes and swaps them with `taken`, which must be empty; `false` once it is closed and empty.
    pub(super) fn take(&self, taken: &mut Vec<Job>) -> bool {
        let mut waiting = self.lock();
        while waiting.jobs.is_empty() {
            if waiting.closed {
                return false;
            }
            waiting.idle = true;
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.idle = false;
        waiting.bytes = 0;
        mem::swap(&mut waiting.jobs, taken);
        true
    }

    /// Adds what waits to `taken` without waiting, if it is at most `most`.
    pub(super) fn join(&self, taken: &mut Vec<Job>, most: usize) {
        let mut waiting = self.lock();
        if waiting.jobs.len() <= most {
            waiting.bytes = 0;
            taken.append(&mut waiting.jobs);
        }
    }

    /// Nothing more comes in; what waits is still written.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_one();
    }

    fn refusal(&self, waiting: &Waiting, weight: usize) -> Option<PortError> {
        if waiting.closed {
            return Some(PortError::unavailable("storage_closed: the storage is shutting down"));
        }
        let full = !waiting.jobs.is_empty() && waiting.bytes.saturating_add(weight) > self.bytes_limit;
        full.then(|| {
            PortError::new(
                PortErrorKind::Throttled,
                "storage_busy: more waits to be written than the disk takes; try later",
            )
        })
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
