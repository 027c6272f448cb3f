//! `[gateway]`: the front door, and what may be shown of answers.

use std::{collections::BTreeSet, net::SocketAddr};

use axum::http::HeaderValue;
use cueline_domain::{
    chat::attempts::AfterFirst,
    streaming::{AllowedHosts, Flush, Mode},
};
use serde::Deserialize;

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
    /// What may be shown of answers, unless a policy says otherwise.
    pub shown: Shown,
    /// Whether answers are given again, unless a policy says otherwise.
    pub cache: Option<CacheTable>,
    /// Web pages that may ask it, as browsers name them.
    pub origins: Vec<HeaderValue>,
}

/// `cache = { seconds = … }`: an answer is given again to who asks the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheTable {
    /// For how long.
    pub seconds: u64,
    /// Also answers that are drawn by chance.
    #[serde(default)]
    pub any_temperature: bool,
    /// Also answers of requests that offer tools.
    #[serde(default)]
    pub tools: bool,
}

/// `[gateway.audit]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditTable {
    /// Records have what was asked and answered.
    pub content: bool,
}

/// What may be shown of answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// A guard, and what it does about what it finds.
    pub guard: Option<(String, Mode)>,
    /// It looks at what is asked as well.
    pub questions: bool,
    /// It looks at arguments of tools as well.
    pub tools: bool,
    /// Hosts that links may lead to; empty: any.
    pub links: Vec<String>,
    /// Markers like `[1]` are held against the `documents` of a request.
    pub citations: bool,
    /// In which units text is let go.
    pub flush: Flush,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GatewayTable {
    enabled: bool,
    address: Option<String>,
    insecure: bool,
    after_first: AfterFirst,
    guard: Option<String>,
    guard_mode: Option<Mode>,
    guard_questions: bool,
    guard_tools: bool,
    links: Vec<String>,
    citations: bool,
    flush: Flush,
    cache: Option<CacheTable>,
    origins: Vec<String>,
    pub(super) audit: AuditTable,
}

impl Default for GatewayTable {
    fn default() -> Self {
        Self {
            enabled: true,
            address: None,
            insecure: false,
            after_first: AfterFirst::Fail,
            guard: None,
            guard_mode: None,
            guard_questions: false,
            guard_tools: false,
            links: Vec::new(),
            citations: false,
            flush: Flush::Token,
            cache: None,
            origins: Vec::new(),
            audit: AuditTable::default(),
        }
    }
}

