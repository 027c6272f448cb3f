//! How well a collection with judgements is searched: by words, by vectors, and by both.
//!
//! Reads the layout that retrieval benchmarks share: `docs.jsonl` and `queries.jsonl` with `_id`, `title`, `text`, and
//! `qrels.tsv` with query, document and gain. A document is one chunk unless it is longer than a chunk may be; a document
//! counts by its best chunk.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use cueline_domain::{
    access::{AccessRule, Clearance},
    chunking::{self, ChunkingStrategy},
    document::{Block, BlockKind, DOCUMENT_FORMAT, Document},
    evaluation::{Estimate, Gain, Measure, Qrels, Run, evaluate},
    fusion::{Fusion, Scored, fuse},
};
use cueline_ports::{
    Embedder, Hit, Index, IndexedChunk, IndexedDocument, PortError, PortErrorKind, PortResult, SearchRequest,
};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

/// Chunks embedded in one call.
const EMBEDDED_AT_ONCE: usize = 256;

/// Documents indexed at the same time.
const INDEXED_AT_ONCE: usize = 64;

/// Seed of the intervals.
const SEED: u64 = 1;

/// What to measure and how.
#[derive(Debug, Clone)]
pub(crate) struct EvaluationOptions {
    /// Which collection to fill and ask.
    pub(crate) collection: String,
    /// File of judgements in the directory.
    pub(crate) qrels: String,
    /// How the two lists become one, with a name for the table.
    pub(crate) fusions: Vec<(String, Fusion)>,
    /// How many of each list.
    pub(crate) depth: usize,
    /// Longer documents are cut with this.
    pub(crate) chunking: ChunkingStrategy,
    /// Words up to which a document is one chunk.
    pub(crate) whole_up_to: usize,
    /// Where vectors are kept between runs, by model and content.
    pub(crate) vector_cache: Option<PathBuf>,
}

impl Default for EvaluationOptions {
    fn default() -> Self {
        Self {
            collection: "evaluation".into(),
            qrels: "qrels.tsv".into(),
            fusions: vec![("hybrid".into(), Fusion::default())],
            depth: 1_000,
            chunking: ChunkingStrategy::default_for("text/plain"),
            whole_up_to: usize::MAX,
            vector_cache: None,
        }
    }
}

/// How far it has come: what, done, of how many.
pub(crate) type Progress<'a> = dyn FnMut(&str, usize, usize) + Send + 'a;

/// What was measured.
#[derive(Debug, Clone)]
pub(crate) struct EvaluationReport {
    /// Documents, chunks, judged queries.
    pub(crate) size: (usize, usize, usize),
    /// One row per way to search.
    pub(crate) rows: Vec<EvaluationRow>,
    /// Making words searchable.
    pub(crate) indexing: Duration,
    /// Making vectors, and how many came from the cache instead.
    pub(crate) embedding: (Duration, usize),
    /// Attaching vectors.
    pub(crate) attaching: Duration,
}

/// One way to search.
#[derive(Debug, Clone)]
pub(crate) struct EvaluationRow {
    /// Its name.
    pub(crate) name: String,
    /// Each measure with its interval.
    pub(crate) measures: Vec<(Measure, Estimate)>,
    /// Half of the searches took no longer than this, and 99 of 100 no longer than that.
    pub(crate) latency: (Duration, Duration),
}

/// The measures that are reported.
pub(crate) fn measures() -> [Measure; 4] {
    [
        Measure::Ndcg { k: 10, gain: Gain::Binary },
        Measure::Recall { k: 10 },
        Measure::Recall { k: 100 },
        Measure::ReciprocalRank { k: 10 },
    ]
}

