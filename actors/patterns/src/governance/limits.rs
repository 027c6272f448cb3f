//! Limits on how often, how much and how many at once. Each process counts by itself; with several, each hears what the others let
//! through, see [`Sharing`](super::Sharing).

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cueline_domain::governance::{
    peers::{Passed, Peers},
    rate::Rate,
};
use cueline_ports::Clock;

/// Names that are counted at most; then those that owe nothing are forgotten.
const MOST: usize = 50_000;
/// How long others are told of a name that nobody uses.
const TOLD_MS: i64 = 120_000;

/// What a name may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    pub tokens_per_minute: Option<u64>,
    /// Calls at the same time.
    pub concurrent: Option<u64>,
}

/// A request that is too much now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: more than {limit} {what}; try again after {retry_after_ms} ms")]
pub struct TooMuch {
    /// Whose limit.
    pub name: String,
    /// `requests a minute`, `tokens a minute`, `calls at once`.
    pub what: &'static str,
    /// How many there may be.
    pub limit: u64,
    /// When it is worth trying again.
    pub retry_after_ms: u64,
}

#[derive(Default)]
struct Count {
    requests: Rate,
    tokens: Rate,
    passed: Passed,
    /// When something last passed.
    last_ms: i64,
}

/// Counts by name. Cloning gives another handle.
#[derive(Clone)]
pub struct Limits {
    clock: Arc<dyn Clock>,
    counts: Arc<Mutex<HashMap<String, Count>>>,
    peers: Arc<Mutex<Peers>>,
}

/// A call that counts until this is dropped.
pub struct Permit {
    limits: Limits,
    held: Vec<(String, Limit)>,
    tokens: u64,
}

impl Limits {
    /// By this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, counts: Arc::default(), peers: Arc::default() }
    }

    /// Whether a call of so many tokens may be made, under all of these names or none.
    pub fn take(&self, names: &[(String, Limit)], tokens: u64) -> Result<Permit, TooMuch> {
        let now_ms = self.clock.now_ms();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > MOST {
            counts.retain(|_, count| count.passed.running > 0);
        }
        let mut permit = Permit { limits: self.clone(), held: Vec::new(), tokens };
        let mut refused = None;
        for (name, limit) in names.iter().filter(|(_, limit)| *limit != Limit::default()) {
            let count = counts.entry(name.clone()).or_default();
            let elsewhere = if limit.concurrent.is_some() { self.peers().running(name, now_ms) } else { 0 };
            if let Err(too_much) = count.take(name, limit, tokens, elsewhere, now_ms) {
                refused = Some(too_much);
                break;
            }
            permit.held.push((name.clone(), *limit));
        }
        drop(counts);
        match refused {
            Some(too_much) => {
                permit.give_back();
                Err(too_much)
            }
            None => Ok(permit),
        }
    }

    /// What passed here, of names that were used lately.
    pub(super) fn told(&self) -> BTreeMap<String, Passed> {
        let now_ms = self.clock.now_ms();
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_told = |count: &Count| count.passed.running > 0 || now_ms - count.last_ms < TOLD_MS;
        let told = counts.iter().filter(|(_, count)| is_told(count));
        told.map(|(name, count)| (name.clone(), count.passed)).collect()
    }

    /// Counts what another process let through since it was heard last.
    pub(super) fn hear(&self, process: &str, version: u64, told: BTreeMap<String, Passed>) {
        let now_ms = self.clock.now_ms();
        let since = self.peers().hear(process, version, told, now_ms);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, passed) in since {
            let count = counts.entry(name).or_default();
            count.requests.add(now_ms, passed.requests, passed.requests_per_minute);
            count.tokens.add(now_ms, passed.tokens, passed.tokens_per_minute);
        }
    }

    /// The other processes are these.
    pub(super) fn peers_are(&self, processes: &[&str]) {
        self.peers().keep(processes);
    }

    fn peers(&self) -> MutexGuard<'_, Peers> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A rate hears of what passed elsewhere, or was given back there.
trait Add {
    fn add(&mut self, now_ms: i64, amount: i64, per_minute: Option<u64>);
}

impl Add for Rate {
    fn add(&mut self, now_ms: i64, amount: i64, per_minute: Option<u64>) {
        let per_minute = per_minute.unwrap_or(0);
        match amount >= 0 {
            true => self.charge(now_ms, amount.unsigned_abs(), per_minute),
            false => self.give_back(amount.unsigned_abs(), per_minute),
        }
    }
}

