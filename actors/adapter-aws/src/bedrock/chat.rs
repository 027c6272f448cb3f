//! Chat models on Converse and ConverseStream.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_sdk_bedrockruntime::{
    error::SdkError,
    operation::{converse::ConverseOutput, converse_stream::ConverseStreamOutput},
    primitives::event_stream::EventReceiver,
    types::{
        ConverseStreamOutput as Event, GuardrailConfiguration, GuardrailStreamConfiguration,
        GuardrailStreamProcessingMode, GuardrailTrace, error::ConverseStreamOutputError,
    },
};
use aws_smithy_types::event_stream::RawMessage;
use cueline_ports::{
    Chat, ChatDelta, Guardrail, Model, Part, PortError, PortErrorKind, PortResult, ServiceTier, Usage,
};
use futures::{StreamExt, stream, stream::BoxStream};
use serde_json::Value;

use super::{
    Bedrock,
    answer::Answer,
    gate::Gate,
    images,
    invoke::told,
    names,
    request::{self, Manner, Request},
};
use crate::error::{Call, kind_of};

/// Tokens that are reserved for an answer whose length the caller does not limit.
const USUAL_ANSWER: u64 = 1_024;
/// Bytes of a token, about.
const TOKEN: usize = 4;

/// How a model is told the form of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FormBy {
    /// As a tool that it must use: every model that knows tools.
    #[default]
    Tool,
    /// As `outputConfig`: models with structured output of their own.
    OutputConfig,
}

/// A chat model on Bedrock.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ModelOptions {
    /// Model id, inference profile id, or ARN of either.
    pub model: String,
    /// Of callers that name none.
    pub guardrail: Option<Guardrail>,
    /// How it is told the form of an answer.
    pub form: FormBy,
    /// False: the answer comes in one piece, for models that do not stream tools.
    pub stream: bool,
    /// Of callers that name none.
    pub tier: Option<ServiceTier>,
    /// Written in the log of calls, beside what callers add.
    pub metadata: BTreeMap<String, String>,
    /// Whether it keeps what comes before a cache point; `None` goes by its family.
    pub caches: Option<bool>,
    /// What a written token counts in the quota: 5 for Claude from 3.7, else 1.
    pub written_token_weight: u32,
    /// Fields of the model's own, e.g. how long it may think; an object. What a caller wishes goes over them.
    pub more_fields: Option<Value>,
    /// Until the first event and between two events of a stream.
    pub gap_timeout: Duration,
}

impl ModelOptions {
    /// Streams, without a guardrail.
    pub fn new(model: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            guardrail: None,
            form: FormBy::default(),
            stream: true,
            tier: None,
            metadata: BTreeMap::new(),
            caches: None,
            written_token_weight: 1,
            more_fields: None,
            gap_timeout: Duration::from_secs(60),
        }
    }
}

/// A chat model on Bedrock. Clones share the quota.
#[derive(Clone)]
pub struct BedrockModel {
    bedrock: Bedrock,
    options: Arc<ModelOptions>,
    gate: Arc<Gate>,
    on: Arc<str>,
}

impl BedrockModel {
    /// Refuses a model that is not allowed; nothing is called yet.
    ///
    /// # Errors
    /// `model_not_allowed`, `model_name_invalid`, `model_fields_invalid`.
    pub fn new(bedrock: &Bedrock, options: ModelOptions) -> PortResult<Self> {
        let gate = bedrock.gate_of_model(&options.model)?;
        if options.more_fields.as_ref().is_some_and(|fields| !fields.is_object()) {
            return Err(PortError::invalid("model_fields_invalid: the fields of the model's own are no object"));
        }
        let on = format!("model {}", options.model).into();
        Ok(Self { bedrock: bedrock.clone(), options: Arc::new(options), gate, on })
    }

    fn caches(&self) -> bool {
        let by_family = || {
            let base = names::base(&self.options.model);
            ["anthropic.claude", "amazon.nova"].iter().any(|family| base.starts_with(family))
        };
        self.options.caches.unwrap_or_else(by_family)
    }

