//! The context object of a trial: made up, or given and checked.

use super::Trial;
use crate::{
    Env,
    definition::scope::{Kind, StateDef},
    time::format_timestamp,
};
use serde_json::{Value, json};

pub(super) fn made_up(name: &str, trial: &Trial, env: &Env) -> Value {
    let now = format_timestamp(env.now_ms);
    json!({
        "Execution": { "Id": "trial", "Input": &*trial.input, "Name": "trial", "RoleArn": "", "StartTime": now },
        "StateMachine": { "Id": "trial", "Name": "trial" },
        "State": { "Name": name, "EnteredTime": now, "RetryCount": trial.retries },
    })
}

const FIELDS: [(&str, &[&str]); 4] = [
    ("Execution", &["Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"]),
    ("State", &["EnteredTime", "Name", "RetryCount"]),
    ("StateMachine", &["Id", "Name"]),
    ("Task", &["Token"]),
];

/// What Step Functions accepts as a context object.
pub(super) fn check(context: &Value, def: &StateDef) -> Result<(), String> {
    let refuse = |why: String| Err(format!("Invalid Context object provided: {why}"));
    let Some(parts) = context.as_object() else { return refuse("it must be an object".into()) };
    for (part, value) in parts {
        if part == "Map" {
            return refuse("'Map' field is not supported when mocking a Context object".into());
        }
        let Some((_, fields)) = FIELDS.iter().find(|(name, _)| name == part) else {
            return refuse(format!("Field '{part}' is not allowed"));
        };
        if part == "Task" && !answered_from_outside(def) {
            return refuse("Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern".into());
        }
        let Some(value) = value.as_object() else { return refuse(format!("{part} must be an object")) };
        for (field, value) in value {
            if !fields.contains(&field.as_str()) {
                return refuse(format!("Field '{field}' is not allowed"));
            }
            let (kind, right) = match field.as_str() {
                "Input" => continue,
                "RetryCount" | "RedriveCount" => ("number", value.is_number()),
                _ => ("string", value.is_string()),
            };
            if !right {
                return refuse(format!("{part}.{field} must be a {kind}"));
            }
        }
    }
    Ok(())
}

fn answered_from_outside(def: &StateDef) -> bool {
    let suffixes = [".sync", ".sync:2", ".waitForTaskToken"];
    matches!(&def.kind, Kind::Task(task) if suffixes.iter().any(|suffix| task.resource.ends_with(suffix)))
}
