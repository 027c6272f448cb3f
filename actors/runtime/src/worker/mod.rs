//! One actor kind: an inbox that takes as many messages as there are permits and runs a body for each.
//!
//! ```text
//!  Queue ─receive(permits, lease)─► Inbox ─► run: body, as a task of its own
//!    ▲                                        │ lease extended meanwhile, permit given back at its end
//!    └── acknowledge, once the result is in the journal ◄┘
//! ```
//!
//! A message may also come from a state machine that runs on Step Functions and waits with a token; see `token`.
//!
//! Deliberately absent: a pool of worker actors. A permit bounds how many bodies run, a panic is caught where it happens,
//! and a lost message comes again, so a pool would only add its messages to every step.

mod fed;
mod inbox;
mod kind;
mod lease;
mod record;
mod run;
mod token;

pub(crate) use fed::{feed, quiet};
pub use inbox::{Inbox, InboxArguments, Poll};
pub use kind::{Kind, Kinds};
pub(crate) use run::Running;
