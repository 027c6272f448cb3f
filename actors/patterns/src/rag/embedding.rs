//! The actor kind `embedding`: vectors for chunks; what was embedded before comes from the cache.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Buf, BufMut, Bytes, BytesMut};
use cueline_domain::{chunking::indexed_text, filter::Sidecar};
use cueline_ports::{Condition, Embedder, Key, PortResult, Write};
use cueline_protocol::{
    tasks::Embed,
    v1::{EmbedReply, EmbedRequest},
};
use cueline_runtime::{Perform, TaskContext, TaskError, codec};

use super::{RagConfig, artifacts::Documents};

/// Embeds one batch of chunks.
pub(crate) struct ChunkEmbedder {
    config: Arc<RagConfig>,
    documents: Arc<Documents>,
}

impl ChunkEmbedder {
    pub(crate) fn new(config: Arc<RagConfig>, documents: Arc<Documents>) -> Self {
        Self { config, documents }
    }
}

#[async_trait]
impl Perform<Embed> for ChunkEmbedder {
    async fn perform(&self, context: &TaskContext, request: EmbedRequest) -> Result<EmbedReply, TaskError> {
        let world = &context.world;
        let wanted = self.config.collection(&request.collection).and_then(|collection| collection.embedding);
        let wanted = wanted.ok_or_else(|| TaskError::invalid(format!("{} has no vectors", request.collection)))?;
        let embedder = world.embedders.get(&wanted.model).ok_or_else(|| {
            TaskError::new("Cueline.ModelMissing", format!("no weights for {}; see `cueline models`", wanted.model))
        })?;
        let info = embedder.info();
        if info.dimension != wanted.dimension {
            let cause =
                format!("{} gives {} numbers, the collection has {}", info.model, info.dimension, wanted.dimension);
            return Err(TaskError::invalid(cause));
        }
        let document = request.document.ok_or_else(|| TaskError::invalid("document is missing"))?;
        let document = self.documents.document(world, &document).await?;
        let chunks = request.chunks.ok_or_else(|| TaskError::invalid("chunks are missing"))?;
        let chunks = self.documents.chunks(world, &chunks).await?;
        let range = request.batch.as_ref().map_or(0..0, |batch| batch.first as usize..batch.end as usize);
        let batch = chunks.get(range).ok_or_else(|| TaskError::invalid("the batch is no range of the chunks"))?;

        let sidecar = match request.batch.as_ref().and_then(|batch| batch.sidecar.as_ref()) {
            Some(reference) => Some(codec::fetch(world.objects.as_ref(), &reference.hash).await?),
            None => None,
        };
        // One that cannot be read refuses the document where it is indexed.
        let lead = sidecar.and_then(|bytes| Sidecar::parse(&bytes).ok()).map(|sidecar| sidecar.embedded_text());
        let lead = lead.filter(|lead| !lead.is_empty()).map(|lead| lead + "\n").unwrap_or_default();
        let texts: Vec<String> =
            batch.iter().map(|chunk| format!("{lead}{}", indexed_text(&document, chunk))).collect();
        let keys: Vec<Key> = texts
            .iter()
            .map(|text| Key::new(format!("vectors/{}", info.model), blake3::hash(text.as_bytes()).to_hex().as_str()))
            .collect();
        let mut vectors: Vec<Option<Bytes>> = Vec::with_capacity(texts.len());
        for key in &keys {
            let row = world.table.get(key).await?;
            vectors.push(row.map(|row| row.body).filter(|body| body.len() == info.dimension * 4));
        }
        let missing: Vec<usize> = (0..texts.len()).filter(|at| vectors[*at].is_none()).collect();
        if !missing.is_empty() {
            let made = embedder.embed(missing.iter().map(|at| texts[*at].clone()).collect()).await?;
            let mut writes: Vec<Write> = Vec::with_capacity(made.len());
            for (at, vector) in missing.iter().zip(made) {
                let mut body = BytesMut::with_capacity(vector.len() * 4);
                vector.iter().for_each(|number| body.put_f32_le(*number));
                let body = body.freeze();
                // The same text may stand twice in a batch; a key may stand once in a transaction.
                if !writes.iter().any(|write| *write.key() == keys[*at]) {
                    let key = keys[*at].clone();
                    writes.push(Write::Put { key, body: body.clone(), condition: Condition::Any });
                }
                vectors[*at] = Some(body);
            }
            world.table.transact(writes).await?;
        }
        let mut body = BytesMut::with_capacity(texts.len() * info.dimension * 4);
        vectors.iter().flatten().for_each(|vector| body.put_slice(vector));
        let stored = codec::store(world.objects.as_ref(), body.freeze()).await?;
        Ok(EmbedReply {
            vectors: Some(stored),
            // The name that the collection knows it by.
            model: wanted.model,
            dimension: info.dimension as u32,
            computed: missing.len() as u32,
            cached: (texts.len() - missing.len()) as u32,
        })
    }
}

/// Vectors for somebody who waits for an answer. One hiccup shall not cost the answer its search by meaning, so a failure
/// that may pass is tried once more before words have to do.
pub(crate) async fn embed_now(embedder: &dyn Embedder, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
    match embedder.embed(texts.clone()).await {
        Err(error) if error.is_transient() => embedder.embed(texts).await,
        made => made,
    }
}

/// As [`embed_now`], the vector of a question.
pub(crate) async fn embed_question_now(embedder: &dyn Embedder, question: &str) -> PortResult<Vec<f32>> {
    match embedder.embed_question(question.to_owned()).await {
        Err(error) if error.is_transient() => embedder.embed_question(question.to_owned()).await,
        made => made,
    }
}

/// Little-endian f32, one vector after the other.
pub(crate) fn decode_vectors(bytes: &Bytes, dimension: usize) -> Result<Vec<Vec<f32>>, TaskError> {
    if dimension == 0 || !bytes.len().is_multiple_of(dimension * 4) {
        return Err(TaskError::invalid(format!("{} bytes are no vectors of {dimension} numbers", bytes.len())));
    }
    let vector = |mut bytes: &[u8]| (0..dimension).map(|_| bytes.get_f32_le()).collect();
    Ok(bytes.chunks_exact(dimension * 4).map(vector).collect())
}
