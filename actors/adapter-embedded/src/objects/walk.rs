//! Listing a bucket by key without reading a file, and without reading folders that the page does not need.

use std::{fs, io, path::Path};

use cueline_ports::{ObjectMeta, PortResult};

use super::{
    bucket::{Bucket, meta},
    listing::Listings,
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

/// Objects by key. In a mapped folder, one folder below that cannot be read is left out and noted, so that one closed folder
/// does not hide all others; elsewhere it fails the whole list. The root that cannot be read always does.
pub(super) fn list(bucket: &Bucket, listings: &Listings, wanted: &Wanted<'_>) -> PortResult<Vec<ObjectMeta>> {
    let mut found = Vec::new();
    let ended = walk(bucket, listings, (&bucket.root, ""), wanted, &mut found)?;
    if ended {
        listings.forget();
    }
    Ok(found)
}

/// `false` when it stopped because there was enough.
fn walk(
    bucket: &Bucket,
    listings: &Listings,
    (folder, start): (&Path, &str),
    wanted: &Wanted<'_>,
    found: &mut Vec<ObjectMeta>,
) -> PortResult<bool> {
    let below = bucket.mapped && !start.is_empty();
    let entries = match listings.entries(bucket, folder, start) {
        Err(_) if below => {
            bucket.note_unreadable(start, folder);
            return Ok(true);
        }
        entries => entries?,
    };
    let mut readable = true;
    let mut enough = false;
    for entry in entries.iter() {
        if entry.folder {
            if wanted.may_be_below(&entry.key) && !walk(bucket, listings, (&entry.path, &entry.key), wanted, found)? {
                enough = true;
                break;
            }
        } else if wanted.has_key(&entry.key) {
            match regular(bucket, &entry.path) {
                Ok(Some(metadata)) => found.push(meta(entry.key.clone(), &metadata)),
                Ok(None) => {}
                Err(_) => readable = false,
            }
            if found.len() >= wanted.limit {
                enough = true;
                break;
            }
        }
    }
    if below && !readable {
        bucket.note_unreadable(start, folder);
    }
    Ok(!enough)
}

/// The file at `path`; an error when it is there and may not be looked at.
fn regular(bucket: &Bucket, path: &Path) -> io::Result<Option<fs::Metadata>> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
        metadata => metadata.ok(),
    };
    let linked = metadata.as_ref().is_some_and(fs::Metadata::is_symlink);
    let metadata = if linked && bucket.mapped { bucket.inside(path) } else { metadata };
    Ok(metadata.filter(fs::Metadata::is_file))
}
