//! An index with the visibility of a real one and the simplest scores that sort.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use cueline_domain::{
    access::{Clearance, permits},
    vectors::{dot, normalise},
};
use cueline_ports::{
    Hit, Index, IndexStatus, IndexedChunk, IndexedDocument, PortError, PortResult, SearchRequest, SearchResults,
};

use super::Chaos;

/// What is on the disk.
#[derive(Default)]
pub struct IndexDisk(Mutex<Shelf>);

#[derive(Default)]
struct Shelf {
    documents: BTreeMap<(String, String), Told>,
    dimensions: BTreeMap<String, usize>,
}

/// The newest that was told of a document.
struct Told {
    sequence: u64,
    visible: Option<Visible>,
}

struct Visible {
    document: IndexedDocument,
    vectors: BTreeMap<String, Vec<f32>>,
}

impl IndexDisk {
    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// What a search could return this very moment: documents of a collection with version, sequence and chunk texts.
    pub fn visible_texts(&self, collection: &str) -> BTreeMap<String, (String, u64, Vec<String>)> {
        let shelf = self.lock();
        let of = shelf.documents.iter().filter(|((name, _), _)| name == collection);
        of.filter_map(|((_, document), told)| {
            let shown = &told.visible.as_ref()?.document;
            let texts = shown.chunks.iter().map(|chunk| chunk.text.clone()).collect();
            Some((document.clone(), (shown.version.clone(), told.sequence, texts)))
        })
        .collect()
    }
}

/// The index as one process sees it.
pub struct SimIndex {
    disk: Arc<IndexDisk>,
    chaos: Chaos,
}

impl SimIndex {
    /// An index on a disk.
    pub fn new(disk: Arc<IndexDisk>, chaos: Chaos) -> Self {
        Self { disk, chaos }
    }
}

fn place(collection: &str, document: &str) -> (String, String) {
    (collection.to_owned(), document.to_owned())
}

fn unit(mut vector: Vec<f32>, dimension: Option<usize>) -> PortResult<Vec<f32>> {
    let fits = dimension.is_none_or(|dimension| dimension == vector.len());
    if !fits || vector.iter().any(|number| !number.is_finite()) || !normalise(&mut vector) {
        return Err(PortError::invalid("not a vector of this collection"));
    }
    Ok(vector)
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn hit(visible: &Visible, chunk: &IndexedChunk, score: f32) -> Hit {
    Hit {
        chunk: chunk.id.clone(),
        document: visible.document.document.clone(),
        version: visible.document.version.clone(),
        ordinal: chunk.ordinal,
        start: chunk.start,
        end: chunk.end,
        score,
    }
}

fn best(mut hits: Vec<Hit>, depth: usize) -> Vec<Hit> {
    let id = |hit: &Hit| (hit.document.clone(), hit.ordinal);
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| id(a).cmp(&id(b))));
    hits.truncate(depth);
    hits
}

impl Shelf {
    fn upsert(&mut self, document: IndexedDocument) -> PortResult<bool> {
        let ids: BTreeSet<&str> = document.chunks.iter().map(|chunk| chunk.id.as_str()).collect();
        if ids.len() < document.chunks.len() {
            return Err(PortError::invalid("a chunk id occurs twice in the document"));
        }
        let place = place(&document.collection, &document.document);
        let mut vectors = BTreeMap::new();
        match self.documents.remove(&place) {
            Some(told) if told.sequence > document.sequence => {
                self.documents.insert(place, told);
                return Ok(false);
            }
            Some(Told { sequence, visible: None }) if sequence == document.sequence => {
                self.documents.insert(place, Told { sequence, visible: None });
                return Ok(false);
            }
            Some(Told { sequence, visible: Some(same) })
                if sequence == document.sequence && same.document.version == document.version =>
            {
                vectors = same.vectors;
            }
            _ => {}
        }
        let sequence = document.sequence;
        self.documents.insert(place, Told { sequence, visible: Some(Visible { document, vectors }) });
        Ok(true)
    }