pub(super) fn read(
    source: Option<&Source<'_>>,
    table: GatewayTable,
    overrides: &Overrides,
    on_stack: bool,
    guards: &BTreeSet<String>,
) -> Result<Option<Gateway>, ConfigProblem> {
    if let Some(source) = source {
        let mut problems = Vec::new();
        shown_fields(source, "gateway", (&table.guard, table.guard_mode, &table.links), guards, &mut problems);
        if let Some(problem) = problems.into_iter().next() {
            return Err(problem);
        }
    }
    let at = |problem: String, fix: &str| match (source, &overrides.gateway) {
        (Some(source), None) => source.problem("gateway.address", problem, fix),
        _ => ConfigProblem { place: "--gateway".into(), line: None, key: String::new(), problem, fix: fix.into() },
    };
    for (key, is_set) in [("guard_questions", table.guard_questions), ("guard_tools", table.guard_tools)] {
        if let Some(source) = source.filter(|_| is_set && table.guard.is_none()) {
            let fix = format!("add `guard`, or remove `{key}`");
            return Err(source.problem(&format!("gateway.{key}"), "has no guard", fix));
        }
    }
    if overrides.no_gateway || (!table.enabled && overrides.gateway.is_none()) {
        return Ok(None);
    }
    if on_stack && overrides.gateway.is_none() && table.address.is_none() {
        // Several processes share the work, and who reaches which of them is up to the stack.
        return Ok(None);
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
    let guard = table.guard.map(|guard| (guard, table.guard_mode.unwrap_or(Mode::Block)));
    let shown = Shown {
        guard,
        questions: table.guard_questions,
        tools: table.guard_tools,
        links: table.links,
        citations: table.citations,
        flush: table.flush,
    };
    let origins = table.origins.iter().map(|origin| {
        origin_of(origin).ok_or_else(|| {
            let fix = "write SCHEME://HOST or SCHEME://HOST:PORT, e.g. http://localhost:5173, without a path";
            let problem = format!("`{origin}` is no origin of a page");
            match source {
                Some(source) => source.problem("gateway.origins", problem, fix),
                None => at(problem, fix),
            }
        })
    });
    let origins = origins.collect::<Result<_, _>>()?;
    Ok(Some(Gateway { address, after_first: table.after_first, shown, cache: table.cache, origins }))
}

/// An origin as browsers write it.
fn origin_of(origin: &str) -> Option<HeaderValue> {
    let url = reqwest::Url::parse(origin).ok()?;
    let written = url.origin().ascii_serialization();
    (url.has_host() && written == origin).then(|| HeaderValue::from_str(origin).ok())?
}

/// Whether the guard is there, a mode has a guard, and hosts are hosts.
pub(super) fn shown_fields(
    source: &Source<'_>,
    prefix: &str,
    (guard, mode, links): (&Option<String>, Option<Mode>, &[String]),
    guards: &BTreeSet<String>,
    problems: &mut Vec<ConfigProblem>,
) {
    match guard {
        Some(guard) if !guards.contains(guard) => {
            let known = guards.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let fix = match known.as_str() {
                "" => format!("add [guards.{guard}] with rules = \"usual\""),
                known => format!("name a guard ({known}), or add [guards.{guard}] with rules = \"usual\""),
            };
            problems.push(source.problem(&format!("{prefix}.guard"), format!("there is no guard `{guard}`"), fix));
        }
        None if mode.is_some() => {
            let key = format!("{prefix}.guard_mode");
            problems.push(source.problem(&key, "is the mode of no guard", "add `guard`, or remove `guard_mode`"));
        }
        _ => {}
    }
    if let Err(error) = AllowedHosts::new(links, false) {
        let fix = "write `example.com` or `*.example.com`, without scheme, port or path";
        problems.push(source.problem(&format!("{prefix}.links"), format!("`{}` is no host", error.pattern), fix));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, file::File};

    fn read(text: &str) -> Result<Config, String> {
        let file = File::parse(Path::new("cueline.toml"), text.to_owned()).map_err(|error| error.to_string())?;
        file.resolve(&Overrides::default(), Path::new("")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_policy_has_the_guard_of_the_gateway_unless_it_has_its_own() {
        let config = read(
            "[guards.house]\nrules = 'usual'\n[guards.mild]\nrules = 'usual'\n\
             [gateway]\nguard = 'house'\nlinks = ['example.org']\n\
             [policies.a]\n[policies.b]\nguard = 'mild'\nguard_mode = 'redact'\nlinks = ['*.example.com']\nflush = 'sentence'\n\
             [policies.c]\nguard_tools = true\ncitations = true\n",
        )
        .unwrap();
        let usual = config.gateway.unwrap().shown;
        assert_eq!(usual.guard, Some(("house".to_owned(), Mode::Block)));
        assert_eq!(config.policies["a"].shown(&usual), usual);
        let own = config.policies["b"].shown(&usual);
        assert_eq!((own.guard, own.links), (Some(("mild".to_owned(), Mode::Redact)), vec!["*.example.com".to_owned()]));
        assert_eq!(own.flush, Flush::Sentence);
        let more = config.policies["c"].shown(&usual);
        assert_eq!(more, Shown { tools: true, citations: true, ..usual });
    }

    /// Also where another process has the front door: it may answer all the same.
    #[test]
    fn the_audit_has_content_only_where_somebody_says_so() {
        let kept = |text: &str| read(text).unwrap().audit.content;
        assert!(!kept("") && !kept("[gateway.audit]\n") && !kept("[gateway.audit]\ncontent = false\n"));
        assert!(kept("[gateway.audit]\ncontent = true\n"));
        assert!(kept("[gateway]\nenabled = false\naudit = { content = true }\n"));
        for (text, told) in [
            ("[gateway.audit]\ncontent = 'yes'\n", "gateway.audit.content: "),
            ("[gateway.audit]\ncontents = true\n", "gateway.audit.contents: unknown key `contents`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(told) && error.starts_with("cueline.toml:2"), "{text}: {error}");
        }
    }

    #[test]
    fn what_may_be_shown_is_checked() {
        for (text, told) in [
            ("[gateway]\nguard = 'none'\n", "gateway.guard: there is no guard `none`"),
            ("[policies.a]\nguard_mode = 'audit'\n", "policies.a.guard_mode: is the mode of no guard"),
            ("[policies.a]\nlinks = ['https://x.org/']\n", "policies.a.links: `https://x.org/` is no host"),
            ("[policies.a]\nguard_mode = 'hide'\n", "policies.a"),
            ("[policies.a]\nflush = 'word'\n", "policies.a"),
            ("[gateway]\norigins = ['http://a.test/']\n", "gateway.origins: `http://a.test/` is no origin"),
            ("[gateway]\norigins = ['*']\n", "gateway.origins: `*` is no origin"),
            ("[gateway]\nguard_tools = true\n", "gateway.guard_tools: has no guard"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
