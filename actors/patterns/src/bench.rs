//! A task that does nothing, for benchmarks, tests and trying things out.

use std::time::Duration;

use async_trait::async_trait;
use cueline_protocol::{
    tasks::Noop,
    v1::{NoopReply, NoopRequest},
};
use cueline_runtime::{Perform, TaskContext, TaskError, worker::Kind};

/// Answers with what it was given, after the wait it was told, or with the error it was told.
pub struct Echo;

#[async_trait]
impl Perform<Noop> for Echo {
    async fn perform(&self, context: &TaskContext, request: NoopRequest) -> Result<NoopReply, TaskError> {
        if request.delay_ms > 0 {
            context.world.clock.sleep(Duration::from_millis(u64::from(request.delay_ms))).await;
        }
        if !request.fail_with.is_empty() {
            return Err(TaskError::new(request.fail_with, "the request asked for it"));
        }
        Ok(NoopReply { value: request.value })
    }
}

/// The actor kind `bench`.
pub fn kind(workers: usize) -> Kind {
    Kind::new("bench", workers).task::<Noop>(Echo)
}
