//! What an actor kind is: its tasks, how many at once, how long a lease lasts.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use cueline_protocol::tasks::Task;

use crate::task::{ErasedTask, Perform, erase};

/// The tasks that one pool of workers serves, and how.
#[derive(Clone)]
pub struct Kind {
    pub(crate) name: &'static str,
    pub(crate) workers: usize,
    pub(crate) lease: Duration,
    pub(crate) tasks: BTreeMap<&'static str, Arc<dyn ErasedTask>>,
}

impl Kind {
    /// A kind with `workers` bodies at once.
    pub fn new(name: &'static str, workers: usize) -> Self {
        Self { name, workers: workers.max(1), lease: Duration::from_secs(30), tasks: BTreeMap::new() }
    }

    /// How long a message stays with a worker that shows no sign of life.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Adds a task.
    #[must_use]
    pub fn task<T: Task>(mut self, body: impl Perform<T>) -> Self {
        self.tasks.insert(T::RESOURCE, erase::<T>(body));
        self
    }
}

/// Every kind that a process serves.
#[derive(Clone, Default)]
pub struct Kinds(pub(crate) BTreeMap<&'static str, Kind>);

impl Kinds {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a kind.
    #[must_use]
    pub fn with(mut self, kind: Kind) -> Self {
        self.0.insert(kind.name, kind);
        self
    }

    /// Those whose name passes: where several processes share the work.
    #[must_use]
    pub fn only(mut self, serves: impl Fn(&str) -> bool) -> Self {
        self.0.retain(|name, _| serves(name));
        self
    }
}
