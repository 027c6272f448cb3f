//! `"Type": "Choice"`: rules, looked at in order; the first that holds says where to go.

use super::{
    diagnostic::SCHEMA,
    expression::{Language, Payload},
    flow::{self, Flow},
    reader::Reader,
};
use crate::{
    Name,
    query::{jsonata::Expression, path::Path},
    time::parse_timestamp,
};
use serde_json::Value;
use std::cmp::Ordering;

#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) flow: Flow,
    pub(crate) rules: Vec<Rule>,
    pub(crate) default: Option<Name>,
    /// What is remembered when no rule holds.
    pub(crate) assign: Option<Payload>,
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) condition: Condition,
    pub(crate) next: Name,
    pub(crate) output: Option<Payload>,
    pub(crate) assign: Option<Payload>,
}

#[derive(Debug, Clone)]
pub(crate) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Test(Box<Test>),
    Jsonata(Expression),
    Always(bool),
}

#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) variable: Path,
    pub(crate) operator: Operator,
}

#[derive(Debug, Clone)]
pub(crate) enum Operator {
    Compare(Kind, Wanted, Operand),
    Matches(String),
    Is(Property, bool),
}

/// What both sides must be to be compared at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Number,
    Boolean,
    Timestamp,
}

/// Which orderings satisfy the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Equal,
    Less,
    Greater,
    AtMost,
    AtLeast,
}

