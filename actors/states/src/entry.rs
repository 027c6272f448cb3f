//! What a journal is made of. Entries hold the *results* of evaluation, so folding them needs no definition.
//!
//! ```text
//!  ExecutionStarted ─► StateEntered ─► TaskScheduled ─► TaskSucceeded ─► StateExited ─► StateEntered … ─► ExecutionSucceeded
//!                                         │      ▲            TaskFailed ─► RetryScheduled ─► TaskScheduled
//!                                         └──────┘ attempt 2, same effect              └─► ErrorCaught ─► StateExited
//! ```
//!
//! Ids are dense counters of the state, in order of appearance: frames from 0 (the root), tasks and children from 1.

use crate::{Data, Json, Name, Variables, event::Fork, event::Start};

/// One recorded fact.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// The execution began: frame 0 holds the input. Always the first entry.
    ExecutionStarted {
        /// Everything given from outside.
        start: Box<Start>,
        /// When `TimeoutSeconds` of the whole definition is over.
        deadline_ms: Option<i64>,
        /// Randomness of the first decision; task tokens are derived from it.
        seed: u64,
    },
    /// The entries before this one are another execution's; from here on they are ours.
    ForkedFrom(Box<Fork>),
    /// A frame entered a state with the data it holds. Counts as one step.
    StateEntered {
        /// The frame.
        frame: u32,
        /// The state.
        state: Name,
        /// `$$.State.EnteredTime`.
        at_ms: i64,
    },
    /// A cue is to be sent. The frame waits for its reply.
    TaskScheduled(Box<TaskScheduled>),
    /// A task replied.
    TaskSucceeded {
        /// The task.
        task: u64,
        /// Its result.
        output: Json,
    },
    /// A task replied with an error.
    TaskFailed {
        /// The task.
        task: u64,
        /// What `ErrorEquals` matches.
        error: String,
        /// For people.
        cause: String,
    },
    /// A task missed its deadline or was silent too long. Both fail it with `States.Timeout`, as Step Functions do; a
    /// catcher of `States.HeartbeatTimeout` finds silence all the same.
    TaskTimedOut {
        /// The task.
        task: u64,
        /// Silent rather than slow.
        heartbeat: bool,
    },
    /// A task is alive.
    HeartbeatRecorded {
        /// The task.
        task: u64,
        /// When the next sign of life is due.
        due_ms: i64,
    },
    /// Cues went out again.
    CuesResent {
        /// The tasks.
        tasks: Vec<u64>,
        /// The limit that was in force; tasks beyond it fail in the entries that follow.
        max_sends: u32,
    },
    /// A state failed by itself: an expression could not be evaluated, a Fail state was reached, too many items failed.
    StateFailed {
        /// The frame.
        frame: u32,
        /// What `ErrorEquals` matches.
        error: String,
        /// For people, in AWS's words.
        cause: String,
        /// The field that held the expression (`Output/result`), if one did.
        field: Option<String>,
    },
    /// The state runs again later.
    RetryScheduled {
        /// The frame.
        frame: u32,
        /// Which element of `Retry` matched.
        retrier: u32,
        /// When it runs again.
        due_ms: i64,
    },
    /// A catcher took the error; the `StateExited` that follows says where to.
    ErrorCaught {
        /// The frame.
        frame: u32,
        /// Which element of `Catch` matched.
        catcher: u32,
    },
    /// The frame waits for a time.
    WaitStarted {
        /// The frame.
        frame: u32,
        /// Until when.
        due_ms: i64,
    },
    /// A Parallel state began; a `FrameOpened` for each branch follows.
    ParallelStarted {
        /// The frame.
        frame: u32,
        /// How many branches.
        branches: u32,
        /// What each branch begins with.
        input: Data,
    },
    /// A Map state knows its items.
    MapStarted(Box<MapStarted>),
    /// A branch of a Parallel state or an iteration of an inline Map began.
    FrameOpened {
        /// The new frame.
        frame: u32,
        /// The frame whose state opened it.
        parent: u32,
        /// Which branch or item.
        index: u32,
        /// What it begins with; `None` is the input of the branches, or the item itself.
        input: Option<Json>,
    },
    /// A branch or iteration failed: its parent's state fails with the same error.
    FrameFailed {
        /// The frame.
        frame: u32,
    },
    /// A child execution of a distributed Map is to be started.
    ChildStarted {
        /// The frame of the Map state.
        frame: u32,
        /// The child.
        child: u64,
        /// Which item or batch.
        index: u32,
        /// Its input; `None` is the item itself.
        input: Option<Json>,
    },
    /// A child execution succeeded.
    ChildSucceeded {
        /// The child.
        child: u64,
        /// Its output.
        output: Json,
    },
    /// A child execution did not succeed.
    ChildFailed {
        /// The child.
        child: u64,
        /// Its error.
        error: String,
        /// For people.
        cause: String,
    },
    /// A frame left a state, holding other data. Without a next state the frame ends: the root frame's data is the
    /// output of the execution, a branch's or iteration's goes to its place in the parent's results.
    StateExited {
        /// The frame.
        frame: u32,
        /// What the frame holds now.
        output: Data,
        /// Variables that were set, in the scope of the frame.
        assigned: Option<Variables>,
        /// Where it goes.
        next: Option<Name>,
    },
    /// Too many states ran without waiting for anything. Nothing is lost: the next commit continues.
    Yielded {
        /// When the next commit may come.
        due_ms: i64,
    },
    /// The end. The output is the root frame's data: [`crate::State::output`].
    ExecutionSucceeded,
    /// The end.
    ExecutionFailed {
        /// The error nobody caught.
        error: String,
        /// For people.
        cause: String,
    },
    /// The end: somebody stopped it.
    ExecutionAborted {
        /// An error name, perhaps empty.
        error: String,
        /// For people.
        cause: String,
    },
    /// The end: `TimeoutSeconds` of the whole definition was over.
    ExecutionTimedOut,
}

