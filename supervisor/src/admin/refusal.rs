//! Errors as RFC 9457 problem details. Each has a stable code; many name the field, the value and the fix.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cueline_patterns::rag::LedgerError;
use cueline_ports::{PortError, PortErrorKind};
use cueline_protocol::ids::InvalidId;
use cueline_runtime::EngineError;

use crate::{
    api::{Finding, Problem, split_code},
    workflows::{NAME_RULE, NotDefined},
};

/// A request that is not carried out.
#[derive(Debug, Clone)]
pub(super) struct Refusal(Box<Problem>);

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self(Box::new(Problem {
            kind: format!("urn:cueline:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail,
            field: None,
            value: None,
            fix: None,
            findings: Vec::new(),
        }))
    }

    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "request_invalid", detail)
    }

    pub(super) fn not_found(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    pub(super) fn draining() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "draining", "the process is stopping and takes nothing new")
            .fix("start it again, then repeat the request")
    }

    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the request failed in an unexpected way")
            .fix("look into the log of the process")
    }

    #[must_use]
    pub(super) fn field(mut self, field: &str) -> Self {
        self.0.field = Some(field.to_owned());
        self
    }

    #[must_use]
    pub(super) fn value(mut self, value: &str) -> Self {
        self.0.value = Some(value.chars().take(80).collect());
        self
    }

    #[must_use]
    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.0.fix = Some(fix.into()).filter(|fix| !fix.is_empty());
        self
    }

    /// A definition with everything that is wrong with it.
    pub(super) fn definition(findings: Vec<Finding>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "definition_invalid", "the definition cannot run")
            .field("definition")
            .fix("correct every finding")
            .findings(findings)
    }

    fn findings(mut self, findings: Vec<Finding>) -> Self {
        self.0.findings = findings;
        self
    }

    #[cfg(test)]
    pub(super) fn problem(&self) -> &Problem {
        &self.0
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        let status = match &error {
            EngineError::NotFound { .. } | EngineError::UnknownWorkflow { .. } => StatusCode::NOT_FOUND,
            EngineError::StartedDifferently { .. } => StatusCode::CONFLICT,
            EngineError::InvalidDefinition(_) | EngineError::InvalidId(_) | EngineError::Invalid(_) => {
                StatusCode::BAD_REQUEST
            }
            EngineError::Damaged { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            EngineError::Port { kind, .. } => status_of(*kind),
            EngineError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        // What lies below may have named its own code, closer to the cause than the kind of the error.
        let text = error.to_string();
        let refusal = match split_code(&text) {
            Some((code, detail)) => Self::new(status, code, detail),
            None => Self::new(status, error.code(), text),
        };
        match error {
            EngineError::NotFound { execution } => {
                refusal.field("execution").value(&execution).fix("see `cueline executions list`")
            }
            EngineError::StartedDifferently { execution, .. } => {
                refusal.field("execution").value(&execution).fix("use another id or Idempotency-Key")
            }
            EngineError::UnknownWorkflow { workflow, .. } => {
                refusal.field("workflow").value(&workflow).fix("see `cueline definitions list`")
            }
            EngineError::InvalidDefinition(found) => refusal
                .field("definition")
                .fix("correct every finding")
                .findings(found.iter().map(Finding::from).collect()),
            EngineError::InvalidId(invalid) => refusal.id(&invalid),
            EngineError::Port { kind: PortErrorKind::Invalid, message } if message.starts_with("cursor") => {
                refusal.field("cursor").fix("leave it out to begin at the first page")
            }
            _ => refusal,
        }
    }
}

impl From<InvalidId> for Refusal {
    fn from(invalid: InvalidId) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "id_invalid", invalid.to_string()).id(&invalid)
    }
}

impl Refusal {
    fn id(self, invalid: &InvalidId) -> Self {
        self.field(&invalid.what.replace(' ', "_")).value(&invalid.value).fix(format!("use {}", invalid.rule))
    }
}

impl From<NotDefined> for Refusal {
    fn from(error: NotDefined) -> Self {
        let detail = error.to_string();
        match error {
            NotDefined::Name(name) => Self::new(StatusCode::BAD_REQUEST, "workflow_name_invalid", detail)
                .field("name")
                .value(&name)
                .fix(format!("use {NAME_RULE}")),
            NotDefined::Reserved(name, _) => Self::new(StatusCode::CONFLICT, "workflow_reserved", detail)
                .field("name")
                .value(&name)
                .fix("define it under another name"),
            NotDefined::Engine(error) => error.into(),
        }
    }
}

impl From<PortError> for Refusal {
    fn from(error: PortError) -> Self {
        EngineError::port(&error).into()
    }
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NotFound { key } => {
                Self::not_found("document_not_found", format!("document {key} is not in the ledger"))
                    .field("key")
                    .value(&key)
                    .fix("see `cueline documents list`")
            }
            LedgerError::Port(error) => error.into(),
        }
    }
}

fn status_of(kind: PortErrorKind) -> StatusCode {
    match kind {
        PortErrorKind::NotFound => StatusCode::NOT_FOUND,
        PortErrorKind::Conflict => StatusCode::CONFLICT,
        PortErrorKind::Invalid => StatusCode::BAD_REQUEST,
        PortErrorKind::Denied => StatusCode::FORBIDDEN,
        PortErrorKind::Unsupported => StatusCode::NOT_IMPLEMENTED,
        PortErrorKind::Storage => StatusCode::INSUFFICIENT_STORAGE,
        PortErrorKind::Corrupt => StatusCode::INTERNAL_SERVER_ERROR,
        PortErrorKind::Throttled | PortErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use cueline_protocol::ids::ExecutionId;

    use super::*;

    fn of(error: EngineError) -> Problem {
        Refusal::from(error).problem().clone()
    }

    #[test]
    fn what_the_engine_answers_keeps_its_code_and_gains_a_fix() {
        let missing = of(EngineError::NotFound { execution: "x".into() });
        assert_eq!((missing.status, missing.code.as_str()), (404, "execution_not_found"));
        assert_eq!((missing.field.as_deref(), missing.value.as_deref()), (Some("execution"), Some("x")));
        let id = of(ExecutionId::new("../x").unwrap_err().into());
        assert_eq!((id.status, id.code.as_str(), id.field.as_deref()), (400, "id_invalid", Some("execution_id")));
        assert!(id.fix.unwrap().contains("A-Z"));
        let full = of(PortError::new(PortErrorKind::Storage, "no space").into());
        assert_eq!((full.status, full.code.as_str()), (507, "storage_full"));
        let found = cueline_states::Definition::parse("{}").unwrap_err();
        let definition = of(EngineError::InvalidDefinition(found));
        assert!(!definition.findings.is_empty() && definition.findings[0].path.starts_with('/'));
    }

    #[test]
    fn a_long_value_is_cut() {
        let refusal = Refusal::invalid("x").value(&"y".repeat(1_000));
        assert_eq!(refusal.problem().value.as_ref().unwrap().len(), 80);
    }
}
