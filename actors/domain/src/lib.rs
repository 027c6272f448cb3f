//! The decisions of the patterns: pure functions, no async, clock, randomness or environment.

pub mod document;
