//! One state as a document of its own.

use super::{Refused, contradiction};
use serde_json::{Map, Value, json};

/// What a state is called that came without a name. As Step Functions.
const NAMELESS: &str = "StateName";

/// The state's name, and a document in which everything it may go to is an empty Pass.
pub(super) fn out(document: &Value, name: Option<&str>) -> Result<(String, Value), Refused> {
    let (name, state) = match name {
        Some(name) => (name, find(document, name).ok_or_else(|| contradiction("State not found in definition"))?),
        None => (NAMELESS, document),
    };
    let mut states = Map::new();
    for target in targets(state) {
        states.insert(target.into(), json!({ "Type": "Pass", "End": true }));
    }
    states.insert(name.into(), state.clone());
    let mut alone = json!({ "StartAt": name, "States": states });
    if let Some(language) = document.get("QueryLanguage").filter(|_| document.get("States").is_some()) {
        alone["QueryLanguage"] = language.clone();
    }
    Ok((name.into(), alone))
}

fn find<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    let states = document.get("States")?.as_object()?;
    if let Some(state) = states.get(name) {
        return Some(state);
    }
    states.values().find_map(|state| {
        let branches = state.get("Branches").and_then(Value::as_array).into_iter().flatten();
        branches.chain(state.get("ItemProcessor")).chain(state.get("Iterator")).find_map(|scope| find(scope, name))
    })
}

fn targets(state: &Value) -> Vec<&str> {
    let elements = ["Choices", "Catch"].iter().filter_map(|field| state.get(*field)?.as_array()).flatten();
    let nested = elements.filter_map(|element| element.get("Next")?.as_str());
    ["Next", "Default"].iter().filter_map(|field| state.get(*field)?.as_str()).chain(nested).collect()
}
