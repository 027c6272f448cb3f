//! What happens to an execution from outside.

use crate::{Json, Name};

/// How an execution begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The id of the execution: what its journal is filed under.
    pub execution: String,
    /// The name a person gave it (`$$.Execution.Name`).
    pub name: String,
    /// The workflow it runs (`$$.StateMachine.Name`).
    pub workflow: String,
    /// Hash of the definition it keeps until it ends: [`crate::Definition::hash`].
    pub definition_hash: String,
    /// Who pays and who may look.
    pub tenant: String,
    /// The input document.
    pub input: Json,
    /// When it was accepted, in epoch milliseconds. `TimeoutSeconds` of the definition counts from here.
    pub start_ms: i64,
    /// The execution that waits for this one.
    pub parent: Option<Parent>,
}

/// Who is told how a child execution ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// The waiting execution.
    pub execution: String,
    /// What it waits with.
    pub link: ParentLink,
}

/// What the parent waits with: the end of the child becomes an event of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParentLink {
    /// A child of a distributed Map: [`Event::ChildSucceeded`] or [`Event::ChildFailed`].
    Child(u64),
    /// A task that started an execution: [`Event::TaskSucceeded`] or [`Event::TaskFailed`].
    Task(u64),
}

/// How a fork begins: a new execution that continues recorded history from one step on.
#[derive(Debug, Clone, PartialEq)]
pub struct Fork {
    /// The execution whose first steps are shared.
    pub origin: String,
    /// The step (k-th entered state, from 1) that runs again, live.
    pub step: u32,
    /// The frame that step belongs to.
    pub frame: u32,
    /// The state to enter. Usually the recorded one.
    pub state: Name,
    /// Another input for that state, instead of the recorded one.
    pub input: Option<Json>,
    /// By how much recorded deadlines of still open tasks and waits move, so that none is late at birth.
    pub shift_ms: i64,
    /// Id of the new execution.
    pub execution: String,
    /// Name of the new execution.
    pub name: String,
    /// Workflow of the new execution.
    pub workflow: String,
    /// Definition of the new execution; it may differ from the origin's.
    pub definition_hash: String,
    /// Who pays and who may look.
    pub tenant: String,
    /// When the fork was accepted, in epoch milliseconds.
    pub start_ms: i64,
    /// Randomness of the fork: its task tokens are derived from it.
    pub seed: u64,
}

/// One thing that happened. Repeated, late and unknown ones are harmless: they decide nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The execution begins.
    Start(Box<Start>),
    /// The execution continues another one's history.
    Fork(Box<Fork>),
    /// A task replied.
    TaskSucceeded {
        /// The task.
        task: u64,
        /// Its result.
        output: Json,
    },
    /// A task replied with a named error.
    TaskFailed {
        /// The task.
        task: u64,
        /// What `ErrorEquals` matches.
        error: String,
        /// For people.
        cause: String,
    },
    /// A task is alive.
    Heartbeat {
        /// The task.
        task: u64,
    },
    /// A child execution of a distributed Map succeeded.
    ChildSucceeded {
        /// The child.
        child: u64,
        /// Its output.
        output: Json,
    },
    /// A child execution of a distributed Map failed, timed out or was aborted.
    ChildFailed {
        /// The child.
        child: u64,
        /// Its error.
        error: String,
        /// For people.
        cause: String,
    },
    /// Time passed: every due timer fires.
    Tick,
    /// Cues go out again, because a queue lost them.
    Resend {
        /// Which tasks; those that are not open any more are left out.
        tasks: Vec<u64>,
        /// A task that was sent this often already fails with [`crate::POISON`] instead.
        max_sends: u32,
    },
    /// Somebody stops the execution.
    Cancel {
        /// An error name, perhaps empty.
        error: String,
        /// For people.
        cause: String,
    },
}

/// Everything random or temporal that a decision may use. Recorded with it, so that it can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Env {
    /// The clock, in epoch milliseconds.
    pub now_ms: i64,
    /// Randomness: jitter, uuids.
    pub seed: u64,
}
