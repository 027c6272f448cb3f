//! Whether routing pays: quality and cost of a router on a labelled set, next to routers that know nothing and everything.
//!
//! | word | meaning |
//! |---|---|
//! | best, cheap | the target with the highest mean quality, the one with the lowest mean cost |
//! | gain recovered | (quality - quality of always-cheap) / (quality of always-best - quality of always-cheap) |
//! | area | area under gain recovered over the *cost* share between always-cheap (0) and always-best (1); chance is 0.5 |
//! | call area | the same over the share of calls that leave the cheap target |
//! | saving at 95 % | 1 - cost / cost of always-best, at the cheapest point with at least 95 % of always-best's quality |
//!
//! Share of calls is not money: long prompts carry the bill, so the area over cost decides and the other is shown beside it.

mod curve;
mod off_policy;
mod report;
mod threshold;

pub use curve::{Anchors, Case, Expected, Measured, Measures, Step, anchors, measure, steps};
pub use off_policy::{Logged, OffPolicy, OffPolicyError, off_policy};
pub use report::{Interval, Report, Router, Row, report};
pub use threshold::{Reached, choose_threshold, cross_chosen, reach};

#[cfg(test)]
mod tests;
