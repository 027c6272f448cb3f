//! Where an execution stands: the fold of its entries.

mod apply;
mod cue;
mod thread;
mod token;
mod view;

pub(crate) use cue::Cue;
pub(crate) use thread::{Fan, FanSource, Place, Thread};
pub use token::read_task_token;
pub use view::{Failure, Frame, OpenChild, OpenTask, Outstanding, Parked, Status, Visits};

use crate::{FoldError, Json, Name, ParentLink, Start};
use std::{collections::BTreeMap, sync::Arc};

/// An execution's state. Cloning it copies pointers, not payloads.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub(crate) status: Status,
    pub(crate) start: Option<Arc<Start>>,
    pub(crate) deadline_ms: Option<i64>,
    pub(crate) seed: u64,
    /// The execution whose history this one shares, and the step it left at.
    pub(crate) origin: Option<(String, u32)>,
    pub(crate) steps: u32,
    /// How many history events AWS would have written.
    pub(crate) events: u64,
    pub(crate) next_frame: u32,
    pub(crate) next_task: u64,
    pub(crate) next_child: u64,
    pub(crate) threads: BTreeMap<u32, Thread>,
    pub(crate) cues: BTreeMap<u64, Cue>,
    pub(crate) children: BTreeMap<u64, Child>,
    pub(crate) failure: Option<Failure>,
    pub(crate) output: Option<Json>,
    pub(crate) yielded_ms: Option<i64>,
    pub(crate) visits: Vec<Visits>,
}

/// The field of a failure that was silence: AWS calls slow and silent by the same error name.
pub(crate) const HEARTBEAT: &str = "HeartbeatSeconds";

/// An open child execution from the inside.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Child {
    pub(crate) frame: u32,
    pub(crate) index: u32,
    /// `None`: the item itself.
    pub(crate) input: Option<Json>,
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// Before the first entry.
    #[must_use]
    pub fn new() -> State {
        State {
            status: Status::Running,
            start: None,
            deadline_ms: None,
            seed: 0,
            origin: None,
            steps: 0,
            events: 0,
            next_frame: 0,
            next_task: 1,
            next_child: 1,
            threads: BTreeMap::new(),
            cues: BTreeMap::new(),
            children: BTreeMap::new(),
            failure: None,
            output: None,
            yielded_ms: None,
            visits: Vec::new(),
        }
    }

    /// How it is doing.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Who it is; `None` before the first entry. After a fork these are the fork's own.
    pub fn start(&self) -> Option<&Start> {
        self.start.as_deref()
    }

    /// The execution whose history this one shares, and the step it left at.
    pub fn origin(&self) -> Option<(&str, u32)> {
        self.origin.as_ref().map(|(execution, step)| (execution.as_str(), *step))
    }

    /// The output, once it succeeded.
    pub fn output(&self) -> Option<&Json> {
        self.output.as_ref()
    }

    /// Error and cause, once it failed, timed out or was aborted.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// How many states were entered.
    pub fn step_count(&self) -> u32 {
        self.steps
    }

    /// Cues and child executions that somebody must be working on right now. Empty once the execution ended.
    pub fn outstanding(&self) -> Outstanding {
        let tasks = self.cues.iter().map(|(task, cue)| cue.view(*task, self.state_of(cue.frame))).collect();
        let children = self.children.keys().filter_map(|child| self.child(*child)).collect();
        Outstanding { tasks, children }
    }

    /// The open cues as task, resource and how often each went out: for who need not know more.
    pub fn open_cues(&self) -> impl Iterator<Item = (u64, &Name, u32)> {
        self.cues.iter().map(|(task, cue)| (*task, &cue.resource, cue.sends))
    }

    /// The number that the next task will have; smaller ones have been scheduled.
    pub fn next_task(&self) -> u64 {
        self.next_task
    }

    /// The child executions that have not ended.
    pub fn open_children(&self) -> impl ExactSizeIterator<Item = u64> {
        self.children.keys().copied()
    }

    /// Whether the execution still waits for this. What is not waited for is not worth working on.
    pub fn awaits(&self, link: ParentLink) -> bool {
        match link {
            ParentLink::Child(child) => self.children.contains_key(&child),
            ParentLink::Task(task) => self.cues.contains_key(&task),
        }
    }

    /// The resources of the open cues: [`State::outstanding`] for who need not know more.
    pub fn open_resources(&self) -> impl Iterator<Item = &Name> {
        self.cues.values().map(|cue| &cue.resource)
    }

    /// Whether a child execution has not ended.
    pub fn has_open_children(&self) -> bool {
        !self.children.is_empty()
    }

    /// One open task, if it is still open.
    pub fn task(&self, task: u64) -> Option<OpenTask> {
        let cue = self.cues.get(&task)?;
        Some(cue.view(task, self.state_of(cue.frame)))
    }

    /// One child execution, if it has not ended.
    pub fn child(&self, child: u64) -> Option<OpenChild> {
        let Child { frame, index, input } = self.children.get(&child)?;
        let thread = self.threads.get(frame)?;
        let input = input.clone().unwrap_or_else(|| thread.share(*index));
        Some(OpenChild { child, frame: *frame, state: self.state_of(*frame), index: *index, input })
    }

    /// The earliest moment at which [`crate::Event::Tick`] would decide something.
    pub fn next_due_ms(&self) -> Option<i64> {
        if self.status != Status::Running {
            return None;
        }
        let threads = self.threads.values().filter_map(Thread::due_ms);
        let cues = self.cues.values().filter_map(Cue::due_ms);
        threads.chain(cues).chain(self.deadline_ms).chain(self.yielded_ms).min()
    }

    /// Every live frame, for drawing: where it is and what it waits for.
    pub fn frames(&self) -> Vec<Frame> {
        self.threads.iter().map(|(id, thread)| view_of(*id, thread)).collect()
    }

    /// How often each state was entered, left, failed and retried, in order of first appearance.
    pub fn visits(&self) -> &[Visits] {
        &self.visits
    }

    pub(crate) fn thread(&self, frame: u32) -> Result<&Thread, FoldError> {
        self.threads.get(&frame).ok_or_else(|| FoldError::new(format!("frame {frame} is not open")))
    }

    pub(crate) fn thread_mut(&mut self, frame: u32) -> Result<&mut Thread, FoldError> {
        self.threads.get_mut(&frame).ok_or_else(|| FoldError::new(format!("frame {frame} is not open")))
    }

    fn state_of(&self, frame: u32) -> Name {
        self.threads.get(&frame).and_then(|thread| thread.state.clone()).unwrap_or_else(|| "".into())
    }
}

fn view_of(frame: u32, thread: &Thread) -> Frame {
    let parked = match thread.place {
        Place::Next(_) | Place::Deciding => Parked::Ready,
        Place::Task(task) => Parked::Task { task },
        Place::Waiting(due_ms) => Parked::Wait { due_ms },
        Place::Retrying(due_ms) => Parked::Retry { due_ms, retries: thread.retries() },
        Place::Ended => Parked::Ended,
        Place::Fan => thread.fan().map_or(Parked::Ready, |fan| Parked::Fan {
            total: fan.total,
            begun: fan.begun,
            succeeded: fan.succeeded,
            failed: fan.failed,
        }),
    };
    Frame {
        frame,
        parent: thread.parent,
        state: thread.state.clone(),
        entered_ms: thread.entered_ms,
        data: thread.data.clone(),
        variables: thread.variables.clone(),
        parked,
    }
}
