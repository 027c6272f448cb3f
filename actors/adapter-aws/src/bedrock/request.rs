//! A chat in the words of Converse. What Bedrock would refuse is refused here, with the field and the fix.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_bedrockruntime::types::{
    AnyToolChoice, AutoToolChoice, CachePointBlock, CachePointType, ContentBlock, ConversationRole,
    InferenceConfiguration, JsonSchemaDefinition, Message, OutputConfig, OutputFormat, OutputFormatStructure,
    OutputFormatType, ServiceTier, ServiceTierType, SpecificToolChoice, SystemContentBlock, Tool, ToolChoice,
    ToolConfiguration, ToolInputSchema, ToolResultBlock, ToolResultContentBlock, ToolResultStatus, ToolSpecification,
    ToolUseBlock,
};
use aws_smithy_types::{Document, error::operation::BuildError};
use cueline_ports::{
    AnswerForm, Chat, ChatMessage, ChatRole, Part, PortError, PortResult, ServiceTier as Tier, ToolChoice as Choice,
};
use serde_json::Value;

use super::{FormBy, fields, images, json};

/// Pairs of metadata of a request at most, and bytes of a name or value.
const MOST_METADATA: usize = 16;
const LONGEST_METADATA: usize = 256;
/// Bytes of the name of a tool.
const LONGEST_NAME: usize = 64;

/// How a model wants to be asked.
pub(super) struct Manner<'a> {
    /// The model behind the configured name, as far as that tells.
    pub(super) base: &'a str,
    /// How it is told the form of an answer.
    pub(super) form: FormBy,
    /// Whether it keeps what comes before a cache point.
    pub(super) caches: bool,
    /// What the configuration adds to the caller's.
    pub(super) metadata: &'a BTreeMap<String, String>,
    /// Of a caller that names none.
    pub(super) tier: Option<Tier>,
    /// Fields of the model's own, of the configuration.
    pub(super) fields: Option<&'a Value>,
}

/// The parts of a request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Request {
    pub(super) system: Vec<SystemContentBlock>,
    pub(super) messages: Vec<Message>,
    pub(super) inference: Option<InferenceConfiguration>,
    pub(super) tools: Option<ToolConfiguration>,
    pub(super) output: Option<OutputConfig>,
    pub(super) tier: Option<ServiceTier>,
    pub(super) metadata: HashMap<String, String>,
    pub(super) fields: Option<Document>,
}

/// The request for a chat.
pub(super) fn of(chat: &Chat, manner: &Manner<'_>) -> PortResult<Request> {
    let (system, messages) = conversation(&chat.messages, manner.caches)?;
    let native = chat.form.as_ref().filter(|_| manner.form == FormBy::OutputConfig);
    let tier = chat.tier.or(manner.tier);
    Ok(Request {
        system,
        messages,
        inference: inference(chat)?,
        tools: tools(chat, manner.form)?,
        output: native.map(output).transpose()?,
        tier: tier
            .map(|tier| ServiceTier::builder().r#type(tier_type(tier)).build().map_err(incomplete))
            .transpose()?,
        metadata: metadata(chat, manner.metadata),
        fields: fields::of(manner.base, chat, manner.fields)?,
    })
}

pub(super) fn incomplete(error: BuildError) -> PortError {
    PortError::invalid("chat_invalid: the request cannot be made").with_source(error)
}

fn invalid(code: &str, what: impl std::fmt::Display) -> PortError {
    PortError::invalid(format!("{code}: {what}"))
}

/// Instructions go in front; what one side says in several messages is one message of Converse.
fn conversation(messages: &[ChatMessage], caches: bool) -> PortResult<(Vec<SystemContentBlock>, Vec<Message>)> {
    let mut system = Vec::new();
    let mut turns: Vec<(ConversationRole, Vec<ContentBlock>)> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let role = match message.role {
            ChatRole::System => {
                system.extend(instructions(at, message, caches)?);
                continue;
            }
            ChatRole::User => ConversationRole::User,
            ChatRole::Assistant => ConversationRole::Assistant,
        };
        let blocks = blocks(at, message, caches)?;
        match turns.last_mut() {
            Some((last, said)) if *last == role => said.extend(blocks),
            _ => turns.push((role, blocks)),
        }
    }
    if turns.first().is_none_or(|(role, _)| *role != ConversationRole::User) {
        return Err(invalid("chat_invalid", "messages begin with the assistant or are missing; begin with the user"));
    }
    turns.iter().try_for_each(|(_, said)| images::check(said))?;
    let message = |(role, content): (ConversationRole, Vec<ContentBlock>)| {
        Message::builder().role(role).set_content(Some(content)).build().map_err(incomplete)
    };
    Ok((system, turns.into_iter().map(message).collect::<PortResult<_>>()?))
}

