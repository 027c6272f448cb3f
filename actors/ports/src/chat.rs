//! What is said to a chat model, and what it says.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use crate::Verdict;

/// A conversation to continue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chat {
    /// Oldest first.
    pub messages: Vec<ChatMessage>,
    /// At most this many tokens.
    pub max_tokens: Option<u32>,
    /// 0 is the most repeatable.
    pub temperature: Option<f32>,
    /// Of the likeliest next tokens, those that together are so likely.
    pub top_p: Option<f32>,
    /// The same seed draws the same tokens, as far as the model can. A wish, as the next three are: it is told to models
    /// whose API has a place for it, and left out for others.
    pub seed: Option<i64>,
    /// From -2 to 2: tokens are the less likely, the more often they were said. A wish.
    pub frequency_penalty: Option<f64>,
    /// From -2 to 2: tokens are less likely once they were said. A wish.
    pub presence_penalty: Option<f64>,
    /// How long it thinks first, e.g. `low`. A wish.
    pub reasoning_effort: Option<String>,
    /// The answer ends before the first of these.
    pub stop: Vec<String>,
    /// What the model may ask for.
    pub tools: Vec<Tool>,
    /// Whether it must.
    pub tool_choice: ToolChoice,
    /// The answer is JSON of this form; it comes as text.
    pub form: Option<AnswerForm>,
    /// Written beside the call in the provider's log, e.g. the tenant; never content. A hint.
    pub metadata: BTreeMap<String, String>,
    /// How urgent it is. A hint.
    pub tier: Option<ServiceTier>,
    /// What looks at question and answer on the provider's side.
    pub guardrail: Option<Guardrail>,
    /// Lets a provider recognise a repeated request.
    pub idempotency_key: Option<String>,
    /// Which pattern asks, e.g. `rag`: what it costs is counted there. Never sent.
    pub pattern: Option<&'static str>,
}

impl Chat {
    /// These messages and nothing else.
    pub fn of(messages: impl Into<Vec<ChatMessage>>) -> Self {
        Self { messages: messages.into(), ..Self::default() }
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    /// Who says it.
    pub role: ChatRole,
    /// What, in order.
    pub parts: Vec<Part>,
}

impl ChatMessage {
    /// Words.
    pub fn text(role: ChatRole, text: impl Into<String>) -> Self {
        Self { role, parts: vec![Part::Text(text.into())] }
    }

    /// What the model asked of tools, as a later request repeats it.
    pub fn calls(calls: impl IntoIterator<Item = ToolCall>) -> Self {
        Self { role: ChatRole::Assistant, parts: calls.into_iter().map(Part::Call).collect() }
    }

    /// What tools answered.
    pub fn results(results: impl IntoIterator<Item = ToolResult>) -> Self {
        Self { role: ChatRole::User, parts: results.into_iter().map(Part::Result).collect() }
    }

    /// Its words, without the rest.
    pub fn words(&self) -> String {
        let text = |part: &Part| match part {
            Part::Text(text) => Some(text.clone()),
            Part::Image(_) | Part::Call(_) | Part::Result(_) | Part::CachePoint => None,
        };
        self.parts.iter().filter_map(text).collect()
    }
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// Something to see. Only in what the user says.
    Image(Image),
    /// The model asks for a tool. Only in what the assistant says.
    Call(ToolCall),
    /// What a tool answered. Only in what the user says.
    Result(ToolResult),
    /// Everything before it comes again in other requests and is worth keeping. A hint.
    CachePoint,
}

/// Something to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// What `bytes` are said to be; they are not looked at.
    pub format: ImageFormat,
    /// The file.
    pub bytes: Bytes,
}

/// How an image is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    /// `image/gif`
    Gif,
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/webp`
    Webp,
}

impl ImageFormat {
    /// The format of a media type, if it is one of these.
    pub fn of(media_type: &str) -> Option<Self> {
        let media_type = media_type.to_ascii_lowercase();
        let all = [Self::Gif, Self::Jpeg, Self::Png, Self::Webp];
        // Nobody registered `image/jpg`, and many write it.
        let media_type = if media_type == "image/jpg" { "image/jpeg" } else { media_type.as_str() };
        all.into_iter().find(|format| format.media_type() == media_type)
    }

    /// E.g. `image/png`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Gif => "image/gif",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// Who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatRole {
    /// Instructions.
    System,
    /// The asking side.
    User,
    /// The model.
    Assistant,
}

/// Something that the model may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// 1 to 64 letters, digits, `_` and `-`.
    pub name: String,
    /// What it does and when to use it, for the model.
    pub description: String,
    /// JSON Schema of its arguments, an object.
    pub schema: Value,
}

/// Whether the model must ask for a tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// As it likes.
    #[default]
    Free,
    /// One of them.
    Any,
    /// This one.
    Named(String),
}

/// The model asks for a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// What its result refers to.
    pub id: String,
    /// The tool.
    pub name: String,
    /// As the model wrote them: an object, but not checked against the schema.
    pub arguments: Value,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolResult {
    /// Of the call.
    pub id: String,
    /// A string is text, anything else JSON.
    pub content: Value,
    /// It failed, and `content` says how.
    pub failed: bool,
}

/// The form of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerForm {
    /// 1 to 64 letters, digits, `_` and `-`.
    pub name: String,
    /// What it is, for the model.
    pub description: String,
    /// JSON Schema of the answer, an object.
    pub schema: Value,
}

/// How urgent a call is, and so what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceTier {
    /// Before others.
    Priority,
    /// As usual.
    Standard,
    /// Later, for less.
    Flex,
    /// From capacity that was paid for in advance.
    Reserved,
}

/// What looks at question and answer on the provider's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guardrail {
    /// Its id or full name there.
    pub id: String,
    /// Its version, or the draft.
    pub version: String,
    /// Text is looked at before it is given out, which takes longer; else it may be given out and taken back at the end.
    pub looks_first: bool,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatDelta {
    /// More text.
    Text(String),
    /// The model asks for a tool, with all of its arguments.
    Call(ToolCall),
    /// The last one.
    End {
        /// Why it ended: one of [`finish`], or the provider's own word.
        finish_reason: String,
        /// What it cost.
        usage: Usage,
        /// What the guardrail found, where there was one. With an intervention the text is what the guardrail says instead.
        verdict: Option<Verdict>,
    },
}

/// Why an answer ended.
pub mod finish {
    /// It was complete.
    pub const STOP: &str = "stop";
    /// A stop sequence was met.
    pub const STOP_SEQUENCE: &str = "stop_sequence";
    /// It was as long as it may be.
    pub const LENGTH: &str = "length";
    /// The model waits for the results of tools.
    pub const TOOL_CALLS: &str = "tool_calls";
    /// A guardrail intervened.
    pub const GUARDRAIL: &str = "guardrail";
    /// The model's own filter.
    pub const CONTENT_FILTER: &str = "content_filter";
    /// The conversation has no room left in the model.
    pub const CONTEXT_FULL: &str = "context_full";
}

/// Tokens, as the provider counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read, those from and into a cache included.
    pub input_tokens: u64,
    /// Written.
    pub output_tokens: u64,
    /// Of those read: found in a cache.
    pub cached_tokens: u64,
    /// Of those read: put into a cache.
    pub cache_written_tokens: u64,
}
