//! Keys, tenants, targets and alerts of the OpenAI-compatible API.

use std::collections::BTreeSet;

use axum::{Json, extract::State};
use cueline_domain::{
    chat::breaker::BreakerState,
    governance::{
        budget::{Budget, Period},
        fair_queue::Row,
        key::{KeyRecord, Role},
        money::Money,
    },
};
use cueline_patterns::governance::{Alerts, NewKey, OTHERS, Scope, Standing};

use super::{
    app::App,
    extract::{Body, Name, OptionalBody},
    refusal::Refusal,
};
use crate::api::{
    AlertView, BudgetView, CreateKey, CreatedKey, KeyView, Page, Problem, QueueRow, RotateKey, TargetView, TenantView,
};

fn seconds(seconds: u64) -> i64 {
    i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX)
}

async fn view(app: &App, record: KeyRecord) -> Result<KeyView, Refusal> {
    let now_ms = app.engine().world().clock.now_ms();
    let state = match (record.check(now_ms), record.revoked_ms) {
        (Ok(()), None) => "valid",
        (Ok(()), Some(_)) => "ending",
        (Err(_), Some(revoked)) if revoked <= now_ms => "revoked",
        (Err(_), _) => "expired",
    };
    let budget = match record.budget {
        None => None,
        Some(budget) => Some(standing(app, &Scope { name: format!("key/{}", record.id), budget }).await?),
    };
    Ok(KeyView {
        state: state.to_owned(),
        budget,
        id: record.id,
        name: record.name,
        tenant: record.tenant,
        groups: record.groups.into_iter().collect(),
        models: record.models,
        roles: record.roles.iter().map(|role| role.name().to_owned()).collect(),
        requests_per_minute: record.requests_per_minute,
        tokens_per_minute: record.tokens_per_minute,
        concurrent: record.concurrent,
        created_ms: record.created_ms,
        expires_ms: record.expires_ms,
    })
}

/// How an account stands.
async fn standing(app: &App, scope: &Scope) -> Result<BudgetView, Refusal> {
    let account = app.front()?.budgets.account(scope).await?;
    let per = match scope.budget.per {
        Period::Day => "day",
        Period::Month => "month",
        Period::Total => "total",
    };
    Ok(BudgetView {
        per: per.to_owned(),
        limit: scope.budget.limit.dollars(),
        spent: account.spent.dollars(),
        reserved: account.reserved.dollars(),
    })
}

/// Tenants that have keys, or terms of their own.
#[utoipa::path(get, path = "/admin/v1/tenants", tag = "gateway",
    responses((status = 200, body = Page<TenantView>), (status = "4XX", body = Problem)))]
pub(super) async fn tenants(State(app): State<App>) -> Result<Json<Page<TenantView>>, Refusal> {
    let (front, now_ms) = (app.front()?, app.engine().world().clock.now_ms());
    let keys = front.keys.list().await?;
    let named = front.tenants.all();
    let named = named.keys().filter(|name| *name != OTHERS);
    let known: BTreeSet<&String> = keys.iter().map(|key| &key.tenant).chain(named).collect();
    let mut items = Vec::new();
    for tenant in known {
        let terms = front.tenants.of(tenant);
        let budget = match front.tenants.scope(tenant) {
            None => None,
            Some(scope) => Some(standing(&app, &scope).await?),
        };
        items.push(TenantView {
            tenant: tenant.clone(),
            keys: keys.iter().filter(|key| key.tenant == *tenant && key.check(now_ms).is_ok()).count(),
            weight: terms.weight.unwrap_or(1),
            requests_per_minute: terms.limit.requests_per_minute,
            tokens_per_minute: terms.limit.tokens_per_minute,
            concurrent: terms.limit.concurrent,
            budget,
        });
    }
    Ok(Json(Page { items, cursor: None }))
}

/// Keys, oldest first, without their secrets.
#[utoipa::path(get, path = "/admin/v1/keys", tag = "gateway",
    responses((status = 200, body = Page<KeyView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_keys(State(app): State<App>) -> Result<Json<Page<KeyView>>, Refusal> {
    let mut items = Vec::new();
    for record in app.front()?.keys.list().await? {
        items.push(view(&app, record).await?);
    }
    Ok(Json(Page { items, cursor: None }))
}

/// Makes a key. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/admin/v1/keys", tag = "gateway", request_body = CreateKey,
    responses((status = 200, body = CreatedKey), (status = "4XX", body = Problem)))]
