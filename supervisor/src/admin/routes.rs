//! Every route. The OpenAPI document is made of the same list, so neither can have what the other has not.

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request},
    http::{Method, StatusCode},
    middleware,
    routing::get,
};
use utoipa::{
    OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    app::App, audit, auth, callbacks, console, cost, decisions, definitions, documents, executions,
    extract::BODY_LIMIT, front, health, inspection, metrics, questions, queues, refusal::Refusal, retention, search,
    system,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cueline admin interface",
        description = "Executions, documents and actors of one running process. Errors are RFC 9457 problem details \
            with stable codes. Lists are pages: give `cursor` back for the next one. POST requests that start something \
            take an `Idempotency-Key`; the others may be repeated as they are."
    ),
    tags(
        (name = "executions", description = "Runs of workflows: look, start, replay, verify, fork, cancel."),
        (name = "definitions", description = "Workflows in the Amazon States Language."),
        (name = "documents", description = "What was dropped into the inbox, and questions about it."),
        (name = "queues", description = "Messages on their way and dead letters."),
        (name = "gateway", description = "Keys, targets, usage and audit of the OpenAI-compatible API."),
        (name = "system", description = "The process and its actors."),
        (name = "health", description = "Probes and metrics."),
    ),
    security(("token" = []))
)]
struct Document;

fn documented() -> OpenApiRouter<App> {
    let mut document = Document::openapi();
    let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    document.components.get_or_insert_default().security_schemes.insert("token".to_owned(), scheme.into());
    OpenApiRouter::with_openapi(document)
        .routes(routes!(executions::list, executions::start))
        .routes(routes!(executions::show))
        .routes(routes!(retention::forget))
        .routes(routes!(executions::wait))
        .routes(routes!(executions::cancel))
        .routes(routes!(executions::fork))
        .routes(routes!(inspection::history))
        .routes(routes!(inspection::replay))
        .routes(routes!(inspection::verify))
        .routes(routes!(inspection::verify_all))
        .routes(routes!(cost::cost))
        .routes(routes!(callbacks::complete))
        .routes(routes!(definitions::list))
        .routes(routes!(definitions::validate))
        .routes(routes!(definitions::show, definitions::define))
        .routes(routes!(documents::collections))
        .routes(routes!(documents::sync))
        .routes(routes!(documents::collection))
        .routes(routes!(documents::list))
        .routes(routes!(documents::show, documents::remove))
        .routes(routes!(documents::retry))
        .routes(routes!(questions::ask))
        .routes(routes!(search::search))
        .routes(routes!(queues::list))
        .routes(routes!(queues::purge_all))
        .routes(routes!(queues::purge))
        .routes(routes!(queues::dead_letters))
        .routes(routes!(queues::redrive))
        .routes(routes!(front::list_keys, front::create_key))
        .routes(routes!(front::revoke_key))
        .routes(routes!(front::rotate_key))
        .routes(routes!(front::tenants))
        .routes(routes!(front::targets))
        .routes(routes!(front::alerts))
        .routes(routes!(decisions::list))
        .routes(routes!(audit::usage))
        .routes(routes!(audit::verify))
        .routes(routes!(audit::records))
        .routes(routes!(system::show))
        .routes(routes!(system::actors))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(metrics::read))
}

/// The OpenAPI 3.1 document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    documented().into_openapi()
}

/// Everything behind the door.
pub(super) fn router(app: App) -> Router {
    let (router, document) = documented().split_for_parts();
    router
        .route("/admin/v1/openapi.json", get(move || async move { Json(document) }))
        .route("/", get(console::page))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app.clone(), auth::admit))
        .with_state(app)
}

async fn unknown(request: Request) -> Refusal {
    Refusal::not_found("route_not_found", "there is nothing at this path")
        .value(request.uri().path())
        .fix("see /admin/v1/openapi.json")
}

async fn wrong_method(method: Method, request: Request) -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", format!("{method} does nothing here"))
        .value(request.uri().path())
        .fix("see /admin/v1/openapi.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document is committed, so that a change of the interface is seen by whoever reviews it.
    #[test]
    fn the_committed_openapi_document_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
        let current = openapi().to_pretty_json().unwrap() + "\n";
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == current, "run the tests once with UPDATE_OPENAPI=1 and commit supervisor/openapi.json");
    }

    #[test]
    fn every_route_is_described_and_says_how_it_refuses() {
        let document = serde_json::to_value(openapi()).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let what = format!("{method} {path}");
                assert!(operation["description"].is_string() || operation["summary"].is_string(), "{what}");
                if path.starts_with("/admin") {
                    assert!(operation["responses"]["4XX"].is_object(), "{what}");
                }
            }
        }
    }
}
