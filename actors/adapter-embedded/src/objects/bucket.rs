//! One bucket: a folder, and how keys are names in it.

use std::{
    collections::BTreeMap,
    fs::{self, File, Metadata, OpenOptions},
    io,
    os::{
        fd::AsRawFd,
        unix::fs::{MetadataExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::UNIX_EPOCH,
};

use cueline_ports::{ObjectMeta, PortError, PortResult};

use super::{
    error::{from_io, not_found},
    layout,
};

/// A folder of objects.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    /// Without symbolic links.
    pub(super) root: PathBuf,
    /// The folder belongs to people; otherwise it is ours alone.
    pub(super) mapped: bool,
    /// The file system that the folder was on when it was opened.
    device: u64,
    /// Folders below the root that could not be read when they were listed last: what their keys begin with, and where
    /// they are.
    closed: Arc<Mutex<BTreeMap<String, PathBuf>>>,
}

impl Bucket {
    /// Opens the folder; it is created when missing.
    pub(super) fn open(root: &Path, mapped: bool) -> PortResult<Self> {
        fs::create_dir_all(root).map_err(|error| from_io(root, "create", error))?;
        let root = root.canonicalize().map_err(|error| from_io(root, "open", error))?;
        let device = fs::metadata(&root).map_err(|error| from_io(&root, "open", error))?.dev();
        Ok(Self { root, mapped, device, closed: Arc::default() })
    }

    /// Fails when the folder is gone or is another one: an unmounted folder must not look as if all was deleted.
    pub(super) fn check_presence(&self) -> PortResult<()> {
        let there = fs::metadata(&self.root).map_err(|error| {
            let message = format!("object_folder_gone: {} cannot be reached", self.root.display());
            PortError::unavailable(message).with_source(error)
        })?;
        if there.dev() == self.device {
            return Ok(());
        }
        Err(PortError::unavailable(format!(
            "object_folder_gone: {} is on another file system than when it was opened; mount it again or restart",
            self.root.display()
        )))
    }

    /// The path where the object of this key is or would be.
    pub(super) fn path(&self, key: &str) -> PortResult<PathBuf> {
        layout::check_key(key)?;
        if !self.mapped {
            return Ok(self.root.join(layout::encoded_path(key)));
        }
        Ok(layout::plain_path(&self.root, &layout::plain_segments(key)?))
    }

    /// The file of an object that is there: a regular file, not reached by leaving the folder.
    pub(super) fn existing(&self, key: &str) -> PortResult<(PathBuf, Metadata)> {
        let path = self.path(key)?;
        let metadata = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if is_absent(&error) => return Err(not_found(key)),
            Err(error) => return Err(from_io(&path, "look at", error)),
        };
        let metadata = if self.mapped { self.reached(&path)?.1 } else { metadata };
        if metadata.is_file() { Ok((path, metadata)) } else { Err(not_found(key)) }
    }

    /// Where a path of a mapped folder leads to; nothing is found outside of the folder.
    fn reached(&self, path: &Path) -> PortResult<(PathBuf, Metadata)> {
        let absent = || PortError::not_found(format!("object_not_found: no file {path:?} in the folder"));
        let found = path.canonicalize().and_then(|real| Ok((fs::metadata(&real)?, real)));
        match found {
            Ok((metadata, real)) if real.starts_with(&self.root) => Ok((real, metadata)),
            // A file that may not be looked at is there all the same.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(from_io(path, "look at", error)),
            _ => Err(absent()),
        }
    }

    /// Opens the file of an object for reading. Between looking and opening, a folder on the way may become a link that
    /// leads elsewhere, and a file a pipe: what was opened is judged, not what was looked at.
    pub(super) fn open_file(&self, key: &str) -> PortResult<(PathBuf, File)> {
        let (path, _) = self.existing(key)?;
        let failed = |error| from_io(&path, "read", error);
        if !self.mapped {
            let file = File::open(&path).map_err(failed)?;
            return Ok((path, file));
        }
        let file = match open_here(&self.reached(&path)?.0) {
            Err(error) if error.raw_os_error() == Some(libc::ELOOP) => return Err(not_found(key)),
            opened => opened.map_err(failed)?,
        };
        if !file.metadata().map_err(failed)?.is_file() || !self.holds(&file).map_err(failed)? {
            return Err(not_found(key));
        }
        Ok((path, file))
    }

    /// Whether an open file lies in the folder, whatever its path says by now.
    fn holds(&self, file: &File) -> io::Result<bool> {
        let descriptor = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        if let Ok(place) = fs::read_link(&descriptor) {
            return Ok(place.starts_with(&self.root));
        }
        // Where the system does not tell, the device is all that can be compared.
        Ok(file.metadata()?.dev() == self.device)
    }

    /// Folders that could not be read, as what their keys begin with; those that can be read again are forgotten.
    pub(super) fn unreadable(&self) -> Vec<String> {
        let mut closed = self.closed();
        closed.retain(|_, folder| is_closed(folder));
        closed.keys().cloned().collect()
    }

    /// Remembers a folder that could not be read.
    pub(super) fn note_unreadable(&self, start: &str, folder: &Path) {
        if self.closed().insert(start.to_owned(), folder.to_owned()).is_none() {
            tracing::warn!(folder = ?start, "a folder cannot be read; what is in it stays as it was");
        }
    }

    fn closed(&self) -> MutexGuard<'_, BTreeMap<String, PathBuf>> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is at `path`, following links that stay in the folder.
    pub(super) fn inside(&self, path: &Path) -> Option<Metadata> {
        let real = path.canonicalize().ok()?;
        real.starts_with(&self.root).then(|| fs::metadata(&real).ok()).flatten()
    }

    /// The key of a path below the root, `None` for what is no object's place.
    pub(super) fn key(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.root).ok()?;
        let names: Vec<_> = below.iter().map(layout::plain_segment).collect();
        let temporary = names.iter().any(|name| name.starts_with(layout::TEMPORARY));
        let key = names.join("/");
        (!temporary && layout::check_key(&key).is_ok()).then_some(key)
    }
}

