//! The actor kind `retrieval`: the passages that fit a question, of those the caller may see.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use cueline_domain::{
    access::Clearance,
    collection::{Collection, Rerank},
    filter::{self, Filter},
    fusion::{Fused, Scored, fuse, mmr, vector_of_words},
};
use cueline_ports::{Hit, SearchRequest, SearchResults};
use cueline_protocol::{
    tasks::Retrieve,
    v1::{Passage, PayloadRef, RetrieveReply, RetrieveRequest},
};
use cueline_runtime::{Perform, TaskContext, TaskError, World};

use super::{
    Ledger, RagConfig,
    artifacts::{self, Documents},
    embedding::embed_question_now,
    generation::EXTRACTIVE,
};

/// Questions longer than this are refused.
const LONGEST_QUESTION: usize = 16 * 1024;
/// For every result, so many candidates are compared when results shall differ.
const CANDIDATES: usize = 4;

/// Searches.
pub(crate) struct Retriever {
    config: Arc<RagConfig>,
    documents: Arc<Documents>,
}

/// A request that can be carried out.
struct Search {
    collection: Collection,
    clearance: Clearance,
    filter: Option<Filter>,
    limit: usize,
    mode: Mode,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Hybrid,
    Keyword,
    Vector,
}

/// The caller's tenant and groups.
pub(crate) fn clearance(config: &RagConfig, tenant: &str, groups: &[String]) -> Clearance {
    let tenant = if tenant.is_empty() { &config.tenant } else { tenant };
    if groups.is_empty() {
        return Clearance::everything_public(tenant);
    }
    Clearance::of_groups(tenant, groups.iter().cloned())
}

/// The name of a collection as a request gives it.
pub(crate) fn named(collection: &str) -> &str {
    if collection.is_empty() { "default" } else { collection }
}

/// An embedded question, or what to tell people instead.
type QuestionVector = (Option<Vec<f32>>, Vec<String>);

type Id = (String, String);

impl Retriever {
    pub(crate) fn new(config: Arc<RagConfig>, documents: Arc<Documents>) -> Self {
        Self { config, documents }
    }

    /// Every bound is named; nothing is cut to fit in silence.
    fn check(&self, world: &World, request: &RetrieveRequest) -> Result<Search, TaskError> {
        if request.question.trim().is_empty() {
            return Err(TaskError::invalid("question is empty: ask something"));
        }
        if request.question.len() > LONGEST_QUESTION {
            let length = request.question.len();
            return Err(TaskError::invalid(format!("question has {length} bytes: write at most {LONGEST_QUESTION}")));
        }
        let name = named(&request.collection);
        let collection = self.config.collection(name).ok_or_else(|| {
            let rule = "1 to 63 lower-case letters, digits and inner hyphens";
            TaskError::invalid(format!("collection is {name:?}: a name has {rule}"))
        })?;
        let filter = match &request.filter {
            Some(value) => {
                let json = serde_json::to_value(value).map_err(|error| TaskError::invalid(error.to_string()))?;
                let parsed = filter::parse(&json);
                Some(parsed.map_err(|error| TaskError::invalid(format!("filter {}: {}", error.path, error.message)))?)
            }
            None => None,
        };
        let depth = collection.retrieval.depth;
        let limit = match request.limit {
            None => collection.retrieval.results,
            Some(limit) if (1..=depth).contains(&(limit as usize)) => limit as usize,
            Some(limit) => {
                return Err(TaskError::invalid(format!(
                    "limit is {limit}: write a number from 1 to {depth} (`retrieval.depth` of the collection)"
                )));
            }
        };
        let mode = match request.mode.as_str() {
            "" | "hybrid" => Mode::Hybrid,
            "keyword" => Mode::Keyword,
            "vector" => Mode::Vector,
            other => return Err(TaskError::invalid(format!("mode is {other:?}: use hybrid, keyword or vector"))),
        };
        if !request.model.is_empty() && request.model != EXTRACTIVE && !world.models.contains_key(&request.model) {
            return Err(unknown_model(world, &request.model));
        }
        let clearance = clearance(&self.config, &request.tenant, &request.groups);
        Ok(Search { collection, clearance, filter, limit, mode })
    }

    /// A collection that is neither configured nor has anything in it was mistyped.
    async fn check_existence(&self, world: &World, search: &Search) -> Result<(), TaskError> {
        let name = search.collection.name.as_str();
        if name == "default" || self.config.collections.contains_key(name) || world.index.count(name).await?.0 > 0 {
            return Ok(());
        }
        Err(TaskError::invalid(format!(
            "collection_not_found: collection is {name:?}, which is not configured and holds nothing that is searchable; \
             see `cueline collections`"
        )))
    }

