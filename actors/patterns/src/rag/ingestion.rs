//! The actor kind `ingestion`: fetch, chunk, finish.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_domain::{
    chunking::{ChunkRole, chunk},
    ledger::{DocumentState, Progress},
};
use cueline_ports::{BusEvent, PortError, PortErrorKind};
use cueline_protocol::{
    ids::BucketName,
    tasks::{Chunk, Fetch, Finish},
    v1::{
        ChunkReply, ChunkRequest, DocumentFailed, DocumentIndexed, DocumentRefused, EmbedBatch, FetchReply,
        FetchRequest, FinishReply, FinishRequest, ObjectVersion, PayloadRef,
    },
};
use cueline_runtime::{Perform, TaskContext, TaskError, World};

use super::{
    Ledger, REFUSED, RagConfig, UNREADABLE, UNREADABLE_CODE,
    artifacts::{self, Documents},
    ingress::{head, joint_etag, sidecar_head},
    payloads, said,
};

/// Chunks that are embedded by one task.
const BATCH: u32 = 32;

pub(crate) fn object(version: Option<ObjectVersion>) -> Result<ObjectVersion, TaskError> {
    version.ok_or_else(|| TaskError::invalid("object is missing"))
}

pub(crate) fn refused(code: &str, message: impl std::fmt::Display) -> TaskError {
    TaskError::new(REFUSED, format!("{code}: {message}"))
}

fn unreadable(error: &PortError) -> TaskError {
    TaskError::new(UNREADABLE, format!("{UNREADABLE_CODE}: {error}"))
}

/// Trying again helps: either the object is as it was seen by then, or a newer version of it was started.
fn changing(cause: &str) -> TaskError {
    TaskError::new("Document.Changing", cause)
}

/// Takes a stable copy of an object.
pub(crate) struct Fetcher {
    config: Arc<RagConfig>,
}

impl Fetcher {
    pub(crate) fn new(config: Arc<RagConfig>) -> Self {
        Self { config }
    }
}

#[async_trait]
impl Perform<Fetch> for Fetcher {
    async fn perform(&self, context: &TaskContext, request: FetchRequest) -> Result<FetchReply, TaskError> {
        let mut object = object(request.object)?;
        let world = &context.world;
        let ledger = Ledger::new(world.clone());
        let bucket = BucketName::new(&object.bucket).map_err(|error| TaskError::invalid(error.to_string()))?;
        let gone = || async {
            missing(world, &request.collection, &object).await?;
            Ok(FetchReply::default())
        };
        // An object that changed and changed back must not leave its passing content under the announced etag.
        let Some(announced) = announced(&ledger, &object).await? else { return Ok(FetchReply::default()) };
        let Some(size) = unchanged(world, &bucket, &object.key, &announced).await? else { return gone().await };
        if size == 0 {
            return Err(refused("document_empty", "the file has no bytes"));
        }
        if size > self.config.largest_file {
            let limit = self.config.largest_file;
            return Err(refused("document_too_large", format!("{size} bytes; the limit is {limit}")));
        }
        let bytes = match world.objects.get(&bucket, &object.key).await {
            Err(error) if error.kind == PortErrorKind::NotFound => return gone().await,
            Err(error) if error.kind == PortErrorKind::Denied => {
                return Err(unreadable(&error));
            }
            other => other?.1,
        };
        let key = super::ledger::object_key(&object.key)?;
        let sidecar = match world.objects.get(&bucket, &key.sidecar()).await {
            Ok((_, bytes)) => Some(payloads::keep(world, &object, bytes).await?),
            // A name that no file can have beside it has none.
            Err(error) if matches!(error.kind, PortErrorKind::NotFound | PortErrorKind::Invalid) => None,
            Err(error) if error.kind == PortErrorKind::Denied => return Err(unreadable(&error)),
            Err(error) => return Err(error.into()),
        };
        if unchanged(world, &bucket, &object.key, &announced).await?.is_none() {
            return gone().await;
        }
        let content = blake3::hash(&bytes).to_hex().to_string();
        let collection = self.config.collection(&request.collection);
        let collection =
            collection.ok_or_else(|| TaskError::invalid(format!("no collection {}", request.collection)))?;
        let fingerprint = collection.fingerprint(world.parser.version());
        object.version = version(&content, &fingerprint, key.file_name());
        object.size = bytes.len() as u64;
        object.sidecar.clone_from(&sidecar);
        let stored = payloads::keep(world, &object, bytes).await?;
        let size = object.size;
        let progress = Progress::Fetched { content };
        let current = ledger.progress(&object.key, &object.observation, progress, |entry| entry.size = size).await?;
        Ok(FetchReply { object: Some(object), content: Some(stored), sidecar, current: current.is_some() })
    }
}

