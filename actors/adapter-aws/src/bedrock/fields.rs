//! Fields of the models' own: wishes of a chat that Converse has no place for, where the page of the model names one.
//!
//! | models | wishes | page of the user guide |
//! |---|---|---|
//! | OpenAI | all four, under OpenAI's names | `bedrock/…/model-parameters-openai`: "include any other fields" |
//! | Cohere Command R | seed and penalties | `bedrock/…/model-parameters-cohere-command-r-plus` |
//! | AI21 Jamba | penalties | `bedrock/…/model-parameters-jamba` |
//! | Amazon Nova 2 | effort, as `reasoningConfig` | `nova/…/nova2-userguide/extended-thinking` |
//!
//! Others, such as Claude, Nova 1, Llama and Mistral, have no place for any, and an application inference profile does
//! not tell its model: there wishes are left out. Whatever else a model knows is for the configuration to say (`fields`).

use aws_smithy_types::Document;
use cueline_ports::{Chat, PortError, PortErrorKind, PortResult};
use serde_json::{Map, Value, json};

use super::json;

/// What is sent besides the words of Converse: what the configuration says, and over it what the caller wishes. `base` is
/// the model behind its name.
pub(super) fn of(base: &str, chat: &Chat, configured: Option<&Value>) -> PortResult<Option<Document>> {
    let mut fields = configured.and_then(Value::as_object).cloned().unwrap_or_default();
    fields.extend(wishes(base, chat)?);
    Ok((configured.is_some() || !fields.is_empty()).then(|| json::document(&Value::Object(fields))))
}

fn wishes(base: &str, chat: &Chat) -> PortResult<Map<String, Value>> {
    let is = |family: &str| base.starts_with(family);
    let seed = chat.seed.map(Value::from).filter(|_| is("openai.") || is("cohere.command-r"));
    let penalties = is("openai.") || is("cohere.command-r") || is("ai21.jamba");
    let penalty = |penalty: Option<f64>| penalty.map(Value::from).filter(|_| penalties);
    let effort = chat.reasoning_effort.as_deref();
    let said = [
        ("seed", seed),
        ("frequency_penalty", penalty(chat.frequency_penalty)),
        ("presence_penalty", penalty(chat.presence_penalty)),
        ("reasoning_effort", effort.map(Value::from).filter(|_| is("openai."))),
        (
            "reasoningConfig",
            effort.filter(|_| is("amazon.nova-2")).map(|effort| nova(effort, chat)).transpose()?.flatten(),
        ),
    ];
    Ok(said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

/// Nova 2 knows three of OpenAI's words.
fn nova(effort: &str, chat: &Chat) -> PortResult<Option<Value>> {
    if !["low", "medium", "high"].contains(&effort) {
        return Ok(None);
    }
    let is_told = [chat.temperature.is_some(), chat.top_p.is_some(), chat.max_tokens.is_some()];
    if effort == "high" && is_told.contains(&true) {
        let what =
            "this model thinks hard only without temperature, top_p and max_tokens; leave them out, or write medium";
        return Err(PortError::new(
            PortErrorKind::Unsupported,
            format!("chat_field_unsupported: reasoning_effort: {what}"),
        ));
    }
    Ok(Some(json!({ "type": "enabled", "maxReasoningEffort": effort })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishing() -> Chat {
        Chat {
            seed: Some(7),
            frequency_penalty: Some(0.2),
            presence_penalty: Some(-1.0),
            reasoning_effort: Some("low".into()),
            ..Chat::default()
        }
    }

    fn fields(base: &str, chat: &Chat, configured: Option<&Value>) -> Option<Value> {
        of(base, chat, configured).unwrap().as_ref().map(json::value)
    }

    #[test]
    fn a_wish_is_told_to_models_that_have_a_place_for_it() {
        let penalties = json!({ "frequency_penalty": 0.2, "presence_penalty": -1.0 });
        let seeded = json!({ "seed": 7, "frequency_penalty": 0.2, "presence_penalty": -1.0 });
        let all = json!({ "seed": 7, "frequency_penalty": 0.2, "presence_penalty": -1.0, "reasoning_effort": "low" });
        let effort = json!({ "reasoningConfig": { "type": "enabled", "maxReasoningEffort": "low" } });
        for (base, expected) in [
            ("openai.gpt-oss-120b-1:0", Some(all)),
            ("cohere.command-r-plus-v1:0", Some(seeded)),
            ("ai21.jamba-1-5-large-v1:0", Some(penalties)),
            ("amazon.nova-2-lite-v1:0", Some(effort)),
            ("amazon.nova-lite-v1:0", None),
            ("anthropic.claude-sonnet-4-5-20250929-v1:0", None),
            ("meta.llama3-3-70b-instruct-v1:0", None),
            ("cohere.command-text-v14", None),
            ("a1b2c3", None),
        ] {
            assert_eq!(fields(base, &wishing(), None), expected, "{base}");
            assert_eq!(fields(base, &Chat::default(), None), None, "{base}");
        }
    }

    #[test]
    fn the_caller_goes_before_the_configuration() {
        let configured = json!({ "seed": 1, "top_k": 20 });
        let told = fields("cohere.command-r-v1:0", &Chat { seed: Some(7), ..Chat::default() }, Some(&configured));
        assert_eq!(told, Some(json!({ "seed": 7, "top_k": 20 })));
        assert_eq!(fields("anthropic.claude-x", &wishing(), Some(&configured)), Some(configured));
    }

    #[test]
    fn what_nova_would_refuse_is_refused_with_the_field() {
        let of_nova = |chat: &Chat| of("amazon.nova-2-lite-v1:0", chat, None);
        let effort = |word: &str| Chat { reasoning_effort: Some(word.into()), ..Chat::default() };
        for word in ["none", "minimal", "xhigh"] {
            assert_eq!(of_nova(&effort(word)).unwrap(), None, "{word}");
        }
        assert!(of_nova(&effort("high")).unwrap().is_some());
        assert!(of_nova(&Chat { max_tokens: Some(5), ..effort("medium") }).unwrap().is_some());
        let error = of_nova(&Chat { max_tokens: Some(5), ..effort("high") }).unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Unsupported);
        assert!(error.message.starts_with("chat_field_unsupported: reasoning_effort: "), "{error}");
    }
}
