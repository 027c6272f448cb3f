//! The conductor: an event for an execution becomes a durable commit, and only then cues leave.
//!
//! ```text
//!  Deliver ─► slot.inbox ─► advance (pure) ─► Journal::append ──durable──► perform cues, children, timers ─► replies
//!                 ▲             │ nothing new: reply at once        │ conflict / unknown: reload, decide again
//!                 └─────────────┴───────────────────────────────────┘
//! ```
//!
//! One actor per shard; an execution belongs to the shard of its id's hash, so its events are decided one after the
//! other. While an append is on its way further events wait and share the next commit group. Deliberately absent: any
//! state that the journal does not hold. A shard that dies loses nothing but time: whoever sent an event keeps it until it is
//! told that it was recorded, and what the shard's successor finds open in the journals leaves again.

mod ages;
mod cue;
mod effects;
mod load;
mod shard;
mod slot;
mod step;

pub use cue::kind_of;
pub(crate) use cue::{cue, request, waits_outside};
pub(crate) use effects::{Effects, Family, Over};
pub use shard::{Conductor, ConductorArguments};
pub(crate) use slot::Live;
pub use slot::{Deliver, Delivered, Done, Finished, Message, Peeked, Question, Sender, ShardCounts};
pub(crate) use step::{Turn, status_of, summary, turn};
