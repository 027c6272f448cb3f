//! A clock that a test moves, so that no suite waits for the time of day.

use std::{
    sync::atomic::{AtomicI64, Ordering::SeqCst},
    time::Duration,
};

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::{Clock, SystemClock};

/// A clock whose time passes when the test says so.
#[async_trait]
pub trait TestClock: Clock {
    /// Lets time pass, and lets whoever slept until then run.
    async fn advance(&self, by: Duration);

    /// How long a lease is in the suites: short where time really passes.
    fn lease(&self) -> Duration {
        Duration::from_secs(30)
    }
}

/// The time of day, for services that keep their own: advancing is waiting.
#[derive(Debug, Default)]
pub struct RealClock;

#[async_trait]
impl Clock for RealClock {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms()
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock.sleep(duration).await;
    }
}

#[async_trait]
impl TestClock for RealClock {
    async fn advance(&self, by: Duration) {
        SystemClock.sleep(by).await;
    }

    fn lease(&self) -> Duration {
        Duration::from_secs(4)
    }
}

/// A clock that stands still until it is advanced. Starts on 1 January 2026.
#[derive(Debug)]
pub struct ManualClock {
    now_ms: AtomicI64,
    moved: Notify,
}

impl Default for ManualClock {
    fn default() -> Self {
        Self { now_ms: AtomicI64::new(1_767_225_600_000), moved: Notify::new() }
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(SeqCst)
    }

    async fn sleep(&self, duration: Duration) {
        let until_ms = self.now_ms().saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX));
        loop {
            let mut moved = std::pin::pin!(self.moved.notified());
            moved.as_mut().enable();
            if self.now_ms() >= until_ms {
                return;
            }
            moved.await;
        }
    }
}

#[async_trait]
impl TestClock for ManualClock {
    async fn advance(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.now_ms.fetch_add(by_ms, SeqCst);
        self.moved.notify_waiters();
        // A few turns of the scheduler: sleepers wake up and do what they slept for.
        for _ in 0..32 {
            tokio::task::yield_now().await;
        }
    }
}
