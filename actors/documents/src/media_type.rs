//! What the bytes are. Signatures decide; name and declared type only choose between the kinds of plain text.

use crate::{Hints, Refusal, RefusalCode, encoding};

/// How much of a text is looked at.
const SAMPLE: usize = 64 * 1024;

/// The formats with a parser, and the others by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaType {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// HTML or XHTML.
    Html,
    /// PDF.
    Pdf,
    /// Word document (Office Open XML, Strict or Transitional).
    Docx,
    /// Comma, semicolon or bar separated values.
    Csv,
    /// Tab separated values.
    Tsv,
    /// One JSON value.
    Json,
    /// One JSON value per line.
    JsonLines,
    /// An e-mail message (RFC 5322).
    Email,
    /// A password-protected Office file.
    EncryptedOffice,
    /// Recognised, but without a parser here.
    Other {
        /// Media type, e.g. `image/png`.
        media_type: &'static str,
        /// For people: what it is and what to upload instead.
        advice: &'static str,
    },
}

impl MediaType {
    /// The registered name, e.g. `application/pdf`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Csv => "text/csv",
            Self::Tsv => "text/tab-separated-values",
            Self::Json => "application/json",
            Self::JsonLines => "application/jsonl",
            Self::Email => "message/rfc822",
            Self::EncryptedOffice => "application/x-encrypted-office",
            Self::Other { media_type, .. } => media_type,
        }
    }

    /// For people.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Text => "text file",
            Self::Markdown => "Markdown file",
            Self::Html => "HTML page",
            Self::Pdf => "PDF",
            Self::Docx => "Word document",
            Self::Csv | Self::Tsv => "table",
            Self::Json | Self::JsonLines => "JSON file",
            Self::Email => "e-mail",
            Self::EncryptedOffice => "protected Office file",
            Self::Other { .. } => "file",
        }
    }

    pub(crate) fn unsupported(&self) -> Refusal {
        let advice = if let Self::Other { advice, .. } = self { advice } else { "" };
        Refusal::new(RefusalCode::Unsupported, format!("the bytes are {} ({}); {advice}", "not a text", self.as_str()))
    }

    /// A warning when the file is not what its name or declared type says.
    pub(crate) fn contradicts(&self, hints: &Hints<'_>) -> Option<String> {
        let claimed = [claim_of_name(hints.name), hints.media_type.and_then(claim_of_type)];
        let wrong = claimed.into_iter().flatten().find(|claim| !claim.allows(self))?;
        Some(format!("labelled as {} but the bytes are {}; parsed as what they are", wrong.as_str(), self.as_str()))
    }

    /// Every text format may call itself plain text.
    fn allows(&self, found: &Self) -> bool {
        let textual = |kind: &Self| matches!(kind, Self::Text | Self::Markdown | Self::Csv | Self::Tsv | Self::Json);
        self == found
            || (matches!(self, Self::Text) && textual(found))
            || matches!((self, found), (Self::Csv, Self::Tsv) | (Self::Json, Self::JsonLines))
    }
}

