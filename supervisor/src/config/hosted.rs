//! Models and guardrails that AWS hosts: `[bedrock]`, `[chat.NAME]` with `bedrock` or `sagemaker`, `[embedders.NAME]`,
//! `[rerankers.NAME]`, `[guards.NAME]`.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use toml::Value;

use super::{ConfigProblem, read::Source};

/// Everything that AWS hosts for this process. Empty where nothing of it is configured.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hosted {
    /// What holds for all of Bedrock.
    pub bedrock: Bedrock,
    /// Chat models by name.
    pub chat: BTreeMap<String, HostedChat>,
    /// Embedding models by name.
    pub embedders: BTreeMap<String, HostedEmbedder>,
    /// Rerankers by name.
    pub rerankers: BTreeMap<String, HostedReranker>,
    /// Guardrails by name.
    pub guards: BTreeMap<String, HostedGuard>,
}

impl Hosted {
    /// Nothing of AWS is needed.
    pub fn is_empty(&self) -> bool {
        self.tables().is_empty()
    }

    /// The tables that need AWS, e.g. `chat.fast`.
    pub fn tables(&self) -> Vec<String> {
        let Self { bedrock: _, chat, embedders, rerankers, guards } = self;
        let chat = chat.keys().map(|name| format!("chat.{name}"));
        let embedders = embedders.keys().map(|name| format!("embedders.{name}"));
        let rerankers = rerankers.keys().map(|name| format!("rerankers.{name}"));
        let guards = guards.keys().map(|name| format!("guards.{name}"));
        chat.chain(embedders).chain(rerankers).chain(guards).collect()
    }
}

/// `[bedrock]`
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bedrock {
    /// The models that may be asked; a `*` at the end stands for any rest. Left out, IAM alone decides.
    pub models: Option<Vec<String>>,
    /// What may be asked of a model in a minute, by the name it is configured with.
    pub quotas: BTreeMap<String, HostedQuota>,
    /// How long a call may wait for its turn.
    pub patience_seconds: Option<u64>,
    /// Until an answer is there or begins.
    pub timeout_seconds: Option<u64>,
}

impl Bedrock {
    /// How long a call may wait for its turn.
    pub fn patience(&self) -> Option<Duration> {
        self.patience_seconds.map(Duration::from_secs)
    }

    /// Until an answer is there or begins.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout_seconds.map(Duration::from_secs)
    }
}

/// `[bedrock.quotas."MODEL"]`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HostedQuota {
    /// Tokens read and written.
    pub tokens_per_minute: Option<u64>,
    /// Requests.
    pub requests_per_minute: Option<u64>,
}

/// `[chat.NAME]` with `bedrock` or `sagemaker`.
#[derive(Debug, Clone, PartialEq)]
pub enum HostedChat {
    /// A model of Bedrock.
    Bedrock(BedrockChat),
    /// A model of one's own behind an endpoint.
    SageMaker(SageMakerChat),
}

impl HostedChat {
    /// The model as whoever hosts it knows it: prices go by it.
    pub fn model(&self) -> &str {
        match self {
            Self::Bedrock(chat) => &chat.bedrock,
            Self::SageMaker(chat) => chat.model.as_ref().unwrap_or(&chat.sagemaker),
        }
    }
}

/// With `bedrock`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BedrockChat {
    /// Model id, inference profile id, or ARN of either.
    pub bedrock: String,
    /// What looks at questions and answers on the side of Bedrock.
    #[serde(default)]
    pub guardrail: Option<HostedGuardrail>,
    /// How the model is told the form of an answer.
    #[serde(default)]
    pub form: HostedForm,
    /// False: answers come in one piece.
    #[serde(default = "yes")]
    pub stream: bool,
    /// How urgent its calls are.
    #[serde(default)]
    pub tier: Option<HostedTier>,
    /// Written in the log of calls.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// Whether it keeps what comes before a cache point; left out, its family decides.
    #[serde(default)]
    pub caches: Option<bool>,
    /// What a written token counts in the quota.
    #[serde(default = "one")]
    pub written_token_weight: u32,
    /// Fields of the model's own.
    #[serde(default)]
    pub fields: Option<serde_json::Map<String, serde_json::Value>>,
}

