//! What a failed call means: who is to blame, and what it is called.

use cueline_domain::chat::{
    attempts::{Blame, Failed},
    judge::Outcome,
};
use cueline_ports::{PortError, PortErrorKind};

use super::turnstile::Turned;

/// Why a call of a target did not lead to a complete answer.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Stable, e.g. `model_first_token_timeout`.
    pub code: String,
    /// For people; nothing of what was asked or answered.
    pub message: String,
    /// HTTP status that it is told with.
    pub status: u16,
    /// Who is to blame.
    pub blame: Blame,
    /// When the target can be asked again.
    pub retry_after_ms: Option<u64>,
}

impl Fault {
    /// Of a target that says nothing.
    pub fn silent(code: &str, target: &str, limit_ms: u128) -> Self {
        Self {
            code: code.to_owned(),
            message: format!(
                "target {target}: {} for {limit_ms} ms",
                match code {
                    FIRST => "no first token",
                    WHOLE => "no answer",
                    _ => "no token",
                }
            ),
            status: 504,
            blame: Blame::Moment,
            retry_after_ms: None,
        }
    }

    /// Of a target that takes no more now. It is not to blame.
    pub fn busy(target: &str, turned: &Turned) -> Self {
        let (message, retry_after_ms) = match turned {
            Turned::Full(refused) => (format!("target {target}: {refused}"), refused.wait_ms.unwrap_or(1_000)),
            Turned::Late { waited_ms } => (format!("target {target}: takes no more; waited {waited_ms} ms"), 1_000),
        };
        Self { code: BUSY.to_owned(), message, status: 429, blame: Blame::Moment, retry_after_ms: Some(retry_after_ms) }
    }

    /// Of a target whose further call no budget allows. Another may be cheaper.
    pub(super) fn unaffordable(target: &str, why: &str) -> Self {
        Self {
            code: "budget_exceeded".to_owned(),
            message: format!("target {target}: {why}"),
            status: 429,
            blame: Blame::Unsuited,
            retry_after_ms: None,
        }
    }

    /// As a step of the decision what to do next. `seen`: something of the answer was seen by then.
    pub fn of(&self, target: usize, seen: bool) -> Failed {
        Failed { target, blame: self.blame, retry_after_ms: self.retry_after_ms, seen }
    }

    /// The target did badly.
    pub fn is_targets(&self) -> bool {
        matches!(self.blame, Blame::Target | Blame::Moment) && self.code != BUSY
    }

    /// The target was asked and has read the request, though it said nothing: that may be billed.
    pub(super) fn is_silence(&self) -> bool {
        [FIRST, GAP, WHOLE].contains(&self.code.as_str())
    }
}

/// As many calls as it takes are on their way, and as many as may wait do.
const BUSY: &str = "target_busy";
/// No first piece in time.
pub(super) const FIRST: &str = "model_first_token_timeout";
/// No further piece in time.
pub(super) const GAP: &str = "model_gap_timeout";
/// No whole answer in time.
pub(super) const WHOLE: &str = "model_answer_timeout";

impl From<PortError> for Fault {
    fn from(error: PortError) -> Self {
        let (code, _) = error.message.split_once(": ").unwrap_or(("model_failed", ""));
        let is_code = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        let code = if is_code { code.to_owned() } else { format!("model_{}", error.kind.as_str()) };
        let retry_after_ms = error.retry_after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
        let (status, blame) = match error.kind {
            PortErrorKind::Throttled => (429, Blame::Moment),
            PortErrorKind::Unavailable | PortErrorKind::Storage | PortErrorKind::Conflict => (502, Blame::Moment),
            // Our key, our configuration: another target may do.
            PortErrorKind::Denied | PortErrorKind::NotFound | PortErrorKind::Corrupt => (502, Blame::Target),
            PortErrorKind::Unsupported => (400, Blame::Unsuited),
            PortErrorKind::Invalid => (400, Blame::Request),
        };
        let status = if [FIRST, GAP, WHOLE].contains(&code.as_str()) { 504 } else { status };
        Self { code, message: error.message, status, blame, retry_after_ms }
    }
}

/// A stream that ended, but not well.
pub(super) fn of_outcome(target: &str, outcome: &Outcome) -> Option<Fault> {
    let (message, status, blame) = match outcome {
        Outcome::Complete => return None,
        Outcome::Cut => ("the answer was cut off".to_owned(), 502, Blame::Moment),
        Outcome::Empty => ("the answer ended without having begun".to_owned(), 502, Blame::Moment),
        Outcome::Garbled => ("the target sent what is no part of an answer".to_owned(), 502, Blame::Moment),
        Outcome::Failed { code, status } => {
            let blame = match status {
                Some(400 | 413 | 422) => Blame::Unsuited,
                Some(400..429) => Blame::Target,
                _ => Blame::Moment,
            };
            (format!("the target failed: {code}"), 502, blame)
        }
    };
    let code = outcome.code().to_owned();
    Some(Fault { code, message: format!("target {target}: {message}"), status, blame, retry_after_ms: None })
}
