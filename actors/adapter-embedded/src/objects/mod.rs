//! Objects as files: a bucket is a folder.

use std::{collections::BTreeMap, path::PathBuf, pin::Pin, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{ObjectChange, ObjectMeta, Objects, Page, PortError, PortErrorKind, PortResult, PutCondition};
use cueline_protocol::ids::BucketName;
use futures::Stream;

/// How objects are kept.
#[derive(Debug, Clone)]
pub struct FileObjectsOptions {
    /// Buckets that are a folder somewhere else, such as the inbox; a missing folder is created.
    pub mapped: BTreeMap<BucketName, PathBuf>,
    /// What `put` waits for.
    pub durability: Durability,
    /// A file is reported once its size and time stood still for so long, or when its writer closed it.
    pub settle: Duration,
    /// How changes of mapped folders are noticed.
    pub watch: Watch,
}

impl Default for FileObjectsOptions {
    fn default() -> Self {
        Self {
            mapped: BTreeMap::new(),
            durability: Durability::Synced,
            settle: Duration::from_millis(150),
            watch: Watch::Native,
        }
    }
}

/// What is true when `put` returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The object survives a crash of the machine. What the journal refers to needs this.
    Synced,
    /// It survives a crash of the process only. For what can be made again.
    Lazy,
}

/// How changes of mapped folders are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// The operating system tells; polling takes over where it cannot.
    Native,
    /// The folder is read again and again.
    Poll(Duration),
}

/// Objects as files under one root.
#[derive(Debug, Clone)]
pub struct FileObjects {
    #[expect(dead_code, reason = "filled next")]
    options: Arc<FileObjectsOptions>,
}

impl FileObjects {
    /// Opens the folder that holds the internal buckets; it is created when missing.
    pub fn open(root: impl Into<PathBuf>, options: FileObjectsOptions) -> PortResult<Self> {
        let _ = root.into();
        Ok(Self { options: Arc::new(options) })
    }
}

fn unsupported<T>() -> PortResult<T> {
    Err(PortError::new(PortErrorKind::Unsupported, "not there yet"))
}

#[async_trait]
impl Objects for FileObjects {
    async fn put(&self, _: &BucketName, _: &str, _: Bytes, _: PutCondition) -> PortResult<ObjectMeta> {
        unsupported()
    }
    async fn get(&self, _: &BucketName, _: &str) -> PortResult<(ObjectMeta, Bytes)> {
        unsupported()
    }
    async fn get_range(&self, _: &BucketName, _: &str, _: u64, _: u64) -> PortResult<Bytes> {
        unsupported()
    }
    async fn head(&self, _: &BucketName, _: &str) -> PortResult<ObjectMeta> {
        unsupported()
    }
    async fn list(&self, _: &BucketName, _: &str, _: Option<String>, _: usize) -> PortResult<Page<ObjectMeta>> {
        unsupported()
    }
    async fn delete(&self, _: &BucketName, _: &str) -> PortResult<()> {
        unsupported()
    }
    async fn changes(&self, _: &BucketName) -> PortResult<Pin<Box<dyn Stream<Item = ObjectChange> + Send>>> {
        unsupported()
    }
}
