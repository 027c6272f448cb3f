//! Alarms wake an execution that no process holds.

use async_trait::async_trait;
use cueline_protocol::ids::ExecutionId;

use crate::PortResult;

/// One alarm per execution, for once.
///
/// From its time on, never before, a message of type `Alarm` is put on the queue that the adapter was given, once or more often. How
/// long afterwards is up to the adapter: on AWS within the minute.
#[async_trait]
pub trait Alarms: Send + Sync {
    /// Sets the alarm of an execution, in place of the one it had. A time that has passed is as soon as possible.
    async fn set(&self, execution: &ExecutionId, at_ms: i64) -> PortResult<()>;

    /// The execution needs none any more. One that is going off just now may still arrive.
    async fn clear(&self, execution: &ExecutionId) -> PortResult<()>;
}