/// Closes the row of an object that is not there any more, and hides what is visible of it.
async fn missing(world: &World, collection: &str, object: &ObjectVersion) -> Result<(), TaskError> {
    let ledger = Ledger::new(world.clone());
    let forget = |entry: &mut super::LedgerEntry| entry.forget_audience();
    if ledger.progress(&object.key, &object.observation, Progress::Missing, forget).await?.is_some() {
        world.index.remove(collection, &object.key, object.sequence).await?;
        payloads::release_deleted(world, &object.key).await?;
    }
    Ok(())
}

/// Whether an object and the metadata file beside it are still what was fetched. Asked right before a version is shown: a
/// metadata file that arrived meanwhile may restrict it.
pub(super) async fn is_as_fetched(world: &World, collection: &str, object: &ObjectVersion) -> Result<bool, TaskError> {
    let bucket = BucketName::new(&object.bucket).map_err(|error| TaskError::invalid(error.to_string()))?;
    let Some(announced) = announced(&Ledger::new(world.clone()), object).await? else { return Ok(false) };
    if unchanged(world, &bucket, &object.key, &announced).await?.is_none() {
        missing(world, collection, object).await?;
        return Ok(false);
    }
    Ok(true)
}

/// The etag that the version of this fetch was announced with; `None` when another version has taken its place.
async fn announced(ledger: &Ledger, object: &ObjectVersion) -> Result<Option<String>, TaskError> {
    let version = ledger.get(&object.key).await?.and_then(|entry| entry.row.version);
    Ok(version.filter(|version| version.id.to_string() == object.observation).and_then(|version| version.etag))
}

/// The object's size while it is what was announced; `None` when it has gone. Anything else is tried again later: by then
/// the news of the change has arrived.
async fn unchanged(world: &World, bucket: &BucketName, key: &str, announced: &str) -> Result<Option<u64>, TaskError> {
    let name = super::ledger::object_key(key)?;
    let Some(object) = head(world, bucket, key).await? else { return Ok(None) };
    let sidecar = sidecar_head(world, bucket, &name).await?;
    if joint_etag(&object, sidecar.as_ref()) != announced {
        return Err(changing("the object is not the one that was announced"));
    }
    Ok(Some(object.size))
}

