//! What handlers share.

use std::{
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use cueline_patterns::rag::{Ingress, Ledger, RagConfig};
use cueline_runtime::Engine;
use tokio::runtime::Handle;

use super::refusal::Refusal;
use crate::{up::Front, wiring::Counts, workflows::Workflows};

/// What does not change while the process runs.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The data directory.
    pub data: PathBuf,
    /// The watched folder or bucket.
    pub inbox: String,
    /// Where S3 and EventBridge are served.
    pub doors: Option<String>,
    /// Where the OpenAI-compatible API is.
    pub gateway: Option<String>,
    /// Epoch milliseconds of the start.
    pub started_ms: i64,
    /// What works less well than it could.
    pub notes: Vec<String>,
    /// What is counted as things happen.
    pub registry: prometheus::Registry,
}

/// The shared state; cloning gives another handle.
#[derive(Clone)]
pub struct App {
    shared: Arc<Shared>,
}

struct Shared {
    workflows: Workflows,
    engine: Engine,
    ingress: Ingress,
    ledger: Ledger,
    rag: Arc<RagConfig>,
    facts: Facts,
    storage: Counts,
    token: blake3::Hash,
    workers: Handle,
    draining: AtomicBool,
    requests: AtomicU64,
    refusals: AtomicU64,
    front: OnceLock<Front>,
}

impl App {
    /// Handlers on an engine. Work that may take long runs on the runtime of the caller.
    pub(crate) fn new(
        workflows: Workflows,
        engine: Engine,
        ingress: Ingress,
        rag: Arc<RagConfig>,
        facts: Facts,
        storage: Counts,
        token: &str,
    ) -> Self {
        let ledger = Ledger::new(engine.world().clone());
        let shared = Shared {
            workflows,
            engine,
            ingress,
            ledger,
            rag,
            facts,
            storage,
            token: blake3::hash(token.as_bytes()),
            workers: Handle::current(),
            draining: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            refusals: AtomicU64::new(0),
            front: OnceLock::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// From now on nothing new is started.
    pub fn drain(&self) {
        self.shared.draining.store(true, Ordering::Release);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.shared.draining.load(Ordering::Acquire)
    }

    /// Refuses new work while the process stops.
    pub(super) fn accepting(&self) -> Result<(), Refusal> {
        if self.is_draining() { Err(Refusal::draining()) } else { Ok(()) }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    pub(super) fn workflows(&self) -> &Workflows {
        &self.shared.workflows
    }

    pub(super) fn ingress(&self) -> &Ingress {
        &self.shared.ingress
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.shared.ledger
    }

    pub(super) fn rag(&self) -> &RagConfig {
        &self.shared.rag
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.shared.facts
    }

    /// What is behind the OpenAI-compatible API; once.
    pub(crate) fn open_front(&self, front: Front) {
        let _ = self.shared.front.set(front);
    }

    /// What is behind the OpenAI-compatible API, where there is one.
    pub(super) fn front(&self) -> Result<&Front, Refusal> {
        let missing = || {
            let message = "this process serves no OpenAI-compatible API, and has no keys and targets";
            Refusal::not_found("gateway_missing", message).fix("ask a process that was started with `cueline up`")
        };
        self.shared.front.get().ok_or_else(missing)
    }

    pub(super) fn storage(&self) -> &Counts {
        &self.shared.storage
    }

    /// Whether this is the token, in a time that does not depend on where it differs.
    pub(super) fn knows(&self, token: &str) -> bool {
        blake3::hash(token.as_bytes()) == self.shared.token
    }

    /// Runs what may compute for long away from the admin thread.
    pub(super) async fn apart<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
    ) -> Result<T, Refusal> {
        match self.shared.workers.spawn(work).await {
            Ok(result) => result,
            Err(error) => {
                tracing::error!(error = %error, "a request panicked");
                Err(Refusal::internal())
            }
        }
    }

    pub(super) fn count(&self, refused: bool) {
        self.shared.requests.fetch_add(1, Ordering::Relaxed);
        self.shared.refusals.fetch_add(u64::from(refused), Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> (u64, u64) {
        (self.shared.requests.load(Ordering::Relaxed), self.shared.refusals.load(Ordering::Relaxed))
    }
}
