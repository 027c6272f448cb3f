//! What state machines promise to whoever starts them.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::TestClock;
use crate::{MachineExecution, MachineStatus, PortErrorKind, StartMachine, StateMachines};

/// State machines that are there, and one that is not.
pub struct MachinesBench {
    /// The port.
    pub port: Arc<dyn StateMachines>,
    /// For waiting.
    pub clock: Arc<dyn TestClock>,
    /// Its output is its input.
    pub echo: String,
    /// Ends with the error `Broken` and the cause `it is`.
    pub failing: String,
    /// Does not end.
    pub waiting: String,
    /// Is not there.
    pub missing: String,
}

/// Checks every promise of [`StateMachines`].
pub async fn state_machines_suite(bench: &MachinesBench) {
    an_execution_ends_with_its_output(bench).await;
    an_execution_that_failed_says_why(bench).await;
    a_name_is_one_execution(bench).await;
    a_name_with_another_input_is_refused(bench).await;
    what_is_not_there_is_not_found(bench).await;
}

fn start(machine: &str, name: &str, input: Value) -> StartMachine {
    StartMachine { machine: machine.to_owned(), name: name.to_owned(), input }
}

async fn ended(bench: &MachinesBench, execution: &str) -> MachineExecution {
    for _ in 0..600 {
        let found = bench.port.describe(execution).await.expect("an execution can be looked at");
        if found.status != MachineStatus::Running {
            return found;
        }
        bench.clock.advance(Duration::from_millis(100)).await;
    }
    panic!("the execution does not end");
}

async fn an_execution_ends_with_its_output(bench: &MachinesBench) {
    let input = json!({"order": 7, "of": ["é", null]});
    let started = bench.port.start(start(&bench.echo, "ends", input.clone())).await.expect("it can be started");
    let found = ended(bench, &started.execution).await;
    assert_eq!((found.status, &found.output), (MachineStatus::Succeeded, &Some(input.clone())));
    assert_eq!((found.name.as_str(), &found.input, found.error), ("ends", &input, None));
    assert_eq!(found.execution, started.execution);
    assert!(found.started_ms > 0 && found.ended_ms.is_some_and(|ended| ended >= found.started_ms), "times are told");
}

async fn an_execution_that_failed_says_why(bench: &MachinesBench) {
    let started = bench.port.start(start(&bench.failing, "fails", json!({}))).await.expect("it can be started");
    let found = ended(bench, &started.execution).await;
    assert_eq!((found.status, found.output), (MachineStatus::Failed, None));
    assert_eq!((found.error.as_deref(), found.cause.as_deref()), (Some("Broken"), Some("it is")));
}

async fn a_name_is_one_execution(bench: &MachinesBench) {
    for machine in [&bench.echo, &bench.waiting] {
        let first = bench.port.start(start(machine, "once", json!({"n": 1}))).await.expect("it can be started");
        if machine == &bench.echo {
            ended(bench, &first.execution).await;
        }
        let again = bench.port.start(start(machine, "once", json!({"n": 1}))).await.expect("a repeated start is none");
        assert_eq!(first.execution, again.execution, "the same name is the same execution");
    }
}

async fn a_name_with_another_input_is_refused(bench: &MachinesBench) {
    bench.port.start(start(&bench.waiting, "taken", json!({"n": 1}))).await.expect("it can be started");
    let other = bench.port.start(start(&bench.waiting, "taken", json!({"n": 2}))).await;
    assert_eq!(other.err().map(|error| error.kind), Some(PortErrorKind::Conflict), "a name that is taken");
}

async fn what_is_not_there_is_not_found(bench: &MachinesBench) {
    let machine = bench.port.start(start(&bench.missing, "name", json!({}))).await;
    assert_eq!(machine.err().map(|error| error.kind), Some(PortErrorKind::NotFound), "no such state machine");
    let started = bench.port.start(start(&bench.echo, "known", json!({}))).await.expect("it can be started");
    let unknown = bench.port.describe(&started.execution.replace("known", "unknown")).await;
    assert_eq!(unknown.err().map(|error| error.kind), Some(PortErrorKind::NotFound), "no such execution");
}
