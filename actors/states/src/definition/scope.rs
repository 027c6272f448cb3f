//! A scope: `StartAt` and `States`. The whole document is one; so is each branch, and each processor of a Map.

use super::{
    choice::{self, Choice},
    diagnostic::{DUPLICATE, Findings, NAME, NO_END, SCHEMA, TRANSITION},
    expression::Language,
    fan::{self, Map, Parallel},
    reader::Reader,
    retry::Rescue,
    simple::{self, Fail, Pass, Succeed, Wait},
    task::{self, Task},
};
use crate::Name;
use serde_json::Value;
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) start: Name,
    pub(crate) states: Vec<StateDef>,
    index: HashMap<Name, usize>,
}

impl Scope {
    pub(crate) fn state(&self, name: &str) -> Option<&StateDef> {
        self.index.get(name).map(|i| &self.states[*i])
    }
}

#[derive(Debug, Clone)]
pub(crate) struct StateDef {
    pub(crate) name: Name,
    pub(crate) language: Language,
    pub(crate) comment: Option<String>,
    /// `None` is `"End": true`.
    pub(crate) next: Option<Name>,
    /// Whether an expression looks at the context object, which is costly to make.
    pub(crate) uses_context: bool,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Task(Box<Task>),
    Pass(Box<Pass>),
    Choice(Box<Choice>),
    Wait(Box<Wait>),
    Succeed(Box<Succeed>),
    Fail(Box<Fail>),
    Parallel(Box<Parallel>),
    Map(Box<Map>),
}

impl Kind {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Kind::Task(_) => "Task",
            Kind::Pass(_) => "Pass",
            Kind::Choice(_) => "Choice",
            Kind::Wait(_) => "Wait",
            Kind::Succeed(_) => "Succeed",
            Kind::Fail(_) => "Fail",
            Kind::Parallel(_) => "Parallel",
            Kind::Map(_) => "Map",
        }
    }

    pub(crate) fn rescue(&self) -> Option<&Rescue> {
        match self {
            Kind::Task(state) => Some(&state.rescue),
            Kind::Parallel(state) => Some(&state.rescue),
            Kind::Map(state) => Some(&state.rescue),
            _ => None,
        }
    }

    pub(crate) fn scopes(&self) -> &[Scope] {
        match self {
            Kind::Parallel(state) => &state.branches,
            Kind::Map(state) => std::slice::from_ref(&state.processor),
            _ => &[],
        }
    }
}

/// What a scope needs to know about the document around it.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// The document's language: a state that names none speaks it, wherever it is.
    pub(super) language: Language,
    pub(super) depth: usize,
    pub(super) names: &'a RefCell<BTreeSet<String>>,
    pub(super) labels: &'a RefCell<BTreeSet<String>>,
}

const TYPES: &str = "Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map";

pub(super) fn read(reader: &Reader<'_>, around: Around<'_>) -> Option<Scope> {
    reader.require(&["States", "StartAt"]);
    let start = reader.string("StartAt").map(Name::from);
    let states = reader.child("States");
    let documents = reader.get("States").and_then(Value::as_object);
    let (states, documents) = (states?, documents?);
    if documents.is_empty() {
        states.complain("At least one state is required");
    }
    let mut scope =
        Scope { start: start.clone().unwrap_or_else(|| "".into()), states: Vec::new(), index: HashMap::new() };
    let mut complete = true;
    for (name, document) in documents {
        check_name(reader.findings, &states.at(name), name, around);
        match read_state(name, document, states.at(name), around, reader.findings) {
            Some(state) => {
                scope.index.insert(state.name.clone(), scope.states.len());
                scope.states.push(state);
            }
            None => complete = false,
        }
    }
    check_arrows(reader, documents, start.as_deref());
    complete.then_some(scope).filter(|_| start.is_some())
}

fn check_name(findings: &Findings, path: &str, name: &str, around: Around<'_>) {
    if name.is_empty() || name.chars().count() > 80 {
        findings.error(NAME, path, "A state name has 1 to 80 characters");
    }
    if !around.names.borrow_mut().insert(name.into()) {
        findings.error(DUPLICATE, path, format!("Duplicate state name: {name}"));
    }
}

fn read_state(name: &str, document: &Value, path: String, around: Around<'_>, findings: &Findings) -> Option<StateDef> {
    let language = read_language(document, &path, around.language, findings);
    let reader = Reader::new(document, path, language, findings)?;
    reader.get("QueryLanguage");
    reader.require(&["Type"]);
    let comment = reader.string("Comment").map(String::from);
    let kind = match reader.string("Type")? {
        "Task" => task::read(&reader).map(|state| Kind::Task(Box::new(state))),
        "Pass" => simple::read_pass(&reader).map(|state| Kind::Pass(Box::new(state))),
        "Choice" => choice::read(&reader).map(|state| Kind::Choice(Box::new(state))),
        "Wait" => simple::read_wait(&reader).map(|state| Kind::Wait(Box::new(state))),
        "Succeed" => simple::read_succeed(&reader).map(|state| Kind::Succeed(Box::new(state))),
        "Fail" => simple::read_fail(&reader).map(|state| Kind::Fail(Box::new(state))),
        "Parallel" => fan::read_parallel(&reader, around).map(|state| Kind::Parallel(Box::new(state))),
        "Map" => fan::read_map(&reader, around).map(|state| Kind::Map(Box::new(state))),
        _ => {
            reader.error("Type", format!("The field 'Type' should have one of these values: [{TYPES}]"));
            return None;
        }
    };
    let next = read_end(&reader);
    reader.finish();
    let uses_context = looks_at_context(document);
    Some(StateDef { name: name.into(), language, comment, next, uses_context, kind: kind? })
}

