//! The process itself: what it is, its actors, its queues.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// About the running process.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct System {
    /// Version of the program.
    pub version: String,
    /// Its process id.
    pub pid: u32,
    /// Epoch milliseconds of its start.
    pub started_ms: i64,
    /// The data directory.
    pub data: String,
    /// The watched folder.
    pub inbox: String,
    /// Where S3 and EventBridge are served; absent when they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doors: Option<String>,
    /// Where the OpenAI-compatible API is served; absent when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Embedding models that are there.
    pub embedding_models: Vec<String>,
    /// Chat models that are configured.
    pub chat_models: Vec<String>,
    /// What works less well than it could, with what to do about it.
    pub notes: Vec<String>,
    /// Everything that was open at the start has been taken up again.
    pub recovered: bool,
    /// The process is stopping and takes nothing new.
    pub draining: bool,
    /// Executions that the conductor holds in memory.
    pub live_executions: usize,
    /// Task bodies that run right now.
    pub running_tasks: usize,
    /// Timers that are set.
    pub timers: usize,
}

/// An actor of the tree.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    /// Its name.
    pub name: String,
    /// `running`, `restarting`, `quarantined` or `stopped`.
    pub state: String,
    /// How often it was started again.
    pub restarts: u32,
    /// Why it failed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
    /// Bodies at once, for actor kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers: Option<usize>,
    /// Messages that wait for it, for actor kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<usize>,
    /// Bodies that were begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<u64>,
    /// Bodies that ended with an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<u64>,
    /// Bodies that may have run before, in this process or one that died.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ran_again: Option<u64>,
}

/// A queue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct QueueView {
    /// Its name: the actor kind that it feeds.
    pub name: String,
    /// Ready to be received.
    pub ready: usize,
    /// With somebody.
    pub leased: usize,
    /// Not visible yet.
    pub delayed: usize,
    /// Dead letters.
    pub dead: usize,
}

/// A message that nobody could process.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeadLetterView {
    /// For redriving.
    pub id: String,
    /// Its queue.
    pub queue: String,
    /// Why it is here.
    pub reason: String,
    /// Epoch milliseconds of its death.
    pub at_ms: i64,
    /// Length of the message in bytes.
    pub bytes: usize,
    /// The message, decoded; absent when it cannot be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub message: Option<Value>,
}

/// Which dead letters to send again.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RedriveRequest {
    /// Their ids; all of the queue when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<String>>,
}

/// How many dead letters were sent again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Redriven {
    /// How many.
    pub redriven: usize,
}

/// Which queues were emptied.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Purged {
    /// Their names.
    pub queues: Vec<String>,
}
