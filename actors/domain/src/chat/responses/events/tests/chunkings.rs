//! Whatever way an answer is cut into chunks, its events add up to the response of the whole answer.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::chat::responses::response::response;

/// What a target says next.
#[derive(Debug, Clone)]
enum Said {
    Text(String),
    Refusal(String),
    Call(u64, String),
    Citation(u64),
}

fn said() -> impl Strategy<Value = Vec<Said>> {
    let one = prop_oneof![
        4 => "[aé😀\"]{1,6}".prop_map(Said::Text),
        1 => "[no]{1,3}".prop_map(Said::Refusal),
        4 => (0..4_u64, "[{}a:1\"]{0,4}").prop_map(|(index, arguments)| Said::Call(index, arguments)),
        1 => (0..9_u64).prop_map(Said::Citation),
    ];
    prop::collection::vec(one, 0..12)
}

fn citation(at: u64) -> Value {
    json!({"type": "url_citation", "url_citation": {"start_index": at, "end_index": at + 1, "title": "t", "url": "u"}})
}

fn logprob(text: &str) -> Value {
    json!({"token": text, "logprob": -0.25, "top_logprobs": [{"token": "x", "logprob": -3}]})
}

/// The answer as one who never heard of chunks writes it down.
fn whole(said: &[Said], reason: &str) -> Value {
    let (mut text, mut refusal, mut citations, mut logprobs) = (String::new(), String::new(), vec![], vec![]);
    let (mut calls, mut begun, mut order): (BTreeMap<u64, String>, Vec<u64>, Vec<&str>) = Default::default();
    for one in said {
        let kind = match one {
            Said::Text(more) => {
                text += more;
                logprobs.push(logprob(more));
                "content"
            }
            Said::Refusal(more) => {
                refusal += more;
                "refusal"
            }
            Said::Call(index, more) => {
                if !begun.contains(index) {
                    begun.push(*index);
                }
                *calls.entry(*index).or_default() += more;
                "tool_calls"
            }
            Said::Citation(at) => {
                citations.push(citation(*at));
                continue;
            }
        };
        if !order.contains(&kind) {
            order.push(kind);
        }
    }
    let call = |index: &u64| {
        json!({"id": format!("call_{index}"), "type": "function",
        "function": {"name": format!("f{index}"), "arguments": calls[index]}})
    };
    let calls: Vec<Value> = begun.iter().map(call).collect();
    json!({
        "object": "chat.completion", "model": "m-1",
        "choices": [{"index": 0, "finish_reason": reason, "logprobs": {"content": logprobs}, "cueline": {"order": order},
            "message": {"role": "assistant", "content": text, "refusal": refusal, "annotations": citations, "tool_calls": calls}}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7},
    })
}

/// The answer as deltas; `cuts` says which words are cut in two.
fn deltas(said: &[Said], cuts: &[bool]) -> Vec<Value> {
    let mut begun = Vec::new();
    let mut deltas = Vec::new();
    let halves = |words: &str, cut: bool| {
        let at = words.char_indices().nth(1).map_or(words.len(), |(at, _)| at);
        let (a, b) = words.split_at(if cut { at } else { words.len() });
        [a.to_owned(), b.to_owned()]
    };
    for (at, one) in said.iter().enumerate() {
        let cut = cuts[at % cuts.len()];
        match one {
            Said::Text(words) => {
                let [a, b] = halves(words, cut);
                let mut first = delta(json!({"content": a}));
                first["choices"][0]["logprobs"] = json!({"content": [logprob(words)]});
                deltas.extend([first, delta(json!({"content": b}))]);
            }
            Said::Refusal(words) => deltas.extend(halves(words, cut).map(|half| delta(json!({"refusal": half})))),
            Said::Call(index, arguments) => {
                let [a, b] = halves(arguments, cut);
                let mut part = json!({"index": index, "function": {"arguments": a}});
                if !begun.contains(index) {
                    begun.push(*index);
                    part["id"] = json!(format!("call_{index}"));
                    part["function"]["name"] = json!(format!("f{index}"));
                }
                deltas.push(delta(json!({"tool_calls": [part]})));
                deltas.push(delta(json!({"tool_calls": [{"index": index, "function": {"arguments": b}}]})));
            }
            Said::Citation(at) => deltas.push(delta(json!({"annotations": [citation(*at)]}))),
        }
    }
    deltas
}

/// Two chunks as one, where a target could have written them so: the kinds of one delta have no order among them.
fn merged(chunks: Vec<Value>, merges: &[bool]) -> Vec<Value> {
    let mut merged: Vec<Value> = Vec::new();
    for (at, chunk) in chunks.into_iter().enumerate() {
        let (new, last) = (&chunk["choices"][0], merged.last_mut());
        match last {
            Some(last) if merges[at % merges.len()] && last["choices"][0]["delta"]["content"].is_string() => {
                let choice = &mut last["choices"][0];
                let Some(more) = new["delta"]["content"].as_str() else {
                    merged.push(chunk);
                    continue;
                };
                choice["delta"]["content"] = json!(format!("{}{more}", choice["delta"]["content"].as_str().unwrap()));
                let mut logprobs = choice["logprobs"]["content"].as_array().cloned().unwrap_or_default();
                logprobs.extend(new["logprobs"]["content"].as_array().cloned().unwrap_or_default());
                choice["logprobs"] = json!({"content": logprobs});
            }
            _ => merged.push(chunk),
        }
    }
    merged
}

