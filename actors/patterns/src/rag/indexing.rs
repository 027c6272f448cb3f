//! The actor kind `indexing`: what searches see.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_domain::{
    access::{self, AccessRule, Audience},
    chunking::{ChunkRole, indexed_text},
    filter::Sidecar,
    ledger::{DocumentState, Progress},
    object_key::SIDECAR_SUFFIX,
};
use cueline_ports::{IndexedChunk, IndexedDocument};
use cueline_protocol::{
    tasks::{IndexKeywords, IndexVectors, Remove},
    v1::{
        DocumentRemoved, IndexKeywordsReply, IndexKeywordsRequest, IndexVectorsReply, IndexVectorsRequest, RemoveReply,
        RemoveRequest,
    },
};
use cueline_runtime::{Perform, TaskContext, TaskError, codec};

use super::{
    Ledger, LedgerEntry, RagConfig,
    artifacts::Documents,
    embedding::decode_vectors,
    ingestion::{is_as_fetched, object, refused},
    payloads, said,
};

/// Makes a version searchable by its words.
pub(crate) struct KeywordIndexer {
    config: Arc<RagConfig>,
    documents: Arc<Documents>,
}

impl KeywordIndexer {
    pub(crate) fn new(config: Arc<RagConfig>, documents: Arc<Documents>) -> Self {
        Self { config, documents }
    }
}

#[async_trait]
impl Perform<IndexKeywords> for KeywordIndexer {
    async fn perform(
        &self,
        context: &TaskContext,
        request: IndexKeywordsRequest,
    ) -> Result<IndexKeywordsReply, TaskError> {
        let object = object(request.object)?;
        let world = &context.world;
        let collection = self.config.collection(&request.collection);
        let collection =
            collection.ok_or_else(|| TaskError::invalid(format!("no collection {}", request.collection)))?;
        let sidecar = match request.sidecar.as_ref().or(object.sidecar.as_ref()) {
            Some(reference) => {
                let bytes = codec::fetch(world.objects.as_ref(), &reference.hash).await?;
                Some(Sidecar::parse(&bytes).map_err(|error| refused("metadata_invalid", error))?)
            }
            None => None,
        };
        let document = request.document.ok_or_else(|| TaskError::invalid("document is missing"))?;
        let document = self.documents.document(world, &document).await?;
        let chunks = request.chunks.ok_or_else(|| TaskError::invalid("chunks are missing"))?;
        let chunks = self.documents.chunks(world, &chunks).await?;
        let indexed: Vec<IndexedChunk> = chunks
            .iter()
            .filter(|chunk| chunk.role == ChunkRole::Search)
            .map(|chunk| IndexedChunk {
                id: chunk.id.0.clone(),
                ordinal: chunk.ordinal,
                text: indexed_text(&document, chunk),
                start: chunk.start as u64,
                end: chunk.end as u64,
            })
            .collect();
        let count = indexed.len() as u32;
        let ledger = Ledger::new(world.clone());
        // Asked before, so that a version without a future is never shown; the index asks again by its sequence.
        let row = ledger.get(&object.key).await?;
        let current =
            row.filter(|entry| entry.sequence == object.sequence && entry.row.state != DocumentState::Deleted);
        let Some(row) = current else { return Ok(IndexKeywordsReply { chunks: 0, live: false }) };
        if !is_as_fetched(world, &request.collection, &object).await? {
            return Ok(IndexKeywordsReply { chunks: 0, live: false });
        }
        let said = sidecar.as_ref().map(|sidecar| sidecar.groups.as_ref());
        let ruling = access::rule(said, row.audience.as_ref(), &collection.audience);
        let notes: Vec<String> = ruling.kept.then(|| kept_note(&object.key, &ruling.audience)).into_iter().collect();
        // Remembered before it is shown: whoever restricts a document must not depend on what happens in between.
        let remember = |entry: &mut LedgerEntry| {
            entry.audience.clone_from(&ruling.remembered);
            entry.notes.clone_from(&notes);
        };
        if ledger.progress(&object.key, &object.observation, Progress::Chunked, remember).await?.is_none() {
            return Ok(IndexKeywordsReply { chunks: 0, live: false });
        }
        let live = world
            .index
            .upsert(IndexedDocument {
                collection: request.collection,
                document: object.key.clone(),
                version: object.version.clone(),
                sequence: object.sequence,
                access: AccessRule { tenant: self.config.tenant.clone(), audience: ruling.audience.clone() },
                attributes: sidecar.map(|sidecar| sidecar.attributes).unwrap_or_default(),
                chunks: indexed,
            })
            .await?;
        if !live {
            return Ok(IndexKeywordsReply { chunks: count, live: false });
        }
        let progress = Progress::KeywordSearchable;
        let entry = ledger.progress(&object.key, &object.observation, progress, |entry| entry.chunks = count).await?;
        Ok(IndexKeywordsReply { chunks: count, live: entry.is_some() })
    }
}

