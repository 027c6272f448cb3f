//! The words of Cueline: protobuf messages, ids as newtypes and the proto3 JSON mapping. No I/O, no async.
//!
//! - `proto/`: the messages, package `cueline.v1`; `src/generated` is made from them and committed.
//! - [`envelope`]: a cue as it came from a queue, ours or a state machine's.
//! - [`ids`]: what names an execution, a tenant, a queue.
//! - [`events`]: every event that is published or accepted, and the envelope it travels in.
//! - [`tasks`]: which message a task takes and gives, and their JSON form.
//! - [`value`]: any JSON inside a message.

pub mod envelope;
pub mod events;
pub mod ids;
pub mod tasks;
pub mod value;

/// Messages of package `cueline.v1`.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
pub mod v1 {
    include!("generated/cueline.v1.rs");
    include!("generated/cueline.v1.serde.rs");
}
