//! One event of a stream of chat completions.
//!
//! A server's choices are passed on as they were written: what is not known here (log probabilities, reasoning) reaches the
//! caller. Only what must be known is parsed: text, calls of tools, why it ended, what it cost.

use std::{borrow::Cow, ops::Range};

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

/// Tokens as a server counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Read, those from a cache included.
    pub input_tokens: u64,
    /// Written.
    pub output_tokens: u64,
    /// Of those read: found in a cache.
    pub cached_tokens: u64,
    /// Of those read: put into a cache.
    pub cache_written_tokens: u64,
    /// Of those written: thought, and not said.
    pub reasoning_tokens: u64,
}

/// What an event says.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// More of the answer.
    Piece(Piece),
    /// The server says that it failed.
    Failed {
        /// Its own word, e.g. `rate_limit_exceeded`.
        code: String,
        /// HTTP status, if it told one.
        status: Option<u16>,
    },
    /// `[DONE]`.
    Done,
    /// Not what an answer is made of.
    Garbled,
}

/// More of an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Piece {
    /// `choices` as JSON, as it was written.
    pub choices: String,
    /// What of it is understood.
    pub parts: Vec<Part>,
    /// What it cost so far.
    pub usage: Option<Counted>,
    /// `usage` as it was written.
    pub usage_json: Option<String>,
}

/// What a piece says about one of the answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    /// Which answer.
    pub index: u32,
    /// More text.
    pub text: String,
    /// More of calls of tools.
    pub calls: Vec<CallPart>,
    /// Citations, as they were written.
    pub annotations: Vec<Value>,
    /// There is something else that a reader sees: a refusal, reasoning.
    pub has_other: bool,
    /// Why it ended.
    pub finish_reason: Option<String>,
}

/// More of a call of a tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallPart {
    /// Which call.
    pub index: u32,
    /// Its id, in the first part.
    pub id: Option<String>,
    /// The tool, in the first part.
    pub name: Option<String>,
    /// More of the JSON of its arguments.
    pub arguments: String,
}

impl CallPart {
    /// Adds what a later part of the same call says.
    pub fn merge(&mut self, later: &Self) {
        self.id = self.id.take().or_else(|| later.id.clone());
        self.name = self.name.take().or_else(|| later.name.clone());
        self.arguments.push_str(&later.arguments);
    }
}

impl Piece {
    /// A reader sees something of it.
    pub fn has_content(&self) -> bool {
        self.parts.iter().any(|part| !part.text.is_empty() || !part.calls.is_empty() || part.has_other)
    }
}

/// A string that is borrowed where it is written without escapes, which an `Option<Cow>` never is.
#[derive(Deserialize)]
#[serde(transparent)]
struct Word<'a>(#[serde(borrow)] Cow<'a, str>);

impl Word<'_> {
    fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    choices: Option<&'a RawValue>,
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct WireChoice<'a> {
    #[serde(default)]
    index: u32,
    #[serde(borrow, default)]
    delta: Option<WireDelta<'a>>,
    #[serde(borrow, default)]
    finish_reason: Option<Word<'a>>,
}

#[derive(Deserialize, Default)]
struct WireDelta<'a> {
    #[serde(borrow, default)]
    content: Option<Word<'a>>,
    #[serde(borrow, default)]
    tool_calls: Option<Vec<WireCall<'a>>>,
    #[serde(borrow, default)]
    refusal: Option<Word<'a>>,
    #[serde(borrow, default)]
    reasoning_content: Option<Word<'a>>,
    #[serde(borrow, default)]
    reasoning: Option<Word<'a>>,
    #[serde(borrow, default)]
    annotations: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireCall<'a> {
    #[serde(default)]
    index: Option<u32>,
    #[serde(borrow, default)]
    id: Option<Word<'a>>,
    #[serde(borrow, default)]
    function: Option<WireFunction<'a>>,
}

#[derive(Deserialize)]
struct WireFunction<'a> {
    #[serde(borrow, default)]
    name: Option<Word<'a>>,
    #[serde(borrow, default)]
    arguments: Option<Word<'a>>,
}

