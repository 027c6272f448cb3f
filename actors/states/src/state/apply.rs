//! Folding entries in: the only place where a state changes.

use super::{Child, Cue, Failure, Fan, FanSource, HEARTBEAT, Place, State, Status, Thread, Visits};
use crate::{Data, Entry, FoldError, Fork, Json, MapStarted, Name, Purpose, Start, TaskScheduled, Variables};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

type Applied = Result<(), FoldError>;

impl State {
    /// Folds one entry in. Needs no definition and evaluates nothing. After an error the state must not be used any more.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), FoldError> {
        let started = matches!(entry, Entry::ExecutionStarted { .. });
        if started == self.start.is_some() {
            return Err(FoldError::new("the start must come first, and once"));
        }
        if self.status != Status::Running && !matches!(entry, Entry::ForkedFrom(_)) {
            return Err(FoldError::new("the execution has ended"));
        }
        self.yielded_ms = None;
        match entry {
            Entry::ExecutionStarted { start, deadline_ms, seed } => self.started(start, *deadline_ms, *seed),
            Entry::ForkedFrom(fork) => self.forked(fork),
            Entry::StateEntered { frame, state, at_ms } => self.entered(*frame, state, *at_ms),
            Entry::TaskScheduled(task) => self.scheduled(task),
            Entry::TaskSucceeded { task, output } => self.task_succeeded(*task, output),
            Entry::TaskFailed { task, error, cause } => {
                self.task_failed(*task, Failure { error: error.clone(), cause: cause.clone(), field: None })
            }
            Entry::TaskTimedOut { task, heartbeat } => {
                let field = if *heartbeat { HEARTBEAT } else { "TimeoutSeconds" };
                self.task_failed(
                    *task,
                    Failure { error: "States.Timeout".into(), field: Some(field.into()), ..Failure::default() },
                )
            }
            Entry::HeartbeatRecorded { task, due_ms } => {
                self.cue_mut(*task)?.heartbeat_due_ms = Some(*due_ms);
                Ok(())
            }
            Entry::CuesResent { tasks, .. } => tasks.iter().try_for_each(|task| {
                self.cue_mut(*task)?.sends += 1;
                Ok(())
            }),
            Entry::StateFailed { frame, error, cause, field } => {
                let failure = Failure { error: error.clone(), cause: cause.clone(), field: field.clone() };
                self.failed(*frame, failure)
            }
            Entry::RetryScheduled { frame, retrier, due_ms } => self.retry(*frame, *retrier, *due_ms),
            Entry::ErrorCaught { frame, .. } => {
                self.thread_mut(*frame)?.failure = None;
                Ok(())
            }
            Entry::WaitStarted { frame, due_ms } => {
                self.thread_mut(*frame)?.place = Place::Waiting(*due_ms);
                Ok(())
            }
            Entry::ParallelStarted { frame, branches, input } => self.parallel(*frame, *branches, input),
            Entry::MapStarted(map) => self.map(map),
            Entry::FrameOpened { frame, parent, index, input } => self.opened(*frame, *parent, *index, input.as_ref()),
            Entry::FrameFailed { frame } => self.frame_failed(*frame),
            Entry::ChildStarted { frame, child, index, input } => {
                self.child_started(*frame, *child, *index, input.as_ref())
            }
            Entry::ChildSucceeded { child, output } => self.child_ended(*child, Some(output)),
            Entry::ChildFailed { child, .. } => self.child_ended(*child, None),
            Entry::StateExited { frame, output, assigned, next } => {
                self.exited(*frame, output, assigned.as_ref(), next.as_ref())
            }
            Entry::Yielded { due_ms } => {
                self.yielded_ms = Some(*due_ms);
                Ok(())
            }
            Entry::ExecutionSucceeded => {
                let output = self.thread(0)?.data.clone();
                self.output = Some(output);
                self.end(Status::Succeeded, None)
            }
            Entry::ExecutionFailed { error, cause } => self.end(Status::Failed, Some((error, cause))),
            Entry::ExecutionAborted { error, cause } => self.end(Status::Aborted, Some((error, cause))),
            Entry::ExecutionTimedOut => self.end(Status::TimedOut, Some(("States.Timeout", ""))),
        }
    }

    fn started(&mut self, start: &Start, deadline_ms: Option<i64>, seed: u64) -> Applied {
        self.threads.insert(0, Thread::new(None, start.input.clone(), Variables::default()));
        self.start = Some(Arc::new(start.clone()));
        (self.deadline_ms, self.seed, self.next_frame, self.events) = (deadline_ms, seed, 1, 1);
        Ok(())
    }

    fn forked(&mut self, fork: &Fork) -> Applied {
        let start = self.start.as_mut().map(Arc::make_mut).ok_or_else(|| FoldError::new("a fork of nothing"))?;
        start.execution.clone_from(&fork.execution);
        start.name.clone_from(&fork.name);
        start.workflow.clone_from(&fork.workflow);
        start.definition_hash.clone_from(&fork.definition_hash);
        start.tenant.clone_from(&fork.tenant);
        start.start_ms = fork.start_ms;
        start.parent = None;
        let shift = |moment: &mut i64| *moment = moment.saturating_add(fork.shift_ms);
        self.deadline_ms.iter_mut().for_each(shift);
        for cue in self.cues.values_mut() {
            cue.sends = 1;
            cue.deadline_ms.iter_mut().chain(&mut cue.heartbeat_due_ms).for_each(shift);
        }
        for thread in self.threads.values_mut() {
            if let Place::Waiting(due) | Place::Retrying(due) = &mut thread.place {
                shift(due);
            }
        }
        self.origin = Some((fork.origin.clone(), fork.step));
        self.seed = fork.seed;
        let thread = self.thread_mut(fork.frame)?;
        thread.place = Place::Next(Some(fork.state.clone()));
        if let Some(input) = &fork.input {
            thread.data = input.clone();
        }
        Ok(())
    }

    fn entered(&mut self, frame: u32, state: &Name, at_ms: i64) -> Applied {
        self.events += 1;
        self.steps += 1;
        let event = self.events;
        let thread = self.thread_mut(frame)?;
        if !matches!(thread.place, Place::Next(_)) {
            return Err(FoldError::new(format!("frame {frame} enters {state} while it is in another state")));
        }
        thread.state = Some(state.clone());
        (thread.entered_ms, thread.entered_event, thread.place) = (at_ms, event, Place::Deciding);
        thread.forget();
        thread.effect = None;
        thread.retries.clear();
        self.visit(state).entered += 1;
        Ok(())
    }

    fn scheduled(&mut self, task: &TaskScheduled) -> Applied {
        if task.task != self.next_task {
            return Err(FoldError::new(format!("task {} is scheduled, expected {}", task.task, self.next_task)));
        }
        let cue = Cue::new(task, self)?;
        self.next_task += 1;
        self.events += 2;
        self.cues.insert(task.task, cue);
        let thread = self.thread_mut(task.frame)?;
        thread.place = Place::Task(task.task);
        if task.purpose == Purpose::Work {
            thread.effect = Some(task.effect);
        }
        Ok(())
    }

    fn task_succeeded(&mut self, task: u64, output: &Json) -> Applied {
        let cue = self.take_cue(task)?;
        let thread = self.thread_mut(cue.frame)?;
        thread.result = Some(output.clone());
        thread.result_of = Some(cue.purpose);
        if cue.purpose == Purpose::WriteResults {
            thread.fan = None;
        }
        thread.place = Place::Deciding;
        Ok(())
    }

    fn task_failed(&mut self, task: u64, failure: Failure) -> Applied {
        let cue = self.take_cue(task)?;
        self.failed(cue.frame, failure)
    }

    fn failed(&mut self, frame: u32, failure: Failure) -> Applied {
        self.events += 1;
        self.prune(frame);
        let thread = self.thread_mut(frame)?;
        thread.failure = Some(failure);
        thread.place = Place::Deciding;
        if let Some(state) = thread.state.clone() {
            self.visit(&state).failed += 1;
        }
        Ok(())
    }

    fn retry(&mut self, frame: u32, retrier: u32, due_ms: i64) -> Applied {
        let thread = self.thread_mut(frame)?;
        let retrier = retrier as usize;
        if retrier >= 10_000 {
            return Err(FoldError::new("a retrier beyond all bounds"));
        }
        if thread.retries.len() <= retrier {
            thread.retries.resize(retrier + 1, 0);
        }
        thread.retries[retrier] += 1;
        thread.forget();
        thread.place = Place::Retrying(due_ms);
        if let Some(state) = thread.state.clone() {
            self.visit(&state).retried += 1;
        }
        Ok(())
    }

    fn parallel(&mut self, frame: u32, branches: u32, input: &Data) -> Applied {
        self.events += 1;
        let input = self.resolve(frame, input)?;
        let thread = self.thread_mut(frame)?;
        thread.fan = Some(Arc::new(Fan::new(FanSource::Branches(input), branches)));
        thread.place = Place::Fan;
        Ok(())
    }

    fn map(&mut self, map: &MapStarted) -> Applied {
        self.events += 1;
        let thread = self.thread_mut(map.frame)?;
        thread.fan = Some(Arc::new(Fan {
            batched: map.batched,
            distributed: map.distributed,
            max_concurrency: map.max_concurrency,
            tolerated_count: map.tolerated_count,
            tolerated_percentage: map.tolerated_percentage,
            ..Fan::new(FanSource::Items(map.items.clone()), map.total)
        }));
        thread.place = Place::Fan;
        Ok(())
    }

    fn opened(&mut self, frame: u32, parent: u32, index: u32, input: Option<&Json>) -> Applied {
        if frame != self.next_frame {
            return Err(FoldError::new(format!("frame {frame} opens, expected {}", self.next_frame)));
        }
        let thread = self.thread(parent)?;
        check_next(thread, index)?;
        let data = input.cloned().unwrap_or_else(|| thread.share(index));
        let opened = Thread::new(Some((parent, index)), data, thread.variables.clone());
        self.fan_mut(parent)?.begun += 1;
        self.threads.insert(frame, opened);
        self.next_frame += 1;
        self.events += 1;
        Ok(())
    }

    fn frame_failed(&mut self, frame: u32) -> Applied {
        let thread = self.thread_mut(frame)?;
        let (Some((parent, _)), Some(failure)) = (thread.parent, thread.failure.take()) else {
            return Err(FoldError::new(format!("frame {frame} cannot fail")));
        };
        self.fan_mut(parent)?.failed += 1;
        self.failed(parent, failure)
    }

    fn child_started(&mut self, frame: u32, child: u64, index: u32, input: Option<&Json>) -> Applied {
        if child != self.next_child {
            return Err(FoldError::new(format!("child {child} starts, expected {}", self.next_child)));
        }
        check_next(self.thread(frame)?, index)?;
        self.next_child += 1;
        self.fan_mut(frame)?.begun += 1;
        self.children.insert(child, Child { frame, index, input: input.cloned() });
        Ok(())
    }

    fn child_ended(&mut self, child: u64, output: Option<&Json>) -> Applied {
        let ended = self.children.remove(&child).ok_or_else(|| FoldError::new(format!("child {child} is not open")))?;
        match output {
            Some(output) => self.fan_mut(ended.frame)?.record(ended.index, output.clone()),
            None => {
                self.fan_mut(ended.frame)?.failed += 1;
                Ok(())
            }
        }
    }

    fn exited(&mut self, frame: u32, output: &Data, assigned: Option<&Variables>, next: Option<&Name>) -> Applied {
        self.events += 1;
        let data = self.resolve(frame, output)?;
        self.prune(frame);
        let thread = self.thread_mut(frame)?;
        let Some(state) = thread.state.clone() else {
            return Err(FoldError::new(format!("frame {frame} leaves a state before it entered one")));
        };
        thread.data = data;
        if let Some(assigned) = assigned {
            let variables = Arc::make_mut(&mut thread.variables);
            variables.extend(assigned.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        thread.forget();
        thread.place = next.map_or(Place::Ended, |next| Place::Next(Some(next.clone())));
        let (ended, parent, data) = (next.is_none(), thread.parent, thread.data.clone());
        self.visit(&state).exited += 1;
        if let (true, Some((parent, index))) = (ended, parent) {
            self.threads.remove(&frame);
            self.events += 1;
            self.fan_mut(parent)?.record(index, data)?;
        }
        Ok(())
    }

    fn end(&mut self, status: Status, failure: Option<(&str, &str)>) -> Applied {
        self.status = status;
        self.failure = failure.map(|(error, cause)| Failure { error: error.into(), cause: cause.into(), field: None });
        self.cues.clear();
        self.children.clear();
        self.threads.retain(|frame, _| *frame == 0);
        if let Some(root) = self.threads.get_mut(&0) {
            root.place = Place::Ended;
            (root.fan, root.result) = (None, None);
        }
        Ok(())
    }

    fn resolve(&self, frame: u32, data: &Data) -> Result<Json, FoldError> {
        let thread = self.thread(frame)?;
        match data {
            Data::Same => Ok(thread.data.clone()),
            Data::Value(value) => Ok(value.clone()),
            Data::Result => match (&thread.result, thread.fan()) {
                (_, Some(fan)) => Ok(fan.gathered()),
                (Some(result), None) => Ok(result.clone()),
                (None, None) => Err(FoldError::new(format!("frame {frame} has no result"))),
            },
        }
    }

    /// Ends everything that frames below this one do.
    fn prune(&mut self, frame: u32) {
        self.cues.retain(|_, cue| cue.frame != frame);
        self.children.retain(|_, child| child.frame != frame);
        let has_frames = self.threads.get(&frame).and_then(Thread::fan).is_some_and(|fan| !fan.distributed);
        if !has_frames {
            return;
        }
        let mut gone = BTreeSet::from([frame]);
        // A frame is younger than its parent, so one pass in order finds all generations.
        self.threads.retain(|id, thread| match thread.parent {
            Some((parent, _)) if gone.contains(&parent) => {
                gone.insert(*id);
                false
            }
            _ => true,
        });
        self.cues.retain(|_, cue| !gone.contains(&cue.frame));
        self.children.retain(|_, child| !gone.contains(&child.frame));
    }

    fn fan_mut(&mut self, frame: u32) -> Result<&mut Fan, FoldError> {
        let fan = self.thread_mut(frame)?.fan.as_mut().map(Arc::make_mut);
        fan.ok_or_else(|| FoldError::new(format!("frame {frame} has no branches or items")))
    }

    fn cue_mut(&mut self, task: u64) -> Result<&mut Cue, FoldError> {
        self.cues.get_mut(&task).ok_or_else(|| FoldError::new(format!("task {task} is not open")))
    }

    fn take_cue(&mut self, task: u64) -> Result<Cue, FoldError> {
        self.events += 1;
        self.cues.remove(&task).ok_or_else(|| FoldError::new(format!("task {task} is not open")))
    }

    fn visit(&mut self, state: &Name) -> &mut Visits {
        let known = self.visits.iter().position(|visits| visits.state == *state);
        let at = known.unwrap_or_else(|| {
            self.visits.push(Visits { state: state.clone(), entered: 0, exited: 0, failed: 0, retried: 0 });
            self.visits.len() - 1
        });
        &mut self.visits[at]
    }
}

/// Branches and items begin in order, each once.
fn check_next(parent: &Thread, index: u32) -> Applied {
    match parent.fan() {
        Some(fan) if fan.begun == index && index < fan.total => Ok(()),
        _ => Err(FoldError::new(format!("branch or item {index} begins out of order"))),
    }
}

impl Fan {
    fn new(source: FanSource, total: u32) -> Fan {
        Fan {
            source,
            total,
            begun: 0,
            succeeded: 0,
            failed: 0,
            results: Vec::new(),
            batched: false,
            distributed: false,
            max_concurrency: 0,
            tolerated_count: None,
            tolerated_percentage: None,
        }
    }

    fn record(&mut self, index: u32, output: Json) -> Applied {
        let index = index as usize;
        if index >= self.begun as usize {
            return Err(FoldError::new(format!("result {index} of {}", self.total)));
        }
        if self.results.len() <= index {
            self.results.resize(index + 1, None);
        }
        self.results[index] = Some(output);
        self.succeeded += 1;
        Ok(())
    }

    /// The results in order, as one array. Failed items are left out.
    pub(crate) fn gathered(&self) -> Json {
        Arc::new(Value::Array(self.results.iter().flatten().map(|result| Value::clone(result)).collect()))
    }
}
