//! What every chat model promises.

use std::sync::Arc;

use futures::StreamExt;

use serde_json::{Value, json};

use crate::{
    AnswerForm, Chat, ChatDelta, ChatMessage, ChatRole, Model, Tool, ToolCall, ToolChoice, ToolResult, finish,
};

/// Checks every promise of [`Model`], each on a fresh one that answers any question with some text.
pub async fn model_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Model>>,
{
    an_answer_ends_once(&*fresh().await).await;
    an_answer_can_be_left(&*fresh().await).await;
    chats_may_overlap(&*fresh().await).await;
}

/// Checks what a model promises that can use tools, each on a fresh one that asks for a named tool and answers once it has
/// the result.
pub async fn model_tools_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Model>>,
{
    a_tool_goes_round(&*fresh().await).await;
    tools_need_not_be_used(&*fresh().await).await;
}

/// Checks that an answer has the form that was asked for, each on a fresh one that answers any question.
pub async fn model_form_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Model>>,
{
    an_answer_has_its_form(&*fresh().await).await;
}

fn chat(text: &str) -> Chat {
    let messages = [ChatMessage::text(ChatRole::System, "Answer briefly."), ChatMessage::text(ChatRole::User, text)];
    Chat { max_tokens: Some(64), temperature: Some(0.0), idempotency_key: Some("k1".to_owned()), ..Chat::of(messages) }
}

/// What came of a chat.
struct Heard {
    text: String,
    calls: Vec<ToolCall>,
    finish_reason: String,
}

async fn hear(model: &dyn Model, chat: Chat) -> Heard {
    let deltas: Vec<_> = model.chat(chat).await.expect("a chat can be started").collect().await;
    let (mut text, mut calls, mut end) = (String::new(), Vec::new(), None);
    for delta in deltas {
        assert!(end.is_none(), "nothing follows the end");
        match delta.expect("no delta fails") {
            ChatDelta::Text(more) => text.push_str(&more),
            ChatDelta::Call(call) => calls.push(call),
            ChatDelta::End { finish_reason, .. } => {
                assert!(!finish_reason.is_empty(), "the end says why");
                end = Some(finish_reason);
            }
        }
    }
    Heard { text, calls, finish_reason: end.expect("the stream ends after exactly one end") }
}

async fn answer(model: &dyn Model, text: &str) -> String {
    hear(model, chat(text)).await.text
}

fn weather() -> Tool {
    let city = json!({ "city": { "type": "string" } });
    Tool {
        name: "get_weather".to_owned(),
        description: "The weather in a city.".to_owned(),
        schema: json!({ "type": "object", "properties": city, "required": ["city"] }),
    }
}

async fn a_tool_goes_round(model: &dyn Model) {
    let tools = vec![weather()];
    let mut chat = chat("What is the weather in Oslo?");
    let asked = Chat { tools: tools.clone(), tool_choice: ToolChoice::Named("get_weather".to_owned()), ..chat.clone() };
    let heard = hear(model, asked).await;
    assert_eq!(heard.calls.len(), 1, "the named tool is asked for: {:?}", heard.calls);
    assert_eq!(heard.finish_reason, finish::TOOL_CALLS, "the model waits for the result");
    let call = heard.calls[0].clone();
    assert_eq!(call.name, "get_weather");
    assert!(!call.id.is_empty() && call.arguments.is_object(), "a call has an id and arguments: {call:?}");
    let content = json!({ "degrees": 4, "sky": "rain" });
    chat.messages.push(ChatMessage::calls([call.clone()]));
    chat.messages.push(ChatMessage::results([ToolResult { id: call.id, content, failed: false }]));
    chat.tools = tools;
    let heard = hear(model, chat).await;
    assert!(heard.calls.is_empty() && !heard.text.is_empty(), "with the result there is an answer");
    assert_eq!(heard.finish_reason, finish::STOP);
}

async fn tools_need_not_be_used(model: &dyn Model) {
    let chat = Chat { tools: vec![weather()], ..chat("Say hello.") };
    let heard = hear(model, chat).await;
    assert!(heard.calls.is_empty() && !heard.text.is_empty(), "a tool that helps nobody is not asked for");
}

async fn an_answer_has_its_form(model: &dyn Model) {
    let properties = json!({ "greeting": { "type": "string" }, "language": { "type": "string" } });
    let form = AnswerForm {
        name: "greeting".to_owned(),
        description: "A greeting and its language.".to_owned(),
        schema: json!({
            "type": "object", "properties": properties, "required": ["greeting", "language"],
            "additionalProperties": false,
        }),
    };
    let heard = hear(model, Chat { form: Some(form), ..chat("Say hello.") }).await;
    let value: Value = serde_json::from_str(&heard.text).expect("the answer is JSON");
    let object = value.as_object().expect("the answer is an object");
    assert_eq!(object.len(), 2, "nothing else is in it: {value}");
    assert!(value["greeting"].is_string() && value["language"].is_string(), "what is required is there: {value}");
    assert!(heard.calls.is_empty(), "the form is no tool of the caller");
    assert_eq!(heard.finish_reason, finish::STOP);
}

async fn an_answer_ends_once(model: &dyn Model) {
    assert!(!model.name().is_empty(), "answers are labelled with a name");
    assert!(!answer(model, "Say hello.").await.is_empty(), "there is an answer");
}

async fn an_answer_can_be_left(model: &dyn Model) {
    let mut stream = model.chat(chat("Say hello.")).await.expect("a chat can be started");
    let first = stream.next().await;
    assert!(matches!(first, Some(Ok(_))), "the first delta comes: {first:?}");
    drop(stream);
    assert!(!answer(model, "Say hello.").await.is_empty(), "the next chat is not disturbed");
}

async fn chats_may_overlap(model: &dyn Model) {
    let (a, b) = futures::join!(answer(model, "Say hello."), answer(model, "Say hello."));
    assert!(!a.is_empty() && !b.is_empty(), "overlapping chats are answered");
}