#[derive(Deserialize)]
struct WireUsage {
    prompt_tokens: u64,
    completion_tokens: u64,
    #[serde(default)]
    prompt_tokens_details: Option<WireDetails>,
    /// Whatever else a server writes there, its counts stand.
    #[serde(default)]
    completion_tokens_details: Value,
}

#[derive(Deserialize, Clone, Copy, Default)]
struct WireDetails {
    #[serde(default)]
    cached_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_tokens: Option<u64>,
}

/// The usage of an answer or event; `None` when it does not say how much was read and how much was written.
pub fn usage_of(json: &str) -> Option<Counted> {
    let usage: WireUsage = serde_json::from_str(json).ok()?;
    let read = usage.prompt_tokens_details.unwrap_or_default();
    Some(Counted {
        input_tokens: usage.prompt_tokens,
        output_tokens: usage.completion_tokens,
        cached_tokens: read.cached_tokens.unwrap_or(0),
        cache_written_tokens: read.cache_creation_tokens.unwrap_or(0),
        reasoning_tokens: usage.completion_tokens_details["reasoning_tokens"].as_u64().unwrap_or(0),
    })
}

/// Where in the data of an event something stands as it is written there.
pub(super) struct Places {
    pub(super) choices: Range<usize>,
    /// The text of the first choice, without its quotes.
    pub(super) text: Range<usize>,
}

/// Reads the data of an event.
pub fn hear(data: &[u8]) -> Heard {
    hear_and_place(data).0
}

/// As [`hear`]; and where the text stands, if it stands there without escapes.
pub(super) fn hear_and_place(data: &[u8]) -> (Heard, Option<Places>) {
    if data.trim_ascii() == b"[DONE]" {
        return (Heard::Done, None);
    }
    let Ok(wire) = serde_json::from_slice::<Wire<'_>>(data) else { return (Heard::Garbled, None) };
    if let Some(error) = wire.error.filter(|error| !error.is_null()) {
        return (failed(&error), None);
    }
    let usage = wire.usage.map(RawValue::get).filter(|json| *json != "null");
    let choices = wire.choices.map(RawValue::get).filter(|json| *json != "null");
    if usage.is_none() && choices.is_none() {
        return (Heard::Garbled, None);
    }
    let choices = choices.unwrap_or("[]");
    let Ok(parsed) = serde_json::from_str::<Vec<WireChoice<'_>>>(choices) else { return (Heard::Garbled, None) };
    let places = parsed.first().and_then(|first| match &first.delta {
        Some(WireDelta { content: Some(Word(Cow::Borrowed(text))), .. }) => {
            Some(Places { choices: place(data, choices)?, text: place(data, text)? })
        }
        _ => None,
    });
    let piece = Piece {
        parts: parsed.into_iter().map(part).collect(),
        choices: choices.to_owned(),
        usage: usage.and_then(usage_of),
        usage_json: usage.map(str::to_owned),
    };
    (Heard::Piece(piece), places)
}

/// Where a part of the data begins and ends; `None`: it is none of it.
fn place(data: &[u8], part: &str) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(data.as_ptr() as usize)?;
    (start + part.len() <= data.len()).then(|| start..start + part.len())
}

fn part(choice: WireChoice<'_>) -> Part {
    let delta = choice.delta.unwrap_or_default();
    let seen = |text: &Option<Word<'_>>| text.as_ref().is_some_and(|Word(text)| !text.is_empty());
    let call = |(at, call): (usize, WireCall<'_>)| {
        let (name, arguments) = call.function.map_or((None, None), |function| (function.name, function.arguments));
        CallPart {
            index: call.index.unwrap_or(at as u32),
            id: call.id.map(Word::into_owned),
            name: name.map(Word::into_owned),
            arguments: arguments.map(Word::into_owned).unwrap_or_default(),
        }
    };
    Part {
        index: choice.index,
        // What is no list of them is passed on, but nothing follows from it.
        annotations: delta.annotations.and_then(|json| serde_json::from_str(json.get()).ok()).unwrap_or_default(),
        has_other: seen(&delta.refusal) || seen(&delta.reasoning_content) || seen(&delta.reasoning),
        calls: delta.tool_calls.unwrap_or_default().into_iter().enumerate().map(call).collect(),
        text: delta.content.map(Word::into_owned).unwrap_or_default(),
        finish_reason: choice.finish_reason.map(Word::into_owned),
    }
}

