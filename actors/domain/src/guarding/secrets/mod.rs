//! Credentials: tokens with a known prefix, private keys, and values that are assigned to something that is called a secret.
//!
//! A token may be longer than any window; it is recognised from its prefix and first characters, and its end is where its
//! characters end. [`Tail`] says whether that was the end of the text.

mod assigned;
mod prefixed;

use super::Tail;
use super::reading::Reading;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Secret {
    /// `-----BEGIN … PRIVATE KEY-----` and what follows.
    PrivateKey,
    /// The id of an AWS access key, e.g. `AKIA…`.
    AwsAccessKey,
    /// A secret AWS access key: 40 mixed characters behind a word such as `secret` or `key`.
    AwsSecretKey,
    /// A GitHub token.
    GithubToken,
    /// A GitLab token.
    GitlabToken,
    /// A Slack token or webhook.
    SlackToken,
    /// An OpenAI or Anthropic key, and others that begin with `sk-`.
    ModelKey,
    /// A Google API key or OAuth token.
    GoogleKey,
    /// A Stripe key that is not for tests only.
    StripeKey,
    /// A token of npm, PyPI, Hugging Face, SendGrid and other services with a prefix of their own.
    ServiceToken,
    /// A JSON web token.
    Jwt,
    /// The password in `scheme://user:password@host`.
    UrlPassword,
    /// A value that looks random and is assigned to a password, token, key or the like.
    Assigned,
}

impl Secret {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::PrivateKey,
        Self::AwsAccessKey,
        Self::AwsSecretKey,
        Self::GithubToken,
        Self::GitlabToken,
        Self::SlackToken,
        Self::ModelKey,
        Self::GoogleKey,
        Self::StripeKey,
        Self::ServiceToken,
        Self::Jwt,
        Self::UrlPassword,
        Self::Assigned,
    ];

    /// The name that configuration, verdicts and placeholders use.
    pub fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "PRIVATE_KEY",
            Self::AwsAccessKey => "AWS_ACCESS_KEY",
            Self::AwsSecretKey => "AWS_SECRET_KEY",
            Self::GithubToken => "GITHUB_TOKEN",
            Self::GitlabToken => "GITLAB_TOKEN",
            Self::SlackToken => "SLACK_TOKEN",
            Self::ModelKey => "MODEL_KEY",
            Self::GoogleKey => "GOOGLE_KEY",
            Self::StripeKey => "STRIPE_KEY",
            Self::ServiceToken => "SERVICE_TOKEN",
            Self::Jwt => "JWT",
            Self::UrlPassword => "URL_PASSWORD",
            Self::Assigned => "ASSIGNED",
        }
    }
}

/// Every kind at every place of a reading.
pub(super) fn scan(reading: &Reading) -> Vec<(Range<usize>, Secret, Tail)> {
    let mut found = Vec::new();
    prefixed::scan(&reading.text, &mut found);
    assigned::scan(reading, &mut found);
    found
}

impl Tail {
    /// Whether `c` goes on with what was cut at the end of a window. `seen` is what went before, at least the last
    /// 64 bytes of it.
    pub fn goes_on(self, seen: &str, c: char) -> bool {
        let belongs = match self {
            Self::Closed => return false,
            Self::Token => is_token,
            Self::Key if key_is_over(seen) => return false,
            Self::Key => is_key,
        };
        if c.is_ascii() { belongs(c as u8) } else { Reading::of(c.encode_utf8(&mut [0; 4])).text.bytes().all(belongs) }
    }
}

/// Characters of tokens, also those of base64 in both alphabets and of URLs' percent signs.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'=' | b'~' | b'%')
}

/// Characters between the first and the last line of a private key; line ends are sometimes written as `\n`.
fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-\\:, \t\r\n".contains(&byte)
}

/// Whether the last line of a key has been seen.
fn key_is_over(seen: &str) -> bool {
    let last = seen.len().saturating_sub(64);
    let last = &seen.as_bytes()[last..];
    let end = b"-----END ";
    last.ends_with(b"-----")
        && last.windows(end.len()).rposition(|part| part == end).is_some_and(|at| at + end.len() < last.len() - 5)
}

#[cfg(test)]
mod tests;
