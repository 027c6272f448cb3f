//! The search index: tantivy for words, exact search for vectors, SQLite for what is visible.
//!
//! ```text
//! upsert, attach, remove ─► writer thread (groups what waits) ─► tantivy, SQLite, then a new picture
//! search ─► the current picture: searcher + visible versions + vectors, taken together, never changed
//! ```
//!
//! | module | knows |
//! |---|---|
//! | `words`, `keywords` | what a word is; BM25 over the chunks of one collection |
//! | `quantised`, `rows` | vectors in two bytes per number; exact search over them |
//! | `version`, `view` | which version of a document counts; the picture that searches see, access and filters |
//! | `catalogue` | the same on disk, the truth after a restart |
//! | `desk`, `draft`, `writer` | how a picture becomes the next one, durable before visible |
//!
//! Collections share nothing but the catalogue: each has its own keyword index, so word statistics do not leak.

use std::{
    fs,
    path::Path,
    sync::{Arc, OnceLock, PoisonError, RwLock, mpsc},
    thread,
};

use async_trait::async_trait;
use cueline_domain::{
    access::Clearance,
    filter::{AttributeValue, Attributes, Filter},
};
use cueline_ports::{
    Hit, Index, IndexStatus, IndexedDocument, PortError, PortErrorKind, PortResult, SearchRequest, SearchResults,
};
use tokio::{sync::oneshot, task::spawn_blocking};

mod best;
mod catalogue;
mod desk;
mod draft;
mod keywords;
mod paged;
mod quantised;
mod rows;
mod version;
mod view;
mod words;
mod writer;

use draft::Newcomer;
use quantised::Quantised;
use version::{ChunkEntry, Version};
use view::{Allowed, View};
use writer::{Command, Request, Shared, Writer};

/// How an index behaves.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IndexOptions {
    /// Memory for words that are not written out yet, per collection that is being written to.
    pub writer_memory: usize,
    /// At most this many chunks (and one document) become visible in one go; bounds how long a caller waits for others.
    pub group_chunks: usize,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self { writer_memory: 64 << 20, group_chunks: 1_024 }
    }
}

/// Keyword and vector index in a directory.
pub struct EmbeddedIndex {
    shared: Shared,
    commands: Option<mpsc::Sender<Command>>,
    writer: Option<thread::JoinHandle<()>>,
}

impl std::fmt::Debug for EmbeddedIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddedIndex").finish_non_exhaustive()
    }
}

impl EmbeddedIndex {
    /// Opens or creates the index in `dir`, which belongs to this process until the index is dropped. Blocks while it
    /// reads the vectors back: some 0.2 s per 100,000 chunks.
    pub fn open(dir: impl AsRef<Path>, options: IndexOptions) -> PortResult<Self> {
        let dir = dir.as_ref().to_owned();
        let no_storage = |what: &'static str| {
            move |error: std::io::Error| PortError::new(PortErrorKind::Storage, what).with_source(error)
        };
        fs::create_dir_all(&dir).map_err(no_storage("index_storage: failed to create the index directory"))?;
        let shared: Shared = Arc::new(RwLock::default());
        let writer = Writer::open(dir, options, shared.clone())?;
        let (commands, receiver) = mpsc::channel();
        let writer = thread::Builder::new()
            .name("index-writer".into())
            .spawn(move || writer.run(&receiver))
            .map_err(no_storage("index_storage: failed to start the index writer"))?;
        Ok(Self { shared, commands: Some(commands), writer: Some(writer) })
    }

    async fn change(&self, collection: String, request: Request) -> PortResult<bool> {
        let gone = || PortError::unavailable("index_stopped: the index writer has stopped; restart");
        let (reply, answer) = oneshot::channel();
        let commands = self.commands.as_ref().ok_or_else(gone)?;
        commands.send(Command { collection, request, reply }).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    fn view(&self, collection: &str) -> Option<Arc<View>> {
        let shared = self.shared.read().unwrap_or_else(PoisonError::into_inner);
        shared.get(collection).map(|published| published.view.clone())
    }
}

impl Drop for EmbeddedIndex {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has been reported by then; the directory is free in either case.
            let _ = writer.join();
        }
    }
}

#[async_trait]
impl Index for EmbeddedIndex {
    async fn upsert(&self, document: IndexedDocument) -> PortResult<bool> {
        let collection = document.collection.clone();
        let newcomer = newcomer(document)?;
        self.change(collection, Request::Upsert(Box::new(newcomer))).await
    }

    async fn attach_vectors(
        &self,
        collection: &str,
        document: &str,
        version: &str,
        vectors: Vec<(String, Vec<f32>)>,
    ) -> PortResult<bool> {
        let quantise = |(index, (chunk, vector)): (usize, (String, Vec<f32>))| {
            let quantised = Quantised::of(vector).ok_or_else(|| {
                PortError::invalid(format!("index_vector_invalid: vector {index} is zero, empty or not finite"))
            })?;
            Ok((chunk, quantised))
        };
        let vectors = vectors.into_iter().enumerate().map(quantise).collect::<PortResult<_>>()?;
        let request = Request::Attach { document: document.into(), version: version.into(), vectors };
        self.change(collection.into(), request).await
    }

