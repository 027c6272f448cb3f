//! The body of a task and what it is told.

use std::{future::Future, marker::PhantomData, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{PortError, PortErrorKind};
use cueline_protocol::{
    ids::ExecutionId,
    tasks::{Task, result_of},
    v1::TraceContext,
};
use prost::Message;
use serde_json::Value;

use crate::World;

/// Does the one thing a task is for.
///
/// A body may run twice after a crash, each time with the same idempotency key; its result is recorded once.
#[async_trait]
pub trait Perform<T: Task>: Send + Sync + 'static {
    /// The reply, or an error that the definition's Retry and Catch can name.
    async fn perform(&self, context: &TaskContext, request: T::Request) -> Result<T::Reply, TaskError>;
}

/// What a body is told besides its request.
#[derive(Clone)]
pub struct TaskContext {
    /// The ports.
    pub world: World,
    /// Whose task it is.
    pub execution: ExecutionId,
    /// Which one.
    pub task: u64,
    /// 1 for the first attempt; Retry counts up.
    pub attempt: u32,
    /// Equal for every run of the same step, whatever crashed in between.
    pub idempotency_key: String,
    /// On whose behalf.
    pub tenant: String,
    /// Epoch milliseconds after which nobody waits; 0 = none.
    pub deadline_ms: i64,
    /// The trace of the execution.
    pub trace: Option<TraceContext>,
}

/// A failed task: a name that definitions match, a cause for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {cause}")]
pub struct TaskError {
    /// What `ErrorEquals` matches, e.g. `Cueline.Throttled`.
    pub name: String,
    /// For people; without document text.
    pub cause: String,
}

impl TaskError {
    /// An error of that name.
    pub fn new(name: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { name: name.into(), cause: cause.into() }
    }

    /// The same request will fail again.
    pub fn invalid(cause: impl Into<String>) -> Self {
        Self::new("Cueline.InvalidRequest", cause)
    }
}

impl From<PortError> for TaskError {
    fn from(error: PortError) -> Self {
        let name = match error.kind {
            PortErrorKind::NotFound => "Cueline.NotFound",
            PortErrorKind::Conflict => "Cueline.Conflict",
            PortErrorKind::Throttled => "Cueline.Throttled",
            PortErrorKind::Unavailable => "Cueline.Unavailable",
            PortErrorKind::Denied => "Cueline.Denied",
            PortErrorKind::Invalid => "Cueline.InvalidRequest",
            PortErrorKind::Corrupt => "Cueline.Corrupt",
            PortErrorKind::Storage => "Cueline.Storage",
            PortErrorKind::Unsupported => "Cueline.Unsupported",
        };
        Self::new(name, error.to_string())
    }
}

/// A task without its types, for the worker, which handles all of them alike.
#[async_trait]
pub(crate) trait ErasedTask: Send + Sync {
    async fn run(&self, context: &TaskContext, request: Bytes) -> Result<Value, TaskError>;
}

struct Erased<T, P>(P, PhantomData<fn() -> T>);

#[async_trait]
impl<T: Task, P: Perform<T>> ErasedTask for Erased<T, P> {
    async fn run(&self, context: &TaskContext, request: Bytes) -> Result<Value, TaskError> {
        let request =
            T::Request::decode(request).map_err(|error| TaskError::invalid(format!("{}: {error}", T::MESSAGES.0)))?;
        let reply = self.0.perform(context, request).await?;
        result_of::<T>(&reply).map_err(|error| TaskError::invalid(error.to_string()))
    }
}

pub(crate) fn erase<T: Task>(body: impl Perform<T>) -> Arc<dyn ErasedTask> {
    Arc::new(Erased::<T, _>(body, PhantomData))
}

/// A task body made of a function, for small tasks and tests.
pub struct FromFn<F>(pub F);

#[async_trait]
impl<T, F, Fut> Perform<T> for FromFn<F>
where
    T: Task,
    F: Fn(TaskContext, T::Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T::Reply, TaskError>> + Send,
{
    async fn perform(&self, context: &TaskContext, request: T::Request) -> Result<T::Reply, TaskError> {
        (self.0)(context.clone(), request).await
    }
}
