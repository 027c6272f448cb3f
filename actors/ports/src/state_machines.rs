//! State machines that somebody else runs.

use async_trait::async_trait;
use serde_json::Value;

use crate::PortResult;

/// Starts executions of state machines, and looks at them.
#[async_trait]
pub trait StateMachines: Send + Sync {
    /// Starts an execution. The same name with the same input is the same execution, whether it runs or has ended; with
    /// another input it is a `Conflict`. `NotFound`: there is no such state machine.
    async fn start(&self, start: StartMachine) -> PortResult<MachineStarted>;

    /// How an execution stands. `NotFound`: there is none, or it is of a kind that cannot be looked at.
    async fn describe(&self, execution: &str) -> PortResult<MachineExecution>;
}

/// What to start.
#[derive(Debug, Clone, PartialEq)]
pub struct StartMachine {
    /// ARN of the state machine, with or without a version or alias.
    pub machine: String,
    /// Name of the execution: 1 to 80 letters, digits, `-` and `_`.
    pub name: String,
    /// Its input.
    pub input: Value,
}

/// An execution that was started, by this call or one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineStarted {
    /// Its ARN.
    pub execution: String,
    /// Epoch milliseconds of its start.
    pub started_ms: i64,
}

/// An execution as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineExecution {
    /// Its ARN.
    pub execution: String,
    /// ARN of its state machine.
    pub machine: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub status: MachineStatus,
    /// Its input.
    pub input: Value,
    /// What it ended with, when it succeeded.
    pub output: Option<Value>,
    /// Name of the error it ended with.
    pub error: Option<String>,
    /// What was written about it.
    pub cause: Option<String>,
    /// Epoch milliseconds of its start.
    pub started_ms: i64,
    /// Epoch milliseconds of its end.
    pub ended_ms: Option<i64>,
}

/// How an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineStatus {
    /// It has not ended.
    Running,
    /// It ended well.
    Succeeded,
    /// It ended with an error.
    Failed,
    /// It took too long.
    TimedOut,
    /// Somebody stopped it.
    Aborted,
}

impl MachineStatus {
    /// In capitals.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}
