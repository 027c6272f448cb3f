//! What is asked, through rules: before anybody is asked it, and before anything of it is kept.
//!
//! Looked at is what people say, and what tools and documents bring along, which may hold orders to the model. What the operator says and what the
//! model said is not.

use cueline_domain::{
    guarding::{Action, Inspector, Origin},
    streaming::Mode,
};
use cueline_ports::{Direction, Guard, Intervention, Verdict};
use serde_json::{Map, Value};

use super::{attempt::Fault, gatekeeper::unavailable};

/// A request whose texts may be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked {
    /// What was found, as `rule: blocked`, `rule: redacted` or `rule: noted`.
    pub findings: Vec<String>,
    /// It must not be asked.
    pub is_blocked: bool,
}

impl Looked {
    /// Looks at a text, and masks in it what has to be masked.
    pub(super) fn at(&mut self, text: &mut String, origin: Origin, inspector: &Inspector, mode: Mode) {
        let found = inspector.inspect(text, origin);
        if found.found.is_empty() {
            return;
        }
        let outcome = |action: Action| match (mode, action) {
            (Mode::Audit, _) | (_, Action::Audit) => "noted",
            (Mode::Block, Action::Block) => "blocked",
            _ => "redacted",
        };
        for finding in &found.found {
            let told = format!("{}: {}", finding.rule, outcome(finding.action));
            if self.findings.len() < 100 && !self.findings.contains(&told) {
                self.findings.push(told);
            }
        }
        self.is_blocked |= mode == Mode::Block && found.blocked();
        if mode != Mode::Audit && found.heaviest().is_some_and(|action| action >= Action::Redact) {
            *text = found.redacted(text);
        }
    }

    /// What a request brings along.
    fn at_documents(&mut self, request: &mut Map<String, Value>, inspector: &Inspector, mode: Mode) {
        for document in request.get_mut("documents").and_then(Value::as_array_mut).into_iter().flatten() {
            for name in ["title", "text"] {
                if let Some(Value::String(text)) = document.get_mut(name) {
                    self.at(text, Origin::Content, inspector, mode);
                }
            }
        }
    }

