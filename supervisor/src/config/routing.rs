//! `[targets.NAME]`, `[policies.NAME]`, `[splits.NAME]`, `[router]`: what is known of the models behind the front door, and who
//! is asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use cueline_domain::{
    chat::attempts::AfterFirst,
    collection::CollectionName,
    governance::alerts::{AlertRule, RuleProblem, RuleProblems, Watch},
    routing::decide,
    streaming::{Flush, Mode},
};
use serde::Deserialize;
use toml::Value;

use super::{
    ConfigProblem,
    gateway::{CacheTable, Shown, shown_fields},
    read::Source,
};
use crate::gateway::RAG;

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
    /// Whose requests it takes; left out: everybody's.
    pub tenants: Option<BTreeSet<String>>,
    /// Calls at the same time.
    pub concurrent: Option<usize>,
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    pub tokens_per_minute: Option<u64>,
    /// How long a request waits for its turn.
    pub queue_seconds: Option<f64>,
    /// Until the first token.
    pub first_token_seconds: Option<f64>,
    /// Between two tokens.
    pub gap_seconds: Option<f64>,
    /// Until an answer that does not come in pieces.
    pub answer_seconds: Option<f64>,
    /// Silence after which the next target of the plan is asked as well: who speaks first answers, both are paid for.
    pub hedge_seconds: Option<f64>,
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
    /// What is known better than by any model, in order.
    pub rules: Vec<decide::RuleConfig>,
    /// Quality that one more dollar must buy; `cueline eval routing` finds it. With `[router]` only.
    pub threshold: f64,
    /// Least expected quality, as a share of the best target's, 0 to 1. With `[router]` only.
    pub floor: f64,
    /// Task type → another threshold or floor.
    pub task_types: BTreeMap<String, decide::TaskPolicy>,
    /// Share of requests that try a target at random, 0 to 0.05.
    pub exploration: f64,
    /// When a target that is dearer and worse gets nothing any more.
    pub prune: decide::Prune,
    /// Most milliseconds to the first token.
    pub most_first_token_ms: Option<u64>,
    /// Most dollars that a call is expected to cost.
    pub most_cost: Option<f64>,
    /// Most targets that are tried for one request; left out: three.
    pub chain: Option<usize>,
    /// A guard that looks at answers; left out: that of `[gateway]`.
    pub guard: Option<String>,
    /// What it does about what it finds: `block`, unless told otherwise, `redact`, `audit`.
    pub guard_mode: Option<Mode>,
    /// Whether it looks at what is asked as well; left out: as `[gateway]` says.
    pub guard_questions: Option<bool>,
    /// Whether it looks at arguments of tools as well; left out: as `[gateway]` says.
    pub guard_tools: Option<bool>,
    /// Hosts that links of answers may lead to; left out: those of `[gateway]`.
    pub links: Vec<String>,
    /// Whether markers like `[1]` are held against the `documents` of a request; left out: as `[gateway]` says.
    pub citations: Option<bool>,
    /// In which units text is let go: `token`, `markdown`, `sentence`; left out: as `[gateway]` says.
    pub flush: Option<Flush>,
    /// Whether answers are given again; left out: as `[gateway]` says.
    pub cache: Option<CacheTable>,
}

impl PolicyTable {
    /// As the decision knows it; `all`: the targets of a policy that names none.
    pub fn config(&self, name: &str, all: &[String]) -> decide::PolicyConfig {
        let targets = if self.targets.is_empty() { all.to_vec() } else { self.targets.clone() };
        let plain = decide::PolicyConfig::new(name, targets);
        decide::PolicyConfig {
            rules: self.rules.clone(),
            threshold: self.threshold,
            floor: self.floor,
            task_types: self.task_types.clone(),
            exploration: self.exploration,
            prune: self.prune,
            most_first_token_ms: self.most_first_token_ms,
            most_cost: self.most_cost,
            chain: self.chain.unwrap_or(plain.chain),
            ..plain
        }
    }

    /// What may be shown of its answers; `usual`: of others.
    pub fn shown(&self, usual: &Shown) -> Shown {
        let guard = self.guard.as_ref().map(|guard| (guard.clone(), self.guard_mode.unwrap_or(Mode::Block)));
        let links = if self.links.is_empty() { &usual.links } else { &self.links };
        Shown {
            guard: guard.or_else(|| usual.guard.clone()),
            questions: self.guard_questions.unwrap_or(usual.questions),
            tools: self.guard_tools.unwrap_or(usual.tools),
            links: links.clone(),
            citations: self.citations.unwrap_or(usual.citations),
            flush: self.flush.unwrap_or(usual.flush),
        }
    }
}

