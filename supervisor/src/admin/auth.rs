//! The door: a bearer token for everything but health, a key for what an auditor may see, a time limit, and a count.

use std::time::Duration;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use cueline_domain::governance::key::{KeyRecord, PREFIX, Role};
use cueline_patterns::governance::KeyError;
use tracing::Instrument;

use super::{app::App, refusal::Refusal};
use crate::telemetry::spans::of_request;

/// Paths without secrets: probes, and the page that asks for the token.
const OPEN: &[&str] = &["/healthz", "/readyz", "/"];
/// What somebody with an auditor's key may read. Each of them asks for its [`Reach`].
const AUDITED: &[&str] = &["/admin/v1/usage", "/admin/v1/audit/records"];
/// A handler that takes longer is given up; questions and waits have limits of their own.
const LONGEST: Duration = Duration::from_secs(30);
const LONGEST_QUESTION: Duration = Duration::from_secs(600);

pub(super) async fn admit(State(app): State<App>, request: Request, next: Next) -> Response {
    let span = of_request(request.method(), request.uri().path(), request.headers());
    let response = pass(&app, request, next).instrument(span).await.unwrap_or_else(IntoResponse::into_response);
    app.count(response.status().is_client_error() || response.status().is_server_error());
    response
}

/// How far whoever asks can see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    /// Everything.
    Everything,
    /// What is on behalf of this tenant.
    Tenant(String),
}

impl Reach {
    /// Of which tenant something is shown; `None`: of all.
    pub(super) fn tenant(self, asked: Option<String>) -> Result<Option<String>, Refusal> {
        match (self, asked) {
            (Self::Everything, asked) => Ok(asked),
            (Self::Tenant(own), None) => Ok(Some(own)),
            (Self::Tenant(own), Some(asked)) if own == asked => Ok(Some(own)),
            (Self::Tenant(own), Some(asked)) => {
                let detail = format!("this key sees what is of tenant {own}");
                Err(Refusal::new(StatusCode::FORBIDDEN, "tenant_foreign", detail)
                    .field("tenant")
                    .value(&asked)
                    .fix("leave it out"))
            }
        }
    }

    /// What a key is good for here.
    fn of_key(key: &KeyRecord, method: &Method, path: &str) -> Result<Self, Refusal> {
        if !key.is(Role::Auditor) {
            let detail = format!("key {} asks models, and has no business here", key.id);
            return Err(Refusal::new(StatusCode::FORBIDDEN, "role_missing", detail)
                .field("Authorization")
                .fix("make a key with `cueline keys create NAME --role auditor`"));
        }
        if method != Method::GET || !AUDITED.contains(&path) {
            let detail = "an auditor's key is for looking at usage and audit";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "role_insufficient", detail)
                .value(path)
                .fix(format!("use GET with {}, or the token of the process", AUDITED.join(" or "))));
        }
        Ok(Self::Tenant(key.tenant.clone()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Reach {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        // Whoever passed the door has one; without it nothing is shown.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| unauthorised(false))
    }
}

async fn pass(app: &App, mut request: Request, next: Next) -> Result<Response, Refusal> {
    if !OPEN.contains(&request.uri().path()) {
        let reach = reach(app, request.headers(), request.method(), request.uri().path()).await?;
        request.extensions_mut().insert(reach);
    }
    let path = request.uri().path();
    let slow = ["/ask", "/search", "/wait", "/verify", "/audit", "/audit/records", "/usage"];
    let slow = slow.iter().any(|end| path.ends_with(end));
    let limit = if slow { LONGEST_QUESTION } else { LONGEST };
    tokio::time::timeout(limit, next.run(request)).await.map_err(|_| {
        Refusal::new(StatusCode::GATEWAY_TIMEOUT, "timed_out", format!("no answer within {} s", limit.as_secs()))
            .fix("see `cueline actors` for what is stuck; what was started goes on")
    })
}

async fn reach(app: &App, headers: &HeaderMap, method: &Method, path: &str) -> Result<Reach, Refusal> {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = shown.and_then(|value| value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("bearer ")));
    let token = token.map(str::trim).ok_or_else(|| unauthorised(shown.is_some()))?;
    if app.knows(token) {
        return Ok(Reach::Everything);
    }
    if !token.starts_with(PREFIX) {
        return Err(unauthorised(true));
    }
    match app.front()?.keys.find(token).await {
        Ok(key) => Reach::of_key(&key, method, path),
        Err(KeyError::Port(error)) => Err(error.into()),
        Err(KeyError::Refused(refusal)) => {
            Err(Refusal::new(StatusCode::UNAUTHORIZED, "key_refused", refusal.to_string()).field("Authorization"))
        }
    }
}

fn unauthorised(shown: bool) -> Refusal {
    let detail = if shown { "the token is not the one of this process" } else { "the request shows no token" };
    Refusal::new(StatusCode::UNAUTHORIZED, "token_required", detail)
        .field("Authorization")
        .fix("send `Authorization: Bearer TOKEN` with the content of the file `token` in the data directory")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn key(roles: &[Role]) -> KeyRecord {
        serde_json::from_value(serde_json::json!({
            "id": "key-1", "name": "n", "tenant": "acme", "created_ms": 0, "roles": roles.iter().collect::<BTreeSet<_>>(),
        }))
        .unwrap()
    }

    fn refused(reach: Result<Reach, Refusal>) -> (u16, String) {
        let refusal = reach.unwrap_err();
        (refusal.problem().status, refusal.problem().code.clone())
    }

    #[test]
    fn an_auditor_reads_usage_and_audit_of_its_tenant_and_nothing_else() {
        let auditor = key(&[Role::Auditor]);
        for path in AUDITED {
            assert_eq!(Reach::of_key(&auditor, &Method::GET, path).unwrap(), Reach::Tenant("acme".into()), "{path}");
        }
        for path in [
            "/admin/v1/audit",
            "/admin/v1/audit/records/",
            "/admin/v1/keys",
            "/admin/v1/executions",
            "/admin/v1/decisions",
            "/admin/v1/usage/x",
            "/metrics",
        ] {
            let refused = refused(Reach::of_key(&auditor, &Method::GET, path));
            assert_eq!(refused, (403, "role_insufficient".into()), "{path}");
        }
        for method in [Method::POST, Method::DELETE, Method::PUT, Method::HEAD] {
            assert_eq!(refused(Reach::of_key(&auditor, &method, AUDITED[0])).0, 403, "{method}");
        }
    }

    #[test]
    fn who_asks_models_sees_nothing_here() {
        let refused = refused(Reach::of_key(&key(&[Role::Caller]), &Method::GET, AUDITED[0]));
        assert_eq!(refused, (403, "role_missing".into()));
        assert!(Reach::of_key(&key(&[Role::Caller, Role::Auditor]), &Method::GET, AUDITED[0]).is_ok());
    }

    #[test]
    fn nobody_looks_at_another_tenant() {
        let tenant = |name: &str| Some(name.to_owned());
        let own = || Reach::Tenant("acme".into());
        assert_eq!(own().tenant(None).unwrap(), tenant("acme"));
        assert_eq!(own().tenant(tenant("acme")).unwrap(), tenant("acme"));
        assert_eq!(own().tenant(tenant("other")).unwrap_err().problem().code, "tenant_foreign");
        assert_eq!(Reach::Everything.tenant(None).unwrap(), None);
        assert_eq!(Reach::Everything.tenant(tenant("other")).unwrap(), tenant("other"));
    }
}
