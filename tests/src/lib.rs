//! The whole system from outside: universe, system stories, benchmarks, conformance.

#[cfg(feature = "aws")]
pub mod bedrock_stub;
pub mod canonical;
#[cfg(feature = "aws")]
pub mod clients;
#[cfg(feature = "aws")]
pub mod cloud;
#[cfg(feature = "aws")]
pub mod collector;
#[cfg(feature = "aws")]
pub mod emulator;
#[cfg(feature = "aws")]
pub mod maven;
#[cfg(feature = "aws")]
pub mod opensearch;
#[cfg(all(feature = "aws", feature = "system"))]
pub mod rig;
#[cfg(feature = "aws")]
pub mod scripted;
#[cfg(all(feature = "aws", feature = "system"))]
pub mod socket;
#[cfg(all(feature = "aws", feature = "system"))]
pub mod stack;
#[cfg(feature = "aws")]
pub mod stub;
#[cfg(feature = "system")]
pub mod system;
pub mod universe;
#[cfg(all(feature = "aws", feature = "system"))]
pub mod upstream;
#[cfg(all(feature = "aws", feature = "system"))]
pub mod weather;