    /// Without a vector the words have to do, unless the vector is all that was asked for.
    async fn question_vector(world: &World, search: &Search, question: &str) -> Result<QuestionVector, TaskError> {
        if search.mode == Mode::Keyword {
            return Ok((None, Vec::new()));
        }
        let less = match &search.collection.embedding {
            None => "the collection has no embedding model".to_owned(),
            Some(embedding) => match world.embedders.get(&embedding.model) {
                None => format!("no weights for {}", embedding.model),
                Some(embedder) => match embed_question_now(embedder.as_ref(), question).await {
                    Ok(vector) => return Ok((Some(vector), Vec::new())),
                    Err(error) if search.mode == Mode::Vector => return Err(error.into()),
                    Err(error) => format!("{} failed: {error}", embedding.model),
                },
            },
        };
        if search.mode == Mode::Vector {
            let cause = format!("mode_unavailable: mode is \"vector\" and {less}; use hybrid or keyword");
            return Err(TaskError::invalid(cause));
        }
        Ok((None, vec![format!("searched by words only: {less}")]))
    }

    /// The row of a deleted or refused document hides it at once, whatever the index still holds.
    async fn is_hidden(world: &World, document: &str) -> Result<bool, TaskError> {
        let row = Ledger::new(world.clone()).get(document).await?;
        Ok(row.is_some_and(|entry| entry.row.live.is_none()))
    }

    /// The passages of the best hits, with the text of each for comparing them.
    async fn passages(
        &self,
        world: &World,
        fused: &[Fused<Id>],
        hits: &HashMap<Id, Hit>,
        most: usize,
    ) -> Result<Vec<(Passage, String)>, TaskError> {
        let mut passages = Vec::with_capacity(most);
        let mut hidden: HashMap<&str, bool> = HashMap::new();
        for fused in fused {
            if passages.len() == most {
                break;
            }
            let Some(hit) = hits.get(&fused.id) else { continue };
            let document = hit.document.as_str();
            if !hidden.contains_key(document) {
                hidden.insert(document, Self::is_hidden(world, document).await?);
            }
            if hidden[document] {
                continue;
            }
            passages.extend(self.passage(world, hit, fused).await?);
        }
        Ok(passages)
    }

    async fn passage(
        &self,
        world: &World,
        hit: &Hit,
        fused: &Fused<Id>,
    ) -> Result<Option<(Passage, String)>, TaskError> {
        let Some(artifact) = artifacts::find(world.table.as_ref(), &hit.version).await? else { return Ok(None) };
        let reference: PayloadRef = (&artifact.document).into();
        let document = match self.documents.document(world, &reference).await {
            // Deleted between the search and now.
            Err(error) if error.name == "Cueline.NotFound" => return Ok(None),
            document => document?,
        };
        let (start, end) = (hit.start as usize, hit.end as usize);
        let block = document.blocks.iter().find(|block| block.start <= start && start < block.end);
        let text = document.text.get(start..end).unwrap_or_default().to_owned();
        let passage = Passage {
            chunk: hit.chunk.clone(),
            document: hit.document.clone(),
            version: hit.version.clone(),
            title: document.title.clone().unwrap_or_default(),
            headings: block.map(|block| block.headings.clone()).unwrap_or_default(),
            page: block.and_then(|block| block.page).unwrap_or(0),
            start: hit.start,
            end: hit.end,
            score: f64::from(fused.score),
            source: Some(reference),
            similarity: fused.vector.map_or(0.0, |standing| f64::from(standing.score)),
        };
        Ok(Some((passage, text)))
    }
}

/// A model that is not configured.
pub(crate) fn unknown_model(world: &World, model: &str) -> TaskError {
    let known: Vec<&str> = world.models.keys().map(String::as_str).chain([EXTRACTIVE]).collect();
    TaskError::invalid(format!("model is {model:?}; configured are {}", known.join(", ")))
}

/// The two lists as one, and every hit by its id.
fn fused(collection: &Collection, found: SearchResults) -> (Vec<Fused<Id>>, HashMap<Id, Hit>) {
    let mut hits: HashMap<Id, Hit> = HashMap::new();
    let mut list = |found: Vec<Hit>| -> Vec<Scored<Id>> {
        found
            .into_iter()
            .map(|hit| {
                let id = (hit.document.clone(), hit.chunk.clone());
                let score = hit.score;
                hits.entry(id.clone()).or_insert(hit);
                Scored { id, score }
            })
            .collect()
    };
    let (keyword, vector) = (list(found.keyword), list(found.vector));
    (fuse(collection.retrieval.fusion, &keyword, &vector), hits)
}

