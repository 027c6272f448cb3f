//! One suite per port, run on every adapter and every fake.
//!
//! Each suite takes a factory of fresh ports and panics with the name of the promise that was broken. No suite waits for
//! the time of day: what depends on time runs on a [`TestClock`] that the suite advances.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a suite is an assertion")]

mod alarms;
mod bus;
mod callbacks;
mod clock;
mod embedder;
mod functions;
mod guard;
mod index;
mod journal;
mod model;
mod objects;
mod parser;
mod queue;
mod reranker;
mod state_machines;
mod table;

pub use alarms::{AlarmsBench, alarms_suite};
pub use bus::{bus_suite, event_log_suite};
pub use callbacks::{Answer, WaitsWithTokens, callbacks_suite};
pub use clock::{ManualClock, RealClock, TestClock};
pub use embedder::embedder_suite;
pub use functions::{FunctionsBench, functions_suite};
pub use guard::{GuardSamples, guard_suite};
pub use index::index_suite;
pub use journal::journal_suite;
pub use model::{model_form_suite, model_suite, model_tools_suite};
pub use objects::{object_keys_suite, objects_suite};
pub use parser::parser_suite;
pub use queue::{queue_fairness_suite, queue_suite, queue_wire_suite};
pub use reranker::reranker_suite;
pub use state_machines::{MachinesBench, state_machines_suite};
pub use table::table_suite;
