//! One change for the writer, and whom to tell.

use cueline_ports::{Append, PortError, PortResult, Write};
use cueline_protocol::ids::ExecutionId;
use tokio::sync::oneshot;

/// What to change.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most changes are appends, and a box would cost each an allocation")]
pub(super) enum Change {
    /// [`cueline_ports::Journal::append`].
    Append(Append),
    /// [`cueline_ports::Journal::remove`].
    Remove(ExecutionId),
    /// [`cueline_ports::Table::transact`].
    Transact(Vec<Write>),
}

impl Change {
    /// About how much memory it holds while it waits.
    pub(super) fn weight(&self) -> usize {
        const FIXED: usize = 256;
        let held = match self {
            Self::Append(append) => {
                append.commits.iter().map(|commit| commit.len()).sum::<usize>()
                    + append.snapshot.as_ref().map_or(0, |snapshot| snapshot.len())
            }
            Self::Remove(_) => 0,
            Self::Transact(writes) => writes.iter().map(write_weight).sum(),
        };
        FIXED + held
    }
}

fn write_weight(write: &Write) -> usize {
    let body = if let Write::Put { body, .. } = write { body.len() } else { 0 };
    body + write.key().partition.len() + write.key().sort.len()
}

/// Whom to tell how it went.
pub(super) enum Done {
    /// A future that waits.
    Channel(oneshot::Sender<PortResult<()>>),
    /// A function to run on the writer thread.
    Call(Box<dyn FnOnce(PortResult<()>) + Send>),
}

impl Done {
    /// Tells. Nobody listening is fine: the caller went away, the change took place.
    pub(super) fn tell(self, result: PortResult<()>) {
        match self {
            Self::Channel(sender) => drop(sender.send(result)),
            Self::Call(call) => {
                // A callback that panics must not take the writer, and so every other execution, with it.
                if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| call(result))).is_err() {
                    tracing::error!("a callback of the storage panicked");
                }
            }
        }
    }
}

/// A change and whom to tell.
pub(super) struct Job {
    pub(super) change: Change,
    pub(super) done: Done,
}

impl Job {
    /// Answers without having tried.
    pub(super) fn refuse(self, error: PortError) {
        self.done.tell(Err(error));
    }
}
