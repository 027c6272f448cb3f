//! What was asked and answered, as texts that an audit keeps where that is wanted: whole up to a size, and cut beyond it.

use serde_json::Value;

/// Bytes of either text, about.
const MOST: usize = 16 * 1024;

/// What a chat-completions request says, message by message. Of what is too long the end stays: there is the question.
pub fn question(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let said =
        messages.iter().map(|message| format!("{}: {}", message["role"].as_str().unwrap_or("?"), words(message)));
    let text = said.collect::<Vec<_>>().join("\n");
    if text.len() <= MOST {
        return text;
    }
    let from = (text.len() - MOST..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    format!("\u{2026}{}", &text[from..])
}

/// What a `chat.completion` says, choice by choice. Of what is too long the beginning stays.
pub fn answer(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let choices = body["choices"].as_array().map_or(&[][..], Vec::as_slice);
    let text = choices.iter().map(|choice| words(&choice["message"])).collect::<Vec<_>>().join("\n");
    if text.len() <= MOST {
        return text;
    }
    let to = (0..=MOST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}\u{2026}", &text[..to])
}

/// The texts of a message, and its calls of tools as they were made; of anything else its kind.
fn words(message: &Value) -> String {
    let mut words: Vec<String> = match &message["content"] {
        Value::String(text) if !text.is_empty() => vec![text.clone()],
        Value::Array(parts) => parts.iter().map(part).collect(),
        _ => Vec::new(),
    };
    words.extend(message["refusal"].as_str().map(str::to_owned));
    for call in message["tool_calls"].as_array().into_iter().flatten() {
        let word = |name: &str| call["function"][name].as_str().unwrap_or_default();
        words.push(format!("{}({})", word("name"), word("arguments")));
    }
    words.join(" ")
}

fn part(part: &Value) -> String {
    let kind = part["type"].as_str().unwrap_or("?");
    part["text"].as_str().map_or_else(|| format!("[{kind}]"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_said_is_there_and_images_are_not() {
        let body = json!({ "messages": [
            { "role": "system", "content": "Be brief." },
            { "role": "user", "content": [
                { "type": "text", "text": "What is" }, { "type": "image_url", "image_url": { "url": "data:secret" } }] },
            { "role": "assistant", "content": null, "tool_calls": [
                { "id": "c", "function": { "name": "look", "arguments": "{\"x\":1}" } }] },
        ] });
        assert_eq!(
            question(&body.to_string()),
            "system: Be brief.\nuser: What is [image_url]\nassistant: look({\"x\":1})"
        );
        let body = json!({ "choices": [{ "message": { "content": "One." } }, { "message": { "refusal": "No." } }] });
        assert_eq!(answer(&body.to_string()), "One.\nNo.");
        for nothing in ["", "{", "[]", "{}", r#"{"messages": 7}"#] {
            assert_eq!((question(nothing), answer(nothing)), (String::new(), String::new()), "{nothing}");
        }
    }

    #[test]
    fn what_is_long_is_cut_between_letters() {
        for letters in MOST / 2 - 8..MOST / 2 + 8 {
            let long = "\u{e4}".repeat(letters);
            let body = json!({ "messages": [{ "role": "user", "content": long.clone() + "?" }] });
            let asked = question(&body.to_string());
            assert!(asked.ends_with("\u{e4}?") && asked.len() <= MOST + 3, "{letters}");
            let body = json!({ "choices": [{ "message": { "content": format!("!{long}") } }] });
            let answered = answer(&body.to_string());
            assert!(answered.starts_with("!\u{e4}") && answered.len() <= MOST + 3, "{letters}");
        }
    }
}
