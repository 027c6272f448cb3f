//! Time that passes only when nobody has anything to do.
//!
//! The runtime of a process calls [`VirtualClock::idle`] before its thread would park: then the clock jumps to the next
//! moment that somebody sleeps for. An hour of backoff costs nothing, and what happens at which moment does not depend on
//! the machine. Tokio's own paused time is not used: everything of ours sleeps on the [`Clock`] port, the feature it needs
//! would have to be built into every dependency, and this clock goes on over the crash of a process.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
    time::Duration,
};

use async_trait::async_trait;
use cueline_ports::{Clock, conformance::TestClock};

/// 1 January 2026.
const BEGINNING_MS: i64 = 1_767_225_600_000;

/// A clock that is moved.
#[derive(Debug, Clone)]
pub struct VirtualClock(Arc<Mutex<Time>>);

#[derive(Debug)]
struct Time {
    now_ms: i64,
    next_sleeper: u64,
    sleepers: BTreeMap<(i64, u64), Waker>,
}

impl Default for VirtualClock {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Time { now_ms: BEGINNING_MS, next_sleeper: 0, sleepers: BTreeMap::new() })))
    }
}

impl VirtualClock {
    /// Nobody has anything to do: goes to the next moment that somebody waits for and wakes everybody who waits for it.
    pub fn idle(&self) {
        let mut time = self.lock();
        let Some(((due_ms, _), _)) = time.sleepers.first_key_value() else { return };
        time.now_ms = time.now_ms.max(*due_ms);
        wake(time);
    }

    /// Lets time pass at once, as it does while no process runs.
    pub fn jump(&self, by: Duration) {
        let mut time = self.lock();
        time.now_ms += millis(by);
        wake(time);
    }

    /// Milliseconds since the beginning.
    pub fn elapsed_ms(&self) -> i64 {
        self.lock().now_ms - BEGINNING_MS
    }

    fn lock(&self) -> MutexGuard<'_, Time> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Wakes who is due, earliest first, without holding the lock.
fn wake(mut time: MutexGuard<'_, Time>) {
    let tomorrow = (time.now_ms + 1, 0);
    let later = time.sleepers.split_off(&tomorrow);
    let due = std::mem::replace(&mut time.sleepers, later);
    drop(time);
    due.into_values().for_each(Waker::wake);
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros().div_ceil(1_000)).unwrap_or(i64::MAX / 4)
}

#[async_trait]
impl Clock for VirtualClock {
    fn now_ms(&self) -> i64 {
        self.lock().now_ms
    }

    async fn sleep(&self, duration: Duration) {
        let due_ms = self.lock().now_ms + millis(duration);
        Sleep { clock: self, due_ms, place: None }.await;
    }
}

#[async_trait]
impl TestClock for VirtualClock {
    async fn advance(&self, by: Duration) {
        self.jump(by);
        for _ in 0..32 {
            tokio::task::yield_now().await;
        }
    }
}

struct Sleep<'a> {
    clock: &'a VirtualClock,
    due_ms: i64,
    place: Option<u64>,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut time = self.clock.lock();
        if time.now_ms >= self.due_ms {
            return Poll::Ready(());
        }
        let place = self.place.unwrap_or_else(|| {
            time.next_sleeper += 1;
            time.next_sleeper
        });
        time.sleepers.insert((self.due_ms, place), context.waker().clone());
        drop(time);
        self.place = Some(place);
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.clock.lock().sleepers.remove(&(self.due_ms, place));
        }
    }
}
