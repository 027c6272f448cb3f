//! What may be forgotten.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What to forget.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgetRequest {
    /// Executions that ended so many seconds ago or longer.
    pub ended_seconds_ago: u64,
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Forgotten {
    /// Executions whose journal is gone; their ids may be used again.
    pub executions: u64,
    /// Payloads that nothing named any more.
    pub payloads: u64,
    /// Their bytes.
    pub bytes: u64,
}