/// A cue that is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskScheduled {
    /// The frame that waits for the reply.
    pub frame: u32,
    /// The task: what a reply names.
    pub task: u64,
    /// The task of the first attempt: the scope in which an effect happens once, however often it is retried.
    pub effect: u64,
    /// 1 for the first attempt, one more for each retry.
    pub attempt: u32,
    /// What the task is for.
    pub purpose: Purpose,
    /// `Resource` of the state, its reader or its writer.
    pub resource: Name,
    /// What the actor is given.
    pub arguments: Data,
    /// `Credentials`, evaluated.
    pub credentials: Option<Json>,
    /// When `TimeoutSeconds` is over.
    pub deadline_ms: Option<i64>,
    /// How long silence may last, in milliseconds.
    pub heartbeat_ms: Option<i64>,
    /// When the first sign of life is due.
    pub heartbeat_due_ms: Option<i64>,
}

/// What a task is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The work of a Task state.
    Work,
    /// The `ItemReader` of a Map state. Arguments: `{"Parameters": …, "ReaderConfig": …}`; the result is the array of
    /// items, or something in which `ItemsPath` finds it. [`crate::dataset`] reads items out of bytes.
    ReadItems,
    /// The `ResultWriter` of a Map state. Arguments: `{"Parameters": …, "WriterConfig": …, "Results": […]}`; the result
    /// replaces the results.
    WriteResults,
}

/// What a Map state is about to do.
#[derive(Debug, Clone, PartialEq)]
pub struct MapStarted {
    /// The frame.
    pub frame: u32,
    /// The items, or where they are.
    pub items: Items,
    /// How many items, or batches of them.
    pub total: u32,
    /// Each item is a batch already: `ItemSelector` was applied before.
    pub batched: bool,
    /// Whether items are child executions.
    pub distributed: bool,
    /// How many run at once; 0 is as many as the engine allows.
    pub max_concurrency: u32,
    /// How many items may fail; `None` is not limited by count.
    pub tolerated_count: Option<u64>,
    /// How many of a hundred items may fail; `None` is not limited by percentage.
    pub tolerated_percentage: Option<f64>,
}

/// The items of a Map state.
#[derive(Debug, Clone, PartialEq)]
pub enum Items {
    /// Inside the data of the frame, at a JSON pointer (empty: the data itself).
    Input {
        /// The pointer.
        pointer: String,
    },
    /// Inside the result of the item reader, at a JSON pointer.
    Result {
        /// The pointer.
        pointer: String,
    },
    /// An array of its own.
    Value(Json),
}
