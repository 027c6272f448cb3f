//! A whole answer as a server wrote it: checked as far as needed, passed on as it is.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::piece::{Counted, Heard, hear, usage_of};

/// Fields that are ours to say: they name the execution of the answer, not the server's.
const OURS: [&str; 4] = ["id", "object", "created", "model"];

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The fields of a `chat.completion`, in the server's order, but for those that are ours to say.
    fields: Vec<(String, String)>,
    /// Why the first answer ended.
    pub finish_reason: String,
    /// What it cost; `None`: the server does not say.
    pub usage: Option<Counted>,
    /// Characters of its choices as JSON, for estimates.
    pub characters: u64,
}

/// What is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// The server says that it failed: its code, and a status if it told one.
    Failed {
        /// Its own word.
        code: String,
        /// HTTP status.
        status: Option<u16>,
    },
    /// Not what an answer is made of.
    Garbled,
}

/// An object, field by field, as it was written.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    // Of a field that stands twice the last counts, as everywhere.
                    match fields.iter_mut().find(|(known, _)| *known == name) {
                        Some(known) => known.1 = value,
                        None => fields.push((name, value)),
                    }
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    finish_reason: Option<Cow<'a, str>>,
}

impl Answer {
    /// Reads the body of a response.
    ///
    /// # Errors
    /// When it is no answer.
    pub fn of(body: &[u8]) -> Result<Self, NoAnswer> {
        let Fields(fields) = serde_json::from_slice(body).map_err(|_| NoAnswer::Garbled)?;
        let said = |name: &str| {
            let field = fields.iter().find(|(known, _)| known == name);
            field.map(|(_, value)| value.get()).filter(|value| *value != "null")
        };
        if said("error").is_some() {
            return Err(match hear(body) {
                Heard::Failed { code, status } => NoAnswer::Failed { code, status },
                _ => NoAnswer::Garbled,
            });
        }
        let json = said("choices").ok_or(NoAnswer::Garbled)?;
        let choices: Vec<Choice<'_>> = serde_json::from_str(json).map_err(|_| NoAnswer::Garbled)?;
        let is_message = |choice: &Choice<'_>| choice.message.is_some_and(|message| message.get().starts_with('{'));
        let first = choices.first().filter(|_| choices.iter().all(is_message)).ok_or(NoAnswer::Garbled)?;
        let finish_reason = first.finish_reason.as_deref().unwrap_or_default().to_owned();
        let usage = said("usage").and_then(usage_of);
        let characters = json.chars().count() as u64;
        let is_kept = |name: &str| !OURS.contains(&name) && (name != "usage" || usage.is_some());
        let kept = fields.into_iter().filter(|(name, _)| is_kept(name));
        let fields = kept.map(|(name, value)| (name.into_owned(), value.get().to_owned())).collect();
        Ok(Self { fields, finish_reason, usage, characters })
    }

    /// As JSON, with the model that gave it, and with what it is taken to have cost where the server does not say.
    pub fn written(&self, model: &str, usage: Option<&str>) -> String {
        let length: usize = self.fields.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        let mut body = String::with_capacity(length + model.len() + 32);
        let more = usage.filter(|_| self.usage.is_none()).map(|usage| ("usage", usage));
        let named = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more);
        body.push('{');
        for (name, value) in named {
            body.push_str(&serde_json::Value::from(name).to_string());
            body.push(':');
            body.push_str(value);
            body.push(',');
        }
        body.push_str("\"model\":");
        body.push_str(&serde_json::Value::from(model).to_string());
        body.push('}');
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_is_not_known_is_passed_on_and_what_is_ours_is_not() {
        let body = r#"{"id":"x","object":"o","created":1,"model":"theirs","odd":[ 1.50 ],"a\"b":2,
            "choices":[{"index":0,"message":{"role":"assistant","content":"h\u00e9"},"finish_reason":"stop","x":1}],
            "usage":{"prompt_tokens":5,"completion_tokens":2},"odd":[ 2.50 ]}"#;
        let answer = Answer::of(body.as_bytes()).unwrap();
        assert_eq!((answer.finish_reason.as_str(), answer.usage.unwrap().input_tokens), ("stop", 5));
        let written = answer.written("ours", Some("{}"));
        assert!(
            written.contains("[ 2.50 ]") && written.contains("h\\u00e9") && !written.contains("theirs"),
            "{written}"
        );
        let read: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(
            (&read["a\"b"], &read["model"], &read["usage"]["prompt_tokens"]),
            (&json!(2), &json!("ours"), &json!(5))
        );
        assert_eq!(read["id"], Value::Null);
    }

    #[test]
    fn what_it_cost_is_added_where_it_is_not_said() {
        let unreadable = [r#"{}"#, "7", r#"{"prompt_tokens":5}"#, r#"{"prompt_tokens":-1,"completion_tokens":2}"#];
        let unreadable = unreadable.map(|usage| format!(r#","usage":{usage}"#));
        let absent = ["", r#","usage":null"#].map(str::to_owned);
        for usage in absent.into_iter().chain(unreadable) {
            let body = format!(r#"{{"choices":[{{"message":{{}}}}]{usage}}}"#);
            let answer = Answer::of(body.as_bytes()).unwrap();
            assert_eq!((answer.usage, answer.finish_reason.as_str()), (None, ""));
            let read: Value = serde_json::from_str(&answer.written("m", Some(r#"{"prompt_tokens":1}"#))).unwrap();
            assert_eq!(read["usage"], json!({ "prompt_tokens": 1 }));
        }
    }

    #[test]
    fn errors_and_nonsense_are_told_apart() {
        let failed = Answer::of(br#"{"error":{"code":"rate_limit_exceeded","message":"secret"}}"#).unwrap_err();
        assert_eq!(failed, NoAnswer::Failed { code: "rate_limit_exceeded".into(), status: None });
        for garbled in [
            "",
            "{",
            "[]",
            "7",
            "{}",
            r#"{"choices":[]}"#,
            r#"{"choices":null}"#,
            r#"{"choices":{}}"#,
            r#"{"choices":[7]}"#,
            r#"{"choices":[{"message":"x"}]}"#,
            r#"{"choices":[{"message":{}},{"delta":{}}]}"#,
            r#"{"choices":[{"message":{}}]} x"#,
        ] {
            assert_eq!(Answer::of(garbled.as_bytes()), Err(NoAnswer::Garbled), "{garbled}");
        }
    }
}
