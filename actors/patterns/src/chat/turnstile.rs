//! Before a busy target: as many pass as it takes at once and in a minute, the others wait, each tenant for its share.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cueline_domain::governance::{
    fair_queue::{FairQueue, FairQueueLimits, Refused, Row, Ticket},
    rate::Rate,
};
use cueline_ports::Clock;
use tokio::sync::oneshot;

use super::targets::Trial;

/// What a target takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capacity {
    /// Calls at the same time.
    pub concurrent: usize,
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    pub tokens_per_minute: Option<u64>,
    /// How long a request waits at most.
    pub patience: Duration,
}

/// Requests of one tenant that wait for a target at most.
const PER_TENANT: usize = 1_000;
/// Requests that wait for a target at most.
const TOTAL: usize = 10_000;

/// Lets requests through. Cloning gives another handle.
#[derive(Clone)]
pub struct Turnstile {
    capacity: Capacity,
    state: Arc<Mutex<State>>,
}

struct State {
    queue: FairQueue,
    waiting: HashMap<Ticket, Waiting>,
    running: usize,
    requests: Rate,
    tokens: Rate,
    /// Somebody looks again when the minute allows more.
    is_timed: bool,
}

struct Waiting {
    tokens: u64,
    go: oneshot::Sender<Pass>,
}

/// A request that went through. It counts until this is dropped.
pub struct Pass {
    turnstile: Turnstile,
    clock: Arc<dyn Clock>,
    trial: Option<Trial>,
}

impl Pass {
    /// Whoever goes through tries a target that has rested.
    pub(super) fn with(mut self, trial: Option<Trial>) -> Self {
        self.trial = trial;
        self
    }
}

/// Why a request did not go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// Too many wait.
    Full(Refused),
    /// It waited as long as it may.
    Late {
        /// In milliseconds.
        waited_ms: u64,
    },
}

/// Leaves the queue when whoever waits is gone.
struct Place<'a> {
    turnstile: &'a Turnstile,
    ticket: Ticket,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.turnstile.lock();
        state.queue.leave(self.ticket);
        state.waiting.remove(&self.ticket);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        drop(self.trial.take());
        let mut state = self.turnstile.lock();
        state.running = state.running.saturating_sub(1);
        let let_in = self.turnstile.turn(&mut state, &self.clock);
        drop(state);
        // Whoever is gone meanwhile gives its pass back, which takes the lock again.
        for (go, pass) in let_in {
            drop(go.send(pass));
        }
    }
}

impl Turnstile {
    /// Nobody is through yet.
    pub fn new(capacity: Capacity) -> Self {
        let patience_ms = i64::try_from(capacity.patience.as_millis()).unwrap_or(i64::MAX);
        let limits = FairQueueLimits { per_tenant: PER_TENANT, total: TOTAL, patience_ms };
        let state = State {
            queue: FairQueue::new(limits),
            waiting: HashMap::new(),
            running: 0,
            requests: Rate::default(),
            tokens: Rate::default(),
            is_timed: false,
        };
        Self { capacity, state: Arc::new(Mutex::new(state)) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a request may be made. `tokens`: how many it is expected to have; asked only where that matters.
    pub async fn enter(
        &self,
        clock: &Arc<dyn Clock>,
        tenant: &str,
        weight: u32,
        tokens: impl FnOnce() -> u64,
    ) -> Result<Pass, Turned> {
        let (place, going) = {
            let mut state = self.lock();
            let now_ms = clock.now_ms();
            if state.queue.is_empty() && self.room(&mut state, now_ms).is_ok() {
                let tokens = if self.capacity.tokens_per_minute.is_some() { tokens() } else { 0 };
                self.go(&mut state, now_ms, tokens);
                return Ok(self.pass(clock));
            }
            let tokens = tokens();
            let ticket = state.queue.enter(tenant, weight, tokens, now_ms).map_err(Turned::Full)?;
            let (go, going) = oneshot::channel();
            state.waiting.insert(ticket, Waiting { tokens, go });
            let let_in = self.turn(&mut state, clock);
            drop(state);
            let_in.into_iter().for_each(|(go, pass)| drop(go.send(pass)));
            (Place { turnstile: self, ticket }, going)
        };
        let waited = tokio::select! {
            biased;
            pass = going => pass.ok(),
            () = clock.sleep(self.capacity.patience) => None,
        };
        drop(place);
        waited.ok_or(Turned::Late { waited_ms: self.capacity.patience.as_millis() as u64 })
    }

    fn pass(&self, clock: &Arc<dyn Clock>) -> Pass {
        Pass { turnstile: self.clone(), clock: clock.clone(), trial: None }
    }

    /// Whether one more may go. An error: after how many milliseconds, where only time is wanted.
    fn room(&self, state: &mut State, now_ms: i64) -> Result<(), Option<u64>> {
        if state.running >= self.capacity.concurrent {
            return Err(None);
        }
        // Nothing is taken: whether it would be let through is what is asked. What goes may owe for a while.
        let allows = |rate: &mut Rate, per_minute: Option<u64>| {
            per_minute.map_or(Ok(()), |per_minute| rate.take(now_ms, 0, per_minute).map_err(Some))
        };
        allows(&mut state.requests, self.capacity.requests_per_minute)?;
        allows(&mut state.tokens, self.capacity.tokens_per_minute)
    }

    fn go(&self, state: &mut State, now_ms: i64, tokens: u64) {
        state.running += 1;
        if let Some(per_minute) = self.capacity.requests_per_minute {
            state.requests.charge(now_ms, 1, per_minute);
        }
        if let Some(per_minute) = self.capacity.tokens_per_minute {
            state.tokens.charge(now_ms, tokens, per_minute);
        }
    }

    /// Lets in whoever may go now; they are told once the lock is free.
    fn turn(&self, state: &mut State, clock: &Arc<dyn Clock>) -> Vec<(oneshot::Sender<Pass>, Pass)> {
        let now_ms = clock.now_ms();
        for late in state.queue.expired(now_ms) {
            state.waiting.remove(&late);
        }
        let mut let_in = Vec::new();
        loop {
            match self.room(state, now_ms) {
                Ok(()) => {}
                Err(after) => {
                    if let Some(after_ms) = after.filter(|_| !state.queue.is_empty() && !state.is_timed) {
                        state.is_timed = true;
                        self.look_after(clock, after_ms);
                    }
                    return let_in;
                }
            }
            let Some(ticket) = state.queue.next(now_ms) else { return let_in };
            if let Some(Waiting { tokens, go }) = state.waiting.remove(&ticket) {
                self.go(state, now_ms, tokens);
                let_in.push((go, self.pass(clock)));
            }
        }
    }

    fn look_after(&self, clock: &Arc<dyn Clock>, after_ms: u64) {
        let (turnstile, clock) = (self.clone(), clock.clone());
        tokio::spawn(async move {
            clock.sleep(Duration::from_millis(after_ms.max(1))).await;
            let let_in = {
                let mut state = turnstile.lock();
                state.is_timed = false;
                turnstile.turn(&mut state, &clock)
            };
            let_in.into_iter().for_each(|(go, pass)| drop(go.send(pass)));
        });
    }

    /// How many are through.
    pub fn running(&self) -> usize {
        self.lock().running
    }

    /// Who waits, by tenant.
    pub fn waiting(&self, now_ms: i64) -> Vec<Row> {
        self.lock().queue.view(now_ms)
    }
}