fn instructions(at: usize, message: &ChatMessage, caches: bool) -> PortResult<Vec<SystemContentBlock>> {
    let mut blocks = Vec::new();
    for part in &message.parts {
        match part {
            Part::Text(text) if text.trim().is_empty() => {}
            Part::Text(text) => blocks.push(SystemContentBlock::Text(text.clone())),
            Part::CachePoint if caches && !blocks.is_empty() => blocks.push(SystemContentBlock::CachePoint(point()?)),
            Part::CachePoint => {}
            Part::Call(_) | Part::Result(_) => {
                let what = format!("messages[{at}] are instructions with a tool; let the assistant or the user say it");
                return Err(invalid("chat_invalid", what));
            }
            Part::Image(_) => {
                let what = format!("messages[{at}] are instructions with an image; let the user show it");
                return Err(invalid("chat_invalid", what));
            }
        }
    }
    Ok(blocks)
}

fn blocks(at: usize, message: &ChatMessage, caches: bool) -> PortResult<Vec<ContentBlock>> {
    let mut blocks = Vec::new();
    for part in &message.parts {
        match part {
            // Converse refuses blank text.
            Part::Text(text) if text.trim().is_empty() => {}
            Part::Text(text) => blocks.push(ContentBlock::Text(text.clone())),
            Part::CachePoint if caches && !blocks.is_empty() => blocks.push(ContentBlock::CachePoint(point()?)),
            Part::CachePoint => {}
            Part::Image(image) if message.role == ChatRole::User => blocks.push(images::block(image, at)?),
            Part::Image(_) => {
                let what = format!("messages[{at}] of the assistant holds an image; let the user show it");
                return Err(invalid("chat_invalid", what));
            }
            Part::Call(call) if message.role == ChatRole::Assistant => {
                let block = ToolUseBlock::builder().tool_use_id(&call.id).name(&call.name);
                let block = block.input(json::document(&call.arguments)).build().map_err(incomplete)?;
                blocks.push(ContentBlock::ToolUse(block));
            }
            Part::Result(result) if message.role == ChatRole::User => {
                blocks.push(ContentBlock::ToolResult(tool_result(result)?));
            }
            Part::Call(_) => {
                let what = format!("messages[{at}] of the user holds a call of a tool; let the assistant make it");
                return Err(invalid("chat_invalid", what));
            }
            Part::Result(_) => {
                let what = format!("messages[{at}] of the assistant holds the result of a tool; let the user give it");
                return Err(invalid("chat_invalid", what));
            }
        }
    }
    if blocks.is_empty() {
        return Err(invalid("chat_empty", format!("messages[{at}] is blank; leave it out, or say something")));
    }
    Ok(blocks)
}

fn tool_result(result: &cueline_ports::ToolResult) -> PortResult<ToolResultBlock> {
    let content = match &result.content {
        Value::String(text) => ToolResultContentBlock::Text(text.clone()),
        // Converse takes objects.
        Value::Object(_) => ToolResultContentBlock::Json(json::document(&result.content)),
        other => ToolResultContentBlock::Text(other.to_string()),
    };
    // Not every model takes a status: nothing is said where all went well.
    let status = result.failed.then_some(ToolResultStatus::Error);
    let block = ToolResultBlock::builder().tool_use_id(&result.id).content(content).set_status(status);
    block.build().map_err(incomplete)
}

