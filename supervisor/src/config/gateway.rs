//! `[gateway]`, `[targets.NAME]`, `[policies.NAME]`: the front door, and what it knows of the models behind it.

use std::{collections::BTreeMap, net::SocketAddr};

use cueline_domain::chat::attempts::AfterFirst;
use serde::Deserialize;
use toml::Value;

use super::{ConfigProblem, Overrides, read::Source};

/// Where it listens unless told otherwise.
pub const DEFAULT_GATEWAY: &str = "127.0.0.1:7719";

/// The front door.
#[derive(Debug, Clone, PartialEq)]
pub struct Gateway {
    /// Where it listens.
    pub address: SocketAddr,
    /// What happens when an answer of a target that was named directly breaks off.
    pub after_first: AfterFirst,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GatewayTable {
    enabled: bool,
    address: Option<String>,
    insecure: bool,
    after_first: AfterFirst,
}

impl Default for GatewayTable {
    fn default() -> Self {
        Self { enabled: true, address: None, insecure: false, after_first: AfterFirst::Fail }
    }
}

/// `[targets.NAME]`: what is known of the chat model of that name. What is left out is what most models are.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TargetTable {
    /// Tokens that it reads and writes in one call.
    pub context: Option<u64>,
    /// It takes tools.
    pub tools: Option<bool>,
    /// It sees images.
    pub vision: Option<bool>,
    /// It answers in a given form.
    pub json_schema: Option<bool>,
    /// Dollars for a million tokens.
    pub price: Option<PriceTable>,
    /// Calls at the same time.
    pub concurrent: Option<usize>,
    /// Until the first token.
    pub first_token_seconds: Option<f64>,
    /// Between two tokens.
    pub gap_seconds: Option<f64>,
    /// Failures within half a minute after which it is left alone for a while.
    pub breaker_failures: Option<usize>,
    /// Who is asked when it fails, in this order.
    pub fallbacks: Vec<String>,
}

/// `price = { input = …, output = … }`
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTable {
    /// A million tokens read.
    pub input: f64,
    /// A million tokens written.
    pub output: f64,
}

/// `[policies.NAME]`: which targets `auto:NAME` asks; the one called `auto` is `auto`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyTable {
    /// Best first; empty: all, cheapest first.
    pub targets: Vec<String>,
    /// What happens when an answer breaks off.
    pub after_first: AfterFirst,
    /// Quality that one more dollar must buy; `cueline eval routing` finds it. With `[router]` only.
    pub threshold: Option<f64>,
    /// Least expected quality, as a share of the best target's, 0 to 1. With `[router]` only.
    pub floor: Option<f64>,
    /// Share of requests that try a target at random, 0 to 0.05. With `[router]` only.
    pub exploration: Option<f64>,
}

/// `[router]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RouterTable {
    /// Made by `cueline router train`.
    pub(super) file: Option<std::path::PathBuf>,
}

pub(super) fn read(
    source: Option<&Source<'_>>,
    table: GatewayTable,
    overrides: &Overrides,
    on_stack: bool,
) -> Result<Option<Gateway>, ConfigProblem> {
    let at = |problem: String, fix: &str| match (source, &overrides.gateway) {
        (Some(source), None) => source.problem("gateway.address", problem, fix),
        _ => ConfigProblem { place: "--gateway".into(), line: None, key: String::new(), problem, fix: fix.into() },
    };
    if overrides.no_gateway || (!table.enabled && overrides.gateway.is_none()) {
        return Ok(None);
    }
    if on_stack {
        return match (&overrides.gateway, &table.address) {
            (None, None) => Ok(None),
            _ => Err(at(
                "is not served on a stack yet".to_owned(),
                "leave it out, and run a process without --stack for it",
            )),
        };
    }
    let given = overrides.gateway.clone().or(table.address).unwrap_or_else(|| DEFAULT_GATEWAY.to_owned());
    let address: SocketAddr = given
        .replace("localhost:", "127.0.0.1:")
        .parse()
        .map_err(|_| at(format!("`{given}` is not an address"), "write IP:PORT, e.g. 127.0.0.1:7719"))?;
    let insecure = overrides.insecure_gateway || table.insecure;
    if !address.ip().is_loopback() && !insecure {
        let fix = "listen on 127.0.0.1 behind a proxy with TLS, or add --insecure-gateway if the network is trusted";
        return Err(at(format!("{address} is reachable from other machines, without TLS"), fix));
    }
    Ok(Some(Gateway { address, after_first: table.after_first }))
}

/// Tables by name; `names`: the chat models that there are.
pub(super) fn targets(
    source: Option<&Source<'_>>,
    tables: BTreeMap<String, Value>,
    names: &[&String],
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, TargetTable> {
    let mut targets = BTreeMap::new();
    let Some(source) = source else { return targets };
    let known = || names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    for (name, table) in tables {
        let prefix = format!("targets.{name}");
        match source.typed::<TargetTable>(&prefix, table) {
            Ok(table) => {
                if !names.contains(&&name) {
                    let fix = format!("name a chat model ({}), or add [chat.{name}]", known());
                    problems.push(source.problem(&prefix, "there is no such chat model", fix));
                }
                unknown_names(source, &format!("{prefix}.fallbacks"), &table.fallbacks, names, problems);
                for (key, seconds) in
                    [("first_token_seconds", table.first_token_seconds), ("gap_seconds", table.gap_seconds)]
                {
                    if seconds.is_some_and(|seconds| !(0.001..=86_400.0).contains(&seconds)) {
                        let key = format!("{prefix}.{key}");
                        problems.push(source.problem(&key, "is no time that a caller waits", "write 0.001 to 86400"));
                    }
                }
                targets.insert(name, table);
            }
            Err(problem) => problems.push(problem),
        }
    }
    targets
}

/// Policies by name.
pub(super) fn policies(
    source: Option<&Source<'_>>,
    tables: BTreeMap<String, Value>,
    names: &[&String],
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, PolicyTable> {
    let mut policies = BTreeMap::new();
    let Some(source) = source else { return policies };
    for (name, table) in tables {
        let prefix = format!("policies.{name}");
        match source.typed::<PolicyTable>(&prefix, table) {
            Ok(table) => {
                unknown_names(source, &format!("{prefix}.targets"), &table.targets, names, problems);
                policies.insert(name, table);
            }
            Err(problem) => problems.push(problem),
        }
    }
    policies
}

fn unknown_names(
    source: &Source<'_>,
    key: &str,
    named: &[String],
    names: &[&String],
    problems: &mut Vec<ConfigProblem>,
) {
    for name in named.iter().filter(|name| !names.contains(name)) {
        let known = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let fix = format!("name chat models: {known}");
        problems.push(source.problem(key, format!("there is no chat model `{name}`"), fix));
    }
}
