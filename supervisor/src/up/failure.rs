//! Why nothing was started: a code, what was found, what to do.

use std::{io, net::SocketAddr, path::Path};

use cueline_ports::{PortError, PortErrorKind};
use cueline_runtime::EngineError;

use crate::{
    api::split_code,
    presence::Presence,
    workflows::{NAME_RULE, NotDefined},
};

/// A start that failed. Nothing runs and nothing was changed that a next start could not use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct StartFailure {
    /// Stable, e.g. `storage_in_use`.
    pub code: String,
    /// What was found and what to do.
    pub message: String,
}

impl StartFailure {
    fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }

    /// Storage names its own code in front of the message.
    pub(crate) fn storage(error: &PortError) -> Self {
        let named = split_code(&error.message);
        let mut failure = match named {
            Some((code, message)) => Self::new(code, message),
            None => Self::new(code_of(error.kind), error.message.clone()),
        };
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            failure.message.push_str(&format!(" ({cause})"));
            source = cause.source();
        }
        failure
    }

    pub(super) fn function_without_stack() -> Self {
        let message = "a function of Lambda works on a stack; set CUELINE_STACK, and build with --features aws";
        Self::new("function_without_stack", message)
    }

    pub(super) fn private_file(data: &Path, error: &io::Error) -> Self {
        let message =
            format!("cannot write the token files in {}: {error}; check its owner and permissions", data.display());
        Self::new("storage_read_only", message)
    }

    pub(super) fn address(address: SocketAddr, data: &Path, error: &io::Error) -> Self {
        let ours = Presence::find(data).ok().flatten().filter(|there| there.address == address);
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::new(
                "address_in_use",
                match ours {
                    Some(there) => format!(
                        "{address} is taken, it seems by the cueline that runs on {} as process {}; stop that one first",
                        data.display(),
                        there.pid
                    ),
                    None => {
                        format!("{address} is taken by another program; stop it or choose another address with --admin")
                    }
                },
            ),
            io::ErrorKind::PermissionDenied => Self::new(
                "address_denied",
                format!("not allowed to listen on {address}; choose a port above 1023 with --admin"),
            ),
            _ => Self::new(
                "address_unusable",
                format!("cannot listen on {address}: {error}; choose another with --admin"),
            ),
        }
    }

    /// As for the admin address, with the flags of the OpenAI-compatible API.
    pub(super) fn gateway(address: SocketAddr, error: &io::Error) -> Self {
        let choose = "choose another with --gateway, or leave the OpenAI-compatible API out with --no-gateway";
        Self::unbound(address, error, choose)
    }

    /// As for the admin address, with the flags of the doors.
    pub(super) fn doors(address: SocketAddr, error: &io::Error) -> Self {
        let choose = "choose another with --doors, or leave the S3 and EventBridge endpoints out with --no-doors";
        Self::unbound(address, error, choose)
    }

    fn unbound(address: SocketAddr, error: &io::Error, choose: &str) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => {
                Self::new("address_in_use", format!("{address} is taken by another program; stop it, or {choose}"))
            }
            io::ErrorKind::PermissionDenied => {
                Self::new("address_denied", format!("not allowed to listen on {address}; {choose}"))
            }
            _ => Self::new("address_unusable", format!("cannot listen on {address}: {error}; {choose}")),
        }
    }

    /// What was learned cannot be used.
    pub(super) fn router(message: &str) -> Self {
        match split_code(message) {
            Some((code, message)) => Self::new(code, message),
            None => Self::new("router_policy", message),
        }
    }

    pub(super) fn samples(which: &str, error: &io::Error) -> Self {
        let message = format!("cannot copy {which}: {error}; leave out --sample or name a folder");
        Self::new("samples_unreadable", message)
    }

    pub(super) fn definition(name: &str, error: &NotDefined) -> Self {
        let mut message = format!("workflow {name}: {error}");
        let code = match error {
            NotDefined::Name(_) => {
                message.push_str(&format!("; rename the file: {NAME_RULE}"));
                "workflow_name_invalid"
            }
            NotDefined::Reserved(..) => {
                message.push_str("; give the file another name");
                "workflow_reserved"
            }
            NotDefined::Engine(error) => {
                if let EngineError::InvalidDefinition(found) = error {
                    for finding in found {
                        message.push_str(&format!("\n  {}: {} [{}]", finding.path, finding.message, finding.code));
                    }
                }
                error.code()
            }
        };
        Self::new(code, message)
    }

    pub(super) fn definitions_folder(folder: &Path, error: &io::Error) -> Self {
        let message = format!("cannot read {}: {error}; correct `definitions` in the configuration", folder.display());
        Self::new("definitions_unreadable", message)
    }

    pub(super) fn engine(error: EngineError) -> Self {
        Self::new(error.code(), format!("the actors did not start: {error}"))
    }

    pub(super) fn telemetry(error: anyhow::Error) -> Self {
        let text = format!("{error:#}");
        match text.strip_prefix("config_invalid: ") {
            Some(message) => Self::new("config_invalid", message),
            None => Self::new("telemetry_failed", text),
        }
    }

    pub(super) fn runtime(error: io::Error) -> Self {
        Self::new("system_limits", format!("the system refuses threads or signal handlers: {error}; check its limits"))
    }
}

fn code_of(kind: PortErrorKind) -> &'static str {
    match kind {
        PortErrorKind::Conflict => "storage_in_use",
        PortErrorKind::Storage => "storage_full",
        PortErrorKind::Corrupt => "storage_corrupt",
        PortErrorKind::Invalid => "config_invalid",
        _ => "storage_failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_the_storage_is_kept() {
        let error = PortError::conflict("storage_in_use: /d is used by process 7; stop it");
        let failure = StartFailure::storage(&error);
        assert_eq!(
            (failure.code.as_str(), failure.message.as_str()),
            ("storage_in_use", "/d is used by process 7; stop it")
        );
        let error = PortError::corrupt("the index is damaged").with_source(io::Error::other("bad page"));
        assert_eq!(StartFailure::storage(&error).to_string(), "storage_corrupt: the index is damaged (bad page)");
    }

    #[test]
    fn a_taken_address_says_what_to_do() {
        let failure =
            StartFailure::address("127.0.0.1:1".parse().unwrap(), Path::new("none"), &io::ErrorKind::AddrInUse.into());
        assert!(failure.to_string().starts_with("address_in_use: 127.0.0.1:1") && failure.message.contains("--admin"));
    }
}