    fn attach(
        &mut self,
        collection: &str,
        document: &str,
        version: &str,
        vectors: Vec<(String, Vec<f32>)>,
    ) -> PortResult<bool> {
        let told = self.documents.get_mut(&place(collection, document));
        let visible = told.and_then(|told| told.visible.as_mut()).filter(|it| it.document.version == version);
        let Some(visible) = visible else { return Ok(false) };
        let mut dimension = self.dimensions.get(collection).copied();
        let mut units = Vec::with_capacity(vectors.len());
        for (chunk, vector) in vectors {
            if !visible.document.chunks.iter().any(|known| known.id == chunk) {
                return Err(PortError::invalid(format!("the document has no chunk {chunk}")));
            }
            let unit = unit(vector, dimension)?;
            dimension = Some(unit.len());
            units.push((chunk, unit));
        }
        visible.vectors.extend(units);
        self.dimensions.extend(dimension.map(|dimension| (collection.to_owned(), dimension)));
        Ok(true)
    }

    fn search(&self, clearance: &Clearance, request: SearchRequest) -> PortResult<SearchResults> {
        let dimension = self.dimensions.get(&request.collection).copied();
        let vector = request.vector.map(|vector| unit(vector, dimension)).transpose()?;
        let wanted: BTreeSet<String> = words(&request.text).into_iter().collect();
        let mut results = SearchResults::default();
        let all = self.documents.iter().filter(|((collection, _), _)| *collection == request.collection);
        let all = all.filter_map(|(_, told)| told.visible.as_ref());
        for visible in all.filter(|visible| {
            permits(clearance, &visible.document.access)
                && request.filter.as_ref().is_none_or(|filter| filter.matches(&visible.document.attributes))
        }) {
            for chunk in &visible.document.chunks {
                let score = words(&chunk.text).iter().filter(|word| wanted.contains(*word)).count();
                if score > 0 {
                    results.keyword.push(hit(visible, chunk, score as f32));
                }
                if let (Some(wanted), Some(own)) = (&vector, visible.vectors.get(&chunk.id)) {
                    results.vector.push(hit(visible, chunk, dot(wanted, own)));
                }
            }
        }
        let SearchResults { keyword, vector } = results;
        Ok(SearchResults { keyword: best(keyword, request.depth), vector: best(vector, request.depth) })
    }
}

#[async_trait]
impl Index for SimIndex {
    async fn upsert(&self, document: IndexedDocument) -> PortResult<bool> {
        self.chaos.call("index.upsert", || self.disk.lock().upsert(document)).await
    }

    async fn attach_vectors(
        &self,
        collection: &str,
        document: &str,
        version: &str,
        vectors: Vec<(String, Vec<f32>)>,
    ) -> PortResult<bool> {
        let attach = || self.disk.lock().attach(collection, document, version, vectors);
        self.chaos.call("index.attach_vectors", attach).await
    }

    async fn remove(&self, collection: &str, document: &str, sequence: u64) -> PortResult<bool> {
        self.chaos
            .call("index.remove", || {
                let mut shelf = self.disk.lock();
                let told = shelf.documents.entry(place(collection, document));
                let told = told.or_insert(Told { sequence, visible: None });
                if told.sequence > sequence {
                    return Ok(false);
                }
                *told = Told { sequence, visible: None };
                Ok(true)
            })
            .await
    }

    async fn search(&self, clearance: &Clearance, request: SearchRequest) -> PortResult<SearchResults> {
        self.chaos.call("index.search", || self.disk.lock().search(clearance, request)).await
    }

    async fn visible(&self, collection: &str, document: &str) -> PortResult<Option<IndexStatus>> {
        self.chaos
            .call("index.visible", || {
                let shelf = self.disk.lock();
                let told = shelf.documents.get(&place(collection, document));
                Ok(told.and_then(|told| {
                    let visible = told.visible.as_ref()?;
                    let mut chunks: Vec<_> = visible.document.chunks.iter().map(|it| (it.ordinal, &it.id)).collect();
                    chunks.sort();
                    Some(IndexStatus {
                        version: visible.document.version.clone(),
                        sequence: told.sequence,
                        chunks: chunks.into_iter().map(|(_, id)| id.clone()).collect(),
                        vectors: visible.vectors.len(),
                        access: visible.document.access.clone(),
                    })
                }))
            })
            .await
    }

    async fn count(&self, collection: &str) -> PortResult<(u64, u64)> {
        self.chaos
            .call("index.count", || {
                let shelf = self.disk.lock();
                let of = shelf.documents.iter().filter(|((name, _), _)| name == collection);
                let visible = of.filter_map(|(_, told)| told.visible.as_ref());
                Ok(visible
                    .fold((0, 0), |(documents, chunks), it| (documents + 1, chunks + it.document.chunks.len() as u64)))
            })
            .await
    }
}