    /// A string, or the texts of parts.
    fn at_content(&mut self, content: &mut Value, origin: Origin, inspector: &Inspector, mode: Mode) {
        match content {
            Value::String(text) => self.at(text, origin, inspector, mode),
            Value::Array(parts) => {
                for part in parts {
                    if let Some(Value::String(text)) = part.get_mut("text") {
                        self.at(text, origin, inspector, mode);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Has a guard that is asked look at the messages of a chat request. It sees them together, so it masks nothing in them: what it
/// finds blocks the question, unless it is only to note it.
///
/// # Errors
/// When it does not answer: nothing may pass then.
pub async fn look_from_afar(request: &Map<String, Value>, guard: &dyn Guard, mode: Mode) -> Result<Looked, Fault> {
    let messages = request.get("messages").and_then(Value::as_array).into_iter().flatten();
    let asked = messages.filter(|message| matches!(message["role"].as_str(), Some("user" | "tool" | "function")));
    let documents = request.get("documents").and_then(Value::as_array).into_iter().flatten();
    let texts = asked.flat_map(|message| texts(&message["content"]));
    let texts: Vec<&str> = texts.chain(documents.filter_map(|document| document["text"].as_str())).collect();
    let verdict = guard.check(Direction::Input, &texts.join("\n\n")).await;
    match verdict.map_err(|error| unavailable(guard.name(), &error))? {
        Verdict::Passed => Ok(Looked::default()),
        Verdict::Intervened(Intervention { policies, .. }) => {
            let is_blocked = mode != Mode::Audit;
            let done = if is_blocked { "blocked" } else { "noted" };
            Ok(Looked { findings: policies.iter().map(|policy| format!("{policy}: {done}")).collect(), is_blocked })
        }
    }
}

fn texts(content: &Value) -> Vec<&str> {
    match content {
        Value::String(text) => vec![text],
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Looks at the messages of a chat request.
pub fn look_at_messages(request: &mut Map<String, Value>, inspector: &Inspector, mode: Mode) -> Looked {
    let mut looked = Looked::default();
    for message in request.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten() {
        let origin = match message["role"].as_str() {
            Some("user") => Origin::User,
            Some("tool" | "function") => Origin::Content,
            _ => continue,
        };
        if let Some(content) = message.get_mut("content") {
            looked.at_content(content, origin, inspector, mode);
        }
    }
    looked.at_documents(request, inspector, mode);
    looked
}

/// Looks at the input of a request of the Responses API.
pub fn look_at_input(request: &mut Map<String, Value>, inspector: &Inspector, mode: Mode) -> Looked {
    let mut looked = Looked::default();
    match request.get_mut("input") {
        Some(Value::String(text)) => looked.at(text, Origin::User, inspector, mode),
        Some(Value::Array(items)) => {
            for item in items {
                let (field, origin) = match (item["type"].as_str(), item["role"].as_str()) {
                    (Some("function_call_output"), _) => ("output", Origin::Content),
                    (_, Some("user")) => ("content", Origin::User),
                    _ => continue,
                };
                if let Some(content) = item.get_mut(field) {
                    looked.at_content(content, origin, inspector, mode);
                }
            }
        }
        _ => {}
    }
    looked.at_documents(request, inspector, mode);
    looked
}

#[cfg(test)]
mod tests {
    use cueline_domain::guarding::{GuardRules, TermList};
    use serde_json::json;

    use super::*;

    fn inspector() -> Inspector {
        let words = TermList { name: "rivals".into(), terms: vec!["acme".into()], action: Action::Block };
        Inspector::new(GuardRules { words: vec![words], ..GuardRules::default() }).unwrap()
    }

    fn chat() -> Value {
        json!({ "messages": [
            { "role": "system", "content": "Never name Acme." },
            { "role": "user", "content": [{ "type": "text", "text": "I am ann@example.com" }, { "type": "image_url" }] },
            { "role": "assistant", "content": "Hello ann@example.com" },
            { "role": "tool", "content": "Mail of bob@example.com" },
        ], "documents": [{ "title": "Mail of bob@example.com", "text": "Nothing." }] })
    }

    fn looked(request: &Value, mode: Mode) -> (Looked, Value) {
        let Value::Object(mut body) = request.clone() else { panic!("an object") };
        let looked = look_at_messages(&mut body, &inspector(), mode);
        (looked, Value::Object(body))
    }

    #[test]
    fn people_and_tools_are_looked_at_and_nobody_else() {
        let (found, body) = looked(&chat(), Mode::Block);
        assert_eq!((found.findings, found.is_blocked), (vec!["pii/EMAIL: redacted".to_owned()], false));
        assert_eq!(body["messages"][0]["content"], "Never name Acme.");
        assert_eq!(body["messages"][1]["content"][0]["text"], "I am {EMAIL}");
        assert_eq!(body["messages"][2]["content"], "Hello ann@example.com");
        assert_eq!(body["messages"][3]["content"], "Mail of {EMAIL}");
        assert_eq!(body["documents"][0], json!({ "title": "Mail of {EMAIL}", "text": "Nothing." }));
        let (found, body) = looked(&chat(), Mode::Audit);
        assert_eq!((found.findings, found.is_blocked), (vec!["pii/EMAIL: noted".to_owned()], false));
        assert_eq!(body, chat(), "only noted");
    }

    #[test]
    fn what_must_not_be_asked_is_not() {
        let asked = json!({ "messages": [{ "role": "user", "content": "Is Acme better?" }] });
        let (found, _) = looked(&asked, Mode::Block);
        assert_eq!((found.findings, found.is_blocked), (vec!["word/rivals: blocked".to_owned()], true));
        let (found, body) = looked(&asked, Mode::Redact);
        assert_eq!((found.findings, found.is_blocked), (vec!["word/rivals: redacted".to_owned()], false));
        assert!(!body.to_string().contains("Acme"));
    }

    #[test]
    fn the_input_of_a_response_is_looked_at_in_both_its_forms() {
        for (input, expected) in [
            (json!("I am ann@example.com"), json!("I am {EMAIL}")),
            (
                json!([{ "role": "user", "content": [{ "type": "input_text", "text": "ann@example.com" }] },
                    { "type": "function_call_output", "call_id": "c", "output": "bob@example.com" },
                    { "role": "assistant", "content": "ann@example.com" }, 7]),
                json!([{ "role": "user", "content": [{ "type": "input_text", "text": "{EMAIL}" }] },
                    { "type": "function_call_output", "call_id": "c", "output": "{EMAIL}" },
                    { "role": "assistant", "content": "ann@example.com" }, 7]),
            ),
        ] {
            let Value::Object(mut body) = json!({ "model": "m", "input": input }) else { panic!("an object") };
            let found = look_at_input(&mut body, &inspector(), Mode::Redact);
            assert_eq!(
                (&body["input"], found.findings.as_slice()),
                (&expected, ["pii/EMAIL: redacted".to_owned()].as_slice())
            );
        }
    }
}
