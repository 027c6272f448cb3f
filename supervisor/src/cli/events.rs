//! `cueline events …`. Needs no running process.

use cueline_protocol::events::{EVENTS, EventContract, EventEnvelope, contract, named};
use serde_json::{Value, json};

use super::{
    args::{EventSchema, Everywhere, ValidateEvents},
    failure::Failure,
    input, output,
};
use crate::config::explain;

pub(super) fn list(everywhere: &Everywhere) -> Result<(), Failure> {
    if everywhere.json {
        let event = |event: &EventContract| {
            json!({
                "detail_type": event.detail_type,
                "source": event.origin.source(),
                "direction": event.direction,
                "message": format!("cueline.v1.{}", event.message),
                "description": event.description,
            })
        };
        output::json(&json!({"items": EVENTS.iter().map(event).collect::<Vec<_>>()}));
        return Ok(());
    }
    let row = |event: &EventContract| {
        let direction = format!("{:?}", event.direction).to_lowercase();
        let source = event.origin.source().to_owned();
        vec![event.detail_type.to_owned(), source, direction, event.message.to_owned(), event.description.to_owned()]
    };
    let head = ["detail-type", "source", "direction", "message", "what it says"];
    output::table(&head, &EVENTS.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

pub(super) fn schema(args: &EventSchema) -> Result<(), Failure> {
    let event = named(&args.name).ok_or_else(|| {
        let known: Vec<&str> = EVENTS.iter().map(|event| event.detail_type).collect();
        let near = |name: &&&str| strsim::damerau_levenshtein(name, &args.name) <= 2.max(args.name.len() / 3);
        let closest = known.iter().filter(near).min_by_key(|name| strsim::damerau_levenshtein(name, &args.name));
        let fix = closest.map_or_else(String::new, |name| format!("; did you mean {name:?}?"));
        Failure::usage(format!("event_unknown: NAME: {:?} is no event; known are {}{fix}", args.name, known.join(", ")))
    })?;
    say!("{}", event.schema.trim_end());
    Ok(())
}

/// What is wrong with an event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
struct Finding {
    code: &'static str,
    field: String,
    value: String,
    problem: String,
    fix: String,
}

pub(super) fn validate(everywhere: &Everywhere, args: &ValidateEvents) -> Result<(), Failure> {
    let mut results = Vec::new();
    for file in &args.files {
        let given = if file == "-" { input::json("FILE", "-")? } else { input::file("FILE", file.as_ref())? };
        results.push((file, check(&given)));
    }
    let valid = results.iter().all(|(_, finding)| finding.is_none());
    if everywhere.json {
        let shown = results.iter().map(|(file, finding)| {
            json!({"file": file, "valid": finding.is_none(), "findings": finding.iter().collect::<Vec<_>>()})
        });
        output::json(&shown.collect::<Vec<_>>());
    } else {
        for (file, finding) in &results {
            say!("{}: {}", output::plain(file), if finding.is_none() { "valid" } else { "invalid" });
            if let Some(Finding { code, field, value, problem, fix }) = finding {
                say!("  {code}: {}", output::plain(&format!("{field}: {value}: {problem}; {fix}")));
            }
        }
    }
    if valid { Ok(()) } else { Err(Failure::BadResult) }
}

/// The first thing that is wrong with an event: an envelope, or its detail-type and detail alone.
fn check(given: &Value) -> Option<Finding> {
    let finding = |code, field: &str, problem: &str, fix: String| {
        let value = field.split('.').try_fold(given, |value, name| value.get(name)).unwrap_or(&Value::Null);
        let value: String = value.to_string().chars().take(80).collect();
        Some(Finding { code, field: field.to_owned(), value, problem: problem.to_owned(), fix })
    };
    let is_envelope = ["version", "id", "account", "time", "region"].iter().any(|field| given.get(field).is_some());
    if is_envelope && let Err(problem) = EventEnvelope::read(given) {
        let text = problem.to_string();
        let (field, problem) = text.split_once(": ").unwrap_or(("", &text));
        return finding("event_invalid", field, problem, "write an envelope as EventBridge delivers it".to_owned());
    }
    let Some(detail_type) = given["detail-type"].as_str() else {
        let fix = "write {\"detail-type\": …, \"detail\": {…}}, see `cueline events list`".to_owned();
        return finding("event_invalid", "detail-type", "is missing or no text", fix);
    };
    let source = given["source"].as_str();
    let event = match source {
        Some(source) => contract(source, detail_type),
        None => named(detail_type).filter(|event| event.detail_type == detail_type),
    };
    let Some(event) = event else {
        let meant = named(detail_type);
        let (field, fix) = match meant {
            Some(event) if event.detail_type == detail_type => {
                ("source", format!("{detail_type} comes from {}", event.origin.source()))
            }
            _ => ("detail-type", "use one of `cueline events list`; other events start workflows by a rule".to_owned()),
        };
        return finding("event_unknown", field, "is no event that Cueline knows", fix);
    };
    let detail = given.get("detail").unwrap_or(&Value::Null);
    let problem = event.check(detail).err()?;
    let (text, mut fix) = explain(&problem.problem);
    if fix.is_empty() {
        fix = format!("see `cueline events schema {}`", event.detail_type.replace(' ', ""));
    }
    let field = if problem.field == "detail" { "detail".to_owned() } else { format!("detail.{}", problem.field) };
    finding("event_invalid", &field, &text, fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_has_field_value_and_fix() {
        let told = |given: Value| check(&given).map(|it| (it.code, it.field, it.value, it.problem, it.fix));
        let asked = |detail: Value| json!({"detail-type": "WorkflowRequested", "detail": detail});
        assert_eq!(told(asked(json!({"workflow": "greet"}))), None);
        let envelope = json!({"version": "0", "id": "1", "source": "shop", "account": "1", "time": "t", "region": "r",
            "resources": [], "detail-type": "WorkflowRequested", "detail": {"workflow": "greet"}});
        assert_eq!(told(envelope.clone()), None);
        let (code, field, value, problem, _) = told(asked(json!({"workflow": 3}))).unwrap();
        assert_eq!((code, field.as_str(), value.as_str()), ("event_invalid", "detail.workflow", "3"));
        assert!(problem.contains("integer `3`"), "{problem}");
        let (_, _, _, problem, fix) = told(asked(json!({"workflow": "a", "inptu": 1}))).unwrap();
        assert_eq!((problem.as_str(), fix.as_str()), ("unknown key `inptu`", "did you mean `input`?"));
        let (_, field, _, problem, _) = told(asked(json!({}))).unwrap();
        assert_eq!((field.as_str(), problem.as_str()), ("detail.workflow", "is missing"));
        let mut other = envelope.clone();
        other["version"] = json!("3");
        assert_eq!(told(other).unwrap().1, "version");
        let mut other = envelope;
        other["detail-type"] = json!("Unheard");
        assert_eq!(told(other).unwrap().0, "event_unknown");
        let wrong = json!({"source": "me", "detail-type": "DocumentIndexed", "detail": {}});
        assert_eq!(told(wrong).unwrap().1, "source");
        assert_eq!(told(json!({"detail": {}})).unwrap().1, "detail-type");
    }
}
