//! The durable machinery: what happens between a decision and the world.
//!
//! ```text
//!  Engine::start ─┐                       ┌─ commit durable ─► cue ─► Queue ─► Inbox (permits, lease)
//!  Ingress ───────┼─► Conductor shard ─► Journal                                                            │
//!  Timers ────────┤   (one per execution id hash;                                                           ▼
//!  Recovery ──────┘    decides, appends, performs)  ◄──────────── Event: TaskSucceeded / TaskFailed ◄─── task body
//! ```
//!
//! | module | idea |
//! |---|---|
//! | [`engine`] | the handle everybody else uses: start, wait, deliver, cancel |
//! | [`conductor`] | an event for an execution becomes a durable commit, and only then cues leave |
//! | [`codec`] | commits and snapshots as bytes; large payloads go to the object store by hash |
//! | [`definitions`] | workflows by name and by hash |
//! | [`task`] | the body of a task and what it is told |
//! | [`worker`] | inbox, permits and lease of one actor kind |
//! | [`timers`] | who wakes when; alarms for executions that no process may hold then |
//! | [`recovery`] | what was open goes on; what a queue lost is sent again |
//! | [`peers`] | several processes on one journal: nobody owns an execution |
//! | [`cost`] | what an execution asked of AWS, counted from its journal |
//! | [`retention`] | what may be forgotten |
//! | [`inspect`] | history, replay, verify, fork |
//! | [`supervision`] | restarts with backoff, quarantine, the tree that people look at |
//! | [`world`] | the bundle of ports |
//!
//! Invariants: nothing is acknowledged before its effect is in the journal; a cue leaves only after the commit that
//! scheduled it; no message is needed for an execution to finish, because every cue can be computed from the journal.

mod alarms;
pub mod codec;
pub mod conductor;
pub mod cost;
pub mod definitions;
pub mod engine;
mod error;
pub mod inspect;
pub mod peers;
pub mod recovery;
pub mod retention;
mod soon;
pub mod supervision;
pub mod task;
pub mod timers;
pub mod worker;
pub mod world;

pub use definitions::Definitions;
pub use engine::{Engine, EngineOptions, Finished, Peers, StartExecution, Started};
pub use error::EngineError;
pub use task::{Perform, TaskContext, TaskError};
pub use world::World;