/// For people: what was decided without them, and how to decide otherwise.
fn kept_note(key: &str, audience: &Audience) -> String {
    let who = match audience {
        Audience::Public => "everyone".to_owned(),
        Audience::Groups(groups) if groups.is_empty() => "nobody".to_owned(),
        Audience::Groups(groups) => groups.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    };
    format!(
        "metadata_missing: the metadata file is gone; the document is still shown to {who} only. Put {key}{SIDECAR_SUFFIX} \
         back, or one without `groups` to show it to whom the collection is shown"
    )
}

/// Adds the vectors of a version.
pub(crate) struct VectorIndexer {
    config: Arc<RagConfig>,
    documents: Arc<Documents>,
}

impl VectorIndexer {
    pub(crate) fn new(config: Arc<RagConfig>, documents: Arc<Documents>) -> Self {
        Self { config, documents }
    }
}

#[async_trait]
impl Perform<IndexVectors> for VectorIndexer {
    async fn perform(
        &self,
        context: &TaskContext,
        request: IndexVectorsRequest,
    ) -> Result<IndexVectorsReply, TaskError> {
        let object = object(request.object)?;
        let world = &context.world;
        let model = self.config.collection(&request.collection).and_then(|collection| collection.embedding);
        let model = model.map(|embedding| embedding.model).unwrap_or_default();
        let chunks = request.chunks.ok_or_else(|| TaskError::invalid("chunks are missing"))?;
        let chunks = self.documents.chunks(world, &chunks).await?;
        let mut vectors = Vec::with_capacity(chunks.len());
        for batch in &request.batches {
            if batch.model != model {
                let cause = format!("vectors of {} cannot join a collection of {model}", batch.model);
                return Err(TaskError::invalid(cause));
            }
            let reference = batch.vectors.as_ref().ok_or_else(|| TaskError::invalid("vectors are missing"))?;
            let bytes = codec::fetch(world.objects.as_ref(), &reference.hash).await?;
            vectors.extend(decode_vectors(&bytes, batch.dimension as usize)?);
        }
        if vectors.len() != chunks.len() {
            return Err(TaskError::invalid(format!("{} vectors for {} chunks", vectors.len(), chunks.len())));
        }
        let vectors: Vec<(String, Vec<f32>)> = chunks
            .iter()
            .zip(vectors)
            .filter(|(chunk, _)| chunk.role == ChunkRole::Search)
            .map(|(chunk, vector)| (chunk.id.0.clone(), vector))
            .collect();
        let count = vectors.len() as u32;
        let live = world.index.attach_vectors(&request.collection, &object.key, &object.version, vectors).await?;
        let ledger = Ledger::new(world.clone());
        let progress = Progress::KeywordSearchable;
        ledger
            .progress(&object.key, &object.observation, progress, |entry| entry.embedding_model = Some(model.clone()))
            .await?;
        Ok(IndexVectorsReply { vectors: count, live })
    }
}

/// Takes a deleted document out.
pub(crate) struct Remover;

#[async_trait]
impl Perform<Remove> for Remover {
    async fn perform(&self, context: &TaskContext, request: RemoveRequest) -> Result<RemoveReply, TaskError> {
        let object = object(request.object)?;
        let removed = context.world.index.remove(&request.collection, &object.key, object.sequence).await?;
        // The row may belong to a new document of this name by now; that one keeps what it needs.
        payloads::release_deleted(&context.world, &object.key).await?;
        let detail = DocumentRemoved {
            collection: request.collection,
            bucket: object.bucket,
            key: object.key,
            execution: context.execution.to_string(),
            metadata: said::metadata(context),
        };
        said::publish(&context.world, said::event(context, &detail)?).await?;
        Ok(RemoveReply { removed })
    }
}
