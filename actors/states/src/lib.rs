//! The Amazon States Language: parse, validate, decide, apply. Pure: no I/O, no async, no clock, no randomness.
//!
//! ```text
//!  text ─► Definition::parse ─► Definition (immutable, shared)
//!                                   │
//!  State ──┐                        ▼
//!  Event ──┼───────────────────► decide ─► entries ─► the journal (not ours)
//!  Env   ──┘                        │         │
//!  (now, seed)                      └─► State ◄─ State::apply (needs no definition)
//! ```
//!
//! | module | idea |
//! |---|---|
//! | [`definition`] | a document becomes typed states; every error is found, with its place |
//! | [`event`], [`entry`] | what happens from outside, and what is recorded of it |
//! | [`state`] | the fold of entries: frames, open tasks, waits, children |
//! | [`machine`] | what follows from an event: one file per kind of state |
//! | [`fork`](mod@fork) | continue another execution's history |
//! | [`wire`] | entries and states as bytes |
//! | [`dataset`] | what an item reader makes of the bytes of an object |
//! | [`probe`] | one state tried on its own |
//! | [`query`] | what expressions mean: JSONPath, JSONata, intrinsic functions |
//!
//! **Frames.** A frame is one thread of control: the root (0), a branch of a Parallel state or an iteration of an inline
//! Map. It holds data, variables and a place. A decision drives every frame until it waits for something.

pub mod dataset;
pub mod definition;
pub mod entry;
mod error;
pub mod event;
pub mod fork;
pub mod limits;
pub mod machine;
mod measure;
mod payload;
pub mod probe;
pub mod query;
pub mod state;
mod time;
pub mod wire;

pub use definition::{Definition, Diagnostic, Edge, EdgeKind, Node, Severity};
pub use entry::{Entry, Items, MapStarted, Purpose, TaskScheduled};
pub use error::{FoldError, ForkError, POISON, Rejected, WireError};
pub use event::{Env, Event, Fork, Parent, ParentLink, Start};
pub use fork::{ForkStart, Forked, fork};
pub use machine::{Decision, advance, decide, replay_event};
pub use payload::{Data, Json, Name, Variables};
pub use state::{Failure, Frame, OpenChild, OpenTask, Outstanding, Parked, State, Status, Visits};
