//! A policy as a person writes it, and as it is used: checked once, with every mistake named by its field.

use super::rule::{Rule, RuleConfig};
use super::target::Target;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most exploration: a caller must never notice it.
pub const MAX_EXPLORATION: f64 = 0.05;

/// When a target counts as dominated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Prune {
    /// Fewer outcomes prove nothing, neither of the one nor of the other.
    pub least_outcomes: u64,
    /// By how many standard errors the other must be better.
    pub standard_errors: f64,
    /// Whether a dominated target stays at the end of the fallback chain. By default it gets no traffic at all.
    pub last_resort: bool,
}

impl Default for Prune {
    fn default() -> Self {
        Self { least_outcomes: 50, standard_errors: 1.64, last_resort: false }
    }
}

/// What differs for a task type.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskPolicy {
    /// Instead of the policy's.
    pub threshold: Option<f64>,
    /// Instead of the policy's.
    pub floor: Option<f64>,
}

/// A policy as it is configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConfig {
    /// Unique.
    pub name: String,
    /// Names of targets; of those that nothing is known about the first comes first.
    pub targets: Vec<String>,
    /// In order.
    #[serde(default)]
    pub rules: Vec<RuleConfig>,
    /// Quality that one more dollar must buy: 0 buys any gain, a large number buys nothing. Chosen by the evaluation.
    #[serde(default)]
    pub threshold: f64,
    /// Least expected quality of what is chosen, as a share of the best usable target's, 0 to 1.
    #[serde(default)]
    pub floor: f64,
    /// Task type → what differs.
    #[serde(default)]
    pub task_types: BTreeMap<String, TaskPolicy>,
    /// Share of requests that try a usable target at random, 0 to 0.05.
    #[serde(default)]
    pub exploration: f64,
    /// When a target counts as dominated.
    #[serde(default)]
    pub prune: Prune,
    /// Most milliseconds to the first token.
    #[serde(default)]
    pub most_first_token_ms: Option<u64>,
    /// Most dollars that a call is expected to cost.
    #[serde(default)]
    pub most_cost: Option<f64>,
    /// Most targets that are tried for one request, the chosen one included.
    #[serde(default = "default_chain")]
    pub chain: usize,
}

fn default_chain() -> usize {
    3
}

impl PolicyConfig {
    /// Targets in their order, and nothing else that matters.
    pub fn new(name: impl Into<String>, targets: Vec<String>) -> Self {
        Self {
            name: name.into(),
            targets,
            rules: Vec::new(),
            threshold: 0.0,
            floor: 0.0,
            task_types: BTreeMap::new(),
            exploration: 0.0,
            prune: Prune::default(),
            most_first_token_ms: None,
            most_cost: None,
            chain: default_chain(),
        }
    }
}

/// A mistake in a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policy {policy:?}, {field}: {value}: {fix}")]
pub struct PolicyError {
    /// Name of the policy.
    pub policy: String,
    /// Which field, such as `rules[2].when.pattern`.
    pub field: String,
    /// What is there.
    pub value: String,
    /// What to write instead.
    pub fix: String,
}

impl PolicyError {
    /// Stable name of the kind.
    pub fn code(&self) -> &'static str {
        "router_policy"
    }
}

/// A policy that was checked against the targets there are.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(super) config: PolicyConfig,
    /// In the order of the configuration.
    pub(super) targets: Vec<Target>,
    pub(super) rules: Vec<Rule>,
}

impl Policy {
    /// Checks `config` against `catalogue` and compiles its patterns. All mistakes are returned, not the first.
    pub fn new(config: PolicyConfig, catalogue: &[Target]) -> Result<Self, Vec<PolicyError>> {
        let mut problems = Problems { policy: config.name.clone(), found: Vec::new() };
        let targets = problems.targets(&config, catalogue);
        problems.numbers(&config);
        let mut rules = Vec::new();
        for (index, rule) in config.rules.iter().enumerate() {
            match rule.compile() {
                Ok(rule) => rules.push(rule),
                Err(message) => problems.add(
                    &format!("rules[{index}].when.pattern"),
                    message,
                    "give a regular expression without look-around and back references",
                ),
            }
            for name in rule.then.targets().iter().filter(|name| !config.targets.contains(name)) {
                problems.add(&format!("rules[{index}].then"), format!("{name:?}"), "name a target of this policy");
            }
        }
        match problems.found.is_empty() {
            true => Ok(Self { config, targets, rules }),
            false => Err(problems.found),
        }
    }