/// `[splits.NAME]`: users of `auto:NAME` meet one of several policies.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitTable {
    /// Shares sum to one.
    pub arms: Vec<decide::Arm>,
    /// A policy that decides as well and is only recorded.
    pub shadow: Option<String>,
}

impl SplitTable {
    /// As the decision knows it.
    pub fn split(&self, name: &str) -> decide::Split {
        decide::Split { name: name.to_owned(), arms: self.arms.clone(), shadow: self.shadow.clone() }
    }
}

/// `[router]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RouterTable {
    /// Made by `cueline router train`.
    pub(super) file: Option<PathBuf>,
    /// Whether feedback teaches it more.
    pub(super) online: bool,
}

/// What policies choose by.
#[derive(Debug, Clone, PartialEq)]
pub struct Router {
    /// Made by `cueline router train`.
    pub file: PathBuf,
    /// Whether feedback teaches it more.
    pub online: bool,
}

/// The router, and the splits between policies.
pub(super) fn router(
    source: Option<&Source<'_>>,
    table: RouterTable,
    on_stack: bool,
    base: &Path,
    problems: &mut Vec<ConfigProblem>,
) -> Option<Router> {
    if let Some(source) = source.filter(|_| table.online) {
        let wrong = match (&table.file, on_stack) {
            (None, _) => Some(("teaches a router that is not there", "add `file`, made by `cueline router train`")),
            (_, true) => Some((
                "is for one process: on a stack each would learn alone",
                "leave it out, and train again with `cueline router train --from-executions`",
            )),
            _ => None,
        };
        problems.extend(wrong.map(|(what, fix)| source.problem("router.online", what.to_owned(), fix)));
    }
    table.file.map(|file| Router { file: base.join(file), online: table.online })
}

