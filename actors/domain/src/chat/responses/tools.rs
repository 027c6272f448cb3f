//! Functions and the choice among them: flat in Responses, nested in chat completions.
//!
//! Tools that OpenAI runs itself (searches, files, code, computers, MCP) are refused by their type. They would be
//! missed only when the model needs them, and then nobody would know why.

use serde_json::{Map, Value, json};

use crate::chat::reading::{Object, RequestRefusal, missing, one_of, refuse, unsupported, wrong};

/// Puts `tools`, `tool_choice` and `parallel_tool_calls` into a chat request.
///
/// Without tools the choice is left out: clients send their default with every request, and chat completions refuse it
/// then.
pub(crate) fn translate(request: &Object<'_>, chat: &mut Map<String, Value>) -> Result<(), RequestRefusal> {
    let given = request.array("tools")?.unwrap_or_default();
    let tool = |(at, tool)| function(&Object::at(tool, format!("tools[{at}]"))?);
    let tools: Vec<Value> = given.iter().enumerate().map(tool).collect::<Result<_, _>>()?;
    let choice = request.get("tool_choice").map(|choice| choose(choice, "tool_choice")).transpose()?;
    let parallel = request.flag("parallel_tool_calls")?;
    if tools.is_empty() {
        return match choice {
            Some(Value::String(word)) if word != "required" => Ok(()),
            None => Ok(()),
            Some(_) => Err(refuse("invalid_value", "tool_choice", "asks for a tool, but tools is empty; write a tool")),
        };
    }
    chat.insert("tools".into(), Value::Array(tools));
    if let Some(choice) = choice {
        chat.insert("tool_choice".into(), choice);
    }
    if let Some(parallel) = parallel {
        chat.insert("parallel_tool_calls".into(), json!(parallel));
    }
    Ok(())
}

fn function(tool: &Object<'_>) -> Result<Value, RequestRefusal> {
    match tool.named("type", "write \"function\"")? {
        "function" => {}
        other => {
            let message = format!("is {other:?}, which is not served here; write a tool of type \"function\"");
            return Err(unsupported(tool.param("type"), message));
        }
    }
    if tool.get("function").is_some() && tool.get("name").is_none() {
        let fix = "is within \"function\", as chat completions have it; write name and parameters beside type";
        return Err(missing(tool.param("name"), fix));
    }
    let mut function = Map::new();
    function.insert("name".into(), json!(tool.named("name", "name the function")?));
    if let Some(description) = tool.string("description")? {
        function.insert("description".into(), json!(description));
    }
    match tool.get("parameters") {
        None => {}
        Some(parameters @ Value::Object(_)) => _ = function.insert("parameters".into(), parameters.clone()),
        Some(other) => return Err(wrong(tool.param("parameters"), "a JSON Schema, an object", other)),
    }
    // Only as asked: a schema that was not written for strict calls is refused by chat completions when strict is set.
    if let Some(strict) = tool.flag("strict")? {
        function.insert("strict".into(), json!(strict));
    }
    Ok(json!({ "type": "function", "function": function }))
}

const CHOICES: &[&str] = &["auto", "none", "required"];

fn choose(choice: &Value, path: &str) -> Result<Value, RequestRefusal> {
    match choice {
        Value::String(word) if CHOICES.contains(&word.as_str()) => return Ok(choice.clone()),
        Value::String(word) => return Err(one_of(path, word, CHOICES)),
        Value::Object(_) => {}
        other => return Err(wrong(path, "a string or an object", other)),
    }
    let choice = Object::at(choice, path.to_owned())?;
    match choice.named("type", "write \"function\" or \"allowed_tools\"")? {
        "function" => named(&choice),
        "allowed_tools" => {
            let mode = choice.word("mode", &["auto", "required"])?;
            let mode = mode.ok_or_else(|| missing(choice.param("mode"), "write \"auto\" or \"required\""))?;
            let given = choice.array("tools")?.unwrap_or_default();
            if given.is_empty() {
                return Err(missing(choice.param("tools"), "list the tools that are allowed"));
            }
            let path = choice.param("tools");
            let tool = |(at, tool)| named(&Object::at(tool, format!("{path}[{at}]"))?);
            let tools: Vec<Value> = given.iter().enumerate().map(tool).collect::<Result<_, _>>()?;
            Ok(json!({ "type": "allowed_tools", "allowed_tools": { "mode": mode, "tools": tools } }))
        }
        other => {
            let message = format!("is {other:?}, which is not served here; write \"function\" or \"allowed_tools\"");
            Err(unsupported(choice.param("type"), message))
        }
    }
}

