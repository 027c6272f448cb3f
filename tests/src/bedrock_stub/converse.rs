//! What a request of Converse must look like.

use serde_json::Value;

use super::{Fault, ensure, only};

/// Refuses what AWS refuses.
pub(super) fn check(body: &Value, streams: bool) -> Result<(), Fault> {
    let known = [
        "messages",
        "system",
        "inferenceConfig",
        "toolConfig",
        "guardrailConfig",
        "additionalModelRequestFields",
        "promptVariables",
        "additionalModelResponseFieldPaths",
        "requestMetadata",
        "performanceConfig",
        "serviceTier",
        "outputConfig",
    ];
    only("#", body, &known)?;
    let mut points = 0;
    let tools = tools(&body["toolConfig"], &mut points)?;
    system(&body["system"], &mut points)?;
    messages(&body["messages"], !tools.is_empty(), &mut points)?;
    ensure(points <= 4, "You have exceeded the maximum number of cache points: 4")?;
    inference(&body["inferenceConfig"])?;
    metadata(&body["requestMetadata"])?;
    guardrail(&body["guardrailConfig"], streams)?;
    output(&body["outputConfig"])?;
    if let Some(tier) = body["serviceTier"].as_object() {
        let kind = tier.get("type").and_then(Value::as_str).unwrap_or_default();
        ensure(["priority", "default", "flex", "reserved"].contains(&kind), "serviceTier.type is no tier")?;
    }
    let more = &body["additionalModelRequestFields"];
    ensure(more.is_null() || more.is_object(), "additionalModelRequestFields is no object")
}

fn system(system: &Value, points: &mut usize) -> Result<(), Fault> {
    for (at, block) in list(system).iter().enumerate() {
        let (kind, value) = one("system", block)?;
        match kind {
            "text" => ensure(filled(value), "The text field in the ContentBlock object is blank.")?,
            "cachePoint" => point(value, at, points)?,
            _ => return Err(Fault::validation(format!("system block {kind} is not known"))),
        }
    }
    Ok(())
}

fn messages(messages: &Value, has_tools: bool, points: &mut usize) -> Result<(), Fault> {
    let messages = list(messages);
    ensure(!messages.is_empty(), "The messages field is empty.")?;
    let mut asked: Vec<&str> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        only("message", message, &["role", "content"])?;
        let expected = if at % 2 == 0 { "user" } else { "assistant" };
        let role = message["role"].as_str().unwrap_or_default();
        let words = "A conversation must start with a user message, and roles must alternate.";
        ensure(role == expected, words)?;
        let content = list(&message["content"]);
        let blank = format!("The content field in the Message object at messages.{at} is empty.");
        ensure(!content.is_empty(), blank)?;
        let mut answered: Vec<&str> = Vec::new();
        let mut asks: Vec<&str> = Vec::new();
        for (place, block) in content.iter().enumerate() {
            let (kind, value) = one("content", block)?;
            match (kind, role) {
                ("text", _) => ensure(filled(value), "The text field in the ContentBlock object is blank.")?,
                ("cachePoint", _) => point(value, place, points)?,
                ("image", "user") => image(value)?,
                ("toolUse", "assistant") => {
                    only("toolUse", value, &["toolUseId", "name", "input", "type"])?;
                    ensure(value["input"].is_object(), "The format of the value at toolUse.input is invalid.")?;
                    ensure(name(&value["name"], 64), "toolUse.name is invalid")?;
                    asks.extend(value["toolUseId"].as_str());
                }
                ("toolResult", "user") => {
                    only("toolResult", value, &["toolUseId", "content", "status", "type"])?;
                    for part in list(&value["content"]) {
                        let (kind, value) = one("toolResult.content", part)?;
                        let right = match kind {
                            "text" => value.is_string(),
                            "json" => value.is_object(),
                            _ => false,
                        };
                        ensure(right, "The content of a toolResult is invalid.")?;
                    }
                    let status = value["status"].as_str().unwrap_or("success");
                    ensure(["success", "error"].contains(&status), "toolResult.status is invalid")?;
                    answered.extend(value["toolUseId"].as_str());
                }
                _ => return Err(Fault::validation(format!("{kind} cannot be said by the {role}"))),
            }
        }
        let images = content.iter().filter(|block| block.get("image").is_some()).count();
        ensure(images <= 20, "too many images and documents: more than 20")?;
        let tools = !asks.is_empty() || !answered.is_empty();
        ensure(
            has_tools || !tools,
            "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
        )?;
        if role == "user" {
            asked.sort_unstable();
            answered.sort_unstable();
            ensure(asked == answered, "Expected toolResult blocks for exactly the toolUse ids of the previous turn.")?;
        }
        asked = asks;
    }
    Ok(())
}

fn image(image: &Value) -> Result<(), Fault> {
    only("image", image, &["format", "source"])?;
    let format = image["format"].as_str().unwrap_or_default();
    ensure(["png", "jpeg", "gif", "webp"].contains(&format), "image.format must satisfy enum value set")?;
    let (kind, bytes) = one("image.source", &image["source"])?;
    let size = bytes.as_str().unwrap_or_default().len() / 4 * 3;
    ensure(kind == "bytes" && size > 0, "The image is empty.")?;
    ensure(size <= 3_932_160, "image exceeds 3.75 MB maximum")
}

