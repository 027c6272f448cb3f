//! What can be typed about the configuration.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ConfigCommand {
    /// Say everything that is wrong with a file, each with line, key and fix
    Check(CheckConfig),
    /// Keep a file for the processes of a stack; they read it when they start
    Put(PutConfig),
    /// Print what a stack keeps
    Show,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline config check
  cueline config check etc/cueline.toml --json")]
pub(in crate::cli) struct CheckConfig {
    /// The file [default: --config, or ./cueline.toml]
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  cueline config put cueline.toml --stack cueline")]
pub(in crate::cli) struct PutConfig {
    /// The file
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,
}
