//! What parsing and chunking made of a version: stored once, found by the version.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use cueline_domain::{chunking::Chunk, document::Document, source::Source};
use cueline_ports::{Condition, Key, PortError, PortResult, Table, Write};
use cueline_protocol::v1::PayloadRef;
use cueline_runtime::{TaskError, World, codec};
use serde::{Deserialize, Serialize};

/// What is known of a version besides its bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Artifact {
    pub(crate) document: Stored,
    pub(crate) chunks: Option<Stored>,
    pub(crate) media_type: String,
    pub(crate) parser: String,
    pub(crate) pages: u32,
    pub(crate) text_bytes: u64,
    pub(crate) warnings: Vec<String>,
}

/// A payload reference in JSON form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) hash: String,
    pub(crate) size: u64,
}

impl From<&PayloadRef> for Stored {
    fn from(reference: &PayloadRef) -> Self {
        let hash = blake3::Hash::from_slice(&reference.hash).map(|hash| hash.to_hex().to_string());
        Self { hash: hash.unwrap_or_default(), size: reference.size }
    }
}

impl From<&Stored> for PayloadRef {
    fn from(stored: &Stored) -> Self {
        let hash = blake3::Hash::from_hex(&stored.hash).map(|hash| Bytes::copy_from_slice(hash.as_bytes()));
        Self { hash: hash.unwrap_or_default(), size: stored.size }
    }
}

fn key(version: &str) -> Key {
    Key::new("artifacts", version)
}

pub(crate) async fn find(table: &dyn Table, version: &str) -> PortResult<Option<Artifact>> {
    let Some(row) = table.get(&key(version)).await? else { return Ok(None) };
    // A row that this build cannot read is made anew.
    Ok(serde_json::from_slice(&row.body).ok())
}

pub(crate) async fn keep(table: &dyn Table, version: &str, artifact: &Artifact) -> PortResult<()> {
    let body = serde_json::to_vec(artifact).map_err(|error| PortError::invalid(error.to_string()))?;
    table.transact(vec![Write::Put { key: key(version), body: body.into(), condition: Condition::Any }]).await
}

/// Parsed documents and chunk lists in memory, the least recently used go first.
pub(crate) struct Documents {
    room: usize,
    held: Mutex<Held>,
}

/// By hash: when it was used last, and what it is.
type Recent<T> = HashMap<Vec<u8>, (u64, Arc<T>)>;

#[derive(Default)]
struct Held {
    clock: u64,
    documents: Recent<Document>,
    chunks: Recent<Vec<Chunk>>,
}

impl Documents {
    pub(crate) fn new(room: usize) -> Self {
        Self { room: room.max(1), held: Mutex::default() }
    }

    /// The document of a reference.
    pub(crate) async fn document(&self, world: &World, reference: &PayloadRef) -> Result<Arc<Document>, TaskError> {
        if let Some(document) = self.lookup(|held| &mut held.documents, &reference.hash) {
            return Ok(document);
        }
        let bytes = codec::fetch(world.objects.as_ref(), &reference.hash).await?;
        let document: Document = serde_json::from_slice(&bytes)
            .map_err(|error| TaskError::new("Cueline.Corrupt", format!("stored document: {error}")))?;
        Ok(self.insert(|held| &mut held.documents, &reference.hash, document))
    }

    /// The chunk list of a reference.
    pub(crate) async fn chunks(&self, world: &World, reference: &PayloadRef) -> Result<Arc<Vec<Chunk>>, TaskError> {
        if let Some(chunks) = self.lookup(|held| &mut held.chunks, &reference.hash) {
            return Ok(chunks);
        }
        let bytes = codec::fetch(world.objects.as_ref(), &reference.hash).await?;
        let chunks: Vec<Chunk> = serde_json::from_slice(&bytes)
            .map_err(|error| TaskError::new("Cueline.Corrupt", format!("stored chunks: {error}")))?;
        Ok(self.insert(|held| &mut held.chunks, &reference.hash, chunks))
    }

    fn lookup<T>(&self, of: fn(&mut Held) -> &mut Recent<T>, hash: &[u8]) -> Option<Arc<T>> {
        let mut held = self.held.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        held.clock += 1;
        let clock = held.clock;
        of(&mut held).get_mut(hash).map(|(used, value)| {
            *used = clock;
            value.clone()
        })
    }

    fn insert<T>(&self, of: fn(&mut Held) -> &mut Recent<T>, hash: &[u8], value: T) -> Arc<T> {
        let value = Arc::new(value);
        let mut held = self.held.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        held.clock += 1;
        let clock = held.clock;
        let map = of(&mut held);
        if map.len() >= self.room {
            let oldest = map.iter().min_by_key(|(_, (used, _))| *used).map(|(hash, _)| hash.clone());
            oldest.and_then(|oldest| map.remove(&oldest));
        }
        map.insert(hash.to_vec(), (clock, value.clone()));
        value
    }
}

/// The passage of a chunk as the answerers want it; `None` when the range is none of the document.
pub(crate) fn source(document: &Document, key: &str, version: &str, chunk: &Chunk) -> Option<Source> {
    let text = document.text.get(chunk.start..chunk.end)?.to_owned();
    Some(Source {
        document: key.to_owned(),
        version: version.to_owned(),
        title: document.title.clone(),
        chunk: chunk.clone(),
        text,
    })
}
