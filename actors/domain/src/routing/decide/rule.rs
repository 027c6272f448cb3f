//! Rules: what a person knows better than any model.

use super::request::Request;
use super::target::Capability;
use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Bytes of a prompt that a pattern is looked for in. Patterns run in linear time, and even that adds up in megabytes.
pub const PATTERN_BYTES: usize = 65_536;
/// Bytes that a compiled pattern may take.
const MAX_PATTERN_SIZE: usize = 1 << 20;

/// When a rule applies: everything that is given must hold, so an empty one always does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// The tenant is one of these.
    pub tenants: Option<BTreeSet<String>>,
    /// The request has at least one of these tags.
    pub tags: Option<BTreeSet<String>>,
    /// The task type, told or guessed, is one of these.
    pub task_types: Option<BTreeSet<String>>,
    /// The request needs all of these.
    pub needs: Option<BTreeSet<Capability>>,
    /// The input has at least so many tokens.
    pub least_tokens: Option<u64>,
    /// The input has at most so many tokens.
    pub most_tokens: Option<u64>,
    /// A regular expression that is found in the first 65,536 bytes of the prompt.
    pub pattern: Option<String>,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Then {
    /// This target if it is usable, without exploration; the others stand behind it. The first such rule wins.
    Use(String),
    /// None but these.
    Only(BTreeSet<String>),
    /// None of these.
    Without(BTreeSet<String>),
}

impl Then {
    pub(super) fn targets(&self) -> Vec<String> {
        match self {
            Self::Use(name) => vec![name.clone()],
            Self::Only(names) | Self::Without(names) => names.iter().cloned().collect(),
        }
    }

    /// Whether the rule takes `target` out.
    pub(super) fn excludes(&self, target: &str) -> bool {
        match self {
            Self::Use(_) => false,
            Self::Only(names) => !names.contains(target),
            Self::Without(names) => names.contains(target),
        }
    }
}

/// A rule as it is configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleConfig {
    /// Shown in every decision that it takes part in.
    pub name: String,
    /// When it applies.
    #[serde(default)]
    pub when: When,
    /// What it does.
    pub then: Then,
}

impl RuleConfig {
    pub(super) fn compile(&self) -> Result<Rule, String> {
        let compile = |pattern: &String| RegexBuilder::new(pattern).size_limit(MAX_PATTERN_SIZE).build();
        let pattern = self.when.pattern.as_ref().map(compile).transpose().map_err(|error| error.to_string())?;
        Ok(Rule { config: self.clone(), pattern })
    }
}

/// A rule with its pattern compiled.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) config: RuleConfig,
    pattern: Option<Regex>,
}

impl Rule {
    pub(super) fn applies(&self, request: &Request, task_type: &str) -> bool {
        let when = &self.config.when;
        let is_in = |names: &Option<BTreeSet<String>>, name: Option<&str>| {
            names.as_ref().is_none_or(|names| name.is_some_and(|name| names.contains(name)))
        };
        // The pattern comes last: it costs most.
        is_in(&when.tenants, request.tenant)
            && is_in(&when.task_types, Some(task_type))
            && when.tags.as_ref().is_none_or(|tags| !tags.is_disjoint(request.tags))
            && when.needs.as_ref().is_none_or(|needs| needs.is_subset(request.needs))
            && when.least_tokens.is_none_or(|least| request.input_tokens >= least)
            && when.most_tokens.is_none_or(|most| request.input_tokens <= most)
            && self.pattern.as_ref().is_none_or(|pattern| {
                let end = request.prompt.floor_char_boundary(PATTERN_BYTES);
                pattern.is_match(&request.prompt[..end])
            })
    }
}
