//! Plain text: paragraphs are separated by blank lines.

use crate::builder::Builder;
use crate::{Limits, MediaType, Refusal, encoding};
use cueline_domain::document::{BlockKind, Document};

pub(crate) const PARSER: &str = "txt/1";

pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let mut builder = Builder::new(limits);
    let text = read(bytes, limits, &mut builder)?;
    paragraphs(&mut builder, &text)?;
    builder.finish(&MediaType::Text, PARSER)
}

/// Decodes a text format; refuses early what cannot fit.
pub(crate) fn read(bytes: &[u8], limits: &Limits, builder: &mut Builder<'_>) -> Result<String, Refusal> {
    // UTF-16 is the widest encoding; blank lines and line ends may fall away.
    if bytes.len() / 4 > limits.max_text_bytes {
        return Err(builder.too_much_text());
    }
    let decoded = encoding::decode(bytes, None);
    if let Some(warning) = decoded.warning {
        builder.warn(warning);
    }
    Ok(match crate::text::clean(&decoded.text) {
        std::borrow::Cow::Borrowed(_) => decoded.text,
        std::borrow::Cow::Owned(cleaned) => cleaned,
    })
}

/// Blocks between blank lines.
pub(crate) fn paragraphs(builder: &mut Builder<'_>, text: &str) -> Result<(), Refusal> {
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            builder.push(BlockKind::Paragraph, &text[start..at])?;
            start = at + line.len();
        }
        at += line.len();
    }
    builder.push(BlockKind::Paragraph, &text[start..])
}
