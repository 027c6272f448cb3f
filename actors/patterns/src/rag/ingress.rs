//! From what is in the inbox to ledger rows and executions, whatever order the news came in.
//!
//! News only says *look at this key*. A look reads the row, then the store, and decides by the pure rules; so lost,
//! repeated and reordered news all end in what is really there. A full look at start and now and then finds the rest.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use cueline_domain::{
    ledger::{Decision, DocumentState, Observation, Progress, reconcile, refuse},
    object_key::{ObjectKey, Purpose},
};
use cueline_ports::{ExecutionStatus, ObjectMeta, PortError, PortErrorKind, PortResult};
use cueline_protocol::{
    ids::{BucketName, ExecutionId},
    v1::TraceContext,
};
use cueline_runtime::{Engine, EngineError, StartExecution, World};
use futures::{StreamExt, stream};
use serde_json::json;

use super::{
    INGEST, Ledger, LedgerEntry, LedgerError, Placement, REMOVE, RagConfig,
    ledger::object_key,
    look::{self, Differences},
};

/// Keys that are looked at at once.
const AT_ONCE: usize = 32;
/// How long to wait before watching is tried again.
const WATCH_AGAIN: Duration = Duration::from_secs(5);
/// How often everything is looked at even without news, unless it is said otherwise.
const FULL_LOOK: Duration = Duration::from_secs(60);

/// Watches the inbox.
#[derive(Clone)]
pub struct Ingress {
    engine: Engine,
    config: Arc<RagConfig>,
    ledger: Ledger,
    full_look: Duration,
    trace: Option<TraceContext>,
    counts: Arc<Counts>,
    troubles: Arc<Mutex<Troubles>>,
}

/// What the inbox is not seen of now.
#[derive(Default)]
struct Troubles {
    watching: Option<String>,
    comparing: Option<String>,
    unreadable: Vec<String>,
}

#[derive(Default)]
struct Counts {
    looks: AtomicU64,
    versions: AtomicU64,
    tombstones: AtomicU64,
    ignored: AtomicU64,
    full_looks: AtomicU64,
}

/// What an ingress did since the process started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct IngressStatus {
    /// Keys that were looked at.
    pub looks: u64,
    /// Versions whose ingestion was started.
    pub versions: u64,
    /// Deletions.
    pub tombstones: u64,
    /// Names that are no documents.
    pub ignored: u64,
    /// Looks at everything.
    pub full_looks: u64,
}

impl Ingress {
    /// An ingress on an engine.
    pub fn new(engine: Engine, config: Arc<RagConfig>) -> Self {
        let ledger = Ledger::new(engine.world().clone());
        Self {
            engine,
            config,
            ledger,
            full_look: FULL_LOOK,
            trace: None,
            counts: Arc::default(),
            troubles: Arc::default(),
        }
    }

    /// The same ingress for one look that is part of a trace.
    #[must_use]
    pub fn within(&self, trace: Option<TraceContext>) -> Self {
        Self { trace, ..self.clone() }
    }

    /// Looks at everything this often.
    #[must_use]
    pub fn looking_every(mut self, interval: Duration) -> Self {
        self.full_look = interval;
        self
    }

    /// Watches until dropped.
    pub async fn run(self) {
        let world = self.engine.world().clone();
        loop {
            let mut changes = match world.objects.changes(&self.config.inbox).await {
                Ok(changes) => changes.ready_chunks(1_024),
                Err(error) => {
                    tracing::error!(error = %error, "failed to watch the inbox");
                    self.trouble(|troubles| troubles.watching = Some(error.to_string()));
                    // Without news, looking is all there is.
                    self.full_look().await;
                    world.clock.sleep(WATCH_AGAIN).await;
                    continue;
                }
            };
            self.trouble(|troubles| troubles.watching = None);
            // Watching begins before looking, so nothing falls in between.
            self.full_look().await;
            loop {
                tokio::select! {
                    news = changes.next() => match news {
                        Some(news) => {
                            let keys: std::collections::BTreeSet<String> =
                                news.into_iter().map(|change| change.key).collect();
                            self.look_at_all(keys).await;
                        }
                        None => break,
                    },
                    () = world.clock.sleep(self.full_look) => self.full_look().await,
                }
            }
        }
    }

