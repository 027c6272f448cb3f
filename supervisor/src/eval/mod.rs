//! Quality measured: of retrieval on a judged collection, of routing on labelled prompts.
//!
//! `judged` reads a collection, `measure` indexes it, asks every query in every mode and counts; [`routing`] is about models.

mod judged;
mod measure;
pub mod routing;

pub use judged::Judged;
pub use measure::{Measured, Report, measure};
