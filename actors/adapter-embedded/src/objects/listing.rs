//! The entries of one folder, sorted. The last large folder is remembered, because a list of a hundred thousand files is
//! asked for in a hundred pages, and each would read and sort all of them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use cueline_ports::PortResult;

use super::{
    bucket::{Bucket, is_absent},
    error::from_io,
    layout::{self, Name},
};

/// Smaller folders are read again.
const LARGE: usize = 2_000;
/// A folder that changed so recently may change again without a new time: clocks of file systems tick in milliseconds.
const RECENT: Duration = Duration::from_secs(2);

/// An object or a folder of objects.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key, or what keys in the folder begin with: that ends in a slash.
    pub(super) key: String,
    pub(super) path: PathBuf,
    pub(super) folder: bool,
}

/// The last large folder.
#[derive(Debug, Default)]
pub(super) struct Listings(Mutex<Option<Remembered>>);

#[derive(Debug)]
struct Remembered {
    folder: PathBuf,
    /// Its modification time before it was read: another one means other entries.
    changed: SystemTime,
    entries: Arc<Vec<Entry>>,
}

impl Listings {
    /// What is in `folder`, whose keys begin with `start`.
    pub(super) fn entries(&self, bucket: &Bucket, folder: &Path, start: &str) -> PortResult<Arc<Vec<Entry>>> {
        let changed = fs::metadata(folder).and_then(|metadata| metadata.modified()).ok();
        if let Some(entries) = self.remembered(folder, changed) {
            return Ok(entries);
        }
        let mut entries = Vec::new();
        let whole = read(bucket, folder, start, &mut entries)?;
        // `a/` sorts among its neighbours exactly as the keys below it do.
        entries.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        entries.dedup_by(|later, first| later.key == first.key);
        let entries = Arc::new(entries);
        if let Some(changed) = changed.filter(|_| whole && entries.len() >= LARGE)
            && changed.elapsed().is_ok_and(|age| age > RECENT)
        {
            let remembered = Remembered { folder: folder.to_owned(), changed, entries: Arc::clone(&entries) };
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(remembered);
        }
        Ok(entries)
    }

    /// Forgets the folder, when its list has come to an end.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn remembered(&self, folder: &Path, changed: Option<SystemTime>) -> Option<Arc<Vec<Entry>>> {
        let remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let remembered = remembered.as_ref().filter(|it| it.folder == folder && Some(it.changed) == changed)?;
        Some(Arc::clone(&remembered.entries))
    }
}

/// Reads a folder; `false` when some entries are in folders below it: pieces of long names are looked into here, because
/// their keys mix with those beside them.
fn read(bucket: &Bucket, folder: &Path, start: &str, entries: &mut Vec<Entry>) -> PortResult<bool> {
    let mut whole = true;
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        // It went away while we were walking.
        Err(error) if is_absent(&error) && folder != bucket.root => return Ok(false),
        Err(error) => return Err(from_io(folder, "list", error)),
    };
    for entry in listing {
        let entry = entry.map_err(|error| from_io(folder, "list", error))?;
        let Ok(kind) = entry.file_type() else { continue };
        let name = entry.file_name();
        let name = if bucket.mapped { plain_name(&name, kind.is_dir()) } else { layout::decode_name(&name) };
        match name {
            Some(Name::File(part)) if kind.is_file() || kind.is_symlink() => {
                let key = format!("{start}{part}");
                if layout::check_key(&key).is_ok() {
                    entries.push(Entry { key, path: entry.path(), folder: false });
                }
            }
            Some(Name::Folder(part)) if kind.is_dir() => {
                entries.push(Entry { key: format!("{start}{part}"), path: entry.path(), folder: true });
            }
            Some(Name::Piece(part)) if kind.is_dir() => {
                whole = false;
                read(bucket, &entry.path(), &format!("{start}{part}"), entries)?;
            }
            _ => {}
        }
    }
    Ok(whole)
}

fn plain_name(name: &std::ffi::OsStr, folder: bool) -> Option<Name> {
    let segment = layout::plain_segment(name);
    if segment.starts_with(layout::TEMPORARY) {
        return None;
    }
    Some(if folder { Name::Folder(segment + "/") } else { Name::File(segment) })
}