/// Fills the index with a collection and asks it every judged query.
pub(crate) async fn evaluate_retrieval(
    data_dir: &Path,
    index: &dyn Index,
    embedder: Option<&dyn Embedder>,
    options: &EvaluationOptions,
    progress: &mut Progress<'_>,
) -> PortResult<EvaluationReport> {
    let documents: Vec<Entry> = read_lines(&data_dir.join("docs.jsonl"))?;
    let qrels = read_qrels(&data_dir.join(&options.qrels))?;
    let mut queries: Vec<Entry> = read_lines(&data_dir.join("queries.jsonl"))?;
    queries.retain(|query| qrels.contains_key(&query.id));

    let told: Vec<IndexedDocument> = documents.iter().map(|entry| indexed(entry, options)).collect();
    let chunks = told.iter().map(|document| document.chunks.len()).sum();
    let started = Instant::now();
    index_words(index, &told, progress).await?;
    let indexing = started.elapsed();

    let mut timings = ((Duration::ZERO, 0), Duration::ZERO);
    let mut query_vectors = Vec::new();
    if let Some(embedder) = embedder {
        let mut cache = VectorCache::open(options.vector_cache.as_deref(), embedder)?;
        let started = Instant::now();
        let texts: Vec<&str> = told.iter().flat_map(|told| &told.chunks).map(|chunk| chunk.text.as_str()).collect();
        let vectors = cache.embed(&texts, "embedding chunks", progress).await?;
        timings.0 = (started.elapsed(), cache.hits);
        let started = Instant::now();
        attach(index, &told, vectors, progress).await?;
        timings.1 = started.elapsed();
        let texts: Vec<&str> = queries.iter().map(|query| query.text.as_str()).collect();
        query_vectors = cache.embed(&texts, "embedding queries", progress).await?;
    }
    let rows = ask(index, &queries, &query_vectors, &qrels, options, progress).await?;
    let size = (documents.len(), chunks, queries.len());
    Ok(EvaluationReport { size, rows, indexing, embedding: timings.0, attaching: timings.1 })
}

async fn index_words(index: &dyn Index, told: &[IndexedDocument], progress: &mut Progress<'_>) -> PortResult<()> {
    let mut upserts =
        stream::iter(told).map(|document| index.upsert(document.clone())).buffer_unordered(INDEXED_AT_ONCE);
    let mut done = 0;
    while upserts.try_next().await?.is_some() {
        done += 1;
        progress("indexing words", done, told.len());
    }
    Ok(())
}

async fn attach(
    index: &dyn Index,
    told: &[IndexedDocument],
    vectors: Vec<Vec<f32>>,
    progress: &mut Progress<'_>,
) -> PortResult<()> {
    let mut vectors = vectors.into_iter();
    let calls: Vec<_> = told
        .iter()
        .map(|document| {
            let ids = document.chunks.iter().map(|chunk| chunk.id.clone());
            (document, ids.zip(vectors.by_ref()).collect::<Vec<_>>())
        })
        .collect();
    let mut attaches = stream::iter(calls)
        .map(|(told, vectors)| index.attach_vectors(&told.collection, &told.document, &told.version, vectors))
        .buffer_unordered(INDEXED_AT_ONCE);
    let mut done = 0;
    while attaches.try_next().await?.is_some() {
        done += 1;
        progress("attaching vectors", done, told.len());
    }
    Ok(())
}

