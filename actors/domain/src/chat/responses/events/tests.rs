use super::*;

mod chunkings;

fn events() -> ResponseEvents {
    let request = json!({"model": "auto", "input": "x", "stream": true});
    ResponseEvents::new(Frame::new("resp_1", 7, request.as_object().unwrap()))
}

fn delta(delta: Value) -> Value {
    json!({"id": "c", "object": "chat.completion.chunk", "created": 7, "model": "m-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

fn finish(reason: &str) -> Value {
    json!({"model": "m-1", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

fn usage() -> Value {
    json!({"model": "m-1", "choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}})
}

fn call(index: u64, id: Option<&str>, arguments: &str) -> Value {
    let name = id.map(|_| "f");
    delta(json!({"tool_calls": [{"index": index, "id": id, "function": {"name": name, "arguments": arguments}}]}))
}

/// Events in short: the end of the name, where it is, and what is new.
fn short(events: &[Event]) -> Vec<String> {
    let short = |event: &Event| {
        let data = &event.data;
        let at = [&data["output_index"], &data["content_index"]].map(|at| at.as_u64().map(|at| format!(" {at}")));
        let new = ["delta", "text", "refusal", "arguments"].iter().find_map(|name| data[*name].as_str());
        let status = data["response"]["status"].as_str().or(data["item"]["status"].as_str());
        let new = new.or(status).or(data["part"]["type"].as_str()).unwrap_or_default();
        let name = event.name.strip_prefix("response.").unwrap_or(event.name);
        format!("{name}{} {new}", at.into_iter().flatten().collect::<String>())
    };
    events.iter().map(short).collect()
}

fn told(chunks: &[Value]) -> Vec<Event> {
    let mut events = events();
    let mut told: Vec<Event> = chunks.iter().flat_map(|chunk| events.feed(chunk)).collect();
    told.extend(events.end());
    told
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
    let expected = [
        "created in_progress",
        "in_progress in_progress",
        "output_item.added 0 in_progress",
        "content_part.added 0 0 output_text",
        "output_text.delta 0 0 He",
        "output_text.delta 0 0 y",
        "output_text.done 0 0 Hey",
        "content_part.done 0 0 output_text",
        "output_item.done 0 completed",
        "completed completed",
    ];
    assert_eq!(short(&told), expected);
    assert!(told.iter().enumerate().all(|(at, event)| event.sequence_number == at as u64));
    let item = json!({"id": "msg_1_0", "type": "message", "status": "in_progress", "role": "assistant", "content": []});
    assert_eq!(
        told[2].data.to_string(),
        json!({"type": "response.output_item.added", "sequence_number": 2, "output_index": 0, "item": item})
            .to_string()
    );
    let response = &told[9].data["response"];
    assert_eq!((&response["model"], &response["usage"]["total_tokens"]), (&json!("m-1"), &json!(7)));
    assert_eq!(told[0].data["response"]["model"], "auto");
}

#[test]
fn calls_are_told_as_they_come() {
    let told = told(&[
        delta(json!({"content": "Let me see"})),
        call(0, Some("a"), ""),
        call(0, None, "{"),
        call(1, Some("b"), "{"),
        call(0, None, "}"),
        call(1, None, "}"),
        finish("tool_calls"),
    ]);
    let expected = [
        "output_item.added 1 in_progress",
        "function_call_arguments.delta 1 {",
        "output_item.added 2 in_progress",
        "function_call_arguments.delta 2 {",
        "function_call_arguments.delta 1 }",
        "function_call_arguments.delta 2 }",
        "output_text.done 0 0 Let me see",
        "content_part.done 0 0 output_text",
        "output_item.done 0 completed",
        "function_call_arguments.done 1 {}",
        "output_item.done 1 completed",
        "function_call_arguments.done 2 {}",
        "output_item.done 2 completed",
        "completed completed",
    ];
    assert_eq!(short(&told)[5..], expected);
    let item = json!({"id": "fc_1_1", "type": "function_call", "status": "in_progress", "call_id": "a", "name": "f",
        "arguments": ""});
    assert_eq!(told[5].data["item"], item);
}

#[test]
fn what_comes_out_of_order_waits() {
    let nameless = delta(json!({"tool_calls": [{"index": 0, "id": "a"}]}));
    let named = delta(json!({"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "{}"}}]}));
    let told = told(&[nameless, named, delta(json!({"content": "late"})), call(1, Some("b"), ""), finish("stop")]);
    let expected = [
        "output_item.added 0 in_progress",
        "function_call_arguments.delta 0 {}",
        "output_item.added 1 in_progress",
        "output_item.added 2 in_progress",
        "content_part.added 2 0 output_text",
        "output_text.delta 2 0 late",
    ];
    assert_eq!(short(&told)[2..8], expected);
    assert_eq!(told.last().unwrap().data["response"]["output"][2]["id"], "msg_1_2");
}

#[test]
fn refusals_and_citations_are_told() {
    let cited =
        json!({"type": "url_citation", "url_citation": {"start_index": 0, "end_index": 1, "title": "t", "url": "u"}});
    let mut logged = delta(json!({"content": "a"}));
    logged["choices"][0]["logprobs"] =
        json!({"content": [{"token": "a", "logprob": -1, "bytes": [97], "top_logprobs": []}]});
    let told =
        told(&[logged, delta(json!({"annotations": [{"type": "odd"}, cited]})), delta(json!({"refusal": "no"}))]);
    let expected = [
        "content_part.added 0 0 output_text",
        "output_text.delta 0 0 a",
        "output_text.annotation.added 0 0 ",
        "content_part.added 0 1 refusal",
        "refusal.delta 0 1 no",
        "output_text.done 0 0 a",
        "content_part.done 0 0 output_text",
        "refusal.done 0 1 no",
        "content_part.done 0 1 refusal",
        "output_item.done 0 completed",
        "completed completed",
    ];
    assert_eq!(short(&told)[3..], expected);
    assert_eq!(told[4].data["logprobs"], json!([{"token": "a", "logprob": -1, "top_logprobs": []}]));
    assert_eq!(told[5].data["annotation_index"], 0);
}

#[test]
fn a_cut_answer_is_incomplete() {
    let told = told(&[delta(json!({"content": "a"})), finish("length")]);
    let expected = ["output_item.done 0 incomplete", "incomplete incomplete"];
    assert_eq!(short(&told)[7..], expected);
}

#[test]
fn nothing_of_a_failed_answer_is_done() {
    let mut events = events();
    let mut told = events.feed(&call(0, Some("a"), "{"));
    let error = json!({"error": {"message": "m", "type": "server_error", "param": null, "code": "gap", "status": 502}});
    told.extend(events.feed(&error));
    let expected = ["output_item.added 0 in_progress", "function_call_arguments.delta 0 {", "error ", "failed failed"];
    assert_eq!(short(&told)[2..], expected);
    assert_eq!(
        told[4].data,
        json!({"type": "error", "sequence_number": 4, "code": "gap", "message": "m", "param": null})
    );
    let response = &told[5].data["response"];
    assert_eq!(response["error"], json!({"code": "server_error", "message": "m"}));
    assert_eq!(response["output"][0]["status"], "incomplete");
    assert_eq!(&events.response(), response);
}

#[test]
fn nothing_follows_the_last_event() {
    let mut events = events();
    events.end();
    assert!(events.is_over());
    assert_eq!(events.end(), []);
    assert_eq!(events.begin(), []);
    assert_eq!(events.feed(&delta(json!({"content": "a"}))), []);
    assert_eq!(events.fail(&json!({})), []);
}

#[test]
fn beginning_early_changes_nothing() {
    let chunk = delta(json!({"content": "a"}));
    let (mut early, mut late) = (events(), events());
    let mut told = early.begin();
    assert_eq!(short(&told), ["created in_progress", "in_progress in_progress"]);
    assert_eq!(early.begin(), []);
    told.extend(early.feed(&chunk));
    assert_eq!(told, late.feed(&chunk));
}
