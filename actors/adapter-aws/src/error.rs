//! What AWS refuses, as the ports say it: a kind for the retry rule, and for people the action, the resource and the fix.

use std::error::Error;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_smithy_runtime_api::{
    client::{orchestrator::HttpResponse, result::SdkError},
    http::StatusCode,
};
use cueline_ports::{PortError, PortErrorKind};

/// One call as people name it: `dynamodb:PutItem on table cueline`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    /// As IAM writes it, e.g. `sqs:SendMessage`.
    pub(crate) action: &'a str,
    /// What it was about, e.g. `queue cueline-parsing`.
    pub(crate) on: &'a str,
}

impl Call<'_> {
    /// The error of a failed call. What the service wrote is told only where it cannot hold content of ours.
    pub(crate) fn failed<E>(&self, error: SdkError<E, HttpResponse>) -> PortError
    where
        E: ProvideErrorMetadata,
    {
        let status = error.raw_response().map(HttpResponse::status);
        let (kind, what) = match &error {
            SdkError::ServiceError(service) => {
                let code = service.err().code().unwrap_or("no code");
                let kind = kind_of(code, status);
                // A model's own error may repeat what it was asked.
                let may_hold_content =
                    kind == PortErrorKind::Invalid || code.starts_with("ModelE") || code.starts_with("ModelS");
                let told = service.err().message().filter(|_| !may_hold_content);
                (kind, told.map_or_else(|| code.to_owned(), |message| format!("{code}: {message}")))
            }
            SdkError::TimeoutError(_) => (PortErrorKind::Unavailable, "no answer in time".to_owned()),
            SdkError::DispatchFailure(failure) => dispatch(failure),
            SdkError::ConstructionFailure(_) => (PortErrorKind::Invalid, "the request could not be made".to_owned()),
            SdkError::ResponseError(_) => (PortErrorKind::Unavailable, "the answer could not be read".to_owned()),
            _ => (PortErrorKind::Unavailable, "it failed".to_owned()),
        };
        // The SDK's own error is not kept: it carries the whole answer, and so content.
        self.error(kind, &what)
    }

    /// An error that was found on our side of the wire.
    pub(crate) fn error(&self, kind: PortErrorKind, what: &str) -> PortError {
        let Self { action, on } = self;
        let fix = match kind {
            PortErrorKind::Denied => {
                format!("; allow {action} on it to this role (policy, resource policy and KMS key)")
            }
            PortErrorKind::NotFound => "; check the stack and its region".to_owned(),
            _ => String::new(),
        };
        PortError::new(kind, format!("{action} on {on}: {what}{fix}"))
    }
}

/// Nothing was sent, or no answer came: who is to blame decides whether trying again can help.
fn dispatch(failure: &aws_smithy_runtime_api::client::result::DispatchFailure) -> (PortErrorKind, String) {
    let connector = failure.as_connector_error();
    let words = connector.map(|error| chain(error)).unwrap_or_default();
    // The credential chain reports through the same door as the network.
    if words.contains("credentials") {
        let what = "no AWS credentials: set AWS_PROFILE, AWS_ACCESS_KEY_ID, or run with a task or instance role";
        return (PortErrorKind::Denied, format!("{what} ({words})"));
    }
    (PortErrorKind::Unavailable, if words.is_empty() { "cannot be reached".to_owned() } else { words })
}

/// An error and what caused it, in one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let text = next.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = next.source();
    }
    words
}

/// Codes as the services document them; what is not listed goes by its HTTP status.
pub(crate) fn kind_of(code: &str, status: Option<StatusCode>) -> PortErrorKind {
    // Query-protocol codes carry their service in front, shapes may carry a namespace.
    let code = code.rsplit(['.', '#']).next().unwrap_or(code);
    match code {
        "ThrottlingException"
        | "Throttling"
        | "ThrottledException"
        | "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "TooManyRequestsException"
        | "SlowDown"
        | "OverLimit"
        | "LimitExceededException"
        | "ServiceQuotaExceededException"
        | "KmsThrottled"
        | "BandwidthLimitExceeded" => PortErrorKind::Throttled,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "AuthorizationError"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "OptInRequired"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestTimeTooSkewed"
        | "RequestExpired"
        | "KmsAccessDenied"
        | "KMSAccessDeniedException"
        | "AllAccessDisabled"
        | "InvalidToken" => PortErrorKind::Denied,
        "ResourceNotFoundException"
        | "NoSuchBucket"
        | "NoSuchKey"
        | "NoSuchUpload"
        | "NotFound"
        | "QueueDoesNotExist"
        | "NonExistentQueue"
        | "ResourceNotFound"
        | "NoSuchEntity" => PortErrorKind::NotFound,
        "ConditionalCheckFailedException"
        | "PreconditionFailed"
        | "ConditionalRequestConflict"
        | "TransactionConflictException"
        | "ReplicatedWriteConflictException"
        | "BucketAlreadyExists" => PortErrorKind::Conflict,
        "TransactionInProgressException"
        | "InternalServerError"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "RequestTimeout"
        | "ModelTimeoutException"
        | "ModelNotReadyException"
        | "ModelErrorException"
        | "ModelStreamErrorException"
        | "ModelError"
        | "InternalDependencyException"
        | "KmsDisabled"
        | "InternalException" => PortErrorKind::Unavailable,
        _ => match status.map(StatusCode::as_u16) {
            Some(401 | 403) => PortErrorKind::Denied,
            Some(404) => PortErrorKind::NotFound,
            Some(409 | 412) => PortErrorKind::Conflict,
            Some(429) => PortErrorKind::Throttled,
            Some(400..=499) => PortErrorKind::Invalid,
            _ => PortErrorKind::Unavailable,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_kinds() {
        let of = |code: &str, status: u16| kind_of(code, StatusCode::try_from(status).ok());
        let cases = [
            ("ThrottlingException", 400, PortErrorKind::Throttled),
            ("ProvisionedThroughputExceededException", 400, PortErrorKind::Throttled),
            ("SlowDown", 503, PortErrorKind::Throttled),
            ("AccessDeniedException", 400, PortErrorKind::Denied),
            ("RequestTimeTooSkewed", 403, PortErrorKind::Denied),
            ("KMS.KMSAccessDeniedException", 400, PortErrorKind::Denied),
            ("AWS.SimpleQueueService.NonExistentQueue", 400, PortErrorKind::NotFound),
            ("com.amazonaws.sqs#QueueDoesNotExist", 400, PortErrorKind::NotFound),
            ("ConditionalCheckFailedException", 400, PortErrorKind::Conflict),
            ("PreconditionFailed", 412, PortErrorKind::Conflict),
            ("ValidationException", 400, PortErrorKind::Invalid),
            ("ModelErrorException", 424, PortErrorKind::Unavailable),
            ("SomethingNew", 400, PortErrorKind::Invalid),
            ("SomethingNew", 403, PortErrorKind::Denied),
            ("SomethingNew", 500, PortErrorKind::Unavailable),
        ];
        for (code, status, kind) in cases {
            assert_eq!(of(code, status), kind, "{code} {status}");
        }
        assert_eq!(kind_of("SomethingNew", None), PortErrorKind::Unavailable);
    }

    #[test]
    fn an_error_names_the_action_the_resource_and_the_fix() {
        let call = Call { action: "sqs:SendMessage", on: "queue cueline-parsing" };
        let error = call.error(PortErrorKind::Denied, "AccessDenied");
        assert_eq!(
            error.to_string(),
            "sqs:SendMessage on queue cueline-parsing: AccessDenied; allow sqs:SendMessage on it to this role (policy, \
             resource policy and KMS key)"
        );
    }
}