/// What the bytes are.
pub fn sniff(bytes: &[u8], hints: &Hints<'_>) -> MediaType {
    if let Some(found) = by_signature(bytes) {
        return found;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let text = encoding::decode(sample, None).text;
    if is_binary(&text) {
        return other("application/octet-stream", "upload the document as PDF, DOCX, HTML, Markdown or text");
    }
    let claim = claim_of_name(hints.name).or_else(|| hints.media_type.and_then(claim_of_type));
    by_text(bytes, &text, claim)
}

fn other(media_type: &'static str, advice: &'static str) -> MediaType {
    MediaType::Other { media_type, advice }
}

fn by_signature(bytes: &[u8]) -> Option<MediaType> {
    let head = &bytes[..bytes.len().min(1024)];
    let trimmed = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if trimmed.starts_with(b"%PDF-") || (find(head, b"%PDF-") && is_binary_bytes(bytes)) {
        return Some(MediaType::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(zip_kind(bytes));
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let protected: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Some(if find(bytes, &protected) {
            MediaType::EncryptedOffice
        } else {
            other("application/x-ole-storage", "it is an old Office file: save it as .docx or PDF")
        });
    }
    let picture = "it is a picture: run OCR on it and upload the text or a searchable PDF";
    let archive = "it is an archive: unpack it and upload the files in it";
    let signatures: [(&[u8], &str, &str); 12] = [
        (b"\x89PNG\r\n\x1a\n", "image/png", picture),
        (b"\xff\xd8\xff", "image/jpeg", picture),
        (b"GIF8", "image/gif", picture),
        (b"II*\0", "image/tiff", picture),
        (b"MM\0*", "image/tiff", picture),
        (b"\x1f\x8b", "application/gzip", archive),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", archive),
        (b"Rar!\x1a\x07", "application/vnd.rar", archive),
        (b"BZh", "application/x-bzip2", archive),
        (b"\x28\xb5\x2f\xfd", "application/zstd", archive),
        (b"{\\rtf", "application/rtf", "it is rich text: save it as .docx or PDF"),
        (b"%!PS", "application/postscript", "it is PostScript: convert it to PDF"),
    ];
    let found = signatures.iter().find(|(magic, _, _)| bytes.starts_with(magic))?;
    // "BZh" may also begin a sentence.
    (found.1 != "application/x-bzip2" || is_binary_bytes(bytes)).then(|| other(found.1, found.2))
}

/// Part names are stored in clear, so even a cut-off package is recognised.
fn zip_kind(bytes: &[u8]) -> MediaType {
    if find(bytes, b"word/document") || find(bytes, b"word/_rels") {
        MediaType::Docx
    } else if find(bytes, b"xl/workbook") || find(bytes, b"xl/worksheets") {
        other(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "it is an Excel workbook: save its sheets as CSV",
        )
    } else if find(bytes, b"ppt/presentation") || find(bytes, b"ppt/slides") {
        other(
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "it is a PowerPoint file: save it as PDF",
        )
    } else if find(head_of(bytes), b"mimetypeapplication/epub+zip") {
        other("application/epub+zip", "it is an e-book: convert it to HTML or PDF")
    } else if find(head_of(bytes), b"mimetypeapplication/vnd.oasis") {
        other("application/vnd.oasis.opendocument", "it is an OpenDocument file: save it as .docx or PDF")
    } else {
        other("application/zip", "it is an archive: unpack it and upload the files in it")
    }
}

fn head_of(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(1024)]
}

fn find(haystack: &[u8], needle: &[u8]) -> bool {
    let Some((first, _)) = needle.split_first() else { return true };
    let mut from = 0;
    while let Some(at) = haystack[from..].iter().position(|byte| byte == first) {
        if haystack[from + at..].starts_with(needle) {
            return true;
        }
        from += at + 1;
    }
    false
}

fn is_binary_bytes(bytes: &[u8]) -> bool {
    let sample = head_of(bytes);
    sample.iter().any(|byte| matches!(byte, 0..=8 | 0x80..))
}

/// Control characters and replacement characters are rare in text.
fn is_binary(text: &str) -> bool {
    let (mut total, mut odd) = (0_usize, 0_usize);
    for character in text.chars() {
        total += 1;
        let control = character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{1b}');
        odd += usize::from(control || character == '\u{fffd}');
    }
    odd * 20 > total
}

fn by_text(bytes: &[u8], text: &str, claim: Option<MediaType>) -> MediaType {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if is_html(start, claim.as_ref()) {
        return MediaType::Html;
    }
    let other_claim = matches!(claim, Some(MediaType::Markdown | MediaType::Csv | MediaType::Tsv));
    if start.starts_with(['{', '['])
        && !other_claim
        && let Some(found) = crate::json::kind(bytes, claim.as_ref())
    {
        return found;
    }
    if is_email(start, matches!(claim, Some(MediaType::Email))) {
        return MediaType::Email;
    }
    match claim {
        Some(MediaType::Csv | MediaType::Tsv) if crate::delimited::delimiter(text) == b'\t' => MediaType::Tsv,
        Some(MediaType::Csv | MediaType::Tsv) => MediaType::Csv,
        Some(MediaType::Markdown) => MediaType::Markdown,
        Some(MediaType::Text) => MediaType::Text,
        _ if is_markdown(start) => MediaType::Markdown,
        _ => match crate::delimited::table_like(text) {
            Some(b'\t') => MediaType::Tsv,
            Some(_) => MediaType::Csv,
            None => MediaType::Text,
        },
    }
}

/// A document starts like one; a fragment is believed when it is also called HTML.
fn is_html(start: &str, claim: Option<&MediaType>) -> bool {
    let mut rest = start;
    loop {
        rest = rest.trim_start();
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?xml") {
            rest.find("?>").map(|at| at + 2)
        } else {
            break;
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => return false,
        }
    }
    let lower: String = rest.chars().take(64).collect::<String>().to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return true;
    }
    let fragment =
        ["<head", "<body", "<div", "<p>", "<p ", "<h1", "<h2", "<table", "<ul", "<ol", "<section", "<article"];
    if fragment.iter().any(|tag| lower.starts_with(tag)) {
        return !matches!(claim, Some(MediaType::Markdown));
    }
    let tagged = |text: &str| {
        text.match_indices('<').any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'))
    };
    matches!(claim, Some(MediaType::Html)) && tagged(rest)
}

