//! Deliveries that this process holds: what SQS wants to be told again when a message moves on.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use cueline_ports::{PortError, PortResult, Receipt};

/// Deliveries that are remembered; the ones whose lease ended go first.
const ROOM: usize = 50_000;

/// A delivery.
#[derive(Clone)]
pub(super) struct Delivered {
    /// The body as it was on the wire.
    pub(super) wire: String,
    pub(super) group: Option<String>,
    /// When its lease ends.
    pub(super) until: Instant,
}

/// By receipt.
#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<String, Delivered>>);

impl Held {
    pub(super) fn hold(&self, receipt: &str, delivered: Delivered) {
        let mut held = self.lock();
        if held.len() >= ROOM {
            let now = Instant::now();
            held.retain(|_, delivered| delivered.until > now);
        }
        held.insert(receipt.to_owned(), delivered);
    }

    /// The delivery, while its lease lasts. SQS would take an old receipt for a message that somebody else has by now.
    pub(super) fn get(&self, receipt: &Receipt) -> PortResult<Delivered> {
        let held = self.lock().get(&receipt.0).cloned().filter(|delivered| delivered.until > Instant::now());
        held.ok_or_else(|| PortError::not_found("the lease of the message is over, or nobody here has it"))
    }

    pub(super) fn extend(&self, receipt: &Receipt, lease: Duration) {
        if let Some(delivered) = self.lock().get_mut(&receipt.0) {
            delivered.until = Instant::now() + lease;
        }
    }

    pub(super) fn has(&self, receipt: &Receipt) -> bool {
        self.lock().contains_key(&receipt.0)
    }

    /// Whether it was known.
    pub(super) fn let_go(&self, receipt: &Receipt) -> bool {
        self.lock().remove(&receipt.0).is_some()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Delivered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
