//! Whom a document cues. Fields of the same name inside payloads are data, not resources.

use serde_json::Value;

pub(super) fn find(document: &Value, path: &str, found: &mut Vec<(String, String)>) {
    for (name, state) in document.get("States").and_then(Value::as_object).into_iter().flatten() {
        let path = format!("{path}/States/{}", name.replace('~', "~0").replace('/', "~1"));
        if state.get("Type").is_some_and(|kind| kind == "Task") {
            note(state, path.clone(), found);
        }
        for field in ["ItemReader", "ResultWriter"] {
            if let Some(inner) = state.get(field) {
                note(inner, format!("{path}/{field}"), found);
            }
        }
        for field in ["ItemProcessor", "Iterator"] {
            if let Some(inner) = state.get(field) {
                find(inner, &format!("{path}/{field}"), found);
            }
        }
        for (i, branch) in state.get("Branches").and_then(Value::as_array).into_iter().flatten().enumerate() {
            find(branch, &format!("{path}/Branches/{i}"), found);
        }
    }
}

fn note(holder: &Value, path: String, found: &mut Vec<(String, String)>) {
    if let Some(resource) = holder.get("Resource").and_then(Value::as_str) {
        found.push((format!("{path}/Resource"), resource.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_cued_is_a_resource() {
        let task = |resource: &str| {
            json!({ "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": resource, "End": true,
                "Parameters": { "Resource": "data" } } } })
        };
        let document = json!({ "States": {
            "P": { "Type": "Pass", "Result": { "Resource": "data" } },
            "A/B": { "Type": "Parallel", "Branches": [task("one"), task("two")] },
            "M": { "Type": "Map", "ItemReader": { "Resource": "reader", "Parameters": { "Resource": "data" } },
                "ResultWriter": { "Resource": "writer" }, "ItemProcessor": task("three") },
        }});
        let mut found = Vec::new();
        find(&document, "", &mut found);
        let found: Vec<(&str, &str)> = found.iter().map(|(path, name)| (path.as_str(), name.as_str())).collect();
        assert_eq!(
            found,
            [
                ("/States/A~1B/Branches/0/States/T/Resource", "one"),
                ("/States/A~1B/Branches/1/States/T/Resource", "two"),
                ("/States/M/ItemReader/Resource", "reader"),
                ("/States/M/ResultWriter/Resource", "writer"),
                ("/States/M/ItemProcessor/States/T/Resource", "three"),
            ]
        );
    }
}
