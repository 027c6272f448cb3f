//! JSONata states: `{% … %}` expressions.
//!
//! The engine is `jsonata-core`, used at arm's length: it is given only `$states`, the workflow variables and limits, its
//! values never leave this module, and whatever would make an evaluation differ on replay or run away is replaced (see
//! `functions`). Bare names, `$` and `$$` are undefined, as they are on AWS.
//!
//! ```text
//!  Expression::parse ──▶ plain path? ──yes──▶ walk our own values, nothing is converted
//!                             └──no───▶ bind what the text mentions ▶ evaluate within limits ▶ convert out
//! ```
//!
//! **Time.** [`JsonataLimits::time`] is the one thing here that depends on the machine: an expression near it may succeed
//! once and fail on replay. Record what an evaluation gave; do not evaluate again to learn it.
//!
//! **Known gaps.** `$toMillis` with a picture that lacks the date fills it in from the real clock. A single built-in is
//! never interrupted, so `$join` and `$replace` of a long text with itself may use much memory before the clock is looked at.

mod convert;
mod expression;
mod functions;
mod mention;
mod session;
mod shortcut;
mod template;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use expression::{Expression, MAX_TEXT};
pub use session::JsonataSession;
pub use template::JsonataTemplate;

/// The expression inside `{% … %}`, or `None` for a plain string.
#[must_use]
pub fn unwrap(text: &str) -> Option<&str> {
    text.strip_prefix("{%")?.strip_suffix("%}")
}

/// What one evaluation may cost.
#[derive(Debug, Clone)]
pub struct JsonataLimits {
    /// Wall time of one evaluation; an expression fails when it is exceeded several times in a row. It is what bounds
    /// memory, too: the engine looks at nothing else while it builds.
    pub time: Duration,
    /// Nested calls.
    pub depth: usize,
    /// Items of one sequence.
    pub items: usize,
    /// Bytes of one field's value as JSON text, roughly counted. AWS's payload limit by default.
    pub result_bytes: usize,
    /// Ends running evaluations from another thread.
    pub cancel: Option<Cancel>,
}

impl Default for JsonataLimits {
    fn default() -> Self {
        let time = Duration::from_millis(250);
        Self { time, depth: 500, items: 10_000, result_bytes: 256 * 1024, cancel: None }
    }
}

/// Stops every evaluation whose limits hold a clone of it. For good: a cancelled token stays cancelled.
#[derive(Debug, Clone, Default)]
pub struct Cancel(jsonata_core::evaluator::CancelToken);

impl Cancel {
    /// Nothing is cancelled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Running evaluations fail soon after this returns, later ones at once.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// The type a field asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// `Items`
    Array,
    /// `Condition`
    Boolean,
    /// `Seconds`, `TimeoutSeconds`
    Number,
    /// `Timestamp`, `Error`, `Cause`
    String,
    /// `Assign`
    Object,
}
