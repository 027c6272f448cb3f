//! Limits on how often, how much and how many at once. Each process counts for itself: with several, each gives its share.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use cueline_domain::governance::rate::Rate;
use cueline_ports::Clock;

/// Names that are counted at most; then those that owe nothing are forgotten.
const MOST: usize = 50_000;

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
    running: u64,
}

/// Counts by name. Cloning gives another handle.
#[derive(Clone)]
pub struct Limits {
    clock: Arc<dyn Clock>,
    counts: Arc<Mutex<HashMap<String, Count>>>,
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
        Self { clock, counts: Arc::default() }
    }

    /// Whether a call of so many tokens may be made, under all of these names or none.
    pub fn take(&self, names: &[(String, Limit)], tokens: u64) -> Result<Permit, TooMuch> {
        let now_ms = self.clock.now_ms();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > MOST {
            counts.retain(|_, count| count.running > 0);
        }
        let mut permit = Permit { limits: self.clone(), held: Vec::new(), tokens };
        let mut refused = None;
        for (name, limit) in names.iter().filter(|(_, limit)| *limit != Limit::default()) {
            let count = counts.entry(name.clone()).or_default();
            if let Err(too_much) = count.take(name, limit, tokens, now_ms) {
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
}

impl Count {
    fn take(&mut self, name: &str, limit: &Limit, tokens: u64, now_ms: i64) -> Result<(), TooMuch> {
        let refuse = |what, limit, retry_after_ms| TooMuch { name: name.to_owned(), what, limit, retry_after_ms };
        if let Some(most) = limit.concurrent
            && self.running >= most
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
        self.running += 1;
        Ok(())
    }
}

impl Permit {
    /// The call used so many tokens and not what was expected.
    pub fn used(&mut self, tokens: u64) {
        let now_ms = self.limits.clock.now_ms();
        let mut counts = self.limits.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, limit) in &self.held {
            let (Some(count), Some(most)) = (counts.get_mut(name), limit.tokens_per_minute) else { continue };
            match tokens.checked_sub(self.tokens) {
                Some(more) => count.tokens.charge(now_ms, more, most),
                None => count.tokens.give_back(self.tokens - tokens, most),
            }
        }
        self.tokens = tokens;
    }

    fn give_back(mut self) {
        let tokens = self.tokens;
        self.used(0);
        let mut counts = self.limits.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, limit) in &self.held {
            if let Some(count) = counts.get_mut(name) {
                count.requests.give_back(1, limit.requests_per_minute.unwrap_or(0));
            }
        }
        drop(counts);
        let _ = tokens;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.limits.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, _) in &self.held {
            if let Some(count) = counts.get_mut(name) {
                count.running = count.running.saturating_sub(1);
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
}