/// With `sagemaker`: the container speaks OpenAI's chat completions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SageMakerChat {
    /// Name of the endpoint.
    pub sagemaker: String,
    /// Inference component of an endpoint with several.
    #[serde(default)]
    pub inference_component: Option<String>,
    /// File of the model on an endpoint that loads many. Its answers come in one piece.
    #[serde(default)]
    pub target_model: Option<String>,
    /// What the container calls the model; left out, it is not told.
    #[serde(default)]
    pub model: Option<String>,
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

/// `guardrail = { id = "…", version = "…" }`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostedGuardrail {
    /// Id or ARN.
    pub id: String,
    /// A number, or `DRAFT`.
    pub version: String,
    /// Text is looked at before it is given out.
    #[serde(default = "yes")]
    pub looks_first: bool,
}

/// How a model is told the form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostedForm {
    /// As a tool that it must use.
    #[default]
    Tool,
    /// As `outputConfig`.
    OutputConfig,
}

/// How urgent calls are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostedTier {
    /// Before others.
    Priority,
    /// As usual.
    Standard,
    /// Later, for less.
    Flex,
    /// From capacity that was paid for.
    Reserved,
}

/// `[embedders.NAME]`: a collection names it in `embedding.model`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostedEmbedder {
    /// A model of Bedrock.
    Bedrock(BedrockEmbedding),
    /// A model of one's own behind an endpoint.
    SageMaker(SageMakerEmbedding),
}

/// With `bedrock`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BedrockEmbedding {
    /// Model id, inference profile id, or ARN of either.
    pub bedrock: String,
    /// How it is asked; left out, its name decides.
    #[serde(default)]
    pub family: Option<EmbeddingModel>,
    /// Length of the vectors; left out, the usual one.
    #[serde(default)]
    pub dimension: Option<usize>,
}

/// Models that embed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmbeddingModel {
    /// Amazon Titan Text Embeddings V2.
    TitanV2,
    /// Cohere Embed v3.
    CohereV3,
    /// Cohere Embed v4.
    CohereV4,
}

/// With `sagemaker`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SageMakerEmbedding {
    /// Name of the endpoint.
    pub sagemaker: String,
    /// Inference component of an endpoint with several.
    #[serde(default, alias = "inference_component")]
    pub component: Option<String>,
    /// Length of the vectors.
    pub dimension: usize,
    /// Tokens that it reads of a text.
    #[serde(default)]
    pub max_tokens: Option<usize>,
    /// Texts of a request at most.
    #[serde(default)]
    pub batch: Option<usize>,
}

/// `[rerankers.NAME]`: a collection names it in `retrieval.rerank.name`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostedReranker {
    /// Model id or ARN.
    pub bedrock: String,
    /// How it is asked; left out, its name decides.
    #[serde(default)]
    pub family: Option<RerankingModel>,
}

/// Models that rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RerankingModel {
    /// Cohere Rerank 3.5.
    Cohere,
    /// Amazon Rerank 1.0.
    Amazon,
}

/// The name of the stack's guardrail among the guards, unless a guard is configured under it.
pub const GUARD_OF_STACK: &str = "stack";

/// `[guards.NAME]`: a collection, a policy or the gateway names it in `guard`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostedGuard {
    /// Id or ARN of the guardrail.
    pub bedrock: String,
    /// A number, or `DRAFT`.
    pub version: String,
    /// Characters that a request takes.
    #[serde(default)]
    pub longest_text: Option<usize>,
}

/// Tables as they stand in the file.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) bedrock: Option<Value>,
    pub(super) chat: BTreeMap<String, Value>,
    pub(super) embedders: BTreeMap<String, Value>,
    pub(super) rerankers: BTreeMap<String, Value>,
    pub(super) guards: BTreeMap<String, Value>,
}

