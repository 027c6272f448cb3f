//! Conversations with models: an answer by one of several targets, whole or as a stream that survives its process.
//!
//! ```text
//!  request ─► plan: targets, best first ─► chat: Complete ─► target ─┬─ says something ─► frame ─► log ─► readers
//!                                             ▲                      └─ fails ─► next: again, another, go on, or give up
//!                                             └── after a crash: the same task, with what the log has by then
//! ```
//!
//! | file | idea |
//! |---|---|
//! | [`targets`](Targets) | the models that can be asked: limits, prices, how each does |
//! | `voice`, `translate` | one call of a target as a stream, whatever language it speaks |
//! | `ahead` | a target is asked while its execution is written down |
//! | `attempt` | what a failed call means |
//! | `complete`, `follow`, `hearing` | the actor: answers whole, answers on their way, one call of a target heard out |
//! | `hedge` | two targets at once, when one is slow to speak |
//! | `reckoning` | what a call costs at most, and what an answer cost of which only the log is left |
//! | `gatekeeper` | a guard that is asked and takes its time |
//! | `filter`, `arguments`, `guarded` | an answer through rules: its text on its way, what tools are called with, the whole |
//! | [`log`](StreamLog), [`reader`](Reader) | one log per answer: kept before it is shown, resumed at any offset |
//! | [`conversations`](Conversations) | which answer a conversation waits for |
//! | `outlet`, `rush` | frames gather while an append is on its way, and for a moment where a target speaks faster than anybody reads |
//! | `written` | frames as clients read them |
//!
//! Deliberately absent: who may ask, what it may cost, which target suits. That is decided before, and settled through
//! [`Settle`] afterwards.

mod ahead;
mod arguments;
mod attempt;
mod complete;
mod conversations;
mod filter;
mod follow;
mod gatekeeper;
mod guarded;
mod hearing;
mod hedge;
mod log;
mod outlet;
mod question;
mod reader;
mod reckoning;
mod rush;
mod targets;
mod translate;
mod turnstile;
mod voice;
mod written;

use async_trait::async_trait;
use cueline_ports::PortResult;
use cueline_protocol::{
    tasks::CompleteChat,
    v1::{ChatAttempt, CompleteChatReply, CompleteChatRequest},
};
use cueline_runtime::{TaskContext, TaskError, worker::Kind};

pub use ahead::{Begun, Together};
pub use attempt::Fault;
pub use complete::{ChatCall, Completer, FAILED, Manners};
pub use conversations::{Awaited, Conversations};
pub use filter::Rules;
pub use hedge::HEDGED;
pub use log::{Frame, NewFrame, StreamLog, Writer};
pub use question::{Looked, look_at_input, look_at_messages, look_from_afar};
pub use reader::Reader;
pub use reckoning::{UNSAID, most_cost};
pub use targets::{Target, TargetInfo, Targets, Trial, Unlisted};
pub use turnstile::{Capacity, Pass, Turned, Turnstile};
pub use voice::CLEARANCE;
pub use written::{END, ERROR, error_frame, error_type, usage_json};

/// The workflow of an answer.
pub const CHAT: &str = "chat";
/// The actor kind that answers.
pub const KIND: &str = "chat";
/// What calls of models are counted as.
pub(crate) const PATTERN: &str = "routing";

/// Hears what an answer cost, before its result is recorded. May be told twice of the same answer, with the same execution.
#[async_trait]
pub trait Settle: Send + Sync {
    /// Settles the bill of an answer, complete or broken. `findings`: what its guard found.
    async fn settle(
        &self,
        context: &TaskContext,
        request: &CompleteChatRequest,
        attempts: &[ChatAttempt],
        result: Result<&CompleteChatReply, &Fault>,
        findings: &[String],
    ) -> Result<(), TaskError>;

    /// Whether an answer may cost so many dollars in all; its reservation is that much then. False: a budget does not allow it.
    async fn afford(&self, reservation: &str, dollars: f64) -> PortResult<bool>;
}

/// The workflows of the pattern by name.
pub fn definitions() -> Vec<(&'static str, &'static str)> {
    vec![(CHAT, include_str!("chat.asl.json"))]
}

/// The actor kind `chat`.
pub fn kind(completer: Completer) -> Kind {
    // An answer holds a connection and little else.
    Kind::new(KIND, 2_000).task::<CompleteChat>(completer)
}
