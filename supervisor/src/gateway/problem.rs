//! Errors in OpenAI's form: `{"error": {"message", "type", "param", "code"}}`.

use axum::{
    Json,
    http::{HeaderValue, Method, StatusCode, Uri, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use cueline_domain::{chat::request::RequestRefusal, governance::key::KeyRefusal};
use cueline_patterns::{
    chat::{Fault, error_type},
    governance::{KeyError, ReserveError, TooMuch},
};
use cueline_ports::{PortError, PortErrorKind};
use cueline_runtime::EngineError;
use serde_json::json;

/// A request that is refused, or that failed.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    status: StatusCode,
    code: String,
    message: String,
    param: Option<String>,
    retry_after_ms: Option<u64>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), param: None, retry_after_ms: None }
    }

    pub(super) fn invalid(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn not_found(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    pub(super) fn param(mut self, param: &str) -> Self {
        self.param = Some(param.to_owned());
        self
    }

    pub(super) fn retry_after(mut self, ms: Option<u64>) -> Self {
        self.retry_after_ms = ms;
        self
    }

    pub(super) fn code(&self) -> &str {
        &self.code
    }

    /// As the last event of a stream, or an element of a batch.
    pub(super) fn body(&self) -> serde_json::Value {
        json!({ "error": {
            "message": self.message, "type": error_type(self.status.as_u16()), "param": self.param, "code": self.code,
        } })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        if let Some(ms) = self.retry_after_ms
            && let Ok(seconds) = HeaderValue::from_str(&ms.div_ceil(1_000).max(1).to_string())
        {
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

impl From<RequestRefusal> for Problem {
    fn from(RequestRefusal { code, param, message }: RequestRefusal) -> Self {
        Self::invalid(code, format!("{param}: {message}")).param(&param)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::BAD_GATEWAY);
        Self::new(status, &fault.code, fault.message).retry_after(fault.retry_after_ms)
    }
}

impl From<PortError> for Problem {
    fn from(error: PortError) -> Self {
        let status = match error.kind {
            PortErrorKind::NotFound => StatusCode::NOT_FOUND,
            PortErrorKind::Conflict => StatusCode::CONFLICT,
            PortErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
            PortErrorKind::Invalid => StatusCode::BAD_REQUEST,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        let code = format!("storage_{}", error.kind.as_str());
        Self::new(status, &code, error.to_string())
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let status = match &error {
            EngineError::NotFound { .. } | EngineError::UnknownWorkflow { .. } => StatusCode::NOT_FOUND,
            EngineError::StartedDifferently { .. } => StatusCode::CONFLICT,
            EngineError::Invalid(_) | EngineError::InvalidId(_) | EngineError::InvalidDefinition(_) => {
                StatusCode::BAD_REQUEST
            }
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, error.code(), error.to_string())
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Port(error) => error.into(),
            KeyError::Refused(refusal) => {
                let code = match refusal {
                    KeyRefusal::Missing => "key_missing",
                    KeyRefusal::Unknown => "key_unknown",
                    KeyRefusal::Revoked(_) => "key_revoked",
                    KeyRefusal::Expired(_) => "key_expired",
                };
                Self::new(StatusCode::UNAUTHORIZED, code, refusal.to_string())
            }
        }
    }
}

impl From<TooMuch> for Problem {
    fn from(too_much: TooMuch) -> Self {
        let ms = too_much.retry_after_ms;
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", too_much.to_string()).retry_after(Some(ms))
    }
}

impl From<ReserveError> for Problem {
    fn from(error: ReserveError) -> Self {
        match error {
            ReserveError::Port(error) => error.into(),
            exceeded @ ReserveError::Exceeded { .. } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "budget_exceeded", exceeded.to_string())
            }
        }
    }
}

pub(super) async fn no_such_path(uri: Uri) -> Problem {
    let known = "/v1/models, /v1/chat/completions, /v1/responses, /v1/embeddings, /v1/chats, /v1/streams/ID";
    let message = format!("there is no {}; see {known}", uri.path());
    Problem::not_found("path_unknown", message)
}

pub(super) async fn no_such_method(method: Method, uri: Uri) -> Problem {
    let message = format!("{} does not take {method}", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
}