    async fn stream(&self, request: Request, guardrail: Option<&Guardrail>) -> PortResult<ConverseStreamOutput> {
        let call = Call { action: "bedrock:InvokeModelWithResponseStream", on: &self.on };
        let guardrail = guardrail.map(|guardrail| {
            let mode = if guardrail.looks_first {
                GuardrailStreamProcessingMode::Sync
            } else {
                GuardrailStreamProcessingMode::Async
            };
            GuardrailStreamConfiguration::builder()
                .guardrail_identifier(&guardrail.id)
                .guardrail_version(&guardrail.version)
                .trace(GuardrailTrace::Enabled)
                .stream_processing_mode(mode)
                .build()
        });
        let sent = self
            .bedrock
            .client
            .converse_stream()
            .model_id(&self.options.model)
            .set_system(Some(request.system).filter(|system| !system.is_empty()))
            .set_messages(Some(request.messages))
            .set_inference_config(request.inference)
            .set_tool_config(request.tools)
            .set_output_config(request.output)
            .set_service_tier(request.tier)
            .set_request_metadata(Some(request.metadata).filter(|metadata| !metadata.is_empty()))
            .set_guardrail_config(guardrail)
            .set_additional_model_request_fields(request.fields)
            .send();
        sent.await.map_err(|error| told(&call, error))
    }

    async fn whole(&self, request: Request, guardrail: Option<&Guardrail>) -> PortResult<ConverseOutput> {
        let call = Call { action: "bedrock:InvokeModel", on: &self.on };
        let guardrail = guardrail.map(|guardrail| {
            GuardrailConfiguration::builder()
                .guardrail_identifier(&guardrail.id)
                .guardrail_version(&guardrail.version)
                .trace(GuardrailTrace::Enabled)
                .build()
        });
        let sent = self
            .bedrock
            .client
            .converse()
            .model_id(&self.options.model)
            .set_system(Some(request.system).filter(|system| !system.is_empty()))
            .set_messages(Some(request.messages))
            .set_inference_config(request.inference)
            .set_tool_config(request.tools)
            .set_output_config(request.output)
            .set_service_tier(request.tier)
            .set_request_metadata(Some(request.metadata).filter(|metadata| !metadata.is_empty()))
            .set_guardrail_config(guardrail)
            .set_additional_model_request_fields(request.fields)
            .send();
        sent.await.map_err(|error| told(&call, error))
    }

    /// What a chat took of the quota. What came from a cache is free there.
    fn taken(&self, usage: Usage) -> u64 {
        let read = usage.input_tokens.saturating_sub(usage.cached_tokens);
        read + usage.output_tokens * u64::from(self.options.written_token_weight)
    }
}

#[async_trait]
impl Model for BedrockModel {
    fn name(&self) -> &str {
        &self.options.model
    }

    async fn chat(&self, chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
        let options = &self.options;
        let manner = Manner {
            base: names::base(&options.model),
            form: options.form,
            caches: self.caches(),
            metadata: &options.metadata,
            tier: options.tier,
            fields: options.more_fields.as_ref(),
        };
        // Once for every refusal before anything is reserved.
        request::of(&chat, &manner)?;
        let guardrail = chat.guardrail.as_ref().or(options.guardrail.as_ref());
        let form = chat.form.as_ref().filter(|_| options.form == FormBy::Tool).map(|form| form.name.clone());
        let mut answer = Answer::new(form, guardrail.is_some());
        let reserved = reserved(&chat, options.written_token_weight);
        if !options.stream {
            let call = || async { self.whole(request::of(&chat, &manner)?, guardrail).await };
            let whole = self.gate.call(reserved, call).await?;
            let deltas = answer.whole(whole);
            self.gate.settle(reserved, self.taken(answer.usage()));
            return Ok(stream::iter(deltas?.into_iter().map(Ok)).boxed());
        }
        let call = || async { self.stream(request::of(&chat, &manner)?, guardrail).await };
        let streaming = self.gate.call(reserved, call).await?;
        let reply =
            Reply { model: self.clone(), events: streaming.stream, answer, reserved, waiting: Vec::new(), over: false };
        Ok(reply.deltas().boxed())
    }
}

/// What a chat may take of the quota, before it is known.
fn reserved(chat: &Chat, written_token_weight: u32) -> u64 {
    let part = |part: &Part| match part {
        Part::Text(text) => text.len(),
        Part::Image(_) => images::TOKENS * TOKEN,
        Part::Call(call) => call.arguments.to_string().len(),
        Part::Result(result) => result.content.to_string().len(),
        Part::CachePoint => 0,
    };
    let said: usize = chat.messages.iter().flat_map(|message| &message.parts).map(part).sum();
    let tools: usize = chat.tools.iter().map(|tool| tool.description.len() + tool.schema.to_string().len()).sum();
    let read = ((said + tools) / TOKEN) as u64 + 1;
    read + chat.max_tokens.map_or(USUAL_ANSWER, u64::from) * u64::from(written_token_weight)
}

