//! A search: what the index finds, less what the table does not confirm.
//!
//! The index is asked first and the heads are read afterwards, so a document that was hidden or replaced before the search is
//! left out. The other way round is the difficulty: a head that was written while the index was asked names chunks of which
//! the index may have shown only some. So a head is believed if it is old, or if this process saw it in the same version
//! before it asked; otherwise both are asked again.

use std::{
    collections::{BTreeSet, HashMap},
    time::Instant,
};

use bytes::Bytes;
use cueline_domain::{
    access::{Clearance, may_show},
    vectors::normalise,
};
use cueline_ports::{Hit, PortError, PortErrorKind, PortResult, SearchRequest, SearchResults};
use futures::{StreamExt, TryStreamExt, stream};
use opensearch::http::Method;
use serde_json::Value;

use super::{
    Engine, OpenSearchIndex,
    client::{Request, pause},
    mapping::cosine,
    query::{self, Source},
    rows::Head,
    terms,
};

/// A head that was written so long ago was there before any search that runs: no clock is that wrong, signatures would fail.
const LONG_AGO_MS: i64 = 600_000;
/// How often a search asks again because documents change under it.
const PASSES: u32 = 16;
/// What one request may ask for.
const WINDOW: usize = 10_000;
/// Heads that are read at the same time.
const AT_ONCE: usize = 32;
/// Sightings that are remembered.
const SIGHTINGS: usize = 100_000;
/// Tries to find an index that the table knows: one that was just made is not there for everybody yet.
const TRIES: u32 = 6;

/// A hit as the index tells it.
struct Found {
    score: f32,
    source: Source,
}

/// How many hits each list is asked for: more than wanted, for those that fall out.
#[derive(Clone, Copy)]
struct Sizes {
    keyword: usize,
    vector: usize,
}

impl OpenSearchIndex {
    pub(super) async fn find(&self, clearance: &Clearance, request: SearchRequest) -> PortResult<SearchResults> {
        let vector = request.vector.map(unit).transpose()?;
        let Some(row) = self.collection_row(&request.collection).await? else { return Ok(SearchResults::default()) };
        let near = match (vector, row.dimension) {
            (Some(vector), Some(dimension)) if vector.len() != dimension => {
                return Err(PortError::invalid(format!(
                    "index_dimension: the vector of the search has {} numbers, the collection's have {dimension}: use the \
                     model that the collection was embedded with",
                    vector.len()
                )));
            }
            (Some(vector), Some(_)) => Some((vector, row.engine.unwrap_or(Engine::Lucene))),
            _ => None,
        };
        let words = query::words(&request.text);
        if request.depth == 0 || (words.is_empty() && near.is_none()) {
            return Ok(SearchResults::default());
        }
        let index = self.index(&request.collection);
        let clauses = terms::clauses(clearance, request.filter.as_ref());
        let enough = request.depth.saturating_add(request.depth / 4).saturating_add(16).min(WINDOW);
        let mut sizes = Sizes { keyword: enough, vector: enough };
        let mut passes = 1;
        loop {
            let began = Instant::now();
            let by_words = async {
                match words.is_empty() {
                    true => Ok(Vec::new()),
                    false => self.hits(&index, query::by_words(&words, &clauses, sizes.keyword)).await,
                }
            };
            let by_vector = async {
                match &near {
                    None => Ok(Vec::new()),
                    Some((vector, _)) => self.hits(&index, query::by_vector(vector, &clauses, sizes.vector)).await,
                }
            };
            let (keyword, vector) = futures::future::try_join(by_words, by_vector).await?;
            let (heads, in_doubt) = self.heads(&request.collection, keyword.iter().chain(&vector), began).await?;
            if !in_doubt.is_empty() && passes < PASSES {
                passes += 1;
                continue;
            }
            let full = (keyword.len() >= sizes.keyword, vector.len() >= sizes.vector);
            let confirmed = |found: Found, is_vector: bool| {
                let head = heads.get(&found.source.document).filter(|_| !in_doubt.contains(&found.source.document))?;
                confirm(clearance, head, found, is_vector)
            };
            let keyword: Vec<Hit> = keyword.into_iter().filter_map(|found| confirmed(found, false)).collect();
            let mut vector: Vec<Hit> = vector.into_iter().filter_map(|found| confirmed(found, true)).collect();
            let more = |size: usize, full: bool, kept: usize| match full && kept < request.depth && size < WINDOW {
                true => Some(size.saturating_mul(4).min(WINDOW)),
                false => None,
            };
            let more = (more(sizes.keyword, full.0, keyword.len()), more(sizes.vector, full.1, vector.len()));
            if more != (None, None) {
                sizes = Sizes { keyword: more.0.unwrap_or(sizes.keyword), vector: more.1.unwrap_or(sizes.vector) };
                continue;
            }
            if let Some((_, engine)) = near {
                vector.iter_mut().for_each(|hit| hit.score = cosine(engine, hit.score));
            }
            return Ok(SearchResults { keyword: best(keyword, request.depth), vector: best(vector, request.depth) });
        }
    }

