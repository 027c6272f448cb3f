//! Indexes, asks, counts.

use std::{sync::Arc, time::Instant};

use cueline_domain::{
    access::{AccessRule, Clearance},
    evaluation::{Estimate, Gain, Measure, Run, evaluate},
    fusion::{Fusion, Scored, fuse},
};
use cueline_ports::{Embedder, Hit, Index, IndexedChunk, IndexedDocument, PortResult, SearchRequest};
use serde::Serialize;

use super::{Judged, judged::Document};

const COLLECTION: &str = "eval";
const TENANT: &str = "eval";
/// Candidates of each list.
const DEPTH: usize = 100;
/// Texts that are embedded at once.
const BATCH: usize = 64;
/// Of the intervals, so that two runs agree.
const SEED: u64 = 7;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Documents that were indexed.
    pub documents: usize,
    /// Queries that were asked.
    pub queries: usize,
    /// Pairs of query and document with a judgement.
    pub judged: usize,
    /// By words, by vectors, by both.
    pub modes: Vec<Measured>,
    /// Seconds of indexing.
    pub index_s: f64,
    /// Seconds of embedding documents and queries.
    pub embed_s: f64,
    /// Seconds of all searches.
    pub search_s: f64,
}

/// One mode.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    /// `keyword`, `vector` or `hybrid`.
    pub mode: String,
    /// nDCG@10, gains as they are.
    pub ndcg_10: Estimate,
    /// Share of the relevant documents among the first 10.
    pub recall_10: Estimate,
    /// The same among the first 100.
    pub recall_100: Estimate,
    /// One over the place of the first relevant document.
    pub mrr_10: Estimate,
    /// Median time of a search, embedding of the query not included.
    pub query_p50_ms: f64,
    /// 99 of 100 searches were faster.
    pub query_p99_ms: f64,
}

/// Measures on an empty index. Without an embedder only words are measured.
pub async fn measure(
    judged: &Judged,
    index: Arc<dyn Index>,
    embedder: Option<Arc<dyn Embedder>>,
    say: impl Fn(&str),
) -> PortResult<Report> {
    say(&format!("indexing {} documents", judged.documents.len()));
    let begun = Instant::now();
    futures::future::try_join_all(judged.documents.iter().map(|document| index.upsert(indexed(document)))).await?;
    let index_s = begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    let mut vectors = Vec::new();
    if let Some(embedder) = &embedder {
        say("embedding documents");
        for batch in judged.documents.chunks(BATCH) {
            let embedded = embedder.embed(batch.iter().map(text).collect()).await?;
            let attached = batch.iter().zip(embedded).map(|(document, vector)| {
                let chunk = vec![(document.id.clone(), vector)];
                index.attach_vectors(COLLECTION, &document.id, VERSION, chunk)
            });
            futures::future::try_join_all(attached).await?;
        }
        for batch in judged.queries.chunks(BATCH) {
            vectors.extend(embedder.embed(batch.iter().map(|query| query.text.clone()).collect()).await?);
        }
    }
    let embed_s = begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    let mut modes = vec![ask(judged, index.as_ref(), "keyword", &vectors).await?];
    if embedder.is_some() {
        modes.push(ask(judged, index.as_ref(), "vector", &vectors).await?);
        modes.push(ask(judged, index.as_ref(), "hybrid", &vectors).await?);
    }
    Ok(Report {
        documents: judged.documents.len(),
        queries: judged.queries.len(),
        judged: judged.qrels.values().map(std::collections::BTreeMap::len).sum(),
        modes,
        index_s,
        embed_s,
        search_s: begun.elapsed().as_secs_f64(),
    })
}

const VERSION: &str = "1";

fn text(document: &Document) -> String {
    if document.title.is_empty() { document.text.clone() } else { format!("{}\n{}", document.title, document.text) }
}

fn indexed(document: &Document) -> IndexedDocument {
    let text = text(document);
    let chunk = IndexedChunk { id: document.id.clone(), ordinal: 0, start: 0, end: text.len() as u64, text };
    IndexedDocument {
        collection: COLLECTION.to_owned(),
        document: document.id.clone(),
        version: VERSION.to_owned(),
        sequence: 1,
        access: AccessRule::public(TENANT),
        attributes: Default::default(),
        chunks: vec![chunk],
    }
}

async fn ask(judged: &Judged, index: &dyn Index, mode: &str, vectors: &[Vec<f32>]) -> PortResult<Measured> {
    let clearance = Clearance::everything_public(TENANT);
    let mut run = Run::new();
    let mut times = Vec::with_capacity(judged.queries.len());
    for (at, query) in judged.queries.iter().enumerate() {
        let request = SearchRequest {
            collection: COLLECTION.to_owned(),
            text: if mode == "vector" { String::new() } else { query.text.clone() },
            vector: vectors.get(at).filter(|_| mode != "keyword").cloned(),
            filter: None,
            depth: DEPTH,
        };
        let begun = Instant::now();
        let found = index.search(&clearance, request).await?;
        let fused = fuse(Fusion::default(), &scored(&found.keyword), &scored(&found.vector));
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        run.insert(query.id.clone(), fused.into_iter().map(|fused| fused.id).take(DEPTH).collect());
    }
    times.sort_by(f64::total_cmp);
    let time = |percent: usize| times.get(times.len() * percent / 100).or(times.last()).copied().unwrap_or(0.0);
    let of = |measure: Measure| evaluate(&run, &judged.qrels, measure, SEED);
    Ok(Measured {
        mode: mode.to_owned(),
        ndcg_10: of(Measure::Ndcg { k: 10, gain: Gain::Linear }),
        recall_10: of(Measure::Recall { k: 10 }),
        recall_100: of(Measure::Recall { k: 100 }),
        mrr_10: of(Measure::ReciprocalRank { k: 10 }),
        query_p50_ms: time(50),
        query_p99_ms: time(99),
    })
}

fn scored(hits: &[Hit]) -> Vec<Scored<String>> {
    hits.iter().map(|hit| Scored { id: hit.document.clone(), score: hit.score }).collect()
}
