//! The embedded world: one process, one directory, no account.
//!
//! | port | here |
//! |---|---|
//! | `Journal`, `Table` | [`Storage`]: SQLite, one writer thread, group commit |
//! | `Queue` | [`MemoryQueue`]: in process, refilled from the journal; dead letters are rows of the table |
//! | `Objects` | [`FileObjects`]: files, a folder per bucket, folder watch |
//! | `Bus` | [`LocalBus`]: a ring of rows and a broadcast |
//! | `Parser` | [`ChildProcessParser`]: a pool of child processes behind limits |

mod bus;
#[cfg(feature = "retrieval")]
pub mod embedder;
#[cfg(feature = "retrieval")]
pub mod guard;
pub mod index;
#[cfg(feature = "retrieval")]
pub mod model;
mod objects;
mod parser;
mod queue;
mod storage;
#[cfg(feature = "retrieval")]
mod tls;

pub use bus::{LocalBus, Published};
pub use objects::{Durability, FileObjects, FileObjectsOptions, Watch};
pub use parser::{ChildProcessParser, ParserOptions, Refusal, serve_child};
pub use queue::MemoryQueue;
pub use storage::{Edge, Storage, StorageHook, StorageOptions, StorageStats};
#[cfg(feature = "retrieval")]
pub use tls::install_tls;
