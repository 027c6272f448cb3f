//! The chat models that can be asked, with what is known of each.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use cueline_domain::{
    chat::{
        breaker::{Breaker, BreakerOptions, BreakerState},
        piece::Counted,
    },
    cost::{TokenPrice, token_price},
};
use cueline_ports::Model;

use super::turnstile::{Capacity, Turnstile};

/// What a target is.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetInfo {
    /// Its name in the configuration.
    pub name: String,
    /// Its name at the provider.
    pub provider_name: String,
    /// Tokens that it reads and writes in one call, if that is known.
    pub context: Option<u64>,
    /// It takes tools.
    pub tools: bool,
    /// It sees images.
    pub vision: bool,
    /// It answers in a given form.
    pub schema: bool,
    /// Dollars for a million tokens.
    pub price: Option<TokenPrice>,
    /// Tokens that it reads besides a request: documents that it looks up.
    pub reads_besides: u64,
    /// It must know on whose behalf it answers.
    pub is_cleared: bool,
    /// Whose requests it takes; none: everybody's.
    pub tenants: Option<BTreeSet<String>>,
    /// Calls at the same time.
    pub concurrent: usize,
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    pub tokens_per_minute: Option<u64>,
    /// How long a request waits for its turn.
    pub patience: Duration,
    /// From the request to the first piece.
    pub first_timeout: Duration,
    /// Between two pieces.
    pub gap_timeout: Duration,
    /// From the request to an answer that does not come in pieces.
    pub whole_timeout: Duration,
    /// After which the next target is asked as well, while it says nothing.
    pub hedge: Option<Duration>,
    /// When its breaker opens.
    pub breaker: BreakerOptions,
}

impl TargetInfo {
    /// With the usual limits; the price is that of the list, if the model is on it.
    pub fn new(name: impl Into<String>, provider_name: impl Into<String>) -> Self {
        let provider_name = provider_name.into();
        Self {
            price: token_price(&provider_name),
            reads_besides: 0,
            is_cleared: false,
            name: name.into(),
            provider_name,
            context: None,
            tools: true,
            vision: false,
            schema: true,
            tenants: None,
            concurrent: 1_000,
            requests_per_minute: None,
            tokens_per_minute: None,
            patience: Duration::from_secs(30),
            first_timeout: Duration::from_secs(60),
            gap_timeout: Duration::from_secs(30),
            whole_timeout: Duration::from_secs(600),
            hedge: None,
            breaker: BreakerOptions::default(),
        }
    }

    /// Dollars for so many tokens, if the price is known.
    pub fn cost(&self, counted: &Counted) -> Option<f64> {
        let price = self.price?;
        Some((counted.input_tokens as f64 * price.input + counted.output_tokens as f64 * price.output) / 1e6)
    }
}

/// A target and how it does.
pub struct Target {
    /// What it is.
    pub info: TargetInfo,
    /// What is asked.
    pub model: Arc<dyn Model>,
    /// Who may call it now.
    pub turnstile: Turnstile,
    health: Mutex<Breaker>,
    /// Milliseconds to the first token, smoothed, with ten binary places; 0: not known.
    first: AtomicU64,
}

impl Target {
    /// A target that was never asked.
    pub fn new(info: TargetInfo, model: Arc<dyn Model>) -> Self {
        let turnstile = Turnstile::new(Capacity {
            concurrent: info.concurrent.max(1),
            requests_per_minute: info.requests_per_minute,
            tokens_per_minute: info.tokens_per_minute,
            patience: info.patience,
        });
        Self { health: Mutex::new(Breaker::new(info.breaker)), info, model, turnstile, first: AtomicU64::new(0) }
    }

    fn health<T>(&self, look: impl FnOnce(&mut Breaker) -> T) -> T {
        look(&mut self.health.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How its breaker stands.
    pub fn state(&self, now_ms: i64) -> BreakerState {
        self.health(|breaker| breaker.state(now_ms))
    }

    /// A first token came after so many milliseconds.
    pub fn told_first(&self, ms: u64) {
        let now = ms.clamp(1, u64::MAX >> 11) << 10;
        // Each new one counts for an eighth: one slow answer is no slow target. Of two at once either may be lost.
        let before = self.first.load(Ordering::Relaxed);
        let next = if before == 0 { now } else { before - before / 8 + now / 8 };
        self.first.store(next, Ordering::Relaxed);
    }

    /// Milliseconds to its first token lately.
    pub fn first_token_ms(&self) -> Option<u64> {
        let first = self.first.load(Ordering::Relaxed);
        (first > 0).then_some((first >> 10).max(1))
    }

    /// Whether it may be asked now.
    pub fn may_call(&self, now_ms: i64) -> bool {
        self.health(|breaker| breaker.may_call(now_ms))
    }

    /// A call ended well.
    pub fn succeeded(&self, now_ms: i64) {
        if self.health(|breaker| breaker.succeeded(now_ms)) {
            tracing::info!(target = self.info.name, "a target answers again");
        }
    }

    /// A call failed, and it is to blame.
    pub fn failed(&self, now_ms: i64, retry_after_ms: Option<u64>) {
        if self.health(|breaker| breaker.failed(now_ms, retry_after_ms)) {
            tracing::warn!(target = self.info.name, "a target fails too often; it is left alone for a while");
        }
    }
}

/// Makes a target of a name that is not configured, where such a name means one.
pub type Unlisted = Box<dyn Fn(&str) -> Option<Target> + Send + Sync>;

/// Every target; they can be exchanged while calls are on their way.
#[derive(Default)]
pub struct Targets {
    listed: RwLock<Arc<BTreeMap<String, Arc<Target>>>>,
    unlisted: Option<Unlisted>,
}

impl Targets {
    /// These.
    pub fn new(targets: impl IntoIterator<Item = Target>) -> Self {
        let named = targets.into_iter().map(|target| (target.info.name.clone(), Arc::new(target)));
        Self { listed: RwLock::new(Arc::new(named.collect())), unlisted: None }
    }

    /// And those. Nothing is known of how they do: each time they are others.
    pub fn with_unlisted(self, unlisted: Unlisted) -> Self {
        Self { unlisted: Some(unlisted), ..self }
    }

    /// All that are configured, by name.
    pub fn all(&self) -> Arc<BTreeMap<String, Arc<Target>>> {
        self.listed.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Option<Arc<Target>> {
        let listed = self.all().get(name).cloned();
        listed.or_else(|| self.unlisted.as_ref()?(name).map(Arc::new))
    }

    /// Others from now on. What stays the same keeps its health.
    pub fn exchange(&self, targets: impl IntoIterator<Item = Target>) {
        let before = self.all();
        let keep = |target: Target| match before.get(&target.info.name) {
            Some(known) if known.info == target.info => known.clone(),
            _ => Arc::new(target),
        };
        let named = targets.into_iter().map(keep).map(|target| (target.info.name.clone(), target)).collect();
        *self.listed.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(named);
    }
}
