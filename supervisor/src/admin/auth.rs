//! The door: a bearer token for everything but health, a time limit, and a count.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use tracing::Instrument;

use super::{app::App, refusal::Refusal};
use crate::telemetry::spans::of_request;

/// Paths without secrets: probes, and the page that asks for the token.
const OPEN: &[&str] = &["/healthz", "/readyz", "/"];
/// A handler that takes longer is given up; questions and waits have limits of their own.
const LONGEST: Duration = Duration::from_secs(30);
const LONGEST_QUESTION: Duration = Duration::from_secs(600);

pub(super) async fn admit(State(app): State<App>, request: Request, next: Next) -> Response {
    let span = of_request(request.method(), request.uri().path(), request.headers());
    let response = pass(&app, request, next).instrument(span).await.unwrap_or_else(IntoResponse::into_response);
    app.count(response.status().is_client_error() || response.status().is_server_error());
    response
}

async fn pass(app: &App, request: Request, next: Next) -> Result<Response, Refusal> {
    let path = request.uri().path();
    if !OPEN.contains(&path) {
        let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = shown.and_then(|value| value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("bearer ")));
        if !token.is_some_and(|token| app.knows(token.trim())) {
            return Err(unauthorised(shown.is_some()));
        }
    }
    let slow =
        path.ends_with("/ask") || path.ends_with("/search") || path.ends_with("/wait") || path.ends_with("/verify");
    let limit = if slow { LONGEST_QUESTION } else { LONGEST };
    tokio::time::timeout(limit, next.run(request)).await.map_err(|_| {
        Refusal::new(StatusCode::GATEWAY_TIMEOUT, "timed_out", format!("no answer within {} s", limit.as_secs()))
            .fix("see `cueline actors` for what is stuck; what was started goes on")
    })
}

fn unauthorised(shown: bool) -> Refusal {
    let detail = if shown { "the token is not the one of this process" } else { "the request shows no token" };
    Refusal::new(StatusCode::UNAUTHORIZED, "token_required", detail)
        .field("Authorization")
        .fix("send `Authorization: Bearer TOKEN` with the content of the file `token` in the data directory")
}