pub(super) async fn create_key(
    State(app): State<App>,
    Body(new): Body<CreateKey>,
) -> Result<Json<CreatedKey>, Refusal> {
    let per = match new.budget_per.as_deref() {
        None | Some("day") => Period::Day,
        Some("month") => Period::Month,
        Some("total") => Period::Total,
        Some(other) => {
            return Err(Refusal::invalid("a budget is for a day, a month, or in total")
                .field("budget_per")
                .value(other)
                .fix("write day, month or total"));
        }
    };
    if !new.tenant.is_empty() {
        cueline_protocol::ids::Tenant::new(&new.tenant)?;
    }
    if new.budget.is_some_and(|dollars| !dollars.is_finite() || dollars <= 0.0) {
        return Err(Refusal::invalid("a budget is an amount of dollars").field("budget").fix("write e.g. 5.00"));
    }
    let roles = new.roles.iter().map(|name| role(name)).collect::<Result<_, _>>()?;
    let budget = new.budget.map(|dollars| Budget { limit: Money::from_dollars(dollars), per });
    let made = NewKey {
        name: new.name,
        tenant: new.tenant,
        groups: new.groups.into_iter().collect(),
        models: new.models,
        roles,
        requests_per_minute: new.requests_per_minute,
        tokens_per_minute: new.tokens_per_minute,
        concurrent: new.concurrent,
        budget,
        lasts_ms: new.lasts_seconds.map(seconds),
    };
    let (secret, record) = app.front()?.keys.create(made).await?;
    Ok(Json(CreatedKey { secret, key: view(&app, record).await? }))
}

fn role(name: &str) -> Result<Role, Refusal> {
    Role::of(name).ok_or_else(|| {
        let known = Role::ALL.map(Role::name).join(" or ");
        Refusal::invalid("there is no such role").field("roles").value(name).fix(format!("write {known}"))
    })
}

fn unknown(id: &str) -> Refusal {
    Refusal::not_found("key_not_found", format!("there is no key {id}"))
        .field("key")
        .value(id)
        .fix("see `cueline keys list`")
}

/// Withdraws a key. Processes that share the table hear of it within two seconds.
#[utoipa::path(delete, path = "/admin/v1/keys/{key}", tag = "gateway", params(("key" = String, Path)),
    responses((status = 200, body = KeyView), (status = "4XX", body = Problem)))]
pub(super) async fn revoke_key(State(app): State<App>, Name(id): Name) -> Result<Json<KeyView>, Refusal> {
    let now_ms = app.engine().world().clock.now_ms();
    let revoked = app.front()?.keys.revoke(&id, now_ms).await?.ok_or_else(|| unknown(&id))?;
    Ok(Json(view(&app, revoked).await?))
}

/// Makes another key that allows the same, and withdraws the old one after a while.
#[utoipa::path(post, path = "/admin/v1/keys/{key}/rotate", tag = "gateway", params(("key" = String, Path)),
    request_body(content = Option<RotateKey>),
    responses((status = 200, body = CreatedKey), (status = "4XX", body = Problem)))]
pub(super) async fn rotate_key(
    State(app): State<App>,
    Name(id): Name,
    OptionalBody(rotate): OptionalBody<RotateKey>,
) -> Result<Json<CreatedKey>, Refusal> {
    let rotated = app.front()?.keys.rotate(&id, seconds(rotate.grace_seconds)).await?;
    let (secret, record) = rotated.ok_or_else(|| unknown(&id))?;
    Ok(Json(CreatedKey { secret, key: view(&app, record).await? }))
}

/// Models that can be asked, and how each does.
#[utoipa::path(get, path = "/admin/v1/targets", tag = "gateway",
    responses((status = 200, body = Page<TargetView>), (status = "4XX", body = Problem)))]
pub(super) async fn targets(State(app): State<App>) -> Result<Json<Page<TargetView>>, Refusal> {
    let now_ms = app.engine().world().clock.now_ms();
    let targets = app.front()?.completer.targets().all();
    let item = |target: &std::sync::Arc<cueline_patterns::chat::Target>| TargetView {
        name: target.info.name.clone(),
        provider_name: target.info.provider_name.clone(),
        breaker: match target.state(now_ms) {
            BreakerState::Closed => "closed",
            BreakerState::Open => "open",
            BreakerState::HalfOpen => "half_open",
        }
        .to_owned(),
        running: target.turnstile.running(),
        waiting: target.turnstile.waiting(now_ms).into_iter().map(queued).collect(),
        first_token_ms: target.first_token_ms(now_ms),
        concurrent: target.info.concurrent,
        context: target.info.context,
        input_price: target.info.price.map(|price| price.input),
        output_price: target.info.price.map(|price| price.output),
    };
    Ok(Json(Page { items: targets.values().map(item).collect(), cursor: None }))
}

fn queued(row: Row) -> QueueRow {
    let Row { tenant, waiting, oldest_ms, share, .. } = row;
    QueueRow { tenant, waiting, oldest_ms, share }
}

/// What is wrong for too long, in any process.
#[utoipa::path(get, path = "/admin/v1/alerts", tag = "gateway",
    responses((status = 200, body = Page<AlertView>), (status = "4XX", body = Problem)))]
pub(super) async fn alerts(State(app): State<App>) -> Result<Json<Page<AlertView>>, Refusal> {
    let standing = Alerts::standing(app.engine().world()).await?;
    let view = |alert: Standing| {
        let Standing { rule, subject, measured, threshold, since_ms, .. } = alert;
        AlertView { rule, subject, measured, threshold, since_ms }
    };
    Ok(Json(Page { items: standing.into_iter().map(view).collect(), cursor: None }))
}
