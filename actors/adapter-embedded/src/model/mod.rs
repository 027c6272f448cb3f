//! Chat models behind an OpenAI-compatible URL: a local server or a remote one.
//!
//! | module | does |
//! |---|---|
//! | `reply` | a response on its way, within its time |
//! | `relay` | requests and answers as they are |
//!
//! The language itself is [`cueline_ports::openai`].

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use cueline_ports::{Chat, ChatDelta, Model, PortError, PortErrorKind, PortResult, Relay, openai};
use futures::{StreamExt, stream::BoxStream};
use reqwest::{
    Client, RequestBuilder, Response, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
};
use tokio::time::{Instant, timeout_at};

mod relay;
mod reply;
#[cfg(test)]
mod tests;

/// Of the body of a refusal, this much is read.
const LONGEST_REFUSAL: usize = 64 << 10;

/// How to reach a chat model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OpenAiOptions {
    /// Up to and including the version, e.g. `http://localhost:11434/v1`.
    pub base_url: String,
    /// Name of the model as the server knows it.
    pub model: String,
    /// Name of the environment variable that holds the API key; never the key itself.
    pub api_key_env: Option<String>,
    /// Until the connection stands.
    pub connect_timeout: Duration,
    /// From the request to the first delta.
    pub first_token_timeout: Duration,
    /// Between two deltas.
    pub gap_timeout: Duration,
}

impl OpenAiOptions {
    /// With timeouts of 5, 60 and 30 seconds and no key.
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            api_key_env: None,
            connect_timeout: Duration::from_secs(5),
            first_token_timeout: Duration::from_secs(60),
            gap_timeout: Duration::from_secs(30),
        }
    }
}

/// A chat model behind an OpenAI-compatible URL. Clones share connections.
#[derive(Clone)]
pub struct OpenAiModel(Arc<Server>);

/// The server of a model.
struct Server {
    options: OpenAiOptions,
    chat: Url,
    embeddings: Url,
    client: Client,
    key: Option<Key>,
}

/// A secret that no log shows.
#[derive(Clone)]
struct Key(String);

impl fmt::Debug for OpenAiModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiModel").field("options", &self.0.options).finish_non_exhaustive()
    }
}

impl OpenAiModel {
    /// Checks the options and reads the key; nothing is sent yet.
    pub fn new(options: OpenAiOptions) -> PortResult<Self> {
        let invalid = |what: &str| PortError::invalid(format!("model_url_invalid: base_url {what}"));
        let base = options.base_url.trim_end_matches('/');
        let of = |path: &str| {
            Url::parse(&format!("{base}/{path}"))
                .map_err(|error| invalid("is no URL, write e.g. http://localhost:11434/v1").with_source(error))
        };
        let (chat, embeddings) = (of("chat/completions")?, of("embeddings")?);
        if !matches!(chat.scheme(), "http" | "https") {
            return Err(invalid("must begin with http:// or https://"));
        }
        if !chat.username().is_empty() || chat.password().is_some() || chat.query().is_some() {
            return Err(invalid("must not hold a password or parameters; name the key's variable in api_key_env"));
        }
        let key = options.api_key_env.as_deref().map(read_key).transpose()?;
        crate::install_tls();
        let client = Client::builder()
            .connect_timeout(options.connect_timeout)
            // A key must not follow wherever a server points.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| PortError::unavailable("model_client: the HTTP client cannot start").with_source(error))?;
        Ok(Self(Arc::new(Server { options, chat, embeddings, client, key })))
    }
}

impl Server {
    fn request(&self, chat: &Chat) -> PortResult<RequestBuilder> {
        let body = openai::request(chat);
        let body = openai::Sent { request: &body, model: Some(&self.options.model), streams: true };
        let request = self.client.post(self.chat.clone()).json(&body);
        self.signed(request, chat.idempotency_key.as_deref())
    }

    fn signed(&self, mut request: RequestBuilder, idempotency_key: Option<&str>) -> PortResult<RequestBuilder> {
        if let Some(Key(key)) = &self.key {
            let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| {
                PortError::invalid("model_key_invalid: the API key has characters that no header can hold")
            })?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        Ok(request)
    }

    /// A response that is one: refusals are errors.
    async fn send(&self, request: RequestBuilder, deadline: Instant) -> PortResult<Response> {
        let response = timeout_at(deadline, request.send())
            .await
            .map_err(|_| self.told(reply::too_slow(true, self.options.first_token_timeout)))?
            .map_err(|error| self.told(broken(error)))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let retry_after = retry_after(response.headers());
        let body = refusal(response, deadline).await;
        Err(self.told(openai::refused(status.as_u16(), retry_after, &body)))
    }

    /// Names the model and where it is, after the code; what a server says must not bring the key into a log.
    fn told(&self, mut error: PortError) -> PortError {
        let place = match (self.chat.host_str(), self.chat.port_or_known_default()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or_default().to_owned(),
        };
        let (code, words) = error.message.split_once(": ").unwrap_or(("model_failed", error.message.as_str()));
        error.message = format!("{code}: model {} at {place}: {words}", self.options.model);
        if let Some(Key(key)) = &self.key {
            error.message = error.message.replace(key.as_str(), "***");
        }
        error
    }
}

fn read_key(variable: &str) -> PortResult<Key> {
    let key = std::env::var(variable).unwrap_or_default();
    let key = key.trim();
    if key.is_empty() {
        return Err(PortError::new(
            PortErrorKind::Denied,
            format!("model_key_missing: the environment variable {variable} is not set; set it to the API key"),
        ));
    }
    Ok(Key(key.to_owned()))
}

#[async_trait]
impl Model for OpenAiModel {
    fn name(&self) -> &str {
        &self.0.options.model
    }

    fn relay(&self) -> Option<Arc<dyn Relay>> {
        Some(Arc::new(relay::OpenAiRelay(self.0.clone())))
    }

    async fn chat(&self, chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
        if chat.guardrail.is_some() {
            let message =
                "model_guardrail_unsupported: no guardrail can be had here; use `guards` around the call instead";
            return Err(self.0.told(PortError::new(PortErrorKind::Unsupported, message)));
        }
        let deadline = Instant::now() + self.0.options.first_token_timeout;
        let response = self.0.send(self.0.request(&chat)?, deadline).await?;
        let streams =
            response.headers().get(CONTENT_TYPE).is_none_or(|kind| !kind.as_bytes().starts_with(b"application/json"));
        let reply = reply::Reply::new(response, streams, deadline, &self.0.options);
        let model = self.0.clone();
        Ok(reply.deltas().map(move |delta| delta.map_err(|error| model.told(error))).boxed())
    }
}

/// As much of a refusal's body as is there and wanted.
async fn refusal(response: Response, deadline: Instant) -> String {
    let mut bytes = Vec::new();
    let mut body = response.bytes_stream();
    while bytes.len() < LONGEST_REFUSAL
        && let Ok(Some(Ok(portion))) = timeout_at(deadline, body.next()).await
    {
        bytes.extend_from_slice(&portion);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let seconds = number("retry-after-ms").map(|ms| ms / 1e3).or_else(|| number(RETRY_AFTER.as_str()))?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The connection failed, or broke.
fn broken(error: reqwest::Error) -> PortError {
    let what = if error.is_connect() { "cannot be reached" } else { "broke the connection" };
    // Without the URL: its path may hold a secret. Host and port are told elsewhere.
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let message = format!("model_unreachable: the server {what}: {cause}");
    PortError::unavailable(message).with_source(error)
}
