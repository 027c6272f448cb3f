//! The operators of Choice rules. Values of different types are never equal, less or greater: the rule does not hold.

use super::trouble::Trouble;
use crate::{
    definition::choice::{Kind, Operand, Operator, Property, Test},
    query::{Scope, path::Path},
    time::parse_timestamp,
};
use serde_json::Value;
use std::{borrow::Cow, cmp::Ordering};

pub(super) fn holds(scope: &Scope<'_>, test: &Test) -> Result<bool, Trouble> {
    match &test.operator {
        Operator::Is(property, wanted) => Ok(is(scope, &test.variable, *property)? == *wanted),
        Operator::Matches(pattern) => {
            let value = required(scope, &test.variable)?;
            Ok(value.as_str().is_some_and(|text| matches(pattern, text)))
        }
        Operator::Compare(kind, wanted, operand) => {
            let left = required(scope, &test.variable)?;
            let right = match operand {
                Operand::Literal(value) => Cow::Borrowed(value),
                Operand::Path { field, path } => path.require(scope, field)?,
            };
            Ok(compare(*kind, &left, &right).is_some_and(|ordering| wanted.accepts(ordering)))
        }
    }
}

fn required<'s>(scope: &Scope<'s>, variable: &Path) -> Result<Cow<'s, Value>, Trouble> {
    variable.evaluate(scope)?.ok_or_else(|| {
        let path = variable.source();
        Trouble::runtime(format!(
            "Invalid path '{path}': The choice state's condition path references an invalid value."
        ))
    })
}

fn is(scope: &Scope<'_>, variable: &Path, property: Property) -> Result<bool, Trouble> {
    let found = variable.evaluate(scope)?;
    if property == Property::Present {
        return Ok(found.is_some());
    }
    let Some(value) = found else { return required(scope, variable).map(|_| false) };
    Ok(match property {
        Property::Present => true,
        Property::Null => value.is_null(),
        Property::Numeric => value.is_number(),
        Property::String => value.is_string(),
        Property::Boolean => value.is_boolean(),
        Property::Timestamp => value.as_str().is_some_and(|text| parse_timestamp(text).is_some()),
    })
}

fn compare(kind: Kind, left: &Value, right: &Value) -> Option<Ordering> {
    match kind {
        Kind::String => Some(left.as_str()?.cmp(right.as_str()?)),
        Kind::Boolean => Some(left.as_bool()?.cmp(&right.as_bool()?)),
        Kind::Timestamp => Some(parse_timestamp(left.as_str()?)?.cmp(&parse_timestamp(right.as_str()?)?)),
        Kind::Number => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
    }
}

/// `*` is any text, `\*` a star, `\\` a backslash. Linear: only the last star is ever moved.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern = tokens(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(None) => {
                star = Some((p, t));
                p += 1;
            }
            Some(Some(c)) if *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(Option::is_none)
}

/// `None` is a star.
fn tokens(pattern: &str) -> Vec<Option<char>> {
    let mut tokens = Vec::new();
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        tokens.push(match c {
            '*' => None,
            '\\' => Some(characters.next().unwrap_or('\\')),
            other => Some(other),
        });
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_any_text() {
        for (pattern, text, expected) in [
            ("foo*.log", "foo23.log", true),
            ("foo*.log", "foo.txt", false),
            ("*", "", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("*.*", "a.b.c", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn long_patterns_stay_linear() {
        assert!(!matches(&"*a".repeat(2000), &"b".repeat(20_000)));
    }
}
