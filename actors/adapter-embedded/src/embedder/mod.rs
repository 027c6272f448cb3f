//! A local embedding model.

use std::path::Path;

use async_trait::async_trait;
use cueline_ports::{Embedder, EmbedderInfo, PortError, PortResult};

pub mod weights;

/// The sentence model all-MiniLM-L6-v2, computed in this process.
#[derive(Debug, Clone)]
pub struct MiniLmEmbedder {}

impl MiniLmEmbedder {
    /// Reads the model from a directory with `config.json`, `vocab.txt` and `model.safetensors`. Blocks for some 0.1 s.
    pub fn load(_dir: impl AsRef<Path>) -> PortResult<Self> {
        Err(PortError::unavailable("not written yet"))
    }
}

#[async_trait]
impl Embedder for MiniLmEmbedder {
    fn info(&self) -> EmbedderInfo {
        EmbedderInfo { model: "all-MiniLM-L6-v2".into(), dimension: 384, max_tokens: 256 }
    }

    async fn embed(&self, _texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
        Err(PortError::unavailable("not written yet"))
    }
}
