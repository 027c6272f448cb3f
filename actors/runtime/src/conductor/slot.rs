//! What a shard knows about one execution, and the messages about it.

use std::{collections::VecDeque, sync::Arc};

use cueline_ports::{DeadLetter, ExecutionStatus, PortResult};
use cueline_protocol::{ids::ExecutionId, v1::TraceContext};
use cueline_states::{Definition, Event, Failure, Json, ParentLink, State};
use tokio::sync::oneshot;

use super::{ages::Ages, effects::Effects, step::status_of};
use crate::EngineError;

/// Where a reply goes.
pub type Sender<T> = oneshot::Sender<Result<T, EngineError>>;

/// What came of an event.
pub(crate) type Came = Result<Delivered, EngineError>;

/// Who hears what came of an event. If it is dropped nobody hears anything: the shard died, and the journal knows.
pub enum Done {
    /// A future that waits.
    Channel(Sender<Delivered>),
    /// A function that runs in the shard; it must not block.
    Call(Box<dyn FnOnce(Result<Delivered, EngineError>) + Send>),
}

impl Done {
    /// To be told by calling a function.
    pub(crate) fn call(call: impl FnOnce(Result<Delivered, EngineError>) + Send + 'static) -> Self {
        Self::Call(Box::new(call))
    }

    /// Tells.
    pub(crate) fn tell(self, came: Result<Delivered, EngineError>) {
        match self {
            // Whoever asked may have gone away; the journal knows the answer.
            Self::Channel(sender) => drop(sender.send(came)),
            Self::Call(call) => call(came),
        }
    }
}

/// What a shard is told.
pub enum Message {
    /// Something happened to an execution.
    Deliver(Deliver),
    /// Internal: the journal answered.
    Loaded {
        /// Whose.
        execution: ExecutionId,
        /// The live execution; `None` when it does not exist.
        result: Result<Option<Box<Live>>, EngineError>,
    },
    /// Internal: the append is durable, or failed.
    Appended {
        /// Whose.
        execution: ExecutionId,
        /// What came of it.
        result: PortResult<()>,
    },
    /// Tell when the execution has ended.
    Wait(ExecutionId, Sender<Finished>),
    /// Somebody wants to know something of it.
    Ask(ExecutionId, Question),
    /// Another process went on from this version: what is held of it is out of date.
    Forget(ExecutionId, u64),
    /// Everything outstanding leaves again: nobody knows what of it was lost. Writes nothing.
    Revive(ExecutionId, Sender<()>),
    /// For drills: the shard dies as of a defect.
    Fail,
    /// Look for cues that got lost: kinds whose queue is empty.
    Sweep {
        /// Kinds without a backlog.
        drained: Arc<[String]>,
        /// A cue younger than this may still be on its way.
        older_than_ms: i64,
    },
    /// How much the shard holds.
    Count(oneshot::Sender<ShardCounts>),
    /// A message that nobody could read died; for the log only.
    Died(DeadLetter),
}

/// What can be asked about an execution. It is answered from the last durable commit.
pub enum Question {
    /// The state.
    Peek(Sender<Peeked>),
    /// The version of that commit.
    Version(Sender<u64>),
    /// Whether it still waits for this.
    Awaits(ParentLink, Sender<bool>),
}

impl Question {
    fn refuse(self, error: EngineError) {
        // Who has gone away need not be told.
        match self {
            Self::Peek(reply) => drop(reply.send(Err(error))),
            Self::Version(reply) => drop(reply.send(Err(error))),
            Self::Awaits(_, reply) => drop(reply.send(Err(error))),
        }
    }
}

/// Counts how often this process went to the journal for an execution. What came before the last time is known here.
pub(crate) type Moment = u64;

/// An event for an execution.
pub struct Deliver {
    /// Whose.
    pub execution: ExecutionId,
    /// What happened.
    pub event: Event,
    /// Given with a start: what it runs.
    pub definition: Option<Arc<Definition>>,
    /// Given with a start: the trace it belongs to.
    pub trace: Option<TraceContext>,
    /// Told once the event is durable, or cannot be.
    pub done: Option<Done>,
    /// When it arrived at its slot.
    pub(crate) since: Moment,
}

impl Deliver {
    /// An event for an execution that was started before.
    pub(crate) fn new(execution: ExecutionId, event: Event, done: Option<Done>) -> Self {
        Self { execution, event, definition: None, trace: None, done, since: 0 }
    }

    pub(crate) fn tell(self, came: Result<Delivered, EngineError>) {
        if let Some(done) = self.done {
            done.tell(came);
        }
    }
}

