//! Objects of S3.
//!
//! A bucket of ours is a bucket of S3, whole or below a prefix: the inbox is a bucket of its own, payloads, definitions and
//! the rest share one. Large objects are sent in parts. S3 keeps what it acknowledged, and a reader sees a whole object.

mod notifications;
mod objects;
mod parts;

pub use objects::{Place, S3Objects, S3Options};
