//! The audit of the OpenAI-compatible API.

use cueline_domain::governance::audit::AuditAttempt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is written down of an answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditRecordView {
    /// The chain that it stands in: one for each process that ever answered.
    pub chain: String,
    /// Its place there, from 1.
    pub number: u64,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// The execution.
    pub execution: String,
    /// On whose behalf.
    pub tenant: String,
    /// The id of the key that asked; empty where none is needed.
    pub key: String,
    /// Targets that were called, in order.
    pub targets: Vec<String>,
    /// What came of it: `done`, `cached`, or the code of the error.
    pub outcome: String,
    /// Tokens read in all calls.
    pub input_tokens: u64,
    /// Tokens written in all calls.
    pub output_tokens: u64,
    /// What all calls cost, in millionths of a dollar.
    pub cost_micros: u64,
    /// What a guard said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub verdict: String,
    /// Why these targets, as JSON.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decision: String,
    /// What each call came to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<AuditAttemptView>,
    /// What was asked, where that is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub question: String,
    /// What was answered, where that is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// Hash of the record before it in its chain; empty for the first.
    pub before: String,
    /// Its hash.
    pub hash: String,
}

/// One call of a target.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditAttemptView {
    /// Who was called; of an answer that was given again, who once gave it.
    pub target: String,
    /// What came of it: `done`, `cached`, `hedged`, or the code of the error.
    pub outcome: String,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Millionths of a dollar.
    pub cost_micros: u64,
}

impl From<AuditAttempt> for AuditAttemptView {
    fn from(attempt: AuditAttempt) -> Self {
        let AuditAttempt { target, outcome, input_tokens, output_tokens, cost_micros } = attempt;
        Self { target, outcome, input_tokens, output_tokens, cost_micros }
    }
}
