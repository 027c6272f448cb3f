//! `[doors]`: the S3 and EventBridge endpoints.

use std::net::SocketAddr;

use serde::Deserialize;

use super::{ConfigProblem, Overrides, read::Source};

/// Where they listen unless told otherwise.
pub const DEFAULT_DOORS: &str = "127.0.0.1:7718";

/// The S3 and EventBridge endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doors {
    /// Where they listen.
    pub address: SocketAddr,
    /// A non-loopback address without TLS was asked for on purpose.
    pub insecure: bool,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DoorsTable {
    enabled: bool,
    address: Option<String>,
    insecure: bool,
}

impl Default for DoorsTable {
    fn default() -> Self {
        Self { enabled: true, address: None, insecure: false }
    }
}

pub(super) fn read(
    source: Option<&Source<'_>>,
    table: DoorsTable,
    overrides: &Overrides,
    on_stack: bool,
) -> Result<Option<Doors>, ConfigProblem> {
    let at = |problem: String, fix: &str| match (source, &overrides.doors) {
        (Some(source), None) => source.problem("doors.address", problem, fix),
        _ => ConfigProblem { place: "--doors".into(), line: None, key: String::new(), problem, fix: fix.into() },
    };
    if overrides.no_doors || (!table.enabled && overrides.doors.is_none()) {
        return Ok(None);
    }
    // A stack has the real ones, and several processes of one may share a host.
    if on_stack && overrides.doors.is_none() && table.address.is_none() {
        return Ok(None);
    }
    let given = overrides.doors.clone().or(table.address).unwrap_or_else(|| DEFAULT_DOORS.to_owned());
    let address: SocketAddr = given
        .replace("localhost:", "127.0.0.1:")
        .parse()
        .map_err(|_| at(format!("`{given}` is not an address"), "write IP:PORT, e.g. 127.0.0.1:7718"))?;
    let insecure = overrides.insecure_doors || table.insecure;
    if !address.ip().is_loopback() && !insecure {
        let fix = "listen on 127.0.0.1 behind a proxy with TLS, or add --insecure-doors if the network is trusted";
        return Err(at(format!("{address} is reachable from other machines, without TLS"), fix));
    }
    Ok(Some(Doors { address, insecure }))
}
