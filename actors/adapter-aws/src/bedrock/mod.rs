//! What computes on Bedrock: chat, embedding and reranking models, and guardrails.
//!
//! ```text
//!   BedrockModel ─ Converse, ConverseStream ┐
//!   BedrockEmbedder ─ InvokeModel ──────────┤ allow list ─► gate of the model ─► client ─► Bedrock
//!   BedrockReranker ─ InvokeModel ──────────┤               (tokens and requests a minute; what is throttled waits)
//!   BedrockGuard ─ ApplyGuardrail ──────────┘
//! ```
//!
//! | file | idea |
//! |---|---|
//! | [`names`] | ids, inference profiles and ARNs; which of them may be used |
//! | `pace` | how much may be asked of a model now: a pure decision |
//! | `gate` | the same with waiting and trying again |
//! | `request`, `answer` | a chat in the words of Converse, and back |
//! | `images` | images, within what Converse takes of them |
//! | `fields` | wishes that Converse has no place for, and some models have |
//! | `json` | JSON as the SDK has it |
//! | `shapes` | bodies of InvokeModel, which every family of models has of its own |
//! | `split` | text in parts that a guardrail takes |
//! | `verdict` | what a guardrail found, without the text that it was found in |
//!
//! Prompts, texts and answers are in no error: of what Bedrock says about a request only what is known to be harmless is
//! told.

mod answer;
mod chat;
mod embedder;
mod fields;
mod gate;
mod guard;
mod images;
mod invoke;
mod json;
pub mod names;
mod pace;
mod request;
mod reranker;
mod shapes;
mod split;
mod verdict;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_sdk_bedrockruntime::{Client, config::StalledStreamProtectionConfig};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use cueline_ports::{Clock, PortError, PortErrorKind, PortResult};

pub use chat::{BedrockModel, FormBy, ModelOptions};
pub use embedder::{BedrockEmbedder, EmbedderOptions};
pub use guard::{BedrockGuard, GuardOptions};
pub use names::AllowList;
pub use pace::Quota;
pub use reranker::{BedrockReranker, RerankerOptions};
pub use shapes::{EmbeddingFamily, RerankingFamily};

use self::gate::Gate;
use crate::{Connection, Meter};

/// How Bedrock is used by everything in this process.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BedrockOptions {
    /// The models that may be asked; `None` leaves it to IAM.
    pub allowed: Option<AllowList>,
    /// What may be asked of a model in a minute, by the name it is configured with. Others are asked until they throttle.
    pub quotas: BTreeMap<String, Quota>,
    /// A call that would have to wait longer for its turn fails as throttled, so that the retry rule of its workflow decides.
    pub patience: Duration,
    /// Tries of a call that was throttled or got no answer, the first included.
    pub tries: u32,
    /// Until the whole of an answer is there, or the first word of one that streams.
    pub timeout: Duration,
}

impl Default for BedrockOptions {
    fn default() -> Self {
        Self {
            allowed: None,
            quotas: BTreeMap::new(),
            patience: Duration::from_secs(60),
            tries: 5,
            timeout: Duration::from_secs(120),
        }
    }
}

/// Bedrock in one region. Clones share connections, quotas and counts.
#[derive(Clone)]
pub struct Bedrock {
    client: Client,
    options: Arc<BedrockOptions>,
    gates: Arc<Mutex<HashMap<String, Arc<Gate>>>>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Bedrock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bedrock").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Bedrock {
    /// Nothing is called yet.
    pub fn new(connection: &Connection, options: BedrockOptions, clock: Arc<dyn Clock>, meter: Meter) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(options.timeout)
            .build();
        let config = aws_sdk_bedrockruntime::config::Builder::from(&connection.sdk)
            .interceptor(meter)
            // Gates try again: they know the quota of the model and hold back its other callers meanwhile.
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            // A model may think for long between two words; how long is watched where the words are read.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        Self { client: Client::from_conf(config), options: Arc::new(options), gates: Arc::default(), clock }
    }

    /// The gate of a model that may be used.
    fn gate_of_model(&self, model: &str) -> PortResult<Arc<Gate>> {
        names::check(model)?;
        if self.options.allowed.as_ref().is_some_and(|allowed| !allowed.has(model)) {
            let message = format!(
                "model_not_allowed: model {model} is not in bedrock.models; add it there, and allow bedrock:InvokeModel on \
                 it to this role"
            );
            return Err(PortError::new(PortErrorKind::Denied, message));
        }
        Ok(self.gate(model))
    }

    /// The one gate of whatever has this name.
    fn gate(&self, name: &str) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let quota = self.options.quotas.get(name).copied().unwrap_or_default();
            Arc::new(Gate::new(name, quota, self.options.patience, self.options.tries, self.clock.clone()))
        };
        gates.entry(name.to_owned()).or_insert_with(new).clone()
    }
}
