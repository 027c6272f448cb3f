//! One actor kind: an inbox that takes as many messages as there are permits, a factory of workers that run the bodies.
//!
//! ```text
//!  Queue ─receive(permits, lease)─► Inbox ─► ractor factory (queuer routing) ─► Worker: body.run
//!    ▲                                                                           │ lease extended meanwhile
//!    └────────────── acknowledge, once the result is in the journal ◄────────────┘
//! ```

mod inbox;
mod kind;
mod run;

pub use inbox::{Inbox, InboxArguments, Poll};
pub use kind::{Kind, Kinds};
pub(crate) use run::Running;
