//! One decision in the making: drives every frame until it waits.

use super::{
    choice, fail, fan, map, parallel, pass, rescue, task,
    trouble::{Fault, Trouble},
    wait,
};
use crate::{
    Data, Definition, Entry, Env, FoldError, Json, Name, State, Status, Variables,
    definition::scope::{Kind, Scope, StateDef},
    limits,
    measure::excess,
    query::Entropy,
    state::{Failure, Place},
};
use serde_json::Value;
use std::{collections::VecDeque, sync::Arc};

pub(super) struct Run<'a> {
    pub(super) definition: &'a Definition,
    pub(super) state: &'a mut State,
    pub(super) env: Env,
    pub(super) entropy: &'a Entropy,
    pub(super) entries: Vec<Entry>,
    /// Instead of the real context object, in rehearsals.
    pub(super) context: Option<&'a Value>,
    /// A decision was interrupted before: frames whose branches or items ended may not know it yet.
    resumed: bool,
    awake: VecDeque<u32>,
    entered: u32,
}

impl<'a> Run<'a> {
    pub(super) fn new(definition: &'a Definition, state: &'a mut State, env: Env, entropy: &'a Entropy) -> Run<'a> {
        let resumed = state.yielded_ms.is_some();
        Run {
            definition,
            state,
            env,
            entropy,
            entries: Vec::with_capacity(4),
            context: None,
            resumed,
            awake: VecDeque::new(),
            entered: 0,
        }
    }

    /// The only way to change anything.
    pub(super) fn record(&mut self, entry: Entry) -> Result<(), FoldError> {
        self.state.apply(&entry)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Has a frame looked at, even if it seems to wait.
    pub(super) fn wake(&mut self, frame: u32) {
        self.awake.push_back(frame);
    }

    /// The history was cut somewhere: no frame can be trusted to have gone as far as it can.
    pub(super) fn look_everywhere(&mut self) {
        self.resumed = true;
    }

    pub(super) fn drive(&mut self) -> Result<(), FoldError> {
        let resumed = self.resumed;
        let movable = self.state.threads.iter().filter(|(_, thread)| match thread.place {
            Place::Next(_) | Place::Deciding => true,
            Place::Fan => resumed,
            _ => false,
        });
        self.awake.extend(movable.map(|(frame, _)| *frame));
        while let Some(frame) = self.awake.pop_front() {
            while self.state.status == Status::Running && self.step(frame)? {
                if self.entered >= limits::INLINE_STATES {
                    return self.record(Entry::Yielded { due_ms: self.env.now_ms });
                }
            }
        }
        Ok(())
    }

    /// Moves one frame by one state. False when it waits, or is gone.
    pub(super) fn step(&mut self, frame: u32) -> Result<bool, FoldError> {
        let Some(thread) = self.state.threads.get(&frame) else { return Ok(false) };
        match &thread.place {
            Place::Next(next) => {
                let next = next.clone();
                self.enter(frame, next)?;
                Ok(true)
            }
            Place::Deciding => {
                self.attempt(frame, |run, def| {
                    if run.state.thread(frame)?.failure.is_some() {
                        rescue::deal(run, frame, def)
                    } else {
                        proceed(run, frame, def)
                    }
                })?;
                Ok(true)
            }
            Place::Fan => {
                self.attempt(frame, |run, def| fan::proceed(run, frame, def))?;
                Ok(self.state.threads.get(&frame).is_some_and(|thread| thread.place != Place::Fan))
            }
            _ => Ok(false),
        }
    }

    fn enter(&mut self, frame: u32, next: Option<Name>) -> Result<(), FoldError> {
        let state = match next {
            Some(name) => name,
            None => self.scope_of(frame)?.start.clone(),
        };
        self.entered += 1;
        self.record(Entry::StateEntered { frame, state, at_ms: self.env.now_ms })
    }

    /// Runs a handler of the state the frame is in; its fault becomes the state's failure.
    pub(super) fn attempt(
        &mut self,
        frame: u32,
        handler: impl FnOnce(&mut Run<'a>, &'a StateDef) -> Result<(), Trouble>,
    ) -> Result<(), FoldError> {
        let def = self.def_of(frame)?;
        match handler(self, def) {
            Ok(()) => Ok(()),
            Err(Trouble::Fold(error)) => Err(error),
            Err(Trouble::Fault(fault)) => {
                let Failure { error, cause, field } = self.failure_of(frame, def, fault)?;
                self.record(Entry::StateFailed { frame, error, cause, field })
            }
        }
    }

    /// A fault in the words that are recorded.
    pub(super) fn failure_of(&self, frame: u32, def: &StateDef, fault: Fault) -> Result<Failure, FoldError> {
        let Fault { error, mut cause, field, located } = fault;
        if located {
            let (name, event) = (&def.name, self.state.thread(frame)?.entered_event);
            cause = format!(
                "An error occurred while executing the state '{name}' (entered at the event id #{event}). {cause}"
            );
        }
        Ok(Failure { error, cause, field })
    }

    /// Leaves the state. Data that the journal holds already is named, not repeated.
    pub(super) fn exit(
        &mut self,
        frame: u32,
        output: Json,
        assigned: Option<Variables>,
        next: Option<Name>,
    ) -> Result<(), Trouble> {
        let output = self.name_data(frame, output)?;
        Ok(self.leave(frame, output, assigned, next)?)
    }

    /// Leaves the state with what came back, as it is.
    pub(super) fn exit_with_result(&mut self, frame: u32, next: Option<Name>) -> Result<(), FoldError> {
        self.leave(frame, Data::Result, None, next)
    }

    fn leave(
        &mut self,
        frame: u32,
        output: Data,
        assigned: Option<Variables>,
        next: Option<Name>,
    ) -> Result<(), FoldError> {
        let ends = next.is_none();
        let parent = self.state.thread(frame)?.parent;
        self.record(Entry::StateExited { frame, output, assigned, next })?;
        match parent {
            _ if !ends => Ok(()),
            None => self.record(Entry::ExecutionSucceeded),
            Some((parent, _)) => {
                self.wake(parent);
                Ok(())
            }
        }
    }

    /// Names data that the journal holds already; other data must be fit to be recorded.
    pub(super) fn name_data(&self, frame: u32, data: Json) -> Result<Data, Trouble> {
        let thread = self.state.thread(frame)?;
        if Arc::ptr_eq(&data, &thread.data) {
            return Ok(Data::Same);
        }
        if thread.fan.is_none() && thread.result.as_ref().is_some_and(|result| Arc::ptr_eq(&data, result)) {
            return Ok(Data::Result);
        }
        self.check(frame, &data)?;
        Ok(Data::Value(data))
    }

    /// Refuses what is too large or too deep.
    pub(super) fn check(&self, frame: u32, value: &Value) -> Result<(), Trouble> {
        let Some(excess) = excess(value) else { return Ok(()) };
        let state = self.state.thread(frame)?.state.clone().unwrap_or_default();
        Err(Trouble::excess(excess, &state))
    }

    /// The scope a frame runs in, found through the states that opened it and its ancestors.
    pub(super) fn scope_of(&self, frame: u32) -> Result<&'a Scope, FoldError> {
        let Some((parent, index)) = self.state.thread(frame)?.parent else { return Ok(self.definition.scope()) };
        let scopes = self.def_of(parent)?.kind.scopes();
        let index = if matches!(self.def_of(parent)?.kind, Kind::Map(_)) { 0 } else { index as usize };
        scopes.get(index).ok_or_else(|| FoldError::new(format!("frame {frame} has no scope in the definition")))
    }

    pub(super) fn def_of(&self, frame: u32) -> Result<&'a StateDef, FoldError> {
        let name = self.state.thread(frame)?.state.as_deref().unwrap_or_default();
        let state = self.scope_of(frame)?.state(name);
        state.ok_or_else(|| FoldError::new(format!("state '{name}' is not in the definition")))
    }
}

/// The state was entered, is tried again, or got what it waited for.
pub(super) fn proceed<'a>(run: &mut Run<'a>, frame: u32, def: &'a StateDef) -> Result<(), Trouble> {
    match &def.kind {
        Kind::Task(state) => task::proceed(run, frame, def, state),
        Kind::Pass(state) => pass::proceed(run, frame, def, state),
        Kind::Choice(state) => choice::proceed(run, frame, def, state),
        Kind::Wait(state) => wait::proceed(run, frame, def, state),
        Kind::Succeed(state) => pass::succeed(run, frame, def, state),
        Kind::Fail(state) => fail::proceed(run, frame, def, state),
        Kind::Parallel(state) => parallel::proceed(run, frame, def, state),
        Kind::Map(state) => map::proceed(run, frame, def, state),
    }
}
