//! One guardrail: a phrase and a topic are blocked, one address is masked.

use serde_json::{Value, json};

use super::{Fault, ensure, only};

/// Its id.
pub const GUARDRAIL: &str = "gr1stub";
/// Its version.
pub const GUARDRAIL_VERSION: &str = "3";
/// Two words that are blocked.
pub const FORBIDDEN: &str = "love potion";
/// Words of a topic that is blocked.
pub const TOPIC_WORDS: &str = "shares to buy";
/// What is masked.
pub const ADDRESS: &str = "circe@example.org";
/// What is written instead.
pub const MASK: &str = "{EMAIL}";
/// What is said instead of a blocked text.
pub const BLOCKED_MESSAGE: &str = "That is not for us to say.";

/// Characters of a text unit, and units that a request may have.
const UNIT: usize = 1_000;
const MOST_UNITS: usize = 25;

/// What is there to be found in a text.
pub(super) struct Found {
    pub(super) assessment: Value,
    pub(super) blocked: bool,
}

/// Whether it is there.
pub(super) fn check(id: &str, version: &str) -> Result<(), Fault> {
    if id == GUARDRAIL && [GUARDRAIL_VERSION, "DRAFT"].contains(&version) {
        return Ok(());
    }
    let message = "The guardrail identifier or version provided in the request does not exist.".into();
    Err(Fault { status: 404, code: "ResourceNotFoundException".into(), message })
}

/// `None`: nothing.
pub(super) fn judge(text: &str) -> Option<Found> {
    let mut assessment = json!({ "invocationMetrics": { "guardrailProcessingLatency": 1 } });
    let (word, topic, address) = (text.contains(FORBIDDEN), text.contains(TOPIC_WORDS), text.contains(ADDRESS));
    if word {
        let words = json!([{ "match": FORBIDDEN, "action": "BLOCKED", "detected": true }]);
        assessment["wordPolicy"] = json!({ "customWords": words, "managedWordLists": [] });
    }
    if topic {
        let topics = json!([{ "name": "investments", "type": "DENY", "action": "BLOCKED", "detected": true }]);
        assessment["topicPolicy"] = json!({ "topics": topics });
    }
    if address {
        let found = json!([{ "match": ADDRESS, "type": "EMAIL", "action": "ANONYMIZED", "detected": true }]);
        assessment["sensitiveInformationPolicy"] = json!({ "piiEntities": found, "regexes": [] });
    }
    (word || topic || address).then_some(Found { assessment, blocked: word || topic })
}

/// ApplyGuardrail.
pub(super) fn apply(id: &str, version: &str, body: &Value) -> Result<Value, Fault> {
    check(id, version)?;
    only("#", body, &["source", "content", "outputScope"])?;
    let source = body["source"].as_str().unwrap_or_default();
    ensure(["INPUT", "OUTPUT"].contains(&source), "source must be INPUT or OUTPUT")?;
    let content = body["content"].as_array().map_or(&[][..], Vec::as_slice);
    ensure(!content.is_empty(), "content is empty")?;
    let mut units = 0;
    let mut texts = Vec::new();
    for block in content {
        only("content", block, &["text"])?;
        only("text", &block["text"], &["text", "qualifiers"])?;
        let text = block["text"]["text"].as_str().unwrap_or_default();
        ensure(!text.trim().is_empty(), "text has a minimum length of 1")?;
        units += text.chars().count().div_ceil(UNIT);
        texts.push(text);
    }
    if units > MOST_UNITS {
        let message = format!("The request has {units} text units, at most {MOST_UNITS} are possible.");
        return Err(Fault { status: 429, code: "ThrottlingException".into(), message });
    }
    let usage = json!({
        "topicPolicyUnits": units, "contentPolicyUnits": 0, "wordPolicyUnits": units,
        "sensitiveInformationPolicyUnits": units, "sensitiveInformationPolicyFreeUnits": 0,
        "contextualGroundingPolicyUnits": 0,
    });
    let text = texts.concat();
    let (action, outputs, assessments) = match judge(&text) {
        None => ("NONE", json!([]), json!([])),
        Some(Found { assessment, blocked: true }) => {
            ("GUARDRAIL_INTERVENED", json!([{ "text": BLOCKED_MESSAGE }]), json!([assessment]))
        }
        Some(Found { assessment, blocked: false }) => {
            let masked: Vec<Value> = texts.iter().map(|text| json!({ "text": text.replace(ADDRESS, MASK) })).collect();
            ("GUARDRAIL_INTERVENED", masked.into(), json!([assessment]))
        }
    };
    Ok(json!({ "usage": usage, "action": action, "outputs": outputs, "assessments": assessments }))
}
