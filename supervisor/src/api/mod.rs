//! What the admin interface takes and gives: plain data, shared by the server, the command line and the tests.
//!
//! Requests refuse unknown fields; replies may gain fields, so readers ignore what they do not know.

mod audit;
mod cost;
mod definition;
mod document;
mod execution;
mod front;
mod journal;
mod problem;
mod question;
mod retention;
mod search;
mod system;
mod unique;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use audit::{AuditAttemptView, AuditRecordView};
pub use cost::{CostLine, ExecutionCost, StepFunctionsCost};
pub use definition::{Definition, DefinitionSource, Finding, Validation};
pub use document::{Collection, Document, DocumentError, Synced};
pub use execution::{
    CancelRequest, Complete, EdgeView, Execution, ExecutionDetail, Failure, ForkRequest, FrameView, OpenTaskView,
    Origin, Recorded, StartRequest, Started, StateView,
};
pub use front::{
    AlertView, AuditChain, BudgetView, CreateKey, CreatedKey, DecisionView, KeyView, QueueRow, RotateKey, TargetView,
    TenantView, UsageRow,
};
pub use journal::{CommitView, DifferenceView, Replay, Verification, VerificationPage};
pub use problem::Problem;
pub(crate) use problem::split_code;
pub use question::{Answer, Citation, Question, Tokens};
pub use retention::{ForgetRequest, Forgotten};
pub use search::{Found, PassageView, Search};
pub use system::{Actor, DeadLetterView, Purged, QueueView, RedriveRequest, Redriven, System};
pub(crate) use unique::Unique;

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// Given back as `cursor` for the next page; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page of the ports with its rows converted.
    pub fn of<R>(page: cueline_ports::Page<R>, convert: impl FnMut(R) -> T) -> Self {
        Self { items: page.items.into_iter().map(convert).collect(), cursor: page.cursor }
    }
}
