//! One SQLite database for everything that must not be lost: the journal and the table.
//!
//! ```text
//! append, transact ─► intake ─► writer thread ─► WAL, synced ─► answers
//! load, list, get  ─► readers (own connections, see what was synced)
//! ```
//!
//! | file | |
//! |---|---|
//! | `schema` | tables, migrations, how a connection is opened |
//! | `intake`, `job` | where changes wait |
//! | `writer`, `apply`, `versions` | group commit; one change inside it |
//! | `readers`, `journal`, `table` | the two ports |
//! | `health` | whether the writer takes what it is given |
//! | `lock` | one process per directory |
//! | `damage` | pages that are not what they were: found in the background, said once |
//!
//! The layout follows measurements: rows of a log in the order of arrival, dense numbers for executions, one writer, no
//! timers, one sync per group. The directory holds `cueline.db`, its `-wal` and `-shm`, and `LOCK`; a backup copies all of
//! them while nothing runs, or uses SQLite's own backup.

mod apply;
mod checksum;
mod damage;
mod error;
mod health;
mod intake;
mod job;
mod journal;
mod lock;
mod options;
mod readers;
mod schema;
mod stats;
mod status;
mod table;
#[cfg(test)]
mod tests;
mod versions;
mod writer;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
};

use cueline_ports::{Append, PortError, PortResult};
use rusqlite::Connection;
use tokio::sync::oneshot;

use self::{
    health::Health,
    intake::Intake,
    job::{Change, Done, Job},
    lock::DirectoryLock,
    readers::Readers,
    stats::Counters,
};
pub use self::{
    options::{Edge, StorageHook, StorageOptions},
    stats::StorageStats,
};

const FILE_NAME: &str = "cueline.db";

/// Journal and table in one database. A cheap handle; the database closes with the last one.
#[derive(Clone)]
pub struct Storage {
    opened: Arc<Opened>,
}

/// An open database. Fields are dropped in this order: the lock goes last.
struct Opened {
    shared: Arc<Shared>,
    readers: Readers,
    writer: Mutex<Option<JoinHandle<()>>>,
    _lock: DirectoryLock,
}

/// What the writer thread and the callers share.
struct Shared {
    file: PathBuf,
    options: StorageOptions,
    intake: Intake,
    counters: Counters,
    health: Health,
}

impl Storage {
    /// Opens or creates the database in `directory` and takes it for this process.
    ///
    /// Errors: `storage_in_use` (`Conflict`), `storage_read_only` and `storage_full` (`Storage`), `storage_corrupt`
    /// (`Corrupt`), `storage_schema_newer` (`Unsupported`), `storage_foreign` (`Invalid`).
    pub fn open(directory: impl AsRef<Path>, options: StorageOptions) -> PortResult<Self> {
        let directory = directory.as_ref();
        let lock = DirectoryLock::take(directory)?;
        let file = directory.join(FILE_NAME);
        let connection = schema::open_writer(&file, options.page_limit)?;
        let readers = Readers::open(file.clone(), options.readers)?;
        let intake = Intake::new(options.waiting_bytes);
        let shared =
            Arc::new(Shared { file, options, intake, counters: Counters::default(), health: Health::default() });
        let writer = start_writer(connection, &shared)?;
        let opened = Opened { shared, readers, writer: Mutex::new(Some(writer)), _lock: lock };
        Ok(Self { opened: Arc::new(opened) })
    }

    /// Counters since the storage was opened.
    pub fn stats(&self) -> StorageStats {
        self.opened.shared.counters.read()
    }

    /// [`cueline_ports::Journal::append`] without a future: `done` runs on the writer thread once the commit is synced.
    /// It must not block; it may call `submit`.
    pub fn submit(&self, append: Append, done: impl FnOnce(PortResult<()>) + Send + 'static) {
        self.push(Change::Append(append), Done::Call(Box::new(done)));
    }

    /// Writes what waits, refuses what comes later, and closes the database for writing. Blocks for as long as that takes.
    pub fn close(&self) {
        self.opened.close();
    }

    fn push(&self, change: Change, done: Done) {
        self.opened.shared.intake.push(Job { change, done });
    }

    async fn change(&self, change: Change) -> PortResult<()> {
        let (sender, receiver) = oneshot::channel();
        self.push(change, Done::Channel(sender));
        receiver.await.unwrap_or_else(|_| Err(PortError::unavailable("storage_failed: the writer has stopped")))
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Readers) -> PortResult<T> + Send + 'static,
    ) -> PortResult<T> {
        let opened = Arc::clone(&self.opened);
        let reading = tokio::task::spawn_blocking(move || read(&opened.readers));
        reading.await.map_err(|error| PortError::unavailable("storage_failed: reading was cut").with_source(error))?
    }

    fn file(&self) -> &Path {
        &self.opened.shared.file
    }
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Storage").field("file", &self.file()).finish_non_exhaustive()
    }
}

impl Opened {
    fn close(&self) {
        self.shared.intake.close();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(writer) = writer else { return };
        // The last handle may go away in a callback, on the writer thread itself: it ends by itself then.
        if writer.thread().id() != thread::current().id() && writer.join().is_err() {
            tracing::error!("the writer of the storage panicked");
        }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.close();
    }
}

/// Closes the intake when the writer ends in whatever way, so that nobody waits for an answer that never comes.
struct CloseIntake(Arc<Shared>);

impl Drop for CloseIntake {
    fn drop(&mut self) {
        self.0.intake.close();
        let mut left = Vec::new();
        while self.0.intake.take(&mut left) {
            left.drain(..).for_each(|job| job.refuse(PortError::unavailable("storage_failed: the writer has stopped")));
        }
    }
}

fn start_writer(connection: Connection, shared: &Arc<Shared>) -> PortResult<JoinHandle<()>> {
    let (sender, ready) = mpsc::sync_channel(1);
    let shared = CloseIntake(Arc::clone(shared));
    let writer = thread::Builder::new()
        .name("storage-writer".to_owned())
        .spawn(move || writer::run(&connection, &shared.0, |result| drop(sender.send(result))))
        .map_err(|error| PortError::unavailable("storage_failed: could not start the writer").with_source(error))?;
    match ready.recv() {
        Ok(Ok(())) => Ok(writer),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(PortError::unavailable("storage_failed: the writer did not start")),
    }
}
