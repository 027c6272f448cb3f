//! Functions that replace the engine's, and those AWS adds.
//!
//! Replaced because an evaluation must be repeatable: `$now`, `$millis`, `$random`, `$shuffle`; because nothing may escape
//! the limits: `$eval`, `$pad`. Added: `$uuid`, `$partition`, `$range`, `$hash`, `$parse`.
//!
//! A function that is handed to `$map` and its kind gets the item, its index and the whole array; surplus arguments are
//! therefore ignored, and `$random` takes a seed only when it is alone.

use std::rc::Rc;
use std::sync::LazyLock;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError, HostFnResult};
use jsonata_core::parser::{ParserError, parse};
use jsonata_core::value::JValue;
use serde_json::Value;

use super::convert::into_engine;
use super::{Expression, JsonataLimits};
use crate::query::digest;
use crate::query::entropy::{Entropy, seeded_fraction};

type Function = Box<dyn Fn(&[JValue]) -> HostFnResult>;

/// Registers the functions the expression may call; it calls few, and each costs an allocation.
pub(super) fn install(
    evaluator: &mut Evaluator,
    expression: &Expression,
    entropy: &Rc<Entropy>,
    limits: &JsonataLimits,
) {
    let mut add = |name: &str, function: Function| {
        if expression.may_use(name) {
            // Refused only for built-ins that the engine compiles, and none of these is.
            let installed = evaluator.register_fn_override(name, move |arguments: &[JValue]| function(arguments));
            debug_assert!(installed.is_ok(), "${name} cannot be replaced");
        }
    };
    let (items, bytes) = (limits.items, limits.result_bytes);
    let drawing = |function: fn(&Entropy, &[JValue]) -> HostFnResult| -> Function {
        let entropy = Rc::clone(entropy);
        Box::new(move |arguments| function(&entropy, arguments))
    };
    add("eval", Box::new(|_| refuse("$eval is not supported")));
    add("pad", Box::new(move |arguments| pad(arguments, bytes)));
    add("now", drawing(now));
    add("millis", drawing(|entropy, _| Ok(JValue::from_i64(entropy.now_ms))));
    add("random", drawing(random));
    add("shuffle", drawing(shuffle));
    add("uuid", drawing(|entropy, _| Ok(JValue::string(entropy.uuid()))));
    add("partition", Box::new(partition));
    add("range", Box::new(move |arguments| range(arguments, items)));
    add("hash", Box::new(hash));
    add("parse", Box::new(from_json));
}

fn refuse<T>(why: impl Into<String>) -> Result<T, EvaluatorError> {
    Err(EvaluatorError::EvaluationError(why.into()))
}

fn argument(arguments: &[JValue], at: usize) -> &JValue {
    arguments.get(at).unwrap_or(&JValue::Undefined)
}

fn number(arguments: &[JValue], at: usize, function: &str) -> Result<f64, EvaluatorError> {
    match argument(arguments, at).as_f64() {
        Some(number) if number.is_finite() => Ok(number),
        _ => refuse(format!("T0410: Argument {} of function \"{function}\" must be a number", at + 1)),
    }
}

fn text<'v>(arguments: &'v [JValue], at: usize, function: &str) -> Result<&'v str, EvaluatorError> {
    match argument(arguments, at).as_str() {
        Some(text) => Ok(text),
        None => refuse(format!("T0410: Argument {} of function \"{function}\" must be a string", at + 1)),
    }
}

/// `$pad(text, width, characters?)`: to the right for a positive width, to the left for a negative one.
fn pad(arguments: &[JValue], most: usize) -> HostFnResult {
    if argument(arguments, 0).is_undefined() {
        return Ok(JValue::Undefined);
    }
    let padded = text(arguments, 0, "pad")?;
    let width = number(arguments, 1, "pad")?;
    let characters = argument(arguments, 2).as_str().filter(|characters| !characters.is_empty()).unwrap_or(" ");
    let missing = width.abs() - padded.chars().count() as f64;
    if missing > most as f64 {
        return refuse(format!("$pad to more than {most} characters"));
    }
    let padding: String = characters.chars().cycle().take(missing.max(0.0) as usize).collect();
    Ok(JValue::string(if width < 0.0 { padding + padded } else { padded.to_owned() + &padding }))
}

