//! What can be typed about documents and questions.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::One;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline add report.pdf notes.md
  cueline add --collection hr policies/       folders keep their shape")]
pub(in crate::cli) struct Add {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Collection to add them to
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) collection: Option<String>,
    /// Return once the files are copied
    #[arg(long)]
    pub(in crate::cli) no_wait: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline ask \"How long is the notice period?\"
  cueline ask --collection hr --group managers --filter '{\"equals\": {\"key\": \"year\", \"value\": 2024}}' \"...\"")]
pub(in crate::cli) struct Ask {
    /// The question
    #[arg(value_name = "QUESTION")]
    pub(in crate::cli) question: String,
    /// Collection to look in
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) collection: Option<String>,
    /// Access group of whoever asks; may be repeated
    #[arg(long = "group", value_name = "GROUP")]
    pub(in crate::cli) groups: Vec<String>,
    /// Metadata filter as JSON
    #[arg(long, value_name = "JSON")]
    pub(in crate::cli) filter: Option<String>,
    /// Passages to answer from
    #[arg(long, value_name = "N")]
    pub(in crate::cli) limit: Option<u32>,
    /// A configured chat model, or `extractive`
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) model: Option<String>,
    /// hybrid, keyword or vector
    #[arg(long, value_name = "MODE")]
    pub(in crate::cli) mode: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline search \"notice period\"
  cueline search --collection hr --group managers --limit 3 \"notice period\"")]
pub(in crate::cli) struct Search {
    /// What to look for
    #[arg(value_name = "QUESTION")]
    pub(in crate::cli) question: String,
    /// Collection to look in
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) collection: Option<String>,
    /// Access group of whoever asks; may be repeated
    #[arg(long = "group", value_name = "GROUP")]
    pub(in crate::cli) groups: Vec<String>,
    /// Metadata filter as JSON
    #[arg(long, value_name = "JSON")]
    pub(in crate::cli) filter: Option<String>,
    /// Passages to show
    #[arg(long, value_name = "N")]
    pub(in crate::cli) limit: Option<u32>,
    /// hybrid, keyword or vector
    #[arg(long, value_name = "MODE")]
    pub(in crate::cli) mode: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CollectionCommand {
    /// Compare the whole inbox with the ledger now, and start what no news told of
    Sync,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DocumentCommand {
    /// List documents
    List(ListDocuments),
    /// Show one document
    Show(One),
    /// Ingest a document again from the beginning
    Retry(One),
    /// Delete a document and its file
    Remove(One),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ListDocuments {
    /// Only of this collection
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) collection: Option<String>,
    /// Only in this state, e.g. refused
    #[arg(long, value_name = "STATE")]
    pub(in crate::cli) state: Option<String>,
    /// At most this many rows
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(in crate::cli) limit: usize,
}
