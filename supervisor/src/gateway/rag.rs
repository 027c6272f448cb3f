//! `rag/COLLECTION` as a target: the question is the last thing that the user says, the answer comes from documents, and its
//! citations are annotations.
//!
//! A target like any other: policies may name it, it has fallbacks and limits, its answers are logged, resumed, guarded, billed, and
//! asked for by every API. Asked, it starts an execution of its own, so retrieval and answer can be inspected and replayed. The answer
//! was checked against its documents before the first word of it is shown, so it comes at once.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_domain::chat::request;
use cueline_patterns::{chat::CLEARANCE, rag};
use cueline_ports::{Chat, ChatDelta, ExecutionStatus, Model, PortError, PortErrorKind, PortResult, Relay};
use cueline_protocol::ids::{ExecutionId, Tenant};
use cueline_runtime::{Engine, StartExecution};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use serde_json::{Map, Value, json};

/// Begins the names of these targets.
pub const RAG: &str = "rag/";

/// Who answers from documents, once there is an engine. Cloning gives another handle.
#[derive(Clone, Default)]
pub struct Answerers(Arc<OnceLock<Engine>>);

impl Answerers {
    /// From now on they can be asked.
    pub fn open(&self, engine: &Engine) {
        // Opened twice, it is the same engine.
        let _ = self.0.set(engine.clone());
    }

    /// The one of a collection.
    pub fn of(&self, collection: &str) -> Arc<dyn Model> {
        let name = format!("{RAG}{collection}");
        Arc::new(Answerer { collection: collection.to_owned(), name, engine: self.0.clone() })
    }
}

#[derive(Clone)]
struct Answerer {
    collection: String,
    name: String,
    engine: Arc<OnceLock<Engine>>,
}

#[async_trait]
impl Model for Answerer {
    fn name(&self) -> &str {
        &self.name
    }

    async fn chat(&self, _chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
        Err(unsupported("answers from documents are asked for by the gateway"))
    }

    fn relay(&self) -> Option<Arc<dyn Relay>> {
        Some(Arc::new(self.clone()))
    }
}

impl Answerer {
    /// What the workflow says to a question.
    async fn ask(&self, request: &Map<String, Value>, idempotency_key: &str) -> PortResult<Value> {
        let engine = self.engine.get().ok_or_else(|| PortError::unavailable("starting: ask again in a moment"))?;
        let facts = request::read(request).map_err(|refusal| {
            PortError::invalid(format!("{}: {}: {}", refusal.code, refusal.param, refusal.message))
        })?;
        if facts.question.trim().is_empty() {
            let message = "missing_required_parameter: messages: a question is needed; let the user say one";
            return Err(PortError::invalid(message));
        }
        let clearance = request.get(CLEARANCE).unwrap_or(&Value::Null);
        let tenant = clearance["tenant"].as_str().unwrap_or_default();
        let input = json!({
            "collection": self.collection,
            "question": facts.question,
            "groups": clearance["groups"].as_array().cloned().unwrap_or_default(),
            "tenant": tenant,
        });
        // The same try of the same answer is the same execution, in whatever process.
        let mut hasher = blake3::Hasher::new_derive_key("cueline 2026 answer from documents");
        hasher.update(self.name.as_bytes()).update(&[0]).update(idempotency_key.as_bytes());
        let invalid = |error: &dyn std::fmt::Display| PortError::invalid(format!("invalid_value: {error}"));
        let id =
            ExecutionId::new(format!("ask-{}", &hasher.finalize().to_hex()[..32])).map_err(|error| invalid(&error))?;
        let mut start = StartExecution::of(rag::ASK, input).with_id(id);
        if !tenant.is_empty() {
            start.tenant = Tenant::new(tenant).map_err(|error| invalid(&error))?;
        }
        let failed = |error: cueline_runtime::EngineError| PortError::unavailable(format!("answer_failed: {error}"));
        let started = engine.start(start).await.map_err(failed)?;
        let finished = engine.wait(&started.execution).await.map_err(failed)?;
        if finished.status == ExecutionStatus::Succeeded {
            return Ok(finished.output.map(|output| Value::clone(&output)).unwrap_or_default());
        }
        let failure = finished.failure.unwrap_or_default();
        Err(match failure.error.as_str() {
            "Cueline.InvalidRequest" => PortError::invalid(format!("invalid_value: {}", failure.cause)),
            _ => PortError::unavailable(format!("answer_failed: {}", failure.cause)),
        })
    }
}

#[async_trait]
impl Relay for Answerer {
    async fn complete(&self, request: &Map<String, Value>, idempotency_key: &str) -> PortResult<Bytes> {
        let output = self.ask(request, idempotency_key).await?;
        let message = json!({ "role": "assistant", "content": output["text"], "annotations": annotations(&output) });
        let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
        Ok(json!({ "choices": [choice], "usage": usage(&output) }).to_string().into())
    }

    async fn stream(
        &self,
        request: &Map<String, Value>,
        idempotency_key: &str,
    ) -> PortResult<BoxStream<'static, PortResult<Bytes>>> {
        // Within the stream, so that whoever waits for its first piece waits for this.
        let (this, request, key) = (self.clone(), request.clone(), idempotency_key.to_owned());
        let told = async move {
            let output = this.ask(&request, &key).await?;
            let delta = json!({ "role": "assistant", "content": output["text"], "annotations": annotations(&output) });
            let events = [
                json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] }),
                json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] }),
                json!({ "choices": [], "usage": usage(&output) }),
            ];
            let events = events.into_iter().map(|event| event.to_string()).chain(["[DONE]".to_owned()]);
            Ok(stream::iter(events.map(|event| Ok(Bytes::from(event)))))
        };
        let told = stream::once(told).flat_map(|told: PortResult<_>| match told {
            Ok(events) => events.boxed(),
            Err(error) => stream::iter([Err(error)]).boxed(),
        });
        Ok(told.boxed())
    }

    async fn embed(&self, _request: &Map<String, Value>) -> PortResult<Bytes> {
        Err(unsupported("answers from documents have no vectors"))
    }
}

fn unsupported(message: &str) -> PortError {
    PortError::new(PortErrorKind::Unsupported, format!("capability_missing: {message}"))
}

fn usage(output: &Value) -> Value {
    let count = |name: &str| output[name].as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let (read, written) = (count("inputTokens"), count("outputTokens"));
    json!({ "prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written })
}

/// Citations as OpenAI has them for files: where in the text the marker is, and what it refers to.
fn annotations(output: &Value) -> Vec<Value> {
    let text = output["text"].as_str().unwrap_or_default();
    let citation = |citation: &Value| {
        let number = citation["number"].as_u64().unwrap_or_default();
        let marker = format!("[{number}]");
        let at = text.find(&marker).map(|at| text[..at].chars().count());
        json!({ "type": "file_citation", "file_citation": {
            "file_id": citation["document"], "filename": citation["title"], "index": at, "quote": citation["quote"],
            "page": citation["page"], "chunk": citation["chunk"], "number": number,
        } })
    };
    output["citations"].as_array().into_iter().flatten().map(citation).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_are_where_their_markers_are() {
        let output = json!({ "text": "Über 30 days [1].", "citations": [
            { "number": 1, "document": "a.md", "title": "A", "quote": "30 days" }, { "number": 2, "document": "b.md" },
        ], "inputTokens": "12", "outputTokens": "3" });
        let cited = annotations(&output);
        assert_eq!(
            (&cited[0]["file_citation"]["index"], &cited[1]["file_citation"]["index"]),
            (&json!(13), &Value::Null)
        );
        assert_eq!(usage(&output)["total_tokens"], 15);
    }
}
