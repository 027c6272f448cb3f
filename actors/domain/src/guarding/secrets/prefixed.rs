//! Tokens that say by their prefix what they are.

use super::{Secret, Tail, is_key, is_token, key_is_over};
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;

/// What follows a prefix.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// This many characters for which the function holds, and then the end of the word.
    Exactly(usize, fn(u8) -> bool),
    /// At least this many.
    AtLeast(usize, fn(u8) -> bool),
    /// The rest of the first line of a private key, and the key.
    Key,
    /// Two more parts behind points.
    Jwt,
    /// User, password and host of a URL; the prefix is `://`.
    Url,
}

const ALNUM: fn(u8) -> bool = |byte| byte.is_ascii_alphanumeric();
const WORD: fn(u8) -> bool = |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
const BASE32: fn(u8) -> bool = |byte| byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7');

const PREFIXES: &[(&str, Secret, Form)] = &[
    ("-----BEGIN ", Secret::PrivateKey, Form::Key),
    ("AKIA", Secret::AwsAccessKey, Form::Exactly(16, BASE32)),
    ("ASIA", Secret::AwsAccessKey, Form::Exactly(16, BASE32)),
    ("ABIA", Secret::AwsAccessKey, Form::Exactly(16, BASE32)),
    ("ACCA", Secret::AwsAccessKey, Form::Exactly(16, BASE32)),
    ("ghp_", Secret::GithubToken, Form::AtLeast(30, ALNUM)),
    ("gho_", Secret::GithubToken, Form::AtLeast(30, ALNUM)),
    ("ghu_", Secret::GithubToken, Form::AtLeast(30, ALNUM)),
    ("ghs_", Secret::GithubToken, Form::AtLeast(30, ALNUM)),
    ("ghr_", Secret::GithubToken, Form::AtLeast(30, ALNUM)),
    ("github_pat_", Secret::GithubToken, Form::AtLeast(30, WORD)),
    ("glpat-", Secret::GitlabToken, Form::AtLeast(20, WORD)),
    ("xoxb-", Secret::SlackToken, Form::AtLeast(20, WORD)),
    ("xoxp-", Secret::SlackToken, Form::AtLeast(20, WORD)),
    ("xoxa-", Secret::SlackToken, Form::AtLeast(20, WORD)),
    ("xoxr-", Secret::SlackToken, Form::AtLeast(20, WORD)),
    ("xoxs-", Secret::SlackToken, Form::AtLeast(20, WORD)),
    ("xapp-", Secret::SlackToken, Form::AtLeast(20, WORD)),
    ("hooks.slack.com/services/", Secret::SlackToken, Form::AtLeast(24, is_token)),
    ("sk-", Secret::ModelKey, Form::AtLeast(20, WORD)),
    ("AIza", Secret::GoogleKey, Form::Exactly(35, WORD)),
    ("ya29.", Secret::GoogleKey, Form::AtLeast(30, is_token)),
    ("GOCSPX-", Secret::GoogleKey, Form::AtLeast(20, WORD)),
    ("sk_live_", Secret::StripeKey, Form::AtLeast(16, ALNUM)),
    ("rk_live_", Secret::StripeKey, Form::AtLeast(16, ALNUM)),
    ("whsec_", Secret::StripeKey, Form::AtLeast(24, is_token)),
    ("npm_", Secret::ServiceToken, Form::Exactly(36, ALNUM)),
    ("pypi-", Secret::ServiceToken, Form::AtLeast(50, WORD)),
    ("hf_", Secret::ServiceToken, Form::AtLeast(30, ALNUM)),
    ("dop_v1_", Secret::ServiceToken, Form::AtLeast(40, ALNUM)),
    ("SG.", Secret::ServiceToken, Form::AtLeast(50, |byte| WORD(byte) || byte == b'.')),
    ("shpat_", Secret::ServiceToken, Form::AtLeast(30, ALNUM)),
    ("dckr_pat_", Secret::ServiceToken, Form::AtLeast(20, WORD)),
    ("AGE-SECRET-KEY-1", Secret::ServiceToken, Form::AtLeast(40, ALNUM)),
    ("eyJ", Secret::Jwt, Form::Jwt),
    ("://", Secret::UrlPassword, Form::Url),
];

/// One pass finds where any of the prefixes stands.
static AUTOMATON: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(PREFIXES.iter().map(|(prefix, ..)| prefix)).ok());

