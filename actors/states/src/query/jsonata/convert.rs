//! Between our values and the engine's.
//!
//! The engine's own conversions are not used: into JSON they write `1` as `1.0`, turn functions and infinities into null
//! or nothing, and overflow the stack on deep values.

use std::rc::Rc;

use jsonata_core::value::{JMap, JValue};
use serde_json::{Map, Number, Value};

/// Deepest value that is let in. What was read from JSON text is shallower.
const DEEPEST_IN: usize = 256;
/// Deepest value that is let out. JSON text of more than 127 levels could not be read back.
const DEEPEST_OUT: usize = 100;

/// Why a value cannot cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    Function,
    NotFinite,
    TooDeep,
    TooLarge,
}

pub(super) fn into_engine(value: &Value) -> Result<JValue, Unusable> {
    into_engine_at(value, DEEPEST_IN)
}

fn into_engine_at(value: &Value, levels: usize) -> Result<JValue, Unusable> {
    let below = levels.checked_sub(1).ok_or(Unusable::TooDeep)?;
    Ok(match value {
        Value::Null => JValue::Null,
        Value::Bool(value) => JValue::Bool(*value),
        Value::Number(number) => JValue::from_f64(number.as_f64().ok_or(Unusable::NotFinite)?),
        Value::String(text) => JValue::string(text.as_str()),
        Value::Array(items) => {
            let items: Result<_, _> = items.iter().map(|item| into_engine_at(item, below)).collect();
            JValue::array(items?)
        }
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| Ok((key.clone(), into_engine_at(value, below)?));
            let members: Result<JMap, _> = members.iter().map(member).collect();
            JValue::Object(Rc::new(members?))
        }
    })
}

/// Conversion out, within a number of bytes. Counting matters more than it seems: a value that shares its parts
/// (`[$a, $a]`, many times over) is small in the engine and huge outside.
pub(super) struct Exit<'b> {
    pub(super) bytes_left: &'b mut usize,
}

impl Exit<'_> {
    /// `None` for undefined.
    pub(super) fn convert(&mut self, value: &JValue) -> Result<Option<Value>, Unusable> {
        self.convert_at(value, DEEPEST_OUT)
    }

    fn convert_at(&mut self, value: &JValue, levels: usize) -> Result<Option<Value>, Unusable> {
        let below = levels.checked_sub(1).ok_or(Unusable::TooDeep)?;
        Ok(Some(match value {
            JValue::Undefined => return Ok(None),
            JValue::Null => {
                self.pay(4)?;
                Value::Null
            }
            JValue::Bool(value) => {
                self.pay(4)?;
                Value::Bool(*value)
            }
            JValue::Number(number) => {
                self.pay(1)?;
                Value::Number(json_number(*number).ok_or(Unusable::NotFinite)?)
            }
            JValue::String(text) => {
                self.pay(text.len() + 2)?;
                Value::String(text.as_ref().to_owned())
            }
            JValue::Array(items) => {
                self.pay(2)?;
                let mut converted = Vec::new();
                for item in items.iter() {
                    self.pay(1)?;
                    converted.push(self.convert_at(item, below)?.unwrap_or(Value::Null));
                }
                Value::Array(converted)
            }
            JValue::Object(members) => {
                self.pay(2)?;
                let mut converted = Map::new();
                for (key, value) in members.iter() {
                    self.pay(key.len() + 4)?;
                    if let Some(value) = self.convert_at(value, below)? {
                        converted.insert(key.clone(), value);
                    }
                }
                Value::Object(converted)
            }
            _ => return Err(Unusable::Function),
        }))
    }

    /// Counts a value that never was inside.
    pub(super) fn pass(&mut self, value: &Value) -> Result<(), Unusable> {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::Null | Value::Bool(_) => self.pay(4)?,
                Value::Number(_) => self.pay(1)?,
                Value::String(text) => self.pay(text.len() + 2)?,
                Value::Array(items) => {
                    self.pay(2 + items.len())?;
                    open.extend(items);
                }
                Value::Object(members) => {
                    self.pay(2)?;
                    for (key, value) in members {
                        self.pay(key.len() + 4)?;
                        open.push(value);
                    }
                }
            }
        }
        Ok(())
    }

    fn pay(&mut self, bytes: usize) -> Result<(), Unusable> {
        *self.bytes_left = self.bytes_left.checked_sub(bytes).ok_or(Unusable::TooLarge)?;
        Ok(())
    }
}

/// Whole numbers as integers, so that `1` stays `1`. `None` for infinities and NaN.
fn json_number(number: f64) -> Option<Number> {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    if number.fract() == 0.0 && (-TWO_TO_63..TWO_TO_63).contains(&number) {
        return Some(Number::from(number as i64));
    }
    Number::from_f64(number)
}
