//! Objects as files: a bucket is a folder.
//!
//! | file | |
//! |---|---|
//! | `layout` | key ↔ path, hostile names |
//! | `bucket` | one folder; which files are objects; etags |
//! | `write`, `sync` | atomic and durable puts |
//! | `walk`, `listing` | lists without reading a file |
//! | `watch`, `tracker` | changes of folders that people write to |
//!
//! Internal buckets are folders below one root, and only this process writes them. A *mapped* bucket is any folder, such as
//! the inbox: names are what people called them, links that leave the folder are not followed, and pipes, sockets and
//! devices are not objects.

mod bucket;
mod error;
mod layout;
mod listing;
mod sync;
#[cfg(test)]
mod tests;
mod tracker;
mod walk;
mod watch;
mod write;

use std::{
    collections::{BTreeMap, HashMap},
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{ObjectChange, ObjectChangeKind, ObjectMeta, Objects, Page, PortError, PortResult, PutCondition};
use cueline_protocol::ids::BucketName;
use futures::{Stream, StreamExt, stream};
use tokio::sync::{broadcast, mpsc};

use self::{
    bucket::{Bucket, meta},
    error::from_io,
    listing::Listings,
    sync::Folders,
    walk::Wanted,
    write::Content,
};

const DEFAULT_PAGE: usize = 1_000;
/// How often to read a file again that was written to meanwhile.
const READ_TRIES: usize = 5;

/// How objects are kept.
#[derive(Debug, Clone)]
pub struct FileObjectsOptions {
    /// Buckets that are a folder somewhere else, such as the inbox; a missing folder is created.
    pub mapped: BTreeMap<BucketName, PathBuf>,
    /// What `put` waits for.
    pub durability: Durability,
    /// A file is told once its size and time stood still for so long, or when its writer closed it.
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
    /// The object survives a crash of the machine. What the journal refers to needs this: the object must be durable
    /// before the commit that names it.
    Synced,
    /// It survives a crash of the process only. For what can be made again.
    Lazy,
}

/// How changes of mapped folders are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// The operating system tells; reading the folder takes over where it cannot.
    Native,
    /// The folder is read again and again.
    Poll(Duration),
}

/// Objects as files. A cheap handle.
#[derive(Debug, Clone)]
pub struct FileObjects {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    options: FileObjectsOptions,
    mapped: HashMap<BucketName, Bucket>,
    /// Internal buckets that were used, and who listens to them.
    internal: Mutex<HashMap<BucketName, Internal>>,
    folders: Folders,
    listings: Listings,
}

#[derive(Debug, Clone)]
struct Internal {
    bucket: Bucket,
    changes: broadcast::Sender<ObjectChange>,
}

impl FileObjects {
    /// Opens the folder that holds the internal buckets, and the mapped ones. Missing folders are created.
    pub fn open(root: impl Into<PathBuf>, options: FileObjectsOptions) -> PortResult<Self> {
        let root = Bucket::open(&root.into(), false)?.root;
        let mapped = options.mapped.iter().map(|(name, folder)| Ok((name.clone(), Bucket::open(folder, true)?)));
        let mapped = mapped.collect::<PortResult<_>>()?;
        let internal = Mutex::default();
        let (folders, listings) = (Folders::default(), Listings::default());
        Ok(Self { shared: Arc::new(Shared { root, options, mapped, internal, folders, listings }) })
    }

    /// [`Objects::put`] with another durability than the default.
    pub async fn put_with(
        &self,
        bucket: &BucketName,
        key: &str,
        body: Bytes,
        condition: PutCondition,
        durability: Durability,
    ) -> PortResult<ObjectMeta> {
        let key = key.to_owned();
        self.run(bucket, move |shared, bucket, name| {
            let written = write::put(bucket, &shared.folders, &key, &Content::Bytes(&body), condition, durability)?;
            let kind = ObjectChangeKind::Written { etag: written.etag.clone(), size: written.size };
            shared.tell(name, ObjectChange { key, kind });
            Ok(written)
        })
        .await
    }