impl Wanted {
    pub(crate) fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Wanted::Equal => ordering.is_eq(),
            Wanted::Less => ordering.is_lt(),
            Wanted::Greater => ordering.is_gt(),
            Wanted::AtMost => ordering.is_le(),
            Wanted::AtLeast => ordering.is_ge(),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Literal(Value),
    Path { field: &'static str, path: Path },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    Present,
    Null,
    Numeric,
    String,
    Boolean,
    Timestamp,
}

const COMPARISONS: [(&str, &str, Kind, Wanted); 17] = [
    ("StringEquals", "StringEqualsPath", Kind::String, Wanted::Equal),
    ("StringLessThan", "StringLessThanPath", Kind::String, Wanted::Less),
    ("StringGreaterThan", "StringGreaterThanPath", Kind::String, Wanted::Greater),
    ("StringLessThanEquals", "StringLessThanEqualsPath", Kind::String, Wanted::AtMost),
    ("StringGreaterThanEquals", "StringGreaterThanEqualsPath", Kind::String, Wanted::AtLeast),
    ("NumericEquals", "NumericEqualsPath", Kind::Number, Wanted::Equal),
    ("NumericLessThan", "NumericLessThanPath", Kind::Number, Wanted::Less),
    ("NumericGreaterThan", "NumericGreaterThanPath", Kind::Number, Wanted::Greater),
    ("NumericLessThanEquals", "NumericLessThanEqualsPath", Kind::Number, Wanted::AtMost),
    ("NumericGreaterThanEquals", "NumericGreaterThanEqualsPath", Kind::Number, Wanted::AtLeast),
    ("BooleanEquals", "BooleanEqualsPath", Kind::Boolean, Wanted::Equal),
    ("TimestampEquals", "TimestampEqualsPath", Kind::Timestamp, Wanted::Equal),
    ("TimestampLessThan", "TimestampLessThanPath", Kind::Timestamp, Wanted::Less),
    ("TimestampGreaterThan", "TimestampGreaterThanPath", Kind::Timestamp, Wanted::Greater),
    ("TimestampLessThanEquals", "TimestampLessThanEqualsPath", Kind::Timestamp, Wanted::AtMost),
    ("TimestampGreaterThanEquals", "TimestampGreaterThanEqualsPath", Kind::Timestamp, Wanted::AtLeast),
    ("StringMatches", "", Kind::String, Wanted::Equal),
];

const PROPERTIES: [(&str, Property); 6] = [
    ("IsPresent", Property::Present),
    ("IsNull", Property::Null),
    ("IsNumeric", Property::Numeric),
    ("IsString", Property::String),
    ("IsBoolean", Property::Boolean),
    ("IsTimestamp", Property::Timestamp),
];

pub(super) fn read(reader: &Reader<'_>) -> Option<Choice> {
    reader.require(&["Choices"]);
    let flow = Flow::of_passage(reader);
    let assign = flow::assign(reader);
    let default = reader.string("Default").map(Name::from);
    let mut rules = Vec::new();
    for rule in reader.objects("Choices")? {
        rules.extend(read_rule(&rule));
        rule.finish();
    }
    Some(Choice { flow, rules, default, assign })
}

fn read_rule(rule: &Reader<'_>) -> Option<Rule> {
    rule.get("Comment");
    rule.require(&["Next"]);
    let next = rule.string("Next").map(Name::from);
    let output = rule.payload_in(Language::Jsonata, "Output");
    let assign = flow::assign(rule);
    let condition = match rule.language {
        Language::Jsonata => jsonata_condition(rule),
        Language::JsonPath => condition(rule),
    };
    Some(Rule { condition: condition?, next: next?, output, assign })
}

fn jsonata_condition(rule: &Reader<'_>) -> Option<Condition> {
    rule.require(&["Condition"]);
    match rule.get("Condition")? {
        Value::Bool(flag) => Some(Condition::Always(*flag)),
        Value::String(text) => rule.jsonata("Condition", text).map(Condition::Jsonata),
        _ => {
            rule.error("Condition", "Expected value of type Boolean or a JSONata expression");
            None
        }
    }
}

fn condition(rule: &Reader<'_>) -> Option<Condition> {
    rule.get_in(Language::Jsonata, "Condition");
    let operators = operators_of(rule);
    for field in operators.iter().chain(&["Variable"]) {
        rule.get(field);
    }
    if operators.len() != 1 {
        let what = if operators.is_empty() { "is required" } else { "is allowed" };
        rule.complain(format!("Exactly one operator {what} in a rule, found [{}]", operators.join(", ")));
    }
    match *operators.first()? {
        "And" => nested(rule, "And").map(Condition::And),
        "Or" => nested(rule, "Or").map(Condition::Or),
        "Not" => {
            let inner = rule.child("Not")?;
            let condition = bare_condition(&inner);
            inner.finish();
            condition.map(|condition| Condition::Not(Box::new(condition)))
        }
        operator => test(rule, operator),
    }
}

fn operators_of(rule: &Reader<'_>) -> Vec<&'static str> {
    let compared = COMPARISONS.iter().flat_map(|(name, sibling, ..)| [*name, *sibling]);
    let all = ["And", "Or", "Not"].into_iter().chain(compared).chain(PROPERTIES.iter().map(|(name, _)| *name));
    all.filter(|name| rule.has(name)).collect()
}

fn nested(rule: &Reader<'_>, field: &'static str) -> Option<Vec<Condition>> {
    let mut conditions = Vec::new();
    for inner in rule.objects(field)? {
        conditions.extend(bare_condition(&inner));
        inner.finish();
    }
    Some(conditions)
}

/// Inside And, Or and Not only the outermost rule says where to go.
fn bare_condition(rule: &Reader<'_>) -> Option<Condition> {
    rule.get("Comment");
    condition(rule)
}

fn test(rule: &Reader<'_>, operator: &'static str) -> Option<Condition> {
    rule.require(&["Variable"]);
    let variable = rule.path("Variable");
    let operator = if let Some((field, property)) = PROPERTIES.iter().find(|(name, _)| *name == operator) {
        Operator::Is(*property, rule.boolean(field)?)
    } else if operator == "StringMatches" {
        Operator::Matches(rule.string("StringMatches")?.into())
    } else {
        comparison(rule, operator)?
    };
    Some(Condition::Test(Box::new(Test { variable: variable?, operator })))
}

fn comparison(rule: &Reader<'_>, operator: &'static str) -> Option<Operator> {
    let (_, sibling, kind, wanted) =
        COMPARISONS.iter().find(|(name, sibling, ..)| *name == operator || *sibling == operator)?;
    let operand = if operator == *sibling {
        Operand::Path { field: sibling, path: rule.path(sibling)? }
    } else {
        let value = rule.get(operator)?;
        check_literal(rule, operator, *kind, value);
        Operand::Literal(value.clone())
    };
    Some(Operator::Compare(*kind, *wanted, operand))
}

fn check_literal(rule: &Reader<'_>, operator: &str, kind: Kind, value: &Value) {
    let wrong = match kind {
        Kind::String if !value.is_string() => "Expected value of type String",
        Kind::Number if !value.is_number() => "Expected value of type Number",
        Kind::Boolean if !value.is_boolean() => "Expected value of type Boolean",
        Kind::Timestamp if value.as_str().and_then(parse_timestamp).is_none() => {
            "String does not match RFC3339 timestamp"
        }
        _ => return,
    };
    rule.findings.error(SCHEMA, rule.at(operator), wrong);
}
