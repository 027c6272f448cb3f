//! `[rules.NAME]`: which events start which workflow.

use std::collections::BTreeMap;

use cueline_domain::event_pattern::{EventPattern, MAX_CHARACTERS};
use cueline_patterns::events::{Rule, Template};
use serde::Deserialize;
use toml::Value;

use super::{ConfigProblem, read::Source};

const LONGEST_NAME: usize = 64;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    /// An event pattern of EventBridge, as JSON text.
    pattern: String,
    workflow: String,
    /// The whole event when absent.
    input: Option<Value>,
}

pub(super) fn read(
    source: Option<&Source<'_>>,
    tables: BTreeMap<String, Value>,
    problems: &mut Vec<ConfigProblem>,
) -> Vec<Rule> {
    let Some(source) = source else { return Vec::new() };
    let mut rules = Vec::new();
    for (name, value) in tables {
        match rule(source, name, value) {
            Ok(rule) => rules.push(rule),
            Err(found) => problems.extend(found),
        }
    }
    rules
}

fn rule(source: &Source<'_>, name: String, value: Value) -> Result<Rule, Vec<ConfigProblem>> {
    let place = format!("rules.{name}");
    let letters = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'.' | b'_' | b'-');
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(letters) {
        let fix = "use 1 to 64 of A-Z a-z 0-9 . _ -";
        return Err(vec![source.problem(&place, "is no name of a rule", fix)]);
    }
    let table: RuleTable = source.typed(&place, value).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let key = format!("{place}.pattern");
    let pattern = EventPattern::parse_text(&table.pattern, MAX_CHARACTERS);
    let pattern = pattern.map_err(|found| {
        problems.extend(found.into_iter().map(|found| {
            let at = if found.path.is_empty() { "the pattern".to_owned() } else { found.path };
            source.problem(&key, format!("{at}: {}: {}", found.code, found.value), found.fix)
        }));
    });
    if table.workflow.is_empty() {
        problems.push(source.problem(&format!("{place}.workflow"), "is empty", "name a workflow"));
    }
    let input = match &table.input {
        None => Ok(Template::whole()),
        Some(input) => {
            let json = serde_json::to_value(input).unwrap_or_default();
            Template::parse(&json).map_err(|found| {
                let problem = format!("{:?} is no place in an event", found.value);
                problems.push(source.problem(&format!("{place}.input"), problem, found.fix));
            })
        }
    };
    match (pattern, input, problems.is_empty()) {
        (Ok(pattern), Ok(input), true) => {
            let written = serde_json::from_str(&table.pattern).unwrap_or_default();
            Ok(Rule { name, pattern, written, workflow: table.workflow, input })
        }
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn load(text: &str) -> Result<Vec<Rule>, Vec<String>> {
        let source = Source { file: Path::new("cueline.toml"), text };
        let table = source.table().unwrap();
        let tables = table["rules"].as_table().unwrap().clone().into_iter().collect();
        let mut problems = Vec::new();
        let rules = read(Some(&source), tables, &mut problems);
        if problems.is_empty() { Ok(rules) } else { Err(problems.iter().map(ToString::to_string).collect()) }
    }

    #[test]
    fn a_rule_has_a_pattern_a_workflow_and_an_input() {
        let text = "[rules.big-orders]\npattern = '''{\"source\": [\"shop\"]}'''\nworkflow = 'w'\n\
                    input = { order = '$.detail.id', n = 1 }";
        let rules = load(text).unwrap();
        let event = json!({"source": "shop", "detail": {"id": 7}});
        assert!(rules[0].pattern.matches(&event));
        assert_eq!((rules[0].name.as_str(), rules[0].workflow.as_str()), ("big-orders", "w"));
        assert_eq!(rules[0].input.fill(&event), json!({"order": 7, "n": 1}));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_fix() {
        let text =
            "[rules.a]\nworkflow = ''\ninput = ['$x']\npattern = '{\"source\": \"shop\"}'\n[rules.b]\nworkflow = 3\n";
        let problems = load(text).unwrap_err();
        assert!(
            problems[0].starts_with("cueline.toml:4: rules.a.pattern: /source: pattern.leaf_not_a_list: \"shop\"; ")
        );
        assert!(problems[1].starts_with("cueline.toml:2: rules.a.workflow: is empty"), "{problems:?}");
        assert!(problems[2].starts_with("cueline.toml:3: rules.a.input: \"$x\" is no place in an event; "));
        assert!(problems[3].starts_with("cueline.toml:6: rules.b"), "{problems:?}");
        assert!(load("[rules.'no spaces']\npattern = '{}'\nworkflow = 'w'").unwrap_err()[0].contains("is no name"));
    }
}
