use proptest::prelude::*;

use super::*;

fn of(body: Value) -> Result<Translated, RequestRefusal> {
    translate(body.as_object().unwrap())
}

fn messages(messages: Value) -> Result<Value, RequestRefusal> {
    of(json!({"id": "c", "messages": messages})).map(|found| found.chat["messages"].clone())
}

fn said(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn user(parts: Value) -> Value {
    json!({"id": "u", "role": "user", "parts": parts})
}

fn assistant(parts: Value) -> Value {
    json!({"id": "a", "role": "assistant", "parts": parts})
}

fn step() -> Value {
    json!({"type": "step-start"})
}

/// A tool part in this state, with more fields.
fn used(id: &str, state: &str, more: Value) -> Value {
    let mut part = json!({"type": "tool-get-weather", "toolCallId": id, "state": state, "input": {"city": "Rome"}});
    part.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    part
}

fn file(media_type: &str, url: &str) -> Value {
    json!({"type": "file", "mediaType": media_type, "url": url})
}

fn called(id: &str, arguments: &str) -> Value {
    json!({"id": id, "type": "function", "function": {"name": "get-weather", "arguments": arguments}})
}

fn result(id: &str, content: &str) -> Value {
    json!({"role": "tool", "tool_call_id": id, "content": content})
}

const ROME: &str = r#"{"city":"Rome"}"#;

#[test]
fn a_body_becomes_one_of_chat_completions() {
    let found = of(json!({
        "model": "auto", "temperature": 0.5, "tools": [{"type": "function", "function": {"name": "f"}}],
        "metadata": {"team": "x"}, "some_future_field": null, "stream": false, "stream_options": {"odd": 1}, "n": 1,
        "id": "chat 1", "messages": [user(json!([said("Hi")]))], "trigger": "submit-message", "messageId": null
    }))
    .unwrap();
    let expected = json!({
        "model": "auto", "temperature": 0.5, "tools": [{"type": "function", "function": {"name": "f"}}],
        "metadata": {"team": "x"}, "some_future_field": null, "n": 1,
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": true, "stream_options": {"odd": 1, "include_usage": true}
    });
    assert_eq!(Value::Object(found.chat).to_string(), expected.to_string());
    assert_eq!((found.chat_id.as_str(), found.continues), ("chat 1", None));
}

#[test]
fn an_answer_goes_on_with_the_message_that_was_named_or_the_last() {
    let [asked, answered] = [user(json!([said("x")])), assistant(json!([said("y")]))];
    let other = json!({"id": "b", "role": "assistant", "parts": [said("z")]});
    let nameless = json!({"role": "assistant", "parts": [said("z")]});
    for (messages, trigger, named, expected) in [
        (json!([asked]), json!("submit-message"), Value::Null, None),
        (json!([asked, answered]), json!("submit-message"), Value::Null, Some("a")),
        (json!([asked, answered]), Value::Null, Value::Null, Some("a")),
        (json!([asked, answered, other]), json!("submit-message"), json!("a"), Some("a")),
        (json!([asked, answered, other]), json!("submit-message"), json!("gone"), Some("b")),
        (json!([asked, answered, asked]), json!("submit-message"), json!("u"), None),
        (json!([asked, answered]), json!("regenerate-message"), Value::Null, None),
        (json!([asked, nameless]), json!("submit-message"), Value::Null, None),
    ] {
        let body = json!({"id": "c", "messages": messages, "trigger": trigger, "messageId": named});
        assert_eq!(of(body.clone()).unwrap().continues.as_deref(), expected, "{body}");
    }
}

#[test]
fn what_is_said_becomes_messages() {
    for (asked, expected) in [
        (json!([user(json!([said("Hi")]))]), json!([{"role": "user", "content": "Hi"}])),
        (
            json!([user(json!([said("a"), said(""), {"type": "data-x", "data": 1}, said("b")]))]),
            json!([{"role": "user", "content": [said("a"), said("b")]}]),
        ),
        (
            json!([{"role": "system", "parts": [said("Be "), said("brief.")]}, user(json!([said("Hi")]))]),
            json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]),
        ),
        (
            json!([
                user(json!([said("Hi")])),
                assistant(json!([
                step(), {"type": "reasoning", "text": "hm"}, said("He"), {"type": "source-url", "url": "x"}, said("y"),
                {"type": "source-document"}, {"type": "custom"}, {"type": "reasoning-file"}, {"type": "data-y"},
                file("image/png", "blob:made")]))
            ]),
            json!([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hey"}]),
        ),
        // Who says nothing is left out.
        (
            json!([user(json!([said("Hi")])), assistant(json!([step(), {"type": "reasoning", "text": "hm"}])),
                user(json!([])), {"role": "system", "parts": [said("")]}]),
            json!([{"role": "user", "content": "Hi"}]),
        ),
        (
            json!([assistant(json!([step(), said("a"),
                {"type": "steering-message", "id": "s", "parts": [said("Be quick")]}, step(), said("b")]))]),
            json!([{"role": "assistant", "content": "a"}, {"role": "user", "content": "Be quick"},
                {"role": "assistant", "content": "b"}]),
        ),
    ] {
        assert_eq!(messages(asked.clone()), Ok(expected), "{asked}");
    }
}

#[test]
fn steps_keep_their_order() {
    let ok = |id: &str| used(id, "output-available", json!({"output": 7}));
    for (parts, expected) in [
        (
            json!([step(), said("Let me see."), ok("1"), step(), said("It is 7.")]),
            json!([{"role": "assistant", "content": "Let me see.", "tool_calls": [called("1", ROME)]},
                result("1", "7"), {"role": "assistant", "content": "It is 7."}]),
        ),
        (
            json!([step(), ok("1"), ok("2"), step(), ok("3")]),
            json!([{"role": "assistant", "content": null, "tool_calls": [called("1", ROME), called("2", ROME)]},
                result("1", "7"), result("2", "7"),
                {"role": "assistant", "content": null, "tool_calls": [called("3", ROME)]}, result("3", "7")]),
        ),
        // A call that nothing answers is left out, and what stands beside it is not.
        (
            json!([step(), said("a"), used("1", "input-available", json!({})), ok("2")]),
            json!([{"role": "assistant", "content": "a", "tool_calls": [called("2", ROME)]}, result("2", "7")]),
        ),
        (
            json!([step(), ok("1"), step(), used("2", "input-available", json!({})), step(), said("b")]),
            json!([{"role": "assistant", "content": null, "tool_calls": [called("1", ROME)]}, result("1", "7"),
                {"role": "assistant", "content": "b"}]),
        ),
    ] {
        assert_eq!(messages(json!([assistant(parts.clone())])), Ok(expected), "{parts}");
    }
}

#[test]
fn a_tool_is_told_with_its_result_or_not_at_all() {
    let no = json!({"id": "p", "approved": false});
    let told = |arguments: &str, content: &str| Some((arguments.to_owned(), content.to_owned()));
    for (state, more, expected) in [
        ("input-streaming", json!({}), None),
        ("input-available", json!({}), None),
        ("approval-requested", json!({"approval": {"id": "p"}}), None),
        ("approval-responded", json!({"approval": {"id": "p", "approved": true}}), None),
        ("approval-responded", json!({"approval": no}), told(ROME, "Tool call execution denied.")),
        ("output-denied", json!({"approval": {"approved": false, "reason": "too dear"}}), told(ROME, "too dear")),
        ("output-denied", json!({}), told(ROME, "Tool call execution denied.")),
        ("output-available", json!({"output": 1, "preliminary": true}), None),
        ("output-available", json!({"output": "sunny"}), told(ROME, "sunny")),
        ("output-available", json!({"output": {"b": 1.5, "a": [null]}}), told(ROME, r#"{"b":1.5,"a":[null]}"#)),
        ("output-available", json!({"output": null}), told(ROME, "null")),
        ("output-available", json!({"output": 1, "providerExecuted": true}), told(ROME, "1")),
        ("output-available", json!({"input": null, "output": 1}), told("{}", "1")),
        ("output-available", json!({"input": "{\"a\": 1}", "output": 1}), told("{\"a\": 1}", "1")),
        ("output-error", json!({"errorText": "no network"}), told(ROME, "no network")),
        ("output-error", json!({}), told(ROME, "unknown error")),
        ("output-error", json!({"input": null, "rawInput": "{", "errorText": "e"}), told("\"{\"", "e")),
        ("output-error", json!({"input": "{", "errorText": "e"}), told("\"{\"", "e")),
    ] {
        let part = used("1", state, more);
        let expected = match expected {
            Some((arguments, content)) => {
                let call = called("1", &arguments);
                json!([{"role": "assistant", "content": "x", "tool_calls": [call]}, result("1", &content)])
            }
            None => json!([{"role": "assistant", "content": "x"}]),
        };
        assert_eq!(messages(json!([assistant(json!([said("x"), part]))])), Ok(expected), "{part}");
        let mut dynamic = part.clone();
        dynamic["type"] = json!("dynamic-tool");
        dynamic["toolName"] = json!("get-weather");
        assert_eq!(
            messages(json!([assistant(json!([said("x"), dynamic]))])),
            messages(json!([assistant(json!([said("x"), part]))]))
        );
    }
}

#[test]
fn files_are_shown_by_what_they_are() {
    let image = |url: &str| json!({"type": "image_url", "image_url": {"url": url}});
    let audio = |format: &str| json!({"type": "input_audio", "input_audio": {"data": "QQ==", "format": format}});
    let pdf = |name: &str| json!({"type": "file", "file": {"filename": name, "file_data": "data:application/pdf;base64,QQ=="}});
    let mut named = file("application/pdf", "data:application/pdf;base64,QQ==");
    named["filename"] = json!("a.pdf");
    for (part, expected) in [
        (file("image/png", "data:image/png;base64,QQ=="), image("data:image/png;base64,QQ==")),
        (file("image/png", "https://x.example/y.png"), image("https://x.example/y.png")),
        (file("IMAGE/JPEG", "HTTPS://x"), image("HTTPS://x")),
        (file("image/*", "https://x"), image("https://x")),
        (file("image", "data:image/png;base64,QQ=="), image("data:image/png;base64,QQ==")),
        (file("text/plain", "data:text/plain;base64,aMOpIPCfmIA="), said("hé 😀")),
        (file("text/csv; charset=utf-8", "data:text/csv,a%2Cb"), said("a,b")),
        (file("text/plain", "data:text/plain;base64,/w=="), said("\u{fffd}")),
        (file("application/pdf", "data:application/pdf;base64,QQ=="), pdf("document.pdf")),
        (named, pdf("a.pdf")),
        (file("audio/wav", "data:audio/wav;base64,QQ=="), audio("wav")),
        (file("audio/x-wav", "data:audio/x-wav;base64,QQ=="), audio("wav")),
        (file("audio", "data:audio/mpeg;base64,QQ=="), audio("mp3")),
        (file("audio/mp3", "data:audio/mp3;base64,QQ=="), audio("mp3")),
    ] {
        let expected = json!([{"role": "user", "content": [said("x"), expected]}]);
        assert_eq!(messages(json!([user(json!([said("x"), part]))])), Ok(expected), "{part}");
    }
}

#[test]
fn a_body_that_is_wrong_is_refused_by_its_field() {
    let messages = json!([user(json!([said("Hi")]))]);
    let body = |name: &str, value: Value| {
        let mut body = json!({"id": "c", "messages": messages});
        body[name] = value;
        body
    };
    let many = |count: usize| Value::Array(vec![json!({}); count]);
    for (body, code, param, words) in [
        (json!({"messages": messages}), "missing_required_parameter", "id", "useChat"),
        (body("id", json!("")), "missing_required_parameter", "id", "name the chat"),
        (body("id", json!(7)), "invalid_type", "id", "is a number; write a string"),
        (body("id", json!("x".repeat(201))), "invalid_value", "id", "201 bytes; write at most 200"),
        (body("id", json!("é")), "invalid_value", "id", "'é'; write printable ASCII"),
        (body("id", json!("a\nb")), "invalid_value", "id", "\"a\\nb\""),
        (json!({"id": "c"}), "missing_required_parameter", "messages", "at least one"),
        (body("messages", json!("Hi")), "invalid_type", "messages", "is a string; write an array"),
        (body("messages", json!([])), "invalid_value", "messages", "is empty"),
        (body("messages", many(10_001)), "invalid_value", "messages", "10001 values; at most 10000"),
        (body("messages", json!([user(json!([]))])), "invalid_value", "messages", "nothing that a model can read"),
        (body("trigger", json!("resume-stream")), "invalid_value", "trigger", "\"submit-message\" or"),
        (body("trigger", json!(1)), "invalid_type", "trigger", "a string"),
        (body("messageId", json!(1)), "invalid_type", "messageId", "a string"),
        (body("stream_options", json!(1)), "invalid_type", "stream_options", "an object"),
        (body("n", json!(2)), "unsupported_parameter", "n", "leave it out"),
    ] {
        let refusal = of(body.clone()).unwrap_err();
        assert_eq!((refusal.code, refusal.param.as_str()), (code, param), "{body}");
        assert!(refusal.message.contains(words), "{refusal}");
    }
}

#[test]
fn a_message_that_is_wrong_is_refused_by_its_path() {
    let [asked, answered] =
        [|part: Value| user(json!([said("x"), part])), |part: Value| assistant(json!([said("x"), part]))];
    let data = "data:image/png;base64,QQ==";
    for (message, code, param, words) in [
        (json!(7), "invalid_type", "", "is a number; write an object"),
        (json!({"parts": []}), "missing_required_parameter", ".role", "who speaks"),
        (json!({"role": "tool", "parts": []}), "invalid_value", ".role", "\"tool\"; write \"system\""),
        (json!({"role": "user", "id": 7, "parts": []}), "invalid_type", ".id", "a string"),
        (json!({"role": "user"}), "missing_required_parameter", ".parts", "an array of parts"),
        (json!({"role": "user", "content": "Hi"}), "missing_required_parameter", ".parts", "an older SDK"),
        (json!({"role": "user", "parts": {}}), "invalid_type", ".parts", "is an object"),
        (user(Value::Array(vec![said(""); 10_001])), "invalid_value", ".parts", "at most 10000"),
        (asked(json!("x")), "invalid_type", ".parts[1]", "an object"),
        (asked(json!({})), "missing_required_parameter", ".parts[1].type", "\"type\": \"text\""),
        (asked(json!({"type": 7})), "invalid_type", ".parts[1].type", "a string"),
        (asked(json!({"type": "image"})), "invalid_value", ".parts[1].type", "\"image\""),
        (asked(json!({"type": "tool-"})), "invalid_value", ".parts[1].type", "\"tool-\""),
        (asked(json!({"type": "text"})), "missing_required_parameter", ".parts[1].text", "a string"),
        (asked(json!({"type": "text", "text": 7})), "invalid_type", ".parts[1].text", "is a number"),
        (asked(json!({"type": "file", "url": data})), "missing_required_parameter", ".parts[1].mediaType", "image/png"),
        (
            asked(json!({"type": "file", "mediaType": "image/png"})),
            "missing_required_parameter",
            ".parts[1].url",
            "data:",
        ),
        (
            asked(file("video/mp4", data)),
            "unsupported_parameter",
            ".parts[1].mediaType",
            "\"video/mp4\"; send an image",
        ),
        (asked(file("audio/ogg", data)), "unsupported_parameter", ".parts[1].mediaType", "wav or mp3"),
        (asked(file("application/json", data)), "unsupported_parameter", ".parts[1].mediaType", "a PDF"),
        (asked(file("audio", "https://x")), "unsupported_parameter", ".parts[1].mediaType", "\"audio\""),
        (
            asked(file("image/png", "http://x/y.png")),
            "invalid_value",
            ".parts[1].url",
            "\"http://x/y.png\"; write an https:",
        ),
        (asked(file("image/png", "blob:https://x")), "invalid_value", ".parts[1].url", "data: URL"),
        (asked(file("image/png", "https://")), "invalid_value", ".parts[1].url", "https:"),
        (asked(file("image/png", "https://x y")), "invalid_value", ".parts[1].url", "https:"),
        (asked(file("image/svg+xml", "data:image/svg+xml,<svg/>")), "invalid_value", ".parts[1].url", "without Base64"),
        (asked(file("image/png", "data:image/png;base64,")), "invalid_value", ".parts[1].url", "without Base64"),
        (asked(file("application/pdf", "https://x")), "invalid_value", ".parts[1].url", "send the file itself"),
        (asked(file("text/plain", "https://x")), "invalid_value", ".parts[1].url", "send the file itself"),
        (asked(file("text/plain", "data:;base64,!")), "invalid_value", ".parts[1].url", "not Base64"),
        (asked(file("text/plain", "data:,%")), "invalid_value", ".parts[1].url", "not percent-encoded"),
        (
            asked(json!({"type": "file", "mediaType": "image/png", "url": "", "providerReference": {"openai": "f"}})),
            "unsupported_parameter",
            ".parts[1].providerReference",
            "send the file itself",
        ),
        (
            json!({"role": "system", "parts": [file("image/png", data)]}),
            "unsupported_parameter",
            ".parts[0].type",
            "only a user sends files",
        ),
        (answered(json!({"type": "dynamic-tool"})), "missing_required_parameter", ".parts[1].toolName", "the tool"),
        (answered(json!({"type": "tool-f"})), "missing_required_parameter", ".parts[1].toolCallId", "the call"),
        (
            answered(json!({"type": "tool-f", "toolCallId": "1"})),
            "missing_required_parameter",
            ".parts[1].state",
            "output-available",
        ),
        (answered(used("1", "result", json!({}))), "invalid_value", ".parts[1].state", "\"result\"; write"),
        (
            answered(used("1", "output-error", json!({"errorText": 7}))),
            "invalid_type",
            ".parts[1].errorText",
            "a string",
        ),
        (
            answered(used("1", "approval-responded", json!({}))),
            "missing_required_parameter",
            ".parts[1].approval",
            "approved",
        ),
        (
            answered(used("1", "approval-responded", json!({"approval": {"approved": 1}}))),
            "invalid_type",
            ".parts[1].approval.approved",
            "true or false",
        ),
        (
            answered(json!({"type": "steering-message", "parts": [step()]})),
            "invalid_value",
            ".parts[1].parts[0].type",
            "write \"text\" or \"file\"",
        ),
    ] {
        let refusal = messages(json!([user(json!([said("Hi")])), message])).unwrap_err();
        assert_eq!((refusal.code, &refusal.param), (code, &format!("messages[1]{param}")), "{message}");
        assert!(refusal.message.contains(words), "{}: {}", refusal.param, refusal.message);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "text",
        "file",
        "tool-f",
        "dynamic-tool",
        "step-start",
        "steering-message",
        "data-x",
        "user",
        "assistant",
        "system",
        "output-available",
        "output-error",
        "input-available",
        "image/png",
        "text/plain",
        "data:,%e9",
        "data:image/png;base64,QQ",
        "",
        "é😀",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    let name = prop::sample::select(vec![
        "type",
        "role",
        "parts",
        "text",
        "url",
        "mediaType",
        "state",
        "toolCallId",
        "toolName",
        "input",
        "output",
        "approval",
        "id",
    ]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn anything_is_translated_or_refused(messages in prop::collection::vec(any_json(), 0..4), parts in any_json()) {
        for role in ["system", "user", "assistant"] {
            let body = json!({"id": "c", "messages": [{"role": role, "parts": [parts]}, {"role": role, "parts": parts}]});
            let _ = of(body);
        }
        if let Err(refusal) = of(json!({"id": "c", "messages": messages})) {
            prop_assert!(refusal.param.starts_with("messages"), "{}", refusal);
        }
    }

    /// Servers refuse a call that nothing answers, and an answer to nothing.
    #[test]
    fn every_call_is_answered_at_once(parts in prop::collection::vec((0..4_usize, 0..7_usize), 0..12)) {
        let states = ["input-streaming", "input-available", "approval-requested", "output-available", "output-error",
            "output-denied", "output-available"];
        let part = |(at, (kind, state)): (usize, &(usize, usize))| match kind {
            0 => step(),
            1 => said("x"),
            _ => used(&at.to_string(), states[*state], json!({"output": 1})),
        };
        let parts: Vec<Value> = parts.iter().enumerate().map(part).collect();
        let told = messages(json!([user(json!([said("Hi")])), assistant(json!(parts))])).unwrap();
        let mut open: Vec<Value> = Vec::new();
        for message in told.as_array().unwrap() {
            if message["role"] == "tool" {
                prop_assert_eq!(open.remove(0), message["tool_call_id"].clone());
                continue;
            }
            prop_assert!(open.is_empty(), "{}", told);
            open.extend(message["tool_calls"].as_array().into_iter().flatten().map(|call| call["id"].clone()));
        }
        prop_assert!(open.is_empty(), "{}", told);
    }
}
