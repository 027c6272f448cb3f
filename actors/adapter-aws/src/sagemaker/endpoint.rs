//! An endpoint of SageMaker: bytes there and back, whole or in parts.

use std::{fmt, sync::Arc, time::Duration};

use aws_sdk_sagemakerruntime::{
    Client,
    config::StalledStreamProtectionConfig,
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        invoke_endpoint::InvokeEndpointError,
        invoke_endpoint_with_response_stream::InvokeEndpointWithResponseStreamError,
    },
    primitives::{Blob, event_stream::EventReceiver},
    types::{
        ResponseStream,
        error::{ModelError, ResponseStreamError},
    },
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::{event_stream::RawMessage, retry::RetryConfig, timeout::TimeoutConfig};
use bytes::Bytes;
use cueline_ports::{PortError, PortErrorKind, PortResult, openai};
use serde_json::Value;

use crate::{
    Connection, Meter,
    error::{Call, kind_of},
};

const JSON: &str = "application/json";
/// Bytes of a body at most.
const MOST_BYTES: usize = 6 << 20;
/// Tries of a call, the first included.
const TRIES: u32 = 4;
/// The service gives a model sixty seconds.
pub(super) const TIMEOUT: Duration = Duration::from_secs(70);

/// The parts of an answer, as they come.
pub(super) type Parts = EventReceiver<ResponseStream, ResponseStreamError>;

/// An endpoint that speaks JSON. Clones share connections.
#[derive(Clone)]
pub struct SageMakerEndpoint {
    client: Client,
    endpoint: Arc<str>,
    /// Of an endpoint with several.
    component: Option<Arc<str>>,
    /// Of an endpoint that loads many.
    target_model: Option<Arc<str>>,
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
        let retries = RetryConfig::standard().with_max_attempts(TRIES);
        Self::open(connection, endpoint, component, meter, retries, TIMEOUT)
    }

    /// One whose caller tries again, or elsewhere: `timeout` is until a whole answer is there, or one begins.
    pub(super) fn once(
        connection: &Connection,
        endpoint: &str,
        component: Option<&str>,
        meter: Meter,
        timeout: Duration,
    ) -> PortResult<Self> {
        Self::open(connection, endpoint, component, meter, RetryConfig::disabled(), timeout)
    }

    /// Asks one model of an endpoint that loads many.
    pub(super) fn of_model(mut self, target_model: Option<&str>) -> Self {
        self.target_model = target_model.map(Into::into);
        self
    }

    fn open(
        connection: &Connection,
        endpoint: &str,
        component: Option<&str>,
        meter: Meter,
        retries: RetryConfig,
        timeout: Duration,
    ) -> PortResult<Self> {
        for name in [Some(endpoint), component].into_iter().flatten() {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            if !(1..=63).contains(&name.len()) || !name.bytes().all(allowed) {
                return Err(PortError::invalid(format!(
                    "endpoint_name_invalid: {name:?} is no endpoint of SageMaker; write 1 to 63 letters, digits and hyphens"
                )));
            }
        }
        let timeouts =
            TimeoutConfig::builder().connect_timeout(Duration::from_secs(5)).operation_attempt_timeout(timeout).build();
        let config = aws_sdk_sagemakerruntime::config::Builder::from(&connection.sdk)
            .interceptor(meter)
            .retry_config(retries)
            .timeout_config(timeouts)
            // A model may think for long between two words; how long is watched where the words are read.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        let on = format!("endpoint {endpoint}").into();
        let component = component.map(Into::into);
        Ok(Self { client: Client::from_conf(config), endpoint: endpoint.into(), component, target_model: None, on })
    }

    /// The JSON that the endpoint answers to a body.
    ///
    /// # Errors
    /// When it refuses, or answers with something else.
    pub async fn invoke(&self, body: &Value) -> PortResult<Value> {
        let answer = self.whole(body.to_string().into_bytes()).await?;
        serde_json::from_slice(&answer).map_err(|error| {
            let place = (error.line(), error.column());
            self.odd(&format!("the answer is no JSON at {place:?}"))
        })
    }

    /// What the endpoint answers to a body.
    pub(super) async fn whole(&self, body: Vec<u8>) -> PortResult<Bytes> {
        let call = self.whole_call();
        check(&call, &body)?;
        let request = self
            .client
            .invoke_endpoint()
            .endpoint_name(&*self.endpoint)
            .set_inference_component_name(self.component.as_deref().map(str::to_owned))
            .set_target_model(self.target_model.as_deref().map(str::to_owned))
            .content_type(JSON)
            .accept(JSON)
            .body(Blob::new(body));
        let answer = request.send().await.map_err(|error| {
            let refused = match error.as_service_error() {
                Some(InvokeEndpointError::ModelError(model)) => of_container(&call, model),
                _ => None,
            };
            refused.unwrap_or_else(|| told(&call, error))
        })?;
        Ok(answer.body.map(Blob::into_inner).unwrap_or_default().into())
    }

    /// The same while it is being written. The API takes no target model here.
    pub(super) async fn parts(&self, body: Vec<u8>) -> PortResult<Parts> {
        let call = self.parts_call();
        check(&call, &body)?;
        let request = self
            .client
            .invoke_endpoint_with_response_stream()
            .endpoint_name(&*self.endpoint)
            .set_inference_component_name(self.component.as_deref().map(str::to_owned))
            .content_type(JSON)
            .body(Blob::new(body));
        let answer = request.send().await.map_err(|error| {
            let refused = match error.as_service_error() {
                Some(InvokeEndpointWithResponseStreamError::ModelError(model)) => of_container(&call, model),
                _ => None,
            };
            refused.unwrap_or_else(|| told(&call, error))
        })?;
        Ok(answer.body)
    }

    fn whole_call(&self) -> Call<'_> {
        Call { action: "sagemaker:InvokeEndpoint", on: &self.on }
    }

    fn parts_call(&self) -> Call<'_> {
        Call { action: "sagemaker:InvokeEndpointWithResponseStream", on: &self.on }
    }

    /// The error of an answer that says something else than was asked.
    pub(super) fn odd(&self, what: &str) -> PortError {
        self.whole_call().error(PortErrorKind::Unavailable, what)
    }

    /// An error with a code in front, with the action and the endpoint behind that.
    pub(super) fn named(&self, error: PortError) -> PortError {
        coded(&if self.target_model.is_some() { self.whole_call() } else { self.parts_call() }, error)
    }
}

