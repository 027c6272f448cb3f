//! The one thread that changes the index.
//!
//! It takes everything that is waiting, prepares it as drafts, and makes the group durable and visible at once:
//!
//! ```text
//! words → tantivy commit ─► versions, tombstones, vectors → SQLite commit ─► pictures swapped ─► callers answered
//!                                                                              └► obsolete words deleted with the next commit
//! ```
//!
//! A crash before the SQLite commit leaves words that nobody shows; a crash after it, words that nobody misses. Nothing is
//! deleted from the keyword index while the catalogue still names it.

use std::{
    collections::{HashMap, hash_map::Entry},
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use cueline_ports::{PortError, PortResult};
use tokio::sync::oneshot;

use super::{
    IndexOptions,
    catalogue::{Catalogue, StoredCollection},
    desk::{Desk, Published},
    draft::{Draft, Newcomer},
    quantised::Quantised,
};

/// Idle for so long: delete obsolete words.
const TIDY_AFTER: Duration = Duration::from_millis(300);
/// Idle for so long after that: let go of the writers.
const REST_AFTER: Duration = Duration::from_secs(5);
/// Idle and nothing to do.
const LONG: Duration = Duration::from_secs(3_600);

/// What readers see, by collection.
pub(super) type Shared = Arc<RwLock<HashMap<String, Published>>>;

/// A change with who waits for it.
pub(super) struct Command {
    pub(super) collection: String,
    pub(super) request: Request,
    pub(super) reply: oneshot::Sender<PortResult<bool>>,
}

/// A change.
pub(super) enum Request {
    Upsert(Box<Newcomer>),
    Attach { document: String, version: String, vectors: Vec<(String, Quantised)> },
    Remove { document: String, sequence: u64 },
}

/// State of the writing thread.
pub(super) struct Writer {
    dir: PathBuf,
    options: IndexOptions,
    catalogue: Catalogue,
    desks: HashMap<String, Desk>,
    shared: Shared,
}

impl Writer {
    /// Reads everything back.
    pub(super) fn open(dir: PathBuf, options: IndexOptions, shared: Shared) -> PortResult<Self> {
        let catalogue = Catalogue::open(&dir.join("catalogue.sqlite"))?;
        let mut writer = Self { dir, options, catalogue, desks: HashMap::new(), shared };
        for stored in writer.catalogue.collections()? {
            writer.open_desk(&stored)?;
        }
        Ok(writer)
    }

    fn open_desk(&mut self, stored: &StoredCollection) -> PortResult<()> {
        let (desk, published) = Desk::open(&self.dir, &self.options, &mut self.catalogue, stored)?;
        self.desks.insert(stored.name.clone(), desk);
        write(&self.shared).insert(stored.name.clone(), published);
        Ok(())
    }

    /// Works until every sender is gone.
    pub(super) fn run(mut self, commands: &Receiver<Command>) {
        let mut patience = TIDY_AFTER;
        loop {
            match commands.recv_timeout(patience) {
                Ok(first) => {
                    self.process(self.group(first, commands));
                    patience = TIDY_AFTER;
                }
                Err(RecvTimeoutError::Timeout) if patience == TIDY_AFTER => {
                    self.tidy();
                    patience = REST_AFTER;
                }
                Err(RecvTimeoutError::Timeout) => {
                    if patience == REST_AFTER {
                        self.desks.values().for_each(|desk| desk.keywords.rest());
                        self.tidy();
                    }
                    patience = LONG;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn group(&self, first: Command, commands: &Receiver<Command>) -> Vec<Command> {
        let weight = |command: &Command| match &command.request {
            Request::Upsert(newcomer) => newcomer.texts.len().max(1),
            Request::Attach { vectors, .. } => vectors.len().max(1),
            Request::Remove { .. } => 1,
        };
        let mut total = weight(&first);
        let mut group = vec![first];
        while total < self.options.group_chunks
            && let Ok(command) = commands.try_recv()
        {
            total += weight(&command);
            group.push(command);
        }
        group
    }

    fn process(&mut self, group: Vec<Command>) {
        let mut drafts = HashMap::new();
        let mut answers = Vec::with_capacity(group.len());
        for Command { collection, request, reply } in group {
            answers.push((reply, self.prepare(&mut drafts, collection, request)));
        }
        let outcome = self.persist(&mut drafts);
        if outcome.is_ok() {
            self.publish(drafts);
        } else {
            self.discard(drafts);
        }
        for (reply, answer) in answers {
            let answer = match &outcome {
                Ok(()) => answer,
                Err(error) => answer.and(Err(PortError::new(error.kind, error.message.clone()))),
            };
            // A caller that has given up does not hear it; the change stands all the same.
            let _ = reply.send(answer);
        }
        if let Err(error) = outcome {
            tracing::error!(error = %error, cause = ?std::error::Error::source(&error), "a group of changes to the index failed");
        }
    }

    fn prepare(
        &mut self,
        drafts: &mut HashMap<String, Draft>,
        collection: String,
        request: Request,
    ) -> PortResult<bool> {
        if !self.desks.contains_key(&collection) {
            if matches!(request, Request::Attach { .. }) {
                return Ok(false);
            }
            let id = self.catalogue.collection(&collection)?;
            self.open_desk(&StoredCollection { id, name: collection.clone(), dimension: None })?;
        }
        let published = self.shared.read().unwrap_or_else(PoisonError::into_inner);
        let (Some(desk), Some(published)) = (self.desks.get_mut(&collection), published.get(&collection)) else {
            return Err(PortError::unavailable("index_stopped: the collection is not open"));
        };
        let draft = match drafts.entry(collection) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Draft::of(published)),
        };
        match request {
            Request::Upsert(newcomer) => draft.upsert(desk, published, *newcomer),
            Request::Attach { document, version, vectors } => {
                draft.attach(desk, published, (&document, &version), vectors)
            }
            Request::Remove { document, sequence } => Ok(draft.remove(desk, published, document, sequence)),
        }
    }

    fn persist(&mut self, drafts: &mut HashMap<String, Draft>) -> PortResult<()> {
        for (name, draft) in drafts.iter_mut().filter(|(_, draft)| !draft.added.is_empty()) {
            let Some(desk) = self.desks.get_mut(name) else { continue };
            desk.keywords.delete(&desk.garbage)?;
            desk.keywords.commit()?;
            desk.garbage.clear();
            draft.view.searcher = Arc::new(desk.keywords.searcher()?);
        }
        if drafts.values().all(|draft| draft.changes.is_empty()) {
            return Ok(());
        }
        self.catalogue.apply(drafts.values().flat_map(|draft| &draft.changes))
    }

    fn publish(&mut self, drafts: HashMap<String, Draft>) {
        let mut settled = Vec::with_capacity(drafts.len());
        for (name, draft) in drafts {
            if let Some(desk) = self.desks.get_mut(&name) {
                settled.push((name, draft.settle(desk)));
            }
        }
        let mut shared = write(&self.shared);
        for (name, (view, standings)) in settled {
            if let Some(published) = shared.get_mut(&name) {
                published.view = Arc::new(view);
                published.standings.extend(standings);
            }
        }
    }

    /// After a failure: what was added is nobody's, whether it was committed or not.
    fn discard(&mut self, drafts: HashMap<String, Draft>) {
        for (name, draft) in drafts.into_iter().filter(|(_, draft)| !draft.added.is_empty()) {
            if let Some(desk) = self.desks.get_mut(&name) {
                desk.keywords.abandon_writer();
                desk.garbage.extend(draft.added);
            }
        }
    }

    /// Deletes obsolete words and lets searches use merged segments.
    fn tidy(&mut self) {
        for (name, desk) in &mut self.desks {
            let mut tidy = || {
                if !desk.garbage.is_empty() {
                    desk.keywords.delete(&desk.garbage)?;
                    desk.keywords.commit()?;
                    desk.garbage.clear();
                }
                desk.keywords.searcher()
            };
            match tidy() {
                Ok(searcher) => {
                    if let Some(published) = write(&self.shared).get_mut(name) {
                        let mut view = (*published.view).clone();
                        view.searcher = Arc::new(searcher);
                        published.view = Arc::new(view);
                    }
                }
                Err(error) => tracing::warn!(error = %error, "tidying the keyword index failed"),
            }
        }
    }
}

fn write(shared: &Shared) -> std::sync::RwLockWriteGuard<'_, HashMap<String, Published>> {
    shared.write().unwrap_or_else(PoisonError::into_inner)
}