/// What a client makes of events.
fn added_up(events: &[Event]) -> Vec<Value> {
    let mut output: Vec<Value> = Vec::new();
    for event in events {
        let data = &event.data;
        let at = data["output_index"].as_u64().unwrap_or_default() as usize;
        let part = data["content_index"].as_u64().unwrap_or_default() as usize;
        let add = |to: &mut Value| *to = json!(format!("{}{}", to.as_str().unwrap(), data["delta"].as_str().unwrap()));
        match event.name {
            "response.output_item.added" => {
                assert_eq!(at, output.len());
                output.push(data["item"].clone());
            }
            "response.content_part.added" => {
                let content = output[at]["content"].as_array_mut().unwrap();
                assert_eq!(part, content.len());
                content.push(data["part"].clone());
            }
            "response.output_text.delta" => {
                let told = &mut output[at]["content"][part];
                add(&mut told["text"]);
                told["logprobs"].as_array_mut().unwrap().extend(data["logprobs"].as_array().unwrap().iter().cloned());
            }
            "response.refusal.delta" => add(&mut output[at]["content"][part]["refusal"]),
            "response.function_call_arguments.delta" => add(&mut output[at]["arguments"]),
            "response.output_text.annotation.added" => {
                let annotations = output[at]["content"][part]["annotations"].as_array_mut().unwrap();
                assert_eq!(data["annotation_index"], annotations.len());
                annotations.push(data["annotation"].clone());
            }
            "response.output_text.done" => {
                let told = &output[at]["content"][part];
                assert_eq!((&told["text"], &told["logprobs"]), (&data["text"], &data["logprobs"]));
            }
            "response.refusal.done" => assert_eq!(output[at]["content"][part]["refusal"], data["refusal"]),
            "response.function_call_arguments.done" => assert_eq!(output[at]["arguments"], data["arguments"]),
            "response.content_part.done" => {
                // Log probabilities have their bytes only here.
                let told = &mut output[at]["content"][part];
                if data["part"]["logprobs"].is_array() {
                    told["logprobs"] = data["part"]["logprobs"].clone();
                }
                assert_eq!(told, &data["part"]);
            }
            "response.output_item.done" => {
                output[at]["status"] = data["item"]["status"].clone();
                assert_eq!(output[at], data["item"]);
            }
            _ => continue,
        }
        if let Some(id) = data["item_id"].as_str() {
            assert_eq!(output[at]["id"], id, "{event:?}");
        }
    }
    output
}

proptest! {
    #[test]
    fn events_add_up_to_the_response_of_the_whole(
        said in said(),
        cuts in prop::collection::vec(any::<bool>(), 1..8),
        merges in prop::collection::vec(any::<bool>(), 1..8),
        reason in prop::sample::select(vec!["stop", "tool_calls", "length", "content_filter"]),
        usage_first in any::<bool>(),
    ) {
        let mut chunks = merged(deltas(&said, &cuts), &merges);
        chunks.extend(if usage_first { [usage(), finish(reason)] } else { [finish(reason), usage()] });
        let told = told(&chunks);

        let frame = events().frame;
        let expected = response(&frame, &whole(&said, reason), Standing::Finished);
        let last = told.last().unwrap();
        prop_assert_eq!(last.data["response"].to_string(), expected.to_string());
        prop_assert_eq!(&added_up(&told), expected["output"].as_array().unwrap());

        for (at, event) in told.iter().enumerate() {
            prop_assert_eq!(event.sequence_number, at as u64);
            prop_assert_eq!(&event.data["type"], event.name);
            prop_assert_eq!(&event.data["sequence_number"], at);
        }
        let count = |name: &str| told.iter().filter(|event| event.name.ends_with(name)).count();
        prop_assert_eq!(count("output_item.added"), count("output_item.done"));
        prop_assert_eq!(count("content_part.added"), count("content_part.done"));

        // A reader who comes back sees the rest of the same bytes.
        let again = super::told(&chunks);
        prop_assert_eq!(told, again);
    }

    #[test]
    fn a_stream_may_break_anywhere(said in said(), cuts in prop::collection::vec(any::<bool>(), 1..8), at in 0..24_usize) {
        let chunks = deltas(&said, &cuts);
        let mut events = events();
        let mut told: Vec<Event> = chunks.iter().take(at).flat_map(|chunk| events.feed(chunk)).collect();
        told.extend(events.fail(&json!({"code": "gap", "message": "m"})));
        prop_assert_eq!(told.last().unwrap().name, "response.failed");
        let no_done = told.iter().all(|event| !event.name.ends_with(".done"));
        prop_assert!(no_done);
        let response = events.response();
        let output = response["output"].as_array().unwrap();
        let no_whole = output.iter().all(|item| item["status"] == "incomplete");
        prop_assert!(no_whole);
        prop_assert_eq!(added_up(&told).len(), output.len());
    }
}
