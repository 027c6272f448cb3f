//! Numbers made of digits alone: cards, social security, tax and health numbers, telephones.

use super::checksums::{luhn, modulo_11, modulo_11_10, modulo_97};
use super::groups::{Group, digits, groups, run, separator};
use super::{Pii, is_labelled, phone};
use crate::guarding::reading::Reading;
use std::ops::Range;

/// Longest number in digits: a card.
const MOST_DIGITS: usize = 19;

pub(super) fn scan(reading: &Reading, found: &mut Vec<(Range<usize>, Pii)>) {
    let text = &reading.text;
    let groups = groups(text);
    for first in 0..groups.len() {
        if !groups[first].opens {
            continue;
        }
        phone::at(reading, &groups[first..], found);
        let run = run(&groups[first..], MOST_DIGITS);
        for length in 1..=run.len() {
            let Some(last) = run.get(length - 1).filter(|last| last.closes) else { continue };
            let range = run[0].range.start..last.range.end;
            if let Some(kind) = kind(reading, &run[..length]) {
                found.push((range, kind));
            }
        }
    }
}

fn kind(reading: &Reading, groups: &[Group]) -> Option<Pii> {
    let text = &reading.text;
    let separator = separator(text, groups)?;
    let shape: Vec<usize> = groups.iter().map(|group| group.range.len()).collect();
    if !matches!(separator, "" | " " | "-") {
        return None;
    }
    let digits = digits(text, groups);
    match (digits.len(), shape.as_slice()) {
        (9, [3, 2, 4]) if is_ssn(&digits) => Some(Pii::UsSsn),
        (9, [9]) if is_ssn(&digits) && is_labelled(reading, groups[0].range.start, SSN_LABELS) => Some(Pii::UsSsn),
        (10, [3, 3, 4]) if separator == " " && modulo_11(&digits) => Some(Pii::UkNhs),
        (10, [10]) if modulo_11(&digits) && is_labelled(reading, groups[0].range.start, NHS_LABELS) => Some(Pii::UkNhs),
        (11, [11] | [2, 3, 3, 3]) if is_german_tax_id(&digits) => Some(Pii::DeTaxId),
        (15, [15] | [13, 2] | [1, 2, 2, 2, 3, 3] | [1, 2, 2, 2, 3, 3, 2]) if is_french_nir(&digits) => Some(Pii::FrNir),
        (13..=19, shape) if is_card_shape(shape) && is_card(&digits) => Some(Pii::Card),
        _ => None,
    }
}

const SSN_LABELS: &[&str] = &["ssn", "social security", "social security number", "social security no"];
const NHS_LABELS: &[&str] = &["nhs", "nhs number", "nhs no"];

/// The numbers that are given out: no area 000, 666 or 900 to 999, no group 00, no serial 0000.
fn is_ssn(digits: &[u8]) -> bool {
    let number = |range: Range<usize>| digits[range].iter().fold(0_u32, |value, digit| value * 10 + u32::from(*digit));
    let (area, group, serial) = (number(0..3), number(3..5), number(5..9));
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

/// No leading zero; of the first ten digits one stands there twice or three times and all others once at most.
fn is_german_tax_id(digits: &[u8]) -> bool {
    let mut counts = [0_u8; 10];
    for digit in &digits[..10] {
        counts[usize::from(*digit)] += 1;
    }
    let repeated = counts.iter().filter(|count| **count > 1).count();
    let most = counts.iter().max().copied().unwrap_or_default();
    digits[0] != 0 && repeated == 1 && most <= 3 && modulo_11_10(digits)
}

/// Sex, year, month, place, order, and the key: 97 less the rest of the number.
fn is_french_nir(digits: &[u8]) -> bool {
    let month = digits[3] * 10 + digits[4];
    let key = u32::from(digits[13]) * 10 + u32::from(digits[14]);
    let sensible = matches!(digits[0], 1..=4 | 7 | 8) && matches!(month, 1..=12 | 20..=42 | 50..=99);
    sensible && modulo_97(digits[..13].iter().map(|digit| digit + b'0')).is_some_and(|rest| 97 - rest == key)
}

/// One group, or as it is printed on a card.
fn is_card_shape(shape: &[usize]) -> bool {
    matches!(shape, [_] | [4, 4, 4, 1..=4] | [4, 4, 4, 4, 1..=3] | [4, 6, 4 | 5])
}

/// The prefixes and lengths of the large networks, and Luhn's check digit.
fn is_card(digits: &[u8]) -> bool {
    let prefix = |length: usize| digits[..length].iter().fold(0_u32, |value, digit| value * 10 + u32::from(*digit));
    let length = digits.len();
    let issued = match digits[0] {
        // Visa.
        4 => matches!(length, 13 | 16 | 19),
        // Mastercard, Maestro.
        5 => matches!(prefix(2), 51..=55) && length == 16 || matches!(prefix(2), 50 | 56..=58) && length >= 15,
        2 => matches!(prefix(4), 2221..=2720 | 2200..=2204) && length == 16,
        // American Express, Diners, JCB.
        3 => match prefix(2) {
            34 | 37 => length == 15,
            30 | 36 | 38 | 39 => length == 14 || length == 16,
            35 => matches!(prefix(4), 3528..=3589) && length >= 16,
            _ => false,
        },
        // Discover, UnionPay, Maestro.
        6 => matches!(prefix(2), 60 | 62 | 63 | 64 | 65 | 67) && length >= 16,
        _ => false,
    };
    issued && luhn(digits)
}
