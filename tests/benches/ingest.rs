//! Ingestion of a folder by a real embedded engine: documents/s, and what each stage costs per document.
//!
//! `bench-ingest FOLDER [--models DIR] [--runs N]` prints one JSON line per run. Stages that are ports are timed around the
//! call; they overlap, so their sum is not the wall time. Without `--models` there are no vectors. The folder is only read.

#![expect(clippy::print_stdout, reason = "a benchmark prints figures")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use cueline_documents::{Hints, Limits};
use cueline_domain::{
    chunking::{ChunkRole, ChunkingStrategy, chunk},
    collection::Embedding,
};
use cueline_embedded::{
    ChildProcessParser, FileObjects, FileObjectsOptions, LocalBus, MemoryQueue, ParserOptions, Storage, StorageOptions,
    embedder::MiniLmEmbedder,
    index::{EmbeddedIndex, IndexOptions},
    serve_child,
};
use cueline_patterns::rag::{self, Ingress, Ledger, LedgerEntry, RagConfig};
use cueline_ports::{Embedder, Index, Objects, Parser, SystemClock};
use cueline_protocol::ids::BucketName;
use cueline_runtime::{Engine, EngineOptions, World, world::Entropy};
use serde_json::json;

mod figures;
mod timed;

use figures::{load, resident_mb, rounded, scratch};
use timed::{Stages, Timed};

/// Started by the parser, not by people.
const CHILD: &str = "parse-document";

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (mut folder, mut models, mut runs) = (None, None, 1_usize);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            CHILD => return child(),
            "--models" => models = Some(PathBuf::from(value()?)),
            "--runs" => runs = value()?.parse().context("--runs needs a number")?,
            _ => folder = Some(PathBuf::from(&argument)),
        }
    }
    let folder = folder.context("usage: bench-ingest FOLDER [--models DIR] [--runs N]")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for run in 0..runs {
        runtime.block_on(ingest(&folder, models.as_deref(), run))?;
    }
    Ok(())
}

fn child() -> anyhow::Result<()> {
    let limits = Limits::default();
    let parse = |name: &str, bytes: &[u8]| {
        cueline_documents::parse(bytes, &Hints { name, media_type: None }, &limits)
            .map_err(|refusal| (refusal.code.as_str().to_owned(), refusal.message))
    };
    Ok(serve_child(parse, std::io::stdin(), std::io::stdout())?)
}

async fn ingest(folder: &Path, models: Option<&Path>, run: usize) -> anyhow::Result<()> {
    let directory = tempfile::Builder::new().prefix("bench-ingest").tempdir_in(scratch())?;
    let inbox = directory.path().join("inbox");
    let (files, bytes) = copy(folder, &inbox)?;
    let stages = Arc::new(Stages::default());
    let (world, config, storage) = open(directory.path(), &inbox, models, &stages).await?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let engine = Engine::launch(world.clone(), rag::kinds(config.clone(), cores), EngineOptions::default()).await?;
    for (name, definition) in rag::definitions() {
        engine.definitions().register(name, definition).await?;
    }
    let ingress = Ingress::new(engine.clone(), config);
    let began = Instant::now();
    ingress.full_look().await;
    let rows = settled(&world).await?;
    let wall = began.elapsed().as_secs_f64();
    engine.shut_down(Duration::from_secs(5)).await;
    storage.close();

    let searchable = rows.iter().filter(|entry| entry.state() == "searchable").count();
    let (chunk_ms, chunks) = chunk_again(&stages);
    let per = |millis: f64| rounded(millis / searchable.max(1) as f64);
    let line = json!({
        "case": "ingest", "engine": "cueline", "run": run, "files": files, "bytes": bytes,
        "searchable": searchable,
        "refused": rows.iter().filter(|entry| entry.state() == "refused").count(),
        "failed": rows.iter().filter(|entry| entry.state() == "failed").count(),
        "chunks": chunks, "vectors": models.is_some(),
        "docs_per_s": rounded(searchable as f64 / wall), "wall_s": rounded(wall),
        "fetch_ms": per(stages.fetch.millis()), "parse_ms": per(stages.parse.millis()), "chunk_ms": per(chunk_ms),
        "keyword_ms": per(stages.keyword.millis()), "embed_ms": per(stages.embed.millis()),
        "vector_ms": per(stages.vector.millis()), "rss_mb": resident_mb(), "load1": load(),
    });
    println!("{line}");
    Ok(())
}

