//! Writing a file so that readers see the old one or the new one.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use cueline_ports::{ObjectMeta, PortError, PortResult, PutCondition};

use super::{
    Durability,
    bucket::{Bucket, meta},
    error::{from_io, invalid_key},
    layout::TEMPORARY,
    sync::Folders,
};

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// What an object is made of.
pub(super) enum Content<'a> {
    Bytes(&'a [u8]),
    /// Taken away from where it is.
    File(&'a Path),
}

/// Writes an object: content, then name, each synced if wanted.
pub(super) fn put(
    bucket: &Bucket,
    folders: &Folders,
    key: &str,
    content: &Content<'_>,
    condition: PutCondition,
    durability: Durability,
) -> PortResult<ObjectMeta> {
    let synced = durability == Durability::Synced;
    let path = bucket.path(key)?;
    let folder = path.parent().unwrap_or(&bucket.root);
    stay_inside(bucket, folder, key)?;
    let failed = |error| from_io(&path, "write", error);
    folders.create(&bucket.root, folder, synced).map_err(|error| blocked(key, &path, error))?;
    if condition == PutCondition::Absent && path.symlink_metadata().is_ok() {
        return Err(taken(folders, folder, key, synced));
    }
    let temporary = Temporary::new(folder);
    match content {
        Content::Bytes(body) => temporary.write(body, synced).map_err(failed)?,
        Content::File(file) => temporary.take(file, synced).map_err(failed)?,
    }
    match condition {
        PutCondition::Any => fs::rename(&temporary.path, &path).map_err(|error| blocked(key, &path, error))?,
        PutCondition::Absent => match fs::hard_link(&temporary.path, &path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(taken(folders, folder, key, synced));
            }
            Err(error) => return Err(failed(error)),
        },
    }
    if synced {
        folders.sync(folder).map_err(failed)?;
    }
    let metadata = fs::metadata(&path).map_err(failed)?;
    Ok(meta(key.to_owned(), &metadata))
}

/// `Conflict` also tells a caller that the content-addressed object is there, so what is there must be durable as well:
/// whoever put it may not have synced the folder yet.
fn taken(folders: &Folders, folder: &Path, key: &str, synced: bool) -> PortError {
    if synced && let Err(error) = folders.sync(folder) {
        return from_io(folder, "sync", error);
    }
    PortError::conflict(format!("object_exists: there is an object {key:?}"))
}

/// In a mapped folder `a` and `a/b` cannot both be files.
fn blocked(key: &str, path: &Path, error: io::Error) -> PortError {
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
            invalid_key(key, "needs a folder where a file is, or the other way round")
        }
        _ => from_io(path, "write", error),
    }
}

/// A link in the folder must not lead a new object out of it.
fn stay_inside(bucket: &Bucket, folder: &Path, key: &str) -> PortResult<()> {
    if !bucket.mapped {
        return Ok(());
    }
    let there = folder.ancestors().find_map(|ancestor| ancestor.canonicalize().ok());
    if there.is_some_and(|there| there.starts_with(&bucket.root)) {
        return Ok(());
    }
    Err(invalid_key(key, "leaves the folder through a symbolic link"))
}

/// Removes an object; what is not there is fine.
pub(super) fn delete(bucket: &Bucket, folders: &Folders, key: &str, durability: Durability) -> PortResult<bool> {
    let path = bucket.path(key)?;
    let folder = path.parent().unwrap_or(&bucket.root);
    stay_inside(bucket, folder, key)?;
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_dir() => return Ok(false),
        Ok(_) => {}
        Err(error) if super::bucket::is_absent(&error) => return Ok(false),
        Err(error) => return Err(from_io(&path, "look at", error)),
    }
    match fs::remove_file(&path) {
        Ok(()) => {}
        Err(error) if super::bucket::is_absent(&error) => return Ok(false),
        Err(error) => return Err(from_io(&path, "remove", error)),
    }
    if durability == Durability::Synced {
        folders.sync(folder).map_err(|error| from_io(folder, "sync", error))?;
    }
    Ok(true)
}

/// A file without an object's name, gone when dropped.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn new(folder: &Path) -> Self {
        let name = format!("{TEMPORARY}{}-{}", std::process::id(), COUNTER.fetch_add(1, Relaxed));
        Self { path: folder.join(name) }
    }

    fn write(&self, body: &[u8], synced: bool) -> io::Result<()> {
        let mut file = File::create(&self.path)?;
        file.write_all(body)?;
        if synced { file.sync_all() } else { Ok(()) }
    }

    /// Moves a file here; from another file system it is copied.
    fn take(&self, from: &Path, synced: bool) -> io::Result<()> {
        match fs::rename(from, &self.path) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => drop(fs::copy(from, &self.path)?),
            moved => moved?,
        }
        if synced { File::open(&self.path)?.sync_all() } else { Ok(()) }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing left under this name.
        let _ = fs::remove_file(&self.path);
    }
}
