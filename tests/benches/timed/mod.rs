//! Ports that count the time spent behind them.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_domain::{access::Clearance, document::Document};
use cueline_ports::{
    Embedder, EmbedderInfo, Index, IndexStatus, IndexedDocument, ObjectChange, ObjectMeta, Objects, Page, ParseFailure,
    Parser, PortResult, PutCondition, SearchRequest, SearchResults,
};
use cueline_protocol::ids::BucketName;
use futures::Stream;

/// Microseconds and calls of one stage.
#[derive(Default)]
pub(crate) struct Stage {
    micros: AtomicU64,
    calls: AtomicU64,
}

impl Stage {
    pub(crate) async fn time<T>(&self, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        self.add(began);
        done
    }

    pub(crate) fn add(&self, began: Instant) {
        self.micros.fetch_add(began.elapsed().as_micros() as u64, Relaxed);
        self.calls.fetch_add(1, Relaxed);
    }

    pub(crate) fn millis(&self) -> f64 {
        self.micros.load(Relaxed) as f64 / 1_000.0
    }
}

/// The stages that are ports.
#[derive(Default)]
pub(crate) struct Stages {
    pub(crate) fetch: Stage,
    pub(crate) parse: Stage,
    pub(crate) keyword: Stage,
    pub(crate) embed: Stage,
    pub(crate) vector: Stage,
    /// What was parsed, to time chunking, which is no port.
    pub(crate) documents: Mutex<Vec<Document>>,
}

/// A port and where its time is counted.
pub(crate) struct Timed<P: ?Sized>(pub(crate) Arc<P>, pub(crate) Arc<Stages>);

#[async_trait]
impl Parser for Timed<dyn Parser> {
    fn version(&self) -> &str {
        self.0.version()
    }
    async fn parse(&self, name: &str, bytes: Bytes) -> Result<Document, ParseFailure> {
        let parsed = self.1.parse.time(self.0.parse(name, bytes)).await;
        if let Ok(document) = &parsed {
            self.1.documents.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(document.clone());
        }
        parsed
    }
}

#[async_trait]
impl Embedder for Timed<dyn Embedder> {
    fn info(&self) -> EmbedderInfo {
        self.0.info()
    }
    async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
        self.1.embed.time(self.0.embed(texts)).await
    }
}

#[async_trait]
impl Index for Timed<dyn Index> {
    async fn upsert(&self, document: IndexedDocument) -> PortResult<bool> {
        self.1.keyword.time(self.0.upsert(document)).await
    }
    async fn attach_vectors(
        &self,
        collection: &str,
        document: &str,
        version: &str,
        vectors: Vec<(String, Vec<f32>)>,
    ) -> PortResult<bool> {
        self.1.vector.time(self.0.attach_vectors(collection, document, version, vectors)).await
    }
    async fn remove(&self, collection: &str, document: &str, sequence: u64) -> PortResult<bool> {
        self.0.remove(collection, document, sequence).await
    }
    async fn search(&self, clearance: &Clearance, request: SearchRequest) -> PortResult<SearchResults> {
        self.0.search(clearance, request).await
    }
    async fn visible(&self, collection: &str, document: &str) -> PortResult<Option<IndexStatus>> {
        self.0.visible(collection, document).await
    }
    async fn count(&self, collection: &str) -> PortResult<(u64, u64)> {
        self.0.count(collection).await
    }
}

#[async_trait]
impl Objects for Timed<dyn Objects> {
    async fn put(&self, bucket: &BucketName, key: &str, body: Bytes, when: PutCondition) -> PortResult<ObjectMeta> {
        self.0.put(bucket, key, body, when).await
    }
    async fn get(&self, bucket: &BucketName, key: &str) -> PortResult<(ObjectMeta, Bytes)> {
        let getting = self.0.get(bucket, key);
        if bucket.as_str() == "inbox" { self.1.fetch.time(getting).await } else { getting.await }
    }
    async fn get_range(&self, bucket: &BucketName, key: &str, start: u64, end: u64) -> PortResult<Bytes> {
        self.0.get_range(bucket, key, start, end).await
    }
    async fn head(&self, bucket: &BucketName, key: &str) -> PortResult<ObjectMeta> {
        self.0.head(bucket, key).await
    }
    async fn list(
        &self,
        bucket: &BucketName,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<ObjectMeta>> {
        self.0.list(bucket, prefix, cursor, limit).await
    }
    async fn unreadable(&self, bucket: &BucketName) -> PortResult<Vec<String>> {
        self.0.unreadable(bucket).await
    }
    async fn delete(&self, bucket: &BucketName, key: &str) -> PortResult<()> {
        self.0.delete(bucket, key).await
    }
    async fn changes(&self, bucket: &BucketName) -> PortResult<Pin<Box<dyn Stream<Item = ObjectChange> + Send>>> {
        self.0.changes(bucket).await
    }
}