/// `$now(picture?, timezone?)`, which is `$fromMillis` of the moment that was given.
fn now(entropy: &Entropy, arguments: &[JValue]) -> HostFnResult {
    static FORMAT: LazyLock<Result<AstNode, ParserError>> =
        LazyLock::new(|| parse("$fromMillis($moment, $picture, $timezone)"));
    let Ok(format) = &*FORMAT else { return refuse("$now is not available") };
    let mut context = Context::new();
    context.bind("moment".to_owned(), JValue::from_i64(entropy.now_ms));
    for (at, name) in ["picture", "timezone"].into_iter().enumerate() {
        if argument(arguments, at).is_string() {
            context.bind(name.to_owned(), argument(arguments, at).clone());
        }
    }
    Evaluator::with_context(context).evaluate(format, &JValue::Undefined)
}

fn random(entropy: &Entropy, arguments: &[JValue]) -> HostFnResult {
    let fraction = match arguments {
        [seed] if seed.is_number() => seeded_fraction(number(arguments, 0, "random")? as i64),
        _ => entropy.fraction(),
    };
    Ok(JValue::from_f64(fraction))
}

fn shuffle(entropy: &Entropy, arguments: &[JValue]) -> HostFnResult {
    let mut items = match argument(arguments, 0) {
        JValue::Undefined => return Ok(JValue::Undefined),
        JValue::Array(items) => items.to_vec(),
        single => vec![single.clone()],
    };
    for last in (1..items.len()).rev() {
        let chosen = (entropy.fraction() * (last + 1) as f64) as usize;
        items.swap(last, chosen.min(last));
    }
    Ok(JValue::array(items))
}

fn partition(arguments: &[JValue]) -> HostFnResult {
    let items = match argument(arguments, 0) {
        JValue::Undefined => return Ok(JValue::Undefined),
        JValue::Array(items) => items.to_vec(),
        single => vec![single.clone()],
    };
    let size = number(arguments, 1, "partition")?;
    if size < 1.0 {
        return refuse("the chunk size of $partition must be positive");
    }
    Ok(JValue::array(items.chunks(size as usize).map(|chunk| JValue::array(chunk.to_vec())).collect()))
}

/// Both ends belong to the range. A sequence, not an array: AWS unwraps a range of one item (recorded).
fn range(arguments: &[JValue], most: usize) -> HostFnResult {
    let (first, last) = (number(arguments, 0, "range")?, number(arguments, 1, "range")?);
    let step = match argument(arguments, 2) {
        JValue::Undefined => 1.0,
        _ => number(arguments, 2, "range")?,
    };
    if step == 0.0 {
        return refuse("the step of $range must not be zero");
    }
    let length = ((last - first) / step).floor() + 1.0;
    if length > most as f64 {
        return refuse(format!("D2014: The range of $range has more than {most} items"));
    }
    let length = length.max(0.0) as usize;
    Ok(JValue::sequence((0..length).map(|nth| JValue::from_f64(first + nth as f64 * step)).collect()))
}

fn hash(arguments: &[JValue]) -> HostFnResult {
    if argument(arguments, 0).is_undefined() {
        return Ok(JValue::Undefined);
    }
    let (content, algorithm) = (text(arguments, 0, "hash")?, text(arguments, 1, "hash")?);
    match digest::hex(content.as_bytes(), algorithm) {
        Some(digits) => Ok(JValue::string(digits)),
        None => refuse(format!("unknown hash algorithm: expected one of {}", digest::NAMES.join(", "))),
    }
}

fn from_json(arguments: &[JValue]) -> HostFnResult {
    if argument(arguments, 0).is_undefined() {
        return Ok(JValue::Undefined);
    }
    let parsed: Result<Value, _> = serde_json::from_str(text(arguments, 0, "parse")?);
    let value = parsed.or_else(|error| refuse(format!("$parse was given invalid JSON: {error}")))?;
    into_engine(&value).or_else(|_| refuse("$parse was given a value that nests too deeply"))
}
