//! What can be typed. One file per part of the system; what every command takes is here.

mod configuration;
mod cost;
mod documents;
mod events;
mod executions;
mod front;
mod process;
mod queues;

use std::{path::PathBuf, sync::Arc};

use clap::{Args, Parser, Subcommand};

pub(super) use self::{
    configuration::{CheckConfig, ConfigCommand, PutConfig},
    cost::{CostCommand, Plan as PlanCost},
    documents::{Add, Ask, CollectionCommand, DocumentCommand, ListDocuments, Search},
    events::{EventCommand, EventSchema, ValidateEvents},
    executions::{
        Cancel, Complete, DefinitionCommand, ExecutionCommand, Forget, Fork, ListExecutions, Start, Validate, Verify,
    },
    front::{AuditCommand, Chat, CreateKey, KeyCommand, RotateKey, ShowAudit},
    process::{EvalCommand, ModelCommand, Pull, Retrieval, RouterCommand, Routing, TrainRouter, Up},
    queues::{DeadLetterCommand, Purge, QueueArgs, QueueCommand, Redrive},
};
use crate::config::Overrides;

const EXAMPLES: &str = "\
Examples:
  cueline up                                  start everything in ./cueline-data
  cueline add report.pdf notes/               make documents searchable
  cueline ask \"How long is the notice period?\"
  cueline search \"notice period\"              the passages alone, with their scores
  cueline executions list                     what ran, newest first
  cueline executions fork ID --from 2 --input '{\"question\": \"...\"}'

Exit codes:
  0  done
  1  done, with a bad result: a document was refused, an execution failed, a journal does not verify
  2  the command line or the configuration is wrong
  3  no cueline is running on the data directory
  4  the running process refused the request
  5  the system could not start";

/// Runs generative-AI workflows as supervised actors: durable, inspectable, on one machine or on AWS.
///
/// `up` starts everything in one process. Drop files into its inbox folder (or `add` them), `ask` questions about them,
/// and open any execution to see, replay, verify or fork its steps.
#[derive(Debug, Parser)]
#[command(name = "cueline", version, after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) everywhere: Everywhere,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command takes, before or after its name.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Every command")]
pub(super) struct Everywhere {
    /// Data directory [default: ./cueline-data, or `data` of the configuration]
    #[arg(long, global = true, value_name = "DIR", env = "CUELINE_DATA")]
    pub(super) data: Option<PathBuf>,
    /// Configuration [default: ./cueline.toml if it is there]
    #[arg(long, global = true, value_name = "FILE", env = "CUELINE_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// Stack on AWS whose services are used, instead of a data directory
    #[arg(long, global = true, value_name = "NAME", env = "CUELINE_STACK")]
    pub(super) stack: Option<String>,
    /// Print JSON for programs
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// What a command on a stack talks to: an interface of its own.
    #[arg(skip)]
    pub(super) attached: Option<Arc<crate::up::Attached>>,
}

