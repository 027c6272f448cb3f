//! Events start workflows: what others publish, and what we publish ourselves.
//!
//! ```text
//!  a bus of this process ─► Follower (EventLog, a row says how far) ─┐
//!                                                                    ├─► decide (pure) ─► start under an id of the event
//!  queue `events` ─► Listener (acknowledges when it is durable) ─────┘         │      ─► look at an object
//!        ▲ EventBridge rule, S3 notification                                   └─► refused: dead letters, with the reason
//! ```
//!
//! | file | idea |
//! |---|---|
//! | [`Rule`], `template` | which events start which workflow, with which input |
//! | `message` | the body of a message: an envelope of EventBridge, or a notification of S3 itself |
//! | [`decide`](decide::decide) | from an event to what is to be done. Pure |
//! | [`Intake`] | does it |
//! | [`Listener`], [`Follower`] | the two places that events come from |
//!
//! The id of an execution is derived from the source and the id of its event (and the rule), so an event that is delivered
//! twice starts one execution. What was decided is done before a message is acknowledged or the reader moves on.
//! What nobody can understand goes to the dead letters at once; what fails for now is tried again, later each time.

pub mod decide;
mod follower;
mod intake;
mod listener;
mod message;
mod rule;
mod template;

pub use follower::Follower;
pub use intake::{Intake, Looker, Outcome};
pub use listener::{Listener, QUEUE};
pub use message::{Message, Refusal};
pub use rule::{Rule, Rules};
pub use template::{Template, TemplateProblem};
