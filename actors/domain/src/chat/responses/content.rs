//! Parts of a message become parts of a chat message.
//!
//! A part is taken by what it is, whoever speaks: clients put `input_text` into what an assistant said and
//! `output_text` into what a user quotes, and both are text. Images are the user's alone, since chat completions take
//! them from nobody else.

use serde_json::{Value, json};

use crate::chat::reading::{Object, RequestRefusal, missing, one_of, unsupported, wrong};

const DETAILS: &[&str] = &["low", "high", "auto", "original"];

/// A part that is understood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part<'a> {
    /// Words, whoever's.
    Text(&'a str),
    /// Words with which a model refused.
    Refusal(&'a str),
    /// An image by its address.
    Image {
        /// Of the web, or the image itself (`data:`).
        url: &'a str,
        /// How closely to look.
        detail: Option<&'a str>,
    },
}

impl Part<'_> {
    /// As chat completions write it.
    fn chat(&self) -> Value {
        match self {
            Self::Text(text) | Self::Refusal(text) => json!({ "type": "text", "text": text }),
            Self::Image { url, detail: None } => json!({ "type": "image_url", "image_url": { "url": url } }),
            Self::Image { url, detail } => {
                json!({ "type": "image_url", "image_url": { "url": url, "detail": detail } })
            }
        }
    }
}

/// Reads a field that is a string or an array of parts.
pub(crate) fn parts<'a>(of: &Object<'a>, name: &str) -> Result<Vec<Part<'a>>, RequestRefusal> {
    match of.get(name) {
        Some(Value::String(text)) => Ok(vec![Part::Text(text)]),
        Some(Value::Array(values)) => {
            let read = |(at, value)| part(&Object::at(value, format!("{}[{at}]", of.param(name)))?);
            values.iter().enumerate().map(read).collect()
        }
        Some(other) => Err(wrong(of.param(name), "a string or an array of parts", other)),
        None => Err(missing(of.param(name), "write a string or an array of parts")),
    }
}

fn part<'a>(part: &Object<'a>) -> Result<Part<'a>, RequestRefusal> {
    match part.named("type", "say what it is, e.g. \"input_text\"")? {
        "input_text" | "output_text" | "text" => Ok(Part::Text(part.text("text")?)),
        "refusal" => Ok(Part::Refusal(part.text("refusal")?)),
        "input_image" => image(part),
        "input_file" => {
            Err(unsupported(part.param("type"), "is \"input_file\"; files are not read here, send their text"))
        }
        other => Err(one_of(part.param("type"), other, &["input_text", "input_image", "output_text", "refusal"])),
    }
}

fn image<'a>(part: &Object<'a>) -> Result<Part<'a>, RequestRefusal> {
    if part.get("file_id").is_some() {
        return Err(unsupported(part.param("file_id"), "names an uploaded file; write the image_url instead"));
    }
    if let Some(nested @ Value::Object(_)) = part.get("image_url") {
        return Err(wrong(part.param("image_url"), "the address itself, a string", nested));
    }
    let url = part.named("image_url", "write the address of the image, or a data: URL")?;
    Ok(Part::Image { url, detail: part.word("detail", DETAILS)? })
}

/// The content of a message that is not an assistant's. One text is a plain string: every target takes that.
pub(crate) fn spoken(parts: &[Part<'_>]) -> Value {
    match parts {
        [] => json!(""),
        [Part::Text(text)] => json!(text),
        several => several.iter().map(Part::chat).collect(),
    }
}

/// Refuses the first image, where there can be none.
pub(crate) fn no_images(parts: &[Part<'_>], param: &str, why: &str) -> Result<(), RequestRefusal> {
    match parts.iter().position(|part| matches!(part, Part::Image { .. })) {
        Some(at) => Err(unsupported(format!("{param}[{at}].type"), why)),
        None => Ok(()),
    }
}

/// What an assistant said and what it refused with; parts of one message were written in one breath.
pub(crate) fn said(parts: &[Part<'_>]) -> (String, String) {
    let (mut text, mut refusal) = (String::new(), String::new());
    for part in parts {
        match part {
            Part::Text(words) => text.push_str(words),
            Part::Refusal(words) => refusal.push_str(words),
            Part::Image { .. } => {}
        }
    }
    (text, refusal)
}
