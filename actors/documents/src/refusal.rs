//! Why a file was not parsed: a stable code for programs, a sentence for people.

use serde::{Deserialize, Serialize};

/// A file that gives no document, with the reason.
///
/// A refusal is final for these bytes: the same file is refused again, so it is never worth a retry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What a program may branch on.
    pub code: RefusalCode,
    /// For people: what was found, and what would help.
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(code: RefusalCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn malformed(what: &str, reason: impl std::fmt::Display) -> Self {
        Self::new(
            RefusalCode::Malformed,
            format!("the file looks like {what} but cannot be read ({reason}); it may be cut off: upload it again"),
        )
    }

    pub(crate) fn too_deep(what: &str, limit: usize) -> Self {
        Self::new(
            RefusalCode::TooDeep,
            format!("{what} are nested more than {limit} levels deep; simplify the file or convert it to plain text"),
        )
    }
}

/// Stable names: they are stored in ledgers and shown in consoles, so a code is never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RefusalCode {
    /// No bytes, or no text in them.
    #[serde(rename = "document_empty")]
    Empty,
    /// A format without a parser here.
    #[serde(rename = "document_unsupported")]
    Unsupported,
    /// Opening it takes a password.
    #[serde(rename = "document_encrypted")]
    Encrypted,
    /// Pages without extractable text: a scan, or outlines only.
    #[serde(rename = "document_no_text_layer")]
    NoTextLayer,
    /// Damaged or cut off.
    #[serde(rename = "document_malformed")]
    Malformed,
    /// The file, its text or the number of its blocks is over the limit.
    #[serde(rename = "document_too_large")]
    TooLarge,
    /// Nested deeper than the limit.
    #[serde(rename = "document_too_deep")]
    TooDeep,
    /// More pages than the limit.
    #[serde(rename = "document_too_many_pages")]
    TooManyPages,
    /// Unpacks to more bytes than the limit.
    #[serde(rename = "document_expands_too_much")]
    ExpandsTooMuch,
}

impl RefusalCode {
    /// The stored name, e.g. `document_encrypted`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "document_empty",
            Self::Unsupported => "document_unsupported",
            Self::Encrypted => "document_encrypted",
            Self::NoTextLayer => "document_no_text_layer",
            Self::Malformed => "document_malformed",
            Self::TooLarge => "document_too_large",
            Self::TooDeep => "document_too_deep",
            Self::TooManyPages => "document_too_many_pages",
            Self::ExpandsTooMuch => "document_expands_too_much",
        }
    }
}

impl std::fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_code_and_shown_code_are_the_same() {
        use RefusalCode::*;
        for code in
            [Empty, Unsupported, Encrypted, NoTextLayer, Malformed, TooLarge, TooDeep, TooManyPages, ExpandsTooMuch]
        {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.as_str()));
        }
    }
}
