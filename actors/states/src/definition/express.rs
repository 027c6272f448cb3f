//! What Express workflows of Step Functions cannot do: wait for somebody else.

use super::diagnostic::{Diagnostic, SCHEMA, Severity};
use serde_json::Value;

pub(super) fn check(document: &Value, path: &str, findings: &mut Vec<Diagnostic>) {
    for (name, state) in document.get("States").and_then(Value::as_object).into_iter().flatten() {
        let path = format!("{path}/States/{name}");
        if let Some(message) = state.get("Resource").and_then(Value::as_str).and_then(refusal) {
            let message = format!("Express state machine does not support {message}");
            let path = format!("{path}/Resource");
            findings.push(Diagnostic { severity: Severity::Error, code: SCHEMA, path, message });
        }
        for field in ["ItemProcessor", "Iterator"] {
            if let Some(inner) = state.get(field) {
                check(inner, &format!("{path}/{field}"), findings);
            }
        }
        for (i, branch) in state.get("Branches").and_then(Value::as_array).into_iter().flatten().enumerate() {
            check(branch, &format!("{path}/Branches[{i}]"), findings);
        }
    }
}

fn refusal(resource: &str) -> Option<&'static str> {
    if resource.ends_with(".waitForTaskToken") {
        return Some("'.waitForTaskToken' service integration");
    }
    if resource.ends_with(".sync") || resource.ends_with(".sync:2") {
        return Some("'.sync' service integration");
    }
    let mut parts = resource.split(':');
    let is_activity = parts.next() == Some("arn") && parts.nth(1) == Some("states") && resource.contains(":activity:");
    is_activity.then_some("Activity ARN")
}