/// The event is in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// It led to new entries.
    Recorded,
    /// It was there already, came late or meant nothing: nothing was written.
    Unchanged,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// How.
    pub status: ExecutionStatus,
    /// Its output if it succeeded.
    pub output: Option<Json>,
    /// Its error if it did not.
    pub failure: Option<Failure>,
}

impl Finished {
    pub(crate) fn of(state: &State) -> Self {
        Self { status: status_of(state.status()), output: state.output().cloned(), failure: state.failure().cloned() }
    }
}

/// A look at an execution.
#[derive(Clone)]
pub struct Peeked {
    /// What it runs.
    pub definition: Arc<Definition>,
    /// Its state.
    pub state: State,
    /// The version of the last commit in it.
    pub version: u64,
}

/// How much a shard holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShardCounts {
    /// Executions in memory.
    pub live: usize,
    /// Events that wait for an append or a load.
    pub waiting: usize,
}

/// An execution in memory.
pub struct Live {
    pub(crate) definition: Arc<Definition>,
    pub(crate) state: State,
    pub(crate) version: u64,
    /// Version of the last snapshot in the journal.
    pub(crate) snapshot: u64,
    /// It was read from the journal, which may have a snapshot that could not be read.
    pub(crate) is_loaded: bool,
    /// The object that holds it, if it was too large for the journal.
    pub(crate) stored: Option<blake3::Hash>,
    pub(crate) trace: Option<TraceContext>,
}

impl Live {
    /// Before its start, which is decided next.
    pub(crate) fn unborn(definition: Arc<Definition>, trace: Option<TraceContext>) -> Self {
        Self { definition, state: State::new(), version: 0, snapshot: 0, is_loaded: false, stored: None, trace }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Idle,
    Loading,
    Appending,
}

pub(crate) struct Slot {
    pub(crate) phase: Phase,
    pub(crate) live: Option<Live>,
    pub(crate) inbox: VecDeque<Deliver>,
    /// Events whose append is on its way: decided again if it does not come to be.
    pub(crate) flying: Vec<(Deliver, Came)>,
    /// What leaves once that append is durable.
    pub(crate) effects: Option<Effects>,
    pub(crate) waiters: Vec<Sender<Finished>>,
    /// With the moment when each was asked.
    pub(crate) questions: Vec<(Moment, Question)>,
    pub(crate) revivals: Vec<Sender<()>>,
    /// The timer that is set for it.
    pub(crate) timer: Option<i64>,
    /// How long its cues have been out.
    pub(crate) ages: Ages,
    /// When its children were started or looked for.
    pub(crate) raised_ms: i64,
    /// Failed appends since the last durable one: only that one says that the journal takes them.
    pub(crate) failures: u32,
    /// An append may have happened without our hearing of it: then what it asked for has not left. The children that it
    /// would have ended are named, because a state that let go of them does not know them any more.
    pub(crate) unsure: Option<Vec<u64>>,
    /// Failed loads in a row.
    pub(crate) misses: u32,
    /// The last time that this process went to the journal for it.
    pub(crate) moment: Moment,
}

impl Slot {
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Idle,
            live: None,
            inbox: VecDeque::new(),
            flying: Vec::new(),
            effects: None,
            waiters: Vec::new(),
            questions: Vec::new(),
            revivals: Vec::new(),
            timer: None,
            ages: Ages::default(),
            raised_ms: 0,
            failures: 0,
            unsure: None,
            misses: 0,
            moment: 0,
        }
    }

    /// Goes to the journal.
    pub(crate) fn begin(&mut self, phase: Phase) {
        self.phase = phase;
        self.moment += 1;
    }

    /// Somebody waits for something of it.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.inbox.is_empty() || !self.waiters.is_empty() || !self.questions.is_empty() || !self.revivals.is_empty()
    }

    /// Puts events whose append did not come to be back in front, in order.
    pub(crate) fn put_back(&mut self) {
        for (deliver, _) in self.flying.drain(..).rev() {
            self.inbox.push_front(deliver);
        }
    }

    /// Answers everybody with an error.
    pub(crate) fn refuse(mut self, error: impl Fn() -> EngineError) {
        self.put_back();
        self.inbox.drain(..).for_each(|deliver| deliver.tell(Err(error())));
        // Who has gone away need not be told.
        self.waiters.drain(..).for_each(|waiter| drop(waiter.send(Err(error()))));
        self.questions.drain(..).for_each(|(_, question)| question.refuse(error()));
        self.revivals.drain(..).for_each(|revival| drop(revival.send(Err(error()))));
    }
}