fn point() -> PortResult<CachePointBlock> {
    CachePointBlock::builder().r#type(CachePointType::Default).build().map_err(incomplete)
}

fn inference(chat: &Chat) -> PortResult<Option<InferenceConfiguration>> {
    for (name, number) in [("temperature", chat.temperature), ("top_p", chat.top_p)] {
        if let Some(number) = number.filter(|number| !(0.0..=1.0).contains(number)) {
            return Err(invalid("chat_invalid", format!("{name} is {number}; write a number from 0 to 1")));
        }
    }
    if chat.max_tokens == Some(0) {
        return Err(invalid("chat_invalid", "max_tokens is 0; write at least 1"));
    }
    if chat.stop.iter().any(String::is_empty) {
        return Err(invalid("chat_invalid", "stop holds an empty text; leave it out"));
    }
    let nothing =
        chat.max_tokens.is_none() && chat.temperature.is_none() && chat.top_p.is_none() && chat.stop.is_empty();
    let max_tokens = chat.max_tokens.map(|tokens| i32::try_from(tokens).unwrap_or(i32::MAX));
    let stop = Some(chat.stop.clone()).filter(|stop| !stop.is_empty());
    let inference = InferenceConfiguration::builder()
        .set_max_tokens(max_tokens)
        .set_temperature(chat.temperature)
        .set_top_p(chat.top_p)
        .set_stop_sequences(stop);
    Ok((!nothing).then(|| inference.build()))
}

/// The caller's tools, and the form of the answer as a tool where the model knows no other way.
fn tools(chat: &Chat, form: FormBy) -> PortResult<Option<ToolConfiguration>> {
    let form = chat.form.as_ref().filter(|_| form == FormBy::Tool);
    let of_tool = |part: &Part| matches!(part, Part::Call(_) | Part::Result(_));
    if chat.tools.is_empty() && chat.messages.iter().flat_map(|message| &message.parts).any(of_tool) {
        return Err(invalid("chat_invalid", "messages tell of tools and tools is empty; offer the same tools again"));
    }
    if chat.tools.is_empty() && chat.tool_choice != Choice::Free {
        return Err(invalid("chat_invalid", "tool_choice asks for a tool and tools is empty; offer a tool"));
    }
    if chat.tools.is_empty() && form.is_none() {
        return Ok(None);
    }
    let mut specifications: Vec<Tool> = Vec::with_capacity(chat.tools.len() + 1);
    let mut names: Vec<&str> = Vec::new();
    let offered = chat.tools.iter().map(|tool| (&tool.name, &tool.description, &tool.schema));
    for (name, description, schema) in offered.chain(form.map(|form| (&form.name, &form.description, &form.schema))) {
        check_name(name)?;
        if names.contains(&name.as_str()) {
            return Err(invalid("tool_name_twice", format!("two tools, or a tool and the form, are named {name}")));
        }
        check_schema(name, schema)?;
        names.push(name);
        let specification = ToolSpecification::builder()
            .name(name)
            .set_description(Some(description.clone()).filter(|text| !text.is_empty()))
            .input_schema(ToolInputSchema::Json(json::document(schema)))
            .build()
            .map_err(incomplete)?;
        specifications.push(Tool::ToolSpec(specification));
    }
    let named = |name: &str| {
        let choice = SpecificToolChoice::builder().name(name).build().map_err(incomplete)?;
        Ok::<_, PortError>(ToolChoice::Tool(choice))
    };
    let choice = match (&chat.tool_choice, form) {
        (Choice::Named(name), _) if !names.contains(&name.as_str()) => {
            return Err(invalid("chat_invalid", format!("tool_choice is {name}, which is not among tools")));
        }
        (Choice::Named(name), _) => named(name)?,
        (Choice::Free, Some(form)) if chat.tools.is_empty() => named(&form.name)?,
        // Either a tool or the answer in its form.
        (Choice::Any, _) | (Choice::Free, Some(_)) => ToolChoice::Any(AnyToolChoice::builder().build()),
        (Choice::Free, None) => ToolChoice::Auto(AutoToolChoice::builder().build()),
    };
    let tools = ToolConfiguration::builder().set_tools(Some(specifications));
    // "As it likes" is the default, and not every model takes it in words.
    let choice = Some(choice).filter(|choice| !choice.is_auto());
    Ok(Some(tools.set_tool_choice(choice).build().map_err(incomplete)?))
}

