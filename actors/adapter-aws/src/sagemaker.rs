//! Models of your own behind a SageMaker endpoint.
//!
//! Bodies are JSON, as the Text Embeddings Inference container speaks it:
//!
//! ```text
//!   request   {"inputs": ["a text", "another"], "truncate": true}
//!   response  [[0.1, …], [0.2, …]]          or {"embeddings": [[0.1, …], [0.2, …]]}
//! ```
//!
//! One vector of the announced dimension per text, in order; longer texts are cut by the endpoint. Anything else that speaks
//! JSON is reached through [`SageMakerEndpoint::invoke`].

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_sdk_sagemakerruntime::{Client, primitives::Blob};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use cueline_domain::vectors::normalise;
use cueline_ports::{Embedder, EmbedderInfo, PortError, PortErrorKind, PortResult};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Connection, Meter, error::Call};

const JSON: &str = "application/json";
/// Requests of one call that are on their way at once.
const FLIGHTS: usize = 4;
/// Bytes of a body at most.
const MOST_BYTES: usize = 6 << 20;
/// Bytes of a text that are sent: more than any embedding model reads.
const LONGEST_TEXT: usize = 64 << 10;
/// Tries of a call, the first included.
const TRIES: u32 = 4;

/// An endpoint that speaks JSON. Clones share connections.
#[derive(Clone)]
pub struct SageMakerEndpoint {
    client: Client,
    endpoint: Arc<str>,
    /// Of an endpoint with several.
    component: Option<Arc<str>>,
    on: Arc<str>,
}

impl fmt::Debug for SageMakerEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SageMakerEndpoint").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl SageMakerEndpoint {
    /// Nothing is called yet. `component` names the inference component of an endpoint that has several.
    ///
    /// # Errors
    /// `endpoint_name_invalid`.
    pub fn new(connection: &Connection, endpoint: &str, component: Option<&str>, meter: Meter) -> PortResult<Self> {
        for name in [Some(endpoint), component].into_iter().flatten() {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            if !(1..=63).contains(&name.len()) || !name.bytes().all(allowed) {
                return Err(PortError::invalid(format!(
                    "endpoint_name_invalid: {name:?} is no endpoint of SageMaker; write 1 to 63 letters, digits and hyphens"
                )));
            }
        }
        // The service gives a model sixty seconds.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(70))
            .build();
        let config = aws_sdk_sagemakerruntime::config::Builder::from(&connection.sdk)
            .interceptor(meter)
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES))
            .timeout_config(timeouts)
            .build();
        let on = format!("endpoint {endpoint}").into();
        Ok(Self {
            client: Client::from_conf(config),
            endpoint: endpoint.into(),
            component: component.map(Into::into),
            on,
        })
    }

    /// The JSON that the endpoint answers to a body.
    ///
    /// # Errors
    /// When it refuses, or answers with something else.
    pub async fn invoke(&self, body: &Value) -> PortResult<Value> {
        let call = Call { action: "sagemaker:InvokeEndpoint", on: &self.on };
        let body = body.to_string();
        if body.len() > MOST_BYTES {
            let what = format!("the body has {} bytes: at most {MOST_BYTES} are possible", body.len());
            return Err(call.error(PortErrorKind::Invalid, &what));
        }
        let request = self
            .client
            .invoke_endpoint()
            .endpoint_name(&*self.endpoint)
            .set_inference_component_name(self.component.as_deref().map(str::to_owned))
            .content_type(JSON)
            .accept(JSON)
            .body(Blob::new(body));
        let answer = request.send().await.map_err(|error| call.failed(error))?;
        let body = answer.body.unwrap_or_else(|| Blob::new([]));
        serde_json::from_slice(body.as_ref()).map_err(|error| {
            let place = (error.line(), error.column());
            call.error(PortErrorKind::Unavailable, &format!("the answer is no JSON at {place:?}"))
        })
    }

    fn odd(&self, what: &str) -> PortError {
        Call { action: "sagemaker:InvokeEndpoint", on: &self.on }.error(PortErrorKind::Unavailable, what)
    }
}

/// An embedding model of your own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SageMakerEmbedderOptions {
    /// Stable name of the model, which collections record.
    pub model: String,
    /// Length of its vectors.
    pub dimension: usize,
    /// Tokens that it reads of a text.
    pub max_tokens: usize,
    /// Texts of a request at most: what the container takes.
    pub batch: usize,
}

impl SageMakerEmbedderOptions {
    /// 512 tokens, 32 texts a request.
    pub fn new(model: impl Into<String>, dimension: usize) -> Self {
        Self { model: model.into(), dimension, max_tokens: 512, batch: 32 }
    }
}

/// An embedding model of your own behind an endpoint.
#[derive(Debug, Clone)]
pub struct SageMakerEmbedder {
    endpoint: SageMakerEndpoint,
    options: Arc<SageMakerEmbedderOptions>,
}

impl SageMakerEmbedder {
    /// Behind an endpoint that speaks as described above.
    pub fn new(endpoint: SageMakerEndpoint, options: SageMakerEmbedderOptions) -> Self {
        Self { endpoint, options: Arc::new(options) }
    }

    async fn batch(&self, texts: &[String]) -> PortResult<Vec<Vec<f32>>> {
        let inputs: Vec<&str> = texts.iter().map(|text| beginning(text)).collect();
        let answer = self.endpoint.invoke(&json!({ "inputs": inputs, "truncate": true })).await?;
        let vectors: Vectors = serde_json::from_value(answer)
            .map_err(|_| self.endpoint.odd("the answer is no list of vectors, nor an object with `embeddings`"))?;
        let mut vectors = vectors.into_list();
        if vectors.len() != texts.len() {
            return Err(self.endpoint.odd(&format!("it gave {} vectors for {} texts", vectors.len(), texts.len())));
        }
        for vector in &mut vectors {
            if vector.len() != self.options.dimension {
                let (found, wanted) = (vector.len(), self.options.dimension);
                return Err(self.endpoint.odd(&format!("it gave a vector of {found} numbers instead of {wanted}")));
            }
            if !normalise(vector) {
                return Err(self.endpoint.odd("it gave a vector without a direction"));
            }
        }
        Ok(vectors)
    }
}

/// What is sent of a text; blank text is refused by many containers, and has no meaning.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or(text);
    if text.trim().is_empty() { "." } else { text }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Vectors {
    Plain(Vec<Vec<f32>>),
    Named { embeddings: Vec<Vec<f32>> },
}

impl Vectors {
    fn into_list(self) -> Vec<Vec<f32>> {
        match self {
            Self::Plain(vectors) | Self::Named { embeddings: vectors } => vectors,
        }
    }
}

#[async_trait]
impl Embedder for SageMakerEmbedder {
    fn info(&self) -> EmbedderInfo {
        let SageMakerEmbedderOptions { model, dimension, max_tokens, .. } = &*self.options;
        EmbedderInfo { model: model.clone(), dimension: *dimension, max_tokens: *max_tokens }
    }

    async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
        let batches = texts.chunks(self.options.batch.max(1));
        let requests: Vec<_> = batches.map(|batch| self.batch(batch).boxed()).collect();
        let made: Vec<Vec<Vec<f32>>> = stream::iter(requests).buffered(FLIGHTS).try_collect().await?;
        Ok(made.into_iter().flatten().collect())
    }
}
