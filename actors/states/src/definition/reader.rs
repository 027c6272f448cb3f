//! A cursor on one object of the document. Fields that nobody asked for are not supported: the parsers are the schema.

use super::{
    diagnostic::{Findings, SCHEMA},
    expression::Language,
};
use serde_json::{Map, Value};
use std::cell::RefCell;

pub(super) struct Reader<'a> {
    object: &'a Map<String, Value>,
    pub(super) path: String,
    pub(super) language: Language,
    pub(super) findings: &'a Findings,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Reader<'a> {
    /// `None`, and a finding, if the value is no object.
    pub(super) fn new(value: &'a Value, path: String, language: Language, findings: &'a Findings) -> Option<Self> {
        let Value::Object(object) = value else {
            findings.error(SCHEMA, path, "Expected value of type Object");
            return None;
        };
        Some(Self { object, path, language, findings, known: RefCell::default() })
    }

    pub(super) fn at(&self, field: &str) -> String {
        format!("{}/{field}", self.path)
    }

    /// A finding about a field.
    pub(super) fn error(&self, field: &str, message: impl Into<String>) {
        self.findings.error(SCHEMA, self.at(field), message);
    }

    /// A finding about the object.
    pub(super) fn complain(&self, message: impl Into<String>) {
        self.findings.error(SCHEMA, self.path.clone(), message);
    }

    pub(super) fn get(&self, field: &'static str) -> Option<&'a Value> {
        self.known.borrow_mut().push(field);
        self.object.get(field)
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.object.contains_key(field)
    }

    /// A field that only one query language has.
    pub(super) fn get_in(&self, language: Language, field: &'static str) -> Option<&'a Value> {
        let value = self.get(field)?;
        if self.language == language {
            return Some(value);
        }
        self.complain(format!(
            "The QueryLanguage is set to '{}', but field '{field}' is only supported for the '{}' QueryLanguage",
            self.language.name(),
            language.name()
        ));
        None
    }

    pub(super) fn string(&self, field: &'static str) -> Option<&'a str> {
        let value = self.get(field)?;
        let text = value.as_str();
        if text.is_none() {
            self.error(field, "Expected value of type String");
        }
        text
    }

    pub(super) fn boolean(&self, field: &'static str) -> Option<bool> {
        let value = self.get(field)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.error(field, "Expected value of type Boolean");
        }
        flag
    }

    pub(super) fn one_of(&self, field: &'static str, allowed: &[&'static str]) -> Option<&'static str> {
        let given = self.string(field)?;
        let found = allowed.iter().find(|word| **word == given).copied();
        if found.is_none() {
            self.error(field, format!("The field '{field}' should have one of these values: [{}]", allowed.join(", ")));
        }
        found
    }

    pub(super) fn array(&self, field: &'static str) -> Option<&'a [Value]> {
        let value = self.get(field)?;
        let items = value.as_array().map(Vec::as_slice);
        if items.is_none() {
            self.error(field, "Expected value of type Array");
        }
        items
    }

    /// Readers of the objects in an array field, which must not be empty.
    pub(super) fn objects(&self, field: &'static str) -> Option<Vec<Reader<'a>>> {
        let items = self.array(field)?;
        if items.is_empty() {
            self.error(field, format!("The field '{field}' must not be empty"));
        }
        let item = |(i, value)| Reader::new(value, format!("{}[{i}]", self.at(field)), self.language, self.findings);
        Some(items.iter().enumerate().filter_map(item).collect())
    }

    pub(super) fn child(&self, field: &'static str) -> Option<Reader<'a>> {
        Reader::new(self.get(field)?, self.at(field), self.language, self.findings)
    }

    /// One finding names all that are missing, as AWS does.
    pub(super) fn require(&self, fields: &[&str]) {
        let missing: Vec<_> = fields.iter().filter(|field| !self.has(field)).copied().collect();
        if !missing.is_empty() {
            self.complain(format!("These fields are required: [{}]", missing.join(", ")));
        }
    }

    pub(super) fn at_most_one_of(&self, fields: &[&str]) {
        let given: Vec<_> = fields.iter().filter(|field| self.has(field)).copied().collect();
        if given.len() > 1 {
            self.complain(format!("Only one of these fields is allowed: [{}]", given.join(", ")));
        }
    }

    pub(super) fn exactly_one_of(&self, fields: &[&str]) {
        if fields.iter().all(|field| !self.has(field)) {
            self.complain(format!("One of these fields is required: [{}]", fields.join(", ")));
        }
        self.at_most_one_of(fields);
    }

    /// Reports what nobody asked for.
    pub(super) fn finish(self) {
        let known = self.known.borrow();
        for field in self.object.keys().filter(|field| !known.contains(&field.as_str())) {
            self.complain(format!("Field '{field}' is not supported"));
        }
    }
}
