//! What is worth a word: rules over what was observed of targets and tenants, and what they say now.
//!
//! ```text
//! Observation ─► for each rule: its subject ─► windows (counted, bounded) ─look─► reading ─► level ─► Change
//!                (target, tenant or all)                                                     quiet ─► rising ─► firing
//! ```
//!
//! | kind | what is measured | unit of `threshold` and `clears_at` |
//! |---|---|---|
//! | `latency` | 95 in a hundred wait at most so long, for the first token or the whole answer (`of`) | milliseconds |
//! | `spend` | what is spent | dollars an hour |
//! | `spend_rise` | what is spent, against the subject's own rate in the time before the window | times |
//! | `quality` | how far the mean of the last scores lies below the mean before, if the test says so | points of the score |
//! | `errors` | how many calls fail | share from 0 to 1 |
//! | `breaker` | how long it has not been closed | milliseconds |
//!
//! **No flapping.** A rule fires when its measure stays above `threshold` for `for_ms`, and clears when it stays at or below
//! `clears_at`, which is lower, for as long. In between nothing changes. Too few observations prove nothing: nothing fires,
//! and what fires goes on. None at all in a window count as calm, or the alert of a target that is gone would stand for ever.
//!
//! **Quality** is tested on one side: how likely is such a drop by chance when nothing changed? The answer is the larger one of
//! Student's and Welch's tests, which keeps what it states for thumbs as well (tested by simulation). `significance` is that of
//! one look; who looks often sees chance more often, so choose it small and let `for_ms` be long. The drop must also exceed
//! `threshold`: with many scores any drop is significant. A drop that lasts longer than the baseline becomes the baseline.
//!
//! **Exactness.** A window is counted in twelfths and a baseline in forty-eighths, so that a window is up to a twelfth shorter
//! than it says; rates are per what it covers. Latencies are known to within five in a hundred ([`LATENCY_ERROR`]) from 1 ms to
//! one hour. Sums are whole numbers: between two looks the order of observations changes nothing, except which subjects are
//! beyond the most.
//!
//! **Memory.** A rule tells [`MOST_SUBJECTS`] subjects apart, in the order in which they come; further ones are [`OTHER`]
//! together. Who has been quiet and unseen for all windows makes room again. A full rule holds less than 16 MB.

mod latencies;
mod level;
mod ring;
mod rule;
mod student;
mod tally;
mod watch;
mod windows;

pub use latencies::LATENCY_ERROR;
pub use rule::{AlertKind, AlertRule, Over, RuleProblem, RuleProblems, Span};
pub use watch::{ALL, Alert, Change, MOST_SUBJECTS, OTHER, Observation, Watch};

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