fn read_language(document: &Value, path: &str, around: Language, findings: &Findings) -> Language {
    match document.get("QueryLanguage").map(Value::as_str) {
        None => around,
        Some(Some("JSONata")) => Language::Jsonata,
        Some(Some("JSONPath")) if around == Language::Jsonata => {
            let message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
            findings.error(SCHEMA, path, message);
            Language::JsonPath
        }
        Some(Some("JSONPath")) => Language::JsonPath,
        Some(_) => {
            let message = "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]";
            findings.error(SCHEMA, format!("{path}/QueryLanguage"), message);
            around
        }
    }
}

/// `Next` and `End`: which of them a state needs depends on its type.
fn read_end(reader: &Reader<'_>) -> Option<Name> {
    if ends_by_itself(reader.string("Type")) {
        return None;
    }
    let next = reader.string("Next").map(Name::from);
    let end = reader.boolean("End");
    match (reader.has("Next"), end) {
        (true, Some(true)) => reader.complain("Only one of these fields is allowed: [Next, End]"),
        (false, None | Some(false)) => reader.complain("One of these fields is required: [Next, End]"),
        _ => {}
    }
    next
}

fn ends_by_itself(kind: Option<&str>) -> bool {
    matches!(kind, Some("Choice" | "Succeed" | "Fail"))
}

/// Every arrow must lead somewhere, every state must be reachable, and something must end.
fn check_arrows(reader: &Reader<'_>, states: &serde_json::Map<String, Value>, start: Option<&str>) {
    let findings = reader.findings;
    if let Some(start) = start.filter(|start| !states.contains_key(*start)) {
        findings.error(TRANSITION, reader.at("StartAt"), format!("Missing 'StartAt' target: {start}"));
    }
    let mut reachable = BTreeSet::new();
    let mut open: Vec<&str> = start.into_iter().collect();
    while let Some(name) = open.pop() {
        let Some(state) = states.get(name) else { continue };
        if reachable.insert(name) {
            open.extend(arrows(state).into_iter().map(|(_, target)| target));
        }
    }
    let mut ends = false;
    for (name, state) in states {
        let path = format!("{}/States/{name}", reader.path);
        for (place, target) in arrows(state).into_iter().filter(|(_, target)| !states.contains_key(*target)) {
            findings.error(TRANSITION, format!("{path}/{place}"), format!("Missing 'Next' target: {target}"));
        }
        let kind = state.get("Type").and_then(Value::as_str);
        ends |= matches!(kind, Some("Succeed" | "Fail")) || state.get("End") == Some(&Value::Bool(true));
        if !reachable.contains(name.as_str()) && start.is_some_and(|start| states.contains_key(start)) {
            findings.error(TRANSITION, path, format!("State \"{name}\" is not reachable."));
        }
    }
    if !ends && !states.is_empty() {
        findings.error(NO_END, reader.path.clone(), "Workflow has no terminal state");
    }
}

/// Where a state may go, and the field that says so.
fn arrows(state: &Value) -> Vec<(String, &str)> {
    let mut arrows = Vec::new();
    for field in ["Next", "Default"] {
        arrows.extend(state.get(field).and_then(Value::as_str).map(|target| (field.to_string(), target)));
    }
    for field in ["Choices", "Catch"] {
        let elements = state.get(field).and_then(Value::as_array).into_iter().flatten().enumerate();
        for (i, element) in elements {
            if let Some(target) = element.get("Next").and_then(Value::as_str) {
                arrows.push((format!("{field}[{i}]/Next"), target));
            }
        }
    }
    arrows
}

/// Whether a string of the state (scopes inside it excluded) may read the context object.
fn looks_at_context(document: &Value) -> bool {
    fn reads(value: &Value) -> bool {
        match value {
            Value::String(text) => {
                text.contains("$$")
                    || text.contains("context")
                    || text.match_indices("$states").any(|(at, word)| !text[at + word.len()..].starts_with('.'))
            }
            Value::Array(items) => items.iter().any(reads),
            Value::Object(fields) => fields.values().any(reads),
            _ => false,
        }
    }
    let inner = ["Branches", "ItemProcessor", "Iterator"];
    let Some(fields) = document.as_object() else { return false };
    fields.iter().any(|(field, value)| !inner.contains(&field.as_str()) && reads(value))
}
