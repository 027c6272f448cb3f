//! Values that are assigned to something called a secret, and look like one.

use super::{Secret, Tail, is_token};
use crate::guarding::reading::Reading;
use aho_corasick::{AhoCorasick, MatchKind};
use std::ops::Range;
use std::sync::LazyLock;

/// Names of things whose value nobody should see; found as parts of longer names, too.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "api key",
    "api_key",
    "api-key",
    "apikey",
    "access key",
    "access_key",
    "access-key",
    "accesskey",
    "private key",
    "private_key",
    "private-key",
    "credential",
    "auth_key",
    "auth-key",
    "authkey",
    "bearer",
    "aws",
    "key",
];

static AUTOMATON: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::Standard).build(NAMES).ok());

/// Longest rest of a name behind the word, as in `secret_access_key_for_ci`.
const LONGEST_REST: usize = 32;
/// Longest way from a name to its value.
const LONGEST_WAY: usize = 24;
/// A value is judged by so many characters; what is longer is the same value.
const JUDGED: usize = 128;
const AWS_SECRET: usize = 40;

pub(super) fn scan(reading: &Reading, found: &mut Vec<(Range<usize>, Secret, Tail)>) {
    let Some(automaton) = AUTOMATON.as_ref() else { return };
    let bytes = reading.text.as_bytes();
    // Within a value there may be names again.
    let mut end_of_last = 0;
    for hit in automaton.find_overlapping_iter(&reading.letters) {
        let name = NAMES.get(hit.pattern().as_usize()).copied().unwrap_or_default();
        let Some((start, assigned)) = value(bytes, hit.end()).filter(|(start, _)| *start >= end_of_last) else {
            continue;
        };
        let judged = bytes[start..].iter().take(JUDGED).take_while(|byte| belongs(**byte)).count();
        let sentence_stops = bytes[start..start + judged].iter().rev().take_while(|byte| **byte == b'.').count();
        let value = &bytes[start..start + judged - sentence_stops];
        let kind = if value.len() == AWS_SECRET && is_mixed(value) && entropy(value) >= 4.0 {
            Secret::AwsSecretKey
        } else if assigned && name != "aws" && is_secret(name, value) {
            Secret::Assigned
        } else {
            continue;
        };
        let rest = match judged {
            JUDGED => bytes[start + judged..].iter().take_while(|byte| belongs(**byte)).count(),
            _ => 0,
        };
        let end = start + if rest > 0 { judged + rest } else { value.len() };
        let tail = if start + judged + rest == bytes.len() { Tail::Token } else { Tail::Closed };
        end_of_last = end;
        found.push((start..end, kind, tail));
    }
}

fn belongs(byte: u8) -> bool {
    is_token(byte) || b"!@#$^&*".contains(&byte)
}

/// Where the value of a name that ends at `at` begins, and whether a sign of assignment stands between. The way is short.
fn value(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    let rest =
        bytes[at..].iter().take(LONGEST_REST).take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
    let from = at + rest.count();
    let way = bytes[from..].iter().take(LONGEST_WAY).take_while(|byte| b"\"'`*: \t=>|".contains(byte)).count();
    let mut start = from + way;
    let mut assigned = bytes[from..start].iter().any(|byte| b":=>".contains(byte));
    if !assigned
        && let Some(word) =
            [b"is ".as_slice(), b"ist ", b"was ", b"to "].iter().find(|word| bytes[start..].starts_with(word))
    {
        start += word.len();
        start += bytes[start..].iter().take(4).take_while(|byte| b"\"'`*: ".contains(byte)).count();
        assigned = true;
    }
    // `Bearer eyJ…` and `AWS secret wJal…` have a space only.
    (way > 0 && start < bytes.len()).then_some((start, assigned || bytes[at - 1].eq_ignore_ascii_case(&b'r')))
}

fn is_mixed(value: &[u8]) -> bool {
    let upper = value.iter().any(u8::is_ascii_uppercase);
    let lower = value.iter().any(u8::is_ascii_lowercase);
    let digit = value.iter().any(u8::is_ascii_digit);
    upper && lower && digit && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/+=".contains(byte))
}

/// Whether a value looks as if a machine, or a careful person, had made it up.
fn is_secret(name: &str, value: &[u8]) -> bool {
    let judged = &value[..value.len().min(JUDGED)];
    let lower: String = judged.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    // What stands for a value: a variable, a call, a path, a pattern of one letter.
    if STAND_INS.iter().any(|word| lower.contains(word)) || lower.starts_with(['$', '/', '.', '%', '#', '@']) {
        return false;
    }
    let classes = [
        judged.iter().any(u8::is_ascii_lowercase),
        judged.iter().any(u8::is_ascii_uppercase),
        judged.iter().any(u8::is_ascii_digit),
        judged.iter().any(|byte| b"!@#$^&*%+=/~".contains(byte)),
    ];
    let classes = classes.iter().filter(|class| **class).count();
    let digits = judged.iter().filter(|byte| byte.is_ascii_digit()).count();
    let chosen_by_hand = ["pass", "pwd"].iter().any(|start| name.starts_with(start));
    if chosen_by_hand {
        return judged.len() >= 6 && classes >= 2 && digits > 0 && entropy(judged) >= 2.3;
    }
    let named = name != "key" || classes >= 3;
    named && judged.len() >= 16 && classes >= 2 && digits >= 2 && entropy(judged) >= 3.0 && !is_path(judged)
}

/// Paths, host names, dates and versions have many separators for their length.
fn is_path(value: &[u8]) -> bool {
    value.iter().filter(|byte| b"/._-".contains(byte)).count() * 5 > value.len()
}

const STAND_INS: &[&str] = &[
    "example",
    "your",
    "xxxx",
    "placeholder",
    "changeme",
    "redacted",
    "getenv",
    "environ",
    "process.env",
    "secrets.",
    "vault",
    "arn",
    "****",
    "....",
    "1234567890",
    "<",
    "{",
    "(",
    "todo",
    "dummy",
    "sample",
];

/// Bits per character.
fn entropy(value: &[u8]) -> f32 {
    let mut counts = [0_u16; 256];
    for byte in value {
        counts[usize::from(*byte)] = counts[usize::from(*byte)].saturating_add(1);
    }
    let length = value.len() as f32;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f32::from(*count) / length)
        .map(|share| -share * share.log2())
        .sum()
}
