//! Whether one value passes: a string, a number, true, false or null.

use super::address::{Block, address};
use super::letters;
use super::wildcard::Wildcard;
use serde_json::{Number, Value};
use std::net::IpAddr;

/// The largest number that `numeric` compares, and with a minus the smallest. Outside, nothing is above or below.
pub(super) const MAX_NUMBER: f64 = 5.0e9;

/// What a field may be: one of the tests passes, or the field is absent if that is allowed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Condition {
    pub(super) tests: Vec<Test>,
    pub(super) absent: bool,
}

/// How a value is compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// It is there.
    Exists,
    /// It is null.
    Null,
    /// It is this truth value.
    Boolean(bool),
    /// It is a number written so.
    Number(String),
    /// It is this text.
    Text(String),
    /// It is this address, in any spelling.
    Address(IpAddr),
    /// It is an address of the block.
    Cidr(Block),
    /// It is this text but for case.
    EqualsIgnoreCase(String),
    /// It begins so.
    Prefix(String),
    /// It begins so but for case.
    PrefixIgnoreCase(String),
    /// It ends so.
    Suffix(String),
    /// It ends so but for case.
    SuffixIgnoreCase(String),
    /// It is described by the wildcard.
    Wildcard(Wildcard),
    /// It is a number between the bounds.
    Numeric(Range),
    /// It is this number, however written.
    SameNumber(Number),
    /// None of these holds; so it holds for values of another type.
    AnythingBut(Vec<Test>),
}

/// Numbers between two bounds, each of them optional.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Range {
    pub(super) low: Option<Bound>,
    pub(super) high: Option<Bound>,
}

/// A bound, and whether it belongs to the range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound {
    pub(super) number: f64,
    pub(super) included: bool,
}

impl Condition {
    pub(super) fn holds(&self, value: &Value) -> bool {
        self.tests.iter().any(|test| test.holds(value))
    }
}

impl Test {
    /// A text as a value of a pattern.
    pub(super) fn text(text: &str) -> Self {
        address(text).map_or_else(|| Self::Text(text.to_owned()), Self::Address)
    }

    fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Exists, _) | (Self::Null, Value::Null) => true,
            (Self::AnythingBut(tests), value) => !tests.iter().any(|test| test.holds(value)),
            (Self::Boolean(expected), Value::Bool(value)) => expected == value,
            (Self::Number(written), Value::Number(number)) => *written == number.to_string(),
            (Self::SameNumber(expected), Value::Number(number)) => same(expected, number),
            (Self::Numeric(range), Value::Number(number)) => {
                number.as_f64().is_some_and(|number| range.contains(number))
            }
            (test, Value::String(text)) => test.holds_for_text(text),
            _ => false,
        }
    }

    fn holds_for_text(&self, text: &str) -> bool {
        match self {
            Self::Text(expected) => text == expected,
            Self::Address(expected) => address(text).as_ref() == Some(expected),
            Self::Cidr(block) => block.contains(text),
            Self::EqualsIgnoreCase(expected) => letters::equals(expected, text),
            Self::Prefix(start) => text.starts_with(start),
            Self::PrefixIgnoreCase(start) => letters::starts(start, text),
            Self::Suffix(end) => text.ends_with(end),
            Self::SuffixIgnoreCase(end) => letters::finishes(end, text),
            Self::Wildcard(wildcard) => wildcard.matches(text),
            _ => false,
        }
    }
}

impl Range {
    /// Exactly this number.
    pub(super) fn exactly(number: f64) -> Self {
        let bound = Some(Bound { number, included: true });
        Self { low: bound, high: bound }
    }

    fn contains(&self, number: f64) -> bool {
        let above = |bound: Bound| number > bound.number || bound.included && number == bound.number;
        let below = |bound: Bound| number < bound.number || bound.included && number == bound.number;
        number.abs() <= MAX_NUMBER && self.low.is_none_or(above) && self.high.is_none_or(below)
    }
}

/// Whether two numbers mean the same. Integers are compared as integers: as floats, neighbours above 2^53 would be equal.
fn same(left: &Number, right: &Number) -> bool {
    let integer = |number: &Number| number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
    match (integer(left), integer(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left.as_f64() == right.as_f64(),
    }
}
