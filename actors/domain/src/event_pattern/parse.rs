//! Reading a pattern, with limits, because it comes from a caller. Every mistake is found, not only the first.

use super::Conjunction;
use super::address::Block;
use super::comparison::{Bound, Condition, MAX_NUMBER, Range, Test};
use super::problem::{PatternProblem, Pointer, ProblemCode, shown};
use super::wildcard::Wildcard;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Most characters of a pattern by default ("Amazon EventBridge quotas", `eb-quota`: event pattern size).
pub const MAX_CHARACTERS: usize = 2_048;
/// Most conjunctions that `$or` may multiply to.
pub const MAX_COMBINATIONS: usize = 1_000;
/// Deepest nesting of objects and lists in a pattern, and of arrays in an event. Ours, so that no input exhausts the stack.
pub const MAX_DEPTH: usize = 100;

const OR: &str = "$or";

const OPERATORS: &str = "prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr, exists or exactly";

/// Names that a field of an alternative may not have: they show that `$or` is meant as an ordinary field. The list is that
/// of `aws/event-ruler` (README, "The $or Primitive").
const RESERVED: [&str; 24] = [
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// A mistake is recorded where it is found; what could not be read is then simply missing.
type Found<T> = Option<T>;

pub(super) fn text(text: &str, max_characters: usize) -> Result<Vec<Conjunction>, Vec<PatternProblem>> {
    if text.chars().count() > max_characters {
        return Err(vec![too_long(text, max_characters)]);
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) => document(&value, usize::MAX),
        Err(error) => Err(vec![PatternProblem {
            path: String::new(),
            code: ProblemCode::NotJson,
            value: shown(text),
            fix: format!("write one JSON object: {error}"),
        }]),
    }
}

pub(super) fn document(value: &Value, max_characters: usize) -> Result<Vec<Conjunction>, Vec<PatternProblem>> {
    if deeper_than(value, MAX_DEPTH) {
        let fix = format!("nest at most {MAX_DEPTH} objects and lists");
        return Err(vec![PatternProblem {
            path: String::new(),
            code: ProblemCode::TooDeep,
            value: String::new(),
            fix,
        }]);
    }
    let written = value.to_string();
    if written.chars().count() > max_characters {
        return Err(vec![too_long(&written, max_characters)]);
    }
    read(value)
}

fn too_long(written: &str, max_characters: usize) -> PatternProblem {
    let fix = format!("write at most {max_characters} characters");
    PatternProblem { path: String::new(), code: ProblemCode::TooLong, value: shown(written), fix }
}

fn deeper_than(value: &Value, depth: usize) -> bool {
    match value {
        Value::Object(fields) => depth == 0 || fields.values().any(|value| deeper_than(value, depth - 1)),
        Value::Array(values) => depth == 0 || values.iter().any(|value| deeper_than(value, depth - 1)),
        _ => false,
    }
}

fn read(value: &Value) -> Result<Vec<Conjunction>, Vec<PatternProblem>> {
    let at = Pointer::default();
    let Value::Object(fields) = value else {
        return Err(vec![at.problem(ProblemCode::NotAnObject, value, "write an object of fields")]);
    };
    let mut parser =
        Parser { problems: vec![], or_means_alternatives: alternatives_in(fields, false), too_many_reported: false };
    let mut conjunctions = vec![];
    parser.object(&mut conjunctions, None, value, &at);
    if parser.problems.is_empty() { Ok(conjunctions) } else { Err(parser.problems) }
}

/// Whether every `$or` of the pattern is a list of two or more objects without reserved names. If one is not, all are
/// ordinary fields: the reference does not support a mixture (README, "Caveat").
fn alternatives_in(fields: &Map<String, Value>, inside_or: bool) -> bool {
    fields.iter().all(|(name, value)| match (name.as_str(), value) {
        (OR, Value::Array(members)) => {
            members.len() >= 2
                && members.iter().all(|member| member.as_object().is_some_and(|fields| alternatives_in(fields, true)))
        }
        (OR, _) => false,
        (name, _) if inside_or && RESERVED.contains(&name) => false,
        (_, Value::Object(fields)) => alternatives_in(fields, inside_or),
        _ => true,
    })
}

struct Parser {
    problems: Vec<PatternProblem>,
    or_means_alternatives: bool,
    too_many_reported: bool,
}

impl Parser {
    fn fail<T>(&mut self, at: &Pointer, code: ProblemCode, value: &Value, fix: impl Into<String>) -> Found<T> {
        self.problems.push(at.problem(code, value, fix));
        None
    }

