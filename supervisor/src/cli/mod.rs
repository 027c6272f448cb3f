//! The commands. `up` runs the system; nearly all others talk to the running process over HTTP.

#[macro_use]
mod output;

mod add;
mod args;
mod ask;
mod client;
mod configuration;
mod cost;
mod definitions;
mod documents;
mod doors;
mod eval;
mod events;
mod executions;
mod failure;
mod front;
mod input;
mod journal;
mod models;
mod panics;
mod queues;
mod router;
mod search;
mod system;
mod up;
mod waiting;

use std::{process::ExitCode, sync::Arc};

use clap::Parser;

use args::{
    Arguments, AuditCommand, CollectionCommand, Command, ConfigCommand, CostCommand, DeadLetterCommand,
    DefinitionCommand, DocumentCommand, EvalCommand, EventCommand, Everywhere, ExecutionCommand, KeyCommand,
    ModelCommand, QueueCommand, RouterCommand,
};
use failure::Failure;

use crate::up::{self as up_of_system, Attached, attach as open};

/// Reads the arguments, does what they say, and turns what became of it into an exit code.
pub fn main() -> ExitCode {
    panics::say_only_where();
    if let (Ok(api), 1) = (std::env::var(up_of_system::RUNTIME_API), std::env::args_os().len()) {
        return ended(up::function(&api));
    }
    let Arguments { everywhere, command } = Arguments::parse();
    let result = run(&everywhere, command);
    ended(result)
}

fn ended(result: Result<(), Failure>) -> ExitCode {
    match result.and_then(|()| output::lost().map_or(Ok(()), |error| Err(Failure::output(error)))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_silent() {
                tell!("{failure}");
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(here: &Everywhere, command: Command) -> Result<(), Failure> {
    match command {
        Command::Up(args) => up::run(here, &args),
        Command::ParseDocument => crate::wiring::parse_documents(std::io::stdin().lock(), std::io::stdout().lock())
            .map_err(|error| Failure::failed(format!("parser child: {error}"))),
        Command::Models { command: ModelCommand::Pull(args) } => models::pull(here, &args),
        Command::Eval { command: EvalCommand::Retrieval(args) } => eval::retrieval(here, &args),
        Command::Eval { command: EvalCommand::Routing(args) } => router::evaluate(here, &args),
        Command::Router { command: RouterCommand::Train(args) } => router::train(here, &args),
        Command::Definitions { command: DefinitionCommand::Validate(args) } => definitions::validate(here, &args),
        Command::Cost { command: CostCommand::Plan(args) } => cost::plan(here, &args),
        Command::Config { command } => match command {
            ConfigCommand::Check(args) => configuration::check(here, &args),
            ConfigCommand::Put(args) => configuration::put(here, &args),
            ConfigCommand::Show => configuration::show(here),
        },
        Command::Events { command } => match command {
            EventCommand::List => events::list(here),
            EventCommand::Schema(args) => events::schema(&args),
            EventCommand::Validate(args) => events::validate(here, &args),
        },
        online => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
            runtime.block_on(async { talk(&attached(here).await?, online).await })
        }
    }
}

/// Where a command talks to.
async fn attached(here: &Everywhere) -> Result<Everywhere, Failure> {
    let attached = attach(here).await?.map(Arc::new);
    Ok(Everywhere { attached, ..here.clone() })
}

/// On a stack a command brings its own admin interface.
async fn attach(here: &Everywhere) -> Result<Option<Attached>, Failure> {
    if here.stack.is_none() {
        return Ok(None);
    }
    crate::wiring::install_tls();
    let config = configuration::load(&here.overrides()).await?;
    open(&config).await.map(Some).map_err(Failure::Start)
}

async fn talk(here: &Everywhere, command: Command) -> Result<(), Failure> {
    match command {
        Command::Add(args) => add::run(here, &args).await,
        Command::Ask(args) => ask::run(here, &args).await,
        Command::Search(args) => search::run(here, &args).await,
        Command::Collections { command: None } => documents::collections(here).await,
        Command::Collections { command: Some(CollectionCommand::Sync) } => documents::sync(here).await,
        Command::Documents { command } => match command {
            DocumentCommand::List(args) => documents::list(here, &args).await,
            DocumentCommand::Show(args) => documents::show(here, &args).await,
            DocumentCommand::Retry(args) => documents::retry(here, &args).await,
            DocumentCommand::Remove(args) => documents::remove(here, &args).await,
        },
        Command::Executions { command } => match command {
            ExecutionCommand::List(args) => executions::list(here, &args).await,
            ExecutionCommand::Show(args) => executions::show(here, &args).await,
            ExecutionCommand::History(args) => journal::history(here, &args).await,
            ExecutionCommand::Replay(args) => journal::replay(here, &args).await,
            ExecutionCommand::Verify(args) => journal::verify(here, &args).await,
            ExecutionCommand::Fork(args) => executions::fork(here, &args).await,
            ExecutionCommand::Cancel(args) => executions::cancel(here, &args).await,
            ExecutionCommand::Complete(args) => executions::complete(here, &args).await,
            ExecutionCommand::Forget(args) => executions::forget(here, &args).await,
            ExecutionCommand::Start(args) => executions::start(here, &args).await,
        },
        Command::Start(args) => executions::start(here, &args).await,
        Command::Definitions { command } => match command {
            DefinitionCommand::List => definitions::list(here).await,
            DefinitionCommand::Show(args) => definitions::show(here, &args).await,
            DefinitionCommand::Validate(args) => definitions::validate(here, &args),
        },
        Command::Cost { command } => match command {
            CostCommand::Execution(args) => cost::execution(here, &args).await,
            CostCommand::Plan(args) => cost::plan(here, &args),
        },
        Command::Chat(args) => front::chat(here, &args).await,
        Command::Keys { command } => match command {
            KeyCommand::Create(args) => front::create_key(here, &args).await,
            KeyCommand::List => front::list_keys(here).await,
            KeyCommand::Revoke(args) => front::revoke_key(here, &args).await,
            KeyCommand::Rotate(args) => front::rotate_key(here, &args).await,
        },
        Command::Tenants => front::tenants(here).await,
        Command::Targets => front::targets(here).await,
        Command::Alerts => front::alerts(here).await,
        Command::Usage => front::usage(here).await,
        Command::Audit { command: None | Some(AuditCommand::Verify) } => front::verify_audit(here).await,
        Command::Audit { command: Some(AuditCommand::Show(args)) } => front::show_audit(here, &args).await,
        Command::Actors => system::actors(here).await,
        Command::Status => system::status(here).await,
        Command::Doors => doors::show(here).await,
        Command::DeadLetters { command } => match command {
            DeadLetterCommand::List(args) => queues::dead_letters(here, &args).await,
            DeadLetterCommand::Redrive(args) => queues::redrive(here, &args).await,
        },
        Command::Queues { command } => match command {
            QueueCommand::List => queues::list(here).await,
            QueueCommand::Purge(args) => queues::purge(here, &args).await,
        },
        // Handled before a runtime was needed.
        Command::Up(_)
        | Command::ParseDocument
        | Command::Models { .. }
        | Command::Eval { .. }
        | Command::Config { .. }
        | Command::Router { .. }
        | Command::Events { .. } => Ok(()),
    }
}
