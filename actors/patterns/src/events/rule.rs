//! Rules: which events start which workflow.

use cueline_domain::event_pattern::EventPattern;
use serde_json::Value;

use super::Template;

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name, part of the ids of what it starts.
    pub name: String,
    /// Which events.
    pub pattern: EventPattern,
    /// The pattern as it was written.
    pub written: Value,
    /// The workflow that each of them starts.
    pub workflow: String,
    /// Its input.
    pub input: Template,
}

/// All rules, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// Of these.
    pub fn new(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|one, other| one.name.cmp(&other.name));
        Self(rules)
    }

    /// In the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    /// Those that an event matches.
    pub fn matching<'a>(&'a self, event: &Value) -> impl Iterator<Item = &'a Rule> {
        self.0.iter().filter(move |rule| rule.pattern.matches(event)).collect::<Vec<_>>().into_iter()
    }
}