fn named(choice: &Object<'_>) -> Result<Value, RequestRefusal> {
    match choice.named("type", "write \"function\"")? {
        "function" => {
            let name = choice.named("name", "name the function")?;
            Ok(json!({ "type": "function", "function": { "name": name } }))
        }
        other => {
            let message = format!("is {other:?}, which is not served here; write \"function\"");
            Err(unsupported(choice.param("type"), message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(request: Value) -> Result<Value, RequestRefusal> {
        let mut chat = Map::new();
        translate(&Object::root(request.as_object().unwrap()), &mut chat)?;
        Ok(Value::Object(chat))
    }

    #[test]
    fn functions_are_nested() {
        let f = json!({"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"},
            "strict": true});
        let g = json!({"type": "function", "name": "g", "description": null, "parameters": null, "strict": null});
        let chat_f = json!({"type": "function", "function": {"name": "f", "description": "d",
            "parameters": {"type": "object"}, "strict": true}});
        let chat_g = json!({"type": "function", "function": {"name": "g"}});
        let allowed = json!({"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]});
        let chat_name = json!({"type": "function", "function": {"name": "f"}});
        for (request, expected) in [
            (
                json!({"tools": [f, g], "tool_choice": "required", "parallel_tool_calls": false}),
                json!({"tools": [chat_f, chat_g], "tool_choice": "required", "parallel_tool_calls": false}),
            ),
            (
                json!({"tools": [f], "tool_choice": {"type": "function", "name": "f"}}),
                json!({"tools": [chat_f], "tool_choice": chat_name}),
            ),
            (
                json!({"tools": [f], "tool_choice": allowed}),
                json!({"tools": [chat_f], "tool_choice": {"type": "allowed_tools",
                    "allowed_tools": {"mode": "auto", "tools": [chat_name]}}}),
            ),
            (json!({"tools": [], "tool_choice": "auto", "parallel_tool_calls": true}), json!({})),
            (json!({"tools": null, "tool_choice": "none"}), json!({})),
        ] {
            assert_eq!(of(request.clone()), Ok(expected), "{request}");
        }
    }

    #[test]
    fn what_is_no_function_is_refused() {
        let f = json!({"type": "function", "name": "f"});
        let mut cases = vec![
            (json!({"tools": {}}), "invalid_type", "tools"),
            (json!({"tools": [f, 7]}), "invalid_type", "tools[1]"),
            (json!({"tools": [{"name": "f"}]}), "missing_required_parameter", "tools[0].type"),
            (json!({"tools": [{"type": "function"}]}), "missing_required_parameter", "tools[0].name"),
            (
                json!({"tools": [{"type": "function", "function": {"name": "f"}}]}),
                "missing_required_parameter",
                "tools[0].name",
            ),
            (
                json!({"tools": [{"type": "function", "name": "f", "parameters": "x"}]}),
                "invalid_type",
                "tools[0].parameters",
            ),
            (json!({"tools": [{"type": "function", "name": "f", "strict": 1}]}), "invalid_type", "tools[0].strict"),
            (json!({"tools": [f], "tool_choice": "any"}), "invalid_value", "tool_choice"),
            (json!({"tools": [f], "tool_choice": 7}), "invalid_type", "tool_choice"),
            (json!({"tools": [f], "tool_choice": {}}), "missing_required_parameter", "tool_choice.type"),
            (
                json!({"tools": [f], "tool_choice": {"type": "function"}}),
                "missing_required_parameter",
                "tool_choice.name",
            ),
            (json!({"tools": [f], "tool_choice": {"type": "web_search"}}), "unsupported_parameter", "tool_choice.type"),
            (
                json!({"tools": [f], "tool_choice":
                    {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "mcp"}]}}),
                "unsupported_parameter",
                "tool_choice.tools[0].type",
            ),
            (json!({"tool_choice": "required"}), "invalid_value", "tool_choice"),
            (json!({"parallel_tool_calls": "yes"}), "invalid_type", "parallel_tool_calls"),
        ];
        for hosted in [
            "web_search",
            "web_search_preview",
            "file_search",
            "code_interpreter",
            "mcp",
            "computer_use_preview",
            "image_generation",
            "local_shell",
            "custom",
        ] {
            cases.push((json!({"tools": [f, {"type": hosted}]}), "unsupported_parameter", "tools[1].type"));
        }
        for (request, code, param) in cases {
            let refusal = of(request.clone()).unwrap_err();
            assert_eq!((refusal.code, refusal.param.as_str()), (code, param), "{request}: {refusal}");
        }
    }
}
