//! One call of a target as a stream of what it says, whatever language it speaks.

use std::borrow::Cow;

use bytes::Bytes;
use cueline_domain::chat::{
    ear::Ear,
    judge::{Judge, Outcome},
    piece::{Heard, hear},
};
use cueline_ports::{PortError, PortErrorKind, PortResult};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use serde_json::{Map, Value, json};

use super::{PATTERN, complete::ChatCall, targets::Target, translate};

/// Under which a target that answers from documents is told on whose behalf.
pub const CLEARANCE: &str = "cueline";

/// A request as its target reads it.
fn addressed<'a>(target: &Target, request: &'a Map<String, Value>, call: &ChatCall<'_>) -> Cow<'a, Map<String, Value>> {
    let mut request = call.rules.told(request);
    if target.info.is_cleared {
        // Whatever the caller wrote there is not what it may see.
        request.to_mut().insert(CLEARANCE.into(), json!({ "tenant": call.tenant, "groups": call.groups }));
    }
    request
}

/// Opens a stream. An error: nothing was said.
pub(super) async fn open(
    target: &Target,
    request: &Map<String, Value>,
    call: &ChatCall<'_>,
    idempotency_key: &str,
) -> PortResult<BoxStream<'static, PortResult<Heard>>> {
    let request = addressed(target, request, call);
    if let Some(relay) = target.model.relay() {
        let events = relay.stream(&request, idempotency_key).await?;
        let mut ear = Ear::default();
        return Ok(events.map(move |event| event.map(|data| ear.hear(&data))).boxed());
    }
    let mut chat = translate::chat(&request)?;
    (chat.idempotency_key, chat.pattern) = (Some(idempotency_key.to_owned()), Some(PATTERN));
    let deltas = target.model.chat(chat).await?;
    let mut calls = 0;
    let events = deltas.flat_map(move |delta| match delta {
        Ok(delta) => {
            let is_end = matches!(delta, cueline_ports::ChatDelta::End { .. });
            let events = translate::events(delta, &mut calls);
            let heard = events.into_iter().map(|event| Ok(hear(event.to_string().as_bytes())));
            let done = is_end.then_some(Ok(Heard::Done));
            stream::iter(heard.chain(done).collect::<Vec<_>>())
        }
        Err(error) => stream::iter(vec![Err(error)]),
    });
    Ok(events.boxed())
}

/// Asks for a whole answer: a `chat.completion`.
pub(super) async fn whole(target: &Target, call: &ChatCall<'_>) -> PortResult<Bytes> {
    if let Some(relay) = target.model.relay() {
        return relay.complete(&addressed(target, call.body, call), call.idempotency_key).await;
    }
    let mut judge = Judge::default();
    let mut heard = open(target, call.body, call, call.idempotency_key).await?;
    let outcome = loop {
        match heard.next().await {
            Some(event) => {
                if let Some(outcome) = judge.hear(&event?) {
                    break outcome;
                }
            }
            None => break judge.end(),
        }
    };
    if outcome != Outcome::Complete {
        let message = format!("{}: the target's answer broke off", outcome.code());
        return Err(PortError::new(PortErrorKind::Unavailable, message));
    }
    let usage = judge.usage().unwrap_or_default();
    let body = json!({
        "choices": judge.whole().choices(),
        "usage": {
            "prompt_tokens": usage.input_tokens,
            "completion_tokens": usage.output_tokens,
            "total_tokens": usage.input_tokens + usage.output_tokens,
            "prompt_tokens_details": {
                "cached_tokens": usage.cached_tokens, "cache_creation_tokens": usage.cache_written_tokens,
            },
        },
    });
    Ok(body.to_string().into())
}