    /// Runs file operations where blocking is allowed.
    async fn run<T: Send + 'static>(
        &self,
        name: &BucketName,
        work: impl FnOnce(&Shared, &Bucket, &BucketName) -> PortResult<T> + Send + 'static,
    ) -> PortResult<T> {
        let (shared, name) = (Arc::clone(&self.shared), name.clone());
        let working = tokio::task::spawn_blocking(move || {
            let bucket = shared.bucket(&name)?;
            work(&shared, &bucket, &name)
        });
        working.await.map_err(|error| PortError::unavailable("object_failed: the work was cut").with_source(error))?
    }
}

impl Shared {
    fn bucket(&self, name: &BucketName) -> PortResult<Bucket> {
        match self.mapped.get(name) {
            Some(bucket) => Ok(bucket.clone()),
            None => Ok(self.internal(name)?.bucket),
        }
    }

    fn internal(&self, name: &BucketName) -> PortResult<Internal> {
        let mut internal = self.internal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = internal.get(name) {
            return Ok(known.clone());
        }
        // `%` keeps names such as `..` from meaning something to the file system.
        let folder = self.root.join(format!("{name}%"));
        self.folders.create(&self.root, &folder, true).map_err(|error| from_io(&folder, "create", error))?;
        let opened = Internal { bucket: Bucket::open(&folder, false)?, changes: broadcast::channel(4_096).0 };
        internal.insert(name.clone(), opened.clone());
        Ok(opened)
    }

    /// Tells listeners of an internal bucket; a mapped folder tells by itself.
    fn tell(&self, name: &BucketName, change: ObjectChange) {
        let internal = self.internal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(internal) = internal.get(name) {
            // Nobody listening is fine.
            let _ = internal.changes.send(change);
        }
    }
}

#[async_trait]
impl Objects for FileObjects {
    async fn put(
        &self,
        bucket: &BucketName,
        key: &str,
        body: Bytes,
        condition: PutCondition,
    ) -> PortResult<ObjectMeta> {
        self.put_with(bucket, key, body, condition, self.shared.options.durability).await
    }

    async fn put_file(
        &self,
        bucket: &BucketName,
        key: &str,
        file: &Path,
        condition: PutCondition,
    ) -> PortResult<ObjectMeta> {
        let (key, file) = (key.to_owned(), file.to_owned());
        self.run(bucket, move |shared, bucket, name| {
            let content = Content::File(&file);
            let durability = shared.options.durability;
            let written = write::put(bucket, &shared.folders, &key, &content, condition, durability)?;
            let kind = ObjectChangeKind::Written { etag: written.etag.clone(), size: written.size };
            shared.tell(name, ObjectChange { key, kind });
            Ok(written)
        })
        .await
    }

    async fn get(&self, bucket: &BucketName, key: &str) -> PortResult<(ObjectMeta, Bytes)> {
        let key = key.to_owned();
        self.run(bucket, move |_, bucket, _| read_whole(bucket, &key)).await
    }

    async fn get_range(&self, bucket: &BucketName, key: &str, start: u64, end: u64) -> PortResult<Bytes> {
        let key = key.to_owned();
        self.run(bucket, move |_, bucket, _| read_range(bucket, &key, start, end)).await
    }

    async fn head(&self, bucket: &BucketName, key: &str) -> PortResult<ObjectMeta> {
        let key = key.to_owned();
        self.run(bucket, move |_, bucket, _| {
            let (_, metadata) = bucket.existing(&key)?;
            Ok(meta(key, &metadata))
        })
        .await
    }

