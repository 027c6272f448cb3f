//! Listing a bucket by key without reading a file, and without reading folders that the page does not need.

use std::{fs, path::Path};

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

/// Objects by key. A folder that cannot be read fails the whole list: leaving it out would look like a deletion.
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
    for entry in listings.entries(bucket, folder, start)?.iter() {
        if entry.folder {
            if wanted.may_be_below(&entry.key) && !walk(bucket, listings, (&entry.path, &entry.key), wanted, found)? {
                return Ok(false);
            }
        } else if wanted.has_key(&entry.key)
            && let Some(metadata) = regular(bucket, &entry.path)
        {
            found.push(meta(entry.key.clone(), &metadata));
            if found.len() >= wanted.limit {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn regular(bucket: &Bucket, path: &Path) -> Option<fs::Metadata> {
    let metadata = fs::symlink_metadata(path).ok()?;
    let metadata = if metadata.is_symlink() && bucket.mapped { bucket.inside(path)? } else { metadata };
    metadata.is_file().then_some(metadata)
}