pub(super) fn scan(text: &str, found: &mut Vec<(Range<usize>, Secret, Tail)>) {
    let Some(automaton) = AUTOMATON.as_ref() else { return };
    let bytes = text.as_bytes();
    // A token's own characters may look like a prefix again and again; they are part of it all the same.
    let mut end_of_long = 0;
    for hit in automaton.find_overlapping_iter(text) {
        let Some((_, kind, form)) = PREFIXES.get(hit.pattern().as_usize()) else { continue };
        let (start, behind) = (hit.start(), hit.end());
        let opens = !start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric);
        if behind <= end_of_long || !(opens || matches!(form, Form::Url | Form::Key)) {
            continue;
        }
        let span = match *form {
            Form::Exactly(count, belongs) => {
                let exact = length(bytes, behind, belongs, count) == count;
                let closes = !bytes.get(behind + count).is_some_and(|byte| WORD(*byte));
                (exact && closes).then_some((start..behind + count, Tail::Closed))
            }
            Form::AtLeast(least, belongs) => {
                let known = length(bytes, behind, belongs, least) == least && is_random(&bytes[behind..behind + least]);
                known.then(|| (start..behind + length(bytes, behind, belongs, usize::MAX), Tail::Token))
            }
            Form::Key => private_key(text, start),
            Form::Jwt => web_token(bytes, start),
            Form::Url => password(bytes, behind),
        };
        let Some((range, tail)) = span else { continue };
        if matches!(form, Form::AtLeast(..) | Form::Key | Form::Jwt) {
            end_of_long = range.end;
        }
        let tail = if range.end == bytes.len() { tail } else { Tail::Closed };
        found.push((range, *kind, tail));
    }
}

fn length(bytes: &[u8], from: usize, belongs: fn(u8) -> bool, most: usize) -> usize {
    bytes[from..].iter().take(most).take_while(|byte| belongs(**byte)).count()
}

/// Words with dashes, as in `sk-learn-compatible-estimators`, are no token; a token has digits or capitals.
fn is_random(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// Longest label of a private key, e.g. `RSA PRIVATE KEY`.
const LONGEST_LABEL: usize = 40;
/// A key has at least this many characters on its first line; a text about keys has none.
const LEAST_KEY: usize = 16;

fn private_key(text: &str, start: usize) -> Option<(Range<usize>, Tail)> {
    let bytes = text.as_bytes();
    let label = start + b"-----BEGIN ".len();
    let label_end = bytes[label..].windows(5).take(LONGEST_LABEL).position(|part| part == b"-----")? + label;
    if !bytes[label..label_end].windows(11).any(|part| part == b"PRIVATE KEY") {
        return None;
    }
    let body = label_end + 5;
    let gap = bytes[body..].iter().take(8).take_while(|byte| b"\\nr \t\r\n".contains(byte)).count();
    let first = length(bytes, body + gap, |byte| byte.is_ascii_alphanumeric() || b"+/=:,-".contains(&byte), LEAST_KEY);
    if first < LEAST_KEY && !bytes[body + gap..].starts_with(b"Proc-Type") {
        return None;
    }
    let mut end = body;
    while end < bytes.len() && is_key(bytes[end]) {
        if bytes[end - 1] == b'-' && key_is_over(&text[start..end]) {
            return Some((start..end, Tail::Closed));
        }
        end += 1;
    }
    let over = key_is_over(&text[start..end]);
    Some((start..end, if over { Tail::Closed } else { Tail::Key }))
}

/// `eyJ….eyJ….…`: header and claims are JSON objects in base64, the signature may be empty.
fn web_token(bytes: &[u8], start: usize) -> Option<(Range<usize>, Tail)> {
    const LONGEST_HEADER: usize = 250;
    const LEAST: usize = 10;
    let header = length(bytes, start, WORD, LONGEST_HEADER);
    let claims = start + header + 1;
    let pointed = header >= LEAST && bytes.get(claims - 1) == Some(&b'.') && bytes.get(claims..)?.starts_with(b"eyJ");
    if !pointed || length(bytes, claims, WORD, LEAST) < LEAST {
        return None;
    }
    let rest = length(bytes, claims, |byte| WORD(byte) || byte == b'.', usize::MAX);
    let end = claims + rest;
    // The full stop of the sentence is not part of it.
    let stops = bytes[..end].iter().rev().take_while(|byte| **byte == b'.').count();
    Some((start..end - stops, Tail::Token))
}

/// The password between `scheme://` and `@host`.
fn password(bytes: &[u8], authority: usize) -> Option<(Range<usize>, Tail)> {
    const LONGEST: usize = 128;
    let ends = |byte: u8| byte.is_ascii_whitespace() || b"/?#\"'<>".contains(&byte);
    let inside = &bytes[authority..];
    let length = inside.iter().take(LONGEST).take_while(|byte| !ends(**byte) && **byte != b'@').count();
    if inside.get(length) != Some(&b'@') {
        return None;
    }
    let colon = inside[..length].iter().position(|byte| *byte == b':')?;
    let secret = &inside[colon + 1..length];
    let written_out = !secret.iter().any(|byte| b"${}<>*[]".contains(byte));
    let named = secret.eq_ignore_ascii_case(b"password") || secret.eq_ignore_ascii_case(b"pass");
    (secret.len() >= 3 && written_out && !named).then_some((authority + colon + 1..authority + length, Tail::Closed))
}
