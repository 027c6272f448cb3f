//! Probes.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use cueline_ports::ListExecutions;
use serde_json::{Value, json};

use super::app::App;

/// How long the storage may take to answer a probe.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process is there. Says nothing about whether it can work.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()), responses((status = 200, body = Object)))]
pub(super) async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// The process takes requests and its storage answers.
#[utoipa::path(get, path = "/readyz", tag = "health", security(()),
    responses((status = 200, body = Object), (status = 503, body = Object)))]
pub(super) async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    if app.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "draining"})));
    }
    if app.storage().damage().is_some() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "failing", "code": "storage_corrupt"})));
    }
    let look = app.engine().list(ListExecutions { limit: 1, ..ListExecutions::default() });
    let look = async {
        app.engine().health().await?;
        look.await
    };
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(Ok(_)) => (StatusCode::OK, Json(json!({"status": "ready", "recovered": app.engine().is_recovered()}))),
        Ok(Err(error)) => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "failing", "code": error.code()}))),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "failing", "code": "storage_slow"}))),
    }
}
