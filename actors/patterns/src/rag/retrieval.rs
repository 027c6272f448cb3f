//! The actor kind `retrieval`: the passages that fit a question, of those the caller may see.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use cueline_domain::{
    access::Clearance,
    filter,
    fusion::{Scored, fuse},
};
use cueline_ports::{Hit, SearchRequest};
use cueline_protocol::{
    tasks::Retrieve,
    v1::{Passage, PayloadRef, RetrieveReply, RetrieveRequest},
};
use cueline_runtime::{Perform, TaskContext, TaskError, World};

use super::{
    Ledger, RagConfig,
    artifacts::{self, Documents},
};

/// Questions longer than this are refused.
const LONGEST_QUESTION: usize = 16 * 1024;

/// Searches.
pub(crate) struct Retriever {
    config: Arc<RagConfig>,
    documents: Arc<Documents>,
}

impl Retriever {
    pub(crate) fn new(config: Arc<RagConfig>, documents: Arc<Documents>) -> Self {
        Self { config, documents }
    }

    /// The row of a deleted or refused document hides it at once, whatever the index still holds.
    async fn is_hidden(world: &World, document: &str) -> Result<bool, TaskError> {
        let row = Ledger::new(world.clone()).get(document).await?;
        Ok(row.is_some_and(|entry| entry.row.live.is_none()))
    }

    async fn passage(&self, world: &World, hit: &Hit, score: f32) -> Result<Option<Passage>, TaskError> {
        let Some(artifact) = artifacts::find(world.table.as_ref(), &hit.version).await? else { return Ok(None) };
        let reference: PayloadRef = (&artifact.document).into();
        let document = self.documents.document(world, &reference).await?;
        let start = hit.start as usize;
        let block = document.blocks.iter().find(|block| block.start <= start && start < block.end);
        Ok(Some(Passage {
            chunk: hit.chunk.clone(),
            document: hit.document.clone(),
            version: hit.version.clone(),
            title: document.title.clone().unwrap_or_default(),
            headings: block.map(|block| block.headings.clone()).unwrap_or_default(),
            page: block.and_then(|block| block.page).unwrap_or(0),
            start: hit.start,
            end: hit.end,
            score: f64::from(score),
            source: Some(reference),
        }))
    }
}

#[async_trait]
impl Perform<Retrieve> for Retriever {
    async fn perform(&self, context: &TaskContext, request: RetrieveRequest) -> Result<RetrieveReply, TaskError> {
        let world = &context.world;
        if request.question.trim().is_empty() {
            return Err(TaskError::invalid("question is empty"));
        }
        if request.question.len() > LONGEST_QUESTION {
            let cause = format!("question has {} bytes; the limit is {LONGEST_QUESTION}", request.question.len());
            return Err(TaskError::invalid(cause));
        }
        let name = if request.collection.is_empty() { "default" } else { &request.collection };
        let collection = self.config.collection(name);
        let collection = collection.ok_or_else(|| TaskError::invalid(format!("collection {name:?} cannot exist")))?;
        let filter = match &request.filter {
            Some(value) => {
                let json = serde_json::to_value(value).map_err(|error| TaskError::invalid(error.to_string()))?;
                let parsed = filter::parse(&json);
                Some(parsed.map_err(|error| TaskError::invalid(format!("filter {}: {}", error.path, error.message)))?)
            }
            None => None,
        };
        let tenant = if request.tenant.is_empty() { &self.config.tenant } else { &request.tenant };
        let clearance = if request.groups.is_empty() {
            Clearance::everything_public(tenant)
        } else {
            Clearance::of_groups(tenant, request.groups.iter().cloned())
        };
        let mut notes = Vec::new();
        let vector = match (request.mode.as_str(), &collection.embedding) {
            ("keyword", _) | (_, None) => None,
            ("" | "hybrid" | "vector", Some(embedding)) => match world.embedders.get(&embedding.model) {
                Some(embedder) => embedder.embed(vec![request.question.clone()]).await?.pop(),
                None => {
                    notes.push(format!("no weights for {}: searched by words only", embedding.model));
                    None
                }
            },
            (other, _) => {
                return Err(TaskError::invalid(format!("mode is {other:?}; use hybrid, keyword or vector")));
            }
        };
        let text = if request.mode == "vector" && vector.is_some() { String::new() } else { request.question.clone() };
        let mode = match (text.is_empty(), vector.is_some()) {
            (false, true) => "hybrid",
            (false, false) => "keyword",
            (true, _) => "vector",
        };
        let retrieval = &collection.retrieval;
        let search = SearchRequest { collection: name.to_owned(), text, vector, filter, depth: retrieval.depth };
        let found = world.index.search(&clearance, search).await?;

        let mut hits: HashMap<(String, String), Hit> = HashMap::new();
        let mut list = |found: Vec<Hit>| -> Vec<Scored<(String, String)>> {
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
        let fused = fuse(retrieval.fusion, &keyword, &vector);
        let limit = if request.limit == 0 { retrieval.results } else { (request.limit as usize).min(retrieval.depth) };
        let mut passages = Vec::with_capacity(limit);
        let mut hidden: HashMap<&str, bool> = HashMap::new();
        for fused in &fused {
            if passages.len() == limit {
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
            passages.extend(self.passage(world, hit, fused.score).await?);
        }
        Ok(RetrieveReply { passages, mode: mode.to_owned(), notes })
    }
}
