//! One call of InvokeModel, and errors without content.

use std::sync::Arc;

use aws_sdk_bedrockruntime::{
    error::{ProvideErrorMetadata, SdkError},
    primitives::Blob,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use cueline_ports::{PortError, PortErrorKind, PortResult};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Bedrock, gate::Gate};
use crate::error::Call;

const JSON: &str = "application/json";

/// A model that is asked with a body of its own.
#[derive(Clone)]
pub(super) struct Invoker {
    bedrock: Bedrock,
    model: Arc<str>,
    gate: Arc<Gate>,
    on: Arc<str>,
}

impl Invoker {
    pub(super) fn new(bedrock: &Bedrock, model: &str) -> PortResult<Self> {
        let gate = bedrock.gate_of_model(model)?;
        Ok(Self { bedrock: bedrock.clone(), model: model.into(), gate, on: format!("model {model}").into() })
    }

    /// The answer to a body. `tokens` is about what it takes.
    pub(super) async fn ask<T: DeserializeOwned>(&self, body: &Value, tokens: u64) -> PortResult<T> {
        let call = Call { action: "bedrock:InvokeModel", on: &self.on };
        let bytes = body.to_string();
        let invoke = || async {
            let request = self.bedrock.client.invoke_model().model_id(&*self.model).content_type(JSON).accept(JSON);
            request.body(Blob::new(bytes.as_bytes())).send().await.map_err(|error| told(&call, error))
        };
        let answer = self.gate.call(tokens, invoke).await?;
        self.gate.settle(tokens, tokens);
        serde_json::from_slice(answer.body.as_ref()).map_err(|error| {
            // The position, not the content.
            let place = (error.line(), error.column());
            call.error(PortErrorKind::Unavailable, &format!("the answer has another shape than expected at {place:?}"))
        })
    }

    /// An answer that says something else than was asked.
    pub(super) fn odd(&self, what: &str) -> PortError {
        Call { action: "bedrock:InvokeModel", on: &self.on }.error(PortErrorKind::Unavailable, what)
    }
}

/// The error of a failed call. Of a refused request it tells what is known to be harmless, and what to do.
pub(super) fn told<E: ProvideErrorMetadata>(call: &Call<'_>, error: SdkError<E, HttpResponse>) -> PortError {
    let hint = match &error {
        SdkError::ServiceError(service) => service.err().message().and_then(hint),
        _ => None,
    };
    let mut failed = call.failed(error);
    if let Some(hint) = hint.filter(|_| failed.kind == PortErrorKind::Invalid) {
        failed.message = format!("{}: {hint}", failed.message);
    }
    failed
}

/// The text is longer than the model reads.
pub(super) const TOO_LONG: &str = "the text is longer than the model reads";

/// What is wrong with a request, in our words: Bedrock's own may repeat it.
fn hint(message: &str) -> Option<&'static str> {
    let known = [
        (
            "on-demand throughput",
            "the model is asked through an inference profile only; write its id, e.g. with us., eu. or apac. in front",
        ),
        ("model identifier is invalid", "the model is not known in this region; check its id and the region"),
        ("too many input tokens", TOO_LONG),
        ("input is too long", TOO_LONG),
        ("prompt is too long", TOO_LONG),
        ("expected maxlength", TOO_LONG),
        ("guardrail", "the guardrail or its version is not there; check both and the region"),
        ("tool use", "the model knows no tools"),
        ("toolconfig", "the model does not take these tools"),
        ("outputconfig", "the model knows no structured output; set `form = \"tool\"`"),
        ("cachepoint", "the model keeps no cache; set `caches = false`"),
        ("8000 pixels", "an image is wider or higher than 8000 pixels"),
        (
            "image",
            "the model sees no images, or not this one; leave `vision` out of its [targets.NAME] if it sees none",
        ),
        ("service tier", "the model is not offered in this service tier"),
        ("extraneous key", "the model does not take one of the fields"),
    ];
    let message = message.to_ascii_lowercase();
    known.iter().find(|(words, _)| message.contains(words)).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_about_a_refusal_is_in_our_words() {
        let profile = "Invocation of model ID x with on-demand throughput isn\u{2019}t supported. Retry your request with \
                       the ID or ARN of an inference profile that contains this model.";
        assert!(hint(profile).unwrap().contains("inference profile"));
        assert_eq!(hint("400 Bad Request: Too many input tokens. Max input tokens: 8192"), Some(TOO_LONG));
        assert_eq!(hint("Malformed input request: #/texts/0: expected maxLength: 2048, actual: 3000"), Some(TOO_LONG));
        assert_eq!(hint("my secret question is wrong"), None);
    }
}
