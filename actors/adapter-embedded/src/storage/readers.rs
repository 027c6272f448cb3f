//! Connections for reading: as many at a time as there are, the rest waits.

use std::{
    path::PathBuf,
    sync::{Condvar, Mutex, PoisonError},
};

use cueline_ports::PortResult;
use rusqlite::Connection;

use super::{error::from_sqlite, schema::open_reader};

/// A pool of read connections.
pub(super) struct Readers {
    free: Mutex<Vec<Connection>>,
    returned: Condvar,
    file: PathBuf,
}

impl Readers {
    /// Opens `count` connections.
    pub(super) fn open(file: PathBuf, count: usize) -> PortResult<Self> {
        let free = (0..count.max(1)).map(|_| open_reader(&file)).collect::<PortResult<Vec<_>>>()?;
        Ok(Self { free: Mutex::new(free), returned: Condvar::new(), file })
    }

    /// Reads with one statement.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> PortResult<T> {
        let lease = Lease { connection: Some(self.take()), readers: self };
        let value = lease.connection.as_ref().map_or(Err(rusqlite::Error::InvalidQuery), read);
        value.map_err(|error| from_sqlite(&self.file, error))
    }

    /// Reads with several statements that see the same moment.
    pub(super) fn read_together<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> PortResult<T> {
        self.read(|connection| {
            let transaction = connection.unchecked_transaction()?;
            let value = read(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
    }

    fn take(&self) -> Connection {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match free.pop() {
                Some(connection) => return connection,
                None => free = self.returned.wait(free).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Gives the connection back even when reading panics.
struct Lease<'r> {
    connection: Option<Connection>,
    readers: &'r Readers,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.free.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            self.readers.returned.notify_one();
        }
    }
}
