//! Forgetting what ended long ago.

use std::time::Duration;

use axum::{Json, extract::State};
use cueline_patterns::{governance::FEEDBACK, rag};
use cueline_runtime::retention::{forget_ended, sweep_payloads};

use super::{app::App, extract::Body, refusal::Refusal};
use crate::api::{ForgetRequest, Forgotten, Problem};

/// Longer than anything takes from storing a payload to recording its name.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// Forgets executions that ended long ago, and payloads that nothing names any more. Payloads of the last day stay.
#[utoipa::path(post, path = "/admin/v1/executions/forget", tag = "executions", request_body = ForgetRequest,
    responses((status = 200, body = Forgotten), (status = "4XX", body = Problem)))]
pub(super) async fn forget(
    State(app): State<App>,
    Body(request): Body<ForgetRequest>,
) -> Result<Json<Forgotten>, Refusal> {
    app.accepting()?;
    let engine = app.engine().clone();
    let age_ms = i64::try_from(request.ended_seconds_ago.saturating_mul(1_000)).unwrap_or(i64::MAX);
    app.apart(async move {
        let before_ms = engine.world().clock.now_ms().saturating_sub(age_ms);
        let forgotten = forget_ended(&engine, before_ms, &[FEEDBACK]).await?;
        let swept = sweep_payloads(&engine, rag::PAYLOAD_PARTITIONS, GRACE).await?;
        let executions = forgotten.executions;
        Ok(Json(Forgotten { executions, payloads: swept.payloads, bytes: swept.bytes }))
    })
    .await
}
