//! What people see of the actors.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

/// How an actor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorState {
    /// It works.
    Running,
    /// It failed and waits for its restart.
    Restarting,
    /// It failed too often and is left alone until the process is started anew.
    Quarantined,
    /// It was stopped on purpose.
    Stopped,
}

/// One actor of the tree.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ActorView {
    /// `conductor-0`, `timers`, `embedding`.
    pub name: String,
    /// How it stands.
    pub state: ActorState,
    /// How often it was started again.
    pub restarts: u32,
    /// Why it failed last.
    pub last_failure: Option<String>,
    /// Bodies at once, for actor kinds.
    pub workers: Option<usize>,
}

/// The actors by name. Written by the root supervisor only.
#[derive(Debug, Default)]
pub struct ActorTree(Mutex<BTreeMap<String, ActorView>>);

impl ActorTree {
    /// As of now, by name.
    pub fn view(&self) -> Vec<ActorView> {
        self.lock().values().cloned().collect()
    }

    pub(crate) fn set(&self, name: &str, workers: Option<usize>, state: ActorState, failure: Option<String>) {
        let mut tree = self.lock();
        let view = tree.entry(name.to_owned()).or_insert_with(|| ActorView {
            name: name.to_owned(),
            state,
            restarts: 0,
            last_failure: None,
            workers,
        });
        if view.state == ActorState::Restarting && state == ActorState::Running {
            view.restarts += 1;
        }
        view.state = state;
        view.last_failure = failure.or_else(|| view.last_failure.take());
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, ActorView>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
