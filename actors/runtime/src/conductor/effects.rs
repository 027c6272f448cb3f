//! What leaves once a commit is durable, collected from its entries.

use std::sync::Arc;

use cueline_ports::ExecutionStatus;
use cueline_protocol::v1::TraceContext;
use cueline_states::{Definition, Entry, OpenChild, OpenTask, Parent, ParentLink, State, Status};

use super::{
    slot::{Finished, Live},
    step::status_of,
};

/// What leaves. Everything in here may be lost or happen twice: the journal asks again.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) tenant: String,
    pub(crate) trace: Option<TraceContext>,
    /// Cues for actors.
    pub(crate) cues: Vec<OpenTask>,
    /// The journal was read again: nobody knows which of these left before.
    pub(crate) again: bool,
    /// Children that start.
    pub(crate) children: Vec<OpenChild>,
    /// Given with children: what their items run is in there.
    pub(crate) family: Option<Family>,
    /// Children that nobody waits for any more.
    pub(crate) cancelled: Vec<u64>,
    /// Who is told that the execution ended.
    pub(crate) ended: Option<(Parent, Finished)>,
    /// What its trace says when it ended.
    pub(crate) over: Option<Over>,
    /// Who may have lost interest in it, while this process did not run.
    pub(crate) child_of: Option<Parent>,
    /// An object that the last snapshot no longer refers to.
    pub(crate) superseded: Option<blake3::Hash>,
}

/// An execution at its end, without its data.
pub(crate) struct Over {
    pub(crate) workflow: String,
    pub(crate) started_ms: i64,
    pub(crate) status: ExecutionStatus,
    pub(crate) error: Option<String>,
    pub(crate) is_fork: bool,
}

/// What children have from their parent.
#[derive(Clone)]
pub(crate) struct Family {
    pub(crate) definition: Arc<Definition>,
    pub(crate) workflow: String,
    pub(crate) tenant: String,
}

impl Effects {
    pub(crate) fn is_empty(&self) -> bool {
        self.cues.is_empty()
            && self.children.is_empty()
            && self.cancelled.is_empty()
            && self.ended.is_none()
            && self.over.is_none()
            && self.child_of.is_none()
            && self.superseded.is_none()
    }

    /// Everything that somebody must be working on, for whoever read the journal again.
    pub(crate) fn of_everything(live: &Live) -> Self {
        let outstanding = live.state.outstanding();
        let mut effects =
            Self { cues: outstanding.tasks, children: outstanding.children, again: true, ..Self::default() };
        effects.cues.retain(|task| !super::cue::waits_outside(&task.resource));
        if live.state.status() == Status::Running {
            let parent = live.state.start().and_then(|start| start.parent.clone());
            effects.child_of = parent.filter(|parent| matches!(parent.link, ParentLink::Child(_)));
        }
        effects.finish(live);
        effects
    }

    /// The children that somebody must be working on, and nothing else.
    pub(crate) fn of_children(live: &Live) -> Self {
        let mut effects = Self { children: live.state.outstanding().children, again: true, ..Self::default() };
        effects.finish(live);
        effects
    }

    /// Adds what one decision asks for. `before` are the children that were open before it.
    pub(super) fn collect(&mut self, state: &State, entries: &[Entry], before: &[u64]) {
        let (mut started, mut ended) = (0, 0);
        for entry in entries {
            match entry {
                Entry::TaskScheduled(scheduled) => self.cues.extend(state.task(scheduled.task)),
                Entry::CuesResent { tasks, .. } => {
                    self.cues.extend(tasks.iter().filter_map(|task| state.task(*task)));
                }
                Entry::ChildStarted { child, .. } => {
                    started += 1;
                    self.children.extend(state.child(*child));
                }
                Entry::ChildSucceeded { .. } | Entry::ChildFailed { .. } => ended += 1,
                Entry::ForkedFrom(_) => {
                    let outstanding = state.outstanding();
                    self.cues.extend(outstanding.tasks);
                    self.children.extend(outstanding.children);
                }
                _ => {}
            }
        }
        // Seldom: a state failed or was left, or the execution ended, while children of it were at work.
        if before.len() + started != state.open_children().len() + ended {
            self.cancel(state, entries, before);
        }
    }

    fn cancel(&mut self, state: &State, entries: &[Entry], before: &[u64]) {
        let replied = |wanted: u64| {
            entries.iter().any(|entry| {
                matches!(entry, Entry::ChildSucceeded { child, .. } | Entry::ChildFailed { child, .. } if *child == wanted)
            })
        };
        let gone = before.iter().copied().filter(|child| !state.awaits(ParentLink::Child(*child)) && !replied(*child));
        self.cancelled.extend(gone);
        self.children.retain(|child| state.awaits(ParentLink::Child(child.child)));
    }

    /// Adds what does not depend on single entries, once every decision of a turn was made.
    pub(super) fn finish(&mut self, live: &Live) {
        let Some(start) = live.state.start() else { return };
        if self.cues.len() > 1 {
            let mut seen = std::collections::HashSet::new();
            self.cues.retain(|cue| seen.insert(cue.task));
        }
        self.tenant.clone_from(&start.tenant);
        self.trace.clone_from(&live.trace);
        if live.state.status() != Status::Running {
            self.ended = start.parent.clone().map(|parent| (parent, Finished::of(&live.state)));
            self.over = (!self.again).then(|| Over {
                workflow: start.workflow.clone(),
                started_ms: start.start_ms,
                status: status_of(live.state.status()),
                error: live.state.failure().map(|failure| failure.error.clone()),
                is_fork: live.state.origin().is_some(),
            });
        }
        if !self.children.is_empty() {
            self.family = Some(Family {
                definition: live.definition.clone(),
                workflow: start.workflow.clone(),
                tenant: start.tenant.clone(),
            });
        }
    }
}