/// The best `limit`: by score alone, or such that they also differ from each other.
fn reranked(rerank: &Rerank, candidates: Vec<(Passage, String)>, limit: usize) -> Vec<Passage> {
    let Rerank::Mmr { lambda } = rerank else {
        return candidates.into_iter().map(|(passage, _)| passage).take(limit).collect();
    };
    let relevance: Vec<f32> = candidates.iter().map(|(passage, _)| passage.score as f32).collect();
    let vectors: Vec<Vec<f32>> = candidates.iter().map(|(_, text)| vector_of_words(text)).collect();
    let picked = mmr(&relevance, &vectors, *lambda, limit);
    picked.into_iter().filter_map(|index| candidates.get(index)).map(|(passage, _)| passage.clone()).collect()
}

/// Orders candidates by what a model says of each, or says why it could not: then the order of the search has to do.
async fn compared(
    world: &World,
    name: &str,
    question: &str,
    candidates: &mut [(Passage, String)],
) -> Result<Option<String>, TaskError> {
    let reranker = world.rerankers.get(name).ok_or_else(|| {
        let known = world.rerankers.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        TaskError::invalid(format!("retrieval.rerank.name is {name:?}; configured are {known}"))
    })?;
    let texts: Vec<String> = candidates.iter().map(|(_, text)| text.clone()).collect();
    let scores = match reranker.rerank(question, &texts).await {
        Err(error) if error.is_transient() => reranker.rerank(question, &texts).await,
        scores => scores,
    };
    match scores {
        Ok(scores) if scores.len() == candidates.len() => {
            for ((passage, _), score) in candidates.iter_mut().zip(scores) {
                passage.score = f64::from(score);
            }
            candidates.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score));
            Ok(None)
        }
        Ok(scores) => Ok(Some(format!("ranked by the search only: {name} gave {} scores", scores.len()))),
        Err(error) => Ok(Some(format!("ranked by the search only: {name} failed: {error}"))),
    }
}

#[async_trait]
impl Perform<Retrieve> for Retriever {
    async fn perform(&self, context: &TaskContext, request: RetrieveRequest) -> Result<RetrieveReply, TaskError> {
        let world = &context.world;
        let search = self.check(world, &request)?;
        self.check_existence(world, &search).await?;
        let (vector, mut notes) = Self::question_vector(world, &search, &request.question).await?;
        let text = if search.mode == Mode::Vector { String::new() } else { request.question.clone() };
        let mode = match (text.is_empty(), vector.is_some()) {
            (false, true) => "hybrid",
            (false, false) => "keyword",
            (true, _) => "vector",
        };
        let Search { collection, clearance, filter, limit, .. } = search;
        let retrieval = &collection.retrieval;
        let wanted = SearchRequest {
            collection: collection.name.as_str().to_owned(),
            text,
            vector,
            filter,
            depth: retrieval.depth,
        };
        let found = world.index.search(&clearance, wanted).await?;
        let (fused, hits) = fused(&collection, found);
        let most = match &retrieval.rerank {
            Rerank::None => limit,
            Rerank::Mmr { .. } => limit.saturating_mul(CANDIDATES).min(retrieval.depth),
            Rerank::Model { candidates, .. } => limit.max(*candidates).min(retrieval.depth),
        };
        let mut candidates = self.passages(world, &fused, &hits, most).await?;
        if let Rerank::Model { name, .. } = &retrieval.rerank {
            notes.extend(compared(world, name, &request.question, &mut candidates).await?);
        }
        let passages = reranked(&retrieval.rerank, candidates, limit);
        Ok(RetrieveReply { passages, mode: mode.to_owned(), notes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(chunk: &str, score: f64, text: &str) -> (Passage, String) {
        (Passage { chunk: chunk.to_owned(), score, ..Passage::default() }, text.to_owned())
    }

    /// Reproduces: `rerank = { method = "mmr" }` was accepted and did nothing.
    #[test]
    fn results_differ_from_each_other_when_that_is_configured() {
        let candidates = || {
            vec![
                candidate("a", 1.0, "Refunds take 14 days."),
                candidate("again", 0.9, "A refund takes 14 days."),
                candidate("other", 0.8, "Parcels are sent every Monday."),
                candidate("far", 0.0, "The shop opens at nine."),
            ]
        };
        let chunks = |rerank| -> Vec<String> {
            reranked(&rerank, candidates(), 2).into_iter().map(|passage| passage.chunk).collect()
        };
        assert_eq!(chunks(Rerank::None), ["a", "again"]);
        assert_eq!(chunks(Rerank::Mmr { lambda: 0.5 }), ["a", "other"]);
        assert_eq!(chunks(Rerank::Mmr { lambda: 1.0 }), ["a", "again"]);
    }
}
