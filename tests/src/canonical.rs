//! Journals without what may differ between worlds: times, randomness, numbers that depend on which of two branches was
//! quicker.
//!
//! What is left is compared branch by branch: each frame's entries in order, the frame named by its place in the definition
//! (`/Map#2/…`), a task by its place in the frame. Two worlds that run the same plan must agree on all of it.

use std::collections::BTreeMap;

use cueline_ports::ListExecutions;
use cueline_runtime::{Engine, codec::Commit, inspect};
use cueline_states::Entry;

/// The entries of an execution by frame.
pub type Told = BTreeMap<String, Vec<Entry>>;

/// Every execution that an engine knows.
///
/// # Panics
/// When a journal cannot be read.
pub async fn every(engine: &Engine) -> BTreeMap<String, Told> {
    let query = ListExecutions { limit: 10_000, ..ListExecutions::default() };
    let page = engine.list(query).await.expect("executions can be listed");
    let mut every = BTreeMap::new();
    for summary in page.items {
        let commits = inspect::history(engine, &summary.execution).await.expect("the history can be read");
        every.insert(summary.execution.to_string(), told(&commits));
    }
    every
}

/// An execution.
pub fn told(commits: &[Commit]) -> Told {
    let mut places = Places::default();
    let mut told = Told::new();
    for entry in commits.iter().flat_map(|commit| &commit.entries) {
        if let Some((place, entry)) = places.read(entry.clone()) {
            told.entry(place).or_default().push(entry);
        }
    }
    told
}

#[derive(Default)]
struct Places {
    /// Place of a frame, and the state it is in.
    frames: BTreeMap<u32, (String, String)>,
    /// Frame of a task, and the number of the task in it.
    tasks: BTreeMap<u64, (u32, u64)>,
    /// Frame of a child, and its item.
    children: BTreeMap<u64, (u32, u64)>,
}

impl Places {
    fn place(&self, frame: u32) -> String {
        self.frames.get(&frame).map(|(place, _)| place.clone()).unwrap_or_default()
    }

    /// Where an entry belongs and what it says there; `None` for what only happens in some weather.
    fn read(&mut self, mut entry: Entry) -> Option<(String, Entry)> {
        let place = match &mut entry {
            Entry::ExecutionStarted { start, deadline_ms, seed } => {
                start.start_ms = 0;
                *seed = 0;
                forget(deadline_ms);
                String::new()
            }
            Entry::StateEntered { frame, state, at_ms } => {
                let at = *frame;
                self.frames.entry(at).or_default().1 = state.to_string();
                *at_ms = 0;
                self.take(frame)
            }
            Entry::TaskScheduled(task) => {
                let number = 1 + self.tasks.values().filter(|(frame, _)| *frame == task.frame).count() as u64;
                self.tasks.insert(task.task, (task.frame, number));
                // The first attempt of a retried task is one of the same frame.
                task.effect = self.tasks.get(&task.effect).map_or(0, |(_, number)| *number);
                task.task = number;
                for due in [&mut task.deadline_ms, &mut task.heartbeat_due_ms] {
                    forget(due);
                }
                self.take(&mut task.frame)
            }
            Entry::TaskSucceeded { task, .. } | Entry::TaskFailed { task, .. } | Entry::TaskTimedOut { task, .. } => {
                let (frame, number) = *self.tasks.get(task)?;
                *task = number;
                self.place(frame)
            }
            Entry::ChildStarted { frame, child, index, .. } => {
                self.children.insert(*child, (*frame, u64::from(*index)));
                *child = u64::from(*index);
                self.take_child(frame, *index)
            }
            Entry::ChildSucceeded { child, .. } | Entry::ChildFailed { child, .. } => {
                let (mut frame, index) = *self.children.get(child)?;
                *child = index;
                self.take_child(&mut frame, index as u32)
            }
            Entry::RetryScheduled { frame, due_ms, .. } | Entry::WaitStarted { frame, due_ms } => {
                *due_ms = 0;
                self.take(frame)
            }
            Entry::FrameOpened { frame, parent, index, .. } => {
                let (above, state) = self.frames.get(parent).cloned().unwrap_or_default();
                let place = format!("{above}/{state}#{index}");
                self.frames.insert(*frame, (place.clone(), String::new()));
                (*frame, *parent) = (0, 0);
                place
            }
            Entry::MapStarted(map) => self.take(&mut map.frame),
            Entry::StateFailed { frame, .. }
            | Entry::ErrorCaught { frame, .. }
            | Entry::ParallelStarted { frame, .. }
            | Entry::FrameFailed { frame }
            | Entry::StateExited { frame, .. } => self.take(frame),
            Entry::CuesResent { .. } | Entry::HeartbeatRecorded { .. } | Entry::Yielded { .. } => return None,
            Entry::ForkedFrom(_)
            | Entry::ExecutionSucceeded
            | Entry::ExecutionFailed { .. }
            | Entry::ExecutionAborted { .. }
            | Entry::ExecutionTimedOut => String::new(),
        };
        Some((place, entry))
    }

    fn take(&self, frame: &mut u32) -> String {
        let place = self.place(*frame);
        *frame = 0;
        place
    }

    /// Children of a Map run side by side: each is a place of its own.
    fn take_child(&self, frame: &mut u32, index: u32) -> String {
        let state = self.frames.get(frame).map(|(_, state)| state.clone()).unwrap_or_default();
        format!("{}/{state}#{index}", self.take(frame))
    }
}

fn forget(due_ms: &mut Option<i64>) {
    *due_ms = due_ms.map(|_| 0);
}
