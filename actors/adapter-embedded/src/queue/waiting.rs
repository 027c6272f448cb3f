//! Receivers that wait: woken by a message, or by the clock when a lease or a delay ends.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cueline_ports::{Clock, Delivery, Outgoing};
use tokio::sync::Notify;

use super::state::State;

/// One queue: its state and who waits for it.
#[derive(Debug, Default)]
pub(super) struct Channel {
    inner: Mutex<Inner>,
    arrived: Notify,
}

#[derive(Debug, Default)]
pub(super) struct Inner {
    pub(super) state: State,
    /// Receivers that wait.
    waiting: usize,
    /// The earliest moment at which one of them wakes up by itself.
    armed: Option<i64>,
}

impl Channel {
    /// The state, for a moment.
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds messages and wakes as many receivers.
    pub(super) fn send(&self, messages: Vec<Outgoing>, now_ms: i64) {
        let mut inner = self.lock();
        let count = messages.len();
        for message in messages {
            let until = (!message.delay.is_zero()).then(|| after(now_ms, message.delay));
            inner.state.send(message, until);
        }
        self.wake(inner, count);
    }

    /// Changes the state and wakes a receiver if that made something ready, now or earlier than it was going to look.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut inner = self.lock();
        let value = change(&mut inner.state);
        self.wake(inner, 1);
        value
    }

    /// Takes up to `max` messages; waits up to `wait` for the first.
    pub(super) async fn receive(
        &self,
        clock: &dyn Clock,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> Vec<Delivery> {
        let started_ms = clock.now_ms();
        let taken = self.take(started_ms, max, lease);
        if !taken.is_empty() || wait.is_zero() || max == 0 {
            return taken;
        }
        let end_ms = after(started_ms, wait);
        let mut turn = Turn::begin(self);
        loop {
            // Enabled before looking, so that a message that comes in between is not missed.
            let mut arrived = std::pin::pin!(self.arrived.notified());
            arrived.as_mut().enable();
            let now_ms = clock.now_ms();
            let taken = self.take(now_ms, max, lease);
            if !taken.is_empty() || now_ms >= end_ms {
                return taken;
            }
            let wake_ms = turn.arm(end_ms);
            tokio::select! {
                () = arrived => {}
                () = clock.sleep(Duration::from_millis(wake_ms.saturating_sub(now_ms).max(1).unsigned_abs())) => {}
            }
        }
    }

    fn take(&self, now_ms: i64, max: usize, lease: Duration) -> Vec<Delivery> {
        let mut inner = self.lock();
        inner.state.sweep(now_ms);
        let until_ms = after(now_ms, lease);
        let taken: Vec<_> = std::iter::from_fn(|| inner.state.receive(until_ms)).take(max).collect();
        self.wake(inner, 1);
        taken
    }

    /// Wakes receivers for what is ready, or one that will look again when the next lease or delay ends.
    fn wake(&self, inner: MutexGuard<'_, Inner>, count: usize) {
        if inner.waiting == 0 {
            return;
        }
        let ready = if inner.state.has_ready() { count.min(inner.waiting) } else { 0 };
        let unarmed = inner.state.next_due().is_some_and(|due| inner.armed.is_none_or(|armed| due < armed));
        drop(inner);
        for _ in 0..ready.max(usize::from(unarmed)) {
            self.arrived.notify_one();
        }
    }
}

/// A receiver that waits. However it ends, the others take over what it was going to wake up for.
struct Turn<'c> {
    channel: &'c Channel,
    armed: Option<i64>,
}

impl<'c> Turn<'c> {
    fn begin(channel: &'c Channel) -> Self {
        channel.lock().waiting += 1;
        Self { channel, armed: None }
    }

    /// When to look again at the latest.
    fn arm(&mut self, end_ms: i64) -> i64 {
        let mut inner = self.channel.lock();
        if inner.armed == self.armed {
            inner.armed = None;
        }
        let wake_ms = inner.state.next_due().map_or(end_ms, |due| due.min(end_ms));
        inner.armed = Some(inner.armed.map_or(wake_ms, |armed| armed.min(wake_ms)));
        self.armed = Some(wake_ms);
        wake_ms
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut inner = self.channel.lock();
        inner.waiting -= 1;
        if inner.armed == self.armed {
            inner.armed = None;
        }
        self.channel.wake(inner, 1);
    }
}

fn after(now_ms: i64, duration: Duration) -> i64 {
    let millis = i64::try_from(duration.as_micros().div_ceil(1_000)).unwrap_or(i64::MAX);
    now_ms.saturating_add(millis)
}
