//! One recorded case.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Deserialize)]
pub struct Case {
    pub id: String,
    pub kind: String,
    pub category: String,
    #[serde(rename = "type", default)]
    pub machine_type: String,
    pub runnable: bool,
    #[serde(default)]
    pub definition: Value,
    pub definition_text: Option<String>,
    #[serde(default)]
    pub input: Value,
    #[serde(default)]
    pub mocks: Map<String, Value>,
    pub expect: Expect,
    #[serde(default)]
    pub params: Map<String, Value>,
    pub execution_name: Option<String>,
}

impl Case {
    pub fn definition_text(&self) -> String {
        self.definition_text.clone().unwrap_or_else(|| self.definition.to_string())
    }
}

#[derive(Debug, Deserialize)]
pub struct Expect {
    pub status: Option<String>,
    /// `ACCEPT` or `REJECT`
    pub result: Option<String>,
    /// Absent is not the same as null.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    pub error: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub cause: Option<Value>,
    pub message: Option<String>,
    pub next_state: Option<String>,
    pub inspection: Option<Map<String, Value>>,
    pub diagnostics: Option<Vec<Map<String, Value>>>,
    pub state_sequence: Option<Vec<String>>,
    pub top_level_sequence: Option<Vec<String>>,
    pub entered_counts: Option<Map<String, Value>>,
    pub trace: Option<Vec<Map<String, Value>>>,
}

fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}
