//! Hears the events of one stream.
//!
//! Most events differ from the one before in their text alone. Such a one need not be parsed: what stands before and after the text is
//! the same, byte for byte, so it means the same; and a text without quotes, escapes and control characters is what it says.

use std::ops::Range;

use super::piece::{Heard, Part, Piece, Places, hear_and_place};

/// Whoever listens to a stream.
#[derive(Debug, Clone, Default)]
pub struct Ear {
    before: Option<Pattern>,
}

/// An event of nothing but text.
#[derive(Debug, Clone)]
struct Pattern {
    data: Vec<u8>,
    text: Range<usize>,
    choices: Range<usize>,
    index: u32,
}

impl Ear {
    /// Reads the data of the next event, exactly as [`hear`](super::piece::hear) does.
    pub fn hear(&mut self, data: &[u8]) -> Heard {
        if let Some(piece) = self.before.as_ref().and_then(|before| before.again(data)) {
            return Heard::Piece(piece);
        }
        let (heard, places) = hear_and_place(data);
        self.before = places.and_then(|places| Pattern::of(data, &heard, places));
        heard
    }
}

impl Pattern {
    fn of(data: &[u8], heard: &Heard, Places { choices, text }: Places) -> Option<Self> {
        let Heard::Piece(Piece { parts, usage: None, usage_json: None, .. }) = heard else { return None };
        let [part] = parts.as_slice() else { return None };
        // Nothing but an index and a text.
        let plain = Part { index: part.index, text: part.text.clone(), ..Part::default() };
        let is_within = choices.start < text.start && text.end < choices.end;
        (*part == plain && is_within).then(|| Self { data: data.to_vec(), text, choices, index: part.index })
    }

    /// What an event says that differs in its text alone.
    fn again(&self, data: &[u8]) -> Option<Piece> {
        let (head, tail) = (&self.data[..self.text.start], &self.data[self.text.end..]);
        let end = data.len().checked_sub(tail.len())?;
        if end < head.len() || !data.starts_with(head) || !data.ends_with(tail) {
            return None;
        }
        let text = &data[head.len()..end];
        if text.iter().any(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
            return None;
        }
        let text = str::from_utf8(text).ok()?.to_owned();
        let choices_end = data.len() - (self.data.len() - self.choices.end);
        let choices = str::from_utf8(&data[self.choices.start..choices_end]).ok()?.to_owned();
        let part = Part { index: self.index, text, ..Part::default() };
        Some(Piece { choices, parts: vec![part], ..Piece::default() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chat::piece::hear;

    fn event(text: &str, rest: &str) -> String {
        format!(r#"{{"id":"x","choices":[{{"index":0,"delta":{{"content":"{text}"}},"finish_reason":null}}]{rest}}}"#)
    }

    #[test]
    fn an_event_that_differs_in_its_text_alone_is_not_parsed_and_says_the_same() {
        let mut ear = Ear::default();
        assert_eq!(ear.hear(event("a", "").as_bytes()), hear(event("a", "").as_bytes()));
        let before = ear.before.clone().unwrap();
        for text in ["b", "", "a longer one", "žluťoučký 🐧", "}]", "\u{7f}"] {
            let said = event(text, "");
            assert_eq!(before.again(said.as_bytes()).map(Heard::Piece), Some(hear(said.as_bytes())), "{text}");
        }
        for other in [
            event("\\n", ""),
            event("a\",\"refusal\":\"b", ""),
            event("a\nb", ""),
            event("a", r#","usage":{"prompt_tokens":1,"completion_tokens":2}"#),
            event("a", " "),
            r#"{"id":"x","choices":[{"index":0,"delta":{"content":""#.to_owned(),
            "[DONE]".to_owned(),
        ] {
            assert_eq!(before.again(other.as_bytes()), None, "{other}");
            assert_eq!(ear.hear(other.as_bytes()), hear(other.as_bytes()), "{other}");
        }
        let mut cut = event("a", "").into_bytes();
        cut.splice(52..53, [0xc3]);
        assert_eq!(before.again(&cut), None, "no UTF-8");
    }

    fn any_event() -> impl Strategy<Value = String> {
        let text = prop_oneof![
            Just(r#"w ord"#.to_owned()),
            Just(String::new()),
            Just(r"\u00e9\n".to_owned()),
            Just(r#"\""#.to_owned()),
            "[a-z\"\\\\{}:,]{0,6}",
        ];
        let shape = prop_oneof![
            Just(r#"{"choices":[{"index":0,"delta":{"content":"TEXT"}}]}"#),
            Just(r#"{"choices":[{"delta":{"role":"assistant","content":"TEXT"},"index":1}],"usage":null}"#),
            Just(r#"{"choices":[{"delta":{"content":"TEXT"},"finish_reason":"stop"}]}"#),
            Just(r#"{"choices":[{"delta":{"content":"TEXT"}},{"index":1,"delta":{"content":"TEXT"}}]}"#),
            Just(r#"{"choices":[{"delta":{"content":"TEXT","refusal":"TEXT"}}]}"#),
            Just(r#"{"choices":[{"delta":{"refusal":"TEXT"}}]}"#),
            Just(r#"{"choices":[{"delta":{"content":null}}],"x":"TEXT"}"#),
            Just(r#"{"choices":[{"delta":{"content":"TEXT","tool_calls":[{"function":{"arguments":"TEXT"}}]}}]}"#),
            Just(r#"{"usage":{"prompt_tokens":1,"completion_tokens":2},"choices":[{"delta":{"content":"TEXT"}}]}"#),
            Just(r#"{"error":"TEXT"}"#),
            Just("[DONE]"),
        ];
        (shape, text).prop_map(|(shape, text)| shape.replace("TEXT", &text))
    }

    proptest! {
        #[test]
        fn whatever_came_before_an_event_is_heard_as_if_it_came_alone(events in prop::collection::vec(any_event(), 1..30)) {
            let mut ear = Ear::default();
            for event in &events {
                prop_assert_eq!(ear.hear(event.as_bytes()), hear(event.as_bytes()), "{}", event);
            }
        }
    }
}