fn output(form: &AnswerForm) -> PortResult<OutputConfig> {
    check_name(&form.name)?;
    check_schema(&form.name, &form.schema)?;
    let schema = JsonSchemaDefinition::builder()
        .name(&form.name)
        .set_description(Some(form.description.clone()).filter(|text| !text.is_empty()))
        .schema(form.schema.to_string())
        .build()
        .map_err(incomplete)?;
    let format = OutputFormat::builder().r#type(OutputFormatType::JsonSchema);
    let format = format.structure(OutputFormatStructure::JsonSchema(schema)).build().map_err(incomplete)?;
    Ok(OutputConfig::builder().text_format(format).build())
}

fn check_name(name: &str) -> PortResult<()> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(invalid("tool_name_invalid", format!("{name:?} is no name; write 1 to 64 letters, digits, `_` and `-`")))
}

fn check_schema(name: &str, schema: &Value) -> PortResult<()> {
    if schema["type"] == "object" {
        return Ok(());
    }
    Err(invalid("tool_schema_invalid", format!("the schema of {name} is no object; write {{\"type\": \"object\", …}}")))
}

fn tier_type(tier: Tier) -> ServiceTierType {
    match tier {
        Tier::Priority => ServiceTierType::Priority,
        Tier::Standard => ServiceTierType::Default,
        Tier::Flex => ServiceTierType::Flex,
        Tier::Reserved => ServiceTierType::Reserved,
    }
}

/// A hint in the log of calls: the caller's first, then the configuration's, in a form that Bedrock takes.
fn metadata(chat: &Chat, configured: &BTreeMap<String, String>) -> HashMap<String, String> {
    let key = chat.idempotency_key.iter().map(|key| ("idempotency_key".to_owned(), key));
    let pairs = chat.metadata.iter().chain(configured).map(|(name, value)| (name.clone(), value)).chain(key);
    let mut metadata = HashMap::new();
    for (name, value) in pairs {
        let name = in_alphabet(&name);
        if metadata.len() < MOST_METADATA && !name.is_empty() && !metadata.contains_key(&name) {
            metadata.insert(name, in_alphabet(value));
        }
    }
    metadata
}

