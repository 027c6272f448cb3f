//! Under which id an answer is kept, and the answer that is kept under an id.

use std::time::Duration;

use axum::http::HeaderMap;
use cueline_patterns::chat::CHAT;
use cueline_ports::ExecutionSummary;
use cueline_protocol::ids::{ExecutionId, InvalidId};
use ulid::Ulid;

use super::{
    Gate,
    caller::Caller,
    follow::{error_of, first_error},
    problem::Problem,
};

/// The header that makes a request one request however often it is sent.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// An answer is recorded beside the response: who asks for it again may be quicker.
const PATIENCE: [u64; 4] = [10, 40, 150, 500];
/// Milliseconds after which an answer is recorded or will never be.
const NEW_MS: i64 = 5_000;
/// Answers that one key may release at most; then the last failure stands.
const MOST_RELEASED: usize = 100;

/// The reader of headers that text is expected in.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let key = headers.get(IDEMPOTENCY_KEY).map(|key| key.to_str().map(str::to_owned)).transpose();
    key.map_err(|_| Problem::invalid("idempotency_key_invalid", "Idempotency-Key is no ASCII text"))
}

/// The id of an answer: of its key if it has one, so that the same key is the same answer. An answer of which nothing was seen
/// before it failed for a reason that passes does not use a key up: who asks again is answered anew.
pub(super) async fn id_of(
    gate: &Gate,
    prefix: &str,
    caller: &Caller,
    key: Option<&str>,
) -> Result<ExecutionId, Problem> {
    let invalid = |error: InvalidId| Problem::invalid("idempotency_key_invalid", error.to_string());
    let Some(key) = key else {
        let id = format!("{prefix}{}", gate.world().entropy.ulid(gate.now_ms()).to_lowercase());
        return ExecutionId::new(id).map_err(invalid);
    };
    let mut hasher = blake3::Hasher::new_derive_key("cueline 2026 idempotency key");
    hasher.update(caller.tenant.as_str().as_bytes()).update(&[0]).update(key.as_bytes());
    let named = format!("{prefix}{}", &hasher.finalize().to_hex()[..32]);
    let mut id = ExecutionId::new(&named).map_err(invalid)?;
    for again in 1..MOST_RELEASED {
        if !is_released(gate, &id).await? {
            break;
        }
        id = ExecutionId::new(format!("{named}-{again}")).map_err(invalid)?;
    }
    Ok(id)
}

/// Whether an answer failed before anything was seen of it, and may not the next time: the first of its log is its end.
async fn is_released(gate: &Gate, id: &ExecutionId) -> Result<bool, Problem> {
    let frames = gate.0.completer.log().read(id.as_str(), 0).await?;
    Ok(first_error(&frames).is_some_and(|frame| error_of(frame).passes()))
}

/// When an answer was asked for, as its id says; `None` where its caller named it, or where it is no id of ours.
pub(super) fn made_ms(id: &str) -> Option<i64> {
    let made = id.rsplit(['-', '_']).next()?;
    i64::try_from(Ulid::from_string(&made.to_uppercase()).ok()?.timestamp_ms()).ok()
}

/// The row of an answer that the caller may see; nothing where there is none, and where it is somebody else's.
pub(super) async fn summary_of(
    gate: &Gate,
    caller: &Caller,
    id: &str,
) -> Result<Option<(ExecutionId, ExecutionSummary)>, Problem> {
    let Ok(execution) = ExecutionId::new(id) else { return Ok(None) };
    let mut found = gate.world().journal.summary(&execution).await?;
    let is_new = made_ms(id).is_some_and(|made_ms| (gate.now_ms() - made_ms).abs() < NEW_MS);
    for pause in PATIENCE {
        if found.is_some() || !is_new {
            break;
        }
        gate.world().clock.sleep(Duration::from_millis(pause)).await;
        found = gate.world().journal.summary(&execution).await?;
    }
    let is_theirs = |summary: &ExecutionSummary| summary.tenant == caller.tenant.as_str() && summary.workflow == CHAT;
    Ok(found.filter(is_theirs).map(|summary| (execution, summary)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_when_it_was_made() {
        assert_eq!(made_ms("resp_01arz3ndektsv4rrffq69g5fav"), Some(1_469_922_850_259));
        assert_eq!(made_ms("chatcmpl-01ARZ3NDEKTSV4RRFFQ69G5FAV"), Some(1_469_922_850_259));
        for other in ["", "chatcmpl-", "chatcmpl-0f3ac1", "chatcmpl-c6b2e1c1a5a24bb0a4a1f6f0e5f0d3c7", "resp_nobody"] {
            assert_eq!(made_ms(other), None, "{other}");
        }
    }
}
