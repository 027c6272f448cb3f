//! What actors ask of the world: small traits, each with its promise, and one conformance suite per port.
//!
//! | port | promise |
//! |---|---|
//! | [`Journal`] | conditional append, load, list: the truth about every execution |
//! | [`Table`] | get, query by key prefix, conditional transaction |
//! | [`Queue`] | send, receive with a lease, extend, acknowledge, dead-letter: hints, never the truth |
//! | [`Bus`], [`EventLog`] | publish, what failed is visible; read what was published |
//! | [`Objects`] | put, get, range, head, list, delete; change notifications |
//! | [`Index`] | a document's chunks appear and disappear as one; hybrid search inside a clearance |
//! | [`Embedder`], [`Model`], [`Reranker`], [`Parser`] | what computes |
//! | [`Guard`] | what may pass |
//! | [`Functions`], [`StateMachines`], [`Callbacks`] | what others run for us, and whom we answer |
//! | [`Alarms`] | wake an execution that no process holds |
//! | [`Clock`] | now, sleep |
//!
//! No vendor's word occurs in a port; [`openai`] is the language that servers of several adapters speak. Each method says what is true once it returns and what may happen twice. The suites in
//! [`conformance`] run on every adapter and on every fake.

mod alarms;
mod bus;
mod callbacks;
mod chat;
mod clock;
pub mod conformance;
mod error;
mod functions;
mod guard;
mod index;
mod journal;
mod model;
mod objects;
pub mod openai;
mod parser;
mod queue;
mod reranker;
mod state_machines;
mod table;

pub use alarms::Alarms;
pub use bus::{Bus, BusEvent, EventLog, PublishedEvent};
pub use callbacks::{Callbacks, LONGEST_CAUSE, LONGEST_ERROR, LONGEST_OUTPUT, cut};
pub use chat::{
    AnswerForm, Chat, ChatDelta, ChatMessage, ChatRole, Guardrail, Image, ImageFormat, Part, ServiceTier, Tool,
    ToolCall, ToolChoice, ToolResult, Usage, finish,
};
pub use clock::{Clock, SystemClock};
pub use error::{PortError, PortErrorKind, PortResult};
pub use functions::{FunctionCall, FunctionError, FunctionResult, Functions};
pub use guard::{Direction, Guard, Intervention, Verdict};
pub use index::{Hit, Index, IndexStatus, IndexedChunk, IndexedDocument, SearchRequest, SearchResults};
pub use journal::{
    Append, AppendDone, ExecutionStatus, ExecutionSummary, Journal, ListExecutions, Loaded, Page, StoredCommit,
    StoredSnapshot,
};
pub use model::{Embedder, EmbedderInfo, Model, Relay};
pub use objects::{ObjectChange, ObjectChangeKind, ObjectMeta, Objects, PutCondition};
pub use parser::{ParseFailure, Parser};
pub use queue::{DeadLetter, Delivery, Outgoing, Queue, QueueDepth, Receipt};
pub use reranker::Reranker;
pub use state_machines::{MachineExecution, MachineStarted, MachineStatus, StartMachine, StateMachines};
pub use table::{Condition, Key, Row, Table, Write};
