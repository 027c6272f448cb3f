use super::*;

fn frame() -> Frame {
    let request = json!({"model": "auto", "input": "x"});
    Frame::new("resp_1", 7, request.as_object().unwrap())
}

fn whole(message: Value, finish_reason: &str) -> Value {
    json!({"object": "chat.completion", "model": "m-1", "choices": [
        {"index": 0, "message": message, "finish_reason": finish_reason}], "usage": null})
}

fn message(id: &str, status: &str, content: Value) -> Value {
    json!({"id": id, "type": "message", "status": status, "role": "assistant", "content": content})
}

fn text(text: &str) -> Value {
    json!({"type": "output_text", "annotations": [], "logprobs": [], "text": text})
}

fn call(id: &str, status: &str, call_id: &str) -> Value {
    json!({"id": id, "type": "function_call", "status": status, "call_id": call_id, "name": "f", "arguments": "{}"})
}

#[test]
fn a_whole_response() {
    let request = json!({"model": "auto", "input": "x", "instructions": "i", "previous_response_id": "resp_0"});
    let frame = Frame::new("resp_1", 7, request.as_object().unwrap());
    let mut whole = whole(json!({"role": "assistant", "content": "Hi", "refusal": null}), "stop");
    whole["usage"] = json!({"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 3}, "completion_tokens_details": {"reasoning_tokens": 1}});
    whole["service_tier"] = json!("default");
    let expected = json!({
        "id": "resp_1", "object": "response", "created_at": 7, "status": "completed", "error": null,
        "incomplete_details": null, "model": "m-1", "output": [message("msg_1_0", "completed", json!([text("Hi")]))],
        "usage": {"input_tokens": 5, "input_tokens_details": {"cached_tokens": 3, "cache_write_tokens": 0},
            "output_tokens": 2, "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 7},
        "background": false, "instructions": "i", "max_output_tokens": null, "max_tool_calls": null, "metadata": {},
        "parallel_tool_calls": true, "previous_response_id": "resp_0", "prompt_cache_key": null,
        "safety_identifier": null, "service_tier": "default", "store": true, "temperature": 1.0, "tool_choice": "auto",
        "top_logprobs": 0, "top_p": 1.0, "truncation": "disabled", "user": null,
        "reasoning": {"effort": null, "summary": null},
        "text": {"format": {"type": "text"}, "verbosity": "medium"}, "tools": []
    });
    assert_eq!(response(&frame, &whole, Standing::Finished), expected);
}

#[test]
fn answers_become_items() {
    let chat_call = |id: &str| json!({"id": id, "type": "function", "function": {"name": "f", "arguments": "{}"}});
    let cited = json!([{"type": "url_citation", "url_citation": {"start_index": 1, "end_index": 2, "title": "t", "url": "u"}},
        {"type": "other"}]);
    let citation = json!({"type": "url_citation", "start_index": 1, "end_index": 2, "url": "u", "title": "t"});
    for (answer, finish, expected) in [
        (json!({"content": ""}), "stop", json!([])),
        (
            json!({"content": null, "refusal": "no"}),
            "stop",
            json!([message("msg_1_0", "completed", json!([{"type": "refusal", "refusal": "no"}]))]),
        ),
        (
            json!({"content": "a", "annotations": cited}),
            "stop",
            json!([message(
                "msg_1_0",
                "completed",
                json!([
                {"type": "output_text", "annotations": [citation], "logprobs": [], "text": "a"}])
            )]),
        ),
        (
            json!({"content": null, "tool_calls": [chat_call("c"), chat_call("d")]}),
            "tool_calls",
            json!([call("fc_1_0", "completed", "c"), call("fc_1_1", "completed", "d")]),
        ),
        // What was written last was cut. A hole in the numbering is no call, and a call without an id gets one.
        (
            json!({"content": "a", "tool_calls": [{"id": null, "function": {"name": null, "arguments": ""}},
                chat_call(""), chat_call("d")]}),
            "length",
            json!([
                message("msg_1_0", "completed", json!([text("a")])),
                call("fc_1_1", "completed", "call_1_0"),
                call("fc_1_2", "incomplete", "d")
            ]),
        ),
        (json!({"content": "a"}), "content_filter", json!([message("msg_1_0", "incomplete", json!([text("a")]))])),
    ] {
        let response = response(&frame(), &whole(answer.clone(), finish), Standing::Finished);
        assert_eq!(response["output"], expected, "{answer}");
    }
}

#[test]
fn an_unusual_order_is_kept() {
    let mut whole = whole(
        json!({"content": "a", "refusal": "no", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]}),
        "stop",
    );
    whole["choices"][0]["cueline"] = json!({"order": ["tool_calls", "refusal", "content"]});
    let expected = json!([
        call("fc_1_0", "completed", "c"),
        message("msg_1_1", "completed", json!([{"type": "refusal", "refusal": "no"}, text("a")]))
    ]);
    assert_eq!(response(&frame(), &whole, Standing::Finished)["output"], expected);
}

#[test]
fn log_probabilities_have_bytes() {
    let mut whole = whole(json!({"content": "é"}), "stop");
    whole["choices"][0]["logprobs"] = json!({"content": [{"token": "é", "logprob": -0.5, "bytes": null,
        "top_logprobs": [{"token": "e", "logprob": -1, "bytes": [101]}]}]});
    let expected = json!([{"token": "é", "bytes": [195, 169], "logprob": -0.5,
        "top_logprobs": [{"token": "e", "bytes": [101], "logprob": -1}]}]);
    assert_eq!(response(&frame(), &whole, Standing::Finished)["output"][0]["content"][0]["logprobs"], expected);
}

#[test]
fn every_standing_has_its_status() {
    let answer = whole(json!({"content": "a"}), "stop");
    let error = json!({"error": {"code": "gap", "message": "m", "status": 502}});
    let broken = json!([message("msg_1_0", "incomplete", json!([text("a")]))]);
    let whole_item = json!([message("msg_1_0", "completed", json!([text("a")]))]);
    for (standing, status, output) in [
        (Standing::Queued, "queued", json!([])),
        (Standing::InProgress, "in_progress", json!([])),
        (Standing::Finished, "completed", whole_item),
        (Standing::Failed(&error), "failed", broken.clone()),
        (Standing::Cancelled, "cancelled", broken),
    ] {
        let response = response(&frame(), &answer, standing);
        assert_eq!((&response["status"], &response["output"]), (&json!(status), &output), "{standing:?}");
        assert_eq!(response["error"].is_null(), status != "failed");
    }
    let cut = response(&frame(), &whole(json!({"content": "a"}), "length"), Standing::Finished);
    assert_eq!(
        (&cut["status"], &cut["incomplete_details"]),
        (&json!("incomplete"), &json!({"reason": "max_output_tokens"}))
    );
    let empty = response(&frame(), &Value::Null, Standing::Finished);
    assert_eq!((&empty["model"], &empty["output"], &empty["usage"]), (&json!("auto"), &json!([]), &Value::Null));
}

#[test]
fn errors_have_codes_that_clients_know() {
    for (error, code, words) in [
        (json!({"code": "rate_limit_exceeded", "message": "m"}), "rate_limit_exceeded", "m"),
        (json!({"code": "target_busy", "message": "m", "status": 429}), "rate_limit_exceeded", "m"),
        (json!({"error": {"code": "guarded", "message": "m", "status": 400}}), "invalid_prompt", "m"),
        (json!({"code": "answer_garbled", "message": "m", "status": 502}), "server_error", "m"),
        (json!({"code": "odd", "type": "invalid_request_error", "message": ""}), "invalid_prompt", "broke off"),
        (json!("what"), "server_error", "broke off"),
    ] {
        let failed = response(&frame(), &Value::Null, Standing::Failed(&error));
        assert_eq!(failed["error"]["code"], code, "{error}");
        assert!(failed["error"]["message"].as_str().unwrap().contains(words), "{error}");
    }
}
