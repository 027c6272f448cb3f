//! Whether the writer takes what it is given, for those who ask before they send work.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use cueline_ports::{PortError, PortErrorKind, PortResult};

/// A refusal says something about the next write for so long. Without a limit a disk that was full once would count as
/// full until somebody writes, and nobody writes to what is not healthy.
const LASTS: Duration = Duration::from_secs(10);

/// What became of the last writes. Only the writer changes it.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<Option<Refusal>>);

#[derive(Debug)]
struct Refusal {
    kind: PortErrorKind,
    message: String,
    /// `None`: for ever.
    until: Option<Instant>,
}

impl Health {
    /// A write failed, and so may the next one.
    pub(super) fn failed(&self, error: &PortError) {
        self.note(error, Some(Instant::now() + LASTS));
    }

    /// Nothing is written any more until the process starts again.
    pub(super) fn stopped(&self, error: &PortError) {
        self.note(error, None);
    }

    /// A write was durable.
    pub(super) fn works(&self) {
        let mut refusal = self.lock();
        if refusal.as_ref().is_some_and(|refusal| refusal.until.is_some()) {
            *refusal = None;
        }
    }

    /// An error is what a write would be refused with.
    pub(super) fn check(&self) -> PortResult<()> {
        match &*self.lock() {
            Some(Refusal { kind, message, until }) if until.is_none_or(|until| Instant::now() < until) => {
                Err(PortError::new(*kind, message.clone()))
            }
            _ => Ok(()),
        }
    }

    fn note(&self, error: &PortError, until: Option<Instant>) {
        *self.lock() = Some(Refusal { kind: error.kind, message: error.message.clone(), until });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Refusal>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_passes_and_a_failed_sync_does_not() {
        let health = Health::default();
        assert!(health.check().is_ok());
        health.failed(&PortError::new(PortErrorKind::Storage, "full"));
        assert_eq!(health.check().unwrap_err().kind, PortErrorKind::Storage);
        health.works();
        assert!(health.check().is_ok());
        health.stopped(&PortError::unavailable("sync"));
        health.works();
        assert_eq!(health.check().unwrap_err().message, "sync");
    }
}
