//! From configuration to a world. The only folder that names adapters.
//!
//! | file | idea |
//! |---|---|
//! | `embedded` | one process, one data directory |
//! | `aws` | the services that a stack made; several processes share them |
//! | `models` | what computes: embedding and chat models, weights |
//! | `parser` | parsing behind walls, in children of this process |

#[cfg(feature = "aws")]
mod aws;
mod counts;
mod embedded;
#[cfg(feature = "aws")]
mod hosted;
mod models;
mod parser;
#[cfg(feature = "aws")]
mod unindexed;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use cueline_embedded::Storage;
pub use cueline_embedded::install_tls;
use cueline_patterns::rag::RagConfig;
use cueline_ports::{Delivery, EventLog, PortError, PortResult, Receipt};
use cueline_protocol::ids::{BucketName, QueueName};
use cueline_runtime::{Peers, World};
use serde_json::Value;

pub use self::{
    counts::Counts,
    embedded::open_index,
    models::{chat_models_anew as chat_models, load_embedder, pull_weights, weights_source},
    parser::parse_documents,
};
use crate::config::{Config, EMBEDDING_DIMENSION, EMBEDDING_MODEL};

/// Takes messages of our queues that somebody else received for us.
#[async_trait]
pub trait Handover: Send + Sync {
    /// The queue and the delivery of a record.
    async fn adopt(&self, record: &Value, lease: Duration) -> PortResult<(QueueName, Delivery)>;

    /// Whether nothing is left to be done with it.
    fn is_settled(&self, receipt: &Receipt) -> bool;
}

/// A world and what people should know about it.
pub struct Wired {
    /// The ports.
    pub world: World,
    /// The bucket of the world that is watched.
    pub inbox_bucket: BucketName,
    /// What the RAG pattern is configured with.
    pub rag: Arc<RagConfig>,
    /// What was published, where the bus keeps it itself.
    pub event_log: Option<Arc<dyn EventLog>>,
    /// The queue that events of others arrive on.
    pub events: QueueName,
    /// What is watched, as events call it.
    pub bucket: String,
    /// Where the weights were found.
    pub weights: Option<PathBuf>,
    /// What works less well than it could, with what to do about it.
    pub notes: Vec<String>,
    /// Takes messages that somebody else received.
    pub handover: Option<Arc<dyn Handover>>,
    /// Other processes share this world.
    pub peers: Option<Peers>,
    /// What is watched, for people: a folder or a bucket.
    pub inbox: String,
    /// The token of the admin interface, where the stack gives one.
    pub token: Option<String>,
    /// How often the whole inbox is compared with the ledger.
    pub full_look: Duration,
    counts: Counts,
    storage: Option<Storage>,
}

impl Wired {
    /// Writes what waits and closes the database. Blocks.
    pub fn close(&self) {
        if let Some(storage) = &self.storage {
            storage.close();
        }
    }

    /// Looks at every page of the database while the system works.
    pub fn check_in_background(&self) {
        if let Some(storage) = &self.storage {
            storage.check_in_background();
        }
    }

    /// Counters of what keeps everything, for metrics.
    pub fn counts(&self) -> Counts {
        self.counts.clone()
    }
}

/// Opens everything: the data directory for this process alone, or the services of a stack. Returns before model weights
/// are loaded.
pub async fn open(config: &Config) -> PortResult<Wired> {
    let Some(stack) = &config.stack else { return embedded::open(config).await };
    #[cfg(feature = "aws")]
    return aws::open(config, stack).await;
    #[cfg(not(feature = "aws"))]
    Err(feature_missing(&format!("stack {stack}")))
}

/// Under which key a stack keeps the configuration of its processes.
pub const KEPT_KEY: &str = "cueline.toml";

/// In which bucket of ours.
///
/// # Errors
/// Never: its name is one.
pub fn kept_bucket() -> PortResult<BucketName> {
    BucketName::new("config").map_err(|error| PortError::invalid(error.to_string()))
}

/// The configuration that a stack keeps for its processes.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Where it lies, e.g. `s3://payloads/config/cueline.toml`.
    pub place: String,
    /// TOML; `None` when there is none.
    pub text: Option<String>,
}

/// Reads the configuration that a stack keeps.
pub async fn kept_configuration(stack: &str) -> PortResult<Kept> {
    #[cfg(feature = "aws")]
    return aws::kept_configuration(stack).await;
    #[cfg(not(feature = "aws"))]
    Err(feature_missing(&format!("stack {stack}")))
}

/// Puts another one in its place; says where. Processes look at it twice a minute.
pub async fn keep_configuration(stack: &str, text: String) -> PortResult<String> {
    #[cfg(feature = "aws")]
    return aws::keep_configuration(stack, text).await;
    #[cfg(not(feature = "aws"))]
    {
        let _ = text;
        Err(feature_missing(&format!("stack {stack}")))
    }
}

/// Adds the models and guardrails that AWS hosts to a world that is none of a stack.
async fn host(config: &Config, world: &mut World) -> PortResult<()> {
    if config.hosted.is_empty() {
        return Ok(());
    }
    #[cfg(feature = "aws")]
    return hosted::add(&config.hosted, None, world, cueline_aws::Meter::default()).await;
    #[cfg(not(feature = "aws"))]
    {
        let _ = world;
        Err(feature_missing(&config.hosted.tables().join(", ")))
    }
}

#[cfg(not(feature = "aws"))]
fn feature_missing(what: &str) -> PortError {
    PortError::invalid(format!(
        "feature_missing: {what} needs AWS and this program was built without it; build with --features aws, or remove it"
    ))
}

fn queue(name: &str) -> PortResult<QueueName> {
    QueueName::new(name).map_err(|error| PortError::invalid(error.to_string()))
}

/// Name of the bucket that is watched.
fn inbox() -> PortResult<BucketName> {
    BucketName::new("inbox").map_err(|error| PortError::invalid(error.to_string()))
}

fn rag_of(config: &Config, inbox: BucketName) -> Arc<RagConfig> {
    let mut rag = RagConfig::new(inbox);
    rag.collections.clone_from(&config.collections);
    rag.embedding = Some(cueline_domain::collection::Embedding {
        model: EMBEDDING_MODEL.to_owned(),
        dimension: EMBEDDING_DIMENSION,
    });
    Arc::new(rag)
}
