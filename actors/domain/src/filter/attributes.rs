//! Attributes of documents, and the file beside an object that sets them.

use super::unique::repeated_name;
use crate::access::{AccessGroups, AccessRule, Audience};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The attribute that names the groups which may see a document. It is taken out of the attributes: a filter cannot see it.
pub const GROUPS_ATTRIBUTE: &str = "groups";

/// Most attributes of a document.
const MAX_ATTRIBUTES: usize = 100;
/// Longest name or string, in bytes.
const MAX_STRING: usize = 2_048;
/// Most members of a list.
const MAX_LIST: usize = 500;

/// Value of one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// True or false.
    Boolean(bool),
    /// A finite number.
    Number(f64),
    /// A string.
    String(String),
    /// Strings.
    StringList(Vec<String>),
}

/// Attributes of a document, by name.
pub type Attributes = BTreeMap<String, AttributeValue>;

/// What the `.metadata.json` beside an object says, in the form of Bedrock knowledge bases:
/// `{"metadataAttributes": {"department": "hr", "year": {"value": {"type": "NUMBER", "numberValue": 2024},
/// "includeForEmbedding": true}, "groups": ["hr"]}}`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sidecar {
    /// Attributes to filter by, without the reserved one.
    pub attributes: Attributes,
    /// Names of the attributes that are put before the text for embedding.
    pub embedded: Vec<String>,
    /// Groups that may see the document; `None` when the file does not say.
    pub groups: Option<AccessGroups>,
}

/// A sidecar that cannot be used. The document beside it is refused too: without its groups it might be shown to too many.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SidecarError {
    /// Not JSON.
    #[error("metadata file is not JSON: {0}")]
    NotJson(String),
    /// The same name twice: readers would disagree about which one counts.
    #[error("metadata file names `{name}` twice in one object: keep one of them")]
    Repeated {
        /// Which.
        name: String,
    },
    /// No object of attributes.
    #[error("metadata file has no object `metadataAttributes`")]
    NoAttributes,
    /// Too many.
    #[error("metadata file has {found} attributes, more than {MAX_ATTRIBUTES}")]
    TooMany {
        /// How many there are.
        found: usize,
    },
    /// A name that cannot be one.
    #[error("attribute name `{name}` must have 1 to {MAX_STRING} bytes")]
    Name {
        /// Its beginning.
        name: String,
    },
    /// A value that cannot be one.
    #[error("attribute `{name}` {message}")]
    Attribute {
        /// Which.
        name: String,
        /// What is wrong and what to write instead.
        message: String,
    },
}

