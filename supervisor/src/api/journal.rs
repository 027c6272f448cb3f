//! The journal of an execution as people and programs read it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// One commit: what one decision recorded.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CommitView {
    /// Dense, from 1.
    pub version: u64,
    /// Epoch milliseconds that the decision saw as now.
    pub at_ms: i64,
    /// The process that appended it.
    pub by: String,
    /// W3C trace context of the execution, in its first commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Its entries: `type` and the fields of the message `Entry` of `cueline.v1`, payloads as JSON.
    #[schema(value_type = Vec<Object>)]
    pub entries: Vec<Value>,
}

/// A recorded run, decided again from its recorded events. Nothing was called.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Replay {
    /// The execution.
    pub execution: String,
    /// Commits that were decided again.
    pub decided: u64,
    /// Commits that came from the origin of a fork and were folded only.
    pub shared: u64,
    /// States that were entered.
    pub steps: u32,
    /// Status it ended in, or is in.
    pub status: String,
    /// The output it ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub output: Option<Value>,
    /// The first commit that came out differently; absent when none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<DifferenceView>,
}

/// A commit that would be decided differently today.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DifferenceView {
    /// Which.
    pub version: u64,
    /// What was recorded.
    #[schema(value_type = Vec<Object>)]
    pub recorded: Vec<Value>,
    /// What is decided now.
    #[schema(value_type = Vec<Object>)]
    pub decided: Vec<Value>,
}

/// What a verification found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Verification {
    /// The execution.
    pub execution: String,
    /// Commits that were folded.
    pub commits: u64,
    /// Version of the snapshot that was compared; 0 when there is none yet.
    pub snapshot: u64,
    /// Why it does not hold; absent when the fold gives the snapshot byte by byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<String>,
}

/// A page of executions that were verified.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct VerificationPage {
    /// How many were verified on this page.
    pub verified: u64,
    /// Commits that were folded for it.
    pub commits: u64,
    /// Those that do not hold.
    pub mismatches: Vec<Verification>,
    /// Given back as `cursor` for the next page; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
