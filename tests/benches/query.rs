//! Queries on a synthetic corpus: p50 and p99 of keyword, vector and hybrid search, with and without a filter.
//!
//! `bench-query [--queries N] [--seed N] [CHUNKS…]` (default 10000 and 100000) prints one JSON line per case: first `build`,
//! then each kind of search, one query at a time. Texts follow Zipf's law over a made-up vocabulary; vectors have 384 numbers
//! around a thousand centres, as texts on a thousand subjects do. The filter leaves a tenth of the documents.

#![expect(clippy::print_stdout, reason = "a benchmark prints figures")]

use std::{path::Path, time::Instant};

use anyhow::Context;
use cueline_domain::{
    access::{AccessRule, Clearance},
    filter::{AttributeValue, Attributes, Filter, parse},
};
use cueline_embedded::index::{EmbeddedIndex, IndexOptions};
use cueline_ports::{Index, IndexedChunk, IndexedDocument, SearchRequest};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;

mod figures;

use figures::{load, resident_mb, rounded, scratch};

const COLLECTION: &str = "bench";
const DIMENSION: usize = 384;
const CHUNKS_PER_DOCUMENT: usize = 10;
const WORDS_PER_CHUNK: usize = 120;
const VOCABULARY: usize = 30_000;
const CENTRES: u64 = 1_000;
/// Documents that are indexed at the same time.
const AT_ONCE: usize = 128;
const TENANT: &str = "default";

fn main() -> anyhow::Result<()> {
    let (mut queries, mut seed, mut sizes) = (1_000_usize, 1_u64, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || -> anyhow::Result<usize> {
            let value = arguments.next().with_context(|| format!("{argument} needs a number"))?;
            value.parse().with_context(|| format!("{argument} needs a number, not {value}"))
        };
        match argument.as_str() {
            "--queries" => queries = value()?,
            "--seed" => seed = value()? as u64,
            size => sizes.push(size.parse::<usize>().with_context(|| format!("{size} is no number of chunks"))?),
        }
    }
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000];
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for chunks in sizes {
        let directory = tempfile::Builder::new().prefix("bench-query").tempdir_in(scratch())?;
        runtime.block_on(measure(directory.path(), chunks, queries, seed))?;
    }
    Ok(())
}

async fn measure(directory: &Path, chunks: usize, queries: usize, seed: u64) -> anyhow::Result<()> {
    let before = resident_mb();
    let index = EmbeddedIndex::open(directory, IndexOptions::default())?;
    let began = Instant::now();
    let documents = chunks.div_ceil(CHUNKS_PER_DOCUMENT);
    // Many at once, as ingestion does: what waits becomes visible together.
    let index_one = async |document| {
        let (indexed, vectors) = made(document, seed);
        let (name, version) = (indexed.document.clone(), indexed.version.clone());
        index.upsert(indexed).await?;
        index.attach_vectors(COLLECTION, &name, &version, vectors).await
    };
    stream::iter(0..documents).map(index_one).buffer_unordered(AT_ONCE).try_for_each(async |_| Ok(())).await?;
    let built = began.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({
            "case": "build", "engine": "cueline", "chunks": documents * CHUNKS_PER_DOCUMENT, "documents": documents,
            "build_s": rounded(built), "chunks_per_s": (chunks as f64 / built).round(),
            "disk_mb": disk_bytes(directory) / 1_000_000, "rss_mb": resident_mb().saturating_sub(before), "load1": load(),
        })
    );
    let filter = parse(&json!({ "equals": { "key": "part", "value": 3 } })).context("the filter")?;
    for (case, words, vector) in [("keyword", true, false), ("vector", false, true), ("hybrid", true, true)] {
        for filter in [None, Some(&filter)] {
            search(&index, (case, words, vector), filter, (chunks, queries, seed)).await?;
        }
    }
    Ok(())
}