    /// Adds the fields of an object to every conjunction.
    fn object(&mut self, conjunctions: &mut Vec<Conjunction>, prefix: Option<&str>, value: &Value, at: &Pointer) {
        let Value::Object(fields) = value else { return };
        if fields.is_empty() {
            self.fail::<()>(at, ProblemCode::Empty, value, "name at least one field, or leave the object out");
        }
        for (name, value) in fields {
            let at = at.field(name);
            let path = prefix.map_or_else(|| name.clone(), |prefix| format!("{prefix}.{name}"));
            match value {
                Value::Array(members) if name == OR && self.or_means_alternatives => {
                    self.alternatives(conjunctions, prefix, members, value, &at);
                }
                Value::Object(_) => self.object(conjunctions, Some(&path), value, &at),
                Value::Array(values) => {
                    let condition = Arc::new(self.condition(values, value, &at, name == OR));
                    if conjunctions.is_empty() {
                        conjunctions.push(Conjunction::new());
                    }
                    for conjunction in conjunctions.iter_mut() {
                        conjunction.insert(path.clone(), Arc::clone(&condition));
                    }
                }
                _ => {
                    self.fail::<()>(
                        &at,
                        ProblemCode::LeafNotAList,
                        value,
                        format!("write [{}]", shown(&value.to_string())),
                    );
                }
            }
        }
    }

    /// Multiplies the conjunctions by the alternatives.
    fn alternatives(
        &mut self,
        conjunctions: &mut Vec<Conjunction>,
        prefix: Option<&str>,
        members: &[Value],
        value: &Value,
        at: &Pointer,
    ) {
        let before = std::mem::take(conjunctions);
        for (index, member) in members.iter().enumerate() {
            let mut alternative =
                if before.is_empty() || self.too_many_reported { vec![Conjunction::new()] } else { before.clone() };
            self.object(&mut alternative, prefix, member, &at.index(index));
            if conjunctions.len() + alternative.len() <= MAX_COMBINATIONS {
                conjunctions.append(&mut alternative);
            } else if !std::mem::replace(&mut self.too_many_reported, true) {
                let fix = format!("use fewer alternatives: together they multiply to more than {MAX_COMBINATIONS}");
                self.fail::<()>(at, ProblemCode::TooManyCombinations, value, fix);
            }
        }
    }

    fn condition(&mut self, values: &[Value], list: &Value, at: &Pointer, is_or: bool) -> Condition {
        let mut condition = Condition::default();
        if values.is_empty() {
            self.fail::<()>(at, ProblemCode::Empty, list, "write at least one value");
        }
        for (index, value) in values.iter().enumerate() {
            let at = at.index(index);
            let test = match value {
                Value::Null => Some(Test::Null),
                Value::Bool(value) => Some(Test::Boolean(*value)),
                Value::Number(number) => Some(Test::Number(number.to_string())),
                Value::String(text) => Some(Test::text(text)),
                Value::Array(_) => {
                    self.fail(&at, ProblemCode::NestedList, value, "write the values without a second list")
                }
                Value::Object(operators) => {
                    let Some((name, operand)) = self.single(operators, value, &at, is_or) else { continue };
                    let inside = at.field(name);
                    match (name, operand) {
                        ("exists", Value::Bool(false)) => {
                            condition.absent = true;
                            None
                        }
                        ("exists", Value::Bool(true)) => Some(Test::Exists),
                        ("exists", _) => self.fail(&inside, ProblemCode::OperandType, operand, "write true or false"),
                        ("numeric", _) => self.numeric(operand, &inside),
                        ("anything-but", _) => self.anything_but(operand, &inside),
                        ("cidr", _) => self.cidr(operand, &inside),
                        ("prefix" | "suffix", Value::Object(_)) => self.ignoring_case(name, operand, &inside),
                        ("exactly" | "prefix" | "suffix" | "equals-ignore-case" | "wildcard", _) => {
                            self.textual(name, operand, &inside)
                        }
                        (name, _) => self.unknown(name, value, &at, is_or),
                    }
                }
            };
            condition.tests.extend(test);
        }
        condition
    }

