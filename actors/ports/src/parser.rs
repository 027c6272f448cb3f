//! Parsing behind walls: whatever a file does to its parser, nothing else suffers.

use async_trait::async_trait;
use bytes::Bytes;
use cueline_domain::document::Document;

/// Bytes to a structured document.
#[async_trait]
pub trait Parser: Send + Sync {
    /// Changes whenever the same bytes may give another document, e.g. `parsers/1`.
    fn version(&self) -> &str;

    /// Parses the bytes of an object. Runs away, crashes and memory bombs come back as a failure.
    async fn parse(&self, name: &str, bytes: Bytes) -> Result<Document, ParseFailure>;
}

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseFailure {
    /// The file is at fault; the same bytes will be refused again.
    #[error("{code}: {message}")]
    Refused {
        /// Stable code, e.g. `document_encrypted`.
        code: String,
        /// For people: what was found and what to do.
        message: String,
    },
    /// The world is at fault; trying again may help.
    #[error("parser unavailable: {0}")]
    Unavailable(String),
}