fn check(call: &Call<'_>, body: &[u8]) -> PortResult<()> {
    if body.len() <= MOST_BYTES {
        return Ok(());
    }
    let what = format!("the body has {} bytes: at most {MOST_BYTES} are possible", body.len());
    Err(call.error(PortErrorKind::Unsupported, &what))
}

fn coded(call: &Call<'_>, error: PortError) -> PortError {
    let (code, what) = error.message.split_once(": ").unwrap_or(("model_failed", error.message.as_str()));
    PortError::new(error.kind, format!("{code}: {} on {}: {what}", call.action, call.on))
}

/// What the container itself answered with: its status decides, and of its words the names of errors are told.
fn of_container(call: &Call<'_>, error: &ModelError) -> Option<PortError> {
    let status = u16::try_from(error.original_status_code?).ok().filter(|status| (400..600).contains(status))?;
    Some(coded(call, openai::refused(status, None, error.original_message.as_deref().unwrap_or_default())))
}

/// What the service itself finds wrong is how an endpoint is asked, never what is said: another target may do.
fn told<E: ProvideErrorMetadata>(call: &Call<'_>, error: SdkError<E, HttpResponse>) -> PortError {
    match &error {
        SdkError::ServiceError(service) if service.err().code() == Some("ValidationError") => {
            let (kind, what) = wrong(service.err().message().unwrap_or_default());
            call.error(kind, &format!("ValidationError: {what}"))
        }
        _ => call.failed(error),
    }
}

/// What is wrong with how an endpoint is asked, in our words.
fn wrong(message: &str) -> (PortErrorKind, &'static str) {
    let message = message.to_ascii_lowercase();
    if message.contains("not found") {
        return (PortErrorKind::NotFound, "there is no such endpoint");
    }
    let known = [
        ("component", "name one in `inference_component` if the endpoint has several, else none"),
        ("model", "name one in `target_model` if the endpoint loads many, else none"),
    ];
    let told = known.into_iter().find(|(word, _)| message.contains(word)).map(|(_, told)| told);
    (
        PortErrorKind::Unsupported,
        told.unwrap_or("the endpoint is not asked as it wants to be; look at its configuration"),
    )
}

