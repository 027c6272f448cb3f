//! What a chat server says, in the words of the port.

use std::time::Duration;

use serde::Deserialize;

use crate::{ChatDelta, PortError, PortErrorKind, ToolCall, Usage, finish};

/// Tools asked for in one answer, at most.
const MOST_CALLS: usize = 1_024;
/// Of the names that a provider gives its errors, the longest that is one.
const LONGEST_NAME: usize = 64;

/// One event of a stream, or a whole answer from a server that does not stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    choices: Vec<Choice>,
    usage: Option<Counted>,
    error: Option<serde_json::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    index: u32,
    delta: Option<Content>,
    message: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    content: Option<String>,
    tool_calls: Option<Vec<CallPiece>>,
}

/// A call of a tool, or a piece of one: its arguments come in any number of pieces.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CallPiece {
    index: Option<usize>,
    id: Option<String>,
    function: FunctionPiece,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FunctionPiece {
    name: Option<String>,
    arguments: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Counted {
    prompt_tokens: u64,
    completion_tokens: u64,
    prompt_tokens_details: Option<Cached>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cached {
    cached_tokens: u64,
}

/// An answer as far as it has come.
#[derive(Debug, Default)]
pub struct Answer {
    finish_reason: Option<String>,
    usage: Usage,
    /// Id, name and arguments as they come.
    calls: Vec<(String, String, String)>,
    ended: bool,
}

impl Answer {
    /// The deltas of one event.
    ///
    /// # Errors
    /// `model_garbled`, `model_refused`.
    pub fn hear(&mut self, event: &(impl AsRef<[u8]> + ?Sized)) -> Result<Vec<ChatDelta>, PortError> {
        let event = event.as_ref();
        if event.trim_ascii() == b"[DONE]" {
            return self.end();
        }
        let message: Message = serde_json::from_slice(event).map_err(|error| {
            // The position, not the content.
            let place = (error.line(), error.column());
            PortError::unavailable(format!(
                "model_garbled: the model's server sent an event that is no JSON at {place:?}"
            ))
        })?;
        if let Some(error) = message.error {
            return Err(told_error(None, &error));
        }
        if let Some(usage) = message.usage {
            self.usage = Usage {
                input_tokens: usage.prompt_tokens,
                output_tokens: usage.completion_tokens,
                cached_tokens: usage.prompt_tokens_details.map_or(0, |cached| cached.cached_tokens),
                cache_written_tokens: 0,
            };
        }
        let mut deltas = Vec::new();
        for choice in message.choices.into_iter().filter(|choice| choice.index == 0) {
            let Content { content, tool_calls } = choice.delta.or(choice.message).unwrap_or_default();
            deltas.extend(content.filter(|text| !text.is_empty()).map(ChatDelta::Text));
            for (place, piece) in tool_calls.unwrap_or_default().into_iter().enumerate() {
                self.add(piece.index.unwrap_or(place), piece)?;
            }
            self.finish_reason = choice.finish_reason.or(self.finish_reason.take());
        }
        Ok(deltas)
    }

    fn add(&mut self, at: usize, piece: CallPiece) -> Result<(), PortError> {
        if at >= MOST_CALLS {
            return Err(PortError::unavailable(format!(
                "model_garbled: the model asked for tools more than {at} times"
            )));
        }
        if self.calls.len() <= at {
            self.calls.resize_with(at + 1, Default::default);
        }
        let (id, name, arguments) = &mut self.calls[at];
        id.push_str(&piece.id.unwrap_or_default());
        name.push_str(&piece.function.name.unwrap_or_default());
        arguments.push_str(&piece.function.arguments.unwrap_or_default());
        Ok(())
    }

    /// The calls of tools, then the last delta.
    ///
    /// # Errors
    /// `model_garbled`.
    pub fn end(&mut self) -> Result<Vec<ChatDelta>, PortError> {
        self.ended = true;
        let mut deltas = Vec::new();
        for (at, (id, name, arguments)) in std::mem::take(&mut self.calls).into_iter().enumerate() {
            let arguments = if arguments.trim().is_empty() { "{}" } else { arguments.as_str() };
            let arguments = serde_json::from_str(arguments).ok().filter(serde_json::Value::is_object);
            let (Some(arguments), false) = (arguments, name.is_empty()) else {
                return Err(PortError::unavailable("model_garbled: the model asked for a tool with broken arguments"));
            };
            let id = if id.is_empty() { format!("call-{at}") } else { id };
            deltas.push(ChatDelta::Call(ToolCall { id, name, arguments }));
        }
        let finish_reason = match self.finish_reason.take() {
            // Some servers say "stop" however it ended.
            Some(reason) if deltas.is_empty() || reason != finish::STOP => reason,
            None if deltas.is_empty() => finish::STOP.to_owned(),
            _ => finish::TOOL_CALLS.to_owned(),
        };
        deltas.push(ChatDelta::End { finish_reason, usage: self.usage, verdict: None });
        Ok(deltas)
    }

    /// Nothing follows.
    pub fn has_ended(&self) -> bool {
        self.ended
    }
}

/// The error for a response that is not an answer. Some servers write their error without an `error` around it.
pub fn refused(status: u16, retry_after: Option<Duration>, body: &str) -> PortError {
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let mut error = told_error(Some(status), json.get("error").unwrap_or(&json));
    error.retry_after = retry_after;
    error
}

/// Codes of requests that are fine but for this model.
const UNSUITED: [&str; 5] = [
    "context_length_exceeded",
    "unsupported_parameter",
    "unsupported_value",
    "unsupported_content_type",
    "model_not_supported",
];

/// The error that a server describes, with a status or in the middle of a stream.
fn told_error(status: Option<u16>, error: &serde_json::Value) -> PortError {
    let word = |name: &str| error.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let code = match error.get("code") {
        Some(serde_json::Value::Number(number)) => number.as_u64().and_then(|code| u16::try_from(code).ok()),
        _ => None,
    };
    let words = format!("{} {}", word("code"), word("type"));
    let status = status.or(code).filter(|status| *status >= 400);
    let kind = match status {
        // Waiting does not fill a purse.
        Some(402) => PortErrorKind::Denied,
        _ if words.contains("insufficient_quota") => PortErrorKind::Denied,
        Some(401 | 403) => PortErrorKind::Denied,
        Some(404) => PortErrorKind::NotFound,
        Some(409) => PortErrorKind::Conflict,
        Some(429) => PortErrorKind::Throttled,
        Some(408 | 425) => PortErrorKind::Unavailable,
        // Another model may take more, or know the parameter.
        Some(413) => PortErrorKind::Unsupported,
        Some(400 | 422) if UNSUITED.contains(&word("code")) => PortErrorKind::Unsupported,
        Some(400..=499) => PortErrorKind::Invalid,
        None if words.contains("rate_limit") => PortErrorKind::Throttled,
        None if words.contains("invalid_request") => PortErrorKind::Invalid,
        _ => PortErrorKind::Unavailable,
    };
    let mut message = format!("model_refused: the server answered with {}", name_of(status));
    for name in ["code", "type"].map(word).into_iter().filter(|name| is_name(name)) {
        message.push_str(": ");
        message.push_str(name);
    }
    PortError::new(kind, message)
}

/// A word that a provider made, such as `rate_limit_exceeded`. Its sentences are left out: they may repeat a key or what was
/// asked, and errors are kept for ever.
fn is_name(word: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=LONGEST_NAME).contains(&word.len()) && word.bytes().all(allowed) && !word.starts_with("sk-")
}

fn name_of(status: Option<u16>) -> String {
    status.map_or_else(|| "an error".to_owned(), |status| format!("status {status}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_then_one_end_with_usage() {
        let mut answer = Answer::default();
        let mut deltas = Vec::new();
        for event in [
            r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#,
            r#"{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null}"#,
            r#"{"choices":[{"index":1,"delta":{"content":"another"}}]}"#,
            r#"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#,
            r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}"#,
            "[DONE]",
        ] {
            deltas.extend(answer.hear(event).unwrap());
        }
        let usage = Usage { input_tokens: 7, output_tokens: 2, ..Usage::default() };
        let end = ChatDelta::End { finish_reason: "length".to_owned(), usage, verdict: None };
        assert_eq!(deltas, [ChatDelta::Text("Hi".to_owned()), end]);
        assert!(answer.has_ended());
    }

    #[test]
    fn calls_of_tools_come_whole_however_they_were_cut() {
        let mut answer = Answer::default();
        for event in [
            r#"{"choices":[{"index":0,"delta":{"content":null,"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"look","arguments":""}}]}}]}"#,
            r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"at\""}}]}}]}"#,
            r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c2","function":{"name":"wait"}}]}}]}"#,
            r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]}"#,
            r#"{"choices":[{"index":0,"delta":{"tool_calls":null},"finish_reason":"tool_calls"}]}"#,
        ] {
            assert!(answer.hear(event).unwrap().is_empty());
        }
        let call = |id: &str, name: &str, arguments| {
            ChatDelta::Call(ToolCall { id: id.to_owned(), name: name.to_owned(), arguments })
        };
        let end = ChatDelta::End { finish_reason: "tool_calls".to_owned(), usage: Usage::default(), verdict: None };
        let expected =
            [call("c1", "look", serde_json::json!({ "at": 1 })), call("c2", "wait", serde_json::json!({})), end];
        assert_eq!(answer.hear("[DONE]").unwrap(), expected);
        let mut broken = Answer::default();
        broken
            .hear(r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"a","arguments":"[1"}}]}}]}"#)
            .unwrap();
        assert_eq!(broken.hear("[DONE]").unwrap_err().kind, PortErrorKind::Unavailable);
    }

    #[test]
    fn errors_have_the_kind_that_the_retry_rule_needs() {
        let cases = [
            (400, "", PortErrorKind::Invalid),
            (401, "", PortErrorKind::Denied),
            (404, "", PortErrorKind::NotFound),
            (429, r#"{"error":{"code":"rate_limit_exceeded"}}"#, PortErrorKind::Throttled),
            (429, r#"{"error":{"type":"insufficient_quota"}}"#, PortErrorKind::Denied),
            (500, "<html>", PortErrorKind::Unavailable),
            (503, r#"{"error":"loading"}"#, PortErrorKind::Unavailable),
        ];
        for (status, body, kind) in cases {
            assert_eq!(refused(status, None, body).kind, kind, "{status} {body}");
        }
        let mut answer = Answer::default();
        let cases = [
            (r#"{"error":{"message":"slow down","code":429}}"#, PortErrorKind::Throttled),
            (r#"{"error":{"message":"overloaded","type":"server_error"}}"#, PortErrorKind::Unavailable),
            (r#"{"error":"out of memory"}"#, PortErrorKind::Unavailable),
            ("not json", PortErrorKind::Unavailable),
        ];
        for (event, kind) in cases {
            assert_eq!(answer.hear(event).unwrap_err().kind, kind, "{event}");
        }
    }

    /// Reproduces: the sentence of a provider, with the key and the prompt in it, was kept in the journal.
    #[test]
    fn of_a_reason_only_its_name_is_kept() {
        let cases = [
            (
                r#"{"error":{"message":"Incorrect key sk-123: what is my salary?","type":"auth","code":"invalid_api_key"}}"#,
                "model_refused: the server answered with status 401: invalid_api_key: auth",
            ),
            (r#"{"error":"what is my salary?"}"#, "model_refused: the server answered with status 401"),
            (
                r#"{"error":{"code":"what is my salary?","type":"sk-123"}}"#,
                "model_refused: the server answered with status 401",
            ),
            (
                r#"{"object":"error","message":"what is my salary?","type":"BadRequestError","code":401}"#,
                "model_refused: the server answered with status 401: BadRequestError",
            ),
        ];
        for (body, message) in cases {
            assert_eq!(refused(401, None, body).message, message);
        }
    }
}
