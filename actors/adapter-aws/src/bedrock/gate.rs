//! Everybody's way to one model: in turn, within its quota, and again when it was too much.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cueline_ports::{Clock, PortError, PortErrorKind, PortResult};

use super::pace::{Pace, Quota, backoff};

/// The way to one model.
pub(super) struct Gate {
    name: String,
    pace: Mutex<Pace>,
    /// Who waits is served in the order of arrival: what is large is not overtaken for ever by what is small.
    turn: tokio::sync::Mutex<()>,
    patience: Duration,
    tries: u32,
    clock: Arc<dyn Clock>,
}

impl Gate {
    pub(super) fn new(name: &str, quota: Quota, patience: Duration, tries: u32, clock: Arc<dyn Clock>) -> Self {
        let pace = Mutex::new(Pace::new(quota, clock.now_ms()));
        Self { name: name.to_owned(), pace, turn: tokio::sync::Mutex::new(()), patience, tries: tries.max(1), clock }
    }

    /// Calls when it is time, and again when the model is too busy or does not answer. `tokens` is what the call may take
    /// at most; whoever knows what it took tells [`Self::settle`].
    pub(super) async fn call<T, F>(&self, tokens: u64, call: impl Fn() -> F) -> PortResult<T>
    where
        F: Future<Output = PortResult<T>>,
    {
        let began_ms = self.clock.now_ms();
        let mut failures = 0;
        loop {
            self.enter(tokens, began_ms).await?;
            let mut error = match call().await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            failures += 1;
            let now_ms = self.clock.now_ms();
            let wait = match error.kind {
                PortErrorKind::Throttled => self.pace().refused(tokens, now_ms, self.draw(failures)),
                PortErrorKind::Unavailable => backoff(failures - 1, self.draw(failures)),
                _ => {
                    // Refused for another reason: nothing was used.
                    self.settle(tokens, 0);
                    return Err(error);
                }
            };
            if failures >= self.tries || self.waited(began_ms) + wait > self.patience {
                error.retry_after = Some(wait);
                return Err(error);
            }
            tracing::debug!(model = %self.name, failures, wait_ms = wait.as_millis() as u64, "asked again after a while");
            // The pace holds back whoever was throttled, together with everybody else.
            if error.kind == PortErrorKind::Unavailable {
                self.clock.sleep(wait).await;
            }
        }
    }

    /// What was reserved for a call and what it took.
    pub(super) fn settle(&self, reserved: u64, used: u64) {
        self.pace().settle(reserved, used);
    }

    /// The model said in the middle of an answer that it is too much.
    pub(super) fn refused(&self) {
        let now_ms = self.clock.now_ms();
        self.pace().refused(0, now_ms, self.draw(1));
    }

    /// Returns when it is this caller's turn and a call may be made.
    async fn enter(&self, tokens: u64, began_ms: i64) -> PortResult<()> {
        let _turn = self.turn.lock().await;
        loop {
            let now_ms = self.clock.now_ms();
            let Err(wait) = self.pace().ask(tokens, now_ms) else { return Ok(()) };
            if self.waited(began_ms) + wait > self.patience {
                let message = format!(
                    "model_busy: {} has no room for {tokens} tokens in its quota for another {:.1} s; raise its quota \
                     (`tokens_per_minute`, `requests_per_minute`), or ask less at once",
                    self.name,
                    wait.as_secs_f64()
                );
                let mut error = PortError::new(PortErrorKind::Throttled, message);
                error.retry_after = Some(wait);
                return Err(error);
            }
            self.clock.sleep(wait).await;
        }
    }

    fn waited(&self, began_ms: i64) -> Duration {
        Duration::from_millis(u64::try_from(self.clock.now_ms().saturating_sub(began_ms)).unwrap_or(0))
    }

    /// From 0 to 1, another one for each process and moment: nothing secret, only unlike.
    fn draw(&self, failures: u32) -> f64 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.clock.now_ms().to_le_bytes());
        hasher.update(&failures.to_le_bytes());
        hasher.update(&std::process::id().to_le_bytes());
        let [a, b, ..] = *hasher.finalize().as_bytes();
        f64::from(u16::from_le_bytes([a, b])) / f64::from(u16::MAX)
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::*;

    /// Whoever sleeps finds it later; nobody waits.
    #[derive(Default)]
    struct Jumping(Mutex<i64>);

    #[async_trait]
    impl Clock for Jumping {
        fn now_ms(&self) -> i64 {
            *self.0.lock().unwrap()
        }

        async fn sleep(&self, duration: Duration) {
            *self.0.lock().unwrap() += i64::try_from(duration.as_millis()).unwrap();
        }
    }

    fn gate(quota: Quota, clock: &Arc<Jumping>) -> Gate {
        Gate::new("some.model", quota, Duration::from_secs(60), 4, clock.clone())
    }

    fn failing(kind: PortErrorKind) -> PortError {
        PortError::new(kind, "no")
    }

    #[tokio::test]
    async fn what_is_throttled_is_tried_again_until_it_succeeds_or_is_too_often() {
        let clock = Arc::new(Jumping::default());
        let gate = gate(Quota::default(), &clock);
        let calls = AtomicU32::new(0);
        let third = || async {
            match calls.fetch_add(1, Ordering::Relaxed) {
                0 => Err(failing(PortErrorKind::Throttled)),
                1 => Err(failing(PortErrorKind::Unavailable)),
                _ => Ok("done"),
            }
        };
        assert_eq!(gate.call(10, third).await.unwrap(), "done");
        assert!(clock.now_ms() >= 500, "it waited before each: {} ms", clock.now_ms());
        let calls = AtomicU32::new(0);
        let never = || async {
            calls.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(failing(PortErrorKind::Throttled))
        };
        let error = gate.call(10, never).await.unwrap_err();
        assert_eq!((error.kind, calls.into_inner()), (PortErrorKind::Throttled, 4));
        assert!(error.retry_after.is_some(), "whoever tries again later knows when");
    }

    #[tokio::test]
    async fn what_would_fail_again_is_not_tried_again() {
        let clock = Arc::new(Jumping::default());
        let gate = gate(Quota::default(), &clock);
        for kind in [PortErrorKind::Denied, PortErrorKind::Invalid, PortErrorKind::NotFound] {
            let calls = AtomicU32::new(0);
            let call = || async {
                calls.fetch_add(1, Ordering::Relaxed);
                Err::<(), _>(failing(kind))
            };
            assert_eq!(gate.call(1, call).await.unwrap_err().kind, kind);
            assert_eq!(calls.into_inner(), 1);
        }
    }

    #[tokio::test]
    async fn a_call_waits_for_its_turn_but_not_for_ever() {
        let clock = Arc::new(Jumping::default());
        let gate = gate(Quota { tokens_per_minute: Some(60_000), requests_per_minute: None }, &clock);
        let ok = || async { Ok(()) };
        gate.call(6_000, ok).await.unwrap();
        assert_eq!(clock.now_ms(), 0);
        gate.call(6_000, ok).await.unwrap();
        assert!((6_000..7_000).contains(&clock.now_ms()), "900 tokens come in a second: {} ms", clock.now_ms());
        gate.call(500_000, ok).await.unwrap();
        let error = gate.call(1, ok).await.unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Throttled);
        assert!(error.message.starts_with("model_busy: some.model"), "{error}");
        assert!(error.retry_after.unwrap() > Duration::from_secs(60));
    }
}
