//! Who asks.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION, request::Parts},
};
use cueline_domain::governance::{
    key::{KeyRecord, KeyRefusal, Role, bearer},
    money::Money,
};
use cueline_patterns::governance::{KeyError, Limit, Scope};
use cueline_protocol::ids::Tenant;

use super::{Gate, pages, problem::Problem};

/// Whoever asks. Without a key on a machine of one's own it is the single tenant, and may do everything.
///
/// Handlers are given it from the headers alone: a request without a valid key is refused before anything of its body is read.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) key: Option<Arc<KeyRecord>>,
    pub(super) tenant: Tenant,
    /// What all keys of its tenant may do together, when it came.
    together: (Option<(String, Limit)>, Option<Scope>),
}

impl FromRequestParts<Gate> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gate: &Gate) -> Result<Self, Problem> {
        Self::of(gate, &parts.headers).await
    }
}

impl Caller {
    /// The caller that a request names.
    pub(super) async fn of(gate: &Gate, headers: &HeaderMap) -> Result<Self, Problem> {
        let shown = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok()).and_then(bearer);
        if gate.0.is_local && gate.0.keys.are_none().await? {
            pages::check(headers, &gate.0.origins)?;
            return Ok(Self::with(gate, None, Tenant::single()));
        }
        let key = gate.0.keys.find(shown.ok_or(KeyError::Refused(KeyRefusal::Missing))?).await?;
        if !key.is(Role::Caller) {
            let message = format!("key {} may look and not ask; use one with the role `caller`", key.id);
            return Err(Problem::new(StatusCode::FORBIDDEN, "key_not_caller", message));
        }
        let tenant = Tenant::new(&key.tenant)
            .map_err(|error| Problem::invalid("tenant_invalid", format!("key {}: {error}", key.id)))?;
        Ok(Self::with(gate, Some(key), tenant))
    }

    fn with(gate: &Gate, key: Option<Arc<KeyRecord>>, tenant: Tenant) -> Self {
        let tenants = &gate.0.tenants;
        let together = (tenants.limit(tenant.as_str()), tenants.scope(tenant.as_str()));
        Self { key, tenant, together }
    }

    pub(super) fn key_id(&self) -> &str {
        self.key.as_ref().map_or("", |key| &key.id)
    }

    pub(super) fn groups(&self) -> BTreeSet<String> {
        self.key.as_ref().map(|key| key.groups.clone()).unwrap_or_default()
    }

    /// Whether it may name this model.
    pub(super) fn may_use(&self, model: &str) -> bool {
        self.key.as_ref().is_none_or(|key| key.may_use(model))
    }

    /// Limits that a call of it counts under.
    pub(super) fn limits(&self) -> Vec<(String, Limit)> {
        let of_key = self.key.as_ref().map(|key| {
            let limit = Limit {
                requests_per_minute: key.requests_per_minute,
                tokens_per_minute: key.tokens_per_minute,
                concurrent: key.concurrent,
            };
            (format!("key/{}", key.id), limit)
        });
        self.together.0.iter().cloned().chain(of_key).collect()
    }

    /// Budgets that a call of it counts in.
    pub(super) fn scopes(&self) -> Vec<Scope> {
        let key = self.key.as_ref().and_then(|key| Some((key, key.budget?)));
        let of_key = key.map(|(key, budget)| Scope { name: format!("key/{}", key.id), budget });
        // The tenant first: those who share an account wait for each other there.
        self.together.1.iter().cloned().chain(of_key).collect()
    }

    /// What is left of all of these budgets; none: it has none. Another call may take it at any moment: what counts is what is
    /// reserved.
    pub(super) async fn budget_left(&self, gate: &Gate) -> Result<Option<Money>, Problem> {
        let mut least: Option<Money> = None;
        for scope in self.scopes() {
            let left = gate.0.budgets.account(&scope).await?.left(scope.budget.limit);
            least = Some(least.map_or(left, |least| least.min(left)));
        }
        Ok(least)
    }
}