    fn single<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        value: &Value,
        at: &Pointer,
        is_or: bool,
    ) -> Found<(&'a str, &'a Value)> {
        let mut members = object.iter();
        match (members.next(), members.next()) {
            (Some((operator, operand)), None) => Some((operator, operand)),
            _ if is_or => self.ordinary_or(value, at),
            _ => self.fail(
                at,
                ProblemCode::OperatorCount,
                value,
                "write one operator in an object, several as several objects",
            ),
        }
    }

    fn unknown(&mut self, name: &str, value: &Value, at: &Pointer, is_or: bool) -> Found<Test> {
        if is_or {
            return self.ordinary_or(value, at);
        }
        let fix = format!("`{}` is no operator: use {OPERATORS}", shown(name));
        self.fail(at, ProblemCode::UnknownOperator, value, fix)
    }

    fn ordinary_or<T>(&mut self, value: &Value, at: &Pointer) -> Found<T> {
        let fix = "`$or` is an ordinary field here: for alternatives every `$or` of the pattern must be a list of at least \
                   two objects, in which no field is named like an operator";
        self.fail(at, ProblemCode::OrdinaryOr, value, fix)
    }

    /// An operator whose operand is a text.
    fn textual(&mut self, operator: &str, operand: &Value, at: &Pointer) -> Found<Test> {
        let Value::String(text) = operand else {
            let fix = match operator {
                "prefix" | "suffix" => "write a string, or {\"equals-ignore-case\": string}",
                _ => "write a string",
            };
            return self.fail(at, ProblemCode::OperandType, operand, fix);
        };
        match operator {
            "prefix" => Some(Test::Prefix(text.clone())),
            "suffix" => Some(Test::Suffix(text.clone())),
            "equals-ignore-case" => Some(Test::EqualsIgnoreCase(text.clone())),
            "wildcard" => match Wildcard::parse(text) {
                Ok(wildcard) => Some(Test::Wildcard(wildcard)),
                Err((code, fix)) => self.fail(at, code, operand, fix),
            },
            _ => Some(Test::Text(text.clone())),
        }
    }

    /// `{"prefix": {"equals-ignore-case": "…"}}` and the same with `suffix`.
    fn ignoring_case(&mut self, operator: &str, operand: &Value, at: &Pointer) -> Found<Test> {
        let fix = "write {\"equals-ignore-case\": string}";
        let fields = operand.as_object()?;
        match (fields.len(), fields.get("equals-ignore-case")) {
            (1, Some(Value::String(text))) if operator == "prefix" => Some(Test::PrefixIgnoreCase(text.clone())),
            (1, Some(Value::String(text))) => Some(Test::SuffixIgnoreCase(text.clone())),
            (1, Some(other)) => self.fail(&at.field("equals-ignore-case"), ProblemCode::OperandType, other, fix),
            (1, None) => self.fail(at, ProblemCode::UnknownOperator, operand, fix),
            _ => self.fail(at, ProblemCode::OperatorCount, operand, fix),
        }
    }

    fn cidr(&mut self, operand: &Value, at: &Pointer) -> Found<Test> {
        let Value::String(text) = operand else {
            return self.fail(at, ProblemCode::OperandType, operand, "write a string like \"10.0.0.0/24\"");
        };
        match Block::parse(text) {
            Ok(block) => Some(Test::Cidr(block)),
            Err(fix) => self.fail(at, ProblemCode::Cidr, operand, fix),
        }
    }

    fn anything_but(&mut self, operand: &Value, at: &Pointer) -> Found<Test> {
        const FIX: &str = "write a string, a number, a list of only one of them, or an object with one of prefix, suffix, \
                           equals-ignore-case and wildcard";
        match operand {
            Value::String(_) | Value::Number(_) => Some(Test::AnythingBut(vec![plain(operand)?])),
            Value::Array(values) => self.anything_but_list(values, operand, at),
            Value::Object(fields) => {
                let mut members = fields.iter();
                let (Some((operator, inner)), None) = (members.next(), members.next()) else {
                    return self.fail(at, ProblemCode::OperatorCount, operand, FIX);
                };
                if !["prefix", "suffix", "equals-ignore-case", "wildcard"].contains(&operator.as_str()) {
                    return self.fail(at, ProblemCode::UnknownOperator, operand, FIX);
                }
                self.anything_but_texts(operator, inner, &at.field(operator))
            }
            _ => self.fail(at, ProblemCode::OperandType, operand, FIX),
        }
    }

    fn anything_but_list(&mut self, values: &[Value], list: &Value, at: &Pointer) -> Found<Test> {
        if values.is_empty() {
            return self.fail(at, ProblemCode::Empty, list, "write at least one value");
        }
        let found = self.problems.len();
        let mut tests = vec![];
        for (index, value) in values.iter().enumerate() {
            match plain(value) {
                Some(test) => tests.push(test),
                None => {
                    self.fail::<()>(&at.index(index), ProblemCode::OperandType, value, "write a string or a number");
                }
            }
        }
        let texts = tests.iter().filter(|test| matches!(test, Test::Text(_))).count();
        if texts != 0 && texts != tests.len() {
            self.fail::<()>(at, ProblemCode::MixedTypes, list, "write only strings or only numbers");
        }
        (found == self.problems.len()).then_some(Test::AnythingBut(tests))
    }

    fn anything_but_texts(&mut self, operator: &str, operand: &Value, at: &Pointer) -> Found<Test> {
        let (values, places): (&[Value], Vec<Pointer>) = match operand {
            Value::Array(values) if values.is_empty() => {
                return self.fail(at, ProblemCode::Empty, operand, "write at least one string");
            }
            Value::Array(values) => (values, (0..values.len()).map(|index| at.index(index)).collect()),
            _ => (std::slice::from_ref(operand), vec![at.clone()]),
        };
        let found = self.problems.len();
        let mut tests = vec![];
        for (value, at) in values.iter().zip(&places) {
            match value {
                Value::String(text) if text.is_empty() && matches!(operator, "prefix" | "suffix") => {
                    let fix = "write at least one letter: every text begins and ends with nothing";
                    self.fail::<()>(at, ProblemCode::Empty, value, fix);
                }
                Value::String(_) => tests.extend(self.textual(operator, value, at)),
                _ => {
                    self.fail::<()>(at, ProblemCode::OperandType, value, "write a string");
                }
            }
        }
        (found == self.problems.len()).then_some(Test::AnythingBut(tests))
    }

    fn numeric(&mut self, operand: &Value, at: &Pointer) -> Found<Test> {
        const FIX: &str = "write [\"=\", number], one of <, <=, > and >= with a number, or a lower bound (> or >=) followed \
                           by an upper bound (< or <=)";
        let Some(terms) = operand.as_array() else {
            return self.fail(at, ProblemCode::OperandType, operand, FIX);
        };
        let found = self.problems.len();
        let mut pairs = vec![];
        for (pair, index) in terms.chunks(2).zip((0..).step_by(2)) {
            match pair {
                [Value::String(sign), number @ Value::Number(_)] if is_comparison(sign) => {
                    if let Some(number) = self.number(number, &at.index(index + 1)) {
                        pairs.push((sign.as_str(), number));
                    }
                }
                _ => return self.fail(at, ProblemCode::NumericForm, operand, FIX),
            }
        }
        if found != self.problems.len() {
            return None;
        }
        let bound = |number, sign: &str| Some(Bound { number, included: sign.ends_with('=') });
        let range = match pairs.as_slice() {
            [("=", number)] => Range::exactly(*number),
            [(sign @ (">" | ">="), number)] => Range { low: bound(*number, sign), high: None },
            [(sign @ ("<" | "<="), number)] => Range { low: None, high: bound(*number, sign) },
            [(lower @ (">" | ">="), low), (upper @ ("<" | "<="), high)] if low < high => {
                Range { low: bound(*low, lower), high: bound(*high, upper) }
            }
            [(">" | ">=", _), ("<" | "<=", _)] => {
                let fix = "write a lower bound that is smaller than the upper one, or [\"=\", number]";
                return self.fail(at, ProblemCode::NumericBounds, operand, fix);
            }
            _ => return self.fail(at, ProblemCode::NumericForm, operand, FIX),
        };
        Some(Test::Numeric(range))
    }

    /// A number that can be compared: "between -5.0e9 and +5.0e9 inclusive, with 15 digits of precision, that is to say 6
    /// digits to the right of the decimal point" (README of `aws/event-ruler`, "Numeric matching").
    fn number(&mut self, value: &Value, at: &Pointer) -> Found<f64> {
        let number = value.as_f64().filter(|number| number.abs() <= MAX_NUMBER);
        match number {
            Some(number) if (number * 1e6).round() / 1e6 == number => Some(number),
            Some(_) => self.fail(at, ProblemCode::NumericPrecision, value, "write at most six digits after the point"),
            None => self.fail(at, ProblemCode::NumericRange, value, "write a number from -5000000000 to 5000000000"),
        }
    }
}

fn is_comparison(sign: &str) -> bool {
    matches!(sign, "=" | "<" | "<=" | ">" | ">=")
}

/// A string or number under `anything-but`.
fn plain(value: &Value) -> Found<Test> {
    match value {
        Value::String(text) => Some(Test::Text(text.clone())),
        Value::Number(number) => Some(Test::SameNumber(number.clone())),
        _ => None,
    }
}
