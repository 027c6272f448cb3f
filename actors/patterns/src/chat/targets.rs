//! The chat models that can be asked, with what is known of each.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use cueline_domain::{
    chat::{
        breaker::{Breaker, BreakerOptions, BreakerState},
        piece::Counted,
    },
    cost::{TokenPrice, token_price},
    routing::first_token::FirstToken,
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
    /// Differs where it is asked elsewhere, with another key, or by another name.
    pub fingerprint: String,
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
            fingerprint: String::new(),
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

    fn capacity(&self) -> Capacity {
        Capacity {
            concurrent: self.concurrent.max(1),
            requests_per_minute: self.requests_per_minute,
            tokens_per_minute: self.tokens_per_minute,
            patience: self.patience,
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
    health: Arc<Mutex<Breaker>>,
    first: Arc<Mutex<FirstToken>>,
}

/// A call of a target that is tried after a rest. Once this is dropped the next one may try, whatever came of it.
pub struct Trial(Arc<Mutex<Breaker>>);

impl Drop for Trial {
    fn drop(&mut self) {
        lock(&self.0).tried();
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Target {
    /// A target that was never asked.
    pub fn new(info: TargetInfo, model: Arc<dyn Model>) -> Self {
        let health = Arc::new(Mutex::new(Breaker::new(info.breaker)));
        Self { turnstile: Turnstile::new(info.capacity()), info, model, health, first: Arc::default() }
    }

    /// With what is known of how `before`, which had its name, does: as far as it is not that which changed.
    fn after(self, before: &Self) -> Self {
        let mut next = self;
        if before.info.breaker == next.info.breaker {
            next.health = before.health.clone();
        }
        if before.info.capacity() == next.info.capacity() {
            next.turnstile = before.turnstile.clone();
        }
        next.first = before.first.clone();
        next
    }

    /// How its breaker stands.
    pub fn state(&self, now_ms: i64) -> BreakerState {
        lock(&self.health).state(now_ms)
    }

    /// A first token came, `ms` milliseconds after it was asked for. Of answers that come whole nothing is told: theirs is the last
    /// token as well.
    pub fn told_first(&self, ms: u64, now_ms: i64) {
        let mut first = lock(&self.first);
        *first = first.heard(ms, now_ms);
    }

    /// Milliseconds to its first token lately; none where it was not heard of for a while, and nobody is sent to find out.
    pub fn first_token_ms(&self, now_ms: i64) -> Option<u64> {
        lock(&self.first).estimate(now_ms)
    }

    /// Whether it neither rests nor is tried after a rest by another request. Nothing is taken by looking.
    pub fn is_free(&self, now_ms: i64) -> bool {
        lock(&self.health).is_free(now_ms)
    }

    /// Whether one more request may be planned to go to it first: while it is tried after a rest only one at a time may. That one is
    /// noted, so this is asked once for each request, on behalf of one that comes within seconds.
    pub fn admits(&self, now_ms: i64) -> bool {
        let admits = lock(&self.health).may_call(now_ms);
        if admits {
            let mut first = lock(&self.first);
            *first = first.asked(now_ms);
        }
        admits
    }

    /// A call of it is made, however it came about. Something: it tries a target that has rested, as long as that is held.
    pub fn trial(&self, now_ms: i64) -> Option<Trial> {
        lock(&self.health).trying(now_ms).then(|| Trial(self.health.clone()))
    }

    /// A call ended well.
    pub fn succeeded(&self, now_ms: i64) {
        if lock(&self.health).succeeded(now_ms) {
            tracing::info!(target = self.info.name, "a target answers again");
        }
    }

    /// A call failed, and it is to blame.
    pub fn failed(&self, now_ms: i64, retry_after_ms: Option<u64>) {
        if lock(&self.health).failed(now_ms, retry_after_ms) {
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

    /// Others from now on. What stays the same stays; of what changes, what is known of how it does.
    pub fn exchange(&self, targets: impl IntoIterator<Item = Target>) {
        let before = self.all();
        let keep = |target: Target| match before.get(&target.info.name) {
            Some(known) if known.info == target.info => known.clone(),
            Some(known) => Arc::new(target.after(known)),
            None => Arc::new(target),
        };
        let named = targets.into_iter().map(keep).map(|target| (target.info.name.clone(), target)).collect();
        *self.listed.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(named);
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use cueline_domain::routing::first_token::FRESH_MS;
    use cueline_ports::{Chat, ChatDelta, PortError, PortResult};
    use futures::stream::BoxStream;

    use super::*;

    struct Named(&'static str);

    #[async_trait]
    impl Model for Named {
        fn name(&self) -> &str {
            self.0
        }

        async fn chat(&self, _chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
            Err(PortError::unavailable("mute"))
        }
    }

    fn target(fingerprint: &str, model: &'static str) -> Target {
        let info = TargetInfo { fingerprint: fingerprint.into(), ..TargetInfo::new("a", "m") };
        Target::new(info, Arc::new(Named(model)))
    }

    /// All traffic came back at once to a target that had just rested.
    #[test]
    fn one_at_a_time_tries_a_target_that_has_rested() {
        let target = target("", "one");
        assert!(target.trial(0).is_none(), "who is well is not tried");
        (0..5).for_each(|_| target.failed(0, None));
        assert!(!target.is_free(4_999) && !target.admits(4_999));
        assert!(target.is_free(5_000) && target.admits(5_000));
        assert!(!target.is_free(5_001) && !target.admits(5_001), "one is on its way");
        let trial = target.trial(5_002);
        assert!(trial.is_some() && !target.admits(20_000), "it is made, and takes its time");
        drop(trial);
        assert!(target.admits(20_001), "it came to nothing: the next one may");
        target.succeeded(20_002);
        assert!(target.admits(20_003) && target.admits(20_003) && target.state(20_003) == BreakerState::Closed);
    }

    /// A target that was slow once stayed out until the process was started anew.
    #[test]
    fn who_was_slow_long_ago_gets_one_request_to_show_otherwise() {
        let target = target("", "one");
        target.told_first(9_000, 0);
        assert_eq!(target.first_token_ms(FRESH_MS - 1), Some(9_000));
        assert_eq!(target.first_token_ms(FRESH_MS), None);
        assert!(target.admits(FRESH_MS));
        assert_eq!(target.first_token_ms(FRESH_MS + 1), Some(9_000), "the others wait for that one");
        target.told_first(50, FRESH_MS + 50);
        assert_eq!(target.first_token_ms(FRESH_MS + 51), Some(50));
    }

    /// Another URL, key or model in the file changed nothing until the next start.
    #[test]
    fn what_is_asked_elsewhere_is_another_model_with_the_same_health() {
        let targets = Targets::new([target("here", "one")]);
        let known = targets.get("a").unwrap();
        known.told_first(70, 0);
        (0..5).for_each(|_| known.failed(0, None));
        targets.exchange([target("here", "two")]);
        assert!(Arc::ptr_eq(&targets.get("a").unwrap(), &known), "nothing changed");
        targets.exchange([target("there", "two")]);
        let next = targets.get("a").unwrap();
        assert_eq!((next.model.name(), next.state(1), next.first_token_ms(1)), ("two", BreakerState::Open, Some(70)));
        known.succeeded(2);
        assert_eq!(next.state(3), BreakerState::Closed, "calls of before are heard of");
        let mut stricter = target("there", "three");
        stricter.info.breaker.failures = 1;
        targets.exchange([Target::new(stricter.info.clone(), stricter.model.clone())]);
        targets.get("a").unwrap().failed(4, None);
        assert_eq!(targets.get("a").unwrap().state(5), BreakerState::Open, "what is configured counts");
    }
}
