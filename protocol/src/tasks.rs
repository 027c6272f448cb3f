//! The contract of every task: its resource, its queue and the JSON form of its two messages.
//!
//! A Task state's arguments are JSON, a cue carries protobuf: the mapping between both is proto3 JSON and lives here
//! only. Unknown argument names are refused, so a misspelt one is an error with its name and not a silent default.

use bytes::Bytes;
use prost::Message;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::v1;

/// Arguments or a reply that do not fit the message of their resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{resource}: {what} does not fit {message}: {reason}")]
pub struct ContractError {
    /// The task.
    pub resource: &'static str,
    /// `request` or `reply`.
    pub what: &'static str,
    /// Name of the protobuf message.
    pub message: &'static str,
    /// What is wrong, with the field.
    pub reason: String,
}

/// A request message, its reply and the resource they belong to.
pub trait Task: Send + Sync + 'static {
    /// What a definition calls it, e.g. `cueline:embedding.embed`.
    const RESOURCE: &'static str;
    /// Names of the messages, for errors and documentation.
    const MESSAGES: (&'static str, &'static str);
    /// What it is asked.
    type Request: Message + Default + Serialize + DeserializeOwned + Send + 'static;
    /// What it answers.
    type Reply: Message + Default + Serialize + DeserializeOwned + Send + 'static;
}

/// The contract of one task without its types, for the conductor, which handles all of them alike.
#[derive(Clone, Copy)]
pub struct TaskContract {
    /// e.g. `cueline:embedding.embed`.
    pub resource: &'static str,
    /// The actor kind that serves it, which is also the name of its queue: `embedding`.
    pub kind: &'static str,
    /// Names of the request and reply message.
    pub messages: (&'static str, &'static str),
    request_from_json: fn(&Value) -> Result<Bytes, ContractError>,
    request_to_json: fn(&[u8]) -> Result<Value, ContractError>,
    reply_to_json: fn(&[u8]) -> Result<Value, ContractError>,
    reply_from_json: fn(&Value) -> Result<Bytes, ContractError>,
}

impl TaskContract {
    /// The arguments of a Task state as the bytes of a cue.
    pub fn request_from_json(&self, arguments: &Value) -> Result<Bytes, ContractError> {
        (self.request_from_json)(arguments)
    }

    /// The bytes of a cue for people.
    pub fn request_to_json(&self, bytes: &[u8]) -> Result<Value, ContractError> {
        (self.request_to_json)(bytes)
    }

    /// The reply as the result of a Task state.
    pub fn reply_to_json(&self, bytes: &[u8]) -> Result<Value, ContractError> {
        (self.reply_to_json)(bytes)
    }

    /// A result given by hand (a script, an approval) as the reply message.
    pub fn reply_from_json(&self, result: &Value) -> Result<Bytes, ContractError> {
        (self.reply_from_json)(result)
    }
}

fn from_json<T: Task, M: Message + DeserializeOwned>(
    what: &'static str,
    message: &'static str,
    value: &Value,
) -> Result<Bytes, ContractError> {
    let decoded = M::deserialize(value).map_err(|error| ContractError {
        resource: T::RESOURCE,
        what,
        message,
        reason: error.to_string(),
    })?;
    Ok(decoded.encode_to_vec().into())
}

fn to_json<T: Task, M: Message + Default + Serialize>(
    what: &'static str,
    message: &'static str,
    bytes: &[u8],
) -> Result<Value, ContractError> {
    let error = |reason: String| ContractError { resource: T::RESOURCE, what, message, reason };
    let decoded = M::decode(bytes).map_err(|e| error(e.to_string()))?;
    json_of(&decoded).map_err(error)
}

/// The result of a Task state for the reply of its actor.
pub fn result_of<T: Task>(reply: &T::Reply) -> Result<Value, ContractError> {
    json_of(reply).map_err(|reason| ContractError {
        resource: T::RESOURCE,
        what: "reply",
        message: T::MESSAGES.1,
        reason,
    })
}

