//! The front door: an OpenAI-compatible HTTP API on a listener of its own.
//!
//! ```text
//!  request ─► caller (key, tenant, groups) ─► checked ─► plan: targets ─► limits, budget ─┬─ whole: asked, answered, recorded
//!                                                                                         └─ stream: chat execution ─► log ─► SSE
//! ```
//!
//! | file | idea |
//! |---|---|
//! | [`server`](GateServer) | the listener: slow clients, many clients, an id for every answer, a stop that lets answers finish |
//! | `linger` | who is answered before it has said everything hears the answer |
//! | `extract` | what handlers take from a request: a body in time, and not too large |
//! | `caller` | who asks |
//! | `pages` | web pages that ask |
//! | `plan` | a model name becomes targets, best first |
//! | `routes` | policies, and splits between them |
//! | `explained` | a decision as a span |
//! | `learning` | what targets have shown, and what feedback adds to it |
//! | `turn` | one answer, whatever API it is asked for by |
//! | `chat` | `POST /v1/chat/completions` |
//! | `chats` | conversations of the AI SDK's `useChat` |
//! | `responses` | the Responses API |
//! | `socket` | the same over a WebSocket |
//! | `rag` | `rag/COLLECTION` as a target: an answer from documents, with citations as annotations |
//! | `follow` | frames of a log as server-sent events, from any offset |
//! | `streams` | `GET /v1/streams/{id}` and its end from outside |
//! | `embeddings`, `models` | what they say |
//! | `feedback` | `POST /v1/feedback` |
//! | `recorder` | answers that were given are recorded beside |
//! | `settling` | bills, audits and metrics of every answer |
//! | `problem` | errors in OpenAI's form, with our codes |
//!
//! A closed socket cancels nothing: whoever comes back with the last event's id reads on.

mod caller;
mod chat;
mod chats;
mod embeddings;
mod explained;
mod extract;
mod feedback;
mod follow;
mod ids;
mod learning;
mod linger;
mod models;
mod pages;
mod permits;
mod plan;
mod problem;
mod rag;
mod recorder;
mod responses;
mod routes;
mod server;
mod settling;
mod socket;
mod streams;
mod turn;

use std::sync::{Arc, RwLock};

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode},
    routing::{get, post},
};
use cueline_patterns::{
    chat::{Completer, Conversations},
    governance::{AnswerCache, Budgets, Feedback, Keys, Limits, Tenants},
};
use cueline_runtime::{Engine, World};
use tokio::sync::watch;

pub use learning::Learner;
pub use plan::{Plans, Policy, by_price, catalogued};
pub use rag::{Answerers, RAG};
pub use routes::{AUTO, Routes};
pub use server::GateServer;
pub use settling::{Ended, Settling};

/// What every handler is given; cloning gives another handle.
#[derive(Clone)]
pub struct Gate(Arc<Room>);

struct Room {
    engine: Engine,
    completer: Completer,
    keys: Keys,
    tenants: Tenants,
    budgets: Budgets,
    limits: Limits,
    settling: Settling,
    cache: AnswerCache,
    feedback: Feedback,
    conversations: Conversations,
    plans: RwLock<Arc<Plans>>,
    /// Only this machine reaches it: without any key, none is asked for.
    is_local: bool,
    /// Other processes let requests through as well.
    is_shared: bool,
    origins: Vec<HeaderValue>,
    draining: watch::Sender<bool>,
    /// Bodies of requests that are being read.
    unread: extract::Unread,
    recorder: recorder::Recorder,
}

/// What a gate is made of.
pub struct GateParts {
    /// What runs.
    pub engine: Engine,
    /// Who answers.
    pub completer: Completer,
    /// Who may ask.
    pub keys: Keys,
    /// What all keys of a tenant may do together.
    pub tenants: Tenants,
    /// For how much.
    pub budgets: Budgets,
    /// What follows from every answer.
    pub settling: Settling,
    /// Which model name means what.
    pub plans: Plans,
    /// Only this machine reaches it.
    pub is_local: bool,
    /// Other processes let requests through as well, under the same limits.
    pub is_shared: bool,
    /// Web pages that may ask it.
    pub origins: Vec<HeaderValue>,
}

impl Gate {
    /// A gate that is open.
    pub fn new(parts: GateParts) -> Self {
        let GateParts { engine, completer, keys, tenants, budgets, settling, plans, is_local, is_shared, origins } =
            parts;
        let limits = Limits::new(engine.world().clock.clone());
        let (feedback, cache) = (Feedback::new(engine.world()), AnswerCache::new(engine.world()));
        let conversations = Conversations::new(engine.world());
        Self(Arc::new(Room {
            engine,
            completer,
            keys,
            tenants,
            budgets,
            limits,
            settling,
            cache,
            feedback,
            conversations,
            plans: RwLock::new(Arc::new(plans)),
            is_local,
            is_shared,
            origins,
            draining: watch::Sender::new(false),
            unread: extract::Unread::default(),
            recorder: recorder::Recorder::default(),
        }))
    }

    /// New requests are refused from now on; answers that are on their way go on.
    pub fn drain(&self) {
        self.0.draining.send_replace(true);
    }

    fn is_draining(&self) -> bool {
        *self.0.draining.borrow()
    }

    /// Returns once nothing new is taken.
    async fn drained(&self) {
        drop(self.0.draining.subscribe().wait_for(|draining| *draining).await);
    }

    /// What model names mean from now on.
    pub fn exchange(&self, plans: Plans) {
        *self.0.plans.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(plans);
    }

    /// Writes down what feedback taught.
    pub(crate) async fn keep(&self) {
        let plans = self.plans();
        let kept = tokio::task::spawn_blocking(move || plans.routes.learner().keep()).await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(error = %error, "what feedback taught could not be kept; it is tried again");
        }
    }

    fn engine(&self) -> &Engine {
        &self.0.engine
    }

    fn world(&self) -> &World {
        self.0.engine.world()
    }

    fn plans(&self) -> Arc<Plans> {
        self.0.plans.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn now_ms(&self) -> i64 {
        self.world().clock.now_ms()
    }
}

/// Every path.
pub(crate) fn router(gate: Gate) -> Router {
    let origins = gate.0.origins.clone();
    let router = Router::new()
        .route("/v1/chat/completions", post(chat::complete))
        .route("/v1/chats", post(chats::ask))
        .route("/v1/chats/{id}/stream", get(chats::resume).delete(chats::stop))
        .route("/v1/responses", post(responses::create))
        .route("/v1/responses/{id}", get(responses::show).delete(responses::delete))
        .route("/v1/responses/{id}/cancel", post(responses::cancel))
        .route("/v1/responses/{id}/input_items", get(responses::input_items))
        .route("/v1/ws", get(socket::upgrade))
        .route("/v1/embeddings", post(embeddings::embed))
        .route("/v1/models", get(models::list))
        .route("/v1/models/{*name}", get(models::show))
        .route("/v1/feedback", post(feedback::take))
        .route("/v1/streams/{id}", get(streams::follow).delete(streams::cancel))
        .route("/healthz", get(health))
        .fallback(problem::no_such_path)
        .method_not_allowed_fallback(problem::no_such_method)
        .with_state(gate);
    if origins.is_empty() { router } else { router.layer(pages::cors(&origins)) }
}

async fn health(State(gate): State<Gate>) -> StatusCode {
    if gate.is_draining() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
}