/// Whether a `[chat.NAME]` is one that AWS hosts.
pub(super) fn is_hosted(chat: &Value) -> bool {
    chat.get("bedrock").is_some() || chat.get("sagemaker").is_some()
}

/// Each table as its type; every problem is reported.
pub(super) fn read(source: Option<&Source<'_>>, tables: Tables, problems: &mut Vec<ConfigProblem>) -> Hosted {
    let Some(source) = source else { return Hosted::default() };
    let Tables { bedrock, chat, embedders, rerankers, guards } = tables;
    let bedrock = bedrock.map(|value| source.typed("bedrock", value)).transpose();
    Hosted {
        bedrock: bedrock
            .unwrap_or_else(|problem| {
                problems.push(problem);
                None
            })
            .unwrap_or_default(),
        chat: each("chat", chat, problems, |key, value| self::chat(source, key, value)),
        embedders: each("embedders", embedders, problems, |key, value| embedder(source, key, value)),
        rerankers: each("rerankers", rerankers, problems, |key, value| source.typed(key, value)),
        guards: each("guards", guards, problems, |key, value| source.typed(key, value)),
    }
}

fn each<T>(
    table: &str,
    values: BTreeMap<String, Value>,
    problems: &mut Vec<ConfigProblem>,
    read: impl Fn(&str, Value) -> Result<T, ConfigProblem>,
) -> BTreeMap<String, T> {
    let mut found = BTreeMap::new();
    for (name, value) in values {
        match read(&format!("{table}.{name}"), value) {
            Ok(value) => {
                found.insert(name, value);
            }
            Err(problem) => problems.push(problem),
        }
    }
    found
}

fn chat(source: &Source<'_>, key: &str, value: Value) -> Result<HostedChat, ConfigProblem> {
    match (value.get("bedrock").is_some(), value.get("sagemaker").is_some()) {
        (true, false) => source.typed(key, value).map(HostedChat::Bedrock),
        (false, true) => {
            let chat: SageMakerChat = source.typed(key, value)?;
            check_names(source, key, &chat)?;
            Ok(HostedChat::SageMaker(chat))
        }
        _ => Err(needs_one(source, key)),
    }
}

fn check_names(source: &Source<'_>, key: &str, chat: &SageMakerChat) -> Result<(), ConfigProblem> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_name = |name: &str| (1..=63).contains(&name.len()) && name.bytes().all(allowed);
    let SageMakerChat { sagemaker, inference_component, target_model, model } = chat;
    for (field, name) in [("sagemaker", Some(sagemaker)), ("inference_component", inference_component.as_ref())] {
        if let Some(name) = name.filter(|name| !is_name(name)) {
            let fix = "write its name: 1 to 63 letters, digits and hyphens";
            return Err(source.problem(&format!("{key}.{field}"), format!("is {name:?}"), fix));
        }
    }
    for (field, name) in [("target_model", target_model), ("model", model)] {
        if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            let fix = format!("write a name, or remove `{field}`");
            return Err(source.problem(&format!("{key}.{field}"), "is empty", fix));
        }
    }
    Ok(())
}

fn embedder(source: &Source<'_>, key: &str, value: Value) -> Result<HostedEmbedder, ConfigProblem> {
    match (value.get("bedrock").is_some(), value.get("sagemaker").is_some()) {
        (true, false) => source.typed(key, value).map(HostedEmbedder::Bedrock),
        (false, true) => source.typed(key, value).map(HostedEmbedder::SageMaker),
        _ => Err(needs_one(source, key)),
    }
}

fn needs_one(source: &Source<'_>, key: &str) -> ConfigProblem {
    let fix = "write `bedrock` with a model, or `sagemaker` with an endpoint";
    source.problem(key, "needs one of `bedrock` and `sagemaker`", fix)
}
