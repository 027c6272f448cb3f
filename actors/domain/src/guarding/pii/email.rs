//! Mail addresses.

use super::Pii;
use crate::guarding::reading::Reading;
use std::ops::Range;

/// Longest local part, in bytes of the reading.
const LONGEST_LOCAL: usize = 64;
/// Longest domain.
const LONGEST_DOMAIN: usize = 190;
/// Longest label of a domain.
const LONGEST_LABEL: usize = 63;

/// Mailboxes of a role (RFC 2142 and what is common beside it): nobody's personal data.
const ROLES: &[&str] = &[
    "abuse",
    "admin",
    "billing",
    "career",
    "careers",
    "contact",
    "feedback",
    "git",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "info",
    "jobs",
    "kontakt",
    "mail",
    "marketing",
    "news",
    "newsletter",
    "no-reply",
    "noc",
    "noreply",
    "office",
    "orders",
    "postmaster",
    "press",
    "privacy",
    "root",
    "sales",
    "security",
    "service",
    "support",
    "team",
    "webmaster",
];

pub(super) fn scan(reading: &Reading, found: &mut Vec<(Range<usize>, Pii)>) {
    for (at, _) in reading.text.match_indices('@') {
        let (start, end) = (local_start(&reading.text, at), domain_end(&reading.text, at + 1));
        let (Some(start), Some(end)) = (start, end) else { continue };
        let role = ROLES.contains(&reading.text[start..at].to_ascii_lowercase().as_str());
        if !role && !is_user_of_url(&reading.text, start) {
            found.push((start..end, Pii::Email));
        }
    }
}

/// Whether what begins at `start` is the user or password of `scheme://user:password@host`.
fn is_user_of_url(text: &str, start: usize) -> bool {
    const LONGEST: usize = 128;
    let before = text.as_bytes()[start.saturating_sub(LONGEST)..start]
        .rsplit(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    matches!(before.last(), Some(b':' | b'/')) && before.windows(3).any(|part| part == b"://")
}

fn local_start(text: &str, at: usize) -> Option<usize> {
    let mut start = at;
    for c in text[..at].chars().rev() {
        let fits = at - start + c.len_utf8() <= LONGEST_LOCAL;
        if !fits || !(c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'')) {
            break;
        }
        start -= c.len_utf8();
    }
    // Marks around an address are not part of it.
    start += text[start..at].len() - text[start..at].trim_start_matches(['.', '\'', '-', '_', '%', '+']).len();
    let local = &text[start..at];
    (!local.is_empty() && !local.ends_with('.')).then_some(start)
}

fn domain_end(text: &str, start: usize) -> Option<usize> {
    let mut length = 0;
    for c in text[start..].chars() {
        let fits = length + c.len_utf8() <= LONGEST_DOMAIN;
        if !fits || !(c.is_alphanumeric() || matches!(c, '.' | '-')) {
            break;
        }
        length += c.len_utf8();
    }
    let domain = text[start..start + length].trim_end_matches(['.', '-']);
    let (_, top) = domain.rsplit_once('.')?;
    let labels = domain.split('.').all(|label| {
        !label.is_empty() && label.len() <= LONGEST_LABEL && !label.starts_with('-') && !label.ends_with('-')
    });
    let named = top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    (labels && named).then_some(start + domain.len())
}
