//! Telephone numbers. There is no checksum, so a bare run of digits is none: a `+`, a known shape or a label must speak for it.

use super::groups::{Group, run};
use super::{Pii, is_labelled};
use crate::guarding::reading::Reading;
use std::ops::Range;

const MOST_DIGITS: usize = 15;

/// Numbers that begin with `groups[0]`.
pub(super) fn at(reading: &Reading, groups: &[Group], found: &mut Vec<(Range<usize>, Pii)>) {
    let run = run(groups, MOST_DIGITS);
    let Some(first) = run.first() else { return };
    let Some(length) = longest(reading, run) else { return };
    let bytes = reading.text.as_bytes();
    let opening = [b"+(".as_slice(), b"+", b"("]
        .iter()
        .find(|sign| bytes[..first.range.start].ends_with(sign))
        .map_or(0, |sign| sign.len());
    found.push((first.range.start - opening..run[length - 1].range.end, Pii::Phone));
}

/// How many of the groups are one number.
fn longest(reading: &Reading, run: &[Group]) -> Option<usize> {
    let text = &reading.text;
    let start = run[0].range.start;
    let before = text.as_bytes()[..start].last();
    let closed = |length: usize| run[length - 1].closes;
    let count = |length: usize| run[..length].iter().map(|group| group.range.len()).sum::<usize>();
    let separators = |length: usize| run[1..length].iter().filter_map(|group| text.get(group.joined_by.clone()?));
    let first = text.get(run[0].range.clone()).unwrap_or_default();
    let lengths = (1..=run.len()).rev().filter(|length| closed(*length));

    let signed = text[..start].ends_with('+') || text[..start].ends_with("+(");
    if signed && !first.starts_with('0') {
        return lengths.clone().find(|length| (8..=15).contains(&count(*length)) && separators(*length).all(is_quiet));
    }
    if let Some(length) = north_american(text, run).filter(|length| closed(*length)) {
        return Some(length);
    }
    // Another number goes on into this one, e.g. a date or an amount.
    if run[0].joined_by.is_some() || before.is_some_and(|byte| b"+-./,:#$".contains(byte)) {
        return None;
    }
    let national = first.starts_with('0') && !first.starts_with("000") && first.len() <= 6;
    if national {
        let pairs = |length: usize| run[..length].iter().all(|group| group.range.len() == 2);
        let shaped = |length: usize| {
            let international = first.starts_with("00");
            let digits = if international { 11..=15 } else { 9..=12 };
            // Pairs with points or dashes are dates unless there are five.
            let dated = separators(length).any(|separator| separator != " ") && pairs(length) && length != 5;
            let shape: Vec<usize> = run[..length].iter().map(|group| group.range.len()).collect();
            let dated = dated || (shape.starts_with(&[2, 2, 4]) && separators(length).next() != Some(" "));
            let quiet = separators(length).all(is_quiet) && separators(length).all(|separator| separator != ".");
            length > 1 && digits.contains(&count(length)) && !dated && (quiet || (pairs(length) && length == 5))
        };
        if let Some(length) = lengths.clone().find(|length| shaped(*length)) {
            return Some(length);
        }
    }
    let labelled = is_labelled(reading, start, LABELS);
    lengths.clone().find(|length| labelled && (6..=15).contains(&count(*length)) && separators(*length).all(is_quiet))
}

/// `(212) 555-0123`, `212-555-0123`, `212.555.0123`, `1 212 555 0123`, and `212 555 0123`.
fn north_american(text: &str, run: &[Group]) -> Option<usize> {
    let bytes = text.as_bytes();
    let leads = run[0].range.len() == 1 && bytes[run[0].range.start] == b'1';
    let body = if leads { run.get(1..4)? } else { run.get(..3)? };
    let [area, exchange, line] = body else { return None };
    let opens = |group: &Group| matches!(bytes[group.range.start], b'2'..=b'9');
    let shaped = [area, exchange, line].map(|group| group.range.len()) == [3, 3, 4] && opens(area) && opens(exchange);
    let separator = |group: &Group| group.joined_by.clone().and_then(|range| text.get(range)).unwrap_or_default();
    let alike = separator(exchange) == separator(line) && matches!(separator(line), "-" | "." | " ");
    let bracketed = bytes[..area.range.start].last() == Some(&b'(')
        && matches!(separator(exchange), ") " | ")" | ")-")
        && matches!(separator(line), "-" | "." | " ");
    // Another number goes on into this one.
    let begins = run[0].joined_by.is_none();
    (shaped && begins && (alike || bracketed)).then_some(if leads { 4 } else { 3 })
}

/// A separator that telephone numbers have.
fn is_quiet(separator: &str) -> bool {
    matches!(separator, " " | "-" | "." | "/" | ") " | " (" | ")" | "(" | " - " | ")-" | " / ")
}

const LABELS: &[&str] = &[
    "tel",
    "phone",
    "telephone",
    "telefon",
    "telephone number",
    "phone number",
    "mobile",
    "mobil",
    "handy",
    "cell",
    "fax",
    "fon",
    "whatsapp",
    "call",
    "call me at",
    "rufnummer",
    "telefonnummer",
    "numero",
    "portable",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guarding::pii::groups::groups;

    #[test]
    fn a_number_needs_something_that_speaks_for_it() {
        let cases: &[(&str, &[&str])] = &[
            ("Call +49 30 901820 now", &["+49 30 901820"]),
            ("+1 (212) 555-0123", &["+1 (212) 555-0123"]),
            ("+442079460958.", &["+442079460958"]),
            ("(212) 555-0123 or 212.555.0124", &["(212) 555-0123", "212.555.0124"]),
            ("Büro: 030/901820-12", &["030/901820-12"]),
            ("06 12 34 56 78, 01.23.45.67.89", &["06 12 34 56 78", "01.23.45.67.89"]),
            ("Tel.: 5550123", &["5550123"]),
            ("0049 30 901820", &["0049 30 901820"]),
            ("Order 4111-2222 of 01.02.2024 10:30", &[]),
            ("2024-05-06 12:00, 1 000 000 EUR, 192.168.100.200", &[]),
            ("ISBN 978-3-16-148410-0", &[]),
            ("5550123", &[]),
        ];
        for (text, expected) in cases {
            let reading = Reading::of(text);
            let groups = groups(&reading.text);
            let mut found = Vec::new();
            for first in 0..groups.len() {
                if groups[first].opens {
                    at(&reading, &groups[first..], &mut found);
                }
            }
            let mut places: Vec<Range<usize>> = found.into_iter().map(|(range, _)| reading.original(range)).collect();
            places.retain({
                let all = places.clone();
                move |place| {
                    !all.iter().any(|other| other != place && other.start <= place.start && place.end <= other.end)
                }
            });
            let found: Vec<&str> = places.into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, *expected, "{text:?}");
        }
    }
}
