//! Bank account numbers.

use super::checksums::modulo_97;
use super::{Pii, is_word};
use crate::guarding::reading::Reading;
use std::ops::Range;

/// Length of an IBAN by country.
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BR", 29),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MT", 31),
    (b"MU", 30),
    (b"NL", 18),
    (b"NO", 15),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"SA", 24),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
];

pub(super) fn scan(reading: &Reading, found: &mut Vec<(Range<usize>, Pii)>) {
    let bytes = reading.text.as_bytes();
    for (at, start) in bytes.windows(4).enumerate() {
        let opens = !is_word(at.checked_sub(1).and_then(|before| bytes.get(before)));
        if !opens || !begins(start) {
            continue;
        }
        if let Some(end) = end(bytes, at) {
            found.push((at..end, Pii::Iban));
        }
    }
}

fn begins(start: &[u8]) -> bool {
    start[..2].iter().all(u8::is_ascii_alphabetic) && start[2..].iter().all(u8::is_ascii_digit)
}

/// Where the IBAN that begins at `at` ends.
fn end(bytes: &[u8], at: usize) -> Option<usize> {
    let country = [bytes[at].to_ascii_uppercase(), bytes[at + 1].to_ascii_uppercase()];
    let (_, length) = LENGTHS.iter().find(|(known, _)| **known == country)?;
    let mut characters = Vec::with_capacity(*length);
    let mut end = at;
    while characters.len() < *length {
        let byte = *bytes.get(end)?;
        if byte.is_ascii_alphanumeric() {
            characters.push(byte.to_ascii_uppercase());
        } else if !matches!(byte, b' ' | b'-') || !bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        end += 1;
    }
    let turned = characters[4..].iter().chain(&characters[..4]).copied();
    (!is_word(bytes.get(end)) && modulo_97(turned) == Some(1)).then_some(end)
}
