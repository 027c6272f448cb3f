//! Workflows and what is wrong with them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A workflow by name.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// What identifies its content; an execution keeps the hash it started with.
    pub hash: String,
    /// Its `Comment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// How many states it has.
    pub states: usize,
}

/// A workflow with its document.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DefinitionSource {
    /// Its name.
    pub name: String,
    /// What identifies its content.
    pub hash: String,
    /// The Amazon States Language document.
    #[schema(value_type = Object)]
    pub definition: Value,
}

/// One finding about a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// `error`: it cannot run; `warning`: it probably does not do what its author wants.
    pub severity: String,
    /// A stable code.
    pub code: String,
    /// Where, as a JSON pointer.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {} [{}]", self.severity, self.path, self.message, self.code)
    }
}

impl From<&cueline_states::Diagnostic> for Finding {
    fn from(found: &cueline_states::Diagnostic) -> Self {
        let severity = match found.severity {
            cueline_states::Severity::Error => "error",
            cueline_states::Severity::Warning => "warning",
        };
        Self {
            severity: severity.to_owned(),
            code: found.code.to_owned(),
            path: found.path.clone(),
            message: found.message.clone(),
        }
    }
}

/// What a check of a definition found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Validation {
    /// Whether it can run.
    pub valid: bool,
    /// Everything that was found, warnings too.
    pub findings: Vec<Finding>,
}

impl Validation {
    /// Checks a document, its language and its resources.
    pub fn of(text: &str) -> Self {
        let mut findings: Vec<Finding> = cueline_states::Definition::validate(text).iter().map(Finding::from).collect();
        let checked = cueline_runtime::Definitions::check(text);
        for found in checked.as_ref().err().into_iter().flatten().map(Finding::from) {
            if !findings.contains(&found) {
                findings.push(found);
            }
        }
        Self { valid: checked.is_ok(), findings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_found_with_its_place() {
        let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "cueline:no.such", "Next": "B"}}}"#;
        let validation = Validation::of(text);
        assert!(!validation.valid);
        assert!(validation.findings.iter().any(|found| found.path.contains("Next")), "{validation:?}");
        assert!(Validation::of(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#).valid);
        assert!(!Validation::of("{").valid);
    }
}