/// A stream on its way.
struct Reply {
    model: BedrockModel,
    events: EventReceiver<Event, ConverseStreamOutputError>,
    answer: Answer,
    reserved: u64,
    /// In reverse.
    waiting: Vec<ChatDelta>,
    over: bool,
}

impl Reply {
    /// The deltas; nothing follows the end or an error.
    fn deltas(self) -> impl futures::Stream<Item = PortResult<ChatDelta>> + Send {
        stream::unfold(self, |mut reply| async move {
            let delta = reply.next().await?;
            reply.over = delta.is_err();
            Some((delta, reply))
        })
    }

    async fn next(&mut self) -> Option<PortResult<ChatDelta>> {
        loop {
            if let Some(delta) = self.waiting.pop() {
                return Some(Ok(delta));
            }
            if self.over || self.answer.has_ended() {
                return None;
            }
            match self.receive().await {
                Ok(mut deltas) => {
                    deltas.reverse();
                    self.waiting = deltas;
                }
                Err(error) => return Some(Err(self.named(error))),
            }
            if self.answer.has_ended() {
                let taken = self.model.taken(self.answer.usage());
                self.model.gate.settle(self.reserved, taken);
            }
        }
    }

    async fn receive(&mut self) -> PortResult<Vec<ChatDelta>> {
        let limit = self.model.options.gap_timeout;
        let event = tokio::time::timeout(limit, self.events.recv()).await.map_err(|_| {
            let what = format!("model_gap_timeout: nothing came for {:.1} s", limit.as_secs_f64());
            PortError::unavailable(what)
        })?;
        match event {
            Ok(Some(event)) => self.answer.hear(event),
            Ok(None) => Ok(self.answer.over()?.into_iter().collect()),
            Err(error) => {
                let error = broken(&error);
                if error.kind == PortErrorKind::Throttled {
                    self.model.gate.refused();
                }
                Err(error)
            }
        }
    }

    /// With the action and the model.
    fn named(&self, error: PortError) -> PortError {
        let call = Call { action: "bedrock:InvokeModelWithResponseStream", on: &self.model.on };
        let (code, what) = error.message.split_once(": ").unwrap_or(("model_failed", error.message.as_str()));
        let mut named = call.error(error.kind, what);
        named.message = format!("{code}: {}", named.message);
        named
    }
}

/// What broke a stream. What the service wrote about it may hold content and is left out.
fn broken(error: &SdkError<ConverseStreamOutputError, RawMessage>) -> PortError {
    let SdkError::ServiceError(service) = error else {
        return PortError::unavailable("model_stream_cut: the answer broke on the way");
    };
    let code = match service.err() {
        ConverseStreamOutputError::InternalServerException(_) => "InternalServerException",
        ConverseStreamOutputError::ModelStreamErrorException(_) => "ModelStreamErrorException",
        ConverseStreamOutputError::ValidationException(_) => "ValidationException",
        ConverseStreamOutputError::ThrottlingException(_) => "ThrottlingException",
        ConverseStreamOutputError::ServiceUnavailableException(_) => "ServiceUnavailableException",
        other => other.meta().code().unwrap_or("UnknownException"),
    };
    // In a stream there is no status to go by.
    let kind = match code {
        "ValidationException" => PortErrorKind::Invalid,
        code => kind_of(code, None),
    };
    PortError::new(kind, format!("model_stream_broken: {code}"))
}

#[cfg(test)]
mod tests {
    use cueline_ports::{ChatMessage, ChatRole, Image, ImageFormat};

    use super::*;

    #[test]
    fn what_is_reserved_grows_with_what_is_said_and_may_be_written() {
        let chat = |text: &str, max_tokens| Chat { max_tokens, ..Chat::of([ChatMessage::text(ChatRole::User, text)]) };
        assert_eq!(reserved(&chat(&"x".repeat(400), Some(50)), 1), 101 + 50);
        assert_eq!(reserved(&chat(&"x".repeat(400), Some(50)), 5), 101 + 250);
        assert_eq!(reserved(&chat("", None), 1), 1 + USUAL_ANSWER);
        let image = Part::Image(Image { format: ImageFormat::Png, bytes: vec![0; 1 << 20].into() });
        let seen = Chat::of([ChatMessage { role: ChatRole::User, parts: vec![image] }]);
        assert_eq!(reserved(&seen, 1), 1_601 + USUAL_ANSWER, "an image counts by itself, not by its bytes");
    }
}
