//! What SQLite and the file system report, in the words of a port, with a code and what to do.

use std::{io, path::Path};

use cueline_ports::{PortError, PortErrorKind};
use rusqlite::ErrorCode;

use super::damage;

/// The port error for a failed statement.
pub(super) fn from_sqlite(file: &Path, error: rusqlite::Error) -> PortError {
    if let Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) = error.sqlite_error_code() {
        damage::note(file, "a page");
    }
    let file = file.display();
    let (kind, message) = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => (
            PortErrorKind::Storage,
            format!("storage_full: no space for {file}; nothing was written, free some space and it goes on by itself"),
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
            PortErrorKind::Storage,
            format!("storage_read_only: cannot write {file}; check the owner and the permissions of the directory"),
        ),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => (PortErrorKind::Corrupt, corrupt(&file)),
        Some(ErrorCode::ConstraintViolation) => {
            (PortErrorKind::Conflict, format!("storage_conflict: {file} has this version already"))
        }
        Some(ErrorCode::TooBig) => (PortErrorKind::Invalid, "storage_row_too_big: a row is above 1 GB".to_owned()),
        _ => (PortErrorKind::Unavailable, format!("storage_failed: {file} could not be read or written")),
    };
    PortError::new(kind, message).with_source(error)
}

/// The port error for a failed file operation around the database.
pub(super) fn from_io(path: &Path, doing: &str, error: io::Error) -> PortError {
    let place = path.display();
    let (kind, message) = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (PortErrorKind::Storage, format!("storage_full: no space to {doing} {place}; free some space"))
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => (
            PortErrorKind::Storage,
            format!("storage_read_only: not allowed to {doing} {place}; check the owner and the permissions"),
        ),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            (PortErrorKind::Invalid, format!("storage_not_a_directory: cannot {doing} {place}; choose a directory"))
        }
        _ => (PortErrorKind::Unavailable, format!("storage_failed: could not {doing} {place}")),
    };
    PortError::new(kind, message).with_source(error)
}

/// The port error for a row whose checksum does not fit.
pub(super) fn damaged(file: &Path, what: &str) -> PortError {
    damage::note(file, what);
    PortError::corrupt(format!("{}: {what}", corrupt(&file.display())))
}

fn corrupt(file: &impl std::fmt::Display) -> String {
    format!(
        "storage_corrupt: {file} is damaged or not a database of ours; restore it with its -wal file from a backup, or \
         move both away to start empty"
    )
}

/// A sync that failed says nothing about what reached the disk, and a second one may succeed without writing anything.
pub(super) fn is_failed_sync(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC};
    error.sqlite_error().is_some_and(|inner| matches!(inner.extended_code, SQLITE_IOERR_FSYNC | SQLITE_IOERR_DIR_FSYNC))
}

/// The answer to every write after a failed sync.
pub(super) fn stopped_after_failed_sync(file: &Path) -> PortError {
    PortError::unavailable(format!(
        "storage_sync_failed: the disk did not confirm a write of {}; check the disk, then restart",
        file.display()
    ))
}
