//! Functions that somebody else runs.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use crate::PortError;

/// Calls functions.
#[async_trait]
pub trait Functions: Send + Sync {
    /// Returns what the function returned. After an error that is not the function's own it may have run, and it may run
    /// twice for one call: each run is given the same key.
    async fn invoke(&self, call: FunctionCall) -> Result<FunctionResult, FunctionError>;
}

/// A function and what it is given.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionCall {
    /// Name or ARN, with or without a version or alias.
    pub function: String,
    /// What it is given.
    pub payload: Value,
    /// Equal for every run of the same step. The function finds it in its client context, as
    /// `custom.idempotencyKey`.
    pub idempotency_key: String,
    /// Nobody waits longer.
    pub timeout: Duration,
}

/// What a function returned.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionResult {
    /// Its result.
    pub payload: Value,
    /// The version that ran.
    pub version: String,
}

/// Why there is no result.
#[derive(Debug)]
pub enum FunctionError {
    /// The function ran and failed.
    Failed {
        /// The type of its error as it named it, e.g. `ValueError`: what `ErrorEquals` matches.
        error: String,
        /// What it wrote about it, as JSON. Content of users: for the journal, not for logs.
        cause: String,
    },
    /// It could not be called, or its result did not come back.
    Port(PortError),
}

impl From<PortError> for FunctionError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}
