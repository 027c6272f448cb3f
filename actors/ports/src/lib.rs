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
//! | [`Embedder`], [`Model`], [`Parser`] | what computes |
//! | [`Clock`] | now, sleep |
//!
//! No vendor's word occurs here. Each method says what is true once it returns and what may happen twice. The suites in
//! [`conformance`] run on every adapter and on every fake.

mod bus;
mod clock;
pub mod conformance;
mod error;
mod index;
mod journal;
mod model;
mod objects;
mod parser;
mod queue;
mod table;

pub use bus::{Bus, BusEvent, EventLog, PublishedEvent};
pub use clock::{Clock, SystemClock};
pub use error::{PortError, PortErrorKind, PortResult};
pub use index::{Hit, Index, IndexStatus, IndexedChunk, IndexedDocument, SearchRequest, SearchResults};
pub use journal::{
    Append, AppendDone, ExecutionStatus, ExecutionSummary, Journal, ListExecutions, Loaded, Page, StoredCommit,
    StoredSnapshot,
};
pub use model::{Chat, ChatDelta, ChatMessage, ChatRole, Embedder, EmbedderInfo, Model, Usage};
pub use objects::{ObjectChange, ObjectChangeKind, ObjectMeta, Objects, PutCondition};
pub use parser::{ParseFailure, Parser};
pub use queue::{DeadLetter, Delivery, Outgoing, Queue, QueueDepth, Receipt};
pub use table::{Condition, Key, Row, Table, Write};