/// Header lines from the first byte on.
fn is_email(start: &str, claimed: bool) -> bool {
    const KNOWN: [&str; 12] = [
        "from",
        "to",
        "subject",
        "date",
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "delivered-to",
        "content-type",
        "reply-to",
        "cc",
    ];
    let (mut known, mut transport) = (0, false);
    for (number, line) in start.lines().take(200).enumerate() {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) || (number == 0 && line.starts_with("From ")) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return false;
        }
        let name = name.to_ascii_lowercase();
        known += usize::from(KNOWN.contains(&name.as_str()));
        transport |= matches!(name.as_str(), "received" | "message-id" | "mime-version" | "return-path");
    }
    if claimed { known >= 1 } else { known >= 3 && transport }
}

/// Unmistakable Markdown only: a heading line, a fence, a table rule, or links in list items.
fn is_markdown(text: &str) -> bool {
    let mut signs = 0;
    for line in text.lines().take(400) {
        let hashes = line.chars().take_while(|c| *c == '#').count();
        let heading = (1..=6).contains(&hashes) && line[hashes..].starts_with(' ');
        let rule = line.starts_with('|') && line.contains("-|") || line.contains("- | -");
        signs += usize::from(heading || rule || line.starts_with("```") || line.contains("]("));
    }
    signs >= 2
}

fn claim_of_name(name: &str) -> Option<MediaType> {
    let (_, extension) = name.rsplit(['/', '\\']).next()?.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "txt" | "text" | "log" => MediaType::Text,
        "md" | "markdown" | "mdown" => MediaType::Markdown,
        "html" | "htm" | "xhtml" => MediaType::Html,
        "pdf" => MediaType::Pdf,
        "docx" | "docm" | "dotx" => MediaType::Docx,
        "csv" => MediaType::Csv,
        "tsv" | "tab" => MediaType::Tsv,
        "json" => MediaType::Json,
        "jsonl" | "ndjson" => MediaType::JsonLines,
        "eml" => MediaType::Email,
        _ => return None,
    })
}

fn claim_of_type(media_type: &str) -> Option<MediaType> {
    let name = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(match name.as_str() {
        "text/plain" => MediaType::Text,
        "text/markdown" | "text/x-markdown" => MediaType::Markdown,
        "text/html" | "application/xhtml+xml" => MediaType::Html,
        "application/pdf" => MediaType::Pdf,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => MediaType::Docx,
        "text/csv" | "application/csv" => MediaType::Csv,
        "text/tab-separated-values" => MediaType::Tsv,
        "application/json" => MediaType::Json,
        "application/jsonl" | "application/x-ndjson" | "application/x-jsonlines" => MediaType::JsonLines,
        "message/rfc822" => MediaType::Email,
        _ => return None,
    })
}
