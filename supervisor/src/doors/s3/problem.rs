//! Errors of ports and of the disk in the words of S3.

use std::io;

use axum::http::{HeaderMap, StatusCode};
use cueline_ports::{PortError, PortErrorKind};
use s3s::{S3Error, S3ErrorCode, S3Result};

/// As S3 would say it; the message names what was found and what to do.
pub(super) fn refused(error: &PortError) -> S3Error {
    let code = match error.kind {
        PortErrorKind::NotFound => S3ErrorCode::NoSuchKey,
        PortErrorKind::Conflict => S3ErrorCode::PreconditionFailed,
        PortErrorKind::Throttled => S3ErrorCode::SlowDown,
        PortErrorKind::Denied => S3ErrorCode::AccessDenied,
        PortErrorKind::Invalid if error.message.contains("1,024 bytes") => S3ErrorCode::KeyTooLongError,
        PortErrorKind::Invalid => S3ErrorCode::InvalidArgument,
        PortErrorKind::Unsupported => S3ErrorCode::NotImplemented,
        PortErrorKind::Corrupt => S3ErrorCode::InternalError,
        PortErrorKind::Storage | PortErrorKind::Unavailable => S3ErrorCode::ServiceUnavailable,
    };
    if !matches!(error.kind, PortErrorKind::NotFound | PortErrorKind::Conflict | PortErrorKind::Invalid) {
        tracing::warn!(error = %error, "an S3 request failed");
    }
    S3Error::with_message(code, error.message.clone())
}

/// The disk below the doors failed.
pub(super) fn disk(error: io::Error) -> S3Error {
    tracing::error!(error = %error, "the doors cannot use their folder");
    let message = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "storage_full: no space is left for uploads",
        _ => "storage_failed: the folder for uploads cannot be used; see the log",
    };
    let mut refused = S3Error::with_message(S3ErrorCode::ServiceUnavailable, message);
    refused.set_source(Box::new(error));
    refused
}

/// A refusal with words.
pub(super) fn problem(code: S3ErrorCode, message: impl Into<String>) -> S3Error {
    S3Error::with_message(code, message.into())
}

/// Headers whose promise cannot be kept: leaving them out in silence would be worse than refusing.
const NOT_KEPT: &[&str] = &[
    "x-amz-tagging",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-legal-hold",
    "x-amz-website-redirect-location",
    "x-amz-write-offset-bytes",
];

/// Refuses a request that asks for what is not kept here.
pub(super) fn check_kept(headers: &HeaderMap) -> S3Result<()> {
    for name in NOT_KEPT {
        if headers.contains_key(*name) {
            let mut refused =
                problem(S3ErrorCode::NotImplemented, format!("{name} is not supported here; leave it out"));
            refused.set_status_code(StatusCode::NOT_IMPLEMENTED);
            return Err(refused);
        }
    }
    Ok(())
}