    /// As it was configured.
    pub fn config(&self) -> &PolicyConfig {
        &self.config
    }

    /// Its targets, in the order of the configuration.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    pub(super) fn threshold(&self, task_type: &str) -> f64 {
        self.config.task_types.get(task_type).and_then(|of_type| of_type.threshold).unwrap_or(self.config.threshold)
    }

    pub(super) fn floor(&self, task_type: &str) -> f64 {
        self.config.task_types.get(task_type).and_then(|of_type| of_type.floor).unwrap_or(self.config.floor)
    }
}

struct Problems {
    policy: String,
    found: Vec<PolicyError>,
}

impl Problems {
    fn add(&mut self, field: &str, value: String, fix: &str) {
        self.found.push(PolicyError {
            policy: self.policy.clone(),
            field: field.to_owned(),
            value,
            fix: fix.to_owned(),
        });
    }

    fn targets(&mut self, config: &PolicyConfig, catalogue: &[Target]) -> Vec<Target> {
        if config.targets.is_empty() {
            self.add("targets", "[]".to_owned(), "name at least one target");
        }
        let mut targets = Vec::new();
        let mut seen = BTreeSet::new();
        for (index, name) in config.targets.iter().enumerate() {
            let field = format!("targets[{index}]");
            if !seen.insert(name) {
                self.add(&field, format!("{name:?}"), "name each target once");
                continue;
            }
            match catalogue.iter().find(|target| target.name == *name) {
                Some(target) => targets.push(target.clone()),
                None => self.add(&field, format!("{name:?}"), "name a configured target"),
            }
        }
        for target in &targets {
            for price in [target.price.input_per_million, target.price.output_per_million] {
                if !(price.is_finite() && price >= 0.0) {
                    self.add(&format!("price of {:?}", target.name), price.to_string(), "give dollars, 0 or more");
                }
            }
        }
        targets
    }

    fn numbers(&mut self, config: &PolicyConfig) {
        let mut check = |field: String, value: f64, is_sound: bool, fix: &str| {
            if !is_sound {
                self.add(&field, value.to_string(), fix);
            }
        };
        const NUMBER: &str = "give a finite number";
        const SHARE: &str = "give a share, 0 to 1";
        let is_share = |value: f64| (0.0..=1.0).contains(&value);
        check("threshold".to_owned(), config.threshold, config.threshold.is_finite(), NUMBER);
        check("floor".to_owned(), config.floor, is_share(config.floor), SHARE);
        let explores = (0.0..=MAX_EXPLORATION).contains(&config.exploration);
        check("exploration".to_owned(), config.exploration, explores, "give 0 to 0.05");
        let errors = config.prune.standard_errors;
        check("prune.standard_errors".to_owned(), errors, errors.is_finite() && errors >= 0.0, "give 0 or more");
        if let Some(cost) = config.most_cost {
            check("most_cost".to_owned(), cost, cost.is_finite() && cost >= 0.0, "give dollars, 0 or more");
        }
        for (name, of_type) in &config.task_types {
            if let Some(threshold) = of_type.threshold {
                check(format!("task_types.{name}.threshold"), threshold, threshold.is_finite(), NUMBER);
            }
            if let Some(floor) = of_type.floor {
                check(format!("task_types.{name}.floor"), floor, is_share(floor), SHARE);
            }
        }
        if config.chain == 0 {
            self.add("chain", "0".to_owned(), "give 1 or more: the chosen target counts");
        }
    }
}
