//! What can go wrong around a decision, as opposed to inside a workflow.

use thiserror::Error;

/// The error name of a task whose cue went out too often: its actor dies or hangs on it every time.
pub const POISON: &str = "Cueline.Poison";

/// An entry does not follow from the entries before it. The journal is damaged or belongs to another execution.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("entry does not follow from the journal before it: {reason}")]
pub struct FoldError {
    /// What does not fit.
    pub reason: String,
}

impl FoldError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// An event cannot be decided at all. Events that merely come twice or late are not rejected; they decide nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Rejected {
    /// The definition is not the one the execution was started with.
    #[error("definition {given} is not the execution's definition {expected}")]
    OtherDefinition {
        /// What the execution keeps.
        expected: String,
        /// What was given.
        given: String,
    },
    /// The execution was started before, with other words.
    #[error("execution {execution} was started before with another name, workflow, tenant or input")]
    StartedDifferently {
        /// The execution.
        execution: String,
    },
    /// The execution was not started yet.
    #[error("execution was not started")]
    NotStarted,
    /// The input is larger than [`crate::limits::PAYLOAD_BYTES`].
    #[error("payload of {bytes} bytes exceeds the limit of {limit} bytes")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// The input nests deeper than [`crate::limits::PAYLOAD_DEPTH`].
    #[error("payload nests deeper than {limit} levels")]
    TooDeep {
        /// What is allowed.
        limit: usize,
    },
    /// The state contradicts itself: the journal is damaged.
    #[error(transparent)]
    Fold(#[from] FoldError),
}

/// A fork that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ForkError {
    /// The recorded execution has fewer steps.
    #[error("step {step} does not exist: the execution has {steps} steps")]
    NoSuchStep {
        /// What was asked for.
        step: u32,
        /// What there is.
        steps: u32,
    },
    /// The new definition has no state of that name where the step happened.
    #[error("state {state} does not exist in the new definition")]
    NoSuchState {
        /// The state.
        state: String,
    },
    /// The first decision of the fork was refused.
    #[error(transparent)]
    Rejected(#[from] Rejected),
}

impl From<FoldError> for ForkError {
    fn from(error: FoldError) -> Self {
        Self::Rejected(Rejected::Fold(error))
    }
}

/// Bytes that are not what the codec wrote.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("failed to decode {what}: {reason}")]
pub struct WireError {
    /// What was to be decoded.
    pub what: &'static str,
    /// Why it cannot be.
    pub reason: String,
}
