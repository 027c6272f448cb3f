//! Answers without a chat model: sentences of the documents, found by meaning where there is a model for it, by words else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cueline_domain::{
    collection::Collection,
    extractive::{self, Extraction, ExtractiveOptions},
    source::Source,
    vectors::cosine,
};
use cueline_ports::{Embedder, PortResult};
use cueline_runtime::World;

use super::embedding::embed_now;

/// Sentences that are embedded for one question, of the best passages; more would take longer than people wait.
const MOST_SENTENCES: usize = 64;
/// Vectors of sentences that are kept, about 1.5 KB each.
const ROOM: usize = 4_096;

/// Vectors of sentences in memory: the same passages are asked about again and again.
#[derive(Default)]
pub(crate) struct Sentences(Mutex<HashMap<blake3::Hash, Arc<Vec<f32>>>>);

/// What an extraction goes by.
#[derive(Default)]
pub(crate) struct Likeness {
    /// As [`extractive::candidates`] orders them; empty: by words.
    numbers: Vec<f32>,
    /// Why it is less than it could be.
    pub(crate) note: Option<String>,
}

impl Sentences {
    /// How near each sentence is to the question, if the collection has a model that works.
    pub(crate) async fn likeness(
        &self,
        world: &World,
        collection: Option<&Collection>,
        question: &str,
        sources: &[Source],
    ) -> Likeness {
        let model = collection.and_then(|collection| collection.embedding.as_ref()).map(|embedding| &embedding.model);
        let Some(embedder) = model.and_then(|model| world.embedders.get(model)) else { return Likeness::default() };
        let mut texts = extractive::candidates(sources);
        texts.truncate(MOST_SENTENCES);
        match self.near(embedder.as_ref(), question, &texts).await {
            Ok(numbers) => Likeness { numbers, note: None },
            Err(error) => {
                let model = embedder.info().model;
                Likeness { numbers: Vec::new(), note: Some(format!("answered by words only: {model} failed: {error}")) }
            }
        }
    }

    async fn near(&self, embedder: &dyn Embedder, question: &str, texts: &[String]) -> PortResult<Vec<f32>> {
        let hashes: Vec<blake3::Hash> = texts.iter().map(|text| blake3::hash(text.as_bytes())).collect();
        let mut known: HashMap<blake3::Hash, Arc<Vec<f32>>> = {
            let held = self.held();
            hashes.iter().filter_map(|hash| Some((*hash, held.get(hash)?.clone()))).collect()
        };
        let missing: Vec<usize> = (0..texts.len()).filter(|at| !known.contains_key(&hashes[*at])).collect();
        let wanted = missing.iter().map(|at| texts[*at].clone()).chain([question.to_owned()]).collect();
        let mut made = embed_now(embedder, wanted).await?;
        let question = made.pop().unwrap_or_default();
        {
            let mut held = self.held();
            if held.len() + made.len() > ROOM {
                held.clear();
            }
            for (at, vector) in missing.into_iter().zip(made) {
                let vector = Arc::new(vector);
                held.insert(hashes[at], vector.clone());
                known.insert(hashes[at], vector);
            }
        }
        let near = |hash| known.get(hash).map_or(f32::NAN, |vector| cosine(&question, vector));
        Ok(hashes.iter().map(near).collect())
    }

    fn held(&self) -> MutexGuard<'_, HashMap<blake3::Hash, Arc<Vec<f32>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Likeness {
    /// The sentences that answer, or nothing.
    pub(crate) fn answer(&self, question: &str, sources: &[Source]) -> Extraction {
        let options = ExtractiveOptions::default();
        if self.numbers.is_empty() {
            return extractive::answer(question, sources, &options);
        }
        extractive::answer_by_meaning(question, sources, &self.numbers, &options)
    }

    /// What comes closest.
    pub(crate) fn closest(
        &self,
        question: &str,
        sources: &[Source],
        most: usize,
    ) -> Vec<cueline_domain::citation::Citation> {
        extractive::closest(question, sources, &self.numbers, most)
    }
}
