//! What the engine answers when it cannot do what was asked.

use cueline_ports::{PortError, PortErrorKind};
use cueline_protocol::ids::{ExecutionId, InvalidId};
use cueline_states::Diagnostic;

/// Each variant has a stable code for the outside.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// No such execution.
    #[error("execution {execution} does not exist")]
    NotFound {
        /// The id.
        execution: String,
    },
    /// The id was used before, with another input or workflow.
    #[error("execution {execution} was started before with {what}; use another id")]
    StartedDifferently {
        /// The id.
        execution: String,
        /// What differs.
        what: String,
    },
    /// No such workflow.
    #[error("workflow {workflow} is not defined; known are {known}")]
    UnknownWorkflow {
        /// The name.
        workflow: String,
        /// Names that would do.
        known: String,
    },
    /// The definition has errors.
    #[error("definition has {} error(s), the first at {}", .0.len(), .0.first().map_or("/", |d| d.path.as_str()))]
    InvalidDefinition(Vec<Diagnostic>),
    /// A name is malformed.
    #[error(transparent)]
    InvalidId(#[from] InvalidId),
    /// The request cannot be carried out as it is.
    #[error("{0}")]
    Invalid(String),
    /// The journal cannot be folded.
    #[error("journal of {execution} is damaged, or was written by a newer version: {reason}")]
    Damaged {
        /// The id.
        execution: String,
        /// What does not fit.
        reason: String,
    },
    /// Storage or another port failed.
    #[error("{message}")]
    Port {
        /// What kind of failure.
        kind: PortErrorKind,
        /// For people.
        message: String,
    },
    /// The engine is shutting down or an actor was restarted meanwhile.
    #[error("the engine is not taking requests now; try again")]
    Unavailable,
}

impl EngineError {
    /// Stable code, the same in the API, the log and the documentation.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "execution_not_found",
            Self::StartedDifferently { .. } => "execution_exists",
            Self::UnknownWorkflow { .. } => "workflow_not_found",
            Self::InvalidDefinition(_) => "definition_invalid",
            Self::InvalidId(_) => "id_invalid",
            Self::Invalid(_) => "request_invalid",
            Self::Damaged { .. } => "journal_damaged",
            Self::Port { kind, .. } => match kind {
                PortErrorKind::Storage => "storage_full",
                PortErrorKind::Corrupt => "storage_corrupt",
                PortErrorKind::Conflict => "conflict",
                PortErrorKind::NotFound => "not_found",
                PortErrorKind::Invalid => "request_invalid",
                _ => "storage_unavailable",
            },
            Self::Unavailable => "unavailable",
        }
    }

    /// Damage that was found before it was known whose journal it is.
    #[must_use]
    pub fn of(self, whose: &ExecutionId) -> Self {
        match self {
            Self::Damaged { execution, reason } if execution.is_empty() => {
                Self::Damaged { execution: whose.to_string(), reason }
            }
            other => other,
        }
    }

    /// The same failure for several who asked.
    pub fn port(error: &PortError) -> Self {
        Self::Port { kind: error.kind, message: error.to_string() }
    }

    /// Trying the same again may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable => true,
            Self::Port { kind, .. } => {
                matches!(kind, PortErrorKind::Throttled | PortErrorKind::Unavailable | PortErrorKind::Storage)
            }
            _ => false,
        }
    }
}

impl From<PortError> for EngineError {
    fn from(error: PortError) -> Self {
        Self::port(&error)
    }
}