/// What a version is named: the same bytes under the same configuration and file name parse and chunk alike.
fn version(content: &str, fingerprint: &str, name: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [content, fingerprint, name] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Cuts a document.
pub(crate) struct Chunker {
    config: Arc<RagConfig>,
    documents: Arc<Documents>,
}

impl Chunker {
    pub(crate) fn new(config: Arc<RagConfig>, documents: Arc<Documents>) -> Self {
        Self { config, documents }
    }
}

#[async_trait]
impl Perform<Chunk> for Chunker {
    async fn perform(&self, context: &TaskContext, request: ChunkRequest) -> Result<ChunkReply, TaskError> {
        let object = object(request.object)?;
        let world = &context.world;
        let reference = request.document.ok_or_else(|| TaskError::invalid("document is missing"))?;
        let collection = self.config.collection(&request.collection);
        let collection =
            collection.ok_or_else(|| TaskError::invalid(format!("no collection {}", request.collection)))?;
        let document = self.documents.document(world, &reference).await?;
        let chunks = chunk(&document, &collection.chunking_for(&request.media_type));
        if chunks.is_empty() {
            return Err(refused("document_without_text", "no text was found in the file"));
        }
        let body = serde_json::to_vec(&chunks).map_err(|error| TaskError::invalid(error.to_string()))?;
        let stored = payloads::keep(world, &object, body.into()).await?;
        if let Some(mut artifact) = artifacts::find(world.table.as_ref(), &object.version).await? {
            artifact.chunks = Some((&stored).into());
            artifacts::keep(world.table.as_ref(), &object.version, &artifact).await?;
        }
        let embedded = collection.embedding.as_ref().is_some_and(|e| world.embedders.contains_key(&e.model));
        let searched = chunks.iter().filter(|chunk| chunk.role == ChunkRole::Search).count() as u32;
        let batches = if embedded { batches(chunks.len() as u32, object.sidecar.as_ref()) } else { Vec::new() };
        let ledger = Ledger::new(world.clone());
        ledger.progress(&object.key, &object.observation, Progress::Chunked, |entry| entry.chunks = searched).await?;
        Ok(ChunkReply { chunks: Some(stored), count: chunks.len() as u32, batches })
    }
}

fn batches(count: u32, sidecar: Option<&PayloadRef>) -> Vec<EmbedBatch> {
    let batch = |first: u32| EmbedBatch { first, end: (first + BATCH).min(count), sidecar: sidecar.cloned() };
    (0..count).step_by(BATCH as usize).map(batch).collect()
}

/// Closes the ledger row and tells the bus.
pub(crate) struct Finisher;

impl Finisher {
    pub(crate) fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Perform<Finish> for Finisher {
    async fn perform(&self, context: &TaskContext, request: FinishRequest) -> Result<FinishReply, TaskError> {
        let object = object(request.object.clone())?;
        let world = &context.world;
        let (progress, event) = outcome(context, &request.collection, &object, &request)?;
        let ledger = Ledger::new(world.clone());
        let chunks = request.chunks;
        let entry = ledger
            .progress(&object.key, &object.observation, progress, |entry| entry.chunks = entry.chunks.max(chunks))
            .await?;
        let Some(entry) = entry else { return Ok(FinishReply { state: "superseded".into() }) };
        if entry.row.live.is_none() {
            // A refused version must not leave its predecessor behind.
            world.index.remove(&request.collection, &object.key, object.sequence).await?;
        }
        // What only earlier versions needed. A lock of somebody else is no reason to fail: the next version or the removal
        // does it.
        if let (DocumentState::Searchable, Some(version)) = (&entry.row.state, &entry.row.version)
            && let Err(error) = payloads::release(world, &object.key, &version.id).await
            && error.kind != PortErrorKind::Throttled
        {
            return Err(error.into());
        }
        said::publish(world, event).await?;
        Ok(FinishReply { state: entry.state().to_owned() })
    }
}

fn outcome(
    context: &TaskContext,
    collection: &str,
    object: &ObjectVersion,
    request: &FinishRequest,
) -> Result<(Progress, BusEvent), TaskError> {
    let execution = context.execution.to_string();
    let metadata = said::metadata(context);
    if request.outcome == "searchable" {
        let detail = DocumentIndexed {
            collection: collection.to_owned(),
            bucket: object.bucket.clone(),
            key: object.key.clone(),
            version: object.version.clone(),
            chunks: request.chunks,
            execution,
            metadata,
        };
        return Ok((Progress::Searchable, said::event(context, &detail)?));
    }
    let (code, message) = match request.cause.split_once(": ") {
        Some((code, message)) if [REFUSED, UNREADABLE].contains(&request.error.as_str()) => {
            (code.to_owned(), message.to_owned())
        }
        _ => (request.error.clone(), request.cause.clone()),
    };
    let (collection, bucket, key) = (collection.to_owned(), object.bucket.clone(), object.key.clone());
    let version = object.version.clone();
    if request.outcome == "refused" {
        let progress = Progress::Refused { code: code.clone(), message: message.clone() };
        let detail = DocumentRefused { collection, bucket, key, version, code, message, execution, metadata };
        Ok((progress, said::event(context, &detail)?))
    } else {
        let progress = Progress::Failed { code: code.clone(), message: message.clone() };
        let detail = DocumentFailed { collection, bucket, key, version, code, message, execution, metadata };
        Ok((progress, said::event(context, &detail)?))
    }
}
