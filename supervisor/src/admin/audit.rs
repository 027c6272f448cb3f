//! The audit of the OpenAI-compatible API: its records, what they sum up to, and whether they are all there.
//!
//! Somebody with an auditor's key sees what is its tenant's; the token of the process sees everything.

use axum::{Json, extract::State};
use cueline_domain::governance::{
    audit::AuditRecord,
    audit_search::{AuditFilter, Place},
};
use cueline_patterns::governance::{Audit, Verified};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    app::App,
    auth::Reach,
    extract::{Parameters, open_cursor, page_size, seal_cursor},
    refusal::Refusal,
};
use crate::api::{AuditChain, AuditRecordView, Page, Problem, UsageRow};

/// What cursors of this list are sealed with.
const LIST: &str = "audit records";

/// Which records to show.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only on behalf of this tenant.
    tenant: Option<String>,
    /// Only asked with the key of this id.
    key: Option<String>,
    /// Only answers that this target was called for, or once gave.
    target: Option<String>,
    /// Only with this outcome: `done`, `cached`, or the code of an error.
    outcome: Option<String>,
    /// Only from this moment on, in milliseconds since 1970.
    from_ms: Option<i64>,
    /// Only before this moment, in milliseconds since 1970.
    until_ms: Option<i64>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows of the page, 1 to 1000; 50 when absent.
    limit: Option<usize>,
}

/// Records of the audit, newest first. What was asked and answered is in them only where `[gateway.audit] content` says so.
#[utoipa::path(get, path = "/admin/v1/audit/records", tag = "gateway", params(Wanted),
    responses((status = 200, body = Page<AuditRecordView>), (status = "4XX", body = Problem)))]
pub(super) async fn records(
    State(app): State<App>,
    reach: Reach,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Page<AuditRecordView>>, Refusal> {
    let limit = page_size(wanted.limit)?;
    let made_up = || Refusal::invalid("the cursor is not one of this list").field("cursor");
    let before = open_cursor(LIST, wanted.cursor)?;
    let before = before.map(|text| Place::read(&text).ok_or_else(made_up)).transpose()?;
    let filter = AuditFilter {
        tenant: reach.tenant(wanted.tenant)?,
        key: wanted.key,
        target: wanted.target,
        outcome: wanted.outcome,
        from_ms: wanted.from_ms,
        until_ms: wanted.until_ms,
    };
    app.front()?.audit.flush().await?;
    let world = app.engine().world().clone();
    app.apart(async move {
        let (found, next) = Audit::search(&world, &filter, limit, before).await?;
        let items = found.into_iter().map(|(chain, record)| view(chain, record)).collect();
        Ok(Json(Page { items, cursor: seal_cursor(LIST, next.map(|place| place.as_str().to_owned())) }))
    })
    .await
}

fn view(chain: String, record: AuditRecord) -> AuditRecordView {
    AuditRecordView {
        chain,
        number: record.number,
        at_ms: record.at_ms,
        execution: record.execution,
        tenant: record.tenant,
        key: record.key,
        targets: record.targets,
        outcome: record.outcome,
        input_tokens: record.input_tokens,
        output_tokens: record.output_tokens,
        cost_micros: record.cost_micros,
        verdict: record.verdict,
        decision: record.decision,
        attempts: record.attempts.into_iter().map(Into::into).collect(),
        question: record.question,
        answer: record.answer,
        before: record.before,
        hash: record.hash,
    }
}

/// What was used, by day, tenant and target, from the audit.
#[utoipa::path(get, path = "/admin/v1/usage", tag = "gateway",
    responses((status = 200, body = Page<UsageRow>), (status = "4XX", body = Problem)))]
pub(super) async fn usage(State(app): State<App>, reach: Reach) -> Result<Json<Page<UsageRow>>, Refusal> {
    let tenant = reach.tenant(None)?;
    app.front()?.audit.flush().await?;
    let world = app.engine().world().clone();
    app.apart(async move {
        let row = |((day, tenant, target), used): (_, cueline_domain::governance::usage::Used)| UsageRow {
            day,
            tenant,
            target,
            answers: used.answers,
            failed: used.failed,
            cached: used.cached,
            calls: used.calls,
            input_tokens: used.input_tokens,
            output_tokens: used.output_tokens,
            cost: used.cost.dollars(),
        };
        let items = Audit::usage(&world, tenant.as_deref()).await?.rows().map(row).collect();
        Ok(Json(Page { items, cursor: None }))
    })
    .await
}

/// Whether the chains of audit records hold.
#[utoipa::path(get, path = "/admin/v1/audit", tag = "gateway",
    responses((status = 200, body = Page<AuditChain>), (status = "4XX", body = Problem)))]
pub(super) async fn verify(State(app): State<App>) -> Result<Json<Page<AuditChain>>, Refusal> {
    app.front()?.audit.flush().await?;
    let world = app.engine().world().clone();
    app.apart(async move {
        let mut items = Vec::new();
        for chain in Audit::chains(&world).await? {
            let Verified { records, broken } = Audit::verify(&world, &chain).await?;
            items.push(AuditChain { chain, records, broken: broken.map(|broken| broken.to_string()) });
        }
        Ok(Json(Page { items, cursor: None }))
    })
    .await
}
