//! Keeping actors alive: restarts with backoff, quarantine, and the tree that people look at.

mod policy;
mod root;
mod tree;

pub use policy::{RestartPolicy, RestartRecord, Verdict};
pub use root::Root;
pub use tree::{ActorState, ActorTree, ActorView};
