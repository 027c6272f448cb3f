//! One way of writing for all JSON that means the same.

use std::fmt::Write;

use serde_json::{Map, Number, Value};

use super::LEFT_OUT;

/// A request in its canonical form.
pub fn canonical(request: &Map<String, Value>) -> String {
    let mut out = String::new();
    let counts = |(name, value): &(&String, &Value)| !LEFT_OUT.contains(&name.as_str()) && !value.is_null();
    write_object(request.iter().filter(counts), &mut out);
    out
}

fn write_object<'a>(fields: impl Iterator<Item = (&'a String, &'a Value)>, out: &mut String) {
    let mut fields: Vec<(&String, &Value)> = fields.collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    out.push('{');
    for (at, (name, value)) in fields.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_text(name, out);
        out.push(':');
        write_value(value, out);
    }
    out.push('}');
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_text(text, out),
        Value::Array(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_value(value, out);
            }
            out.push(']');
        }
        Value::Object(fields) => write_object(fields.iter(), out),
    }
}

/// Quotes and escapes as JSON has it, always the same way. Writing to a string does not fail.
fn write_text(text: &str, out: &mut String) {
    let _ = write!(out, "{}", Value::from(text));
}

/// Whole numbers without a point or an exponent as far as 64 bits reach; others in the fewest digits that read back the same.
fn write_number(number: &Number, out: &mut String) {
    const BEYOND_U64: f64 = 18_446_744_073_709_551_616.0;
    const LEAST_I64: f64 = -9_223_372_036_854_775_808.0;
    let whole = number.as_f64().filter(|value| number.is_f64() && value.fract() == 0.0);
    let _ = match whole {
        // Both conversions are exact: a float of this size that is whole is an integer of 64 bits.
        Some(value) if (0.0..BEYOND_U64).contains(&value) => write!(out, "{}", value as u64),
        Some(value) if (LEAST_I64..0.0).contains(&value) => write!(out, "{}", value as i64),
        _ => write!(out, "{number}"),
    };
}
