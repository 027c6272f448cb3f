//! An object of a request is read field by field. A refusal names the field by its path, the value's kind and the fix.
//!
//! `null` is the same as absent: clients write it for what was not set.

use serde_json::{Map, Number, Value};

pub(crate) use crate::chat::request::{RequestRefusal, refuse, wrong};

/// Refuses what is not there.
pub(crate) fn missing(param: impl Into<String>, fix: &str) -> RequestRefusal {
    refuse("missing_required_parameter", param, fix)
}

/// Refuses what others have and this gateway has not.
pub(crate) fn unsupported(param: impl Into<String>, message: impl Into<String>) -> RequestRefusal {
    refuse("unsupported_parameter", param, message)
}

/// An object of a request, and where it is.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    fields: &'a Map<String, Value>,
    path: String,
}

impl<'a> Object<'a> {
    /// The request itself.
    pub(crate) fn root(fields: &'a Map<String, Value>) -> Self {
        Self { fields, path: String::new() }
    }

    /// A value that must be an object.
    pub(crate) fn at(value: &'a Value, path: String) -> Result<Self, RequestRefusal> {
        match value {
            Value::Object(fields) => Ok(Self { fields, path }),
            other => Err(wrong(path, "an object", other)),
        }
    }

    /// Its fields.
    pub(crate) fn fields(&self) -> &'a Map<String, Value> {
        self.fields
    }

    /// The path of a field.
    pub(crate) fn param(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A field of any kind.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// A string, if there is one.
    pub(crate) fn string(&self, name: &str) -> Result<Option<&'a str>, RequestRefusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong(self.param(name), "a string", other)),
        }
    }

    /// A string that must be there; an empty one is none.
    pub(crate) fn named(&self, name: &str, fix: &str) -> Result<&'a str, RequestRefusal> {
        match self.string(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(missing(self.param(name), fix)),
        }
    }

    /// A string that must be there and may be empty.
    pub(crate) fn text(&self, name: &str) -> Result<&'a str, RequestRefusal> {
        self.string(name)?.ok_or_else(|| missing(self.param(name), "write a string"))
    }

    /// One of a few words, if there is one.
    pub(crate) fn word(&self, name: &str, words: &[&str]) -> Result<Option<&'a str>, RequestRefusal> {
        match self.string(name)? {
            Some(found) if !words.contains(&found) => Err(one_of(self.param(name), found, words)),
            found => Ok(found),
        }
    }

    /// True or false, if there is one.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, RequestRefusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(wrong(self.param(name), "true or false", other)),
        }
    }

    /// A whole number within bounds, if there is one.
    pub(crate) fn whole(&self, name: &str, least: u64, most: u64) -> Result<Option<u64>, RequestRefusal> {
        let Some(number) = self.any_number(name, "a whole number")? else { return Ok(None) };
        match number.as_u64().filter(|found| (least..=most).contains(found)) {
            Some(found) => Ok(Some(found)),
            None => {
                let message = format!("is {number}; write a whole number from {least} to {most}");
                Err(refuse("invalid_value", self.param(name), message))
            }
        }
    }

    /// A number within bounds, if there is one, as it was written.
    pub(crate) fn number(&self, name: &str, least: f64, most: f64) -> Result<Option<&'a Number>, RequestRefusal> {
        let Some(number) = self.any_number(name, "a number")? else { return Ok(None) };
        if number.as_f64().is_some_and(|found| (least..=most).contains(&found)) {
            return Ok(Some(number));
        }
        let message = format!("is {number}; write a number from {least} to {most}");
        Err(refuse("invalid_value", self.param(name), message))
    }

    fn any_number(&self, name: &str, wanted: &str) -> Result<Option<&'a Number>, RequestRefusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(number)),
            Some(other) => Err(wrong(self.param(name), wanted, other)),
        }
    }

    /// An array that must be there, of so many values at most.
    pub(crate) fn list(&self, name: &str, fix: &str, most: usize) -> Result<&'a [Value], RequestRefusal> {
        match self.array(name)? {
            None => Err(missing(self.param(name), fix)),
            Some(values) if values.len() > most => {
                let message = format!("has {} values; at most {most} are taken", values.len());
                Err(refuse("invalid_value", self.param(name), message))
            }
            Some(values) => Ok(values),
        }
    }

    /// An array, if there is one.
    pub(crate) fn array(&self, name: &str) -> Result<Option<&'a [Value]>, RequestRefusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(values)) => Ok(Some(values)),
            Some(other) => Err(wrong(self.param(name), "an array", other)),
        }
    }

    /// An object, if there is one.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Object<'a>>, RequestRefusal> {
        self.get(name).map(|value| Object::at(value, self.param(name))).transpose()
    }
}

/// Refuses a word that is none of a few.
pub(crate) fn one_of(param: impl Into<String>, found: &str, words: &[&str]) -> RequestRefusal {
    let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    refuse("invalid_value", param, format!("is {found:?}; write {}", words.join(" or ")))
}
