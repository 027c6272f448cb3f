//! Workflows and what is wrong with them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Unique;

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

impl Finding {
    fn error(code: &str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: "error".to_owned(), code: code.to_owned(), path: path.into(), message: message.into() }
    }
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
    /// Checks a document, its keys, its language and its resources; one kind of mistake does not hide another.
    pub fn of(text: &str) -> Self {
        let mut findings: Vec<Finding> = Vec::new();
        let mut add = |found: Finding| {
            if !findings.iter().any(|known| (&known.path, &known.code) == (&found.path, &found.code)) {
                findings.push(found);
            }
        };
        if let Ok(document) = serde_json::from_str::<Unique>(text) {
            for path in document.repeated {
                add(Finding::error("KEY_DUPLICATE", path, "this key stands twice in its object; keep one of them"));
            }
            unknown_resources(&document.value, "", &mut add);
        }
        cueline_states::Definition::validate(text).iter().map(Finding::from).for_each(&mut add);
        let checked = cueline_runtime::Definitions::check(text);
        checked.as_ref().err().into_iter().flatten().map(Finding::from).for_each(&mut add);
        let valid = checked.is_ok() && findings.iter().all(|found| found.severity != "error");
        Self { valid, findings }
    }

    /// Of a file that is no definition at all.
    pub fn unreadable(why: impl std::fmt::Display) -> Self {
        let found = Finding::error("FILE_UNREADABLE", "", format!("the file cannot be read: {why}"));
        Self { valid: false, findings: vec![found] }
    }
}

/// Resources of Task states that no actor serves, in a document that may be wrong in other ways too.
fn unknown_resources(machine: &Value, path: &str, add: &mut impl FnMut(Finding)) {
    let Some(states) = machine.get("States").and_then(Value::as_object) else { return };
    for (name, state) in states {
        let path = format!("{path}/States/{}", name.replace('~', "~0").replace('/', "~1"));
        let resource = state.get("Resource").and_then(Value::as_str);
        let is_task = state.get("Type").and_then(Value::as_str) == Some("Task");
        let unserved = resource.filter(|_| is_task).and_then(cueline_runtime::definitions::unserved);
        if let Some((code, message)) = unserved {
            add(Finding::error(code, format!("{path}/Resource"), message));
        }
        for inner in ["Iterator", "ItemProcessor"] {
            state
                .get(inner)
                .into_iter()
                .for_each(|machine| unknown_resources(machine, &format!("{path}/{inner}"), add));
        }
        let branches = state.get("Branches").and_then(Value::as_array);
        for (at, branch) in branches.into_iter().flatten().enumerate() {
            unknown_resources(branch, &format!("{path}/Branches/{at}"), add);
        }
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
