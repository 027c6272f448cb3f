//! What the stub says: the tool that it must use, JSON of the form that was asked for, the result of a tool, or the last line
//! that it was told.

use serde_json::{Map, Value, json};

use super::{BedrockStub, guardrail};

/// An answer before it is put into words of the wire.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    text: String,
    /// Name and arguments.
    tool: Option<(String, Value)>,
    stop: &'static str,
    usage: Value,
    trace: Option<Value>,
}

impl BedrockStub {
    pub(super) fn speak(&self, body: &Value) -> Spoken {
        let mut spoken = spoken(body);
        spoken.usage = self.usage(body, &spoken);
        spoken
    }

    /// A word is a token. What comes before a cache point is written the first time and read afterwards.
    fn usage(&self, body: &Value, spoken: &Spoken) -> Value {
        let beginning = before_point(body);
        let words = |text: &str| text.split_whitespace().count();
        let kept = words(&beginning);
        let read = words(&all_text(body)) - kept;
        let written = words(&spoken.text) + spoken.tool.iter().count();
        let mut usage = json!({ "inputTokens": read, "outputTokens": written, "totalTokens": read + written + kept });
        if kept > 0 {
            let mut inside = self.inside();
            let known = inside.kept.contains(&beginning);
            usage[if known { "cacheReadInputTokens" } else { "cacheWriteInputTokens" }] = kept.into();
            inside.kept.push(beginning);
        }
        usage
    }
}

fn spoken(body: &Value) -> Spoken {
    let last = &body["messages"].as_array().and_then(|messages| messages.last()).unwrap_or(&Value::Null)["content"];
    let said = last.as_array().into_iter().flatten();
    let results: Vec<String> =
        said.clone().filter_map(|block| Some(block.get("toolResult")?["content"][0].to_string())).collect();
    let told: String = said.filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join("\n");
    let guarded = !body["guardrailConfig"].is_null();
    if let Some(found) = guarded.then(|| guardrail::judge(&told)).flatten().filter(|found| found.blocked) {
        let by_id = json!({ guardrail::GUARDRAIL: found.assessment });
        let trace = Some(json!({ "guardrail": { "inputAssessment": by_id } }));
        let text = guardrail::BLOCKED_MESSAGE.to_owned();
        return Spoken { text, stop: "guardrail_intervened", trace, ..Spoken::default() };
    }
    let trace = guarded.then(|| json!({ "guardrail": { "inputAssessment": {} } }));
    let line = told.lines().last().unwrap_or_default().to_owned();
    if let Some(tool) = wanted(&body["toolConfig"]) {
        let arguments = example(&tool["inputSchema"]["json"], &line);
        let name = tool["name"].as_str().unwrap_or_default().to_owned();
        return Spoken { tool: Some((name, arguments)), stop: "tool_use", trace, ..Spoken::default() };
    }
    let schema = body["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"].as_str();
    let text = match schema.and_then(|schema| serde_json::from_str(schema).ok()) {
        Some(schema) => example(&schema, &line).to_string(),
        None if !results.is_empty() => results.join(" and "),
        None => line,
    };
    let (text, stop) = shortened(text, &body["inferenceConfig"]);
    Spoken { text, stop, trace, ..Spoken::default() }
}

/// The tool that must be used.
fn wanted(config: &Value) -> Option<&Value> {
    let tools = config["tools"].as_array()?;
    let choice = &config["toolChoice"];
    let named = choice["tool"]["name"].as_str();
    let specs = tools.iter().filter_map(|tool| tool.get("toolSpec"));
    match named {
        Some(name) => specs.into_iter().find(|spec| spec["name"] == name),
        None if choice.get("any").is_some() => specs.into_iter().next(),
        None => None,
    }
}

/// An object with everything that a schema requires.
pub(super) fn example(schema: &Value, words: &str) -> Value {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    required.map(|name| (name.to_owned(), Value::from(words))).collect::<Map<_, _>>().into()
}

fn shortened(text: String, inference: &Value) -> (String, &'static str) {
    let stops = inference["stopSequences"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(at) = stops.filter_map(|stop| text.find(stop)).min() {
        return (text[..at].to_owned(), "stop_sequence");
    }
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    match inference["maxTokens"].as_u64() {
        Some(most) if (words.len() as u64) > most => (words[..most as usize].concat(), "max_tokens"),
        _ => (text, "end_turn"),
    }
}

fn blocks(body: &Value) -> Vec<&Value> {
    let system = body["system"].as_array().into_iter().flatten();
    let messages = body["messages"].as_array().into_iter().flatten();
    system.chain(messages.flat_map(|message| message["content"].as_array().into_iter().flatten())).collect()
}

fn all_text(body: &Value) -> String {
    blocks(body).into_iter().filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join(" ")
}

fn before_point(body: &Value) -> String {
    let blocks = blocks(body);
    let end = blocks.iter().rposition(|block| block.get("cachePoint").is_some()).unwrap_or(0);
    blocks[..end].iter().filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join(" ")
}

/// In one piece.
pub(super) fn whole(spoken: &Spoken) -> Value {
    let mut content = Vec::new();
    if !spoken.text.is_empty() {
        content.push(json!({ "text": spoken.text }));
    }
    if let Some((name, input)) = &spoken.tool {
        content.push(json!({ "toolUse": { "toolUseId": "tooluse_1", "name": name, "input": input } }));
    }
    let mut answer = json!({
        "output": { "message": { "role": "assistant", "content": content } },
        "stopReason": spoken.stop, "usage": spoken.usage, "metrics": { "latencyMs": 1 },
    });
    if let Some(trace) = &spoken.trace {
        answer["trace"] = trace.clone();
    }
    answer
}

/// As events: text word by word, the arguments of a tool a few bytes at a time.
pub(super) fn events(spoken: &Spoken) -> Vec<(&'static str, Value)> {
    let mut events = vec![("messageStart", json!({ "role": "assistant" }))];
    let mut index = 0;
    if !spoken.text.is_empty() {
        for word in spoken.text.split_inclusive(' ') {
            events.push(("contentBlockDelta", json!({ "contentBlockIndex": index, "delta": { "text": word } })));
        }
        events.push(("contentBlockStop", json!({ "contentBlockIndex": index })));
        index += 1;
    }
    if let Some((name, input)) = &spoken.tool {
        let start = json!({ "toolUse": { "toolUseId": "tooluse_1", "name": name } });
        events.push(("contentBlockStart", json!({ "contentBlockIndex": index, "start": start })));
        let input: Vec<char> = input.to_string().chars().collect();
        for piece in input.chunks(5) {
            let piece: String = piece.iter().collect();
            let delta = json!({ "toolUse": { "input": piece } });
            events.push(("contentBlockDelta", json!({ "contentBlockIndex": index, "delta": delta })));
        }
        events.push(("contentBlockStop", json!({ "contentBlockIndex": index })));
    }
    events.push(("messageStop", json!({ "stopReason": spoken.stop })));
    let mut metadata = json!({ "usage": spoken.usage, "metrics": { "latencyMs": 1 } });
    if let Some(trace) = &spoken.trace {
        metadata["trace"] = trace.clone();
    }
    events.push(("metadata", metadata));
    events
}
