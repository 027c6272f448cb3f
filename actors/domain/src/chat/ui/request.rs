//! What `useChat` posts becomes a request of chat completions.
//!
//! The protocol has four fields of its own; everything else of the body is what the page wrote into `body`, in the
//! words of chat completions, and is passed on as it is. It is always streamed, and its last chunk tells the usage.

use crate::chat::reading::{Object, RequestRefusal, refuse, unsupported};
use serde_json::{Map, Value, json};

use crate::chat::{request::MOST_MESSAGES, ui::conversation};

/// Bytes of a chat's id at most.
const LONGEST_ID: usize = 200;
/// Fields of the protocol, which chat completions do not have or have otherwise.
const OWN: &[&str] = &["id", "messages", "trigger", "messageId", "stream", "stream_options"];
/// A message is sent, also a tool's result; or an answer is wanted anew.
const TRIGGERS: &[&str] = &["submit-message", "regenerate-message"];

/// A request in the words of chat completions.
#[derive(Debug, Clone, PartialEq)]
pub struct Translated {
    /// The id of the chat, under which a client asks for the answer again.
    pub chat_id: String,
    /// The assistant's message that the answer goes on with, when a tool's result was sent: its id is that of the
    /// answer. A client that is told another id shows the message twice.
    pub continues: Option<String>,
    /// The body. Its fields other than messages are not yet checked; the chat request's own reader does that.
    pub chat: Map<String, Value>,
}

/// Translates what was posted.
pub fn translate(asked: &Map<String, Value>) -> Result<Translated, RequestRefusal> {
    let read = Object::root(asked);
    let chat_id = chat_id(&read)?.to_owned();
    let messages = read.list("messages", "write at least one message", MOST_MESSAGES)?;
    if messages.is_empty() {
        return Err(refuse("invalid_value", "messages", "is empty; write at least one message"));
    }
    let trigger = read.word("trigger", TRIGGERS)?;
    let named = read.string("messageId")?;
    let told = conversation::messages(messages)?;
    let continues = if trigger == Some("regenerate-message") { None } else { continued(messages, named) };
    if asked.get("n").is_some_and(|n| !n.is_null() && n.as_u64() != Some(1)) {
        return Err(unsupported("n", "is not served here, where only one answer can be told; leave it out"));
    }
    let mut chat: Map<String, Value> = Map::new();
    for (name, value) in asked.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
        chat.insert(name.clone(), value.clone());
    }
    chat.insert("messages".into(), Value::Array(told));
    chat.insert("stream".into(), json!(true));
    chat.insert("stream_options".into(), Value::Object(stream_options(&read)?));
    Ok(Translated { chat_id, continues, chat })
}

fn chat_id<'a>(asked: &Object<'a>) -> Result<&'a str, RequestRefusal> {
    let id = asked.named("id", "name the chat; useChat does so by itself")?;
    if id.len() > LONGEST_ID {
        let message = format!("has {} bytes; write at most {LONGEST_ID}", id.len());
        return Err(refuse("invalid_value", "id", message));
    }
    match id.chars().find(|char| !matches!(char, ' '..='~')) {
        Some(char) => {
            let message = format!("is {id:?} with {char:?}; write printable ASCII, e.g. letters and digits");
            Err(refuse("invalid_value", "id", message))
        }
        None => Ok(id),
    }
}

/// The message that an answer is added to: the one that was named, else the last; and only an assistant's.
fn continued(messages: &[Value], named: Option<&str>) -> Option<String> {
    let of = |id: &str| messages.iter().find(|message| message["id"] == id);
    let message = named.and_then(of).or(messages.last())?;
    let id = message["id"].as_str().filter(|id| !id.is_empty())?;
    (message["role"] == "assistant").then(|| id.to_owned())
}

fn stream_options(asked: &Object<'_>) -> Result<Map<String, Value>, RequestRefusal> {
    let mut options = match asked.object("stream_options")? {
        Some(options) => options.fields().clone(),
        None => Map::new(),
    };
    options.insert("include_usage".into(), json!(true));
    Ok(options)
}

#[cfg(test)]
mod tests;
