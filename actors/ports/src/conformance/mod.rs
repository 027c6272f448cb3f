//! One suite per port, run on every adapter and every fake.
//!
//! Each suite takes a factory of fresh ports and panics with the name of the promise that was broken.
