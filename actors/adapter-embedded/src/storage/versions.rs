//! Which version an execution is at, remembered by the writer so that an append needs no look into the database.

use std::collections::HashMap;

use cueline_protocol::ids::ExecutionId;

/// What the writer knows about an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Its number in the database.
    pub(super) number: i64,
    /// The version of its last commit.
    pub(super) last: u64,
}

/// A bounded map: what was not used while `limit / 2` others were is forgotten.
#[derive(Debug)]
pub(super) struct Versions {
    recent: HashMap<ExecutionId, Known>,
    older: HashMap<ExecutionId, Known>,
    half: usize,
}

impl Versions {
    /// Remembers about `limit` executions.
    pub(super) fn new(limit: usize) -> Self {
        Self { recent: HashMap::new(), older: HashMap::new(), half: (limit / 2).max(1) }
    }

    /// What is remembered.
    pub(super) fn get(&mut self, execution: &ExecutionId) -> Option<Known> {
        if let Some(known) = self.recent.get(execution) {
            return Some(*known);
        }
        let known = self.older.remove(execution)?;
        self.set(execution, known);
        Some(known)
    }

    /// Remembers.
    pub(super) fn set(&mut self, execution: &ExecutionId, known: Known) {
        if let Some(place) = self.recent.get_mut(execution) {
            *place = known;
            return;
        }
        if self.recent.len() >= self.half {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(execution.clone(), known);
    }

    /// Forgets one, because the database may disagree.
    pub(super) fn forget(&mut self, execution: &ExecutionId) {
        self.recent.remove(execution);
        self.older.remove(execution);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_is_kept_and_the_rest_forgotten() {
        let id = |n: usize| ExecutionId::new(format!("e{n}")).unwrap();
        let mut versions = Versions::new(8);
        versions.set(&id(0), Known { number: 1, last: 7 });
        for n in 1..100 {
            versions.set(&id(n), Known { number: 2, last: 1 });
            assert_eq!(versions.get(&id(0)), Some(Known { number: 1, last: 7 }));
        }
        assert_eq!(versions.get(&id(50)), None);
        assert!(versions.recent.len() + versions.older.len() <= 8);
        versions.forget(&id(0));
        assert_eq!(versions.get(&id(0)), None);
    }
}
