//! Numbers with letters in them: the UK national insurance number.

use super::{Pii, is_word};
use crate::guarding::reading::Reading;
use std::ops::Range;

/// Prefixes that are not given out.
const UNUSED: &[&[u8; 2]] = &[b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];

/// `QQ 12 34 56 C`, with or without spaces: two letters, six digits, a letter A to D.
pub(super) fn scan(reading: &Reading, found: &mut Vec<(Range<usize>, Pii)>) {
    let bytes = reading.text.as_bytes();
    for (at, prefix) in bytes.windows(2).enumerate() {
        let opens = !is_word(at.checked_sub(1).and_then(|before| bytes.get(before)));
        if opens
            && is_prefix(prefix)
            && let Some(end) = end(bytes, at + 2)
        {
            found.push((at..end, Pii::UkNino));
        }
    }
}

fn is_prefix(prefix: &[u8]) -> bool {
    let [first, second] = prefix else { return false };
    first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !b"DFIQUV".contains(first)
        && !b"DFIOQUV".contains(second)
        && !UNUSED.iter().any(|unused| unused.as_slice() == prefix)
}

fn end(bytes: &[u8], mut at: usize) -> Option<usize> {
    for _ in 0..3 {
        at += usize::from(bytes.get(at) == Some(&b' '));
        if !bytes.get(at..at + 2)?.iter().all(u8::is_ascii_digit) {
            return None;
        }
        at += 2;
    }
    at += usize::from(bytes.get(at) == Some(&b' '));
    let suffix = bytes.get(at)?;
    (matches!(suffix, b'A'..=b'D') && !is_word(bytes.get(at + 1))).then_some(at + 1)
}
