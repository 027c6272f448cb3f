//! The actor kind `indexing`: what searches see.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_domain::{
    chunking::{ChunkRole, indexed_text},
    filter::Sidecar,
    ledger::Progress,
};
use cueline_ports::{IndexedChunk, IndexedDocument};
use cueline_protocol::{
    tasks::{IndexKeywords, IndexVectors, Remove},
    v1::{
        IndexKeywordsReply, IndexKeywordsRequest, IndexVectorsReply, IndexVectorsRequest, RemoveReply, RemoveRequest,
    },
};
use cueline_runtime::{Perform, TaskContext, TaskError, codec};

use super::{
    Ledger, RagConfig,
    artifacts::Documents,
    embedding::decode_vectors,
    ingestion::{object, refused},
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
        let sidecar = match &request.sidecar {
            Some(reference) => {
                let bytes = codec::fetch(world.objects.as_ref(), &reference.hash).await?;
                Sidecar::parse(&bytes).map_err(|error| refused("metadata_invalid", error))?
            }
            None => Sidecar::default(),
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
        let current = row.is_some_and(|entry| {
            entry.sequence == object.sequence && entry.row.state != cueline_domain::ledger::DocumentState::Deleted
        });
        if !current {
            return Ok(IndexKeywordsReply { chunks: 0, live: false });
        }
        let live = world
            .index
            .upsert(IndexedDocument {
                collection: request.collection,
                document: object.key.clone(),
                version: object.version.clone(),
                sequence: object.sequence,
                access: sidecar.access_rule(&self.config.tenant, collection.audience.clone()),
                attributes: sidecar.attributes,
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
        Ok(RemoveReply { removed })
    }
}
