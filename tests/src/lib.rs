//! The whole system from outside: universe, system stories, benchmarks, conformance.

#[cfg(feature = "aws")]
pub mod clients;
#[cfg(feature = "aws")]
pub mod cloud;
#[cfg(feature = "aws")]
pub mod emulator;
#[cfg(feature = "system")]
pub mod system;
pub mod universe;
