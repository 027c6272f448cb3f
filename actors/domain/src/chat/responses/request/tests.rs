use super::*;

fn of(request: Value, history: Value) -> Result<Translated, RequestRefusal> {
    translate(request.as_object().unwrap(), history.as_array().unwrap())
}

#[test]
fn every_field_has_its_place() {
    let request = json!({
        "model": "auto", "input": "Hi", "instructions": "Be brief.", "stream": true,
        "stream_options": {"include_obfuscation": false}, "store": false, "background": null,
        "previous_response_id": "resp_0", "max_output_tokens": 100, "max_tool_calls": 3, "temperature": 0.5, "top_p": 1,
        "parallel_tool_calls": true, "tool_choice": "auto", "reasoning": {"effort": "low", "summary": "auto"},
        "metadata": {"task": "maths"}, "user": "u", "safety_identifier": "s", "prompt_cache_key": "k",
        "service_tier": "flex", "top_logprobs": 2, "truncation": "auto",
        "include": ["message.output_text.logprobs", "reasoning.encrypted_content"],
        "text": {"verbosity": "low", "format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": true}},
        "some_future_field": {"a": 1}, "another": null
    });
    let history = json!([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]);
    let translated = of(request, history).unwrap();
    let chat = json!({
        "model": "auto",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "a"},
            {"role": "assistant", "content": "b"}, {"role": "user", "content": "Hi"}],
        "stream": true, "stream_options": {"include_usage": true}, "max_completion_tokens": 100, "temperature": 0.5,
        "top_p": 1, "logprobs": true, "top_logprobs": 2, "verbosity": "low",
        "response_format": {"type": "json_schema",
            "json_schema": {"name": "n", "schema": {"type": "object"}, "strict": true}},
        "reasoning_effort": "low", "user": "u", "safety_identifier": "s", "prompt_cache_key": "k",
        "service_tier": "flex", "metadata": {"task": "maths"}, "some_future_field": {"a": 1}
    });
    let facts = ResponsesFacts {
        previous_response_id: Some("resp_0".into()),
        store: false,
        background: false,
        streams: true,
        logprobs: true,
        truncates: true,
    };
    assert_eq!(translated, Translated { chat: chat.as_object().unwrap().clone(), facts });
}

#[test]
fn what_is_not_asked_is_not_passed_on() {
    for (request, expected) in [
        (json!({}), json!({})),
        (json!({"text": {"format": {"type": "text"}}, "top_logprobs": 3}), json!({})),
        (json!({"text": {"format": {"type": "json_object"}}}), json!({"response_format": {"type": "json_object"}})),
        (json!({"stream": false, "tools": [], "metadata": null, "reasoning": {"effort": null}}), json!({})),
        (json!({"conversation": null, "prompt": null, "instructions": ""}), json!({})),
    ] {
        let (mut asked, mut chat) = (request.clone(), expected);
        asked["model"] = json!("m");
        asked["input"] = json!("x");
        chat["model"] = json!("m");
        chat["messages"] = json!([{"role": "user", "content": "x"}]);
        let translated = of(asked, json!([])).unwrap();
        assert_eq!(Value::Object(translated.chat), chat, "{request}");
        assert!(translated.facts.store && !translated.facts.streams && !translated.facts.background);
    }
}

#[test]
fn history_alone_is_enough() {
    let history = json!([{"role": "user", "content": "a"}]);
    for request in [json!({"model": "m"}), json!({"model": "m", "input": []})] {
        assert_eq!(of(request, history.clone()).unwrap().chat["messages"], history);
    }
}

#[test]
fn a_call_of_the_response_before_is_answered() {
    let history = json!([{"role": "user", "content": "a"},
        {"type": "function_call", "id": "fc_0_0", "call_id": "c", "name": "f", "arguments": "{}", "status": "completed"}]);
    let answered = json!({"model": "m", "input": [{"type": "function_call_output", "call_id": "c", "output": "7"}]});
    let messages = &of(answered, history.clone()).unwrap().chat["messages"];
    assert_eq!(messages[2], json!({"role": "tool", "tool_call_id": "c", "content": "7"}));
    let refusal = of(json!({"model": "m", "input": "go on"}), history).unwrap_err();
    assert_eq!((refusal.code, refusal.param.as_str()), ("invalid_value", "input"));
}

