//! One state in rehearsal: driven by hand, so that what it opens can be answered at once.

use super::{event, fan, run::Run};
use crate::{
    Definition, Entry, Env, Event, Failure, FoldError, Json, State, Status, Variables, query::Entropy, state::Place,
};
use serde_json::Value;
use std::sync::Arc;

pub(crate) struct Rehearsal<'a> {
    definition: &'a Definition,
    state: State,
    env: Env,
    context: Value,
    entries: Vec<Entry>,
}

impl<'a> Rehearsal<'a> {
    pub(crate) fn new(definition: &'a Definition, state: State, env: Env, context: Value) -> Rehearsal<'a> {
        Rehearsal { definition, state, env, context, entries: Vec::new() }
    }

    pub(crate) fn into_parts(self) -> (Vec<Entry>, State) {
        (self.entries, self.state)
    }

    /// Enters the state with these variables, as if each of its retriers had been used so often.
    pub(crate) fn begin(&mut self, variables: &Variables, retries: u32, retriers: usize) -> Result<(), FoldError> {
        self.state.thread_mut(0)?.variables = variables.clone();
        self.with(|run| run.step(0).map(drop))?;
        self.state.thread_mut(0)?.retries = vec![retries; retriers];
        self.with(|run| run.step(0).map(drop))?;
        self.settle()
    }

    pub(crate) fn open_task(&self) -> Option<u64> {
        self.state.cues.keys().next().copied()
    }

    pub(crate) fn fanned(&self) -> bool {
        self.state.threads.get(&0).is_some_and(|thread| thread.place == Place::Fan)
    }

    pub(crate) fn feed(&mut self, event: &Event) -> Result<(), FoldError> {
        self.with(|run| event::record(run, event).map(drop))?;
        self.with(|run| run.step(0).map(drop))?;
        self.settle()
    }

    /// All branches or items ended with these results.
    pub(crate) fn end_fan(&mut self, results: &Json, failed: u32) -> Result<(), FoldError> {
        self.state.threads.retain(|frame, _| *frame == 0);
        let Some(fan) = self.state.thread_mut(0)?.fan.as_mut().map(Arc::make_mut) else { return Ok(()) };
        fan.results = results.as_array().into_iter().flatten().map(|result| Some(Arc::new(result.clone()))).collect();
        fan.total = fan.results.len() as u32;
        (fan.begun, fan.failed, fan.succeeded) = (fan.total, failed.min(fan.total), fan.total - failed.min(fan.total));
        if fan.tolerated_count.is_none() && fan.tolerated_percentage.is_none() {
            (fan.failed, fan.succeeded) = (0, fan.total);
        }
        self.with(|run| run.attempt(0, |run, def| fan::proceed(run, 0, def)))?;
        self.settle()
    }

    /// A branch or an item failed, and the state with it.
    pub(crate) fn fail_fan(&mut self, failure: &Failure) -> Result<(), FoldError> {
        let Failure { error, cause, .. } = failure.clone();
        self.with(|run| run.record(Entry::StateFailed { frame: 0, error, cause, field: None }))?;
        self.settle()
    }

    /// Waits are over at once.
    pub(crate) fn pass_time(&mut self) -> Result<(), FoldError> {
        if let Some(Place::Waiting(due_ms)) = self.state.threads.get(&0).map(|thread| thread.place.clone()) {
            self.env.now_ms = due_ms;
            self.with(|run| super::timers::fire(run).map(drop))?;
        }
        self.settle()
    }

    /// Goes on to the end, unless somebody must answer first.
    fn settle(&mut self) -> Result<(), FoldError> {
        self.with(|run| {
            while run.state.status == Status::Running
                && !matches!(run.state.thread(0)?.place, Place::Fan)
                && run.step(0)?
            {}
            Ok(())
        })
    }

    fn with(&mut self, act: impl FnOnce(&mut Run<'_>) -> Result<(), FoldError>) -> Result<(), FoldError> {
        let entropy = Entropy::new(self.env.now_ms, self.env.seed);
        let mut run = Run::new(self.definition, &mut self.state, self.env, &entropy);
        run.context = Some(&self.context);
        let done = act(&mut run);
        self.entries.append(&mut run.entries);
        done
    }
}
