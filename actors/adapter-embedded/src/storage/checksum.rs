//! Rows carry a checksum, because SQLite notices a damaged page structure but not a flipped bit in a body.

use crc32fast::Hasher;

/// Over what names the row and what it holds, so that a body in the wrong row is noticed too.
pub(super) fn of_version(owner: i64, version: u64, body: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&owner.to_le_bytes());
    hasher.update(&version.to_le_bytes());
    hasher.update(body);
    hasher.finalize()
}

/// The same for a row of the table.
pub(super) fn of_row(partition: &str, sort: &str, version: u64, body: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&(partition.len() as u64).to_le_bytes());
    hasher.update(partition.as_bytes());
    hasher.update(sort.as_bytes());
    hasher.update(&version.to_le_bytes());
    hasher.update(body);
    hasher.finalize()
}