    async fn hits(&self, index: &str, body: Bytes) -> PortResult<Vec<Found>> {
        let answer = self.ask(index, body).await?;
        let hits = answer["hits"]["hits"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = |hit: &Value| {
            let source = Source::deserialize_from(&hit["_source"])?;
            Some(Found { score: hit["_score"].as_f64()? as f32, source })
        };
        // What somebody else put into the index is no chunk of ours.
        Ok(hits.iter().filter_map(found).collect())
    }

    /// Asks until every shard has answered.
    pub(super) async fn ask(&self, index: &str, body: Bytes) -> PortResult<Value> {
        let request = Request { method: Method::Post, index, part: "_search", query: &[], body };
        let mut tries = 1;
        loop {
            let error = match self.client.repeat(&request).await {
                Ok(answer) => {
                    let failed = answer["_shards"]["failed"].as_u64().unwrap_or_default();
                    if failed == 0 && answer["timed_out"] != Value::Bool(true) {
                        return Ok(answer);
                    }
                    let what = "not every shard has answered";
                    self.client.error(Method::Post, index, PortErrorKind::Unavailable, what)
                }
                Err(error) if error.kind == PortErrorKind::NotFound => error,
                Err(error) => return Err(error),
            };
            if tries >= TRIES {
                return Err(error);
            }
            pause(tries, None).await;
            tries += 1;
        }
    }

    /// The heads of what was found, and the documents whose head may be younger than the search.
    async fn heads(
        &self,
        collection: &str,
        found: impl Iterator<Item = &Found>,
        began: Instant,
    ) -> PortResult<(HashMap<String, Head>, BTreeSet<String>)> {
        let documents: BTreeSet<String> = found.map(|found| found.source.document.clone()).collect();
        let began_ms = crate::now_ms() - i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let read: Vec<(String, Option<(u64, Head)>)> = stream::iter(documents)
            .map(async |document| {
                let head = self.head(collection, &document).await?;
                PortResult::Ok((document, head))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let mut known = self.known();
        if known.sightings.len() > SIGHTINGS {
            known.sightings.clear();
        }
        let (mut heads, mut in_doubt) = (HashMap::new(), BTreeSet::new());
        let now = Instant::now();
        for (document, head) in read {
            let Some((row, head)) = head else { continue };
            if head.shown.is_some() && began_ms.saturating_sub(head.changed) < LONG_AGO_MS {
                let place = (collection.to_owned(), document.clone());
                match known.sightings.get(&place) {
                    Some((seen, since)) if *seen == row => {
                        if *since >= began {
                            in_doubt.insert(document.clone());
                        }
                    }
                    _ => {
                        known.sightings.insert(place, (row, now));
                        in_doubt.insert(document.clone());
                    }
                }
            }
            heads.insert(document, head);
        }
        Ok((heads, in_doubt))
    }
}

impl Source {
    fn deserialize_from(value: &Value) -> Option<Self> {
        serde::Deserialize::deserialize(value).ok()
    }
}

/// A hit that the head of its document names, and that the caller may see whatever the index thinks.
fn confirm(clearance: &Clearance, head: &Head, found: Found, is_vector: bool) -> Option<Hit> {
    let shown = head.shown.as_ref()?;
    let Found { score, source } = found;
    let names_it = match is_vector {
        true => shown.counts(&source.token, source.position),
        false => shown.token == source.token,
    };
    if !names_it || !may_show(clearance, Some((&shown.version, &shown.access)), &source.version) {
        return None;
    }
    let Source { document, version, chunk, ordinal, start, end, .. } = source;
    Some(Hit { chunk, document, version, ordinal, start, end, score })
}

fn unit(mut vector: Vec<f32>) -> PortResult<Vec<f32>> {
    match normalise(&mut vector) {
        true => Ok(vector),
        false => {
            let what = "index_vector_invalid: the vector of the search is zero, empty or not finite";
            Err(PortError::invalid(what))
        }
    }
}

/// Best first; equal scores in order of document and position.
fn best(mut hits: Vec<Hit>, depth: usize) -> Vec<Hit> {
    hits.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| (&a.document, a.ordinal).cmp(&(&b.document, b.ordinal)))
    });
    hits.truncate(depth);
    hits
}
