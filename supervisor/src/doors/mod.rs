//! The front doors of the embedded system: what speaks S3 or EventBridge on AWS speaks it here, unchanged.
//!
//! ```text
//!  aws s3 cp …          ─┐                ┌─► s3::Store ─► Objects (the inbox is the watched folder) ─► ingestion
//!  aws events put-events ┼─► one listener ┤
//!  boto3, JavaScript …  ─┘                └─► events::EventsDoor ─► Bus (kept) ─► rules ─► workflows
//! ```
//!
//! | module | idea |
//! |---|---|
//! | `keys` | the access key of a data directory |
//! | `server` | the listener; which door a request means is told by its headers |
//! | `s3` | the S3 endpoint, on the crate `s3s`, which reads requests and checks their signatures |
//! | `events` | the EventBridge endpoint: JSON 1.1 |
//! | `signature` | Signature Version 4 for the latter |
//!
//! Both doors have the same key, and a thread and a runtime of their own, so a large upload does not slow a step down.

mod events;
mod keys;
mod s3;
mod server;
mod signature;

pub use keys::DoorKeys;
pub(crate) use server::{DoorServer, Rooms};
