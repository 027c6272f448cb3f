//! How a mistake in a pattern is told: where, which, what was written, what to write instead.

use serde_json::Value;
use std::fmt;

/// One mistake in a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {code}: {value}: {fix}")]
pub struct PatternProblem {
    /// Where, as a JSON pointer; empty for the whole document.
    pub path: String,
    /// Which mistake.
    pub code: ProblemCode,
    /// What is there, as JSON, cut after a line.
    pub value: String,
    /// What to write instead.
    pub fix: String,
}

/// The mistakes there are. Their texts are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// The text is not JSON.
    NotJson,
    /// The pattern has too many characters.
    TooLong,
    /// The pattern is nested too deeply.
    TooDeep,
    /// The pattern is not an object.
    NotAnObject,
    /// An object has no fields, or a list no values.
    Empty,
    /// The value of a field is neither an object nor a list.
    LeafNotAList,
    /// A list of values contains a list.
    NestedList,
    /// An object in a list of values has no operator, or more than one.
    OperatorCount,
    /// There is no such operator.
    UnknownOperator,
    /// The operand has a type that the operator does not take.
    OperandType,
    /// The members of an `anything-but` list differ in type.
    MixedTypes,
    /// `numeric` does not consist of a comparison and a number, once or twice.
    NumericForm,
    /// A number lies outside of what can be compared.
    NumericRange,
    /// A number has more digits than can be compared.
    NumericPrecision,
    /// No number lies between the two bounds.
    NumericBounds,
    /// A wildcard has two stars side by side.
    WildcardStars,
    /// A wildcard escapes something else than a star or a backslash.
    WildcardEscape,
    /// An address block cannot be read.
    Cidr,
    /// `$or` is meant as alternatives, but is an ordinary field.
    OrdinaryOr,
    /// The alternatives multiply to too many combinations.
    TooManyCombinations,
}

impl ProblemCode {
    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "pattern.not_json",
            Self::TooLong => "pattern.too_long",
            Self::TooDeep => "pattern.too_deep",
            Self::NotAnObject => "pattern.not_an_object",
            Self::Empty => "pattern.empty",
            Self::LeafNotAList => "pattern.leaf_not_a_list",
            Self::NestedList => "pattern.nested_list",
            Self::OperatorCount => "pattern.operator_count",
            Self::UnknownOperator => "pattern.unknown_operator",
            Self::OperandType => "pattern.operand_type",
            Self::MixedTypes => "pattern.mixed_types",
            Self::NumericForm => "pattern.numeric_form",
            Self::NumericRange => "pattern.numeric_range",
            Self::NumericPrecision => "pattern.numeric_precision",
            Self::NumericBounds => "pattern.numeric_bounds",
            Self::WildcardStars => "pattern.wildcard_stars",
            Self::WildcardEscape => "pattern.wildcard_escape",
            Self::Cidr => "pattern.cidr",
            Self::OrdinaryOr => "pattern.ordinary_or",
            Self::TooManyCombinations => "pattern.too_many_combinations",
        }
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A place in a document, as a JSON pointer.
#[derive(Debug, Clone, Default)]
pub(super) struct Pointer(String);

impl Pointer {
    pub(super) fn field(&self, name: &str) -> Self {
        Self(format!("{}/{}", self.0, name.replace('~', "~0").replace('/', "~1")))
    }

    pub(super) fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    pub(super) fn problem(&self, code: ProblemCode, value: &Value, fix: impl Into<String>) -> PatternProblem {
        PatternProblem { path: self.0.clone(), code, value: shown(&value.to_string()), fix: fix.into() }
    }
}

/// A caller's own words, short enough to be repeated to them.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}
