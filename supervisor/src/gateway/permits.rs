//! Permits of answers that go on without whoever asked: a call counts as long as it is answered, however its reader fares.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cueline_patterns::governance::Permit;

/// Permits by execution. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Permits(Arc<Mutex<HashMap<String, Held>>>);

struct Held {
    permit: Permit,
    since_ms: i64,
}

impl Permits {
    fn held(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a permit until its answer is settled. False: one is kept for it; this one is given up.
    pub(super) fn hold(&self, execution: &str, permit: Permit, now_ms: i64) -> bool {
        match self.held().entry(execution.to_owned()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(vacant) => {
                vacant.insert(Held { permit, since_ms: now_ms });
                true
            }
        }
    }

    /// An answer has ended, and used so many tokens; `None`: nobody knows.
    pub(super) fn release(&self, execution: &str, tokens: Option<u64>) {
        let held = self.held().remove(execution);
        if let (Some(mut held), Some(tokens)) = (held, tokens) {
            held.permit.used(tokens);
        }
    }

    /// Answers that have gone on since before a moment.
    pub(super) fn since(&self, before_ms: i64) -> Vec<String> {
        let held = self.held();
        held.iter().filter(|(_, held)| held.since_ms < before_ms).map(|(execution, _)| execution.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use cueline_patterns::governance::{Limit, Limits};
    use cueline_ports::SystemClock;

    use super::*;

    #[test]
    fn a_call_counts_until_its_answer_is_settled() {
        let limits = Limits::new(Arc::new(SystemClock));
        let one = [("key/a".to_owned(), Limit { concurrent: Some(1), ..Limit::default() })];
        let permits = Permits::default();
        assert!(permits.hold("chatcmpl-1", limits.take(&one, 10).unwrap(), 5));
        assert!(limits.take(&one, 10).is_err(), "it goes on");
        assert_eq!((permits.since(5), permits.since(6)), (vec![], vec!["chatcmpl-1".to_owned()]));
        permits.release("chatcmpl-1", Some(7));
        permits.release("chatcmpl-1", None);
        assert!(limits.take(&one, 10).is_ok());
    }
}
