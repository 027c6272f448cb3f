//! One checked configuration from a TOML file, flags and the environment.
//!
//! A flag wins over its environment variable, both over the file, the file over the default. Whatever is wrong is
//! reported at once, each problem with its file, line, key and fix; nothing starts until all are gone.

mod collections;
mod doors;
mod file;
pub mod gateway;
pub mod hosted;
mod problem;
mod read;
pub mod routing;
mod rules;
mod serve;
pub mod tenants;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use cueline_domain::{collection::Collection, governance::alerts::AlertRule, guarding::GuardRules};
use cueline_patterns::events::Rule;

pub use collections::{DEFAULT_COLLECTION, EMBEDDING_DIMENSION, EMBEDDING_MODEL};
pub use doors::{DEFAULT_DOORS, Doors};
pub use problem::{ConfigError, ConfigProblem};
pub(crate) use read::explain;
pub use serve::{SUPERVISOR, Serve};

use self::file::File;

/// Where the process listens unless told otherwise.
pub const DEFAULT_ADMIN: &str = "127.0.0.1:7717";
/// Where everything is kept unless told otherwise.
pub const DEFAULT_DATA: &str = "cueline-data";
/// The file that is read when no other is named and it is there.
pub const DEFAULT_FILE: &str = "cueline.toml";

/// What flags and environment variables say; `None` leaves it to the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config`
    pub file: Option<PathBuf>,
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--admin`
    pub admin: Option<String>,
    /// `--insecure-admin`
    pub insecure_admin: bool,
    /// `--doors`
    pub doors: Option<String>,
    /// `--no-doors`
    pub no_doors: bool,
    /// `--insecure-doors`
    pub insecure_doors: bool,
    /// `--gateway`
    pub gateway: Option<String>,
    /// `--no-gateway`
    pub no_gateway: bool,
    /// `--insecure-gateway`
    pub insecure_gateway: bool,
    /// `--models`
    pub models: Option<PathBuf>,
    /// `--log`
    pub log: Option<LogFormat>,
    /// `--stack`
    pub stack: Option<String>,
    /// `--serve`
    pub serve: Option<String>,
}

/// Everything that can be set, with its final value.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data directory.
    pub data: PathBuf,
    /// Name of the stack whose services are used; `None` keeps everything in the data directory.
    pub stack: Option<String>,
    /// The part of the work that this process takes.
    pub serve: Serve,
    /// How often the whole inbox is compared with the ledger; `None` is what suits where it is.
    pub full_look: Option<Duration>,
    /// The watched folder.
    pub inbox: PathBuf,
    /// The admin endpoint.
    pub admin: Admin,
    /// The S3 and EventBridge endpoints; `None` when they are off.
    pub doors: Option<Doors>,
    /// The OpenAI-compatible API; `None` when it is off.
    pub gateway: Option<gateway::Gateway>,
    /// What the audit keeps of answers.
    pub audit: gateway::AuditTable,
    /// What is known of chat models, by name.
    pub targets: BTreeMap<String, routing::TargetTable>,
    /// What policies choose by, besides rules.
    pub router: Option<routing::Router>,
    /// Which targets `auto` asks, by name.
    pub policies: BTreeMap<String, routing::PolicyTable>,
    /// What is worth a word, by name.
    pub alerts: BTreeMap<String, AlertRule>,
    /// Which of several policies a user meets, by name.
    pub splits: BTreeMap<String, routing::SplitTable>,
    /// What tenants may ask and spend, by name.
    pub tenants: BTreeMap<String, tenants::TenantTable>,
    /// Which events start which workflow, by name.
    pub rules: Vec<Rule>,
    /// Where to look for model weights, in this order.
    pub models: Vec<PathBuf>,
    /// Chat models by name.
    pub chat: BTreeMap<String, ChatModel>,
    /// Models and guardrails that AWS hosts.
    pub hosted: hosted::Hosted,
    /// Guards of rules, by name.
    pub guards: BTreeMap<String, GuardRules>,
    /// Collections by name; `default` is always there.
    pub collections: BTreeMap<String, Collection>,
    /// Folder with `NAME.asl.json` files that are registered at start.
    pub definitions: Option<PathBuf>,
    /// What a parser child may use.
    pub parser: Parser,
    /// How long running tasks may go on after a stop signal.
    pub drain: Duration,
    /// What the log looks like.
    pub log: Log,
    /// Where traces and metrics go.
    pub telemetry: Telemetry,
}

/// The admin endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admin {
    /// Where it listens.
    pub address: SocketAddr,
    /// A non-loopback address without TLS was asked for on purpose.
    pub insecure: bool,
}

/// A chat model behind an OpenAI-compatible URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatModel {
    /// Up to and including the version, e.g. `http://localhost:11434/v1`.
    pub base_url: String,
    /// Its name there.
    pub model: String,
    /// Environment variable that holds the key.
    pub api_key_env: Option<String>,
    /// Until a connection to it stands.
    pub connect: Duration,
}

/// What parsing may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parser {
    /// Documents at the same time; `None` is one per core.
    pub children: Option<usize>,
    /// Address space of a child.
    pub memory: u64,
    /// Time for one document.
    pub wall: Duration,
}

/// What the log looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its form.
    pub format: LogFormat,
    /// As in `RUST_LOG`.
    pub filter: String,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Human,
    /// One JSON object per line.
    Json,
}

/// Where traces and metrics go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telemetry {
    /// OTLP over HTTP, e.g. `http://localhost:4318`; `None` exports nothing.
    pub endpoint: Option<String>,
    /// `service.name` of what is exported.
    pub service: String,
    /// Metrics are written to standard output in CloudWatch's embedded metric format.
    pub embedded: bool,
}

impl Config {
    /// Reads the file, if any, and puts everything together.
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigError> {
        let (file, base) = match read::find(overrides)? {
            Some(path) => (File::read(&path)?, path.parent().unwrap_or(Path::new("")).to_owned()),
            None => (File::default(), PathBuf::new()),
        };
        file.resolve(overrides, &base)
    }

    /// The file that [`Config::load`] reads, if any.
    pub fn file(overrides: &Overrides) -> Result<Option<PathBuf>, ConfigError> {
        read::find(overrides)
    }

    /// As [`Config::load`], of a text that lies elsewhere: `place` is what its problems are named with.
    pub fn of_text(place: &str, text: String, overrides: &Overrides) -> Result<Self, ConfigError> {
        File::parse(Path::new(place), text)?.resolve(overrides, Path::new(""))
    }

    /// A configuration with every default, for tests and tools.
    pub fn in_directory(data: impl Into<PathBuf>) -> Result<Self, ConfigError> {
        let overrides = Overrides { data: Some(data.into()), ..Overrides::default() };
        File::default().resolve(&overrides, Path::new(""))
    }
}

/// The data directory alone: what a command needs that only talks to a running process.
pub fn data_directory(overrides: &Overrides) -> Result<PathBuf, ConfigError> {
    match &overrides.data {
        // A configuration that was named must be right even where only the directory is needed of it.
        Some(data) if overrides.file.is_none() => Ok(data.clone()),
        _ => Ok(Config::load(overrides)?.data),
    }
}
