//! `GET /v1/models`: what may be named.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Gate, caller::Caller, extract::Path, problem::Problem, routes::AUTO};

fn named(gate: &Gate, caller: &Caller) -> Vec<Value> {
    let created = 0;
    let model = |id: String, owner: &str| json!({ "id": id, "object": "model", "created": created, "owned_by": owner });
    let mut models = vec![model(AUTO.into(), "cueline")];
    let plans = gate.plans();
    let routes = plans.routes.names().filter(|name| *name != AUTO);
    models.extend(routes.map(|name| model(format!("{AUTO}:{name}"), "cueline")));
    let tenant = caller.tenant.as_str();
    for (name, target) in gate.0.completer.targets().all().iter() {
        if target.info.tenants.as_ref().is_some_and(|tenants| !tenants.contains(tenant)) {
            continue;
        }
        let mut model = model(name.clone(), &target.info.provider_name);
        if let Some(context) = target.info.context {
            model["context_window"] = json!(context);
        }
        models.push(model);
    }
    models.retain(|model| caller.may_use(model["id"].as_str().unwrap_or_default()));
    models
}

pub(super) async fn list(State(gate): State<Gate>, caller: Caller) -> Response {
    Json(json!({ "object": "list", "data": named(&gate, &caller) })).into_response()
}

pub(super) async fn show(State(gate): State<Gate>, caller: Caller, Path(name): Path<String>) -> Response {
    match named(&gate, &caller).into_iter().find(|model| model["id"] == name.as_str()) {
        Some(model) => Json(model).into_response(),
        None => {
            let unknown = Problem::not_found("model_not_found", format!("there is no model {name:?}"));
            unknown.param("model").into_response()
        }
    }
}
