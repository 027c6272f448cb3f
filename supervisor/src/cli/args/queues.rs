//! What can be typed about queues and dead letters.

use clap::{ArgGroup, Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DeadLetterCommand {
    /// List dead letters, decoded
    List(QueueArgs),
    /// Send dead letters to their queue again
    Redrive(Redrive),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct QueueArgs {
    /// Only of this queue
    #[arg(long, value_name = "QUEUE")]
    pub(in crate::cli) queue: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Redrive {
    /// Their queue
    #[arg(value_name = "QUEUE")]
    pub(in crate::cli) queue: String,
    /// Dead letters; all of the queue when none is named
    #[arg(value_name = "ID")]
    pub(in crate::cli) ids: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum QueueCommand {
    /// List queues and how full they are
    List,
    /// Drop every message: what the journal still needs is sent again
    Purge(Purge),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["queue", "all"]))]
pub(in crate::cli) struct Purge {
    /// The queue
    #[arg(value_name = "QUEUE")]
    pub(in crate::cli) queue: Option<String>,
    /// Every queue
    #[arg(long)]
    pub(in crate::cli) all: bool,
}
