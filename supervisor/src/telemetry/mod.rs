//! Logs and traces.
//!
//! | file | idea |
//! |---|---|
//! | [`names`] | every public name of a span, attribute or metric, in one table |
//! | [`spans`] | the runtime's spans as OpenTelemetry sees them |
//! | `chosen` | ids of spans that were named before they are made |
//! | `log` | the subscriber: lines for people or JSON, and the exporter if one is configured |
//!
//! No content: prompts, documents, questions and answers never become an attribute or a log field.

mod chosen;
mod log;
pub mod names;
pub mod spans;

pub use log::{Telemetry, start};
