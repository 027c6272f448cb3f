//! From the bytes of a file to a structured document, or a named refusal. Pure: no files, no clock, no network.
//!
//! ```text
//!            bytes + hints
//!                 |
//!              sniff            what the bytes are; name and declared type are only hints
//!                 |
//!   txt md html pdf docx csv tsv json jsonl eml     one parser each
//!                 |
//!              Builder          the canonical text and the blocks that slice it
//!                 |
//!        Document | Refusal     never an empty document, never a silently cut one
//! ```
//!
//! | I want to …                          | see                          |
//! |--------------------------------------|------------------------------|
//! | parse a file                         | [`parse`]                    |
//! | know why a file was refused          | [`Refusal`], [`RefusalCode`] |
//! | change what one file may cost        | [`Limits`]                   |
//! | add a format                         | `media_type.rs`, then a file beside `txt.rs` |
//! | measure parsing against expectations | [`evaluation`], [`recall`], the `parse-eval` binary |
//!
//! Limits bound what this crate builds. Decoders of foreign formats (PDF streams, images) allocate on their own: run
//! [`parse`] in a process with a memory and time limit when files come from strangers.

mod builder;
mod delimited;
mod docx;
mod eml;
mod encoding;
pub mod evaluation;
mod html;
mod json;
mod limits;
mod markdown;
mod media_type;
mod pdf;
pub mod recall;
mod refusal;
mod text;
mod txt;

pub use limits::{Hints, Limits};
pub use media_type::{MediaType, sniff};
pub use refusal::{Refusal, RefusalCode};

use cueline_domain::document::Document;

/// Parses one file. The same bytes, hints and limits always give the same answer.
pub fn parse(bytes: &[u8], hints: &Hints<'_>, limits: &Limits) -> Result<Document, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new(RefusalCode::Empty, "the file has no bytes; upload it again"));
    }
    if bytes.len() as u64 > limits.max_input_bytes {
        return Err(Refusal::new(
            RefusalCode::TooLarge,
            format!("the file has {} bytes, more than the limit of {}; split it", bytes.len(), limits.max_input_bytes),
        ));
    }
    let media_type = sniff(bytes, hints);
    let mut document = match &media_type {
        MediaType::Text => txt::parse(bytes, limits),
        MediaType::Markdown => markdown::parse(bytes, limits),
        MediaType::Html => html::parse(bytes, limits),
        MediaType::Pdf => pdf::parse(bytes, limits),
        MediaType::Docx => docx::parse(bytes, limits),
        MediaType::Csv | MediaType::Tsv => delimited::parse(bytes, &media_type, limits),
        MediaType::Json => json::parse(bytes, limits),
        MediaType::JsonLines => json::parse_lines(bytes, limits),
        MediaType::Email => eml::parse(bytes, limits),
        MediaType::EncryptedOffice => Err(Refusal::new(
            RefusalCode::Encrypted,
            "the Office document is protected by a password; save it without the password and upload it again",
        )),
        MediaType::Other { .. } => Err(media_type.unsupported()),
    }?;
    if let Some(warning) = media_type.contradicts(hints) {
        document.warnings.insert(0, warning);
    }
    Ok(document)
}
