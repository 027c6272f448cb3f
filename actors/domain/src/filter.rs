//! Metadata filters.
use crate::access::AccessRule;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Value of one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// True or false.
    Boolean(bool),
    /// Any number.
    Number(f64),
    /// A string.
    String(String),
    /// A list of strings.
    StringList(Vec<String>),
}

/// Attributes of a document.
pub type Attributes = BTreeMap<String, AttributeValue>;

/// A condition on the attributes of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All hold.
    AndAll(Vec<Filter>),
    /// At least one holds.
    OrAll(Vec<Filter>),
    /// One attribute is compared.
    Compare {
        /// Name of the attribute.
        key: String,
        /// How.
        operator: Operator,
        /// With what.
        operand: Operand,
    },
}

/// How an attribute is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation; they are Bedrock's")]
pub enum Operator {
    Equals,
    NotEquals,
    GreaterThan,
    GreaterThanOrEquals,
    LessThan,
    LessThanOrEquals,
    In,
    NotIn,
    StartsWith,
    StringContains,
    ListContains,
}

/// What an attribute is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// One value, never a list.
    One(AttributeValue),
    /// Several values, none a list.
    Many(Vec<AttributeValue>),
}

/// A filter that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct FilterError {
    /// Where, as a JSON path.
    pub path: String,
    /// What, and what to write instead.
    pub message: String,
}

/// Reads a filter from JSON.
pub fn parse(_value: &serde_json::Value) -> Result<Filter, FilterError> {
    Ok(Filter::AndAll(Vec::new()))
}

impl Filter {
    /// Whether a document with these attributes passes.
    pub fn matches(&self, _attributes: &Attributes) -> bool {
        false
    }

    /// The filter as JSON; [`parse`] reads it back.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
}

/// What a `.metadata.json` file beside an object says.
#[derive(Debug, Clone, PartialEq)]
pub struct Sidecar {
    /// Attributes, the reserved ones removed.
    pub attributes: Attributes,
    /// Names of attributes that are put before the text for embedding.
    pub embedded: Vec<String>,
    /// Groups that may see the document, if the file names any.
    pub groups: Option<crate::access::AccessGroups>,
}

impl Sidecar {
    /// The rule for a document of `tenant`.
    pub fn access_rule(&self, _tenant: &str) -> AccessRule {
        unimplemented!()
    }
}
