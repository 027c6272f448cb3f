//! Listing a bucket by key without reading a file, and without reading folders that the page does not need.

use std::{
    fs,
    path::{Path, PathBuf},
};

use cueline_ports::{ObjectMeta, PortResult};

use super::{
    bucket::{Bucket, is_absent, meta},
    error::from_io,
    layout::{self, Name},
};

/// Which keys.
pub(super) struct Wanted<'a> {
    /// They begin so.
    pub(super) prefix: &'a str,
    /// They come after this one.
    pub(super) after: Option<&'a str>,
    /// At most so many.
    pub(super) limit: usize,
}

impl Wanted<'_> {
    fn has_key(&self, key: &str) -> bool {
        key.starts_with(self.prefix) && self.after.is_none_or(|after| key > after)
    }

    /// A key that begins with `start` may be wanted.
    fn may_be_below(&self, start: &str) -> bool {
        let prefix_fits = start.starts_with(self.prefix) || self.prefix.starts_with(start);
        prefix_fits && self.after.is_none_or(|after| start > after || after.starts_with(start))
    }
}

/// Objects by key. A folder that cannot be read fails the whole list: leaving it out would look like a deletion.
pub(super) fn list(bucket: &Bucket, wanted: &Wanted<'_>) -> PortResult<Vec<ObjectMeta>> {
    let mut found = Vec::new();
    walk(bucket, &bucket.root, "", wanted, &mut found)?;
    Ok(found)
}

/// An object or a folder of objects.
struct Entry {
    /// The key, or what keys in the folder begin with: that ends in a slash.
    key: String,
    path: PathBuf,
    folder: bool,
}

fn walk(
    bucket: &Bucket,
    folder: &Path,
    start: &str,
    wanted: &Wanted<'_>,
    found: &mut Vec<ObjectMeta>,
) -> PortResult<()> {
    let mut entries = Vec::new();
    read(bucket, folder, start, wanted, &mut entries)?;
    // `a/` sorts among its neighbours exactly as the keys below it do.
    entries.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    entries.dedup_by(|later, first| later.key == first.key);
    for entry in entries {
        if found.len() >= wanted.limit {
            return Ok(());
        }
        if entry.folder {
            walk(bucket, &entry.path, &entry.key, wanted, found)?;
        } else if let Some(metadata) = regular(bucket, &entry.path) {
            found.push(meta(entry.key, &metadata));
        }
    }
    Ok(())
}

fn regular(bucket: &Bucket, path: &Path) -> Option<fs::Metadata> {
    let metadata = fs::symlink_metadata(path).ok()?;
    let metadata = if metadata.is_symlink() && bucket.mapped { bucket.inside(path)? } else { metadata };
    metadata.is_file().then_some(metadata)
}

/// The entries of a folder; pieces of long names are looked into, because their keys mix with those beside them.
fn read(bucket: &Bucket, folder: &Path, start: &str, wanted: &Wanted<'_>, entries: &mut Vec<Entry>) -> PortResult<()> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        // It went away while we were walking.
        Err(error) if is_absent(&error) && folder != bucket.root => return Ok(()),
        Err(error) => return Err(from_io(folder, "list", error)),
    };
    for entry in listing {
        let entry = entry.map_err(|error| from_io(folder, "list", error))?;
        let Ok(kind) = entry.file_type() else { continue };
        let name = entry.file_name();
        let name = if bucket.mapped {
            let segment = layout::plain_segment(&name);
            if segment.starts_with(layout::TEMPORARY) {
                continue;
            }
            if kind.is_dir() { Name::Folder(segment + "/") } else { Name::File(segment) }
        } else {
            let Some(name) = layout::decode_name(&name) else { continue };
            name
        };
        match name {
            Name::File(part) => {
                let key = format!("{start}{part}");
                if wanted.has_key(&key) && layout::check_key(&key).is_ok() && (kind.is_file() || kind.is_symlink()) {
                    entries.push(Entry { key, path: entry.path(), folder: false });
                }
            }
            Name::Folder(part) => {
                let key = format!("{start}{part}");
                if wanted.may_be_below(&key) {
                    entries.push(Entry { key, path: entry.path(), folder: true });
                }
            }
            Name::Piece(part) => {
                let key = format!("{start}{part}");
                if wanted.may_be_below(&key) {
                    read(bucket, &entry.path(), &key, wanted, entries)?;
                }
            }
        }
    }
    Ok(())
}
