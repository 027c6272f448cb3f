//! The status of an execution as a number in the database.

use cueline_ports::ExecutionStatus;

/// Every status; the position is what is stored, so the order never changes.
pub(super) const STATUSES: [ExecutionStatus; 5] = [
    ExecutionStatus::Running,
    ExecutionStatus::Succeeded,
    ExecutionStatus::Failed,
    ExecutionStatus::Aborted,
    ExecutionStatus::TimedOut,
];

/// What is stored for a status.
pub(super) fn to_number(status: ExecutionStatus) -> i64 {
    match status {
        ExecutionStatus::Running => 0,
        ExecutionStatus::Succeeded => 1,
        ExecutionStatus::Failed => 2,
        ExecutionStatus::Aborted => 3,
        ExecutionStatus::TimedOut => 4,
    }
}

/// The status of a stored number, if there is one.
pub(super) fn from_number(number: i64) -> Option<ExecutionStatus> {
    STATUSES.get(usize::try_from(number).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_comes_back() {
        for status in STATUSES {
            assert_eq!(from_number(to_number(status)), Some(status));
        }
        assert_eq!(from_number(5), None);
    }
}
