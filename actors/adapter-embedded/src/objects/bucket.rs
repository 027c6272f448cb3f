//! One bucket: a folder, and how keys are names in it.

use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
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
}

impl Bucket {
    /// Opens the folder; it is created when missing.
    pub(super) fn open(root: &Path, mapped: bool) -> PortResult<Self> {
        fs::create_dir_all(root).map_err(|error| from_io(root, "create", error))?;
        let root = root.canonicalize().map_err(|error| from_io(root, "open", error))?;
        let device = fs::metadata(&root).map_err(|error| from_io(&root, "open", error))?.dev();
        Ok(Self { root, mapped, device })
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
        let metadata = if self.mapped { self.inside(&path) } else { Some(metadata) };
        match metadata.filter(Metadata::is_file) {
            Some(metadata) => Ok((path, metadata)),
            None => Err(not_found(key)),
        }
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
