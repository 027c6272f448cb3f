//! Multi-model routing: which target answers a prompt, decided by pure functions.
//!
//! ```text
//!   prompt ─► features ─► model: expected quality and tokens per target ─┐
//!   rules, records, health, limits, threshold ───────────────────────────┴─► decide ─► decision that explains itself
//!   recorded outcomes ─► train ─► model                labelled set, logged decisions ─► evaluate ─► thresholds, tables
//! ```
//!
//! | module | decides |
//! |---|---|
//! | [`features`] | what of a prompt is looked at |
//! | [`task_type`] | what kind of task it is, where nobody says |
//! | [`model`] | how good each target will be and how much it will write |
//! | [`mod@decide`] | who gets the request, who stands behind, and why |
//! | [`recorded`] | what recorded outcomes are worth to learn from |
//! | [`evaluate`] | whether routing pays, and which threshold keeps the quality |
//! | [`first_token`] | how long a target takes to its first token, and when that is not known any more |
//! | [`random`] | numbers from a seed, the same everywhere |
//!
//! Time, random numbers and everything that was recorded are arguments: a decision can be made again from what was written down.

pub mod decide;
pub mod evaluate;
pub mod features;
pub mod first_token;
pub mod model;
pub mod random;
pub mod recorded;
pub mod task_type;