/// Splits between policies that are there.
pub(super) fn splits(
    source: Option<&Source<'_>>,
    tables: BTreeMap<String, Value>,
    policies: &BTreeMap<String, PolicyTable>,
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, SplitTable> {
    let mut splits = BTreeMap::new();
    let Some(source) = source else { return splits };
    for (name, table) in tables {
        let prefix = format!("splits.{name}");
        if policies.contains_key(&name) || name == "auto" {
            let fix = "call one of them something else: both are asked for as `auto:NAME`";
            problems.push(source.problem(&prefix, format!("there is a policy `{name}` as well"), fix));
        }
        match source.typed::<SplitTable>(&prefix, table) {
            Ok(table) => {
                let sum: f64 = table.arms.iter().map(|arm| arm.share).sum();
                if (sum - 1.0).abs() > 1e-6 || table.arms.iter().any(|arm| !(0.0..=1.0).contains(&arm.share)) {
                    let key = format!("{prefix}.arms");
                    problems.push(source.problem(
                        &key,
                        format!("its shares sum to {sum}"),
                        "give shares, 0 to 1, that sum to 1",
                    ));
                }
                let named = table.arms.iter().map(|arm| &arm.policy).chain(&table.shadow);
                for policy in named.filter(|policy| *policy != "auto" && !policies.contains_key(*policy)) {
                    let fix = format!("add [policies.{policy}], or name a policy that is there");
                    problems.push(source.problem(&prefix, format!("there is no policy `{policy}`"), fix));
                }
                splits.insert(name, table);
            }
            Err(problem) => problems.push(problem),
        }
    }
    splits
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
                if !names.contains(&&name) && !answers_from_documents(&name) {
                    let fix = format!("name a chat model ({}), or add [chat.{name}]", known());
                    problems.push(source.problem(&prefix, "there is no such chat model", fix));
                }
                unknown_names(source, &format!("{prefix}.fallbacks"), &table.fallbacks, names, problems);
                for (key, seconds, least) in [
                    // Who must not wait at all waits for nobody's turn.
                    ("queue_seconds", table.queue_seconds, 0.0),
                    ("first_token_seconds", table.first_token_seconds, 0.001),
                    ("gap_seconds", table.gap_seconds, 0.001),
                    ("answer_seconds", table.answer_seconds, 0.001),
                    ("hedge_seconds", table.hedge_seconds, 0.001),
                ] {
                    if seconds.is_some_and(|seconds| !(least..=86_400.0).contains(&seconds)) {
                        let key = format!("{prefix}.{key}");
                        let fix = format!("write {least} to 86400");
                        problems.push(source.problem(&key, "is no time that a caller waits", fix));
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
    guards: &BTreeSet<String>,
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, PolicyTable> {
    let mut policies = BTreeMap::new();
    let Some(source) = source else { return policies };
    for (name, table) in tables {
        let prefix = format!("policies.{name}");
        match source.typed::<PolicyTable>(&prefix, table) {
            Ok(table) => {
                unknown_names(source, &format!("{prefix}.targets"), &table.targets, names, problems);
                shown_fields(source, &prefix, (&table.guard, table.guard_mode, &table.links), guards, problems);
                policies.insert(name, table);
            }
            Err(problem) => problems.push(problem),
        }
    }
    policies
}

/// Rules of alerts that make sense.
pub(super) fn alerts(
    source: Option<&Source<'_>>,
    tables: BTreeMap<String, Value>,
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, AlertRule> {
    let mut alerts = BTreeMap::new();
    let Some(source) = source else { return alerts };
    for (name, table) in tables {
        match source.typed::<AlertRule>(&format!("alerts.{name}"), table) {
            Ok(rule) => drop(alerts.insert(name, rule)),
            Err(problem) => problems.push(problem),
        }
    }
    if let Err(RuleProblems(found)) = Watch::new(&alerts) {
        for RuleProblem { rule, field, value, fix } in found {
            problems.push(source.problem(&format!("alerts.{rule}.{field}"), format!("is {value}"), fix));
        }
    }
    alerts
}

/// `rag/COLLECTION`; any folder of the inbox is one, whether it is configured or not.
pub(crate) fn answers_from_documents(name: &str) -> bool {
    name.strip_prefix(RAG).is_some_and(|collection| CollectionName::parse(collection).is_ok())
}

fn unknown_names(
    source: &Source<'_>,
    key: &str,
    named: &[String],
    names: &[&String],
    problems: &mut Vec<ConfigProblem>,
) {
    for name in named.iter().filter(|name| !names.contains(name) && !answers_from_documents(name)) {
        let known = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let fix = format!("name chat models: {known}; or rag/COLLECTION");
        problems.push(source.problem(key, format!("there is no chat model `{name}`"), fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Overrides};

    fn read(text: &str) -> Result<Config, String> {
        let config = Config::of_text("cueline.toml", text.to_owned(), &Overrides::default());
        config.map_err(|error| error.to_string())
    }

    /// A negative one was a panic when the process started.
    #[test]
    fn a_time_that_nobody_can_wait_is_refused() {
        let chat = "[chat.a]\nbase_url = 'http://a.test/v1'\nmodel = 'm'\n[targets.a]\n";
        for key in ["queue_seconds", "first_token_seconds", "gap_seconds", "hedge_seconds"] {
            for wrong in ["-1", "-0.5", "86401", "nan", "inf", "-inf", "1e300"] {
                let wrong = if wrong == "-1" || wrong == "86401" { format!("{wrong}.0") } else { wrong.to_owned() };
                let told = read(&format!("{chat}{key} = {wrong}\n")).unwrap_err();
                let named = format!("cueline.toml:5: targets.a.{key}: is no time that a caller waits; write 0");
                assert!(told.starts_with(&named) && told.ends_with("to 86400"), "{key} = {wrong}: {told}");
            }
            for right in ["0.001", "1.5", "86400.0"] {
                assert!(read(&format!("{chat}{key} = {right}\n")).is_ok(), "{key} = {right}");
            }
        }
        assert_eq!(read(&format!("{chat}queue_seconds = 0.0\n")).unwrap().targets["a"].queue_seconds, Some(0.0));
        assert!(read(&format!("{chat}gap_seconds = 0.0\n")).is_err(), "nobody speaks without a gap");
    }

    #[test]
    fn who_shares_a_stack_is_told_how_to_learn() {
        let told = read("stack = 's'\n[router]\nfile = 'a.router'\nonline = true\n").unwrap_err();
        assert!(told.contains("train again with `cueline router train --from-executions`"), "{told}");
    }
}
