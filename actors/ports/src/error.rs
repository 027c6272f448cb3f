//! One error for every port: a kind that the retry rule reads, words for people.

use std::{fmt, time::Duration};

/// What a port returns.
pub type PortResult<T> = Result<T, PortError>;

/// What kind of failure it was; decides whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PortErrorKind {
    /// It is not there.
    NotFound,
    /// A condition did not hold: somebody else was first.
    Conflict,
    /// Too much at once; try later.
    Throttled,
    /// Cannot be reached, or broke on the way; it may or may not have happened.
    Unavailable,
    /// Not allowed.
    Denied,
    /// The request itself is wrong; trying again is useless.
    Invalid,
    /// What is stored cannot be read.
    Corrupt,
    /// No space is left, or the place is read-only.
    Storage,
    /// A feature that this adapter or configuration does not have.
    Unsupported,
}

impl PortErrorKind {
    /// One word for it, for metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Denied => "denied",
            Self::Invalid => "invalid",
            Self::Corrupt => "corrupt",
            Self::Storage => "storage",
            Self::Unsupported => "unsupported",
        }
    }
}

/// A failed call of a port.
#[derive(Debug)]
pub struct PortError {
    /// For the retry rule.
    pub kind: PortErrorKind,
    /// For people; without secrets and content.
    pub message: String,
    /// When it is worth trying again, if the other side said so.
    pub retry_after: Option<Duration>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl PortError {
    /// An error of a kind.
    pub fn new(kind: PortErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), retry_after: None, source: None }
    }

    /// Keeps what caused it for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Trying the same again may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, PortErrorKind::Throttled | PortErrorKind::Unavailable | PortErrorKind::Storage)
    }

    /// It is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(PortErrorKind::NotFound, message)
    }

    /// Somebody else was first.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(PortErrorKind::Conflict, message)
    }

    /// The request is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(PortErrorKind::Invalid, message)
    }

    /// Cannot be reached now.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(PortErrorKind::Unavailable, message)
    }

    /// What is stored cannot be read.
    pub fn corrupt(message: impl Into<String>) -> Self {
        Self::new(PortErrorKind::Corrupt, message)
    }
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PortError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
