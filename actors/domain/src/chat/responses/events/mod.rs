//! The chunks of a stream become typed events: a state machine without a clock.
//!
//! ```text
//!  created, in_progress                                                 numbered from 0, without gaps
//!    output_item.added ─ content_part.added ─ output_text.delta … ──┐   a message is an item, its words are parts
//!    output_item.added ─ function_call_arguments.delta … ───────────┤   a call is an item
//!    done of every text, part and item, in the order of the output ◄┘   when the stream ends
//!  completed | incomplete | failed
//! ```
//!
//! The same chunks give the same events with the same numbers, however they were batched: a chunk is told whole before
//! the next is looked at. `starting_after=N` therefore needs no memory: feed from the beginning and drop the events up
//! to N.
//!
//! Items are told in the order in which the response will have them. What comes out of that order waits: a call until
//! its id and name are known, and words that come after calls until the stream ends, because nobody knows before how
//! many calls there will be.
//!
//! Nothing is done before the stream ends: a server may say more after its `finish_reason`, and until the end it is not
//! known whether an item is complete. A stream that fails has no done events, so that no client runs half a call.

mod told;

use serde_json::{Map, Value, json};

use self::told::Told;
use crate::chat::responses::{
    frame::Frame,
    gather::Gathered,
    response::{Standing, message_of, response, unwrapped},
};

/// An event as it is sent: `event: <name>`, `data: <data>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its name, e.g. `response.output_text.delta`.
    pub name: &'static str,
    /// Its place in the stream, from 0.
    pub sequence_number: u64,
    /// With `type` and `sequence_number` first.
    pub data: Value,
}

/// Events in the order in which they are numbered.
#[derive(Debug, Clone, Default, PartialEq)]
struct Numbered {
    next: u64,
    events: Vec<Event>,
}

impl Numbered {
    fn push(&mut self, name: &'static str, fields: Value) {
        let mut data = Map::new();
        data.insert("type".into(), json!(name));
        data.insert("sequence_number".into(), json!(self.next));
        if let Value::Object(fields) = fields {
            data.extend(fields);
        }
        self.events.push(Event { name, sequence_number: self.next, data: Value::Object(data) });
        self.next += 1;
    }

    fn take(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }
}

/// Tells one response as events.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseEvents {
    frame: Frame,
    gathered: Gathered,
    numbered: Numbered,
    told: Told,
    begun: bool,
    /// The response as it ended.
    ended: Option<Value>,
}

impl ResponseEvents {
    /// For a response of which nothing was told.
    pub fn new(frame: Frame) -> Self {
        let (gathered, numbered, told) = (Gathered::default(), Numbered::default(), Told::default());
        Self { frame, gathered, numbered, told, begun: false, ended: None }
    }

    /// What can be told before the first chunk. Whoever forgets it gets it with the first chunk, under the same
    /// numbers.
    pub fn begin(&mut self) -> Vec<Event> {
        self.open();
        self.numbered.take()
    }

    /// Tells a `chat.completion.chunk`. One with an `error` fails the response.
    pub fn feed(&mut self, chunk: &Value) -> Vec<Event> {
        if !chunk["error"].is_null() {
            return self.fail(chunk);
        }
        if self.ended.is_some() {
            return Vec::new();
        }
        self.open();
        self.gathered.add(chunk);
        self.told.advance(self.frame.id(), &self.gathered, &mut self.numbered, false);
        self.numbered.take()
    }

    /// The stream broke off with an error of OpenAI's form, alone or as `{"error": …}`.
    pub fn fail(&mut self, error: &Value) -> Vec<Event> {
        if self.ended.is_some() {
            return Vec::new();
        }
        self.open();
        self.told.advance(self.frame.id(), &self.gathered, &mut self.numbered, true);
        let inner = unwrapped(error);
        let fields =
            json!({ "code": inner["code"].as_str(), "message": message_of(error), "param": inner["param"].as_str() });
        self.numbered.push("error", fields);
        let failed = response(&self.frame, &self.gathered.whole(), Standing::Failed(error));
        self.close("response.failed", failed);
        self.numbered.take()
    }

    /// The stream ended as it should.
    pub fn end(&mut self) -> Vec<Event> {
        if self.ended.is_some() {
            return Vec::new();
        }
        self.open();
        self.told.advance(self.frame.id(), &self.gathered, &mut self.numbered, true);
        let finished = response(&self.frame, &self.gathered.whole(), Standing::Finished);
        told::done(&finished["output"], &mut self.numbered);
        let is_incomplete = finished["status"] == "incomplete";
        self.close(if is_incomplete { "response.incomplete" } else { "response.completed" }, finished);
        self.numbered.take()
    }

    /// The response as the last event has it.
    pub fn response(&self) -> Value {
        self.ended.clone().unwrap_or_else(|| response(&self.frame, &Value::Null, Standing::InProgress))
    }

    /// The last event was told.
    pub fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// What was said so far, as chat completions have it: for a response that was cancelled.
    pub fn gathered(&self) -> &Gathered {
        &self.gathered
    }

    fn open(&mut self) {
        if self.begun {
            return;
        }
        self.begun = true;
        let response = self.response();
        self.numbered.push("response.created", json!({ "response": response }));
        self.numbered.push("response.in_progress", json!({ "response": response }));
    }

    fn close(&mut self, name: &'static str, response: Value) {
        self.numbered.push(name, json!({ "response": response }));
        self.ended = Some(response);
    }
}

#[cfg(test)]
mod tests;
