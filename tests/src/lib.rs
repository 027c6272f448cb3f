//! The whole system from outside: universe, system stories, benchmarks, conformance.

#[cfg(feature = "system")]
pub mod system;
pub mod universe;
