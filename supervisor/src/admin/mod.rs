//! The admin interface: REST under `/admin/v1`, health, metrics and the console page.
//!
//! | file | idea |
//! |---|---|
//! | `server` | its own thread and runtime, so that it answers while workers are stuck |
//! | `routes` | every route; the OpenAPI document is made of the same list |
//! | `app` | what handlers share |
//! | `auth` | the bearer token, and keys of auditors |
//! | `refusal`, `extract` | errors as problem details, requests that refuse what they do not know |
//! | `executions`, `inspection`, `callbacks`, `definitions` | the engine |
//! | `documents`, `questions`, `askable`, `search` | the RAG pattern |
//! | `front`, `decisions`, `audit` | the OpenAI-compatible API: keys, targets, what was decided, what was asked |
//! | `system`, `queues`, `health`, `metrics` | the process |
//! | `entries` | entries of a journal as JSON for people |
//! | `console` | one page for the browser |

mod app;
mod askable;
mod audit;
mod auth;
mod callbacks;
mod console;
mod cost;
mod decisions;
mod definitions;
mod documents;
mod entries;
mod executions;
mod extract;
mod front;
mod health;
mod inspection;
mod metrics;
mod questions;
mod queues;
mod refusal;
mod retention;
mod routes;
mod search;
mod server;
mod system;

pub use app::{App, Facts};
pub use routes::openapi;
pub(crate) use search::SEARCH;
pub use server::Server;
