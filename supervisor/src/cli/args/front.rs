//! What can be typed about the OpenAI-compatible API.

use std::time::Duration;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum KeyCommand {
    /// Make a key; its secret is shown once
    Create(CreateKey),
    /// Keys, what they allow and what they spent
    List,
    /// Withdraw a key
    Revoke(super::One),
    /// Make another key that allows the same, and withdraw the old one
    Rotate(RotateKey),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline keys create 'support bot' --tenant acme --budget 5 --per day
  cueline keys create ci --model 'auto*' --requests-per-minute 60 --lasts 30d
  cueline keys create books --tenant acme --role auditor

An auditor's key opens GET /admin/v1/usage and /admin/v1/audit/records, for what is of its tenant, and asks no models. The first key closes the door: from then on every request needs one.")]
pub(in crate::cli) struct CreateKey {
    /// What it is for
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: String,
    /// On whose behalf it asks
    #[arg(long, value_name = "TENANT", default_value = "default")]
    pub(in crate::cli) tenant: String,
    /// What it may do: ask models, or see usage and audit of its tenant; may be repeated [default: caller]
    #[arg(long = "role", value_name = "ROLE", value_parser = ["caller", "auditor"])]
    pub(in crate::cli) roles: Vec<String>,
    /// Access group; may be repeated
    #[arg(long = "group", value_name = "GROUP")]
    pub(in crate::cli) groups: Vec<String>,
    /// Model or policy that it may name, `*` at the end for any rest; may be repeated [default: all]
    #[arg(long = "model", value_name = "MODEL")]
    pub(in crate::cli) models: Vec<String>,
    /// Requests in a minute
    #[arg(long, value_name = "N")]
    pub(in crate::cli) requests_per_minute: Option<u64>,
    /// Tokens in a minute
    #[arg(long, value_name = "N")]
    pub(in crate::cli) tokens_per_minute: Option<u64>,
    /// Calls at the same time
    #[arg(long, value_name = "N")]
    pub(in crate::cli) concurrent: Option<u64>,
    /// Dollars that it may spend
    #[arg(long, value_name = "DOLLARS")]
    pub(in crate::cli) budget: Option<f64>,
    /// In which time: day, month or total
    #[arg(long, value_name = "PERIOD", requires = "budget", value_parser = ["day", "month", "total"])]
    pub(in crate::cli) per: Option<String>,
    /// How long it is valid, e.g. 12h, 30d [default: for ever]
    #[arg(long, value_name = "TIME", value_parser = super::executions::age)]
    pub(in crate::cli) lasts: Option<Duration>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AuditCommand {
    /// Show records, newest first
    Show(ShowAudit),
    /// Whether all records are there and unchanged (the same as `cueline audit`)
    Verify,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline audit show --tenant acme --since 24h
  cueline audit show --outcome model_gap_timeout --target fast --limit 1000 --json | jq .execution

With --json each record is a line.")]
pub(in crate::cli) struct ShowAudit {
    /// Only on behalf of this tenant
    #[arg(long, value_name = "TENANT")]
    pub(in crate::cli) tenant: Option<String>,
    /// Only asked with the key of this id
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) key: Option<String>,
    /// Only answers that this target was called for
    #[arg(long, value_name = "TARGET")]
    pub(in crate::cli) target: Option<String>,
    /// Only with this outcome: done, cached, or the code of an error
    #[arg(long, value_name = "OUTCOME")]
    pub(in crate::cli) outcome: Option<String>,
    /// Only what is not older, e.g. 12h, 30d
    #[arg(long, value_name = "AGE", value_parser = super::executions::age)]
    pub(in crate::cli) since: Option<Duration>,
    /// Only what is older, e.g. 1h
    #[arg(long, value_name = "AGE", value_parser = super::executions::age)]
    pub(in crate::cli) until: Option<Duration>,
    /// At most this many records
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(in crate::cli) limit: usize,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RotateKey {
    /// Its id
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    /// How long the old key is still taken, e.g. 10m, 1d
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = super::executions::age)]
    pub(in crate::cli) grace: Duration,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline chat 'Write a haiku about queues'
  cueline chat 'And one about stacks' --model auto:best --key sk-cue-…")]
pub(in crate::cli) struct Chat {
    /// What is said
    #[arg(value_name = "TEXT")]
    pub(in crate::cli) text: String,
    /// Who is asked: a target, auto, auto:POLICY or rag/COLLECTION
    #[arg(long, value_name = "MODEL", default_value = "auto")]
    pub(in crate::cli) model: String,
    /// The key, where one is needed
    #[arg(long, value_name = "KEY", env = "CUELINE_API_KEY", hide_env_values = true)]
    pub(in crate::cli) key: Option<String>,
}
