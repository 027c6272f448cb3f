//! Answers to whoever waits with a token: a state machine that runs elsewhere.

use async_trait::async_trait;
use serde_json::Value;

use crate::PortResult;

/// The longest output that a token takes, in bytes of JSON.
pub const LONGEST_OUTPUT: usize = 256 * 1024;
/// The longest name of an error.
pub const LONGEST_ERROR: usize = 256;
/// The longest cause.
pub const LONGEST_CAUSE: usize = 32_768;

/// Answers tokens.
///
/// Once a call returns, whoever waits has the answer. An error of kind `NotFound` says that nobody waits with this token any more: it
/// was answered, it expired, or its execution ended. `Invalid` says that it is no token at all, or no answer.
#[async_trait]
pub trait Callbacks: Send + Sync {
    /// The task succeeded. An output above [`LONGEST_OUTPUT`] is `Invalid`.
    async fn succeed(&self, token: &str, output: &Value) -> PortResult<()>;

    /// The task failed. A name or cause that is too long is cut.
    async fn fail(&self, token: &str, error: &str, cause: &str) -> PortResult<()>;

    /// The task is alive.
    async fn heartbeat(&self, token: &str) -> PortResult<()>;
}

/// A text of at most so many bytes, cut between characters.
pub fn cut(text: &str, longest: usize) -> &str {
    let mut end = text.len().min(longest);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!([cut("aé", 1), cut("aé", 2), cut("aé", 3), cut("", 0)], ["a", "a", "aé", ""]);
    }
}
