//! Event patterns: which events a rule is about, in the words of Amazon EventBridge.
//!
//! ```json
//! {"source": ["aws.s3"], "detail": {"object": {"key": [{"suffix": ".pdf"}], "size": [{"numeric": ["<", 5000000]}]}}}
//! ```
//!
//! A pattern has the shape of the events it is about. All of its fields must match; a field matches if one of its values
//! does. The meaning is that of the pages "Event pattern syntax" (`eb-create-pattern`) and "Comparison operators for use in
//! event patterns in Amazon EventBridge" (`eb-create-pattern-operators`) of the EventBridge user guide, and of the README of
//! `aws/event-ruler` where the guide is silent.
//!
//! | file | decides |
//! |---|---|
//! | `parse` | what a document means, or everything that is wrong with it |
//! | `matching` | whether an event has values in one consistent choice of array elements |
//! | `comparison` | whether one value passes |
//! | `wildcard`, `letters`, `address` | text with stars, text without case, internet addresses |
//! | `problem` | how a mistake is told |
//!
//! What follows from the reference and surprises:
//!
//! - **Alternatives are written out.** A pattern with `$or` becomes a list of conjunctions. A field named twice in one of
//!   them (outside and inside of `$or`) counts as written last.
//! - **A name with dots is a path.** `{"a.b": […]}` and `{"a": {"b": […]}}` are the same field, in patterns and events.
//! - **`anything-but` and `exists` look at leaves.** An absent field is not "anything but"; an empty array, an empty object
//!   and an object are no leaf. One element of an array that passes is enough.
//! - **Numbers as values are compared as written** ("at the string representation level": 300, 300.0 and 3.0e2 differ), so
//!   far as a parsed document still tells: it knows 300 from 300.0, but not 300.0 from 3.0e2. `numeric` and `anything-but`
//!   compare what a number means. event-ruler itself compares values by meaning as well; the guide is followed.
//! - **`numeric` ends at ±5e9**, as documented, although newer versions of event-ruler go further. Operands outside are
//!   refused; numbers of events outside match no `numeric`.
//! - **A text that is an address** matches the same address in another spelling. A block holds addresses of its own version.
//! - **Duplicate names**: the last one counts, with all that is inside it.

mod address;
mod comparison;
mod letters;
mod matching;
mod parse;
mod problem;
mod wildcard;

pub use parse::{MAX_CHARACTERS, MAX_COMBINATIONS, MAX_DEPTH};
pub use problem::{PatternProblem, ProblemCode};

use comparison::Condition;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A pattern that was found to be valid.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPattern {
    /// One is enough; never empty, and none of them is.
    conjunctions: Vec<Conjunction>,
    /// Every field of the pattern and every field on the way to one.
    steps: BTreeSet<String>,
}

/// Fields, named by their path with dots, that must all match within one consistent choice of array elements.
type Conjunction = BTreeMap<String, Arc<Condition>>;

impl EventPattern {
    /// Reads a pattern of at most [`MAX_CHARACTERS`] characters.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the document; never empty.
    pub fn parse(value: &Value) -> Result<Self, Vec<PatternProblem>> {
        Self::parse_within(value, MAX_CHARACTERS)
    }

    /// Reads a pattern that has at most so many characters when it is written without spaces.
    ///
    /// # Errors
    /// As [`EventPattern::parse`].
    pub fn parse_within(value: &Value, max_characters: usize) -> Result<Self, Vec<PatternProblem>> {
        parse::document(value, max_characters).map(Self::new)
    }

    /// Reads a pattern from text that has at most so many characters. Of duplicate names the last one counts.
    ///
    /// # Errors
    /// As [`EventPattern::parse`]; a text that is not JSON is one problem of its own.
    pub fn parse_text(text: &str, max_characters: usize) -> Result<Self, Vec<PatternProblem>> {
        parse::text(text, max_characters).map(Self::new)
    }

    fn new(conjunctions: Vec<Conjunction>) -> Self {
        let mut steps = BTreeSet::new();
        for path in conjunctions.iter().flat_map(BTreeMap::keys) {
            steps.extend(path.match_indices('.').map(|(dot, _)| path[..dot].to_owned()));
            steps.insert(path.clone());
        }
        Self { conjunctions, steps }
    }
}

#[cfg(test)]
mod tests;
