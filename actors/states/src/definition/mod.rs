//! A workflow document, parsed once and shared. Expressions are parsed with it, so a step only evaluates.
//!
//! The parsers are the schema: [`reader`] notes which fields they ask for, and whatever is left over is not supported.

pub(crate) mod choice;
mod diagnostic;
mod draw;
mod express;
pub(crate) mod expression;
pub(crate) mod fan;
pub(crate) mod flow;
mod reader;
mod resources;
pub(crate) mod retry;
pub(crate) mod scope;
pub(crate) mod simple;
pub(crate) mod task;

pub use diagnostic::{Diagnostic, Severity};
pub use draw::{Edge, EdgeKind, Node};

use crate::limits;
use diagnostic::{Findings, JSON, SCHEMA};
use expression::{Language, Number};
use reader::Reader;
use scope::{Around, Scope};
use serde_json::{Map, Value, json};
use std::{cell::RefCell, sync::Arc};

/// A valid workflow, immutable and cheap to clone.
#[derive(Debug, Clone)]
pub struct Definition {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: Value,
    hash: String,
    comment: Option<String>,
    timeout: Option<Number>,
    scope: Scope,
}

impl Definition {
    /// Parses and validates a document. Fails with every error found, not only the first.
    pub fn parse(text: &str) -> Result<Definition, Vec<Diagnostic>> {
        let (definition, mut findings) = read(text);
        findings.retain(|finding| finding.severity == Severity::Error);
        match definition {
            Some(definition) if findings.is_empty() => Ok(definition),
            _ => Err(findings),
        }
    }

    /// Everything there is to say about a document, warnings too. Empty: it is perfect.
    pub fn validate(text: &str) -> Vec<Diagnostic> {
        read(text).1
    }

    /// As [`Definition::validate`], with the rules for Express workflows of Step Functions on top.
    pub fn validate_express(text: &str) -> Vec<Diagnostic> {
        let mut findings = read(text).1;
        if let Ok(document) = serde_json::from_str(text) {
            express::check(&document, "", &mut findings);
        }
        findings
    }

    /// What identifies the workflow: hex blake3 of the canonical document (keys sorted, no spaces).
    pub fn hash(&self) -> &str {
        &self.inner.hash
    }

    /// The document.
    pub fn source(&self) -> &Value {
        &self.inner.source
    }

    /// `Comment` of the document.
    pub fn comment(&self) -> Option<&str> {
        self.inner.comment.as_deref()
    }

    /// The states and arrows, for drawing: scopes inside a state follow it.
    pub fn states(&self) -> Vec<Node> {
        draw::nodes(self.scope())
    }

    /// The workflow that children of a distributed Map run: `state` is the name of the Map state, at any depth.
    pub fn processor(&self, state: &str) -> Option<Definition> {
        let processor = find_processor(&self.inner.source, state)?;
        let mut document = processor.as_object()?.clone();
        document.shift_remove("ProcessorConfig");
        let language = self.inner.source.get("QueryLanguage");
        if let Some(language) = language {
            document.insert("QueryLanguage".into(), language.clone());
        }
        let map = self.find_map(state)?;
        let source = Value::Object(document);
        let hash = hash(&source);
        let scope = map.processor.clone();
        Some(Definition { inner: Arc::new(Inner { source, hash, comment: None, timeout: None, scope }) })
    }

    /// Every resource that it cues (of Task states, item readers and result writers), each with its place in the document.
    pub fn resources(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        resources::find(&self.inner.source, "", &mut found);
        found
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.inner.scope
    }

    /// `TimeoutSeconds` of the whole.
    pub(crate) fn timeout(&self) -> Option<&Number> {
        self.inner.timeout.as_ref()
    }

    fn find_map(&self, state: &str) -> Option<&fan::Map> {
        fn find<'a>(scope: &'a Scope, name: &str) -> Option<&'a fan::Map> {
            scope.states.iter().find_map(|state| match &state.kind {
                scope::Kind::Map(map) if &*state.name == name => Some(&**map),
                kind => kind.scopes().iter().find_map(|inner| find(inner, name)),
            })
        }
        find(self.scope(), state)
    }
}

fn find_processor<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    let processor = |state: &'a Value| state.get("ItemProcessor").or(state.get("Iterator"));
    let states = document.get("States")?.as_object()?;
    if let Some(found) = states.get(name).and_then(processor) {
        return Some(found);
    }
    states.values().find_map(|state| {
        let branches = state.get("Branches").and_then(Value::as_array).into_iter().flatten();
        branches.chain(processor(state)).find_map(|inner| find_processor(inner, name))
    })
}

fn read(text: &str) -> (Option<Definition>, Vec<Diagnostic>) {
    let findings = Findings::default();
    let definition = read_document(text, &findings);
    let mut list = findings.into_list();
    let mut seen = std::collections::BTreeSet::new();
    list.retain(|finding| seen.insert((finding.path.clone(), finding.message.clone())));
    (definition, list)
}

fn read_document(text: &str, findings: &Findings) -> Option<Definition> {
    if text.len() > limits::DEFINITION_BYTES {
        let message = format!("The document has more than {} bytes", limits::DEFINITION_BYTES);
        findings.error(SCHEMA, "", message);
        return None;
    }
    let source: Value = serde_json::from_str(text)
        .map_err(|why| findings.error(JSON, "", format!("The document is not valid JSON: {why}")))
        .ok()?;
    let language = document_language(&source, findings);
    let reader = Reader::new(&source, String::new(), language, findings)?;
    for field in ["Comment", "QueryLanguage"] {
        reader.string(field);
    }
    if let Some(version) = reader.string("Version").filter(|version| *version != "1.0") {
        reader.error("Version", format!("The version '{version}' is not supported, only '1.0'"));
    }
    let comment = reader.string("Comment").map(String::from);
    let timeout = reader.number("TimeoutSeconds", "TimeoutSecondsPath", 1.0, true);
    let (names, labels) = (RefCell::default(), RefCell::default());
    let scope = scope::read(&reader, Around { language, depth: 0, names: &names, labels: &labels });
    reader.finish();
    let hash = hash(&source);
    let scope = scope?;
    Some(Definition { inner: Arc::new(Inner { source, hash, comment, timeout, scope }) })
}

fn document_language(source: &Value, findings: &Findings) -> Language {
    match source.get("QueryLanguage") {
        None => Language::JsonPath,
        Some(Value::String(name)) if name == "JSONata" => Language::Jsonata,
        Some(Value::String(name)) if name == "JSONPath" => Language::JsonPath,
        Some(_) => {
            let message = "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]";
            findings.error(SCHEMA, "/QueryLanguage", message);
            Language::JsonPath
        }
    }
}

fn hash(source: &Value) -> String {
    blake3::hash(canonical(source).to_string().as_bytes()).to_hex().to_string()
}

/// Keys in order, so that formatting does not make another workflow.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<_> = fields.keys().collect();
            keys.sort();
            Value::Object(keys.into_iter().map(|key| (key.clone(), canonical(&fields[key]))).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(canonical).collect(),
        Value::Number(number) => number
            .as_f64()
            .filter(|n| n.fract() == 0.0 && n.abs() < 9e15)
            .map_or_else(|| value.clone(), |n| json!(n as i64)),
        other => other.clone(),
    }
}
