//! Who may ask, how often and for how much money; and what was asked, for the record.
//!
//! | file | idea |
//! |---|---|
//! | [`keys`](Keys) | keys by their hash; made, listed, rotated, revoked |
//! | [`budgets`](Budgets) | the worst case is reserved before a call, what was used is settled after it |
//! | [`limits`](Limits) | requests, tokens and calls at once |
//! | [`share`](Sharing) | what several processes let through counts in each of them |
//! | [`tenants`](Tenants) | what all keys of a tenant may do together |
//! | [`alerts`](Alerts) | what is wrong for too long is said |
//! | [`audit`](Audit) | every call of a model in a chain of records |
//! | [`cache`](AnswerCache) | whole answers that may be given again |
//! | [`feedback`](Feedback) | how good an answer was |
//!
//! This is no pattern of its own: it stands beside those that ask models, who know nothing of it.

mod alerts;
mod audit;
mod budgets;
mod cache;
mod feedback;
mod keys;
mod limits;
mod share;
mod tenants;

pub use alerts::{Alerts, Standing};
pub use audit::{Audit, AuditEntry, Verified};
pub use budgets::{Budgets, ReserveError, Scope};
pub use cache::AnswerCache;
pub use feedback::{FEEDBACK, Feedback, FeedbackRecord, mean};
pub use keys::{KeyError, Keys, NewKey};
pub use limits::{Limit, Limits, Permit, TooMuch};
pub use share::Sharing;
pub use tenants::{OTHERS, Tenants, Terms};
