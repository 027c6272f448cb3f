//! `POST /v1/embeddings`: by an embedding model of ours, or a target that has them.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cueline_domain::{chat::piece::Counted, governance::money::Money};
use cueline_patterns::chat::{Fault, Target};
use cueline_ports::Relay;
use cueline_protocol::v1::{ChatAttempt, CompleteChatReply, CompleteChatRequest};
use serde_json::{Map, Value, json};

use super::{Gate, caller::Caller, chat::parse, problem::Problem};

/// Texts of one request at most, as OpenAI has it.
const MOST_TEXTS: usize = 2_048;

pub(super) async fn embed(State(gate): State<Gate>, headers: HeaderMap, body: Bytes) -> Response {
    match serve(&gate, &headers, &body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn serve(gate: &Gate, headers: &HeaderMap, body: &[u8]) -> Result<Response, Problem> {
    let caller = Caller::of(gate, headers).await?;
    let body = parse(body)?;
    let Some(model) = body.get("model").and_then(Value::as_str).filter(|model| !model.is_empty()) else {
        return Err(Problem::invalid("missing_required_parameter", "model: name an embedding model").param("model"));
    };
    if !caller.may_use(model) {
        let message = format!("key {} may not use {model:?}", caller.key_id());
        return Err(Problem::new(StatusCode::FORBIDDEN, "model_not_allowed", message).param("model"));
    }
    let texts = texts(&body)?;
    let characters: u64 = texts.iter().map(|text| text.chars().count() as u64).sum();
    let tokens = characters.div_ceil(4);
    let mut permit = gate.0.limits.take(&caller.limits(), tokens)?;
    permit.used(tokens);
    let world = gate.world();
    if let Some(embedder) = world.embedders.get(model) {
        let as_text = match body.get("encoding_format").and_then(Value::as_str) {
            None | Some("float") => false,
            Some("base64") => true,
            Some(other) => {
                let message = format!("encoding_format: is {other:?}; write \"float\" or \"base64\"");
                return Err(Problem::invalid("invalid_value", message).param("encoding_format"));
            }
        };
        let vectors = embedder.embed(texts).await?;
        let item = |(index, vector): (usize, Vec<f32>)| {
            let embedding = match as_text {
                true => {
                    json!(STANDARD.encode(vector.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>()))
                }
                false => json!(vector),
            };
            json!({ "object": "embedding", "index": index, "embedding": embedding })
        };
        let data: Vec<Value> = vectors.into_iter().enumerate().map(item).collect();
        let usage = json!({ "prompt_tokens": tokens, "total_tokens": tokens });
        return Ok(Json(json!({ "object": "list", "data": data, "model": model, "usage": usage })).into_response());
    }
    let may_ask = |target: &Arc<Target>| {
        target.info.tenants.as_ref().is_none_or(|tenants| tenants.contains(caller.tenant.as_str()))
    };
    let target = gate.0.completer.targets().get(model).filter(may_ask);
    let Some((target, relay)) = target.and_then(|target| target.model.relay().map(|relay| (target, relay))) else {
        let known: Vec<&str> = world.embedders.keys().map(String::as_str).collect();
        let message = format!("there is no embedding model {model:?}; there are: {}", known.join(", "));
        return Err(Problem::not_found("model_not_found", message).param("model"));
    };
    // No text has more tokens than bytes.
    let most = texts.iter().map(String::len).sum::<usize>() as u64;
    let worst = target.info.cost(&Counted { input_tokens: most, ..Counted::default() }).unwrap_or_default();
    let id = format!("embedding-{}", gate.world().entropy.ulid(gate.now_ms()).to_lowercase());
    let scopes = caller.scopes();
    gate.0.budgets.reserve(&id, &scopes, Money::from_dollars(worst)).await?;
    let paid = Paid { gate: gate.clone(), id, caller, target, is_reserved: !scopes.is_empty(), tokens };
    // Whoever hangs up pays all the same.
    let asked = tokio::spawn(async move { paid.ask(relay, &body).await }).await;
    let answer = asked.unwrap_or_else(|_| {
        let message =
            "the answer was given up: the process is stopping, or a bug; what it may have cost counts as spent";
        Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "answer_lost", message))
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], answer).into_response())
}

/// A call that is billed and audited.
struct Paid {
    gate: Gate,
    id: String,
    caller: Caller,
    target: Arc<Target>,
    is_reserved: bool,
    /// Of what is sent, estimated.
    tokens: u64,
}

impl Paid {
    async fn ask(self, relay: Arc<dyn Relay>, body: &Map<String, Value>) -> Result<Bytes, Problem> {
        let begun_ms = self.gate.now_ms();
        let answered = relay.embed(body).await.map_err(Fault::from);
        let now_ms = self.gate.now_ms();
        let told = answered.as_ref().ok().and_then(|answer| {
            let answer: Value = serde_json::from_slice(answer).ok()?;
            answer["usage"]["prompt_tokens"].as_u64()
        });
        let used = if answered.is_ok() { told.unwrap_or(self.tokens) } else { 0 };
        let attempt = ChatAttempt {
            target: self.target.info.name.clone(),
            outcome: answered.as_ref().map_or_else(|fault| fault.code.clone(), |_| "done".to_owned()),
            input_tokens: used,
            estimated: answered.is_ok() && told.is_none(),
            cost: self.target.info.cost(&Counted { input_tokens: used, ..Counted::default() }).unwrap_or_default(),
            whole_ms: (now_ms - begun_ms).max(0).unsigned_abs(),
            ..ChatAttempt::default()
        };
        let request = CompleteChatRequest {
            key: self.caller.key_id().to_owned(),
            reservation: if self.is_reserved { self.id.clone() } else { String::new() },
            decision: json!({ "rule": "named", "embedding": true }).to_string(),
            ..CompleteChatRequest::default()
        };
        let reply = CompleteChatReply::default();
        let result = answered.as_ref().map(|_| &reply);
        let tenant = self.caller.tenant.as_str();
        self.gate.0.settling.account(&self.id, tenant, &request, &[attempt], result, &[], now_ms).await?;
        answered.map_err(Problem::from)
    }
}

fn texts(body: &Map<String, Value>) -> Result<Vec<String>, Problem> {
    let refuse = |message: String| Err(Problem::invalid("invalid_value", format!("input: {message}")).param("input"));
    match body.get("input") {
        Some(Value::String(text)) if !text.is_empty() => Ok(vec![text.clone()]),
        Some(Value::Array(texts)) if (1..=MOST_TEXTS).contains(&texts.len()) => {
            let read = |text: &Value| text.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
            match texts.iter().map(read).collect::<Option<Vec<String>>>() {
                Some(texts) => Ok(texts),
                None => refuse("every element must be a text that is not empty; tokens are not taken".to_owned()),
            }
        }
        Some(Value::Array(texts)) => refuse(format!("has {} texts; write 1 to {MOST_TEXTS}", texts.len())),
        Some(Value::String(_)) => refuse("is empty; write a text".to_owned()),
        _ => refuse("write a text or an array of texts".to_owned()),
    }
}
