//! Several processes on one journal. Nobody owns an execution: whoever hears of an event decides it, and the journal's
//! condition puts them in order. What that leaves open is in here.
//!
//! | what | how |
//! |---|---|
//! | an end that another process decided | `wait` looks at the row of the execution until it says so |
//! | a workflow that another process named | [`NAMES`]: rows say which definition a name stands for |
//! | a cue that got lost | whoever holds its execution sends it again (`resend`), unless the journal moved on or a body shows a mark |
//! | what a process held that died | [`Patrol`]: one process at a time walks all that is open, takes it up and sets its timers |
//!
//! Deliberately absent: membership, leaders that must not be two, ownership of executions. The patrol's lease only saves
//! work; two patrols at once do no harm.

mod lease;
mod mark;
mod names;
mod patrol;
mod resend;
mod wait;

pub use names::{NAMES, read_name, write_name};
pub use patrol::{Patrol, Walk};

pub(crate) use {mark::Mark, names::newest, patrol::look_at, resend::resend, wait::wait};

/// Every actor kind, served here or elsewhere.
pub(crate) fn kinds() -> Vec<String> {
    let kinds: std::collections::BTreeSet<&str> =
        cueline_protocol::tasks::CONTRACTS.iter().map(|contract| contract.kind).collect();
    kinds.into_iter().map(str::to_owned).collect()
}