fn in_alphabet(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " :_@$#=/+,-.".contains(c);
    text.chars().take(LONGEST_METADATA).map(|c| if allowed(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use cueline_ports::{Image, ImageFormat, ToolCall, ToolResult};
    use serde_json::json;

    use super::*;

    fn manner(form: FormBy, metadata: &BTreeMap<String, String>) -> Manner<'_> {
        Manner { base: "amazon.nova-lite-v1:0", form, caches: true, metadata, tier: None, fields: None }
    }

    fn request(chat: &Chat) -> PortResult<Request> {
        of(chat, &manner(FormBy::Tool, &BTreeMap::new()))
    }

    fn user(text: &str) -> ChatMessage {
        ChatMessage::text(ChatRole::User, text)
    }

    fn tool(name: &str) -> cueline_ports::Tool {
        cueline_ports::Tool { name: name.into(), description: "Looks.".into(), schema: json!({ "type": "object" }) }
    }

    fn form() -> AnswerForm {
        AnswerForm { name: "answer".into(), description: "It.".into(), schema: json!({ "type": "object" }) }
    }

    #[test]
    fn instructions_go_in_front_and_one_side_speaks_once() {
        let cached =
            ChatMessage { role: ChatRole::System, parts: vec![Part::Text("Be brief.".into()), Part::CachePoint] };
        let chat = Chat::of([cached, user("a"), user("b"), ChatMessage::text(ChatRole::Assistant, "c"), user("d")]);
        let request = request(&chat).unwrap();
        assert_eq!(request.system.len(), 2);
        assert_eq!(request.system[0], SystemContentBlock::Text("Be brief.".into()));
        assert!(request.system[1].is_cache_point());
        let said: Vec<(&str, usize)> =
            request.messages.iter().map(|message| (message.role().as_str(), message.content().len())).collect();
        assert_eq!(said, [("user", 2), ("assistant", 1), ("user", 1)]);
        assert_eq!((request.inference, request.tools, request.output), (None, None, None));
    }

    #[test]
    fn cache_points_are_left_out_for_models_that_keep_nothing() {
        let parts = vec![Part::Text("a".into()), Part::CachePoint];
        let chat = Chat::of([ChatMessage { role: ChatRole::User, parts }]);
        let metadata = BTreeMap::new();
        let caches = |caches| {
            let manner = Manner { caches, ..manner(FormBy::Tool, &metadata) };
            of(&chat, &manner).unwrap().messages[0].content().len()
        };
        assert_eq!((caches(true), caches(false)), (2, 1));
    }

    #[test]
    fn calls_and_results_of_tools_are_repeated() {
        let call = ToolCall { id: "c1".into(), name: "look".into(), arguments: json!({ "at": 1 }) };
        let result = |content, failed| ToolResult { id: "c1".into(), content, failed };
        let results = [result(json!("seen"), false), result(json!({ "a": 1 }), false), result(json!([1]), true)];
        let messages = [user("Look."), ChatMessage::calls([call]), ChatMessage::results(results)];
        let chat = Chat { tools: vec![tool("look")], ..Chat::of(messages) };
        let request = request(&chat).unwrap();
        let used = request.messages[1].content()[0].as_tool_use().unwrap();
        assert_eq!((used.tool_use_id(), json::value(used.input())), ("c1", json!({ "at": 1 })));
        let results: Vec<_> =
            request.messages[2].content().iter().map(|block| block.as_tool_result().unwrap().clone()).collect();
        assert_eq!(results[0].content()[0].as_text().unwrap(), "seen");
        assert!(results[1].content()[0].is_json() && results[1].status().is_none());
        assert_eq!(results[2].content()[0].as_text().unwrap(), "[1]");
        assert_eq!(results[2].status(), Some(&ToolResultStatus::Error));
        assert!(request.tools.unwrap().tool_choice().is_none(), "as it likes is not said");
    }

    #[test]
    fn images_stand_where_the_user_shows_them() {
        let image = || Part::Image(Image { format: ImageFormat::Png, bytes: b"png".as_slice().into() });
        let said = |role, parts| ChatMessage { role, parts };
        let chat = Chat::of([said(ChatRole::User, vec![image(), Part::Text("What is it?".into())]), user("Well?")]);
        let request = request(&chat).unwrap();
        let blocks = request.messages[0].content();
        assert_eq!(blocks.iter().map(ContentBlock::is_image).collect::<Vec<_>>(), [true, false, false]);
        let many = Chat::of([said(ChatRole::User, vec![image(); 20]), said(ChatRole::User, vec![image()])]);
        assert!(super::of(&many, &manner(FormBy::Tool, &BTreeMap::new())).unwrap_err().message.contains("21 images"));
        for role in [ChatRole::System, ChatRole::Assistant] {
            let chat = Chat::of([user("a"), said(role, vec![image()])]);
            let error = super::of(&chat, &manner(FormBy::Tool, &BTreeMap::new())).unwrap_err();
            assert!(error.message.starts_with("chat_invalid: messages[1]"), "{error}");
        }
    }

    #[test]
    fn a_form_is_a_tool_that_must_be_used_or_the_api_s_own() {
        let chat = Chat { form: Some(form()), ..Chat::of([user("a")]) };
        let tools = request(&chat).unwrap().tools.unwrap();
        assert_eq!(tools.tool_choice().unwrap().as_tool().unwrap().name(), "answer");
        let with_tools = Chat { tools: vec![tool("look")], ..chat.clone() };
        let tools = request(&with_tools).unwrap().tools.unwrap();
        assert_eq!(tools.tools().len(), 2);
        assert!(tools.tool_choice().unwrap().is_any(), "a tool or the answer");
        let metadata = BTreeMap::new();
        let native = of(&chat, &manner(FormBy::OutputConfig, &metadata)).unwrap();
        assert!(native.tools.is_none());
        let output = native.output.unwrap();
        let Some(OutputFormatStructure::JsonSchema(schema)) = output.text_format().unwrap().structure() else {
            panic!("a JSON schema");
        };
        assert_eq!((schema.name(), schema.schema()), (Some("answer"), "{\"type\":\"object\"}"));
    }

    #[test]
    fn metadata_has_a_form_that_bedrock_takes_and_the_caller_goes_first() {
        let configured =
            BTreeMap::from([("tenant".to_owned(), "conf".to_owned()), ("app".to_owned(), "é{x}".to_owned())]);
        let chat = Chat {
            metadata: BTreeMap::from([("tenant".to_owned(), "acme".to_owned())]),
            idempotency_key: Some("k".repeat(300)),
            ..Chat::of([user("a")])
        };
        let metadata = of(&chat, &manner(FormBy::Tool, &configured)).unwrap().metadata;
        assert_eq!(metadata["tenant"], "acme");
        assert_eq!(metadata["app"], "__x_");
        assert_eq!(metadata["idempotency_key"].len(), 256);
        let many = Chat { metadata: (0..40).map(|n| (format!("n{n}"), String::new())).collect(), ..chat };
        assert_eq!(request(&many).unwrap().metadata.len(), 16);
    }

    #[test]
    fn what_bedrock_would_refuse_is_refused_with_the_field() {
        let chat = Chat::of([user("a")]);
        let assistant = ChatMessage::text(ChatRole::Assistant, "a");
        let result = ToolResult { id: "c1".into(), content: json!("x"), failed: false };
        let bad_schema = cueline_ports::Tool { schema: json!({}), ..tool("a") };
        let cases = [
            (Chat::default(), "chat_invalid: messages begin"),
            (Chat::of([assistant.clone()]), "chat_invalid: messages begin"),
            (Chat::of([user(" \n")]), "chat_empty: messages[0]"),
            (Chat::of([user("a"), ChatMessage::results([result])]), "chat_invalid: messages tell of tools"),
            (Chat { temperature: Some(1.5), ..chat.clone() }, "chat_invalid: temperature is 1.5"),
            (Chat { top_p: Some(-1.0), ..chat.clone() }, "chat_invalid: top_p is -1"),
            (Chat { max_tokens: Some(0), ..chat.clone() }, "chat_invalid: max_tokens is 0"),
            (Chat { stop: vec![String::new()], ..chat.clone() }, "chat_invalid: stop"),
            (Chat { tools: vec![tool("a b")], ..chat.clone() }, "tool_name_invalid: \"a b\""),
            (Chat { tools: vec![tool("a"), tool("a")], ..chat.clone() }, "tool_name_twice"),
            (Chat { tools: vec![bad_schema], ..chat.clone() }, "tool_schema_invalid: the schema of a"),
            (Chat { tool_choice: Choice::Any, ..chat.clone() }, "chat_invalid: tool_choice"),
            (
                Chat { tools: vec![tool("a")], tool_choice: Choice::Named("b".into()), ..chat },
                "chat_invalid: tool_choice is b",
            ),
        ];
        for (chat, beginning) in cases {
            let error = request(&chat).unwrap_err();
            assert!(error.message.starts_with(beginning), "{error}");
        }
    }
}
