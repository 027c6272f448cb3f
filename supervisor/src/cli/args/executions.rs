//! What can be typed about executions and workflows.

use std::{path::PathBuf, time::Duration};

use clap::{ArgGroup, Args, Subcommand};

use super::One;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ExecutionCommand {
    /// List executions, newest first
    List(ListExecutions),
    /// Show where an execution stands
    Show(One),
    /// Show the journal of an execution
    History(One),
    /// Decide the recorded events again; calls nothing
    Replay(One),
    /// Fold a journal again and compare with its snapshot, byte by byte
    Verify(Verify),
    /// Run on from a step of a recorded execution, perhaps with another input or definition
    Fork(Fork),
    /// End an execution
    Cancel(Cancel),
    /// Complete a task that waits outside (cueline:callback)
    Complete(Complete),
    /// Forget executions that ended long ago, and what only they held
    Forget(Forget),
    /// Start a workflow (the same as `cueline start`)
    Start(Start),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ListExecutions {
    /// running, succeeded, failed, aborted or timed_out
    #[arg(long, value_name = "STATUS")]
    pub(in crate::cli) status: Option<String>,
    /// Only runs of this workflow
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) workflow: Option<String>,
    /// Only ids that begin so
    #[arg(long, value_name = "PREFIX")]
    pub(in crate::cli) prefix: Option<String>,
    /// At most this many rows
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(in crate::cli) limit: usize,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["id", "all"]))]
pub(in crate::cli) struct Verify {
    /// The execution
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: Option<String>,
    /// Every execution there is
    #[arg(long)]
    pub(in crate::cli) all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline executions forget --older-than 30d
  cueline executions forget --older-than 12h

Payloads of the last day stay, whoever named them. Documents are not touched: see `cueline documents remove`.")]
pub(in crate::cli) struct Forget {
    /// How long ago they ended: a number with s, m, h or d
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub(in crate::cli) older_than: Duration,
}

/// `90s`, `15m`, `12h` or `30d`.
pub(super) fn age(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.len().saturating_sub(text.chars().next_back().map_or(0, char::len_utf8)));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err("write a number with s, m, h or d, e.g. 30d".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| format!("`{number}` is no whole number, e.g. 30d"))?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(|| "that is too long ago".to_owned())
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline executions fork ID --from 2
  cueline executions fork ID --from 1 --input '{\"collection\": \"default\", \"question\": \"...\"}' --wait
  cueline executions fork ID --from 3 --definition changed.asl.json")]
pub(in crate::cli) struct Fork {
    /// The recorded execution
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    /// First step that runs live; 1 is the first state that was entered
    #[arg(long, value_name = "STEP")]
    pub(in crate::cli) from: u32,
    /// Another input for that step: JSON, a file, or - for standard input
    #[arg(long, value_name = "FILE|JSON")]
    pub(in crate::cli) input: Option<String>,
    /// Another definition
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) definition: Option<PathBuf>,
    /// Wait until it has ended, then show it
    #[arg(long)]
    pub(in crate::cli) wait: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Cancel {
    /// The execution
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(in crate::cli) cause: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Complete {
    /// The task's token, see `executions show`
    #[arg(value_name = "TOKEN")]
    pub(in crate::cli) token: String,
    /// The result: JSON, a file, or - for standard input
    #[arg(long, value_name = "FILE|JSON", conflicts_with = "error")]
    pub(in crate::cli) output: Option<String>,
    /// Fail the task with this error name
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) error: Option<String>,
    /// Why it failed
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(in crate::cli) cause: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline start --definition approve.asl.json --input order.json --wait
  cueline start rag-ask --input '{\"collection\": \"default\", \"question\": \"...\"}'")]
pub(in crate::cli) struct Start {
    /// A known workflow, or the name for the run of a definition file
    #[arg(value_name = "WORKFLOW", required_unless_present = "definition")]
    pub(in crate::cli) workflow: Option<String>,
    /// An Amazon States Language document
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) definition: Option<PathBuf>,
    /// The input: JSON, a file, or - for standard input
    #[arg(long, value_name = "FILE|JSON", default_value = "{}")]
    pub(in crate::cli) input: String,
    /// An id of yours; starting twice with the same id and input is the same execution
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) id: Option<String>,
    /// Wait until it has ended, then show it
    #[arg(long)]
    pub(in crate::cli) wait: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DefinitionCommand {
    /// List named workflows
    List,
    /// Print the document of a workflow
    Show(One),
    /// Check definition files: every error with its place
    Validate(Validate),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Validate {
    /// Definition files
    #[arg(required = true, value_name = "FILE")]
    pub(in crate::cli) files: Vec<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_with_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000), ("0d", 0)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "30", "d", "-1d", "1.5h", "3ä", "99999999999999999999d", "18446744073709551615d"] {
            assert!(age(text).is_err(), "{text}");
        }
    }
}
