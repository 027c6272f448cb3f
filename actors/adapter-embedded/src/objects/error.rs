//! What the file system reports, in the words of a port: which object, which path, what to do.

use std::{io, path::Path};

use cueline_ports::{PortError, PortErrorKind};

/// The port error for a failed file operation.
pub(super) fn from_io(path: &Path, doing: &str, error: io::Error) -> PortError {
    let place = path.display();
    let (kind, message) = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
            (PortErrorKind::NotFound, format!("object_not_found: no file {place}"))
        }
        io::ErrorKind::PermissionDenied => (
            PortErrorKind::Denied,
            format!("object_denied: not allowed to {doing} {place}; check its owner and permissions"),
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (PortErrorKind::Storage, format!("object_storage_full: no space to {doing} {place}; free some space"))
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            (PortErrorKind::Storage, format!("object_storage_read_only: cannot {doing} {place}"))
        }
        io::ErrorKind::InvalidFilename => {
            (PortErrorKind::Invalid, format!("object_key_invalid: the file system does not take the name {place}"))
        }
        _ => (PortErrorKind::Unavailable, format!("object_failed: could not {doing} {place}")),
    };
    PortError::new(kind, message).with_source(error)
}

/// The port error for a key that names nothing.
pub(super) fn not_found(key: &str) -> PortError {
    PortError::not_found(format!("object_not_found: no object {key:?}"))
}

/// The port error for a key that no file can have.
pub(super) fn invalid_key(key: &str, why: &str) -> PortError {
    PortError::invalid(format!("object_key_invalid: {:?} {why}", key.chars().take(80).collect::<String>()))
}
