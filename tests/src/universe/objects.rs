//! Buckets that survive their process, and news of what changed that may not arrive.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{
    Clock, ObjectChange, ObjectChangeKind, ObjectMeta, Objects, Page, PortError, PortResult, PutCondition,
};
use cueline_protocol::ids::BucketName;
use futures::Stream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Chaos, chaos::Copies};

/// What is on the disk, and who listens to its changes.
#[derive(Default)]
pub struct ObjectsDisk(Mutex<Shelves>);

#[derive(Default)]
struct Shelves {
    buckets: BTreeMap<BucketName, BTreeMap<String, (ObjectMeta, Bytes)>>,
    listeners: Vec<(BucketName, UnboundedSender<ObjectChange>)>,
}

impl ObjectsDisk {
    /// Who listened is gone.
    pub fn forget_listeners(&self) {
        self.lock().listeners.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The object store as one process sees it.
pub struct SimObjects {
    disk: Arc<ObjectsDisk>,
    clock: Arc<dyn Clock>,
    chaos: Chaos,
    /// What happens to news: the same whoever makes the change.
    news: Chaos,
}

impl SimObjects {
    /// An object store on a disk; `news` decides about change notifications.
    pub fn new(disk: Arc<ObjectsDisk>, clock: Arc<dyn Clock>, chaos: Chaos, news: Chaos) -> Self {
        Self { disk, clock, chaos, news }
    }

    fn announce(&self, shelves: &Shelves, bucket: &BucketName, key: &str, kind: &ObjectChangeKind) {
        for (_, listener) in shelves.listeners.iter().filter(|(watched, _)| watched == bucket) {
            let Copies(copies) = self.news.copies();
            for delay in copies {
                let change = ObjectChange { key: key.to_owned(), kind: kind.clone() };
                if delay.is_zero() {
                    let _ = listener.send(change);
                    continue;
                }
                let (clock, listener) = (self.clock.clone(), listener.clone());
                tokio::spawn(async move {
                    clock.sleep(delay).await;
                    let _ = listener.send(change);
                });
            }
        }
    }

    fn write(&self, bucket: &BucketName, key: &str, body: Bytes, condition: PutCondition) -> PortResult<ObjectMeta> {
        if key.is_empty() || key.len() > 1_024 {
            return Err(PortError::invalid("a key has 1 to 1,024 bytes"));
        }
        let mut shelves = self.disk.lock();
        let shelf = shelves.buckets.entry(bucket.clone()).or_default();
        if condition == PutCondition::Absent && shelf.contains_key(key) {
            return Err(PortError::conflict(format!("{key} is there already")));
        }
        let meta = ObjectMeta {
            key: key.to_owned(),
            size: body.len() as u64,
            etag: blake3::hash(&body).to_hex()[..32].to_owned(),
            modified_ms: self.clock.now_ms(),
        };
        shelf.insert(key.to_owned(), (meta.clone(), body));
        let kind = ObjectChangeKind::Written { etag: meta.etag.clone(), size: meta.size };
        self.announce(&shelves, bucket, key, &kind);
        Ok(meta)
    }

    fn read<T>(&self, bucket: &BucketName, key: &str, of: impl FnOnce(&(ObjectMeta, Bytes)) -> T) -> PortResult<T> {
        let shelves = self.disk.lock();
        let object = shelves.buckets.get(bucket).and_then(|shelf| shelf.get(key));
        object.map(of).ok_or_else(|| PortError::not_found(format!("{bucket} has no {key}")))
    }
}

#[async_trait]
impl Objects for SimObjects {
    async fn put(
        &self,
        bucket: &BucketName,
        key: &str,
        body: Bytes,
        condition: PutCondition,
    ) -> PortResult<ObjectMeta> {
        self.chaos.call("objects.put", || self.write(bucket, key, body, condition)).await
    }

    async fn get(&self, bucket: &BucketName, key: &str) -> PortResult<(ObjectMeta, Bytes)> {
        self.chaos.call("objects.get", || self.read(bucket, key, Clone::clone)).await
    }

    async fn get_range(&self, bucket: &BucketName, key: &str, start: u64, end: u64) -> PortResult<Bytes> {
        let read = || {
            let body = self.read(bucket, key, |(_, body)| body.clone())?;
            let size = body.len() as u64;
            if start > size || start > end {
                return Err(PortError::invalid(format!("{start}..{end} is no range of {size} bytes")));
            }
            Ok(body.slice(start as usize..end.min(size) as usize))
        };
        self.chaos.call("objects.get_range", read).await
    }

    async fn head(&self, bucket: &BucketName, key: &str) -> PortResult<ObjectMeta> {
        self.chaos.call("objects.head", || self.read(bucket, key, |(meta, _)| meta.clone())).await
    }

    async fn list(
        &self,
        bucket: &BucketName,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<ObjectMeta>> {
        self.chaos
            .call("objects.list", || {
                let shelves = self.disk.lock();
                let mut found: Vec<ObjectMeta> = shelves
                    .buckets
                    .get(bucket)
                    .into_iter()
                    .flatten()
                    .filter(|(key, _)| key.starts_with(prefix) && cursor.as_ref().is_none_or(|after| *key > after))
                    .map(|(_, (meta, _))| meta.clone())
                    .take(limit.saturating_add(1))
                    .collect();
                let more = found.len() > limit;
                found.truncate(limit);
                let cursor = found.last().filter(|_| more).map(|meta| meta.key.clone());
                Ok(Page { items: found, cursor })
            })
            .await
    }

    async fn delete(&self, bucket: &BucketName, key: &str) -> PortResult<()> {
        self.chaos
            .call("objects.delete", || {
                let mut shelves = self.disk.lock();
                let removed = shelves.buckets.get_mut(bucket).and_then(|shelf| shelf.remove(key));
                if removed.is_some() {
                    self.announce(&shelves, bucket, key, &ObjectChangeKind::Deleted);
                }
                Ok(())
            })
            .await
    }

    async fn changes(&self, bucket: &BucketName) -> PortResult<Pin<Box<dyn Stream<Item = ObjectChange> + Send>>> {
        self.chaos
            .call("objects.changes", || {
                let (sender, receiver) = unbounded_channel();
                self.disk.lock().listeners.push((bucket.clone(), sender));
                let next = |mut receiver: UnboundedReceiver<ObjectChange>| async move {
                    receiver.recv().await.map(|change| (change, receiver))
                };
                let changes: Pin<Box<dyn Stream<Item = ObjectChange> + Send>> =
                    Box::pin(futures::stream::unfold(receiver, next));
                Ok(changes)
            })
            .await
    }
}