/// What broke a stream. What the container wrote about it may hold content and is left out.
pub(super) fn broken(error: &SdkError<ResponseStreamError, RawMessage>) -> PortError {
    let SdkError::ServiceError(service) = error else {
        return PortError::unavailable("model_stream_cut: the answer broke on the way");
    };
    let code = match service.err() {
        ResponseStreamError::ModelStreamError(error) => match error.error_code.as_deref() {
            Some("ModelInvocationTimeExceeded") => "ModelInvocationTimeExceeded",
            Some("StreamBroken") => "StreamBroken",
            _ => "ModelStreamError",
        },
        ResponseStreamError::InternalStreamFailure(_) => "InternalStreamFailure",
        other => other.meta().code().unwrap_or("UnknownException"),
    };
    PortError::new(kind_of(code, None), format!("model_stream_broken: {code}"))
}

#[cfg(test)]
mod tests {
    use aws_sdk_sagemakerruntime::types::error::{InternalStreamFailure, ModelStreamError};

    use super::*;

    const CALL: Call<'_> = Call { action: "sagemaker:InvokeEndpoint", on: "endpoint mine" };

    #[test]
    fn a_container_s_refusal_has_its_kind_and_not_its_words() {
        let refused = |status: i32, body: &str| {
            let error = ModelError::builder().message("a secret").original_status_code(status).original_message(body);
            of_container(&CALL, &error.build())
        };
        let told = "model_refused: sagemaker:InvokeEndpoint on endpoint mine: the server answered with status";
        for (status, body, kind, end) in [
            (
                400,
                r#"{"error":{"message":"a secret","type":"BadRequestError"}}"#,
                PortErrorKind::Invalid,
                "400: BadRequestError",
            ),
            (
                400,
                r#"{"object":"error","message":"a secret","type":"BadRequestError"}"#,
                PortErrorKind::Invalid,
                "400: BadRequestError",
            ),
            (404, "", PortErrorKind::NotFound, "404"),
            (429, "a secret", PortErrorKind::Throttled, "429"),
            (500, "<html>", PortErrorKind::Unavailable, "500"),
        ] {
            let error = refused(status, body).unwrap();
            assert_eq!((error.kind, error.message), (kind, format!("{told} {end}")));
        }
        assert!(refused(0, "").is_none(), "a container that told no status is unavailable");
    }

    #[test]
    fn what_is_asked_in_the_wrong_way_is_told_with_the_fix() {
        for (message, kind, told) in [
            ("Endpoint mine of account 123456789012 not found.", PortErrorKind::NotFound, "no such endpoint"),
            ("Inference Component Name header is required", PortErrorKind::Unsupported, "`inference_component`"),
            ("TargetModel header is required", PortErrorKind::Unsupported, "`target_model`"),
            ("a secret", PortErrorKind::Unsupported, "look at its configuration"),
        ] {
            let (found, words) = wrong(message);
            assert!(found == kind && words.contains(told), "{message}: {found:?}: {words}");
        }
    }

    #[test]
    fn a_broken_stream_is_worth_another_try() {
        let of = |error: ResponseStreamError| {
            let raw = RawMessage::Invalid(None);
            broken(&SdkError::service_error(error, raw))
        };
        let timed_out =
            ModelStreamError::builder().error_code("ModelInvocationTimeExceeded").message("a secret").build();
        let failed = InternalStreamFailure::builder().message("a secret").build();
        for (error, code) in [
            (ResponseStreamError::ModelStreamError(timed_out), "ModelInvocationTimeExceeded"),
            (ResponseStreamError::InternalStreamFailure(failed), "InternalStreamFailure"),
        ] {
            let error = of(error);
            let told = format!("model_stream_broken: {code}");
            assert_eq!((error.kind, error.message), (PortErrorKind::Unavailable, told));
        }
    }
}