/// An error that a server tells; of its words only the code is kept, since the others may repeat what it was asked.
fn failed(error: &Value) -> Heard {
    let word = |name: &str| error.get(name).and_then(Value::as_str).filter(|word| is_name(word));
    let status = ["status", "code"].iter().find_map(|name| error.get(*name).and_then(Value::as_u64));
    let status = status.and_then(|status| u16::try_from(status).ok()).filter(|status| (400..600).contains(status));
    let code = word("code").or_else(|| word("type")).unwrap_or("error").to_owned();
    Heard::Failed { code, status }
}

fn is_name(word: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=64).contains(&word.len()) && word.bytes().all(allowed) && !word.starts_with("sk-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(data: &str) -> Piece {
        match hear(data.as_bytes()) {
            Heard::Piece(piece) => piece,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_known_is_passed_on() {
        let choices =
            r#"[{"index":0,"delta":{"content":"h\u00e9","logprobs":{"x":[1]}},"finish_reason":null,"odd":true}]"#;
        let piece = piece(&format!(r#"{{"id":"x","choices":{choices},"usage":null}}"#));
        assert_eq!(piece.choices, choices);
        assert_eq!((piece.parts[0].text.as_str(), piece.usage), ("hé", None));
        assert!(piece.has_content());
    }

    #[test]
    fn calls_and_usage_are_understood() {
        let piece = piece(
            r#"{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{\"a"}}]}}],
                "usage":{"prompt_tokens":5,"completion_tokens":2,"completion_tokens_details":{"reasoning_tokens":1},
                    "prompt_tokens_details":{"cached_tokens":3,"cache_creation_tokens":2,"audio_tokens":null}}}"#,
        );
        let call = CallPart { index: 0, id: Some("c".into()), name: Some("f".into()), arguments: "{\"a".into() };
        assert_eq!((piece.parts[0].index, &piece.parts[0].calls[0]), (1, &call));
        let usage = Counted {
            input_tokens: 5,
            output_tokens: 2,
            cached_tokens: 3,
            cache_written_tokens: 2,
            reasoning_tokens: 1,
        };
        assert_eq!(piece.usage, Some(usage));
    }

    #[test]
    fn citations_are_understood_and_nonsense_in_their_place_is_not() {
        let annotations = |json: &str| {
            let data = format!(r#"{{"choices":[{{"delta":{{"content":"a","annotations":{json}}}}}]}}"#);
            piece(&data).parts[0].annotations.len()
        };
        assert_eq!([annotations(r#"[{"type":"url_citation"},{}]"#), annotations("null"), annotations("{}")], [2, 0, 0]);
    }

    #[test]
    fn a_role_alone_is_no_content() {
        assert!(!piece(r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#).has_content());
        assert!(piece(r#"{"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}"#).has_content());
    }

    #[test]
    fn errors_and_nonsense_are_told_apart() {
        let code = |data: &str| match hear(data.as_bytes()) {
            Heard::Failed { code, status } => (code, status),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            code(r#"{"error":{"code":"rate_limit_exceeded","message":"secret"}}"#),
            ("rate_limit_exceeded".into(), None)
        );
        assert_eq!(code(r#"{"error":{"code":503,"type":"server error with words"}}"#), ("error".into(), Some(503)));
        assert_eq!(hear(b" [DONE] "), Heard::Done);
        for garbled in ["", "{", "[]", "{}", "7", r#"{"choices":{}}"#, r#"{"choices":[{"delta":{"content":7}}]}"#] {
            assert_eq!(hear(garbled.as_bytes()), Heard::Garbled, "{garbled}");
        }
    }
}