    async fn list(
        &self,
        bucket: &BucketName,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<ObjectMeta>> {
        let prefix = prefix.to_owned();
        let limit = if limit == 0 { DEFAULT_PAGE } else { limit };
        self.run(bucket, move |shared, bucket, _| {
            bucket.check_presence()?;
            let wanted = Wanted { prefix: &prefix, after: cursor.as_deref(), limit: limit.saturating_add(1) };
            let mut items = walk::list(bucket, &shared.listings, &wanted)?;
            let more = items.len() > limit;
            items.truncate(limit);
            let cursor = if more { items.last().map(|item| item.key.clone()) } else { None };
            Ok(Page { items, cursor })
        })
        .await
    }

    async fn unreadable(&self, bucket: &BucketName) -> PortResult<Vec<String>> {
        self.run(bucket, |_, bucket, _| Ok(bucket.unreadable())).await
    }

    async fn delete(&self, bucket: &BucketName, key: &str) -> PortResult<()> {
        let key = key.to_owned();
        self.run(bucket, move |shared, bucket, name| {
            if write::delete(bucket, &shared.folders, &key, shared.options.durability)? {
                shared.tell(name, ObjectChange { key, kind: ObjectChangeKind::Deleted });
            }
            Ok(())
        })
        .await
    }

    async fn changes(&self, bucket: &BucketName) -> PortResult<Pin<Box<dyn Stream<Item = ObjectChange> + Send>>> {
        if !self.shared.mapped.contains_key(bucket) {
            let receiver = self.shared.internal(bucket)?.changes.subscribe();
            return Ok(stream::unfold(receiver, next_change).boxed());
        }
        let (sender, receiver) = mpsc::channel(1_024);
        self.run(bucket, |shared, bucket, _| watch::start(bucket.clone(), &shared.options, sender)).await?;
        Ok(stream::unfold(receiver, |mut receiver| async { Some((receiver.recv().await?, receiver)) }).boxed())
    }
}

/// The next change of an internal bucket; a slow listener misses some, as the port allows.
async fn next_change(
    mut receiver: broadcast::Receiver<ObjectChange>,
) -> Option<(ObjectChange, broadcast::Receiver<ObjectChange>)> {
    loop {
        match receiver.recv().await {
            Ok(change) => return Some((change, receiver)),
            Err(broadcast::error::RecvError::Lagged(missed)) => {
                tracing::debug!(missed, "a listener of object changes was too slow");
            }
            Err(broadcast::error::RecvError::Closed) => return None,
        }
    }
}

/// The whole file in one state: it is read again when somebody wrote to it meanwhile.
fn read_whole(bucket: &Bucket, key: &str) -> PortResult<(ObjectMeta, Bytes)> {
    for _ in 0..READ_TRIES {
        let (path, mut file) = bucket.open_file(key)?;
        let failed = |error| from_io(&path, "read", error);
        let before = meta(key.to_owned(), &file.metadata().map_err(failed)?);
        let mut body = Vec::with_capacity(usize::try_from(before.size).unwrap_or(0));
        file.read_to_end(&mut body).map_err(failed)?;
        let after = meta(key.to_owned(), &file.metadata().map_err(failed)?);
        if before == after && body.len() as u64 == after.size {
            return Ok((after, Bytes::from(body)));
        }
    }
    Err(PortError::unavailable(format!("object_busy: {key:?} is being written; try later")))
}

fn read_range(bucket: &Bucket, key: &str, start: u64, end: u64) -> PortResult<Bytes> {
    let (path, mut file) = bucket.open_file(key)?;
    let failed = |error| from_io(&path, "read", error);
    let metadata = file.metadata().map_err(failed)?;
    if start > metadata.len() || start > end {
        let size = metadata.len();
        return Err(PortError::invalid(format!("object_range_invalid: {start}..{end} of {key:?} with {size} bytes")));
    }
    file.seek(SeekFrom::Start(start)).map_err(failed)?;
    let mut body = Vec::new();
    file.take(end - start).read_to_end(&mut body).map_err(failed)?;
    Ok(Bytes::from(body))
}