fn tools<'a>(config: &'a Value, points: &mut usize) -> Result<Vec<&'a str>, Fault> {
    if config.is_null() {
        return Ok(Vec::new());
    }
    only("toolConfig", config, &["tools", "toolChoice"])?;
    let mut names: Vec<&str> = Vec::new();
    for (at, tool) in list(&config["tools"]).iter().enumerate() {
        let (kind, value) = one("tool", tool)?;
        if kind == "cachePoint" {
            point(value, at, points)?;
            continue;
        }
        ensure(kind == "toolSpec", "a tool is a toolSpec")?;
        only("toolSpec", value, &["name", "description", "inputSchema", "strict"])?;
        ensure(name(&value["name"], 64), "toolSpec.name does not satisfy [a-zA-Z0-9_-]+")?;
        let description = value["description"].as_str();
        ensure(description.is_none_or(|text| !text.is_empty()), "toolSpec.description has a minimum length of 1")?;
        let schema = &value["inputSchema"]["json"];
        ensure(schema["type"] == "object", "The value at toolConfig.tools.inputSchema.json.type must be object.")?;
        let tool = value["name"].as_str().unwrap_or_default();
        ensure(!names.contains(&tool), "The toolConfig field contains two tools of the same name.")?;
        names.push(tool);
    }
    ensure(!names.is_empty(), "toolConfig.tools is empty")?;
    if !config["toolChoice"].is_null() {
        let (kind, value) = one("toolChoice", &config["toolChoice"])?;
        match kind {
            "auto" | "any" => {
                ensure(value.as_object().is_some_and(serde_json::Map::is_empty), "toolChoice is invalid")?
            }
            "tool" => {
                let chosen = value["name"].as_str().unwrap_or_default();
                ensure(names.contains(&chosen), "toolChoice names a tool that is not in tools")?;
            }
            _ => return Err(Fault::validation("toolChoice is not known")),
        }
    }
    Ok(names)
}

fn point(value: &Value, at: usize, points: &mut usize) -> Result<(), Fault> {
    *points += 1;
    ensure(value["type"] == "default", "cachePoint.type must be default")?;
    ensure(at > 0, "A cachePoint must follow the content that it closes.")
}

fn inference(config: &Value) -> Result<(), Fault> {
    if config.is_null() {
        return Ok(());
    }
    only("inferenceConfig", config, &["maxTokens", "temperature", "topP", "stopSequences"])?;
    let most = &config["maxTokens"];
    ensure(most.is_null() || most.as_u64().is_some_and(|most| most >= 1), "maxTokens must be at least 1")?;
    for name in ["temperature", "topP"] {
        let number = &config[name];
        let fits = number.as_f64().is_some_and(|number| (0.0..=1.0).contains(&number));
        ensure(number.is_null() || fits, format!("{name} must be from 0 to 1"))?;
    }
    let stops = &config["stopSequences"];
    ensure(stops.is_null() || (!list(stops).is_empty() && list(stops).iter().all(filled)), "stopSequences is invalid")
}

fn metadata(metadata: &Value) -> Result<(), Fault> {
    if metadata.is_null() {
        return Ok(());
    }
    let pairs = metadata.as_object().ok_or_else(|| Fault::validation("requestMetadata is no map"))?;
    ensure((1..=16).contains(&pairs.len()), "requestMetadata has 1 to 16 entries")?;
    let allowed = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || " :_@$#=/+,-.".contains(c));
    for (name, value) in pairs {
        let value = value.as_str().unwrap_or("\0");
        let fits = (1..=256).contains(&name.len()) && value.len() <= 256 && allowed(name) && allowed(value);
        ensure(fits, "requestMetadata does not satisfy [a-zA-Z0-9\\s:_@$#=/+,-.]{0,256}")?;
    }
    Ok(())
}

fn guardrail(config: &Value, streams: bool) -> Result<(), Fault> {
    if config.is_null() {
        return Ok(());
    }
    let known: &[&str] = if streams {
        &["guardrailIdentifier", "guardrailVersion", "trace", "streamProcessingMode"]
    } else {
        &["guardrailIdentifier", "guardrailVersion", "trace"]
    };
    only("guardrailConfig", config, known)?;
    let mode = config["streamProcessingMode"].as_str().unwrap_or("sync");
    ensure(["sync", "async"].contains(&mode), "streamProcessingMode is sync or async")?;
    let text = |name: &str| config[name].as_str().unwrap_or_default();
    super::guardrail::check(text("guardrailIdentifier"), text("guardrailVersion"))
}

fn output(config: &Value) -> Result<(), Fault> {
    if config.is_null() {
        return Ok(());
    }
    only("outputConfig", config, &["textFormat"])?;
    let format = &config["textFormat"];
    only("textFormat", format, &["type", "structure"])?;
    ensure(format["type"] == "json_schema", "textFormat.type must be json_schema")?;
    let schema = format["structure"]["jsonSchema"]["schema"].as_str().unwrap_or_default();
    let schema: Value =
        serde_json::from_str(schema).map_err(|_| Fault::validation("the schema is no JSON in a string"))?;
    ensure(schema["additionalProperties"] == false, "output schema: additionalProperties must be false")
}

/// A union has one member.
fn one<'a>(what: &str, value: &'a Value) -> Result<(&'a str, &'a Value), Fault> {
    match value.as_object().map(|object| object.iter().collect::<Vec<_>>()).as_deref() {
        Some([(name, value)]) => Ok((name.as_str(), *value)),
        _ => Err(Fault::validation(format!("{what} must have exactly one member"))),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn filled(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

fn name(value: &Value, longest: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    value.as_str().is_some_and(|text| (1..=longest).contains(&text.len()) && text.bytes().all(allowed))
}
