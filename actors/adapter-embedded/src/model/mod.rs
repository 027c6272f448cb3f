//! Chat models behind an OpenAI-compatible URL.

use std::time::Duration;

use async_trait::async_trait;
use cueline_ports::{Chat, ChatDelta, Model, PortError, PortResult};
use futures::stream::BoxStream;

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

/// A chat model behind an OpenAI-compatible URL.
#[derive(Debug, Clone)]
pub struct OpenAiModel {
    options: OpenAiOptions,
}

impl OpenAiModel {
    /// Checks the options; nothing is sent yet.
    pub fn new(options: OpenAiOptions) -> PortResult<Self> {
        Ok(Self { options })
    }
}

#[async_trait]
impl Model for OpenAiModel {
    fn name(&self) -> &str {
        &self.options.model
    }

    async fn chat(&self, _chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
        Err(PortError::unavailable("not written yet"))
    }
}
