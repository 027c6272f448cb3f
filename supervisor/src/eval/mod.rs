//! How good retrieval is on a judged collection: by words, by vectors, by both.
//!
//! `judged` reads the collection, `measure` indexes it, asks every query in every mode and counts.

mod judged;
mod measure;

pub use judged::Judged;
pub use measure::{Measured, Report, measure};
