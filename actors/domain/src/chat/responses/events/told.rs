//! What of an answer was told, and what is to be told next.

use serde_json::{Value, json};

use super::Numbered;
use crate::chat::{
    calls::Call,
    responses::{
        gather::Gathered,
        output::{annotation, call, call_id, item_id, logprob, message, refusal_part, text_part},
    },
};

/// How much of an answer was told.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Told {
    /// Items that were added.
    items: usize,
    message: Option<Message>,
    calls: Vec<Item>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Message {
    place: usize,
    /// Parts that were added.
    parts: usize,
    text: Option<Text>,
    refusal: Option<Part>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Text {
    part: Part,
    logprobs: usize,
    /// Annotations that were read, among them those that are none here.
    read: usize,
    annotations: usize,
}

/// A part of the message, and the bytes of it that were told.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Part {
    index: usize,
    told: usize,
}

/// A call, and the bytes of its arguments that were told.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Item {
    place: usize,
    told: usize,
}

impl Told {
    /// Tells what was gathered and not told. At the end nothing waits any longer.
    pub(super) fn advance(&mut self, response: &str, gathered: &Gathered, out: &mut Numbered, is_end: bool) {
        if !gathered.order().calls_first {
            self.message(response, gathered, out);
        }
        self.calls(response, gathered.calls(), out, is_end);
        if gathered.order().calls_first && is_end {
            self.message(response, gathered, out);
        }
    }

    fn message(&mut self, response: &str, gathered: &Gathered, out: &mut Numbered) {
        if gathered.text().is_empty() && gathered.refusal().is_empty() {
            return;
        }
        let items = &mut self.items;
        let told = self.message.get_or_insert_with(|| {
            let place = *items;
            *items += 1;
            let item = message(&item_id("msg", response, place), "in_progress", Vec::new());
            out.push("response.output_item.added", json!({ "output_index": place, "item": item }));
            Message { place, ..Message::default() }
        });
        let id = item_id("msg", response, told.place);
        if gathered.order().refusal_first {
            told.refuse(&id, gathered, out);
            told.say(&id, gathered, out);
        } else {
            told.say(&id, gathered, out);
            told.refuse(&id, gathered, out);
        }
    }

    fn calls(&mut self, response: &str, calls: &[Call], out: &mut Numbered, is_end: bool) {
        for (at, known) in calls.iter().enumerate() {
            if at == self.calls.len() {
                if !is_end && (known.id.is_none() || known.name.is_none()) {
                    return;
                }
                let place = self.items;
                self.items += 1;
                let (id, call_id) = (item_id("fc", response, place), call_id(response, known.id.as_deref(), at));
                let item = call(&id, "in_progress", &call_id, known.name.as_deref().unwrap_or_default(), "");
                out.push("response.output_item.added", json!({ "output_index": place, "item": item }));
                self.calls.push(Item { place, told: 0 });
            }
            let told = &mut self.calls[at];
            if let Some(more) = more(&known.arguments, &mut told.told) {
                let id = item_id("fc", response, told.place);
                let fields = json!({ "item_id": id, "output_index": told.place, "delta": more });
                out.push("response.function_call_arguments.delta", fields);
            }
        }
    }
}

impl Message {
    fn say(&mut self, id: &str, gathered: &Gathered, out: &mut Numbered) {
        if gathered.text().is_empty() {
            return;
        }
        let place = self.place;
        if self.text.is_none() {
            let part = self.add_part(id, &text_part("", Vec::new(), Vec::new()), out);
            self.text = Some(Text { part, ..Text::default() });
        }
        let Some(told) = &mut self.text else { return };
        let index = told.part.index;
        if let Some(more) = more(gathered.text(), &mut told.part.told) {
            let logprobs = gathered.logprobs().get(told.logprobs..).unwrap_or_default();
            told.logprobs += logprobs.len();
            let logprobs: Vec<Value> = logprobs.iter().map(|one| light(&logprob(one))).collect();
            out.push(
                "response.output_text.delta",
                json!({ "item_id": id, "output_index": place, "content_index": index, "delta": more,
                    "logprobs": logprobs }),
            );
        }
        let unread = gathered.annotations().get(told.read..).unwrap_or_default();
        told.read += unread.len();
        for annotation in unread.iter().filter_map(annotation) {
            out.push(
                "response.output_text.annotation.added",
                json!({ "item_id": id, "output_index": place, "content_index": index,
                    "annotation_index": told.annotations, "annotation": annotation }),
            );
            told.annotations += 1;
        }
    }

    fn refuse(&mut self, id: &str, gathered: &Gathered, out: &mut Numbered) {
        if gathered.refusal().is_empty() {
            return;
        }
        let place = self.place;
        let mut told = match self.refusal {
            Some(told) => told,
            None => self.add_part(id, &refusal_part(""), out),
        };
        if let Some(more) = more(gathered.refusal(), &mut told.told) {
            out.push(
                "response.refusal.delta",
                json!({ "item_id": id, "output_index": place, "content_index": told.index, "delta": more }),
            );
        }
        self.refusal = Some(told);
    }

    fn add_part(&mut self, id: &str, part: &Value, out: &mut Numbered) -> Part {
        let index = self.parts;
        self.parts += 1;
        let fields = json!({ "item_id": id, "output_index": self.place, "content_index": index, "part": part });
        out.push("response.content_part.added", fields);
        Part { index, told: 0 }
    }
}

/// What of a text was not told; from then on it is.
fn more<'a>(text: &'a str, told: &mut usize) -> Option<&'a str> {
    let more = text.get(*told..).filter(|more| !more.is_empty())?;
    *told = text.len();
    Some(more)
}

/// A log probability as events have it: without bytes.
fn light(of: &Value) -> Value {
    let one = |of: &Value| json!({ "token": of["token"], "logprob": of["logprob"] });
    let mut token = one(of);
    token["top_logprobs"] = of["top_logprobs"].as_array().into_iter().flatten().map(one).collect();
    token
}

/// Tells that everything of a finished output is done.
pub(super) fn done(output: &Value, out: &mut Numbered) {
    for (place, item) in output.as_array().into_iter().flatten().enumerate() {
        let id = &item["id"];
        for (index, part) in item["content"].as_array().into_iter().flatten().enumerate() {
            let at = json!({ "item_id": id, "output_index": place, "content_index": index });
            let with = |name: &str, value: Value| {
                let mut fields = at.clone();
                fields[name] = value;
                fields
            };
            if part["type"] == "refusal" {
                out.push("response.refusal.done", with("refusal", part["refusal"].clone()));
            } else {
                let mut fields = with("text", part["text"].clone());
                fields["logprobs"] = part["logprobs"].as_array().into_iter().flatten().map(light).collect();
                out.push("response.output_text.done", fields);
            }
            out.push("response.content_part.done", with("part", part.clone()));
        }
        if item["type"] == "function_call" {
            out.push(
                "response.function_call_arguments.done",
                json!({ "item_id": id, "output_index": place, "name": item["name"], "arguments": item["arguments"] }),
            );
        }
        out.push("response.output_item.done", json!({ "output_index": place, "item": item }));
    }
}
