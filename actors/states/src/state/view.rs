//! What others see of a state.

use crate::{Json, Name, Purpose, Variables};

/// How an execution is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It runs, or waits.
    Running,
    /// It ended with an output.
    Succeeded,
    /// It ended with an error nobody caught.
    Failed,
    /// Somebody stopped it.
    Aborted,
    /// It took longer than its definition allows.
    TimedOut,
}

/// An error and its cause. A Fail state may leave either empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// What `ErrorEquals` matches.
    pub error: String,
    /// For people.
    pub cause: String,
    /// The field that held the expression which could not be evaluated (`Output/result`), if one did.
    pub field: Option<String>,
}

/// What somebody must be working on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outstanding {
    /// Cues without a reply, oldest first.
    pub tasks: Vec<OpenTask>,
    /// Child executions that have not ended, oldest first.
    pub children: Vec<OpenChild>,
}

/// A cue without a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenTask {
    /// The task: what a reply names.
    pub task: u64,
    /// The frame that waits.
    pub frame: u32,
    /// The state that waits.
    pub state: Name,
    /// The scope in which an effect happens once.
    pub effect: u64,
    /// What the task is for.
    pub purpose: Purpose,
    /// Whom to cue.
    pub resource: Name,
    /// What the actor is given.
    pub arguments: Json,
    /// `Credentials`, evaluated.
    pub credentials: Option<Json>,
    /// 1 for the first attempt, one more for each retry.
    pub attempt: u32,
    /// How often the cue went out.
    pub sends: u32,
    /// When `TimeoutSeconds` is over.
    pub deadline_ms: Option<i64>,
    /// How long silence may last, in milliseconds.
    pub heartbeat_ms: Option<i64>,
    /// When the next sign of life is due.
    pub heartbeat_due_ms: Option<i64>,
}

/// A child execution of a distributed Map that has not ended.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenChild {
    /// The child.
    pub child: u64,
    /// The frame of the Map state.
    pub frame: u32,
    /// The Map state: [`crate::Definition::processor`] gives what the child runs.
    pub state: Name,
    /// Which item or batch.
    pub index: u32,
    /// Its input.
    pub input: Json,
}

/// A live frame as others see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The frame; 0 is the root.
    pub frame: u32,
    /// The frame whose state opened it, and which branch or item it is.
    pub parent: Option<(u32, u32)>,
    /// The state it is in or was in last.
    pub state: Option<Name>,
    /// When it entered that state.
    pub entered_ms: i64,
    /// What it holds: the input of that state, or the output once it left.
    pub data: Json,
    /// Its variables, those of the enclosing frames included.
    pub variables: Variables,
    /// Why it is not moving.
    pub parked: Parked,
}

/// Why a frame is not moving.
#[derive(Debug, Clone, PartialEq)]
pub enum Parked {
    /// It is: it goes on with the next commit.
    Ready,
    /// For the reply to a task.
    Task {
        /// The task.
        task: u64,
    },
    /// For a time (a Wait state).
    Wait {
        /// Until when.
        due_ms: i64,
    },
    /// For the next attempt after a failure.
    Retry {
        /// When.
        due_ms: i64,
        /// How many retries there were, this one included.
        retries: u32,
    },
    /// For branches or items.
    Fan {
        /// How many there are.
        total: u32,
        /// How many were begun.
        begun: u32,
        /// How many succeeded.
        succeeded: u32,
        /// How many failed.
        failed: u32,
    },
    /// For nothing: it ended.
    Ended,
}

/// What happened at one state so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visits {
    /// The state.
    pub state: Name,
    /// How often it was entered.
    pub entered: u32,
    /// How often it was left, by a catcher too.
    pub exited: u32,
    /// How often it failed, retried and caught failures included.
    pub failed: u32,
    /// How often it was retried.
    pub retried: u32,
}
