//! What an execution costs on AWS.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The bill of one execution, counted from its journal.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ExecutionCost {
    /// The execution.
    pub execution: String,
    /// Its workflow.
    pub workflow: String,
    /// Its status.
    pub status: String,
    /// Commits of its journal.
    pub commits: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Bytes of its last snapshot.
    pub snapshot_bytes: u64,
    /// Tasks that were scheduled.
    pub tasks: u64,
    /// Messages that called for them.
    pub cues: u64,
    /// Child executions; each has a bill of its own.
    pub children: u64,
    /// What there is to pay for.
    pub lines: Vec<CostLine>,
    /// All of it whose price is known.
    pub dollars: f64,
    /// The same for a million tasks like these; absent without a task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dollars_per_million_steps: Option<f64>,
    /// What the same workflow costs elsewhere.
    pub step_functions: StepFunctionsCost,
    /// Where and when the prices held.
    pub prices: String,
    /// What is not in the bill.
    pub notes: Vec<String>,
}

/// One line of a bill.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CostLine {
    /// What is paid for.
    pub what: String,
    /// How much of it.
    pub quantity: f64,
    /// Of what.
    pub unit: String,
    /// What it costs; absent where the price is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dollars: Option<f64>,
}

/// Step Functions Standard.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StepFunctionsCost {
    /// State transitions: states that were entered, and retries.
    pub transitions: u64,
    /// What they cost there, without what their tasks call.
    pub dollars: f64,
}

impl From<&cueline_domain::cost::Line> for CostLine {
    fn from(line: &cueline_domain::cost::Line) -> Self {
        let cueline_domain::cost::Line { what, quantity, unit, dollars } = line;
        Self { what: what.clone(), quantity: *quantity, unit: (*unit).to_owned(), dollars: *dollars }
    }
}
