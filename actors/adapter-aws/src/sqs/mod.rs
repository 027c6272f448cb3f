//! Queues of SQS: a standard queue per actor kind, and its dead letters in a queue of their own.
//!
//! ```text
//!  send ─────► batcher ─► SendMessageBatch (ten, 1 MiB)      receive ─► ReceiveMessage (long poll) ─► held by receipt
//!  acknowledge ► batcher ► DeleteMessageBatch                 dead_letter ─► <queue>-dead with reason, then deleted
//! ```
//!
//! The group of a message is its message group: on a standard queue that makes SQS share fairly among tenants. A queue
//! message is a hint, so nothing here is stored beside the queue.

mod adopt;
mod batch;
mod calls;
mod dead;
mod held;
mod message;
mod queue;

pub use queue::{SqsOptions, SqsQueue};