impl Sidecar {
    /// Reads the bytes of a `.metadata.json`.
    pub fn parse(bytes: &[u8]) -> Result<Self, SidecarError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let json: Value = serde_json::from_slice(bytes).map_err(|error| SidecarError::NotJson(error.to_string()))?;
        if let Some(name) = repeated_name(bytes) {
            return Err(SidecarError::Repeated { name: name.chars().take(60).collect() });
        }
        let members = json.get("metadataAttributes").and_then(Value::as_object).ok_or(SidecarError::NoAttributes)?;
        if members.len() > MAX_ATTRIBUTES {
            return Err(SidecarError::TooMany { found: members.len() });
        }
        let mut sidecar = Self::default();
        for (name, value) in members {
            sidecar.add(name, value)?;
        }
        Ok(sidecar)
    }

    fn add(&mut self, name: &str, value: &Value) -> Result<(), SidecarError> {
        if name.is_empty() || name.len() > MAX_STRING {
            return Err(SidecarError::Name { name: name.chars().take(60).collect() });
        }
        let refuse = |message: String| SidecarError::Attribute { name: name.chars().take(60).collect(), message };
        if name != GROUPS_ATTRIBUTE && name.trim().to_lowercase() == GROUPS_ATTRIBUTE {
            // Taken as an attribute, it would open to everyone what somebody meant to restrict.
            return Err(refuse(format!(
                "looks like `{GROUPS_ATTRIBUTE}`, which decides access: write it in lower case"
            )));
        }
        let (value, embed) = match value {
            Value::Object(_) => wrapped(value).map_err(refuse)?,
            plain => (attribute(plain).map_err(refuse)?, false),
        };
        if name == GROUPS_ATTRIBUTE {
            self.groups = Some(groups(value).map_err(refuse)?);
            return Ok(());
        }
        if embed {
            self.embedded.push(name.to_owned());
        }
        self.attributes.insert(name.to_owned(), value);
        Ok(())
    }

    /// The rule for a document of `tenant`: the groups that the file names, else `otherwise`.
    pub fn access_rule(&self, tenant: &str, otherwise: Audience) -> AccessRule {
        AccessRule { tenant: tenant.to_owned(), audience: self.groups.clone().map_or(otherwise, Audience::Groups) }
    }

    /// `name: value` lines of the attributes marked for embedding, to be put before the indexed text of each chunk.
    pub fn embedded_text(&self) -> String {
        let lines =
            self.embedded.iter().filter_map(|name| Some(format!("{name}: {}", shown(self.attributes.get(name)?))));
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn shown(value: &AttributeValue) -> String {
    match value {
        AttributeValue::Boolean(value) => value.to_string(),
        AttributeValue::Number(value) => value.to_string(),
        AttributeValue::String(value) => value.clone(),
        AttributeValue::StringList(values) => values.join(", "),
    }
}

/// An empty list is taken at its word: nobody.
fn groups(value: AttributeValue) -> Result<AccessGroups, String> {
    let names = match value {
        AttributeValue::String(name) => vec![name],
        AttributeValue::StringList(names) => names,
        _ => return Err("must be a list of group names".to_owned()),
    };
    match names.iter().all(|name| !name.trim().is_empty() && name.trim() == name) {
        true => Ok(names.into_iter().collect()),
        false => Err("has a group name that is empty or has spaces around it".to_owned()),
    }
}

/// `{"value": {"type": "STRING", "stringValue": …}, "includeForEmbedding": …}`
fn wrapped(value: &Value) -> Result<(AttributeValue, bool), String> {
    let Some(typed) = value.get("value").filter(|typed| typed.is_object()) else {
        return Err("must be a string, number, boolean, list of strings, or an object with `value`".to_owned());
    };
    let embed = match value.get("includeForEmbedding") {
        None => false,
        Some(Value::Bool(embed)) => *embed,
        Some(_) => return Err("has an `includeForEmbedding` that is neither true nor false".to_owned()),
    };
    let kind = typed.get("type").and_then(Value::as_str).unwrap_or_default();
    let field = match kind {
        "STRING" => "stringValue",
        "NUMBER" => "numberValue",
        "BOOLEAN" => "booleanValue",
        "STRING_LIST" => "stringListValue",
        _ => return Err("has a `type` that is none of STRING, NUMBER, BOOLEAN, STRING_LIST".to_owned()),
    };
    let found = attribute(typed.get(field).ok_or_else(|| format!("is a {kind} without `{field}`"))?)?;
    let fits = matches!(
        (kind, &found),
        ("STRING", AttributeValue::String(_))
            | ("NUMBER", AttributeValue::Number(_))
            | ("BOOLEAN", AttributeValue::Boolean(_))
            | ("STRING_LIST", AttributeValue::StringList(_))
    );
    if fits { Ok((found, embed)) } else { Err(format!("has a `{field}` that is no {kind}")) }
}

fn attribute(value: &Value) -> Result<AttributeValue, String> {
    match value {
        Value::String(text) => Ok(AttributeValue::String(short(text)?)),
        Value::Bool(value) => Ok(AttributeValue::Boolean(*value)),
        Value::Number(number) => match number.as_f64().filter(|number| number.is_finite()) {
            Some(number) => Ok(AttributeValue::Number(number)),
            None => Err("is a number that is too large".to_owned()),
        },
        Value::Array(members) if members.len() <= MAX_LIST => members
            .iter()
            .map(|member| {
                member.as_str().ok_or_else(|| "is a list with members that are no strings".to_owned()).and_then(short)
            })
            .collect::<Result<_, _>>()
            .map(AttributeValue::StringList),
        Value::Array(members) => Err(format!("is a list of {} strings, more than {MAX_LIST}", members.len())),
        Value::Null => Err("is null: leave it out".to_owned()),
        Value::Object(_) => Err("is an object where a plain value is expected".to_owned()),
    }
}

fn short(text: &str) -> Result<String, String> {
    if text.len() > MAX_STRING {
        return Err(format!("is a string of {} bytes, more than {MAX_STRING}", text.len()));
    }
    Ok(text.to_owned())
}