#[test]
fn refusals_name_the_field_and_the_fix() {
    for (field, code, param, words) in [
        (json!({"input": null}), "missing_required_parameter", "input", "a string or an array"),
        (json!({"input": 7}), "invalid_type", "input", "is a number"),
        (json!({"input": []}), "invalid_value", "input", "is empty"),
        (json!({"input": [{"role": "user", "content": 7}]}), "invalid_type", "input[0].content", "is a number"),
        (json!({"instructions": ["x"]}), "invalid_type", "instructions", "is an array; write a string"),
        (json!({"conversation": "c"}), "unsupported_parameter", "conversation", "previous_response_id"),
        (json!({"prompt": {"id": "p"}}), "unsupported_parameter", "prompt", "instructions and input"),
        (json!({"messages": []}), "unsupported_parameter", "messages", "is input here"),
        (json!({"n": 2}), "unsupported_parameter", "n", "several times"),
        (json!({"max_tokens": 2}), "unsupported_parameter", "max_tokens", "max_output_tokens"),
        (json!({"response_format": {}}), "unsupported_parameter", "response_format", "text.format"),
        (json!({"stream": "yes"}), "invalid_type", "stream", "true or false"),
        (json!({"stream_options": {}}), "invalid_value", "stream_options", "\"stream\": true"),
        (json!({"store": 1}), "invalid_type", "store", "true or false"),
        (json!({"background": true, "store": false}), "invalid_value", "background", "\"store\": true"),
        (json!({"previous_response_id": 7}), "invalid_type", "previous_response_id", "a string"),
        (json!({"previous_response_id": ""}), "invalid_value", "previous_response_id", "the id"),
        (json!({"truncation": "much"}), "invalid_value", "truncation", "\"auto\" or \"disabled\""),
        (json!({"include": "x"}), "invalid_type", "include", "an array"),
        (json!({"include": ["x"]}), "invalid_value", "include[0]", "logprobs"),
        (json!({"include": [1]}), "invalid_type", "include[0]", "a string"),
        (json!({"max_output_tokens": 0}), "invalid_value", "max_output_tokens", "from 1"),
        (json!({"max_output_tokens": "9"}), "invalid_type", "max_output_tokens", "is a string"),
        (json!({"temperature": 3}), "invalid_value", "temperature", "from 0 to 2"),
        (json!({"top_p": []}), "invalid_type", "top_p", "is an array"),
        (json!({"top_logprobs": 21}), "invalid_value", "top_logprobs", "to 20"),
        (json!({"max_tool_calls": -1}), "invalid_value", "max_tool_calls", "from 1"),
        (json!({"text": "x"}), "invalid_type", "text", "an object"),
        (json!({"text": {"verbosity": "x"}}), "invalid_value", "text.verbosity", "\"medium\""),
        (json!({"text": {"format": {}}}), "missing_required_parameter", "text.format.type", "json_schema"),
        (json!({"text": {"format": {"type": "xml"}}}), "invalid_value", "text.format.type", "json_schema"),
        (
            json!({"text": {"format": {"type": "json_schema", "schema": {}}}}),
            "missing_required_parameter",
            "text.format.name",
            "name the form",
        ),
        (
            json!({"text": {"format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}}}}),
            "missing_required_parameter",
            "text.format.schema",
            "beside type",
        ),
        (
            json!({"text": {"format": {"type": "json_schema", "name": "n", "schema": []}}}),
            "invalid_type",
            "text.format.schema",
            "is an array",
        ),
        (json!({"reasoning": {"effort": "some"}}), "invalid_value", "reasoning.effort", "\"low\""),
        (json!({"user": 7}), "invalid_type", "user", "a string"),
        (json!({"service_tier": {}}), "invalid_type", "service_tier", "is an object"),
        (json!({"tools": [{"type": "web_search"}]}), "unsupported_parameter", "tools[0].type", "web_search"),
    ] {
        let mut request = json!({"model": "m", "input": "x"});
        request.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
        let refusal = of(request, json!([])).unwrap_err();
        assert_eq!((refusal.code, refusal.param.as_str()), (code, param), "{field}: {refusal}");
        assert!(refusal.message.contains(words), "{refusal}");
    }
}
