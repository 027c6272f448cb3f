//! Whatever way an answer is cut into chunks, its events add up to the same message, and are well-formed.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// What a target says next.
#[derive(Debug, Clone)]
enum Said {
    Text(String),
    Refusal(String),
    Reasoning(String),
    Call(u64, String),
}

fn said() -> impl Strategy<Value = Vec<Said>> {
    let one = prop_oneof![
        4 => "[aé😀\"]{1,6}".prop_map(Said::Text),
        1 => "[no]{1,3}".prop_map(Said::Refusal),
        2 => "[hm ]{1,4}".prop_map(Said::Reasoning),
        4 => (0..4_u64, "[{}a:1\"é]{0,4}").prop_map(|(index, arguments)| Said::Call(index, arguments)),
    ];
    prop::collection::vec(one, 0..12)
}

/// The words in pieces, which are cut where `cuts` says.
fn pieces(words: &str, cuts: &mut impl Iterator<Item = bool>) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for char in words.chars() {
        if cuts.next().unwrap_or_default() {
            pieces.push(String::new());
        }
        if let Some(last) = pieces.last_mut() {
            last.push(char);
        }
    }
    pieces
}

/// The answer as chunks.
fn chunks(said: &[Said], cuts: &[bool]) -> Vec<Value> {
    let mut cuts = cuts.iter().copied().cycle();
    let mut begun = Vec::new();
    let mut chunks = Vec::new();
    for one in said {
        let (name, words) = match one {
            Said::Text(words) => ("content", words),
            Said::Refusal(words) => ("refusal", words),
            Said::Reasoning(words) => ("reasoning", words),
            Said::Call(index, words) => {
                for piece in pieces(words, &mut cuts) {
                    let id = format!("call_{index}");
                    let is_new = !begun.contains(index);
                    begun.push(*index);
                    chunks.push(call(*index, is_new.then_some(id.as_str()), &piece));
                }
                continue;
            }
        };
        chunks.extend(pieces(words, &mut cuts).into_iter().map(|piece| delta(json!({ name: piece }))));
    }
    chunks
}

/// What a client makes of events; and that they are such as it takes.
#[derive(Debug, Default, PartialEq)]
struct Message {
    /// Text and reasoning, and calls with their arguments, in the order in which they began.
    parts: Vec<(String, String)>,
    inputs: Vec<Value>,
    last: String,
}

fn added_up(events: &[Value]) -> Message {
    let mut message = Message::default();
    let (mut open, mut half) = (BTreeMap::new(), BTreeMap::new());
    let word = |event: &Value, name: &str| event[name].as_str().unwrap().to_owned();
    for (at, event) in events.iter().enumerate() {
        let kind = word(event, "type");
        assert_eq!(kind == "start", at == 0, "{event}");
        assert!(!["finish", "error", "abort"].contains(&message.last.as_str()), "{event} after the end");
        match kind.as_str() {
            "text-start" | "reasoning-start" => {
                assert!(open.is_empty(), "{event}: another is open");
                open.insert(word(event, "id"), message.parts.len());
                message.parts.push((kind.clone(), String::new()));
            }
            "text-delta" | "reasoning-delta" => {
                message.parts[open[&word(event, "id")]].1.push_str(&word(event, "delta"));
            }
            "text-end" | "reasoning-end" => _ = open.remove(&word(event, "id")).unwrap(),
            "tool-input-start" => {
                assert!(half.insert(word(event, "toolCallId"), message.parts.len()).is_none(), "{event} twice");
                message.parts.push((word(event, "toolCallId"), String::new()));
            }
            "tool-input-delta" => {
                message.parts[half[&word(event, "toolCallId")]].1.push_str(&word(event, "inputTextDelta"));
            }
            "tool-input-available" | "tool-input-error" => {
                let place = half.remove(&word(event, "toolCallId")).unwrap();
                assert_eq!(message.parts[place].0, word(event, "toolCallId"));
                message.inputs.push(event["input"].clone());
            }
            "finish-step" => assert!(open.is_empty() && half.is_empty(), "{open:?} {half:?}"),
            // A half call is left to the client, which runs none.
            "error" | "abort" => assert!(open.is_empty(), "{open:?}"),
            "start" | "start-step" | "finish" => {}
            _ => panic!("{event}"),
        }
        message.last = kind;
    }
    message
}

proptest! {
    #[test]
    fn however_it_is_split_the_message_is_the_same(
        said in said(),
        cuts in prop::collection::vec(any::<bool>(), 1..16),
        reason in prop::sample::select(vec!["stop", "tool_calls", "length", "content_filter"]),
    ) {
        let ended = |mut chunks: Vec<Value>| {
            chunks.extend([finish(reason), usage()]);
            chunks
        };
        let (whole, split) = (ended(chunks(&said, &[false])), ended(chunks(&said, &cuts)));
        let told = told(&split);
        let message = added_up(&told);
        prop_assert_eq!(&message, &added_up(&super::told(&whole)));
        prop_assert_eq!(&message.last, "finish");

        // What was written is what is read.
        let written = |wanted: fn(&Said) -> Option<&str>| said.iter().filter_map(wanted).collect::<String>();
        let read = |kind: &str| -> String {
            message.parts.iter().filter(|part| part.0 == kind).map(|part| part.1.as_str()).collect()
        };
        prop_assert_eq!(read("text-start"), written(|one| match one {
            Said::Text(words) | Said::Refusal(words) => Some(words),
            _ => None,
        }));
        prop_assert_eq!(read("reasoning-start"), written(|one| match one {
            Said::Reasoning(words) => Some(words),
            _ => None,
        }));

        // A reader who comes back is told the same.
        prop_assert_eq!(told, super::told(&split));
    }

    /// A target may write anything into a field.
    #[test]
    fn anything_is_told(fields in prop::collection::vec((0..12_usize, 0..8_usize), 0..8)) {
        let names = ["content", "reasoning", "refusal", "tool_calls", "annotations", "index", "id", "function", "name",
            "arguments", "type", "url"];
        let values = [json!(null), json!(7), json!(-1), json!("x"), json!([]), json!({}), json!(true), json!("url_citation")];
        let object: Map<String, Value> =
            fields.iter().map(|(name, value)| (names[*name].to_owned(), values[*value].clone())).collect();
        let mut within = object.clone();
        for name in ["tool_calls", "annotations"] {
            within.insert(name.to_owned(), json!([object, {"function": object}, {"url_citation": object}, 7]));
        }
        for chunk in [json!(object), json!({ "choices": object }), json!({ "choices": [object] })] {
            told(&[chunk]);
        }
        added_up(&told(&[delta(json!(object))]));
        let mut events = UiEvents::new("");
        events.feed(&delta(json!(within)));
        events.end();
    }

    #[test]
    fn an_answer_may_break_anywhere(
        said in said(),
        cuts in prop::collection::vec(any::<bool>(), 1..16),
        at in 0..24_usize,
        code in prop::sample::select(vec!["gap", "answer_cancelled"]),
    ) {
        let mut broken: Vec<Value> = chunks(&said, &cuts).into_iter().take(at).collect();
        broken.push(error(code));
        let message = added_up(&told(&broken));
        prop_assert_eq!(message.last.as_str(), if code == "gap" { "error" } else { "abort" });
        prop_assert!(message.inputs.is_empty(), "no call of it is run");
    }
}
