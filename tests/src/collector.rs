//! An OTLP collector for tests: spans as they arrive over HTTP, told apart by the process that sent them.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};
use prost::Message;

/// Of `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`, what is looked at here.
#[derive(Message)]
struct Export {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<OfResource>,
}

#[derive(Message)]
struct OfResource {
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<OfScope>,
}

#[derive(Message)]
struct OfScope {
    #[prost(message, repeated, tag = "2")]
    spans: Vec<Span>,
}

#[derive(Message)]
struct Span {
    #[prost(bytes = "vec", tag = "1")]
    trace_id: Vec<u8>,
    #[prost(string, tag = "5")]
    name: String,
}

/// A span that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who sent it.
    pub process: String,
    /// Its trace, in hexadecimal digits.
    pub trace: String,
    /// Its name.
    pub name: String,
}

/// Listens until it is dropped with its runtime.
pub struct Collector {
    address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Collector {
    /// On a free port.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> std::io::Result<Self> {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let router = Router::new()
            .route("/{process}/v1/traces", post(take))
            .route("/{process}/v1/metrics", post(async || StatusCode::OK))
            .with_state(seen.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, seen })
    }

    /// Where a process of this name sends its spans.
    pub fn endpoint(&self, process: &str) -> String {
        format!("{}/{process}", self.address)
    }

    /// The spans of a trace so far, in the order of their arrival.
    pub fn of_trace(&self, trace: &str) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|span| span.trace == trace).cloned().collect()
    }
}

async fn take(State(seen): State<Arc<Mutex<Vec<Seen>>>>, Path(process): Path<String>, body: Bytes) -> StatusCode {
    let Ok(request) = Export::decode(body) else { return StatusCode::BAD_REQUEST };
    let spans = request.resources.into_iter().flat_map(|of| of.scopes).flat_map(|of| of.spans);
    let spans = spans.map(|span| Seen {
        process: process.clone(),
        trace: span.trace_id.iter().map(|byte| format!("{byte:02x}")).collect(),
        name: span.name,
    });
    seen.lock().unwrap_or_else(PoisonError::into_inner).extend(spans);
    StatusCode::OK
}