/// Opens a file for reading unless the path ends in a link; a pipe is opened without waiting for its other end.
fn open_here(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

/// The folder is there, and what is in it cannot be seen.
fn is_closed(folder: &Path) -> bool {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let is_there = folder.parent().is_some_and(|parent| parent.symlink_metadata().is_ok());
            return is_there && !is_absent(&error);
        }
    };
    match entries.next() {
        // Reading the names needs one permission, looking at what they name another.
        Some(Ok(entry)) => entry.metadata().is_err_and(|error| !is_absent(&error)),
        Some(Err(_)) => true,
        None => false,
    }
}

/// Nothing is there, or something that is no folder is on the way.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// About an object whose file this is.
///
/// The etag is a hash of size, modification time and inode: a folder of a hundred thousand files is listed without reading
/// one. It changes whenever a file is replaced or written to, unless it is written in place twice within one tick of the
/// file system's clock (a few milliseconds) without changing its size.
pub(super) fn meta(key: String, metadata: &Metadata) -> ObjectMeta {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&metadata.len().to_le_bytes());
    hasher.update(&metadata.mtime().to_le_bytes());
    hasher.update(&metadata.mtime_nsec().to_le_bytes());
    hasher.update(&metadata.ino().to_le_bytes());
    let modified = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    ObjectMeta {
        key,
        size: metadata.len(),
        etag: hasher.finalize().to_hex()[..32].to_owned(),
        modified_ms: modified.map_or(0, |since| since.as_millis() as i64),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// Between looking and opening, somebody may put a link or a pipe in the place of a file.
    #[test]
    fn what_took_the_place_of_a_file_is_not_read() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("inbox");
        let bucket = Bucket::open(&root, true).unwrap();
        let outside = directory.path().join("secret");
        fs::write(&outside, "secret").unwrap();
        fs::create_dir(directory.path().join("folder")).unwrap();
        fs::write(directory.path().join("folder/secret"), "secret").unwrap();
        fs::write(root.join("file"), "file").unwrap();

        symlink(&outside, root.join("link")).unwrap();
        assert_eq!(open_here(&root.join("link")).unwrap_err().raw_os_error(), Some(libc::ELOOP));
        symlink(directory.path().join("folder"), root.join("way")).unwrap();
        let led_astray = open_here(&root.join("way/secret")).unwrap();
        assert!(!bucket.holds(&led_astray).unwrap(), "a folder on the way became a link");
        assert!(bucket.holds(&open_here(&root.join("file")).unwrap()).unwrap());
        for key in ["link", "way/secret"] {
            assert!(bucket.open_file(key).is_err(), "{key}");
        }

        let pipe = root.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let opened = open_here(&pipe).unwrap();
        assert!(!opened.metadata().unwrap().is_file(), "opened without a writer on the other side");
        assert!(bucket.open_file("pipe").is_err());
    }
}