async fn ask(
    index: &dyn Index,
    queries: &[Entry],
    vectors: &[Vec<f32>],
    qrels: &Qrels,
    options: &EvaluationOptions,
    progress: &mut Progress<'_>,
) -> PortResult<Vec<EvaluationRow>> {
    let mut runs: BTreeMap<String, (Run, Vec<Duration>)> = BTreeMap::new();
    let mut order: Vec<String> = vec!["keyword".into()];
    if !vectors.is_empty() {
        order.push("vector".into());
        order.extend(options.fusions.iter().map(|(name, _)| name.clone()));
    }
    let clearance = Clearance::system(TENANT);
    for (number, query) in queries.iter().enumerate() {
        progress("asking", number + 1, queries.len());
        let mut record = |name: &str, ranking: Vec<String>, took: Duration| {
            let (run, times) = runs.entry(name.to_owned()).or_default();
            run.insert(query.id.clone(), ranking);
            times.push(took);
        };
        let ask = async |text: &str, vector: Option<Vec<f32>>| {
            let request = SearchRequest {
                collection: options.collection.clone(),
                text: text.to_owned(),
                vector,
                filter: None,
                depth: options.depth,
            };
            let started = Instant::now();
            index.search(&clearance, request).await.map(|results| (results, started.elapsed()))
        };
        let (results, took) = ask(&query.text, None).await?;
        record("keyword", documents_of(&results.keyword), took);
        let Some(vector) = vectors.get(number) else { continue };
        let (results, took) = ask("", Some(vector.clone())).await?;
        record("vector", documents_of(&results.vector), took);
        let (results, took) = ask(&query.text, Some(vector.clone())).await?;
        let (keyword, vector) = (best_chunks(&results.keyword), best_chunks(&results.vector));
        for (name, fusion) in &options.fusions {
            let started = Instant::now();
            let fused = fuse(*fusion, &keyword, &vector);
            let took = took + started.elapsed();
            record(name, fused.into_iter().map(|fused| fused.id.to_owned()).collect(), took);
        }
    }
    let row = |name: String| {
        let (run, mut times) = runs.remove(&name)?;
        times.sort_unstable();
        let percentile = |percent: usize| times[(times.len() - 1) * percent / 100];
        let measures =
            measures().into_iter().map(|measure| (measure, evaluate(&run, qrels, measure, SEED))).collect::<Vec<_>>();
        Some(EvaluationRow { name, measures, latency: (percentile(50), percentile(99)) })
    };
    Ok(order.into_iter().filter_map(row).collect())
}

/// Documents by their best chunk.
fn best_chunks(hits: &[Hit]) -> Vec<Scored<&str>> {
    hits.iter().map(|hit| Scored { id: hit.document.as_str(), score: hit.score }).collect()
}

fn documents_of(hits: &[Hit]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    hits.iter().filter(|hit| seen.insert(hit.document.as_str())).map(|hit| hit.document.clone()).collect()
}

const TENANT: &str = "evaluation";

fn indexed(entry: &Entry, options: &EvaluationOptions) -> IndexedDocument {
    let (text, title) = (&entry.text, entry.title.as_deref().unwrap_or_default());
    let version = blake3::hash(format!("{title}\0{text}").as_bytes()).to_hex()[..16].to_owned();
    let with_title = |text: &str| if title.is_empty() { text.to_owned() } else { format!("{title}\n{text}") };
    let whole = text.split_whitespace().take(options.whole_up_to.saturating_add(1)).count() <= options.whole_up_to;
    let ranges: Vec<(usize, usize)> = if whole {
        vec![(0, text.len())]
    } else {
        let document = plain_document(text);
        chunking::chunk(&document, &options.chunking).iter().map(|chunk| (chunk.start, chunk.end)).collect()
    };
    let chunk = |(ordinal, (start, end)): (u32, (usize, usize))| IndexedChunk {
        id: format!("{version}-{ordinal}"),
        ordinal,
        text: with_title(text.get(start..end).unwrap_or_default()),
        start: start as u64,
        end: end as u64,
    };
    IndexedDocument {
        collection: options.collection.clone(),
        document: entry.id.clone(),
        sequence: 1,
        access: AccessRule::public(TENANT),
        attributes: BTreeMap::new(),
        chunks: (0..).zip(ranges).map(chunk).collect(),
        version,
    }
}

fn plain_document(text: &str) -> Document {
    let block = Block { kind: BlockKind::Paragraph, start: 0, end: text.len(), page: None, headings: Vec::new() };
    Document {
        format: DOCUMENT_FORMAT,
        media_type: "text/plain".into(),
        parser: "evaluation".into(),
        title: None,
        text: text.to_owned(),
        blocks: vec![block],
        pages: None,
        warnings: Vec::new(),
    }
}

/// Vectors by content, so that measuring again costs seconds instead of minutes.
struct VectorCache<'a> {
    embedder: &'a dyn Embedder,
    file: Option<fs::File>,
    vectors: HashMap<[u8; 32], Vec<f32>>,
    hits: usize,
}

