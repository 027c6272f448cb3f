//! Escapes, placeholders, and values as `States.Format` writes them.

use std::borrow::Cow;

use serde_json::Value;

use super::Refused;

/// A pattern of `States.Format`, cut at its placeholders: text, value, text, value, …, text.
#[derive(Debug, Clone)]
pub(super) struct Pieces {
    source: String,
    texts: Vec<String>,
}

impl Pieces {
    /// `{}` is a placeholder; `\{`, `\}`, `\'` and `\\` stand for the character.
    pub(super) fn parse(raw: &str) -> Result<Pieces, &'static str> {
        let (mut texts, mut text) = (Vec::new(), String::new());
        let mut characters = raw.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' => text.push(escaped(characters.next())?),
                '{' if characters.next() == Some('}') => texts.push(std::mem::take(&mut text)),
                '{' | '}' => return Err("matching curly brace not found in the template; escape it with a backslash"),
                c => text.push(c),
            }
        }
        texts.push(text);
        Ok(Pieces { source: raw.to_owned(), texts })
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    pub(super) fn fill(&self, values: &[Cow<'_, Value>]) -> Result<String, Refused> {
        let placeholders = self.texts.len() - 1;
        if placeholders != values.len() {
            let why =
                format!("the template has {placeholders} placeholders, but {} arguments were given", values.len());
            return Err(Refused::new(why));
        }
        let mut filled = String::new();
        for (at, text) in self.texts.iter().enumerate() {
            filled.push_str(text);
            if let Some(value) = values.get(at) {
                write_plain(value, &mut filled);
            }
        }
        Ok(filled)
    }
}

/// A text literal without its escapes.
pub(super) fn unescape(raw: &str) -> Result<String, &'static str> {
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => text.push(escaped(characters.next())?),
            c => text.push(c),
        }
    }
    Ok(text)
}

/// AWS refuses a definition with any other escape, `\"` included (recorded).
fn escaped(character: Option<char>) -> Result<char, &'static str> {
    match character {
        Some(c @ ('\'' | '\\' | '{' | '}')) => Ok(c),
        _ => Err("a backslash may stand only before a quote, a backslash or a curly brace"),
    }
}

/// Texts without quotes, objects as Java prints a map: `{Arg1=1, Arg2=[]}` (recorded).
fn write_plain(value: &Value, text: &mut String) {
    match value {
        Value::String(plain) => text.push_str(plain),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { ", " });
                write_plain(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (at, (key, value)) in members.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { ", " });
                text.push_str(key);
                text.push('=');
                write_plain(value, text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}
