//! Objects: bytes under a key in a bucket, and notifications of what changed.

use std::{path::Path, pin::Pin};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_protocol::ids::BucketName;
use futures::Stream;

use crate::{Page, PortError, PortErrorKind, PortResult};

/// Bytes under keys. Keys are UTF-8, at most 1,024 bytes; an adapter encodes what its medium cannot hold.
#[async_trait]
pub trait Objects: Send + Sync {
    /// Stores an object; readers see the whole old or the whole new one, and after `Ok` the new one survives a crash.
    async fn put(&self, bucket: &BucketName, key: &str, body: Bytes, condition: PutCondition)
    -> PortResult<ObjectMeta>;

    /// As [`Objects::put`], with the content of a file on this machine, which may be gone afterwards. An adapter that
    /// stores files takes it as it is; others read it whole.
    async fn put_file(
        &self,
        bucket: &BucketName,
        key: &str,
        file: &Path,
        condition: PutCondition,
    ) -> PortResult<ObjectMeta> {
        let body = std::fs::read(file).map_err(|error| {
            PortError::new(PortErrorKind::Unavailable, format!("object_failed: cannot read {}", file.display()))
                .with_source(error)
        })?;
        self.put(bucket, key, body.into(), condition).await
    }

    /// The object as it is now.
    async fn get(&self, bucket: &BucketName, key: &str) -> PortResult<(ObjectMeta, Bytes)>;

    /// Bytes `start..end` of it; `end` beyond the object is cut, `start` beyond it is `Invalid`.
    async fn get_range(&self, bucket: &BucketName, key: &str, start: u64, end: u64) -> PortResult<Bytes>;

    /// About the object, without its bytes.
    async fn head(&self, bucket: &BucketName, key: &str) -> PortResult<ObjectMeta>;

    /// Objects whose key begins with `prefix`, by key (bytewise), at most `limit`. What cannot be looked into is left out
    /// and told by [`Objects::unreadable`]: an object that is not in a list is not gone by that alone.
    async fn list(
        &self,
        bucket: &BucketName,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<ObjectMeta>>;

    /// What of a bucket cannot be looked into now: keys that begin with one of these, objects or whole folders, are
    /// unknown. Asked after a list, it tells what that list may have left out.
    async fn unreadable(&self, _bucket: &BucketName) -> PortResult<Vec<String>> {
        Ok(Vec::new())
    }

    /// Removes an object; removing what is not there is not an error.
    async fn delete(&self, bucket: &BucketName, key: &str) -> PortResult<()>;

    /// What changes in a bucket from now on, perhaps also what changed shortly before. A hint: may repeat, reorder and lose; a reconciling `list` finds the rest.
    async fn changes(&self, bucket: &BucketName) -> PortResult<Pin<Box<dyn Stream<Item = ObjectChange> + Send>>>;
}

/// When a put takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutCondition {
    /// Always.
    Any,
    /// Only when nothing is there; otherwise `Conflict`.
    Absent,
}

/// About an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectMeta {
    /// Its key.
    pub key: String,
    /// Length in bytes.
    pub size: u64,
    /// Changes whenever the content may have changed.
    pub etag: String,
    /// Epoch milliseconds of the last change.
    pub modified_ms: i64,
}

/// Something happened to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectChange {
    /// Which object.
    pub key: String,
    /// What happened.
    pub kind: ObjectChangeKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectChangeKind {
    /// Created or overwritten.
    Written {
        /// The new etag.
        etag: String,
        /// The new length.
        size: u64,
    },
    /// Removed.
    Deleted,
}
