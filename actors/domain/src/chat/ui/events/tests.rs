use super::*;

mod splits;

/// A chunk with this delta.
fn delta(delta: Value) -> Value {
    json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 7, "model": "m-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

fn finish(reason: &str) -> Value {
    json!({"id": "chatcmpl-1", "model": "m-1", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

fn usage() -> Value {
    json!({"id": "chatcmpl-1", "model": "m-1", "choices": [], "usage": {"prompt_tokens": 5}})
}

fn call(index: u64, id: Option<&str>, arguments: &str) -> Value {
    let name = id.map(|_| "f");
    delta(json!({"tool_calls": [{"index": index, "id": id, "function": {"name": name, "arguments": arguments}}]}))
}

fn error(code: &str) -> Value {
    json!({"error": {"message": "it broke off", "type": "server_error", "param": null, "code": code, "status": 502}})
}

/// What is told of chunks, the last of which ends the answer.
fn told(chunks: &[Value]) -> Vec<Value> {
    let mut events = UiEvents::new("msg_1");
    let mut told: Vec<Value> = chunks.iter().flat_map(|chunk| events.feed(chunk)).collect();
    told.extend(events.end());
    told
}

/// Events in short: the type, whose it is, and what is new.
fn short(events: &[Value]) -> Vec<String> {
    let short = |event: &Value| {
        let word = |names: &[&str]| names.iter().find_map(|name| event[*name].as_str()).map(|word| format!(" {word}"));
        let whose = word(&["id", "toolCallId", "sourceId"]).unwrap_or_default();
        let input = event.get("input").map(|input| format!(" {input}"));
        let new = word(&["delta", "inputTextDelta", "errorText", "finishReason"]).or(input).unwrap_or_default();
        format!("{}{whose}{new}", event["type"].as_str().unwrap())
    };
    events.iter().map(short).collect()
}

/// The events between the first two and the last two.
fn inner(chunks: &[Value]) -> Vec<String> {
    let told = short(&told(chunks));
    assert_eq!(told[..2], ["start", "start-step"]);
    assert_eq!(told[told.len() - 2], "finish-step");
    told[2..told.len() - 2].to_vec()
}

#[test]
fn a_text_is_told() {
    let told = told(&[
        delta(json!({"role": "assistant", "content": ""})),
        delta(json!({"content": "He"})),
        delta(json!({"content": "y"})),
        finish("stop"),
        usage(),
    ]);
    let expected = json!([
        {"type": "start", "messageId": "msg_1", "messageMetadata": {"model": "m-1"}},
        {"type": "start-step"},
        {"type": "text-start", "id": "text-0"},
        {"type": "text-delta", "id": "text-0", "delta": "He"},
        {"type": "text-delta", "id": "text-0", "delta": "y"},
        {"type": "text-end", "id": "text-0"},
        {"type": "finish-step"},
        {"type": "finish", "finishReason": "stop",
            "messageMetadata": {"usage": {"prompt_tokens": 5}, "model": "m-1"}},
    ]);
    assert_eq!(Value::Array(told).to_string(), expected.to_string());
}

#[test]
fn what_is_not_known_is_left_out() {
    let told = told(&[json!({"choices": [{"delta": {"content": 7, "tool_calls": {}}}], "usage": null}), json!([1])]);
    let expected = json!([
        {"type": "start", "messageId": "msg_1"},
        {"type": "start-step"},
        {"type": "finish-step"},
        {"type": "finish", "finishReason": "other"},
    ]);
    assert_eq!(Value::Array(told), expected);
}

#[test]
fn parts_follow_one_another() {
    for (chunks, expected) in [
        (
            vec![
                delta(json!({"reasoning_content": "h"})),
                delta(json!({"reasoning": "m"})),
                delta(json!({"content": "a"})),
            ],
            vec![
                "reasoning-start reasoning-0",
                "reasoning-delta reasoning-0 h",
                "reasoning-delta reasoning-0 m",
                "reasoning-end reasoning-0",
                "text-start text-1",
                "text-delta text-1 a",
                "text-end text-1",
            ],
        ),
        // Under both names it is the same reasoning.
        (
            vec![delta(json!({"reasoning_content": "h", "reasoning": "h", "content": "a"}))],
            vec![
                "reasoning-start reasoning-0",
                "reasoning-delta reasoning-0 h",
                "reasoning-end reasoning-0",
                "text-start text-1",
                "text-delta text-1 a",
                "text-end text-1",
            ],
        ),
        (
            vec![delta(json!({"content": "a"})), delta(json!({"reasoning": "b"})), delta(json!({"content": "c"}))],
            vec![
                "text-start text-0",
                "text-delta text-0 a",
                "text-end text-0",
                "reasoning-start reasoning-1",
                "reasoning-delta reasoning-1 b",
                "reasoning-end reasoning-1",
                "text-start text-2",
                "text-delta text-2 c",
                "text-end text-2",
            ],
        ),
        (
            vec![delta(json!({"content": "Well, "})), delta(json!({"refusal": "no."}))],
            vec!["text-start text-0", "text-delta text-0 Well, ", "text-delta text-0 no.", "text-end text-0"],
        ),
        // Another answer of the same request is not told.
        (vec![json!({"choices": [{"index": 1, "delta": {"content": "a"}, "finish_reason": "stop"}]})], vec![]),
    ] {
        assert_eq!(inner(&chunks), expected, "{chunks:?}");
    }
}

#[test]
fn calls_are_available_when_the_answer_is_complete() {
    for (chunks, expected) in [
        (
            vec![call(0, Some("a"), ""), call(0, None, "{\"x\""), call(0, None, ":1}"), call(1, Some("b"), "{}")],
            vec![
                "tool-input-start a",
                "tool-input-delta a {\"x\"",
                "tool-input-delta a :1}",
                "tool-input-start b",
                "tool-input-delta b {}",
                "tool-input-available a {\"x\":1}",
                "tool-input-available b {}",
            ],
        ),
        (
            vec![call(0, Some("a"), "{"), call(1, Some("b"), "["), call(0, None, "}"), call(1, None, "]")],
            vec![
                "tool-input-start a",
                "tool-input-delta a {",
                "tool-input-start b",
                "tool-input-delta b [",
                "tool-input-delta a }",
                "tool-input-delta b ]",
                "tool-input-available a {}",
                "tool-input-available b []",
            ],
        ),
        // Calls end reasoning and interrupt text.
        (
            vec![delta(json!({"reasoning": "h"})), call(0, Some("a"), " ")],
            vec![
                "reasoning-start reasoning-0",
                "reasoning-delta reasoning-0 h",
                "reasoning-end reasoning-0",
                "tool-input-start a",
                "tool-input-delta a  ",
                "tool-input-available a {}",
            ],
        ),
        (
            vec![delta(json!({"content": "x"})), call(0, Some("a"), "{}"), delta(json!({"content": "y"}))],
            vec![
                "text-start text-0",
                "text-delta text-0 x",
                "tool-input-start a",
                "tool-input-delta a {}",
                "text-delta text-0 y",
                "text-end text-0",
                "tool-input-available a {}",
            ],
        ),
        // What is told of a call waits for its id and its name.
        (
            vec![
                delta(json!({"tool_calls": [{"index": 0, "id": "a", "function": {"arguments": "{"}}]})),
                delta(json!({"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "}"}}]})),
            ],
            vec!["tool-input-start a", "tool-input-delta a {}", "tool-input-available a {}"],
        ),
        (
            vec![delta(
                json!({"tool_calls": [{"function": {"name": "f", "arguments": "{}"}}, {"id": "b"}, {"index": 2}]}),
            )],
            vec![
                "tool-input-start call_chatcmpl-1_0",
                "tool-input-delta call_chatcmpl-1_0 {}",
                "tool-input-available call_chatcmpl-1_0 {}",
            ],
        ),
        (
            vec![call(0, Some("a"), "1"), call(1, Some("a"), "2")],
            vec![
                "tool-input-start a",
                "tool-input-delta a 1",
                "tool-input-start call_chatcmpl-1_1",
                "tool-input-delta call_chatcmpl-1_1 2",
                "tool-input-available a 1",
                "tool-input-available call_chatcmpl-1_1 2",
            ],
        ),
    ] {
        assert_eq!(inner(&chunks), expected, "{chunks:?}");
    }
}

#[test]
fn arguments_that_no_tool_could_take_are_an_error() {
    for (arguments, words) in [
        ("{\"x\":", "no JSON: EOF"),
        ("{}{}", "no JSON: trailing"),
        ("{\"a\":[{\"__proto__\":1}]}", "prototype"),
        ("{\"constructor\":{\"prototype\":null}}", "prototype"),
        (&"[".repeat(10_000), "no JSON: recursion limit"),
    ] {
        let told = told(&[call(0, Some("a"), arguments)]);
        let event = &told[told.len() - 3];
        let fields = (&event["type"], &event["toolCallId"], &event["toolName"], &event["input"]);
        assert_eq!(fields, (&json!("tool-input-error"), &json!("a"), &json!("f"), &json!(arguments)));
        assert!(event["errorText"].as_str().unwrap().contains(words), "{event}");
    }
    for arguments in ["{\"constructor\":1}", "{\"prototype\":{}}", "\"__proto__\""] {
        assert!(inner(&[call(0, Some("a"), arguments)])[2].starts_with("tool-input-available"), "{arguments}");
    }
}

#[test]
fn an_answer_ends_for_a_reason() {
    for (deltas, reason, expected) in [
        (vec![], "stop", "stop"),
        (vec![], "length", "length"),
        (vec![], "content_filter", "content-filter"),
        (vec![], "tool_calls", "tool-calls"),
        (vec![], "function_call", "tool-calls"),
        (vec![], "tired", "other"),
        (vec![json!({"refusal": "no"})], "stop", "content-filter"),
        (vec![json!({"refusal": "no"})], "length", "length"),
        (vec![json!({"refusal": ""})], "stop", "stop"),
    ] {
        let mut chunks: Vec<Value> = deltas.into_iter().map(delta).collect();
        chunks.extend([finish(reason), usage()]);
        assert_eq!(told(&chunks).last().unwrap()["finishReason"], expected, "{reason}");
    }
}

#[test]
fn an_answer_that_breaks_off_ends_with_an_error() {
    let half = call(0, Some("a"), "{\"x");
    for (chunks, expected) in [
        (vec![error("gap")], vec!["start", "error it broke off"]),
        (
            vec![delta(json!({"content": "x"})), half.clone(), error("gap"), usage(), error("gap")],
            vec![
                "start",
                "start-step",
                "text-start text-0",
                "text-delta text-0 x",
                "tool-input-start a",
                "tool-input-delta a {\"x",
                "text-end text-0",
                "error it broke off",
            ],
        ),
        (
            vec![delta(json!({"reasoning": "x"})), error("answer_cancelled"), delta(json!({"content": "x"}))],
            vec![
                "start",
                "start-step",
                "reasoning-start reasoning-0",
                "reasoning-delta reasoning-0 x",
                "reasoning-end reasoning-0",
                "abort",
            ],
        ),
        (vec![json!({"error": "words"})], vec!["start", "error words"]),
        (vec![json!({"error": {"code": "gap", "message": ""}})], vec!["start", "error gap"]),
        (vec![json!({"error": {}})], vec!["start", "error the answer broke off"]),
    ] {
        assert_eq!(short(&told(&chunks)), expected, "{chunks:?}");
    }
}

#[test]
fn after_the_end_there_is_nothing() {
    let mut events = UiEvents::new("msg_1");
    assert!(!events.end().is_empty());
    assert_eq!((events.end(), events.feed(&usage()), events.feed(&error("gap"))), (vec![], vec![], vec![]));
}

#[test]
fn a_seam_is_told_and_the_text_goes_on() {
    let seam = json!({"from": "m-1", "to": "m-2", "why": "broke off", "after_characters": 2});
    let told = told(&[
        delta(json!({"content": "He"})),
        json!({"model": "m-2", "choices": [{"index": 0, "delta": {}}], "cueline": {"seam": seam}}),
        json!({"model": "m-2", "choices": [{"index": 0, "delta": {"content": "y"}}], "cueline": {"mark": 3}}),
    ]);
    assert_eq!(told[4], json!({"type": "data-seam", "data": seam, "transient": true}));
    assert_eq!(told[5], json!({"type": "text-delta", "id": "text-0", "delta": "y"}));
    assert_eq!(told.last().unwrap()["messageMetadata"], json!({"model": "m-2"}));
}

#[test]
fn sources_are_told_once() {
    let page = |title: &str| json!({"type": "url_citation", "url_citation": {"url": "https://x/", "title": title}});
    let part = |number: u64| {
        json!({"type": "file_citation", "file_citation": {"file_id": "d", "filename": "a.PDF", "index": null,
            "quote": "q", "page": 3, "number": number, "odd": {"__proto__": 1}}})
    };
    let annotations = json!([
        page("X"), page("Y"), {"type": "url_citation", "url": "https://y/"}, part(1), part(2), part(1),
        {"type": "file_citation", "file_id": "e"}, {"type": "url_citation"}, {"type": "file_path"}, 7
    ]);
    let told = told(&[delta(json!({"annotations": annotations})), delta(json!({"annotations": [part(2)]}))]);
    let document = |number: u64| {
        json!({"type": "source-document", "sourceId": format!("d#{number}"), "mediaType": "application/pdf",
            "title": "a.PDF", "filename": "a.PDF",
            "providerMetadata": {"cueline": {"number": number, "quote": "q", "page": 3}}})
    };
    let expected = json!([
        {"type": "source-url", "sourceId": "https://x/", "url": "https://x/", "title": "X"},
        {"type": "source-url", "sourceId": "https://y/", "url": "https://y/"},
        document(1), document(2),
        {"type": "source-document", "sourceId": "e", "mediaType": "text/plain", "title": "e"},
    ]);
    assert_eq!(json!(told[2..told.len() - 2]), expected);
}