    async fn remove(&self, collection: &str, document: &str, sequence: u64) -> PortResult<bool> {
        self.change(collection.into(), Request::Remove { document: document.into(), sequence }).await
    }

    async fn search(&self, clearance: &Clearance, request: SearchRequest) -> PortResult<SearchResults> {
        let Some(view) = self.view(&request.collection) else { return Ok(SearchResults::default()) };
        let query = request.vector.map(|vector| view.query(vector)).transpose()?.flatten();
        let question = Arc::new(Question {
            view,
            clearance: clearance.clone(),
            filter: request.filter,
            depth: request.depth,
            allowed: OnceLock::new(),
        });
        // Started before either is awaited: on two cores a hybrid search takes as long as its slower half.
        let vector = query.map(|query| {
            let question = question.clone();
            spawn_blocking(move || question.by_vector(&query))
        });
        let keyword =
            (!request.text.trim().is_empty()).then(|| spawn_blocking(move || question.by_words(&request.text)));
        let interrupted = |_| PortError::unavailable("index_stopped: the search was interrupted");
        Ok(SearchResults {
            keyword: match keyword {
                Some(keyword) => keyword.await.map_err(interrupted)??,
                None => Vec::new(),
            },
            vector: match vector {
                Some(vector) => vector.await.map_err(interrupted)?,
                None => Vec::new(),
            },
        })
    }

    async fn visible(&self, collection: &str, document: &str) -> PortResult<Option<IndexStatus>> {
        let shared = self.shared.read().unwrap_or_else(PoisonError::into_inner);
        let status = shared.get(collection).and_then(|published| {
            let slot = published.view.slots.get(published.standings.get(document)?.generation?)?;
            let version = slot.version.as_ref()?;
            let access = published.view.rules.get(slot.rule)?.as_deref()?.clone();
            Some(IndexStatus {
                access,
                version: version.version.to_string(),
                sequence: version.sequence,
                chunks: version.chunks.iter().map(|chunk| chunk.id.to_string()).collect(),
                vectors: slot.vectors as usize,
            })
        });
        Ok(status)
    }

    async fn count(&self, collection: &str) -> PortResult<(u64, u64)> {
        Ok(self.view(collection).map_or((0, 0), |view| (view.documents, view.chunks)))
    }
}

/// One search over one picture.
struct Question {
    view: Arc<View>,
    clearance: Clearance,
    filter: Option<Filter>,
    depth: usize,
    allowed: OnceLock<Allowed>,
}

impl Question {
    fn allowed(&self) -> &Allowed {
        self.allowed.get_or_init(|| self.view.allowed(&self.clearance, self.filter.as_ref()))
    }

    fn by_words(&self, text: &str) -> PortResult<Vec<Hit>> {
        let allowed = self.allowed();
        let found = self.view.searcher.search(text, self.depth, |generation| allowed.contains(generation))?;
        Ok(self.view.hits(found))
    }

    fn by_vector(&self, query: &quantised::Query) -> Vec<Hit> {
        let allowed = self.allowed();
        self.view.hits(self.view.rows.search(query, self.depth, |generation| allowed.contains(generation)))
    }
}

/// Checks a document and sorts its parts.
fn newcomer(document: IndexedDocument) -> PortResult<Newcomer> {
    check_attributes(&document.attributes)?;
    let mut ids = std::collections::HashSet::new();
    if let Some(index) = document.chunks.iter().position(|chunk| !ids.insert(chunk.id.as_str())) {
        return Err(PortError::invalid(format!(
            "index_chunk_repeated: chunk {index} has the id of another chunk of the document"
        )));
    }
    let entry = |chunk: &cueline_ports::IndexedChunk| ChunkEntry {
        id: chunk.id.as_str().into(),
        ordinal: chunk.ordinal,
        start: chunk.start,
        end: chunk.end,
    };
    let version = Version {
        chunks: document.chunks.iter().map(entry).collect(),
        document: document.document.into(),
        version: document.version.into(),
        sequence: document.sequence,
    };
    Ok(Newcomer { version, texts: document.chunks, access: document.access, attributes: document.attributes })
}

fn check_attributes(attributes: &Attributes) -> PortResult<()> {
    let odd = attributes.iter().find(|(_, value)| matches!(value, AttributeValue::Number(x) if !x.is_finite()));
    match odd {
        Some((name, _)) => {
            Err(PortError::invalid(format!("index_attribute_invalid: attribute {name} is not a finite number")))
        }
        None => Ok(()),
    }
}
