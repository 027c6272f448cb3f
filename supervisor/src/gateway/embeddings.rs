//! `POST /v1/embeddings`: by an embedding model of ours, or a target that has them.
//!
//! A target is asked as for an answer: it is waited for before one that is busy, and how it does is noted. Nothing here is changed by
//! a call, so it can be repeated as it is: an `Idempotency-Key` is not needed and not looked at.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cueline_domain::{
    chat::{attempts::Blame, piece::Counted},
    governance::money::Money,
};
use cueline_patterns::chat::{Fault, Target};
use cueline_ports::{Embedder, Relay};
use cueline_protocol::v1::{ChatAttempt, CompleteChatReply, CompleteChatRequest};
use serde_json::{Map, Value, json};

use super::{
    Gate,
    caller::Caller,
    chat::named,
    extract::Body,
    problem::Problem,
    settling::Ended,
    turn::{open, unpriced},
};

/// Texts of one request at most, as OpenAI has it.
const MOST_TEXTS: usize = 2_048;

/// What vectors are wanted of.
#[derive(Debug, PartialEq)]
enum Input {
    Texts(Vec<String>),
    /// Texts as tokens of the model that is asked; so many.
    Tokens(u64),
}

pub(super) async fn embed(State(gate): State<Gate>, caller: Caller, body: Body) -> Response {
    match serve(&gate, caller, body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn serve(gate: &Gate, caller: Caller, body: Body) -> Result<Response, Problem> {
    open(gate)?;
    let body = body.object()?;
    let Some(model) = body.get("model").and_then(Value::as_str).filter(|model| !model.is_empty()) else {
        return Err(Problem::invalid("missing_required_parameter", "model: name an embedding model").param("model"));
    };
    if !caller.may_use(model) {
        let message = format!("key {} may not use {model:?}", caller.key_id());
        return Err(Problem::new(StatusCode::FORBIDDEN, "model_not_allowed", message).param("model"));
    }
    let input = Input::of(&body)?;
    let mut permit = gate.0.limits.take(&caller.limits(), input.tokens())?;
    permit.used(input.tokens());
    let world = gate.world();
    if let Some(embedder) = world.embedders.get(model) {
        return embedded(&**embedder, model, &body, input).await;
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
    let scopes = caller.scopes();
    let worst = target.info.cost(&Counted { input_tokens: input.most(), ..Counted::default() });
    if worst.is_none() && !scopes.is_empty() {
        return Err(unpriced(std::slice::from_ref(&target.info.name)));
    }
    let worst = worst.unwrap_or_default();
    let id = format!("embedding-{}", gate.world().entropy.ulid(gate.now_ms()).to_lowercase());
    gate.0.budgets.reserve(&id, &scopes, Money::from_dollars(worst)).await?;
    let paid = Paid { gate: gate.clone(), id: id.clone(), caller, target, is_reserved: !scopes.is_empty(), input };
    // Whoever hangs up pays all the same.
    let asked = tokio::spawn(async move { paid.ask(relay, &body).await }).await;
    let answer = asked.unwrap_or_else(|_| {
        let message =
            "the answer was given up: the process is stopping, or a bug; what it may have cost counts as spent";
        Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "answer_lost", message))
    });
    let answer = answer.map_err(|problem| problem.of(&id))?;
    let mut response = ([(header::CONTENT_TYPE, "application/json")], answer).into_response();
    named(&mut response, &id);
    Ok(response)
}

/// By a model of ours.
async fn embedded(
    embedder: &dyn Embedder,
    model: &str,
    body: &Map<String, Value>,
    input: Input,
) -> Result<Response, Problem> {
    let tokens = input.tokens();
    let Input::Texts(texts) = input else {
        let message = format!("input: {model} reads texts and has tokens of its own; send texts instead of tokens");
        return Err(Problem::invalid("tokens_unsupported", message).param("input"));
    };
    let has = embedder.info().dimension;
    if let Some(wanted) = body.get("dimensions").filter(|wanted| !wanted.is_null() && **wanted != json!(has)) {
        let message =
            format!("dimensions: is {wanted}; vectors of {model} have {has} numbers, and no part of one is one");
        return Err(Problem::invalid("dimensions_unsupported", message).param("dimensions"));
    }
    let as_text = match body.get("encoding_format") {
        None | Some(Value::Null) => false,
        Some(form) if form == "float" => false,
        Some(form) if form == "base64" => true,
        Some(other) => {
            let message = format!("encoding_format: is {other}; write \"float\" or \"base64\"");
            return Err(Problem::invalid("invalid_value", message).param("encoding_format"));
        }
    };
    let vectors = embedder.embed(texts).await?;
    let item = |(index, vector): (usize, Vec<f32>)| {
        let embedding = match as_text {
            true => json!(STANDARD.encode(vector.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>())),
            false => json!(vector),
        };
        json!({ "object": "embedding", "index": index, "embedding": embedding })
    };
    let data: Vec<Value> = vectors.into_iter().enumerate().map(item).collect();
    let usage = json!({ "prompt_tokens": tokens, "total_tokens": tokens });
    Ok(Json(json!({ "object": "list", "data": data, "model": model, "usage": usage })).into_response())
}

/// A call that is billed and audited.
struct Paid {
    gate: Gate,
    id: String,
    caller: Caller,
    target: Arc<Target>,
    is_reserved: bool,
    input: Input,
}

impl Paid {
    async fn ask(self, relay: Arc<dyn Relay>, body: &Map<String, Value>) -> Result<Bytes, Problem> {
        let begun_ms = self.gate.now_ms();
        let answered = self.answered(&*relay, body).await;
        let now_ms = self.gate.now_ms();
        let told = answered.as_ref().ok().and_then(|answer| {
            let answer: Value = serde_json::from_slice(answer).ok()?;
            answer["usage"]["prompt_tokens"].as_u64()
        });
        let used = if answered.is_ok() { told.unwrap_or(self.input.tokens()) } else { 0 };
        let attempt = ChatAttempt {
            target: self.target.info.name.clone(),
            outcome: answered.as_ref().map_or_else(|fault| fault.code.clone(), |_| "done".to_owned()),
            input_tokens: used,
            estimated: answered.is_ok() && told.is_none() && matches!(self.input, Input::Texts(_)),
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
        let attempts = [attempt];
        let ended = Ended {
            execution: &self.id,
            tenant,
            request: &request,
            attempts: &attempts,
            result,
            findings: &[],
            now_ms,
        };
        self.gate.0.settling.account(&ended).await?;
        answered.map_err(Problem::from)
    }

    /// Waits for its turn and asks. How the target does is noted; as it was named, it is asked even if it fails just now.
    async fn answered(&self, relay: &dyn Relay, body: &Map<String, Value>) -> Result<Bytes, Fault> {
        let (target, clock, tenant) = (&self.target, &self.gate.world().clock, self.caller.tenant.as_str());
        let weight = self.gate.0.tenants.of(tenant).weight.unwrap_or(1);
        let entered = target.turnstile.enter(clock, tenant, weight, || self.input.tokens()).await;
        let _pass = entered.map_err(|turned| Fault::busy(&target.info.name, &turned))?;
        let answered = relay.embed(body).await.map_err(Fault::from);
        match &answered {
            Ok(_) => target.succeeded(clock.now_ms()),
            // One that has no embeddings still answers questions: only what would have failed them is held against it.
            Err(fault) if fault.blame == Blame::Moment => target.failed(clock.now_ms(), fault.retry_after_ms),
            Err(_) => {}
        }
        answered
    }
}

impl Input {
    fn of(body: &Map<String, Value>) -> Result<Self, Problem> {
        let refuse =
            |message: String| Err(Problem::invalid("invalid_value", format!("input: {message}")).param("input"));
        let items = match body.get("input") {
            Some(Value::String(text)) if text.is_empty() => return refuse("is empty; write a text".to_owned()),
            Some(Value::String(text)) => return Ok(Self::Texts(vec![text.clone()])),
            Some(Value::Array(items)) => items,
            _ => return refuse("write a text, an array of texts, or tokens".to_owned()),
        };
        // Tokens of one text: however many the model reads.
        if let Some(count) = tokens(items) {
            return Ok(Self::Tokens(count));
        }
        if !(1..=MOST_TEXTS).contains(&items.len()) {
            return refuse(format!("has {} texts; write 1 to {MOST_TEXTS}", items.len()));
        }
        let read = |text: &Value| text.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        if let Some(texts) = items.iter().map(read).collect() {
            return Ok(Self::Texts(texts));
        }
        match items.iter().map(|item| tokens(item.as_array()?)).sum() {
            Some(count) => Ok(Self::Tokens(count)),
            None => refuse("elements are neither all texts nor all tokens, or one is empty".to_owned()),
        }
    }

    /// How many tokens it has; of texts an estimate.
    fn tokens(&self) -> u64 {
        match self {
            Self::Texts(texts) => texts.iter().map(|text| text.chars().count() as u64).sum::<u64>().div_ceil(4),
            Self::Tokens(count) => *count,
        }
    }

    /// How many it may have at most.
    fn most(&self) -> u64 {
        match self {
            // No text has more tokens than bytes.
            Self::Texts(texts) => texts.iter().map(String::len).sum::<usize>() as u64,
            Self::Tokens(count) => *count,
        }
    }
}

/// How many tokens these are, if they are nothing else.
fn tokens(items: &[Value]) -> Option<u64> {
    let are_all = items.iter().all(|item| item.as_u64().is_some_and(|token| u32::try_from(token).is_ok()));
    (are_all && !items.is_empty()).then_some(items.len() as u64)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use cueline_ports::{EmbedderInfo, PortResult};
    use futures::FutureExt;

    use super::*;

    struct Halves;

    #[async_trait]
    impl Embedder for Halves {
        fn info(&self) -> EmbedderInfo {
            EmbedderInfo { model: "halves".into(), dimension: 2, max_tokens: 9 }
        }

        async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
            Ok(vec![vec![0.5, 0.5]; texts.len()])
        }
    }

    #[test]
    fn a_model_of_ours_does_what_is_asked_or_says_that_it_does_not() {
        let of = |more: Value| {
            let Value::Object(mut body) = json!({ "input": "text" }) else { panic!("an object") };
            body.extend(more.as_object().unwrap().clone());
            let embedded = embedded(&Halves, "halves", &body, Input::of(&body).unwrap()).now_or_never().unwrap();
            embedded.map(|response| response.status().as_u16()).map_err(|problem| problem.code().to_owned())
        };
        for more in [json!({}), json!({ "dimensions": 2, "encoding_format": "base64" }), json!({ "dimensions": null })]
        {
            assert_eq!(of(more.clone()), Ok(200), "{more}");
        }
        for (more, code) in [
            (json!({ "dimensions": 1 }), "dimensions_unsupported"),
            (json!({ "dimensions": "2" }), "dimensions_unsupported"),
            (json!({ "encoding_format": "hex" }), "invalid_value"),
            (json!({ "input": [1, 2] }), "tokens_unsupported"),
        ] {
            assert_eq!(of(more.clone()), Err(code.to_owned()), "{more}");
        }
    }

    #[test]
    fn texts_and_tokens_are_told_apart_and_counted() {
        let of = |input: Value| {
            let Value::Object(body) = json!({ "input": input }) else { panic!("an object") };
            Input::of(&body).map_err(|problem| problem.body()["error"]["message"].as_str().unwrap().to_owned())
        };
        assert_eq!(of(json!("ab")), Ok(Input::Texts(vec!["ab".into()])));
        assert_eq!(of(json!(["a", "b"])), Ok(Input::Texts(vec!["a".into(), "b".into()])));
        assert_eq!(of(json!([7, 8, 9])), Ok(Input::Tokens(3)));
        assert_eq!(of(json!([[7, 8], [9]])), Ok(Input::Tokens(3)));
        assert_eq!(of(json!(vec![1; 5_000])), Ok(Input::Tokens(5_000)), "one text of so many tokens");
        for (input, told) in [
            (json!(null), "input: write a text"),
            (json!(""), "input: is empty"),
            (json!([]), "input: has 0 texts"),
            (json!(vec!["a"; 2_049]), "input: has 2049 texts"),
            (json!(["a", ""]), "input: elements are neither"),
            (json!(["a", 1]), "input: elements are neither"),
            (json!([[1], []]), "input: elements are neither"),
            (json!([[1], ["a"]]), "input: elements are neither"),
            (json!([-1, 2]), "input: elements are neither"),
            (json!([1.5]), "input: elements are neither"),
            (json!([4_294_967_296_u64]), "input: elements are neither"),
        ] {
            let error = of(input.clone()).unwrap_err();
            assert!(error.starts_with(told), "{input}: {error}");
        }
        let euros = Input::Texts(vec!["€€€€".into(), "€".into()]);
        assert_eq!((euros.tokens(), euros.most(), Input::Tokens(9).most()), (2, 15, 9));
    }
}
