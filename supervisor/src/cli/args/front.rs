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

The first key closes the door: from then on every request needs one.")]
pub(in crate::cli) struct CreateKey {
    /// What it is for
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: String,
    /// On whose behalf it asks [default: default]
    #[arg(long, value_name = "TENANT", default_value = "")]
    pub(in crate::cli) tenant: String,
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
