//! Calls of tools, as far as they have come and were told.

use serde_json::{Value, json};

use crate::chat::calls::GatheredCalls;

/// Characters of an answer's id in that of a call: servers take no id of more than 40.
const LONGEST_ANSWER: usize = 30;

/// The calls of one answer, in the order in which they began.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Calls {
    calls: GatheredCalls,
    /// Of each that was told: the id under which it was, and how many bytes of its arguments.
    told: Vec<Option<(String, usize)>>,
    /// The answer's own id, as far as it may stand in that of a call.
    answer: Option<String>,
}

impl Calls {
    /// Whose calls they are. A message may be of several answers, so its id does not tell their calls apart.
    pub(super) fn belong(&mut self, answer: &str) {
        if self.answer.is_none() {
            let plain = answer.chars().filter(|char| char.is_ascii_alphanumeric() || "_-".contains(*char));
            self.answer = Some(plain.take(LONGEST_ANSWER).collect());
        }
    }

    /// Adds a part of a call, the one at this place in its chunk.
    pub(super) fn add(&mut self, part: &Value, at: u64, out: &mut Vec<Value>) {
        let Some(place) = self.calls.add(part, at) else { return };
        self.told.resize(self.calls.len(), None);
        let call = &self.calls[place];
        if call.id.is_some() && call.name.is_some() {
            self.tell(place, out);
        }
    }

    /// Tells what of a call was not told.
    fn tell(&mut self, place: usize, out: &mut Vec<Value>) {
        let (id, told) = match self.told[place].take() {
            Some(told) => told,
            None => {
                let id = self.free_id(place);
                let name = &self.calls[place].name;
                out.push(json!({ "type": "tool-input-start", "toolCallId": id, "toolName": name }));
                (id, 0)
            }
        };
        let call = &self.calls[place];
        if let Some(more) = call.arguments.get(told..).filter(|more| !more.is_empty()) {
            out.push(json!({ "type": "tool-input-delta", "toolCallId": id, "inputTextDelta": more }));
        }
        self.told[place] = Some((id, call.arguments.len()));
    }

    /// The id of a call; one without an id, or with that of another call, gets one from its place.
    fn free_id(&self, place: usize) -> String {
        let told = |id: &str| self.told.iter().flatten().any(|(told, _)| told == id);
        match &self.calls[place].id {
            Some(id) if !told(id) => id.clone(),
            _ => format!("call_{}_{place}", self.answer.as_deref().unwrap_or_default()),
        }
    }

    /// The calls are complete. One without a name names no tool and is left out.
    pub(super) fn finish(&mut self, out: &mut Vec<Value>) {
        for place in 0..self.calls.len() {
            if self.calls[place].name.is_some() {
                self.tell(place, out);
            }
        }
        for (call, told) in self.calls.iter().zip(&self.told) {
            let Some((id, _)) = told else { continue };
            out.push(match input(&call.arguments) {
                Ok(input) => json!({ "type": "tool-input-available", "toolCallId": id, "toolName": call.name,
                    "input": input }),
                Err(why) => json!({ "type": "tool-input-error", "toolCallId": id, "toolName": call.name,
                    "input": call.arguments, "errorText": why }),
            });
        }
    }
}

/// What a tool is called with. Models write nothing at all for a tool that takes nothing.
fn input(arguments: &str) -> Result<Value, String> {
    if arguments.trim().is_empty() {
        return Ok(json!({}));
    }
    let input = serde_json::from_str(arguments).map_err(|error| format!("the arguments are no JSON: {error}"))?;
    if is_taken(&input) {
        return Ok(input);
    }
    Err("the arguments name a prototype, which no client takes".to_owned())
}

/// The SDK throws the whole stream away over an object that could change what all objects inherit.
fn is_taken(input: &Value) -> bool {
    match input {
        Value::Object(fields) => {
            let inherits = fields.get("constructor").is_some_and(|value| value.get("prototype").is_some());
            !inherits && !fields.contains_key("__proto__") && fields.values().all(is_taken)
        }
        Value::Array(values) => values.iter().all(is_taken),
        _ => true,
    }
}