    /// Looks at everything now and then, where somebody else hears of changes, until dropped.
    pub async fn reconcile(self) {
        loop {
            self.full_look().await;
            self.engine.world().clock.sleep(self.full_look).await;
        }
    }

    /// What was done since the process started.
    pub fn status(&self) -> IngressStatus {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        IngressStatus {
            looks: read(&self.counts.looks),
            versions: read(&self.counts.versions),
            tombstones: read(&self.counts.tombstones),
            ignored: read(&self.counts.ignored),
            full_looks: read(&self.counts.full_looks),
        }
    }

    /// What of the inbox cannot be seen now, for people; empty when all is well. Documents of which nothing can be seen stay
    /// as they were.
    pub fn notes(&self) -> Vec<String> {
        let troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        let watching = troubles.watching.iter().map(|error| format!("inbox_not_watched: {error}"));
        let comparing = troubles.comparing.iter().map(|error| format!("inbox_not_read: {error}"));
        let unreadable = troubles.unreadable.iter().map(|start| {
            format!("inbox_unreadable: {start:?} cannot be read; what is in it stays as it was. Check its owner and permissions")
        });
        watching.chain(comparing).chain(unreadable).collect()
    }

    fn trouble(&self, change: impl FnOnce(&mut Troubles)) {
        change(&mut self.troubles.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Compares the whole inbox with the ledger.
    pub async fn full_look(&self) {
        match look::differences(self.engine.world(), &self.config, &self.ledger).await {
            Ok(Differences { keys, unreadable }) => {
                self.trouble(|troubles| (troubles.comparing, troubles.unreadable) = (None, unreadable));
                self.look_at_all(keys).await;
            }
            Err(error) => {
                tracing::error!(error = %error, "failed to compare the inbox with the ledger");
                self.trouble(|troubles| troubles.comparing = Some(error.to_string()));
            }
        }
        self.counts.full_looks.fetch_add(1, Ordering::Relaxed);
    }

    /// Tries a document again from the beginning, whatever became of it.
    pub async fn retry(&self, key: &str) -> Result<LedgerEntry, LedgerError> {
        loop {
            let before = self.ledger.read(key).await?;
            let Some((version, entry)) = &before else { return Err(LedgerError::NotFound { key: key.to_owned() }) };
            let mut again = entry.row.clone();
            again.state = DocumentState::Failed { code: "retried".into(), message: "tried again by hand".into() };
            let found = self.find(&entry.row.key).await?;
            let Placement::In(collection) = self.config.placement(&entry.row.key) else {
                return Err(LedgerError::NotFound { key: key.to_owned() });
            };
            let decision = reconcile(
                Some(&again),
                &entry.row.key,
                found.as_ref(),
                &collection.fingerprint(self.engine.world().parser.version()),
            );
            let version = *version;
            if let Some(decided) = self.carry_out(collection.name.as_str(), before.as_ref(), version, &decision).await?
            {
                return Ok(decided);
            }
        }
    }

    /// Deletes a document's object; what is searchable of it disappears at once.
    pub async fn remove(&self, key: &str) -> Result<(), LedgerError> {
        let world = self.engine.world();
        if self.ledger.get(key).await?.is_none() {
            return Err(LedgerError::NotFound { key: key.to_owned() });
        }
        let object = object_key(key)?;
        world.objects.delete(&self.config.inbox, key).await?;
        match world.objects.delete(&self.config.inbox, &object.sidecar()).await {
            // A name too long for a file beside it has none.
            Err(error) if error.kind == PortErrorKind::Invalid => {}
            deleted => deleted?,
        }
        self.look(&object).await?;
        Ok(())
    }

    async fn look_at_all(&self, keys: impl IntoIterator<Item = String>) {
        stream::iter(keys)
            .for_each_concurrent(AT_ONCE, |key| async move {
                if let Err(error) = self.look_at(&key).await {
                    tracing::warn!(error = %error, "failed to look at an object; the next full look tries again");
                }
            })
            .await;
    }

    /// Looks at whatever an object's name stands for.
    pub async fn look_at(&self, key: &str) -> PortResult<()> {
        let object = match ObjectKey::parse(key) {
            Ok(object) => object,
            Err(error) => {
                return self.refuse(key, &ObjectKey::escaped(key), look::KEY_INVALID, &error.to_string()).await;
            }
        };
        match object.purpose() {
            Purpose::Document => self.look(&object).await,
            Purpose::Sidecar(described) => self.look(&described).await,
            Purpose::Ignored(_) => {
                self.counts.ignored.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
        }
    }

    async fn look(&self, key: &ObjectKey) -> PortResult<()> {
        let collection = match self.config.placement(key) {
            Placement::In(collection) => collection,
            Placement::LeftOut => return Ok(()),
            Placement::Unnamed { why } => {
                let message = format!("{why}: rename the folder, or move the file");
                return self.refuse(key.as_str(), key, look::COLLECTION_INVALID, &message).await;
            }
        };
        let fingerprint = collection.fingerprint(self.engine.world().parser.version());
        self.counts.looks.fetch_add(1, Ordering::Relaxed);
        loop {
            // The row first, then the store: so a conditional write makes this look newer than the row.
            let before = self.ledger.read(key.as_str()).await?;
            let found = self.find(key).await?;
            let decision = reconcile(before.as_ref().map(|(_, entry)| &entry.row), key, found.as_ref(), &fingerprint);
            if let Decision::Ignore { .. } = decision {
                return match before {
                    Some((_, entry)) => self.resume(&entry, false).await,
                    None => Ok(()),
                };
            }
            let version = before.as_ref().map_or(0, |(version, _)| *version);
            if self.carry_out(collection.name.as_str(), before.as_ref(), version, &decision).await?.is_some() {
                return Ok(());
            }
        }
    }

    /// Gives an object that can be no document a row that says so. `shown` stands for a `name` that is no key.
    async fn refuse(&self, name: &str, shown: &ObjectKey, code: &str, message: &str) -> PortResult<()> {
        self.counts.ignored.fetch_add(1, Ordering::Relaxed);
        loop {
            let before = self.ledger.read(shown.as_str()).await?;
            let row = before.as_ref().map(|(_, entry)| &entry.row);
            if name != shown.as_str() && row.is_some_and(|row| !look::is_refused(row, code) && !look::is_gone(row)) {
                tracing::warn!(
                    name = shown.as_str(),
                    code,
                    "an object is left alone; a document has the name it is shown by"
                );
                return Ok(());
            }
            let found = head(self.engine.world(), &self.config.inbox, name).await?;
            let found = found.map(|object| Observation::Put { etag: Some(object.etag) });
            let decision = refuse(row, shown, found.as_ref(), code, message);
            let Some(entry) = self.ledger.decided(look::UNPLACED, before.as_ref(), &decision) else { return Ok(()) };
            if !self.ledger.write(before.as_ref().map_or(0, |(version, _)| *version), &entry).await? {
                continue;
            }
            if let Some((_, old)) = before.as_ref().filter(|(_, old)| old.row.live.is_some()) {
                self.engine.world().index.remove(&old.collection, shown.as_str(), entry.sequence).await?;
            }
            return Ok(());
        }
    }

    /// Writes the decided row and does what follows; `None` when the row changed meanwhile.
    async fn carry_out(
        &self,
        collection: &str,
        before: Option<&(u64, LedgerEntry)>,
        version: u64,
        decision: &Decision,
    ) -> PortResult<Option<LedgerEntry>> {
        let Some(entry) = self.ledger.decided(collection, before, decision) else {
            return Ok(before.map(|(_, entry)| entry.clone()));
        };
        if !self.ledger.write(version, &entry).await? {
            return Ok(None);
        }
        match decision {
            Decision::StartVersion { .. } => self.counts.versions.fetch_add(1, Ordering::Relaxed),
            Decision::Tombstone { .. } => self.counts.tombstones.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
        self.resume(&entry, true).await?;
        Ok(Some(entry))
    }

    /// Makes sure that what a row asks for is under way. Harmless to repeat; `fresh` the first time.
    async fn resume(&self, entry: &LedgerEntry, fresh: bool) -> PortResult<()> {
        let key = entry.row.key.as_str();
        if entry.row.state == DocumentState::Deleted {
            // Readers first: nothing may be answered from it any more. The execution then cleans up durably.
            let index = &self.engine.world().index;
            // A new tombstone goes in even if nothing is visible: a version may be on its way into the index.
            if !fresh && index.visible(&entry.collection, key).await?.is_none() {
                return Ok(());
            }
            index.remove(&entry.collection, key, entry.sequence).await?;
            return self.start(REMOVE, entry).await;
        }
        if entry.row.state.is_settled() { Ok(()) } else { self.start(INGEST, entry).await }
    }

    async fn start(&self, workflow: &str, entry: &LedgerEntry) -> PortResult<()> {
        let observation =
            entry.row.version.as_ref().map_or_else(|| entry.row.observed.to_string(), |v| v.id.to_string());
        let input = json!({
            "collection": entry.collection,
            "object": {
                "bucket": self.config.inbox.as_str(),
                "key": entry.row.key.as_str(),
                "observation": observation,
                "sequence": entry.sequence.to_string(),
            }
        });
        let id = ExecutionId::new(&entry.execution).map_err(|error| PortError::invalid(error.to_string()))?;
        let mut start = StartExecution::of(workflow, input).with_id(id);
        start.trace.clone_from(&self.trace);
        match self.engine.start(start).await {
            Ok(started) if started.created => Ok(()),
            Ok(started) => self.settle_if_ended(&started.execution, entry).await,
            // An ingestion that found its object gone made the tombstone itself; the row carries its id.
            Err(EngineError::StartedDifferently { .. }) if workflow == REMOVE => Ok(()),
            Err(EngineError::Port { kind, message }) => Err(PortError::new(kind, message)),
            Err(EngineError::Unavailable) => Err(PortError::unavailable("the engine is not taking requests")),
            Err(error) => Err(PortError::invalid(error.to_string())),
        }
    }

    /// An execution that was ended from outside never closes its row; people must see that, and may retry.
    async fn settle_if_ended(&self, execution: &ExecutionId, entry: &LedgerEntry) -> PortResult<()> {
        let summary = self.engine.world().journal.summary(execution).await?;
        let ended = summary.filter(|summary| summary.status != ExecutionStatus::Running);
        let (Some(summary), Some(version)) = (ended, &entry.row.version) else { return Ok(()) };
        let code = if summary.error.is_empty() { "execution_ended".to_owned() } else { summary.error };
        let message =
            format!("execution {execution} ended as {} before the document was done", summary.status.as_str());
        let failed = Progress::Failed { code, message };
        self.ledger.progress(entry.row.key.as_str(), &version.id.to_string(), failed, |_| {}).await?;
        Ok(())
    }

    /// What is there now: the object and the metadata file beside it make one etag.
    async fn find(&self, key: &ObjectKey) -> PortResult<Option<Observation>> {
        let Some(object) = head(self.engine.world(), &self.config.inbox, key.as_str()).await? else { return Ok(None) };
        let sidecar = sidecar_head(self.engine.world(), &self.config.inbox, key).await?;
        Ok(Some(Observation::Put { etag: Some(joint_etag(&object, sidecar.as_ref())) }))
    }
}

/// About an object, if it is there.
pub(super) async fn head(world: &World, bucket: &BucketName, key: &str) -> PortResult<Option<ObjectMeta>> {
    match world.objects.head(bucket, key).await {
        Ok(meta) => Ok(Some(meta)),
        Err(error) if error.kind == PortErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// About the metadata file beside an object. A name that no file can have beside it, because it would be too long, has none.
pub(super) async fn sidecar_head(
    world: &World,
    bucket: &BucketName,
    key: &ObjectKey,
) -> PortResult<Option<ObjectMeta>> {
    match head(world, bucket, &key.sidecar()).await {
        Err(error) if error.kind == PortErrorKind::Invalid => Ok(None),
        found => found,
    }
}

/// The object and the metadata file beside it change together.
pub(super) fn joint_etag(object: &ObjectMeta, sidecar: Option<&ObjectMeta>) -> String {
    match sidecar {
        Some(sidecar) => format!("{}+{}", object.etag, sidecar.etag),
        None => object.etag.clone(),
    }
}
