//! A local embedding model: all-MiniLM-L6-v2, computed in this process.
//!
//! | module | does |
//! |---|---|
//! | `tokens` | text to token numbers |
//! | `bert`, `integers`, `kernels` | token numbers to vectors |
//! | `tensors`, [`weights`] | reads the model's files; gets them |
//!
//! Embedding is what ingestion costs: some fifty times as much as parsing and indexing together. So the forward pass is
//! written out here instead of taken from a framework: no padding, no copies, fused biases, and linear layers in whole
//! numbers, which take half the time of floats at the same quality.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use async_trait::async_trait;
use cueline_ports::{Embedder, EmbedderInfo, PortError, PortResult};
use futures::future::try_join_all;
use tokio::{sync::Semaphore, task::spawn_blocking};

mod bert;
mod integers;
mod kernels;
mod tensors;
mod tokens;
pub mod weights;

use bert::{Bert, Scratch};
use tokens::Tokenizer;

/// What the model was trained to read.
const MAX_TOKENS: usize = 256;

/// Most tokens per batch: enough to use the weights well once they are in the cache, few enough that the states stay there too.
const BATCH_TOKENS: usize = 512;

/// The sentence model all-MiniLM-L6-v2. Clones share the weights and the threads.
#[derive(Clone)]
pub struct MiniLmEmbedder {
    inner: Arc<Inner>,
}

struct Inner {
    bert: Bert,
    tokenizer: Tokenizer,
    /// As many batches at a time as there are cores, over all calls.
    cores: Semaphore,
    threads: usize,
    scratches: Mutex<Vec<Scratch>>,
}

impl std::fmt::Debug for MiniLmEmbedder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MiniLmEmbedder").finish_non_exhaustive()
    }
}

impl MiniLmEmbedder {
    /// Reads the model from a directory with `config.json`, `vocab.txt` and `model.safetensors`. Blocks for some 0.1 s.
    pub fn load(dir: impl AsRef<Path>) -> PortResult<Self> {
        Self::load_with_threads(dir, thread::available_parallelism().map_or(1, Into::into))
    }

    /// As [`Self::load`], computing with at most so many threads at once.
    pub fn load_with_threads(dir: impl AsRef<Path>, threads: usize) -> PortResult<Self> {
        let dir = dir.as_ref();
        let vocabulary = dir.join("vocab.txt");
        let text =
            std::fs::read_to_string(&vocabulary).map_err(|error| tensors::missing(&vocabulary).with_source(error))?;
        let tokenizer =
            Tokenizer::new(&text).ok_or_else(|| tensors::damaged(&vocabulary, "it lacks [CLS], [SEP] or [UNK]"))?;
        let bert = Bert::load(dir)?;
        if tokenizer.size() != bert.config.vocab_size || bert.config.max_position_embeddings < MAX_TOKENS {
            return Err(tensors::damaged(&vocabulary, "it does not belong to the model beside it"));
        }
        let threads = threads.max(1);
        let cores = Semaphore::new(threads);
        Ok(Self { inner: Arc::new(Inner { bert, tokenizer, cores, threads, scratches: Mutex::default() }) })
    }

    /// How many tokens of a text count, for estimates of cost.
    pub fn count_tokens(&self, text: &str) -> usize {
        self.inner.tokenizer.tokens(text, MAX_TOKENS).len()
    }
}

impl Inner {
    fn embed(&self, texts: &[&[u32]]) -> Vec<Vec<f32>> {
        let scratches = || self.scratches.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = scratches().pop().unwrap_or_default();
        let vectors = self.bert.embed(texts, &mut scratch);
        scratches().push(scratch);
        vectors
    }
}

#[async_trait]
impl Embedder for MiniLmEmbedder {
    fn info(&self) -> EmbedderInfo {
        let dimension = self.inner.bert.config.hidden_size;
        EmbedderInfo { model: "all-MiniLM-L6-v2".into(), dimension, max_tokens: MAX_TOKENS }
    }

    async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
        let interrupted = |_| PortError::unavailable("the embedding model stopped");
        let inner = self.inner.clone();
        let tokenise =
            move || texts.iter().map(|text| inner.tokenizer.tokens(text, MAX_TOKENS)).collect::<Vec<Vec<u32>>>();
        let texts = Arc::new(spawn_blocking(tokenise).await.map_err(interrupted)?);

        let batches = batches(&texts, self.inner.threads).into_iter().map(async |batch: Vec<usize>| {
            let _core = self.inner.cores.acquire().await.map_err(|_| PortError::unavailable("the model is closed"))?;
            let (inner, texts) = (self.inner.clone(), texts.clone());
            let compute = move || {
                let tokens: Vec<&[u32]> = batch.iter().map(|text| texts[*text].as_slice()).collect();
                let vectors = inner.embed(&tokens);
                batch.into_iter().zip(vectors).collect::<Vec<_>>()
            };
            spawn_blocking(compute).await.map_err(interrupted)
        });
        let mut vectors = vec![Vec::new(); texts.len()];
        for (text, vector) in try_join_all(batches).await?.into_iter().flatten() {
            vectors[text] = vector;
        }
        Ok(vectors)
    }
}

/// Cuts the texts into batches of about equal work, at least one per thread, longest texts first so that no long one is
/// left for the end.
fn batches(texts: &[Vec<u32>], threads: usize) -> Vec<Vec<usize>> {
    let share = texts.iter().map(Vec::len).sum::<usize>().div_ceil(threads);
    let most = share.min(BATCH_TOKENS);
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|text| std::cmp::Reverse(texts[*text].len()));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut tokens = usize::MAX;
    for text in order {
        tokens = tokens.saturating_add(texts[text].len());
        match batches.last_mut() {
            Some(batch) if tokens <= most => batch.push(text),
            _ => {
                tokens = texts[text].len();
                batches.push(vec![text]);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_bounded_and_hold_every_text_once() {
        let texts: Vec<Vec<u32>> = (0..100).map(|n| vec![0; 2 + (n * 37) % 250]).collect();
        let batches = batches(&texts, 2);
        let mut all: Vec<usize> = batches.concat();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
        let tokens = |batch: &Vec<usize>| batch.iter().map(|text| texts[*text].len()).sum::<usize>();
        assert!(batches.iter().all(|batch| tokens(batch) <= BATCH_TOKENS));
    }
}
