//! Metadata filters: what a question may be restricted to, in the words of Bedrock knowledge bases.
//!
//! ```json
//! {"andAll": [{"equals": {"key": "department", "value": "hr"}}, {"greaterThan": {"key": "year", "value": 2023}}]}
//! ```
//!
//! A filter narrows; it never grants. Access is a [`crate::access::Clearance`] and applies whatever the filter says, and the
//! attribute that carries it cannot be named here.

mod attributes;
mod parse;
mod unique;

pub use attributes::{AttributeValue, Attributes, GROUPS_ATTRIBUTE, Sidecar, SidecarError};
pub use parse::{FilterError, MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES, parse};

use serde_json::{Value, json};

/// A condition on the attributes of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All hold; never empty when parsed.
    AndAll(Vec<Filter>),
    /// At least one holds; never empty when parsed.
    OrAll(Vec<Filter>),
    /// One attribute is compared.
    Compare {
        /// Name of the attribute.
        key: String,
        /// With what, and how.
        test: Test,
    },
}

/// How an attribute is compared. The names are Bedrock's.
///
/// A test of an attribute that a document does not have, or that has another type, fails; `notEquals` and `notIn` are the
/// exact opposite of `equals` and `in`, so they hold then.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// The same value.
    Equals(Scalar),
    /// Not the same value.
    NotEquals(Scalar),
    /// A larger number.
    GreaterThan(f64),
    /// A number at least as large.
    GreaterThanOrEquals(f64),
    /// A smaller number.
    LessThan(f64),
    /// A number at most as large.
    LessThanOrEquals(f64),
    /// One of the values.
    In(Vec<Scalar>),
    /// None of the values.
    NotIn(Vec<Scalar>),
    /// A string that starts so; case counts.
    StartsWith(String),
    /// A string that contains this, or a list with such a string; case counts.
    StringContains(String),
    /// A list that contains this string.
    ListContains(String),
}

/// One value of a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// A string.
    String(String),
    /// A finite number.
    Number(f64),
    /// True or false.
    Boolean(bool),
}

impl Filter {
    /// Whether a document with these attributes passes.
    pub fn matches(&self, attributes: &Attributes) -> bool {
        match self {
            Self::AndAll(filters) => filters.iter().all(|filter| filter.matches(attributes)),
            Self::OrAll(filters) => filters.iter().any(|filter| filter.matches(attributes)),
            Self::Compare { key, test } => test.holds(attributes.get(key)),
        }
    }

    /// The filter as JSON; [`parse`] reads it back.
    pub fn to_json(&self) -> Value {
        match self {
            Self::AndAll(filters) => json!({"andAll": filters.iter().map(Self::to_json).collect::<Vec<_>>()}),
            Self::OrAll(filters) => json!({"orAll": filters.iter().map(Self::to_json).collect::<Vec<_>>()}),
            Self::Compare { key, test } => {
                let (operator, value) = test.to_json();
                json!({operator: {"key": key, "value": value}})
            }
        }
    }
}

impl Test {
    fn holds(&self, attribute: Option<&AttributeValue>) -> bool {
        let number = |compare: fn(&f64, &f64) -> bool, limit: &f64| match attribute {
            Some(AttributeValue::Number(value)) => compare(value, limit),
            _ => false,
        };
        let equals = |value: &Scalar| attribute.is_some_and(|attribute| value.equals(attribute));
        match self {
            Self::Equals(value) => equals(value),
            Self::NotEquals(value) => !equals(value),
            Self::In(values) => values.iter().any(equals),
            Self::NotIn(values) => !values.iter().any(equals),
            Self::GreaterThan(limit) => number(f64::gt, limit),
            Self::GreaterThanOrEquals(limit) => number(f64::ge, limit),
            Self::LessThan(limit) => number(f64::lt, limit),
            Self::LessThanOrEquals(limit) => number(f64::le, limit),
            Self::StartsWith(start) => match attribute {
                Some(AttributeValue::String(value)) => value.starts_with(start),
                _ => false,
            },
            Self::StringContains(part) => match attribute {
                Some(AttributeValue::String(value)) => value.contains(part),
                Some(AttributeValue::StringList(values)) => values.iter().any(|value| value.contains(part)),
                _ => false,
            },
            Self::ListContains(member) => match attribute {
                Some(AttributeValue::StringList(values)) => values.contains(member),
                _ => false,
            },
        }
    }

    fn to_json(&self) -> (&'static str, Value) {
        let list = |values: &[Scalar]| Value::Array(values.iter().map(Scalar::to_json).collect());
        match self {
            Self::Equals(value) => ("equals", value.to_json()),
            Self::NotEquals(value) => ("notEquals", value.to_json()),
            Self::GreaterThan(limit) => ("greaterThan", json!(limit)),
            Self::GreaterThanOrEquals(limit) => ("greaterThanOrEquals", json!(limit)),
            Self::LessThan(limit) => ("lessThan", json!(limit)),
            Self::LessThanOrEquals(limit) => ("lessThanOrEquals", json!(limit)),
            Self::In(values) => ("in", list(values)),
            Self::NotIn(values) => ("notIn", list(values)),
            Self::StartsWith(text) => ("startsWith", json!(text)),
            Self::StringContains(text) => ("stringContains", json!(text)),
            Self::ListContains(text) => ("listContains", json!(text)),
        }
    }
}

impl Scalar {
    fn equals(&self, attribute: &AttributeValue) -> bool {
        match (self, attribute) {
            (Self::String(a), AttributeValue::String(b)) => a == b,
            (Self::Number(a), AttributeValue::Number(b)) => a == b,
            (Self::Boolean(a), AttributeValue::Boolean(b)) => a == b,
            _ => false,
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::String(value) => json!(value),
            Self::Number(value) => json!(value),
            Self::Boolean(value) => json!(value),
        }
    }
}

#[cfg(test)]
mod tests;
