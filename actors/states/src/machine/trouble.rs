//! Why a step could not be taken: the workflow's fault, which it may catch, or the journal's, which nobody can.

use crate::{FoldError, limits, measure::Excess, query::QueryError};

/// The workflow's fault: becomes the failure of the state.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: String,
    pub(super) cause: String,
    pub(super) field: Option<String>,
    /// Whether the cause begins by naming state and event, as AWS's runtime errors do.
    pub(super) located: bool,
}

#[derive(Debug)]
pub(super) enum Trouble {
    Fault(Fault),
    Fold(FoldError),
}

impl Trouble {
    /// An error that AWS locates: `An error occurred while executing the state '…' (entered at the event id #…). …`
    pub(super) fn runtime(cause: impl Into<String>) -> Trouble {
        QueryError::new("States.Runtime", cause).into()
    }

    /// A payload that must not be recorded.
    pub(super) fn excess(excess: Excess, state: &str) -> Trouble {
        Trouble::bare("States.DataLimitExceeded", excess_cause(excess, state))
    }

    /// An error with exactly these words.
    pub(super) fn bare(error: impl Into<String>, cause: impl Into<String>) -> Trouble {
        Trouble::Fault(Fault { error: error.into(), cause: cause.into(), field: None, located: false })
    }
}

impl From<FoldError> for Trouble {
    fn from(error: FoldError) -> Self {
        Trouble::Fold(error)
    }
}

impl From<QueryError> for Trouble {
    fn from(QueryError { error, cause, field }: QueryError) -> Self {
        Trouble::Fault(Fault { error: error.into(), cause, field, located: true })
    }
}

pub(super) fn excess_cause(excess: Excess, state: &str) -> String {
    match excess {
        Excess::Bytes(_) => format!(
            "The state/task '{state}' returned a result with a size exceeding the maximum number of bytes service limit."
        ),
        Excess::Depth => format!(
            "The state/task '{state}' returned a result that nests deeper than {} levels.",
            limits::PAYLOAD_DEPTH
        ),
    }
}
