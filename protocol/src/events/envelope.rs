//! The envelope in which a bus hands events on, in the form of Amazon EventBridge.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The only version of the envelope there is.
const VERSION: &str = "0";

/// An event as it is delivered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventEnvelope {
    /// Version of the envelope.
    pub version: String,
    /// Same for every delivery of the same event.
    pub id: String,
    /// What happened.
    #[serde(rename = "detail-type")]
    pub detail_type: String,
    /// Who says it.
    pub source: String,
    /// Whose account it happened in.
    #[serde(default)]
    pub account: String,
    /// When it happened, RFC 3339.
    #[serde(default)]
    pub time: String,
    /// Where it happened.
    #[serde(default)]
    pub region: String,
    /// What it is about.
    #[serde(default)]
    pub resources: Vec<String>,
    /// What it says.
    pub detail: Value,
}

/// Why something is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeProblem {
    /// It is no JSON object.
    #[error("it is not a JSON object: {0}")]
    NotJson(String),
    /// A field is missing or has the wrong form.
    #[error("{field}: {problem}")]
    Field {
        /// Which.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The envelope is of a version that is not known.
    #[error("version: is {0:?}; only \"0\" is known")]
    Version(String),
}

impl EventEnvelope {
    /// Reads the body of a message.
    pub fn parse(body: &[u8]) -> Result<Self, EnvelopeProblem> {
        let value: Value = serde_json::from_slice(body).map_err(|error| EnvelopeProblem::NotJson(error.to_string()))?;
        Self::read(&value)
    }

    /// Reads a JSON value.
    pub fn read(value: &Value) -> Result<Self, EnvelopeProblem> {
        if !value.is_object() {
            return Err(EnvelopeProblem::NotJson("an object was expected".to_owned()));
        }
        let field = |field: &str, problem: &str| EnvelopeProblem::Field {
            field: field.to_owned(),
            problem: problem.to_owned(),
        };
        let envelope: Self = serde_path_to_error::deserialize(value).map_err(|error| {
            let problem = error.inner().to_string();
            match problem.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
                Some((name, _)) => field(name, "is missing"),
                None => field(&error.path().to_string(), &problem),
            }
        })?;
        if envelope.version != VERSION {
            return Err(EnvelopeProblem::Version(envelope.version));
        }
        for (name, text) in [("id", &envelope.id), ("detail-type", &envelope.detail_type), ("source", &envelope.source)]
        {
            if text.is_empty() {
                return Err(field(name, "is empty"));
            }
        }
        if !envelope.detail.is_object() {
            return Err(field("detail", "is not an object"));
        }
        Ok(envelope)
    }

    /// As JSON, in the order that EventBridge writes.
    pub fn to_json(&self) -> Value {
        json!({
            "version": self.version,
            "id": self.id,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": self.account,
            "time": self.time,
            "region": self.region,
            "resources": self.resources,
            "detail": self.detail,
        })
    }

    /// The version that is written.
    pub fn current_version() -> String {
        VERSION.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_comes_back_and_what_is_wrong_is_named() {
        let good = json!({"version": "0", "id": "1", "detail-type": "T", "source": "s", "account": "1", "time": "t",
            "region": "r", "resources": ["a"], "detail": {"x": 1}, "replay-name": "more"});
        let envelope = EventEnvelope::read(&good).unwrap();
        assert_eq!(EventEnvelope::read(&envelope.to_json()).unwrap(), envelope);
        let without = |name: &str| {
            let mut value = good.clone();
            value.as_object_mut().unwrap().remove(name);
            EventEnvelope::read(&value).unwrap_err().to_string()
        };
        assert_eq!(without("id"), "id: is missing");
        assert_eq!(without("detail-type"), "detail-type: is missing");
        let with = |name: &str, value: Value| {
            let mut changed = good.clone();
            changed[name] = value;
            EventEnvelope::read(&changed).unwrap_err().to_string()
        };
        assert_eq!(with("version", json!("1")), "version: is \"1\"; only \"0\" is known");
        assert_eq!(with("detail", json!("text")), "detail: is not an object");
        assert!(with("resources", json!([1])).starts_with("resources[0]: "));
        assert!(EventEnvelope::parse(b"not JSON").unwrap_err().to_string().starts_with("it is not a JSON object"));
        assert!(EventEnvelope::parse(b"[]").is_err());
    }
}
