//! Try one state on its own: no journal, nobody is cued. What TestState is for Step Functions.
//!
//! The state is cut out of its document, its neighbours become empty Pass states, and the same code decides about it
//! that decides in an execution. What a task, the branches or the items would return comes from a [`Mock`].

mod context;
mod cut;

use crate::{
    Definition, Diagnostic, Entry, Env, Event, Failure, Json, Start, State, Status, Variables,
    definition::scope::{Kind, StateDef},
    machine::probe::Rehearsal,
};
use serde_json::Value;
use std::sync::Arc;
use thiserror::Error;

/// What to try.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Which state of the document; `None` when the document is a state itself.
    pub state: Option<String>,
    /// Its input.
    pub input: Json,
    /// The variables it can read.
    pub variables: Variables,
    /// The context object; `None` is one made up.
    pub context: Option<Value>,
    /// What the task, the branches or the items return.
    pub mock: Option<Mock>,
    /// How often each retrier was used before.
    pub retries: u32,
    /// How many items of a Map failed.
    pub failed_items: Option<u32>,
    /// What the item reader of a Map returns.
    pub items: Option<Json>,
}

/// What comes back instead of the real thing.
#[derive(Debug, Clone, PartialEq)]
pub enum Mock {
    /// A result.
    Result(Json),
    /// An error.
    Error(Failure),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// How it went.
    pub status: TriedStatus,
    /// What the state hands on, if it does.
    pub output: Option<Json>,
    /// What went wrong, also when it was caught or would be retried.
    pub failure: Option<Failure>,
    /// Where it goes.
    pub next_state: Option<String>,
    /// Everything that would be recorded.
    pub entries: Vec<Entry>,
}

/// How a trial went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriedStatus {
    /// The state handed something on.
    Succeeded,
    /// It failed for good.
    Failed,
    /// It would be tried again.
    Retriable,
    /// A catcher took the error.
    Caught,
}

/// Why a state cannot be tried like this.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// The state is not valid.
    #[error("Invalid State Machine Definition: '{}'", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<Diagnostic>),
    /// The kind of state needs a mock.
    #[error(
        "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
    )]
    NeedsMock,
    /// The wishes contradict each other or the state.
    #[error("{0}")]
    Contradiction(String),
}

fn contradiction(message: impl Into<String>) -> Refused {
    Refused::Contradiction(message.into())
}

/// Tries one state of a document.
pub fn try_state(document: &Value, trial: &Trial, env: &Env) -> Result<Tried, Refused> {
    let (name, alone) = cut::out(document, trial.state.as_deref())?;
    let definition = Definition::parse(&alone.to_string()).map_err(Refused::Invalid)?;
    let def = definition.scope().state(&name).ok_or_else(|| contradiction("State not found in definition"))?;
    check(def, trial)?;
    let context = match &trial.context {
        Some(context) => context.clone(),
        None => context::made_up(&name, trial, env),
    };
    let mut state = State::new();
    let start = Start {
        execution: "trial".into(),
        name: "trial".into(),
        workflow: "trial".into(),
        definition_hash: definition.hash().into(),
        tenant: String::new(),
        input: trial.input.clone(),
        start_ms: env.now_ms,
        parent: None,
    };
    let started = Entry::ExecutionStarted { start: Box::new(start), deadline_ms: None, seed: env.seed };
    state.apply(&started).map_err(|why| contradiction(why.to_string()))?;
    let mut rehearsal = Rehearsal::new(&definition, state, *env, context);
    run(&mut rehearsal, def, trial).map_err(|why| contradiction(why.to_string()))?;
    Ok(report(rehearsal))
}

fn check(def: &StateDef, trial: &Trial) -> Result<(), Refused> {
    if let Some(context) = &trial.context {
        context::check(context, def).map_err(contradiction)?;
    }
    match (&def.kind, &trial.mock) {
        (Kind::Map(_), None) if trial.failed_items.is_some() => {
            Err(contradiction("TestState does not support MapIterationFailureCount when a mock is not specified."))
        }
        (Kind::Map(_) | Kind::Parallel(_), None) => Err(Refused::NeedsMock),
        (Kind::Task(_), None) => Err(contradiction("RoleArn must be specified when testing a Task state")),
        (Kind::Map(map), Some(Mock::Result(result))) if map.writer.is_none() && !result.is_array() => {
            Err(contradiction("Mocked result must be an array."))
        }
        (Kind::Parallel(_), Some(Mock::Result(result))) if !result.is_array() => {
            Err(contradiction("Mocked result must be an array."))
        }
        (Kind::Map(_) | Kind::Parallel(_) | Kind::Task(_), _) | (_, None) => Ok(()),
        (kind, Some(_)) => {
            Err(contradiction(format!("State type '{}' is not supported when a mock is specified", kind.name())))
        }
    }
}

fn run(rehearsal: &mut Rehearsal<'_>, def: &StateDef, trial: &Trial) -> Result<(), crate::FoldError> {
    let retriers = def.kind.rescue().map_or(0, |rescue| rescue.retry.len());
    rehearsal.begin(&trial.variables, trial.retries, retriers)?;
    if let (Kind::Map(map), Some(task)) = (&def.kind, rehearsal.open_task())
        && map.reader.is_some()
    {
        let output = trial.items.clone().unwrap_or_else(|| Arc::new(Value::Array(Vec::new())));
        rehearsal.feed(&Event::TaskSucceeded { task, output })?;
    }
    if let Some(task) = rehearsal.open_task() {
        return match &trial.mock {
            Some(Mock::Result(output)) => rehearsal.feed(&Event::TaskSucceeded { task, output: output.clone() }),
            Some(Mock::Error(failure)) => {
                let Failure { error, cause, .. } = failure.clone();
                rehearsal.feed(&Event::TaskFailed { task, error, cause })
            }
            None => Ok(()),
        };
    }
    match &trial.mock {
        Some(Mock::Result(results)) if rehearsal.fanned() => {
            rehearsal.end_fan(results, trial.failed_items.unwrap_or(0))
        }
        Some(Mock::Error(failure)) if rehearsal.fanned() => rehearsal.fail_fan(failure),
        _ => rehearsal.pass_time(),
    }
}

fn report(rehearsal: Rehearsal<'_>) -> Tried {
    let (entries, state) = rehearsal.into_parts();
    let caught = entries.iter().any(|entry| matches!(entry, Entry::ErrorCaught { .. }));
    let retried = entries.iter().any(|entry| matches!(entry, Entry::RetryScheduled { .. }));
    let exited = entries.iter().find_map(|entry| match entry {
        Entry::StateExited { frame: 0, next, .. } => Some(next.as_ref().map(ToString::to_string)),
        _ => None,
    });
    let failure = entries.iter().rev().find_map(|entry| match entry {
        Entry::StateFailed { error, cause, field, .. } => {
            Some(Failure { error: error.clone(), cause: cause.clone(), field: field.clone() })
        }
        Entry::TaskFailed { error, cause, .. } => {
            Some(Failure { error: error.clone(), cause: cause.clone(), field: None })
        }
        _ => None,
    });
    let status = match (exited.is_some(), caught, retried) {
        (true, true, _) => TriedStatus::Caught,
        (true, false, _) => TriedStatus::Succeeded,
        (false, _, true) if state.status() == Status::Running => TriedStatus::Retriable,
        _ => TriedStatus::Failed,
    };
    Tried { status, output: state.output().cloned(), failure, next_state: exited.flatten(), entries }
}
