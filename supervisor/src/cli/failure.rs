//! Why a command ends with a code other than 0.

use std::{fmt, path::Path};

use crate::{api::Problem, config::ConfigError, up::StartFailure};

/// A command that did not do what it was asked, or did it with a bad result.
#[derive(Debug)]
pub(super) enum Failure {
    /// Done, but the result is bad; what was printed says so already.
    BadResult,
    /// As above, with words.
    Failed(String),
    /// The command line or the configuration is wrong.
    Usage(String),
    /// Nobody is there.
    NotRunning(String),
    /// Somebody was there and is not any more.
    NoAnswer(String),
    /// The person stopped waiting for this.
    Interrupted(String),
    /// The process refused.
    Refused(Box<Problem>),
    /// The system did not start.
    Start(StartFailure),
}

impl Failure {
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }

    /// The result could not be written down.
    pub(super) fn output(error: &std::io::Error) -> Self {
        Self::Failed(format!("output_lost: the result could not be written: {error}; what was asked for is done"))
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    pub(super) fn not_running(data: &Path) -> Self {
        Self::NotRunning(data.display().to_string())
    }

    /// The table is part of `cueline --help`.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::BadResult | Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotRunning(_) | Self::NoAnswer(_) => 3,
            Self::Refused(_) => 4,
            Self::Start(_) => 5,
            // What shells report for a process that ended by an interrupt.
            Self::Interrupted(_) => 130,
        }
    }

    pub(super) fn is_silent(&self) -> bool {
        matches!(self, Self::BadResult)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadResult => Ok(()),
            Self::Failed(message) | Self::Usage(message) | Self::NoAnswer(message) => f.write_str(message),
            Self::Interrupted(what) => write!(f, "stopped waiting for {what}; it goes on"),
            Self::NotRunning(data) => {
                write!(f, "no cueline is running on {data}; start it with `cueline up --data {data}`")
            }
            Self::Refused(problem) => write!(f, "{problem}"),
            Self::Start(failure) => write!(f, "{failure}"),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(format!("config_invalid: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_there_says_how_to_start() {
        let failure = Failure::not_running(Path::new("d"));
        assert_eq!(failure.to_string(), "no cueline is running on d; start it with `cueline up --data d`");
        assert_eq!(failure.exit_code(), 3);
    }
}
