//! The generated type of every message, by its full name.

use prost::Message;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// A message both ways.
pub(super) struct Both {
    pub(super) bytes: Vec<u8>,
    pub(super) json: serde_json::Value,
}

/// What the generated code of one message does.
pub(super) struct Codec {
    pub(super) from_bytes: fn(&[u8]) -> Result<Both, String>,
    pub(super) from_json: fn(&serde_json::Value) -> Result<Both, String>,
}

fn codec<M: Message + Default + Serialize + DeserializeOwned>() -> Codec {
    Codec {
        from_bytes: |bytes| M::decode(bytes).map_err(|error| error.to_string()).and_then(|message| both(&message)),
        from_json: |json| M::deserialize(json).map_err(|error| error.to_string()).and_then(|message| both(&message)),
    }
}

fn both<M: Message + Serialize>(message: &M) -> Result<Both, String> {
    let json = serde_json::to_value(message).map_err(|error| error.to_string())?;
    Ok(Both { bytes: message.encode_to_vec(), json })
}

macro_rules! types {
    ($($name:literal => $kind:ty,)*) => {
        /// By full name.
        pub(super) fn all() -> BTreeMap<&'static str, Codec> {
            use cueline_protocol::v1::*;
            BTreeMap::from([$((concat!("cueline.v1.", $name), codec::<$kind>()),)*])
        }
    };
}

types! {
    "AlertChanged" => AlertChanged,
    "Alarm" => Alarm,
    "AnswerReply" => AnswerReply,
    "AnswerRequest" => AnswerRequest,
    "BedrockBatchChange" => BedrockBatchChange,
    "ChatAttempt" => ChatAttempt,
    "ChunkReply" => ChunkReply,
    "ChunkRequest" => ChunkRequest,
    "CitationEntry" => CitationEntry,
    "ClosePassage" => ClosePassage,
    "Commit" => Commit,
    "CommitEntry" => CommitEntry,
    "CompleteChatReply" => CompleteChatReply,
    "CompleteChatRequest" => CompleteChatRequest,
    "Data" => Data,
    "DocumentFailed" => DocumentFailed,
    "DocumentIndexed" => DocumentIndexed,
    "DocumentOffered" => DocumentOffered,
    "DocumentRefused" => DocumentRefused,
    "DocumentRemoved" => DocumentRemoved,
    "EmbedBatch" => EmbedBatch,
    "EmbedReply" => EmbedReply,
    "EmbedRequest" => EmbedRequest,
    "Entry" => Entry,
    "Entry.ChildFailed" => entry::ChildFailed,
    "Entry.ChildStarted" => entry::ChildStarted,
    "Entry.ChildSucceeded" => entry::ChildSucceeded,
    "Entry.CuesResent" => entry::CuesResent,
    "Entry.ErrorCaught" => entry::ErrorCaught,
    "Entry.ExecutionAborted" => entry::ExecutionAborted,
    "Entry.ExecutionFailed" => entry::ExecutionFailed,
    "Entry.ExecutionStarted" => entry::ExecutionStarted,
    "Entry.ExecutionSucceeded" => entry::ExecutionSucceeded,
    "Entry.ExecutionTimedOut" => entry::ExecutionTimedOut,
    "Entry.ForkedFrom" => entry::ForkedFrom,
    "Entry.FrameFailed" => entry::FrameFailed,
    "Entry.FrameOpened" => entry::FrameOpened,
    "Entry.HeartbeatRecorded" => entry::HeartbeatRecorded,
    "Entry.MapStarted" => entry::MapStarted,
    "Entry.ParallelStarted" => entry::ParallelStarted,
    "Entry.RetryScheduled" => entry::RetryScheduled,
    "Entry.StateEntered" => entry::StateEntered,
    "Entry.StateExited" => entry::StateExited,
    "Entry.StateFailed" => entry::StateFailed,
    "Entry.TaskFailed" => entry::TaskFailed,
    "Entry.TaskScheduled" => entry::TaskScheduled,
    "Entry.TaskSucceeded" => entry::TaskSucceeded,
    "Entry.TaskTimedOut" => entry::TaskTimedOut,
    "Entry.WaitStarted" => entry::WaitStarted,
    "Entry.Yielded" => entry::Yielded,
    "Envelope" => Envelope,
    "EventMetadata" => EventMetadata,
    "ExecutionStart" => ExecutionStart,
    "ExecutionStart.Parent" => execution_start::Parent,
    "ExecutionState" => ExecutionState,
    "ExecutionState.Child" => execution_state::Child,
    "ExecutionState.Failure" => execution_state::Failure,
    "ExecutionState.Fan" => execution_state::Fan,
    "ExecutionState.Frame" => execution_state::Frame,
    "ExecutionState.Task" => execution_state::Task,
    "ExecutionState.Visits" => execution_state::Visits,
    "FetchReply" => FetchReply,
    "FetchRequest" => FetchRequest,
    "FinishReply" => FinishReply,
    "FinishRequest" => FinishRequest,
    "IndexKeywordsReply" => IndexKeywordsReply,
    "IndexKeywordsRequest" => IndexKeywordsRequest,
    "IndexVectorsReply" => IndexVectorsReply,
    "IndexVectorsRequest" => IndexVectorsRequest,
    "InvokeFunctionReply" => InvokeFunctionReply,
    "InvokeFunctionRequest" => InvokeFunctionRequest,
    "Items" => Items,
    "NoopReply" => NoopReply,
    "NoopRequest" => NoopRequest,
    "ObjectVersion" => ObjectVersion,
    "ParseReply" => ParseReply,
    "ParseRequest" => ParseRequest,
    "Passage" => Passage,
    "Payload" => Payload,
    "PayloadRef" => PayloadRef,
    "RemoveReply" => RemoveReply,
    "RemoveRequest" => RemoveRequest,
    "ReplyTo" => ReplyTo,
    "RetrieveReply" => RetrieveReply,
    "RetrieveRequest" => RetrieveRequest,
    "RunStateMachineReply" => RunStateMachineReply,
    "S3ObjectChange" => S3ObjectChange,
    "S3ObjectChange.Bucket" => s3_object_change::Bucket,
    "S3ObjectChange.Object" => s3_object_change::Object,
    "Snapshot" => Snapshot,
    "StartStateMachineReply" => StartStateMachineReply,
    "StartStateMachineRequest" => StartStateMachineRequest,
    "StreamFrame" => StreamFrame,
    "StreamFrames" => StreamFrames,
    "TextRange" => TextRange,
    "TraceContext" => TraceContext,
    "WorkflowRequested" => WorkflowRequested,
}
