//! How fast a question is answered over many chunks, how fast they get in, and what they cost in memory.
//!
//! `cargo run --release --example query-bench -- [CHUNKS] [CHUNKS_PER_DOCUMENT] [DEPTH]`; the data is made up: words after
//! Zipf's law, vectors in clusters, every document with a department, a number of its own and one of eight groups.

#![expect(clippy::print_stdout, reason = "a command-line tool")]

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant},
};

use cueline_domain::{
    access::{AccessRule, Clearance},
    filter::{AttributeValue, Filter, Scalar, Test},
    fusion::{Fusion, Scored, fuse},
};
use cueline_embedded::index::{EmbeddedIndex, IndexOptions};
use cueline_ports::{Hit, Index, IndexedChunk, IndexedDocument, PortResult, SearchRequest};
use futures::{StreamExt, TryStreamExt, stream};

const DIMENSION: usize = 384;
const WORDS: usize = 50_000;
const WORDS_PER_CHUNK: usize = 180;
const CLUSTERS: usize = 1_000;
const QUESTIONS: usize = 300;

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 40) as f32) / (1_u64 << 24) as f32
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.next() * end as f32) as usize).min(end - 1)
    }

    /// The n-th most frequent word has a chance of about 1/n.
    fn word(&mut self) -> String {
        format!("w{}", (WORDS as f32).powf(self.next()) as usize)
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn vector(&mut self, centres: &[Vec<f32>]) -> Vec<f32> {
        let centre = self.below(centres.len());
        centres[centre].iter().map(|x| x + 0.7 * (self.next() - 0.5)).collect()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise: usize| arguments.next().map_or(Ok(otherwise), |argument| argument.parse());
    let (chunks, per_document, depth) = (number(100_000)?, number(10)?, number(1_000)?);

    let mut dice = Dice(7);
    let centres: Vec<Vec<f32>> = (0..CLUSTERS).map(|_| (0..DIMENSION).map(|_| dice.next() - 0.5).collect()).collect();
    let directory = tempfile::tempdir()?;
    let index = EmbeddedIndex::open(directory.path(), IndexOptions::default())?;
    println!("{chunks} chunks, {per_document} per document, depth {depth}; {} MB before", memory());
    fill(&index, chunks / per_document, per_document, &centres, &mut dice).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("memory {} MB, disk {} MB", memory(), disk(directory.path()));

    let questions: Vec<(String, Vec<f32>)> = (0..QUESTIONS).map(|_| (dice.words(8), dice.vector(&centres))).collect();
    ask_all(&index, &questions, depth).await?;

    let started = Instant::now();
    drop(index);
    let closed = started.elapsed();
    let started = Instant::now();
    let index = EmbeddedIndex::open(directory.path(), IndexOptions::default())?;
    println!("closed in {closed:.2?}, opened in {:.2?}", started.elapsed());
    ask_all(&index, &questions, depth).await?;
    Ok(())
}

async fn fill(
    index: &EmbeddedIndex,
    documents: usize,
    per_document: usize,
    centres: &[Vec<f32>],
    dice: &mut Dice,
) -> PortResult<()> {
    let (mut words, mut vectors) = (Duration::ZERO, Duration::ZERO);
    let (mut told, mut slowest) = (0, Duration::ZERO);
    while told < documents {
        let group: Vec<IndexedDocument> =
            (told..documents.min(told + 2_000)).map(|number| document(number, per_document, dice)).collect();
        let started = Instant::now();
        let upserts = stream::iter(group.iter().map(async |document| {
            let started = Instant::now();
            index.upsert(document.clone()).await.map(|_| started.elapsed())
        }));
        let latencies: Vec<Duration> = upserts.buffer_unordered(64).try_collect().await?;
        slowest = slowest.max(latencies.into_iter().max().unwrap_or_default());
        words += started.elapsed();

        let calls: Vec<_> = group
            .iter()
            .map(|told| (told, told.chunks.iter().map(|chunk| (chunk.id.clone(), dice.vector(centres))).collect()))
            .collect();
        let started = Instant::now();
        stream::iter(calls)
            .map(|(told, vectors)| index.attach_vectors(&told.collection, &told.document, &told.version, vectors))
            .buffer_unordered(64)
            .try_collect::<Vec<bool>>()
            .await?;
        vectors += started.elapsed();
        told += group.len();
    }
    let rate = |time: Duration| documents as f64 / time.as_secs_f64();
    println!(
        "words {:.1} s ({:.0} documents/s, slowest call {slowest:.0?}), vectors {:.1} s ({:.0} documents/s)",
        words.as_secs_f64(),
        rate(words),
        vectors.as_secs_f64(),
        rate(vectors),
    );
    let mut alone = Vec::new();
    for number in 0..30 {
        let document = document(documents + number, per_document, dice);
        let started = Instant::now();
        index.upsert(document).await?;
        alone.push(started.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("one document alone is searchable after {}", percentiles(alone));
    Ok(())
}

fn document(number: usize, per_document: usize, dice: &mut Dice) -> IndexedDocument {
    let chunk = |ordinal: usize| IndexedChunk {
        id: format!("{number:08x}-{ordinal:04x}-0123456789abcdef"),
        ordinal: ordinal as u32,
        text: dice.words(WORDS_PER_CHUNK),
        start: 0,
        end: 1_000,
    };
    let chunks = (0..per_document).map(chunk).collect();
    let attributes = BTreeMap::from([
        ("department".to_owned(), AttributeValue::String(format!("d{}", number % 8))),
        ("number".to_owned(), AttributeValue::Number(number as f64)),
    ]);
    IndexedDocument {
        collection: "bench".into(),
        document: format!("folder/document-{number}.md"),
        version: format!("version-{number}"),
        sequence: 1,
        access: AccessRule::of_groups("acme", [format!("g{}", number % 8)]),
        attributes,
        chunks,
    }
}

fn compare(key: &str, test: Test) -> Option<Filter> {
    Some(Filter::Compare { key: key.to_owned(), test })
}

async fn ask_all(index: &EmbeddedIndex, questions: &[(String, Vec<f32>)], depth: usize) -> PortResult<()> {
    let everyone = Clearance::system("acme");
    let cases = [
        ("no filter", everyone.clone(), None),
        ("one group of 8", Clearance::of_groups("acme", ["g3"]), None),
        ("department (1/8)", everyone.clone(), compare("department", Test::Equals(Scalar::String("d3".to_owned())))),
        ("number < 100", everyone, compare("number", Test::LessThan(100.0))),
    ];
    for (name, clearance, filter) in cases {
        for part in ["keyword", "vector", "hybrid"] {
            let mut times = Vec::new();
            for (text, vector) in questions {
                let request = SearchRequest {
                    collection: "bench".into(),
                    text: if part == "vector" { String::new() } else { text.clone() },
                    vector: (part != "keyword").then(|| vector.clone()),
                    filter: filter.clone(),
                    depth,
                };
                let started = Instant::now();
                let results = index.search(&clearance, request).await?;
                if part == "hybrid" {
                    let scored = |hits: &[Hit]| -> Vec<Scored<String>> {
                        hits.iter().map(|hit| Scored { id: hit.chunk.clone(), score: hit.score }).collect()
                    };
                    std::hint::black_box(fuse(Fusion::default(), &scored(&results.keyword), &scored(&results.vector)));
                }
                times.push(started.elapsed());
            }
            println!("{name:18} {part:8} {}", percentiles(times));
        }
    }
    Ok(())
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    format!("p50 {:7.2} ms  p99 {:7.2} ms", at(50), at(99))
}

/// Resident memory in MB.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or_default() / 1_024
}

fn disk(dir: &std::path::Path) -> u64 {
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => disk(&entry.path()),
        Ok(metadata) => metadata.len() >> 20,
        Err(_) => 0,
    };
    fs::read_dir(dir).map_or(0, |entries| entries.flatten().map(size).sum())
}
