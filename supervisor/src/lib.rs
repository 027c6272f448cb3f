//! The binary `cueline`: configures, builds, runs and drains everything, and talks to it.
//!
//! ```text
//!  cli ──HTTP──► admin (own thread) ──► engine ◄── ingress ◄── inbox folder
//!                  │                      │
//!   up ── config ─► wiring (adapters) ─► World ─► workers
//! ```
//!
//! | module | idea |
//! |---|---|
//! | [`config`] | a TOML file, flags and the environment become one checked configuration |
//! | [`wiring`] | the only file that names an adapter |
//! | [`up`] | start, ready line, drain in order |
//! | [`admin`] | REST under `/admin/v1`, health, metrics, the console page |
//! | [`api`] | what the admin interface says, shared by server and command line |
//! | [`doors`] | the S3 and EventBridge endpoints |
//! | [`gateway`] | the OpenAI-compatible API |
//! | [`telemetry`] | logs and traces; every public name in one table |
//! | [`cli`] | the commands |
//! | [`eval`] | measures retrieval on a judged collection |
//! | [`presence`] | how a command finds the running process: address and token |
//! | `privacy` | the data directory is its owner's alone |
//! | `workflows` | workflows by name, across restarts |
//!
//! Deliberately absent: any decision about workflows or documents. Those live below and are only called here.

pub mod admin;
pub mod api;
mod background;
pub mod cli;
pub mod config;
pub mod doors;
pub mod eval;
pub mod gateway;
pub mod presence;
mod privacy;
pub mod telemetry;
pub mod up;
pub mod wiring;
mod workflows;