impl Everywhere {
    pub(super) fn overrides(&self) -> Overrides {
        let Self { data, config, stack, .. } = self.clone();
        Overrides { file: config, data, stack, ..Overrides::default() }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Start everything: workers, inbox, admin interface
    Up(Up),
    /// Copy files into the inbox and wait until they are searchable
    Add(Add),
    /// Ask a question about the documents
    Ask(Ask),
    /// Find the passages that fit a question, without an answer
    Search(Search),
    /// Collections: how many documents and chunks, in which states; or compare them with what is really there
    Collections {
        #[command(subcommand)]
        command: Option<CollectionCommand>,
    },
    /// Documents: list, show, retry, remove
    Documents {
        #[command(subcommand)]
        command: DocumentCommand,
    },
    /// Executions: list, show, history, replay, verify, fork, cancel, forget, start
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
    /// The configuration: check a file, or keep one for the processes of a stack
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Say something to a model through the OpenAI-compatible API, and see the answer as it comes
    Chat(Chat),
    /// Keys of the OpenAI-compatible API: create, list, revoke, rotate
    Keys {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// What all keys of a tenant may do together, and what it spent
    Tenants,
    /// Chat models that can be asked: how each does, what it costs
    Targets,
    /// What is wrong for too long, by the rules of [alerts]
    Alerts,
    /// What was used, by day, tenant and target
    Usage,
    /// Records of every answer of a model: show them; or whether they are all there and unchanged
    Audit {
        #[command(subcommand)]
        command: Option<AuditCommand>,
    },
    /// What running costs on AWS: of an execution, or planned for given traffic
    Cost {
        #[command(subcommand)]
        command: CostCommand,
    },
    /// The actors: state, restarts, mailbox
    Actors,
    /// The running process: addresses, models, notes
    Status,
    /// Messages that nobody could process: list, redrive
    DeadLetters {
        #[command(subcommand)]
        command: DeadLetterCommand,
    },
    /// Events that are published or accepted: list, schema, validate
    Events {
        #[command(subcommand)]
        command: EventCommand,
    },
    /// The S3 and EventBridge endpoints: address and keys, ready for the AWS CLI and SDKs
    Doors,
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
    /// What `auto` learns from outcomes
    Router {
        #[command(subcommand)]
        command: RouterCommand,
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

/// A command about one thing.
#[derive(Debug, Args)]
pub(super) struct One {
    /// Its id, key or name
    #[arg(value_name = "ID")]
    pub(super) id: String,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(words(line))
    }

    /// Words as a shell would cut them.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut quote, mut open) = (vec![String::new()], None, false);
        for letter in line.chars() {
            match (quote, letter) {
                (None, ' ') if open => {
                    words.push(String::new());
                    open = false;
                }
                (None, ' ') => {}
                (None, '\'' | '"') => (quote, open) = (Some(letter), true),
                (Some(end), letter) if end == letter => quote = None,
                (_, letter) => {
                    words.last_mut().unwrap().push(letter);
                    open = true;
                }
            }
        }
        words.retain(|word| !word.is_empty());
        words
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
            "cueline up --sample --json",
            "cueline up --data d --config c --admin 127.0.0.1:0 --log json --sample x",
            "cueline add a.pdf b/ --collection hr --no-wait",
            "cueline ask question --group a --group b --json",
            "cueline search question --limit 3",
            "cueline executions verify --all",
            "cueline executions verify run-1",
            "cueline executions fork run-1 --from 2 --input {}",
            "cueline executions start rag-ask",
            "cueline start --definition f.asl.json --input i.json",
            "cueline definitions validate a b",
            "cueline dead-letters redrive embedding",
            "cueline queues purge --all",
            "cueline cost execution run-1 --json",
            "cueline cost plan --executions-per-day 100000 --steps-per-execution 10",
            "cueline events list",
            "cueline events schema WorkflowRequested",
            "cueline events validate -",
            "cueline keys create ci --tenant a --budget 5 --per day --lasts 30d --model auto --group g",
            "cueline keys rotate key-1 --grace 1d",
            "cueline chat hello --model auto:best --key k",
            "cueline targets --json",
            "cueline alerts",
            "cueline usage",
            "cueline audit",
            "cueline audit verify",
            "cueline audit show --tenant a --key k --target t --outcome done --since 24h --until 1h --limit 5 --json",
            "cueline keys create books --tenant a --role auditor --role caller",
            "cueline up --gateway 127.0.0.1:0 --no-doors",
            "cueline config check",
            "cueline config check cueline.toml --json",
            "cueline config put cueline.toml --stack cueline",
            "cueline config show --stack cueline",
            "cueline doors",
            "cueline up --doors 127.0.0.1:0",
            "cueline up --no-doors",
            "cueline eval retrieval scifact",
            "cueline eval routing dev.jsonl --train train.jsonl",
            "cueline eval routing dev.jsonl --router a.router --json",
            "cueline eval routing --from-executions 7d --router a.router --threshold 20 --policy auto --data here",
            "cueline router train a.jsonl --out a.router --data here",
            "cueline router train outcomes.jsonl --out a.router",
            "cueline router train --from-executions --out a.router",
            "cueline router train --from-executions 30d --policy auto --out a.router --stack cueline --json",
            "cueline models pull --from pypi --json",
            "cueline parse-document",
        ] {
            assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
        }
    }

    /// A stranger copies them as they stand.
    #[test]
    fn what_the_readme_shows_can_be_typed() {
        let readme = include_str!("../../../../README.md");
        let fenced = readme.lines().filter_map(|line| line.strip_prefix("    "));
        // Two words in the middle of a sentence are the name of a command.
        let quoted = readme.split('`').skip(1).step_by(2).filter(|text| text.split_whitespace().count() > 2);
        let commands = fenced.chain(quoted).map(|text| text.split("  #").next().unwrap_or(text).trim());
        let commands = commands.map(|text| text.replace("cargo run --release -- ", "cueline "));
        let commands: Vec<String> = commands.filter(|text| text.starts_with("cueline ")).collect();
        assert!(commands.len() > 12, "{commands:?}");
        for line in commands {
            let parsed = parse(&line);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }

    #[test]
    fn where_and_how_may_be_said_before_and_after_the_command() {
        for line in ["cueline --data d --config c --json ask q", "cueline ask q --data d --config c --json"] {
            let Everywhere { data, config, json, .. } = parse(line).unwrap().everywhere;
            assert_eq!((data, config, json), (Some("d".into()), Some("c".into()), true), "{line}");
        }
    }

    #[test]
    fn every_command_takes_json() {
        for line in ["up", "models pull", "status", "documents show x", "executions list", "definitions validate f"] {
            assert!(parse(&format!("cueline {line} --json")).unwrap().everywhere.json, "{line}");
        }
    }

    /// Of `keys create` one option told two.
    #[test]
    fn no_option_tells_its_default_twice() {
        fn look(command: &mut clap::Command) {
            let help = command.render_long_help().to_string();
            for line in help.lines() {
                assert!(line.matches("[default:").count() < 2, "{}: {line}", command.get_name());
            }
            command.get_subcommands_mut().for_each(look);
        }
        let mut command = Arguments::command();
        command.build();
        for inner in command.get_subcommands_mut() {
            look(inner);
        }
        let keys =
            Arguments::command().find_subcommand("keys").and_then(|keys| keys.find_subcommand("create")).cloned();
        let help = keys.unwrap().render_help().to_string();
        assert!(help.contains("[default: default]") && !help.contains("[default: \"\"]"), "{help}");
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
            "cueline audit show --since yesterday",
            "cueline keys create books --role operator",
            "cueline cost plan --executions-per-day 0 --steps-per-execution 10",
            "cueline cost plan --executions-per-day 10",
            "cueline router train --out a.router",
            "cueline router train a.jsonl --from-executions --out a.router",
            "cueline router train a.jsonl --policy auto --out a.router",
            "cueline router train --from-executions soon --out a.router",
            "cueline nonsense",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
