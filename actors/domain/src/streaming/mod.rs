//! What of a model's answer a reader sees, and when: operators with bounded windows that an answer passes on its way.
//!
//! ```text
//!  text ─► Pipeline: links ► citations ► guardrail ► markdown ► sentences ─► pieces at the positions that the reader sees
//! ```
//!
//! The guard stands behind whatever takes words away: else two halves would be joined after it had judged them.
//!
//! Laws that the tests hold:
//!
//! - However the input is cut into deltas, the output is the same.
//! - What a rule blocks never gets out, wherever the input is cut.
//! - What is held back is bounded, whatever comes.
//! - A verdict is told however the answer ends.

mod citations;
mod flush;
mod guardrail;
mod held;
mod links;
mod markdown;
mod operator;
mod pipeline;
mod sentences;

pub use citations::{Citations, Supports};
pub use flush::Flush;
pub use guardrail::{Guardrail, Incident, Mode, Verdict, WINDOW};
pub use links::{AllowedHosts, HostError, Links};
pub use markdown::Markdown;
pub use operator::{Ending, Mark, Operator, Piece, Position};
pub use pipeline::{Pipeline, Released};
pub use sentences::Sentences;

#[cfg(test)]
mod laws;