async fn open(
    directory: &Path,
    inbox: &Path,
    models: Option<&Path>,
    stages: &Arc<Stages>,
) -> anyhow::Result<(World, Arc<RagConfig>, Storage)> {
    let storage = Storage::open(directory.join("db"), StorageOptions::default())?;
    let (clock, table) = (Arc::new(SystemClock), Arc::new(storage.clone()));
    let bucket = BucketName::new("inbox")?;
    let mapped = BTreeMap::from([(bucket.clone(), inbox.to_owned())]);
    let objects: Arc<dyn Objects> =
        Arc::new(FileObjects::open(directory.join("objects"), FileObjectsOptions { mapped, ..Default::default() })?);
    let index: Arc<dyn Index> = Arc::new(EmbeddedIndex::open(directory.join("index"), IndexOptions::default())?);
    let parser: Arc<dyn Parser> =
        Arc::new(ChildProcessParser::new(ParserOptions::new(std::env::current_exe()?, [CHILD], "parsers/1")));
    let mut config = RagConfig::new(bucket);
    let mut embedders: BTreeMap<String, Arc<dyn Embedder>> = BTreeMap::new();
    if let Some(models) = models {
        let named = models.join("all-MiniLM-L6-v2");
        let embedder: Arc<dyn Embedder> =
            Arc::new(MiniLmEmbedder::load(if named.is_dir() { named } else { models.to_owned() })?);
        let info = embedder.info();
        config.embedding = Some(Embedding { model: info.model.clone(), dimension: info.dimension });
        embedders.insert(info.model, Arc::new(Timed(embedder, stages.clone())));
    }
    let world = World {
        journal: Arc::new(storage.clone()),
        table: table.clone(),
        queue: Arc::new(MemoryQueue::new(clock.clone(), table.clone())),
        bus: Arc::new(LocalBus::open(table, clock.clone()).await?),
        objects: Arc::new(Timed(objects, stages.clone())),
        index: Arc::new(Timed(index, stages.clone())),
        parser: Arc::new(Timed(parser, stages.clone())),
        embedders,
        models: BTreeMap::new(),
        rerankers: BTreeMap::new(),
        guards: BTreeMap::new(),
        functions: None,
        state_machines: None,
        callbacks: None,
        alarms: None,
        clock,
        entropy: Arc::new(Entropy::from_system()),
    };
    Ok((world, Arc::new(config), storage))
}

/// Copies every regular file, flat: folders would become collections. Gives how many files and bytes there are.
fn copy(from: &Path, to: &Path) -> anyhow::Result<(usize, u64)> {
    std::fs::create_dir_all(to)?;
    let (mut files, mut bytes) = (0, 0);
    let mut folders = vec![from.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let name = format!("{files}-{}", entry.file_name().to_string_lossy());
                bytes += std::fs::copy(entry.path(), to.join(name))?;
                files += 1;
            }
        }
    }
    Ok((files, bytes))
}

/// The rows, once nothing is under way.
async fn settled(world: &World) -> anyhow::Result<Vec<LedgerEntry>> {
    let ledger = Ledger::new(world.clone());
    loop {
        let (mut rows, mut cursor) = (Vec::new(), None);
        loop {
            let page = ledger.list(None, None, cursor, 1_000).await?;
            rows.extend(page.items);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        if rows.iter().all(|entry| entry.row.state.is_settled()) {
            return Ok(rows);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Chunking is no port: the documents are cut once more, alone. Gives milliseconds and the number of searched chunks.
fn chunk_again(stages: &Stages) -> (f64, usize) {
    let documents = stages.documents.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let began = Instant::now();
    let cut = documents.iter().map(|document| chunk(document, &ChunkingStrategy::default_for(&document.media_type)));
    let chunks = cut.map(|chunks| chunks.iter().filter(|chunk| chunk.role == ChunkRole::Search).count()).sum();
    (began.elapsed().as_secs_f64() * 1_000.0, chunks)
}
