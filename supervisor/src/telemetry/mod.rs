//! Logs, traces and metrics.
//!
//! | file | idea |
//! |---|---|
//! | [`names`] | every public name of a span, attribute or metric, in one table |
//! | [`spans`] | the runtime's spans as OpenTelemetry sees them |
//! | `chosen` | ids of spans that were named before they are made |
//! | [`instruments`] | what is counted as things happen |
//! | [`measured`] | where it passes: the ends of executions, tasks and answers of models |
//! | `meters` | where metrics go: `/metrics`, OTLP, the log of a stack |
//! | `emf` | metrics as lines of the embedded metric format |
//! | `log` | the subscriber: lines for people or JSON, and the exporters that are configured |
//!
//! No content: prompts, documents, questions and answers never become an attribute or a log field.

mod chosen;
mod emf;
pub mod instruments;
mod log;
pub mod measured;
mod meters;
pub mod names;
pub mod spans;

pub use log::{Telemetry, start};
