//! The commands. `up` runs the system; nearly all others talk to the running process over HTTP.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "standard output belongs to the command line")]

mod add;
mod args;
mod ask;
mod client;
mod definitions;
mod documents;
mod eval;
mod executions;
mod failure;
mod input;
mod journal;
mod models;
mod output;
mod queues;
mod system;
mod up;

use std::process::ExitCode;

use clap::Parser;

use args::{
    Arguments, Command, DeadLetterCommand, DefinitionCommand, DocumentCommand, EvalCommand, ExecutionCommand,
    ModelCommand, QueueCommand,
};
use failure::Failure;

/// Reads the arguments, does what they say, and turns what became of it into an exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_silent() {
                eprintln!("{failure}");
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Up(args) => up::run(&args),
        Command::ParseDocument => crate::wiring::parse_documents(std::io::stdin().lock(), std::io::stdout().lock())
            .map_err(|error| Failure::failed(format!("parser child: {error}"))),
        Command::Models { command: ModelCommand::Pull(args) } => models::pull(&args),
        Command::Eval { command: EvalCommand::Retrieval(args) } => eval::retrieval(&args),
        Command::Definitions { command: DefinitionCommand::Validate(args) } => definitions::validate(&args),
        online => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
            runtime.block_on(talk(online))
        }
    }
}

async fn talk(command: Command) -> Result<(), Failure> {
    match command {
        Command::Add(args) => add::run(&args).await,
        Command::Ask(args) => ask::run(&args).await,
        Command::Collections(args) => documents::collections(&args).await,
        Command::Documents { command } => match command {
            DocumentCommand::List(args) => documents::list(&args).await,
            DocumentCommand::Show(args) => documents::show(&args).await,
            DocumentCommand::Retry(args) => documents::retry(&args).await,
            DocumentCommand::Remove(args) => documents::remove(&args).await,
        },
        Command::Executions { command } => match command {
            ExecutionCommand::List(args) => executions::list(&args).await,
            ExecutionCommand::Show(args) => executions::show(&args).await,
            ExecutionCommand::History(args) => journal::history(&args).await,
            ExecutionCommand::Replay(args) => journal::replay(&args).await,
            ExecutionCommand::Verify(args) => journal::verify(&args).await,
            ExecutionCommand::Fork(args) => executions::fork(&args).await,
            ExecutionCommand::Cancel(args) => executions::cancel(&args).await,
            ExecutionCommand::Complete(args) => executions::complete(&args).await,
            ExecutionCommand::Start(args) => executions::start(&args).await,
        },
        Command::Start(args) => executions::start(&args).await,
        Command::Definitions { command } => match command {
            DefinitionCommand::List(args) => definitions::list(&args).await,
            DefinitionCommand::Show(args) => definitions::show(&args).await,
            DefinitionCommand::Validate(args) => definitions::validate(&args),
        },
        Command::Actors(args) => system::actors(&args).await,
        Command::Status(args) => system::status(&args).await,
        Command::DeadLetters { command } => match command {
            DeadLetterCommand::List(args) => queues::dead_letters(&args).await,
            DeadLetterCommand::Redrive(args) => queues::redrive(&args).await,
        },
        Command::Queues { command } => match command {
            QueueCommand::List(args) => queues::list(&args).await,
            QueueCommand::Purge(args) => queues::purge(&args).await,
        },
        // Handled before a runtime was needed.
        Command::Up(_) | Command::ParseDocument | Command::Models { .. } | Command::Eval { .. } => Ok(()),
    }
}