fn json_of(message: &impl Serialize) -> Result<Value, String> {
    let mut value = serde_json::to_value(message).map_err(|error| error.to_string())?;
    whole_numbers(&mut value);
    Ok(value)
}

/// `google.protobuf.Value` knows doubles only: JSON that came out of one, with whole numbers as they went in.
pub fn with_whole_numbers(mut value: Value) -> Value {
    whole_numbers(&mut value);
    value
}

/// A whole number that went in as `1` shall not come out as `1.0`.
fn whole_numbers(value: &mut Value) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => {
            if let Some(x) = number.as_f64().filter(|x| x.fract() == 0.0 && x.abs() <= EXACT) {
                *value = Value::from(x as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(members) => members.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

const fn kind_of(resource: &'static str) -> &'static str {
    let bytes = resource.as_bytes();
    let mut start = 0;
    while bytes[start] != b':' {
        start += 1;
    }
    let mut end = start + 1;
    while bytes[end] != b'.' {
        end += 1;
    }
    let (head, _) = resource.split_at(end);
    let (_, kind) = head.split_at(start + 1);
    kind
}

macro_rules! tasks {
    ($($(#[$doc:meta])* $name:ident = $resource:literal: $request:ident => $reply:ident;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;

            impl Task for $name {
                const RESOURCE: &'static str = $resource;
                const MESSAGES: (&'static str, &'static str) = (stringify!($request), stringify!($reply));
                type Request = v1::$request;
                type Reply = v1::$reply;
            }
        )*

        /// Every task of this build, sorted as declared.
        pub const CONTRACTS: &[TaskContract] = &[$(TaskContract {
            resource: $resource,
            kind: kind_of($resource),
            messages: $name::MESSAGES,
            request_from_json: |v| from_json::<$name, v1::$request>("request", stringify!($request), v),
            request_to_json: |b| to_json::<$name, v1::$request>("request", stringify!($request), b),
            reply_to_json: |b| to_json::<$name, v1::$reply>("reply", stringify!($reply), b),
            reply_from_json: |v| from_json::<$name, v1::$reply>("reply", stringify!($reply), v),
        }),*];
    };
}

tasks! {
    /// Answers with what it was given.
    Noop = "cueline:bench.noop": NoopRequest => NoopReply;
    /// Takes a stable copy of an object.
    Fetch = "cueline:ingestion.fetch": FetchRequest => FetchReply;
    /// Bytes to a structured document.
    Parse = "cueline:parsing.parse": ParseRequest => ParseReply;
    /// Document to chunks.
    Chunk = "cueline:ingestion.chunk": ChunkRequest => ChunkReply;
    /// Closes the ledger row of a version.
    Finish = "cueline:ingestion.finish": FinishRequest => FinishReply;
    /// Vectors for a batch of chunks.
    Embed = "cueline:embedding.embed": EmbedRequest => EmbedReply;
    /// Makes a version searchable by its words.
    IndexKeywords = "cueline:indexing.keywords": IndexKeywordsRequest => IndexKeywordsReply;
    /// Adds the vectors of a version.
    IndexVectors = "cueline:indexing.vectors": IndexVectorsRequest => IndexVectorsReply;
    /// Takes a deleted document out of the index.
    Remove = "cueline:indexing.remove": RemoveRequest => RemoveReply;
    /// Passages that fit a question.
    Retrieve = "cueline:retrieval.retrieve": RetrieveRequest => RetrieveReply;
    /// An answer with verified citations.
    Answer = "cueline:generation.answer": AnswerRequest => AnswerReply;
    /// What a model says to a conversation.
    CompleteChat = "cueline:chat.complete": CompleteChatRequest => CompleteChatReply;
    /// What a function of AWS Lambda returns.
    InvokeFunction = "cueline:lambda.invoke": InvokeFunctionRequest => InvokeFunctionReply;
    /// Starts a state machine of AWS Step Functions.
    StartStateMachine = "cueline:states.startExecution": StartStateMachineRequest => StartStateMachineReply;
    /// Starts one and waits for its end.
    RunStateMachine = "cueline:states.startExecution.sync": StartStateMachineRequest => RunStateMachineReply;
}

/// What definitions of Step Functions call the tasks that mean the same here, without the partition in front.
const ALIASES: &[(&str, &str)] = &[
    ("lambda:invoke", "cueline:lambda.invoke"),
    ("states:startExecution", "cueline:states.startExecution"),
    ("states:startExecution.sync:2", "cueline:states.startExecution.sync"),
];

/// The contract behind a resource name, ours or the one that Step Functions have for it.
pub fn contract(resource: &str) -> Option<&'static TaskContract> {
    let ours = service_integration(resource)
        .and_then(|action| ALIASES.iter().find(|(theirs, _)| *theirs == action))
        .map_or(resource, |(_, ours)| ours);
    CONTRACTS.iter().find(|contract| contract.resource == ours)
}

/// `lambda:invoke` of `arn:aws:states:::lambda:invoke`, in any partition.
pub fn service_integration(resource: &str) -> Option<&str> {
    let (partition, rest) = resource.strip_prefix("arn:")?.split_once(':')?;
    rest.strip_prefix("states:::").filter(|_| partition.starts_with("aws"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_resource_names_its_actor_kind() {
        assert_eq!(contract("cueline:embedding.embed").unwrap().kind, "embedding");
        assert!(contract("cueline:embedding.nothing").is_none());
    }

    #[test]
    fn a_resource_of_step_functions_is_the_task_that_means_the_same() {
        let ours = |resource: &str| contract(resource).map(|contract| (contract.kind, contract.resource));
        let invoke = Some(("lambda", "cueline:lambda.invoke"));
        for resource in ["cueline:lambda.invoke", "arn:aws:states:::lambda:invoke", "arn:aws-cn:states:::lambda:invoke"]
        {
            assert_eq!(ours(resource), invoke, "{resource}");
        }
        let sync = Some(("states", "cueline:states.startExecution.sync"));
        assert_eq!(ours("arn:aws:states:::states:startExecution.sync:2"), sync);
        for other in [
            "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "arn:aws:states:::states:startExecution.sync",
            "arn:gcp:states:::lambda:invoke",
            "arn:aws:lambda:us-east-1:1:function:f",
        ] {
            assert_eq!(ours(other), None, "{other}");
        }
    }

    #[test]
    fn arguments_have_the_names_that_step_functions_have_for_them() {
        let contract = contract("arn:aws:states:::lambda:invoke").unwrap();
        let arguments = json!({"FunctionName": "f:live", "Payload": {"a": [1, null]}});
        let bytes = contract.request_from_json(&arguments).unwrap();
        assert_eq!(contract.request_to_json(&bytes).unwrap(), arguments);
        let error = contract.request_from_json(&json!({"FunctionNam": "f"})).unwrap_err();
        assert!(error.to_string().contains("FunctionNam"), "{error}");
    }

    #[test]
    fn arguments_travel_as_protobuf_and_come_back() {
        let contract = contract("cueline:bench.noop").unwrap();
        let bytes = contract.request_from_json(&json!({"value": {"a": [1, "x", null]}, "delayMs": 3})).unwrap();
        let back = contract.request_to_json(&bytes).unwrap();
        assert_eq!(back, json!({"value": {"a": [1, "x", null]}, "delayMs": 3}));
    }

    #[test]
    fn a_misspelt_argument_is_named() {
        let error = contract("cueline:bench.noop").unwrap().request_from_json(&json!({"valeu": 1})).unwrap_err();
        assert!(error.to_string().contains("valeu"), "{error}");
    }
}
