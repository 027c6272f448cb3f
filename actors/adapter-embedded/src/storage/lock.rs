//! One process per directory.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};

use cueline_ports::{PortError, PortErrorKind, PortResult};

use super::error::from_io;

/// Held as long as the storage is open; the operating system drops it with the process, however that ends.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Creates the directory when it is missing and takes it.
    pub(super) fn take(directory: &Path) -> PortResult<Self> {
        fs::create_dir_all(directory).map_err(|error| from_io(directory, "create", error))?;
        let path = directory.join("LOCK");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| from_io(&path, "open", error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(directory, &mut file)),
            Err(TryLockError::Error(error)) => return Err(from_io(&path, "lock", error)),
        }
        write_pid(&mut file).map_err(|error| from_io(&path, "write", error))?;
        Ok(Self { _file: file })
    }
}

fn write_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn in_use(directory: &Path, file: &mut File) -> PortError {
    let mut holder = String::new();
    // The file is for people only; whatever is in there, the lock decides.
    let _ = file.take(20).read_to_string(&mut holder);
    let holder = holder.trim();
    let holder = if holder.is_empty() { "another process".to_owned() } else { format!("process {holder}") };
    PortError::new(
        PortErrorKind::Conflict,
        format!(
            "storage_in_use: {} is used by {holder}; stop it or choose another data directory",
            directory.display()
        ),
    )
}
