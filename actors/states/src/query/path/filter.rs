//! The conditions inside `[?(…)]`.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::evaluate::{TooMuch, Walk, root};
use super::{Path, Root, Segment};

#[derive(Debug, Clone)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare(Operand, Operator, Operand),
    Matches(Operand, regex::Regex),
}

#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// `@…`
    Current {
        segments: Vec<Segment>,
        definite: bool,
    },
    /// `$…`: the document being searched, the context or a variable.
    Path(Path),
    Literal(Value),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    In,
    NotIn,
    Contains,
}

impl Filter {
    pub(super) fn accepts(&self, walk: &Walk<'_, '_>, current: &Value) -> Result<bool, TooMuch> {
        walk.visit()?;
        Ok(match self {
            Filter::All(filters) => {
                for filter in filters {
                    if !filter.accepts(walk, current)? {
                        return Ok(false);
                    }
                }
                true
            }
            Filter::Any(filters) => {
                for filter in filters {
                    if filter.accepts(walk, current)? {
                        return Ok(true);
                    }
                }
                false
            }
            Filter::Not(filter) => !filter.accepts(walk, current)?,
            Filter::Exists(operand) => operand.exists(walk, current)?,
            Filter::Compare(left, operator, right) => {
                holds(*operator, left.value(walk, current)?.as_deref(), right.value(walk, current)?.as_deref())
            }
            Filter::Matches(operand, regex) => match operand.value(walk, current)?.as_deref() {
                Some(Value::String(text)) => regex.is_match(text),
                Some(plain @ (Value::Number(_) | Value::Bool(_))) => regex.is_match(&plain.to_string()),
                _ => false,
            },
        })
    }
}

impl Operand {
    fn value<'v>(&'v self, walk: &Walk<'_, 'v>, current: &'v Value) -> Result<Option<Cow<'v, Value>>, TooMuch>
    where
        Self: 'v,
    {
        match self {
            Operand::Literal(value) => Ok(Some(Cow::Borrowed(value))),
            Operand::Current { segments, definite } => walk.resolve(segments, *definite, current),
            Operand::Path(path) => {
                let document =
                    if path.root == Root::Input { Some(walk.document) } else { root(&path.root, walk.scope) };
                match document {
                    Some(document) => walk.resolve(&path.segments, path.definite, document),
                    None => Ok(None),
                }
            }
        }
    }

    /// A member that is null exists; a list that is empty does not.
    fn exists<'v>(&'v self, walk: &Walk<'_, 'v>, current: &'v Value) -> Result<bool, TooMuch> {
        let is_list = match self {
            Operand::Current { definite, .. } => !definite,
            Operand::Path(path) => !path.definite,
            Operand::Literal(Value::Bool(value)) => return Ok(*value),
            Operand::Literal(_) => false,
        };
        let value = self.value(walk, current)?;
        Ok(value.is_some_and(|value| !is_list || value.as_array().is_some_and(|items| !items.is_empty())))
    }
}

fn holds(operator: Operator, left: Option<&Value>, right: Option<&Value>) -> bool {
    let equal = || match (left, right) {
        (Some(left), Some(right)) => same(left, right),
        (None, None) => true,
        _ => false,
    };
    match operator {
        Operator::Equal => equal(),
        Operator::NotEqual => !equal(),
        Operator::Less => order(left, right).is_some_and(Ordering::is_lt),
        Operator::AtMost => order(left, right).is_some_and(Ordering::is_le),
        Operator::Greater => order(left, right).is_some_and(Ordering::is_gt),
        Operator::AtLeast => order(left, right).is_some_and(Ordering::is_ge),
        Operator::In => is_in(left, right),
        Operator::NotIn => !is_in(left, right),
        Operator::Contains => match (left, right) {
            (Some(Value::String(text)), Some(Value::String(part))) => text.contains(part.as_str()),
            _ => is_in(right, left),
        },
    }
}

fn is_in(item: Option<&Value>, list: Option<&Value>) -> bool {
    match (item, list) {
        (Some(item), Some(Value::Array(items))) => items.iter().any(|other| same(item, other)),
        _ => false,
    }
}

fn order(left: Option<&Value>, right: Option<&Value>) -> Option<Ordering> {
    match (left?, right?) {
        (Value::Number(left), Value::Number(right)) => compare_numbers(left, right),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Whole numbers exactly, others as doubles.
pub(crate) fn compare_numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// Equality of JSON values in which `1` is `1.0`.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => compare_numbers(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}
