//! `POST /v1/embeddings`: by an embedding model of ours, or a target that has them.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
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
    let target = gate.0.completer.targets().get(model);
    let Some(relay) = target.and_then(|target| target.model.relay()) else {
        let known: Vec<&str> = world.embedders.keys().map(String::as_str).collect();
        let message = format!("there is no embedding model {model:?}; there are: {}", known.join(", "));
        return Err(Problem::not_found("model_not_found", message).param("model"));
    };
    let answer = relay.embed(body).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], answer).into_response())
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