impl<'a> VectorCache<'a> {
    fn open(dir: Option<&Path>, embedder: &'a dyn Embedder) -> PortResult<Self> {
        let mut cache = Self { embedder, file: None, vectors: HashMap::new(), hits: 0 };
        let Some(dir) = dir else { return Ok(cache) };
        let info = embedder.info();
        let path = dir.join(format!("{}-{}.vectors", info.model, info.max_tokens));
        fs::create_dir_all(dir).map_err(|error| unreadable(dir, error))?;
        let bytes = fs::read(&path).unwrap_or_default();
        let record = 32 + 4 * info.dimension;
        for record in bytes.chunks_exact(record) {
            let (key, numbers) = record.split_at(32);
            let (numbers, _) = numbers.as_chunks::<4>();
            let vector = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            cache.vectors.insert(key.try_into().unwrap_or_default(), vector);
        }
        let open = || {
            let file = fs::OpenOptions::new().create(true).append(true).open(&path)?;
            // A record that was cut off by a crash must not shift those that follow.
            file.set_len((bytes.len() / record * record) as u64).map(|()| file)
        };
        cache.file = Some(open().map_err(|error| unreadable(&path, error))?);
        Ok(cache)
    }

    async fn embed(&mut self, texts: &[&str], what: &str, progress: &mut Progress<'_>) -> PortResult<Vec<Vec<f32>>> {
        let key = |text: &str| *blake3::hash(text.as_bytes()).as_bytes();
        let missing: Vec<&str> = texts.iter().copied().filter(|text| !self.vectors.contains_key(&key(text))).collect();
        self.hits += texts.len() - missing.len();
        for (number, group) in missing.chunks(EMBEDDED_AT_ONCE).enumerate() {
            let vectors = self.embedder.embed(group.iter().map(|text| (*text).to_owned()).collect()).await?;
            for (text, vector) in group.iter().zip(vectors) {
                if let Some(file) = &mut self.file {
                    let numbers = vector.iter().flat_map(|number| number.to_le_bytes());
                    let record: Vec<u8> = key(text).into_iter().chain(numbers).collect();
                    file.write_all(&record).map_err(|error| unreadable(Path::new("vector cache"), error))?;
                }
                self.vectors.insert(key(text), vector);
            }
            progress(what, (number + 1) * EMBEDDED_AT_ONCE.min(group.len()), missing.len());
        }
        Ok(texts.iter().map(|text| self.vectors.get(&key(text)).cloned().unwrap_or_default()).collect())
    }
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: Option<String>,
    text: String,
}

fn read_lines<T: serde::de::DeserializeOwned>(path: &Path) -> PortResult<Vec<T>> {
    let file = fs::File::open(path).map_err(|error| unreadable(path, error))?;
    let mut entries = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| unreadable(path, error))?;
        if !line.trim().is_empty() {
            let entry = serde_json::from_str(&line).map_err(|error| wrong(path, number, &error.to_string()))?;
            entries.push(entry);
        }
    }
    Ok(entries)
}

fn read_qrels(path: &Path) -> PortResult<Qrels> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
    let mut qrels = Qrels::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        let mut fields = line.split('\t');
        let (Some(query), Some(document), Some(gain)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(wrong(path, number, "a line has query, document and gain, separated by tabs"));
        };
        let gain = gain.trim().parse().map_err(|_| wrong(path, number, "the gain is no whole number"))?;
        qrels.entry(query.to_owned()).or_default().insert(document.to_owned(), gain);
    }
    Ok(qrels)
}

fn unreadable(path: &Path, error: std::io::Error) -> PortError {
    PortError::new(PortErrorKind::NotFound, format!("evaluation_data: {} cannot be read", path.display()))
        .with_source(error)
}

fn wrong(path: &Path, line: usize, what: &str) -> PortError {
    PortError::invalid(format!("evaluation_data: {} line {}: {what}", path.display(), line + 1))
}
