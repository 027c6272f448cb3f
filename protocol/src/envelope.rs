//! A cue as it came from a queue: protobuf of our own, or JSON of a state machine that runs on AWS Step Functions.
//!
//! ```json
//! {
//!   "resource": "cueline:retrieval.retrieve",
//!   "request": {"collection": "hr", "question": "…"},
//!   "replyTo": {"taskToken": "…"},
//!   "tenant": "acme",
//!   "idempotencyKey": "…", "deadlineMs": 1767225600000, "heartbeatMs": 60000, "id": "…",
//!   "trace": {"traceparent": "…"}
//! }
//! ```
//!
//! The first three fields are required; the last line and the key have defaults. No protobuf of ours begins with `{`: as a tag that
//! would be a group, which proto3 does not have.

use prost::Message;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    ids::Tenant,
    tasks::contract,
    v1::{Envelope, ReplyTo, TraceContext, reply_to::Target},
};

/// The longest token of Step Functions.
const LONGEST_TOKEN: usize = 2_048;

/// A message that nobody can be called by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an envelope: {0}")]
pub struct Unreadable(String);

/// A message that says whose turn it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The cue. Of a state machine's it has neither execution nor task.
    pub envelope: Envelope,
    /// Why its arguments are none for its resource. Who waits can be told so.
    pub misfit: Option<String>,
}

impl Received {
    /// The token that its sender waits for, if that is a state machine.
    pub fn task_token(&self) -> Option<&str> {
        match self.envelope.reply_to.as_ref()?.target.as_ref()? {
            Target::StepFunctionsTaskToken(token) => Some(token),
            Target::Execution(_) => None,
        }
    }
}

/// Reads the body of a message.
pub fn read(body: &[u8]) -> Result<Received, Unreadable> {
    if body.trim_ascii_start().first() == Some(&b'{') {
        return from_json(body);
    }
    let envelope = Envelope::decode(body).map_err(|error| Unreadable(error.to_string()))?;
    Ok(Received { envelope, misfit: None })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Sent {
    resource: String,
    #[serde(default)]
    request: Option<Value>,
    reply_to: SentReplyTo,
    #[serde(default)]
    tenant: Option<String>,
    #[serde(default)]
    id: String,
    #[serde(default)]
    idempotency_key: String,
    #[serde(default)]
    deadline_ms: i64,
    #[serde(default)]
    heartbeat_ms: i64,
    #[serde(default)]
    trace: Option<TraceContext>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SentReplyTo {
    #[serde(alias = "stepFunctionsTaskToken")]
    task_token: String,
}

fn from_json(body: &[u8]) -> Result<Received, Unreadable> {
    let sent: Sent = serde_json::from_slice(body).map_err(|error| Unreadable(error.to_string()))?;
    let token = sent.reply_to.task_token;
    if token.is_empty() || token.len() > LONGEST_TOKEN {
        let what = format!("replyTo.taskToken has {} bytes: 1 to {LONGEST_TOKEN} are possible", token.len());
        return Err(Unreadable(what));
    }
    let (mut request, mut misfit) = (bytes::Bytes::new(), None);
    if let Some(contract) = contract(&sent.resource) {
        match contract.request_from_json(&sent.request.unwrap_or_else(|| json!({}))) {
            Ok(encoded) => request = encoded,
            Err(error) => misfit = Some(error.to_string()),
        }
    }
    let tenant = match sent.tenant.map(Tenant::new) {
        None => Tenant::single(),
        Some(Ok(tenant)) => tenant,
        Some(Err(error)) => {
            misfit = Some(error.to_string());
            Tenant::single()
        }
    };
    // A definition may name the task as Step Functions do.
    let resource = contract(&sent.resource).map_or(sent.resource, |contract| contract.resource.to_owned());
    let envelope = Envelope {
        id: sent.id,
        resource,
        attempt: 1,
        deadline_ms: sent.deadline_ms,
        heartbeat_ms: sent.heartbeat_ms,
        idempotency_key: sent.idempotency_key,
        tenant: tenant.to_string(),
        trace: sent.trace,
        reply_to: Some(ReplyTo { target: Some(Target::StepFunctionsTaskToken(token)) }),
        request,
        ..Envelope::default()
    };
    Ok(Received { envelope, misfit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{tasks::Noop, tasks::Task, v1::NoopRequest};

    fn received(json: Value) -> Result<Received, Unreadable> {
        read(json.to_string().as_bytes())
    }

    #[test]
    fn a_state_machine_calls_with_json_and_waits_for_its_token() {
        let message = json!({
            "resource": Noop::RESOURCE,
            "request": {"value": {"order": 7}, "delayMs": 3},
            "replyTo": {"taskToken": "AAAA"},
            "tenant": "acme",
            "heartbeatMs": 60_000,
            "trace": {"traceparent": "00-1-2-01"},
        });
        let received = received(message).unwrap();
        assert_eq!((received.task_token(), &received.misfit), (Some("AAAA"), &None));
        let Envelope { resource, tenant, request, heartbeat_ms, attempt, trace, .. } = received.envelope;
        assert_eq!((resource.as_str(), tenant.as_str(), heartbeat_ms, attempt), (Noop::RESOURCE, "acme", 60_000, 1));
        assert_eq!(trace.unwrap().traceparent, "00-1-2-01");
        let request = NoopRequest::decode(request).unwrap();
        assert_eq!(request.delay_ms, 3);
    }

    #[test]
    fn ours_is_protobuf() {
        let reply_to = ReplyTo { target: Some(Target::Execution(true)) };
        let ours = Envelope {
            execution: "e".into(),
            task: 3,
            heartbeat_ms: 1,
            reply_to: Some(reply_to),
            ..Envelope::default()
        };
        let received = read(&ours.encode_to_vec()).unwrap();
        assert_eq!(received, Received { envelope: ours, misfit: None });
        assert_eq!(received.task_token(), None);
    }

    #[test]
    fn who_waits_is_told_what_is_wrong_with_the_arguments() {
        let with = |field: &str, value: Value| {
            let mut message = json!({"resource": Noop::RESOURCE, "replyTo": {"taskToken": "t"}});
            message[field] = value;
            let received = received(message).unwrap();
            assert_eq!(received.task_token(), Some("t"));
            received.misfit
        };
        assert_eq!(with("request", json!({"value": null})), None);
        assert!(with("request", json!({"valeu": 1})).unwrap().contains("valeu"));
        assert!(with("tenant", json!("a b")).unwrap().contains("tenant"));
        // Nobody serves it: that is said where it is looked for.
        assert_eq!(with("resource", json!("cueline:bench.nothing")), None);
    }

    #[test]
    fn a_message_without_a_token_is_for_nobody() {
        let error = |json: Value| received(json).unwrap_err().to_string();
        assert!(error(json!({"resource": "cueline:bench.noop"})).contains("replyTo"));
        assert!(error(json!({"resource": "r", "replyTo": {}})).contains("taskToken"));
        assert!(error(json!({"resource": "r", "replyTo": {"taskToken": ""}})).contains("1 to 2048"));
        assert!(error(json!({"resource": "r", "replyTo": {"taskToken": "t"}, "tenatn": "x"})).contains("tenatn"));
        assert!(read(b"{\"resource\": ").is_err());
        assert!(read(b"hello").is_err());
    }
}