impl Count {
    fn take(&mut self, name: &str, limit: &Limit, tokens: u64, elsewhere: u64, now_ms: i64) -> Result<(), TooMuch> {
        let refuse = |what, limit, retry_after_ms| TooMuch { name: name.to_owned(), what, limit, retry_after_ms };
        if let Some(most) = limit.concurrent
            && self.passed.running + elsewhere >= most
        {
            return Err(refuse("calls at once", most, 1_000));
        }
        if let Some(most) = limit.requests_per_minute {
            self.requests.take(now_ms, 1, most).map_err(|after| refuse("requests a minute", most, after))?;
        }
        if let Some(most) = limit.tokens_per_minute
            && let Err(after) = self.tokens.take(now_ms, tokens, most)
        {
            self.requests.give_back(1, limit.requests_per_minute.unwrap_or(0));
            return Err(refuse("tokens a minute", most, after));
        }
        self.last_ms = now_ms;
        self.passed = Passed {
            requests: self.passed.requests + 1,
            tokens: self.passed.tokens.saturating_add_unsigned(tokens),
            running: self.passed.running + 1,
            requests_per_minute: limit.requests_per_minute,
            tokens_per_minute: limit.tokens_per_minute,
        };
        Ok(())
    }
}

impl Permit {
    /// The call used so many tokens and not what was expected.
    pub fn used(&mut self, tokens: u64) {
        let now_ms = self.limits.clock.now_ms();
        let mut counts = self.limits.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, limit) in &self.held {
            let Some(count) = counts.get_mut(name) else { continue };
            count.passed.tokens =
                count.passed.tokens.saturating_add_unsigned(tokens).saturating_sub_unsigned(self.tokens);
            let Some(most) = limit.tokens_per_minute else { continue };
            match tokens.checked_sub(self.tokens) {
                Some(more) => count.tokens.charge(now_ms, more, most),
                None => count.tokens.give_back(self.tokens - tokens, most),
            }
        }
        self.tokens = tokens;
    }

    fn give_back(mut self) {
        self.used(0);
        let mut counts = self.limits.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, limit) in &self.held {
            if let Some(count) = counts.get_mut(name) {
                count.requests.give_back(1, limit.requests_per_minute.unwrap_or(0));
                count.passed.requests -= 1;
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.limits.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, _) in &self.held {
            if let Some(count) = counts.get_mut(name) {
                count.passed.running = count.passed.running.saturating_sub(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cueline_ports::SystemClock;

    use super::*;

    #[test]
    fn a_call_counts_under_every_name_or_under_none() {
        let limits = Limits::new(Arc::new(SystemClock));
        let key = ("key/a".to_owned(), Limit { concurrent: Some(2), ..Limit::default() });
        let tenant = ("tenant/t".to_owned(), Limit { concurrent: Some(1), ..Limit::default() });
        let both = [key.clone(), tenant.clone()];
        let one = limits.take(&both, 0).unwrap();
        let refused = limits.take(&both, 0).err().unwrap();
        assert_eq!((refused.name.as_str(), refused.what), ("tenant/t", "calls at once"));
        let other = limits.take(std::slice::from_ref(&key), 0).unwrap();
        assert!(
            limits.take(std::slice::from_ref(&key), 0).is_err(),
            "the refused call counts nowhere, the other two do"
        );
        drop((one, other));
        assert!(limits.take(&both, 0).is_ok());
    }

    #[test]
    fn tokens_that_were_not_used_are_given_back() {
        let limits = Limits::new(Arc::new(SystemClock));
        let name = [("k".to_owned(), Limit { tokens_per_minute: Some(1_000), ..Limit::default() })];
        let mut permit = limits.take(&name, 1_000).unwrap();
        assert!(limits.take(&name, 50).is_err());
        permit.used(0);
        assert!(limits.take(&name, 50).is_ok());
    }

    #[test]
    fn what_passed_elsewhere_counts_here() {
        let name = |limit| [("key/a".to_owned(), limit)];
        let rate = name(Limit { requests_per_minute: Some(60), ..Limit::default() });
        let (here, there) = (Limits::new(Arc::new(SystemClock)), Limits::new(Arc::new(SystemClock)));
        here.hear("there", 1, there.told());
        // A tenth of a minute's at once.
        let passed: Vec<Permit> = (0..6).map(|_| there.take(&rate, 0).unwrap()).collect();
        here.hear("there", 2, there.told());
        assert_eq!(here.take(&rate, 0).err().unwrap().what, "requests a minute");
        let narrow = name(Limit { concurrent: Some(7), ..Limit::default() });
        let one = here.take(&narrow, 0).unwrap();
        assert_eq!(here.take(&narrow, 0).err().unwrap().what, "calls at once");
        drop((passed, one));
        here.hear("there", 3, there.told());
        assert!(here.take(&narrow, 0).is_ok());
    }

    #[test]
    fn what_was_not_used_elsewhere_is_given_back_here() {
        let name = [("key/a".to_owned(), Limit { tokens_per_minute: Some(1_000), ..Limit::default() })];
        let (here, there) = (Limits::new(Arc::new(SystemClock)), Limits::new(Arc::new(SystemClock)));
        here.hear("there", 1, there.told());
        let mut permit = there.take(&name, 1_000).unwrap();
        here.hear("there", 2, there.told());
        assert!(here.take(&name, 50).is_err());
        permit.used(0);
        here.hear("there", 3, there.told());
        assert!(here.take(&name, 50).is_ok());
    }
}
