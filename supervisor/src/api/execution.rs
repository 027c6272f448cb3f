//! Executions: rows, details, and what can be done with them.

use cueline_ports::ExecutionSummary;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The row of an execution.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Execution {
    /// Its id.
    pub execution: String,
    /// Its workflow.
    pub workflow: String,
    /// Hash of the definition it keeps.
    pub definition: String,
    /// Whose it is.
    pub tenant: String,
    /// `RUNNING`, `SUCCEEDED`, `FAILED`, `ABORTED`, `TIMED_OUT`.
    pub status: String,
    /// Epoch milliseconds.
    pub started_ms: i64,
    /// Epoch milliseconds; absent while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    /// Name of the error it ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The execution that started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

impl From<ExecutionSummary> for Execution {
    fn from(row: ExecutionSummary) -> Self {
        Self {
            execution: row.execution.to_string(),
            workflow: row.workflow,
            definition: row.definition,
            tenant: row.tenant,
            status: row.status.as_str().to_owned(),
            started_ms: row.started_ms,
            ended_ms: (row.ended_ms > 0).then_some(row.ended_ms),
            error: Some(row.error).filter(|error| !error.is_empty()),
            parent: row.parent,
        }
    }
}

/// Everything about where an execution stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ExecutionDetail {
    /// Its row.
    #[serde(flatten)]
    pub row: Execution,
    /// Version of its last commit.
    pub version: u64,
    /// States that were entered; a fork names one of them.
    pub steps: u32,
    /// The execution it shares its first steps with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Its input.
    #[schema(value_type = Object)]
    pub input: Value,
    /// Its output, once it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub output: Option<Value>,
    /// Its error, once it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The states of its definition, with what happened at each.
    pub states: Vec<StateView>,
    /// Its threads of control.
    pub frames: Vec<FrameView>,
    /// Tasks without a result.
    pub tasks: Vec<OpenTaskView>,
    /// Child executions that have not ended.
    pub open_children: usize,
    /// Epoch milliseconds of the next timer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due_ms: Option<i64>,
}

/// Where a fork left its origin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Origin {
    /// The execution.
    pub execution: String,
    /// The first step that ran live.
    pub step: u32,
    /// What the step was given instead of what it had been given there; absent when it was the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub input: Option<Value>,
}

/// An error and its cause.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// What `ErrorEquals` matches.
    pub error: String,
    /// For people.
    pub cause: String,
}

/// A state of a definition and what happened there.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StateView {
    /// Its name.
    pub name: String,
    /// Its `Type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The Parallel or Map state around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// `Resource` of a Task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Where it may go.
    pub edges: Vec<EdgeView>,
    /// How often it was entered.
    pub entered: u32,
    /// How often it was left.
    pub exited: u32,
    /// How often it failed.
    pub failed: u32,
    /// How often it was retried.
    pub retried: u32,
    /// Whether a thread of control is in it.
    pub active: bool,
}

/// An arrow of a definition.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EdgeView {
    /// The state it leads to.
    pub to: String,
    /// `next`, `choice`, `default` or `catch`.
    pub kind: String,
    /// A word for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// A thread of control: the root, a branch or an iteration.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FrameView {
    /// 0 is the root.
    pub frame: u32,
    /// The frame that opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// The state it is in, or was in last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// When it entered that state.
    pub entered_ms: i64,
    /// `task`, `timer`, `retry`, `branches`, `ended`, or `nothing`: it goes on by itself.
    pub waits_for: String,
    /// The task it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<u64>,
    /// When it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_ms: Option<i64>,
    /// Branches or items: all, succeeded, failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<[u32; 3]>,
}

/// A task without a result.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OpenTaskView {
    /// The task.
    pub task: u64,
    /// The state that waits.
    pub state: String,
    /// Whom it calls.
    pub resource: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// How often its cue was sent.
    pub sends: u32,
    /// When it fails by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<i64>,
    /// With this somebody outside completes it; only for `cueline:callback`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// What to start.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartRequest {
    /// A workflow by name; with `definition`, the name the run goes by (`adhoc` when absent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// An Amazon States Language document to run instead of a known workflow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub definition: Option<Value>,
    /// Its input.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub input: Value,
    /// An id of the caller's; starting twice with the same id and input is the same execution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<String>,
}

/// An execution that was started.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Started {
    /// Its id.
    pub execution: String,
    /// False when it had been started before.
    pub created: bool,
}

/// What to fork.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForkRequest {
    /// The first step that runs live (1 is the first state that was entered).
    pub from_step: u32,
    /// Another input for that step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub input: Option<Value>,
    /// Another definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub definition: Option<Value>,
    /// An id of the caller's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<String>,
}

/// Why to cancel.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CancelRequest {
    /// For people.
    pub cause: String,
}

/// How a waiting task ended.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum Complete {
    /// With a result.
    Succeeded {
        /// The result.
        #[serde(default)]
        #[schema(value_type = Object)]
        output: Value,
    },
    /// With an error.
    Failed {
        /// What `ErrorEquals` matches.
        error: String,
        /// For people.
        #[serde(default)]
        cause: String,
    },
    /// Not yet: a sign of life.
    Heartbeat,
}

/// What came of an event.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Recorded {
    /// False when it was known already or came too late.
    pub recorded: bool,
}
