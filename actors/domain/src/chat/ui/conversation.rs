//! UI messages become messages of chat completions.
//!
//! An assistant's message holds a whole exchange: what was said, called and answered, in steps. A step becomes one
//! message with its words and calls, then the results; so the order is that in which the model saw it.
//!
//! What no model can read is left out: reasoning, sources, data of the page. So is a call without a result, be it half
//! written, waiting for its tool or for somebody's approval: servers take no call that nothing answers.

use crate::chat::reading::{Object, RequestRefusal, one_of, refuse, unsupported};
use serde_json::{Value, json};

use crate::chat::ui::{file, tool};

const ROLES: &[&str] = &["system", "user", "assistant"];
const KINDS: &str = "write e.g. {\"type\": \"text\", \"text\": \"…\"}";
/// Parts of a message at most; more is a mistake or an attack.
const MOST_PARTS: usize = 10_000;

/// What a part is, for this translation.
enum Kind<'a> {
    Text,
    File,
    /// Of a tool with this name.
    Tool(&'a str),
    Step,
    /// What a user said while the assistant's message was under way.
    Steering,
    /// What no model can read.
    Silent,
}

/// Translates messages, of which there is at least one.
pub(crate) fn messages(asked: &[Value]) -> Result<Vec<Value>, RequestRefusal> {
    let mut told = Vec::new();
    for (at, message) in asked.iter().enumerate() {
        let message = Object::at(message, format!("messages[{at}]"))?;
        message.string("id")?;
        let role = message.named("role", "say who speaks")?;
        let parts = parts(&message)?;
        match role {
            "system" => system(&parts, &mut told)?,
            "user" => user(&parts, &mut told)?,
            "assistant" => assistant(&parts, &mut told)?,
            other => return Err(one_of(message.param("role"), other, ROLES)),
        }
    }
    if told.is_empty() {
        let message = "has nothing that a model can read; write a text part";
        return Err(refuse("invalid_value", "messages", message));
    }
    Ok(told)
}

fn parts<'a>(message: &Object<'a>) -> Result<Vec<Object<'a>>, RequestRefusal> {
    let fix = match message.get("content") {
        Some(_) => "is missing; content is of an older SDK, write parts: [{\"type\": \"text\", \"text\": \"…\"}]",
        None => "write an array of parts",
    };
    let parts = message.list("parts", fix, MOST_PARTS)?;
    let at = |(at, part)| Object::at(part, format!("{}[{at}]", message.param("parts")));
    parts.iter().enumerate().map(at).collect()
}

fn kind<'a>(part: &Object<'a>) -> Result<Kind<'a>, RequestRefusal> {
    let kind = part.named("type", KINDS)?;
    Ok(match kind {
        "text" => Kind::Text,
        "file" => Kind::File,
        "dynamic-tool" => Kind::Tool(part.named("toolName", "name the tool")?),
        "step-start" => Kind::Step,
        "steering-message" => Kind::Steering,
        "reasoning" | "reasoning-file" | "source-url" | "source-document" | "custom" => Kind::Silent,
        other if other.starts_with("data-") => Kind::Silent,
        other => match other.strip_prefix("tool-").filter(|name| !name.is_empty()) {
            Some(name) => Kind::Tool(name),
            None => {
                let message = format!("is {other:?}, which is no part of a UI message; {KINDS}");
                return Err(refuse("invalid_value", part.param("type"), message));
            }
        },
    })
}

fn system(parts: &[Object<'_>], told: &mut Vec<Value>) -> Result<(), RequestRefusal> {
    let mut text = String::new();
    for part in parts {
        match kind(part)? {
            Kind::Text => text.push_str(part.text("text")?),
            Kind::File => {
                return Err(unsupported(part.param("type"), "is a file of role \"system\"; only a user sends files"));
            }
            Kind::Tool(_) | Kind::Step | Kind::Steering | Kind::Silent => {}
        }
    }
    if !text.is_empty() {
        told.push(json!({ "role": "system", "content": text }));
    }
    Ok(())
}

fn user(parts: &[Object<'_>], told: &mut Vec<Value>) -> Result<(), RequestRefusal> {
    let mut content = Vec::new();
    for part in parts {
        match kind(part)? {
            Kind::Text => {
                let text = part.text("text")?;
                if !text.is_empty() {
                    content.push(json!({ "type": "text", "text": text }));
                }
            }
            Kind::File => content.push(file::translate(part)?),
            Kind::Tool(_) | Kind::Step | Kind::Steering | Kind::Silent => {}
        }
    }
    let content = match content.as_slice() {
        [] => return Ok(()),
        [only] if only["type"] == "text" => only["text"].clone(),
        _ => Value::Array(content),
    };
    told.push(json!({ "role": "user", "content": content }));
    Ok(())
}

fn assistant(parts: &[Object<'_>], told: &mut Vec<Value>) -> Result<(), RequestRefusal> {
    let mut step = Step::default();
    for part in parts {
        match kind(part)? {
            Kind::Text => step.text.push_str(part.text("text")?),
            Kind::Tool(name) => {
                if let Some((call, result)) = tool::translate(part, name)? {
                    step.calls.push(call);
                    step.results.push(result);
                }
            }
            Kind::Step => step.end(told),
            Kind::Steering => {
                step.end(told);
                steer(part, told)?;
            }
            // A file that a model made; chat completions take none back.
            Kind::File | Kind::Silent => {}
        }
    }
    step.end(told);
    Ok(())
}

fn steer(part: &Object<'_>, told: &mut Vec<Value>) -> Result<(), RequestRefusal> {
    let parts = parts(part)?;
    for part in &parts {
        match kind(part)? {
            Kind::Text | Kind::File => {}
            _ => {
                let message = "is no part of what a user says; write \"text\" or \"file\"";
                return Err(refuse("invalid_value", part.param("type"), message));
            }
        }
    }
    user(&parts, told)
}

/// A step of an assistant's message.
#[derive(Debug, Default)]
struct Step {
    text: String,
    calls: Vec<Value>,
    results: Vec<Value>,
}

impl Step {
    /// What was said and called, then the results; the next step begins.
    fn end(&mut self, told: &mut Vec<Value>) {
        let Self { text, calls, results } = std::mem::take(self);
        match (text.is_empty(), calls.is_empty()) {
            (true, true) => return,
            (false, true) => told.push(json!({ "role": "assistant", "content": text })),
            (true, false) => told.push(json!({ "role": "assistant", "content": null, "tool_calls": calls })),
            (false, false) => told.push(json!({ "role": "assistant", "content": text, "tool_calls": calls })),
        }
        told.extend(results);
    }
}