async fn search(
    index: &EmbeddedIndex,
    (case, words, vector): (&str, bool, bool),
    filter: Option<&Filter>,
    (chunks, queries, seed): (usize, usize, u64),
) -> anyhow::Result<()> {
    let clearance = Clearance::everything_public(TENANT);
    let mut dice = Dice(seed ^ 0xA5A5);
    let mut micros = Vec::with_capacity(queries);
    let mut found = 0;
    // The first ones fill caches.
    for round in 0..queries + 20 {
        let text = (0..5).map(|_| word(&mut dice)).collect::<Vec<_>>().join(" ");
        let centre = dice.next() % CENTRES;
        let query = near(centre, &mut dice);
        let request = SearchRequest {
            collection: COLLECTION.to_owned(),
            text: if words { text } else { String::new() },
            vector: vector.then_some(query),
            filter: filter.cloned(),
            depth: 100,
        };
        let began = Instant::now();
        let results = index.search(&clearance, request).await?;
        if round >= 20 {
            micros.push(began.elapsed().as_micros() as u64);
            found += results.keyword.len() + results.vector.len();
        }
    }
    let (p50, p99) = percentiles(micros);
    println!(
        "{}",
        json!({
            "case": case, "engine": "cueline", "chunks": chunks, "filter": filter.is_some(), "queries": queries,
            "p50_ms": p50, "p99_ms": p99, "found_each": rounded(found as f64 / queries.max(1) as f64), "load1": load(),
        })
    );
    Ok(())
}

/// Half of the numbers are at most this, and 99 of a hundred at most that; both in milliseconds, given microseconds.
fn percentiles(mut micros: Vec<u64>) -> (f64, f64) {
    micros.sort_unstable();
    let at = |share: f64| {
        let index = ((micros.len() as f64 * share) as usize).min(micros.len().saturating_sub(1));
        micros.get(index).copied().unwrap_or(0) as f64 / 1_000.0
    };
    (at(0.5), at(0.99))
}

/// A document and the vectors of its chunks; the same for a number and a seed.
fn made(document: usize, seed: u64) -> (IndexedDocument, Vec<(String, Vec<f32>)>) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9).wrapping_add(document as u64));
    let mut vectors = Vec::with_capacity(CHUNKS_PER_DOCUMENT);
    let mut chunks = Vec::with_capacity(CHUNKS_PER_DOCUMENT);
    let centre = dice.next() % CENTRES;
    for ordinal in 0..CHUNKS_PER_DOCUMENT {
        let text = (0..WORDS_PER_CHUNK).map(|_| word(&mut dice)).collect::<Vec<_>>().join(" ");
        let id = format!("{document}-{ordinal}");
        vectors.push((id.clone(), near(centre, &mut dice)));
        let (start, end) = (ordinal as u64 * 1_000, ordinal as u64 * 1_000 + text.len() as u64);
        chunks.push(IndexedChunk { id, ordinal: ordinal as u32, text, start, end });
    }
    let part = AttributeValue::Number((document % 10) as f64);
    let indexed = IndexedDocument {
        collection: COLLECTION.to_owned(),
        document: format!("document-{document:07}.txt"),
        version: "1".to_owned(),
        sequence: 1,
        access: AccessRule::public(TENANT),
        attributes: Attributes::from([("part".to_owned(), part)]),
        chunks,
    };
    (indexed, vectors)
}

/// A word by Zipf's law: the rank is drawn on a logarithmic scale.
fn word(dice: &mut Dice) -> String {
    let rank = (VOCABULARY as f64).powf(dice.share()) as u64;
    let mut name = String::from("w");
    let mut rest = rank;
    while rest > 0 {
        name.push(char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    name
}

/// A vector near a centre.
fn near(centre: u64, dice: &mut Dice) -> Vec<f32> {
    let mut middle = Dice(centre.wrapping_mul(0x5851_F42D_4C95_7F2D));
    (0..DIMENSION).map(|_| (middle.share() - 0.5) as f32 + 0.6 * (dice.share() - 0.5) as f32).collect()
}

fn disk_bytes(directory: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(directory) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => disk_bytes(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
