//! Which chat requests are the same, so that one answer may be given twice, and which answers may be at all.
//!
//! Two requests are the same when their canonical JSON is: objects sorted by name, numbers by value (`1`, `1.0` and `1e0` are
//! one number, integers of 64 bits are not rounded), and without what does not change the answer. Text is compared byte by
//! byte, as the tokens of a model depend on it. A field of the request that is `null` counts as absent,
//! as targets read it.
//!
//! A key is made of the tenant, the resolved targets in their order, and the canonical request. So different tenants never
//! share an answer, and a policy that resolves differently tomorrow finds nothing old. Name a target such that another model
//! behind it is another name. Where less than a tenant sees the same documents (groups of a key), answers that were made with
//! documents must not be kept under the tenant alone: give tenant and groups together as the tenant.
//!
//! | not given twice | because |
//! |---|---|
//! | `temperature` above 0 or absent (it is 1 then) | each call is to be another draw; a `seed` is a best effort only. May be allowed |
//! | `n` above 1 | who asks for several answers wants them to differ |
//! | `tools`, `functions` | a call of a tool is an act, and whether to act is to be judged anew. May be allowed |
//! | `logprobs`, `top_logprobs` | who asks measures the model; a copy measures nothing |
//! | `store` | the caller wants the target to keep the answer, which only a call does |
//! | `audio`, `modalities` beyond text | large, and later turns name them by ids that expire |
//! | images, files and sound by address or id, parts that are not known | what is behind them changes without the request |
//! | fields that are not known | they may ask for what changes by the hour, such as a search |

mod canonical;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use canonical::canonical;

/// Fields that do not change the answer, only how it is sent, kept or billed.
const LEFT_OUT: &[&str] = &[
    "metadata",
    "prompt_cache_key",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "user",
];

/// Fields that change the answer, and the same way each time.
const KNOWN: &[&str] = &[
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "messages",
    "min_p",
    "modalities",
    "model",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "reasoning_effort",
    "repetition_penalty",
    "response_format",
    "seed",
    "stop",
    "temperature",
    "tool_choice",
    "tools",
    "top_k",
    "top_logprobs",
    "top_p",
    "verbosity",
];

/// What may be given twice although it need not be the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CacheRules {
    /// Also answers that are drawn by chance.
    pub any_temperature: bool,
    /// Also answers of requests that offer tools.
    pub tools: bool,
}

/// Why an answer is not given twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCacheable {
    /// It is drawn by chance.
    #[error("temperature is {0}; write 0, or allow any temperature in the rules of the cache")]
    Temperature(String),
    /// Several answers are wanted.
    #[error("n is {0}; ask for one answer")]
    Answers(String),
    /// It may ask for an act.
    #[error("{0} are offered; leave them out, or allow tools in the rules of the cache")]
    Tools(&'static str),
    /// The model is measured.
    #[error("{0} is asked for; leave it out")]
    LogProbs(&'static str),
    /// The target is to keep it.
    #[error("store is true; write false")]
    Stored,
    /// It is more than text.
    #[error("{0} asks for more than text; leave it out")]
    Media(&'static str),
    /// The request refers to what it does not hold.
    #[error("{0} refers to what may change; send it within the request")]
    Elsewhere(String),
    /// Nobody here knows what it does.
    #[error("{0} is not known to the cache; leave it out")]
    Unknown(String),
}

/// Names an answer in a cache.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CacheKey([u8; 32]);

impl CacheKey {
    /// Of a request that is asked for `tenant` of `targets`, in the order in which they are tried.
    pub fn of<T: AsRef<str>>(tenant: &str, targets: &[T], request: &Map<String, Value>) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("cueline 2026 response cache key");
        // Each part begins with its length, so that nothing can move from one part into the next.
        let mut part = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(tenant.as_bytes());
        part(&(targets.len() as u64).to_le_bytes());
        for target in targets {
            part(target.as_ref().as_bytes());
        }
        part(canonical(request).as_bytes());
        Self(hasher.finalize().into())
    }

    /// For a store that takes bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CacheKey({self})")
    }
}

/// Whether the answer to a request may be given twice. The request is expected to be valid: what a target will refuse is not
/// judged here, it only must not pass as something harmless.
pub fn cacheability(request: &Map<String, Value>, rules: CacheRules) -> Result<(), NotCacheable> {
    let given = |name: &str| request.get(name).filter(|value| !value.is_null());
    for (name, value) in request {
        let is_known = KNOWN.contains(&name.as_str()) || LEFT_OUT.contains(&name.as_str());
        if !is_known && !value.is_null() {
            return Err(NotCacheable::Unknown(name.clone()));
        }
    }
    let temperature = given("temperature");
    if !rules.any_temperature && temperature.and_then(Value::as_f64) != Some(0.0) {
        let found = temperature.map_or_else(|| "absent, which is 1".to_owned(), Value::to_string);
        return Err(NotCacheable::Temperature(found));
    }
    if let Some(answers) = given("n").filter(|n| n.as_u64() != Some(1)) {
        return Err(NotCacheable::Answers(answers.to_string()));
    }
    for name in ["tools", "functions"] {
        if !rules.tools && given(name).is_some_and(|tools| tools.as_array().is_none_or(|tools| !tools.is_empty())) {
            return Err(NotCacheable::Tools(name));
        }
    }
    for name in ["logprobs", "top_logprobs"] {
        if given(name).is_some_and(|wanted| *wanted != Value::Bool(false) && wanted.as_u64() != Some(0)) {
            return Err(NotCacheable::LogProbs(name));
        }
    }
    if given("store").is_some_and(|store| *store != Value::Bool(false)) {
        return Err(NotCacheable::Stored);
    }
    if given("audio").is_some() {
        return Err(NotCacheable::Media("audio"));
    }
    if given("modalities").is_some_and(|modalities| *modalities != serde_json::json!(["text"])) {
        return Err(NotCacheable::Media("modalities"));
    }
    let messages = given("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    messages.iter().enumerate().try_for_each(|(at, message)| holds_everything(message, at))
}

/// A message refers to nothing outside of the request.
fn holds_everything(message: &Value, at: usize) -> Result<(), NotCacheable> {
    if message.get("audio").is_some_and(|audio| !audio.is_null()) {
        return Err(NotCacheable::Elsewhere(format!("messages[{at}].audio")));
    }
    let parts = message.get("content").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match parts.iter().position(|part| !is_held(part)) {
        Some(part) => Err(NotCacheable::Elsewhere(format!("messages[{at}].content[{part}]"))),
        None => Ok(()),
    }
}

fn is_held(part: &Value) -> bool {
    match part.get("type").and_then(Value::as_str) {
        Some("text" | "refusal") => true,
        Some("image_url") => {
            let image = part.get("image_url");
            let address = image.and_then(|image| image.get("url").unwrap_or(image).as_str());
            address.is_some_and(|address| address.starts_with("data:"))
        }
        Some("input_audio") => has_only(part.get("input_audio"), &["data", "format"]),
        Some("file") => has_only(part.get("file"), &["file_data", "filename"]),
        _ => false,
    }
}

fn has_only(object: Option<&Value>, names: &[&str]) -> bool {
    object.and_then(Value::as_object).is_some_and(|object| object.keys().all(|name| names.contains(&name.as_str())))
}

#[cfg(test)]
mod tests;
