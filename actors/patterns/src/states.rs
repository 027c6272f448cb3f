//! The actor kind `states`: state machines that others run, started from a definition.
//!
//! An execution is started under a name that follows from the step, so however often a step is tried its state machine is
//! started once. A step that waits for the end and is retried because the end was bad starts another one.

use std::time::Duration;

use async_trait::async_trait;
use cueline_ports::{MachineExecution, MachineStarted, MachineStatus, PortErrorKind, StartMachine, StateMachines};
use cueline_protocol::{
    tasks::{RunStateMachine, StartStateMachine, with_whole_numbers},
    v1::{RunStateMachineReply, StartStateMachineReply, StartStateMachineRequest},
};
use cueline_runtime::{Perform, TaskContext, TaskError, worker::Kind};
use serde_json::{Value, json};

/// The error that Step Functions give a step whose state machine did not succeed.
const FAILED: &str = "States.TaskFailed";
/// Pauses between two looks: the first, and the longest.
const FIRST_LOOK: Duration = Duration::from_millis(500);
const LONGEST_LOOK: Duration = Duration::from_secs(20);

/// Starts a state machine.
pub struct Starter;

/// Starts a state machine and waits for its end.
pub struct Runner;

/// The actor kind, with so many state machines waited for at once.
pub fn kind(workers: usize) -> Kind {
    Kind::new("states", workers).task::<StartStateMachine>(Starter).task::<RunStateMachine>(Runner)
}

#[async_trait]
impl Perform<StartStateMachine> for Starter {
    async fn perform(
        &self,
        context: &TaskContext,
        request: StartStateMachineRequest,
    ) -> Result<StartStateMachineReply, TaskError> {
        let machines = machines(context)?;
        let request = Request::of(request)?;
        let name = request.name.clone().unwrap_or_else(|| name(&context.idempotency_key, 1));
        let MachineStarted { execution, started_ms } = start(machines, request.start(name)).await?;
        Ok(StartStateMachineReply { execution_arn: execution, start_date: started_ms as f64 })
    }
}

#[async_trait]
impl Perform<RunStateMachine> for Runner {
    async fn perform(
        &self,
        context: &TaskContext,
        request: StartStateMachineRequest,
    ) -> Result<RunStateMachineReply, TaskError> {
        let machines = machines(context)?;
        let request = Request::of(request)?;
        let found = match &request.name {
            Some(name) => {
                let started = start(machines, request.start(name.clone())).await?;
                ended(context, machines, &started.execution).await?
            }
            None => tried(context, machines, &request).await?,
        };
        if found.status != MachineStatus::Succeeded {
            return Err(TaskError::new(FAILED, cause(&found)));
        }
        let output = found.output.unwrap_or_default().try_into().map_err(|error| {
            TaskError::new(FAILED, format!("the output of {} cannot be kept: {error}", found.execution))
        })?;
        Ok(RunStateMachineReply {
            execution_arn: found.execution,
            state_machine_arn: found.machine,
            name: found.name,
            status: found.status.as_str().to_owned(),
            start_date: found.started_ms as f64,
            stop_date: found.ended_ms.unwrap_or(found.started_ms) as f64,
            output: Some(output),
        })
    }
}

/// Arguments that were looked at.
struct Request {
    machine: String,
    input: Value,
    name: Option<String>,
}

impl Request {
    fn of(request: StartStateMachineRequest) -> Result<Self, TaskError> {
        let StartStateMachineRequest { state_machine_arn: machine, input, name } = request;
        if !machine.contains(":stateMachine:") {
            let cause = format!("StateMachineArn is {machine:?}: give arn:aws:states:REGION:ACCOUNT:stateMachine:NAME");
            return Err(TaskError::invalid(cause));
        }
        let input = input.map_or_else(|| json!({}), |input| with_whole_numbers(input.into()));
        Ok(Self { machine, input, name: Some(name).filter(|name| !name.is_empty()) })
    }

    fn start(&self, name: String) -> StartMachine {
        StartMachine { machine: self.machine.clone(), name, input: self.input.clone() }
    }
}

fn machines(context: &TaskContext) -> Result<&dyn StateMachines, TaskError> {
    context.world.state_machines.as_deref().ok_or_else(|| {
        let cause = "this process starts no state machines: run it on AWS, or replace the task in the definition";
        TaskError::new("Cueline.Unsupported", cause)
    })
}

async fn start(machines: &dyn StateMachines, start: StartMachine) -> Result<MachineStarted, TaskError> {
    machines.start(start).await.map_err(|error| match error.kind {
        PortErrorKind::Conflict => TaskError::new("StepFunctions.ExecutionAlreadyExistsException", error.to_string()),
        PortErrorKind::NotFound => TaskError::new("StepFunctions.StateMachineDoesNotExistException", error.to_string()),
        _ => error.into(),
    })
}

/// The first execution of this step that has not ended badly: each attempt may start one, and finds those before it.
async fn tried(
    context: &TaskContext,
    machines: &dyn StateMachines,
    request: &Request,
) -> Result<MachineExecution, TaskError> {
    let attempts = context.attempt.max(1);
    let mut attempt = 1;
    loop {
        let name = name(&context.idempotency_key, attempt);
        let started = start(machines, request.start(name)).await?;
        let is_last = attempt >= attempts;
        let found = match is_last {
            true => return ended(context, machines, &started.execution).await,
            false => machines.describe(&started.execution).await?,
        };
        match found.status {
            MachineStatus::Succeeded => return Ok(found),
            MachineStatus::Running => return ended(context, machines, &started.execution).await,
            MachineStatus::Failed | MachineStatus::TimedOut | MachineStatus::Aborted => attempt += 1,
        }
    }
}

/// Looks until it has ended. The worker keeps the task alive meanwhile, and cuts it when nobody waits any more.
async fn ended(
    context: &TaskContext,
    machines: &dyn StateMachines,
    execution: &str,
) -> Result<MachineExecution, TaskError> {
    let mut pause = FIRST_LOOK;
    loop {
        match machines.describe(execution).await {
            Ok(found) if found.status != MachineStatus::Running => return Ok(found),
            Ok(_) => {}
            Err(error) if error.is_transient() => {
                tracing::warn!(error = %error, "failed to look at a state machine; looking again");
            }
            Err(error) => return Err(error.into()),
        }
        context.world.clock.sleep(pause).await;
        pause = (pause * 3 / 2).min(LONGEST_LOOK);
    }
}

/// The name of an execution: the same for every run of an attempt.
fn name(key: &str, attempt: u32) -> String {
    let hash = blake3::hash(key.as_bytes()).to_hex();
    let hash = hash.get(..40).unwrap_or_default();
    if attempt == 1 { format!("cueline-{hash}") } else { format!("cueline-{hash}-{attempt}") }
}

/// What Step Functions write about a state machine that did not succeed.
fn cause(found: &MachineExecution) -> String {
    json!({
        "ExecutionArn": found.execution,
        "Name": found.name,
        "StateMachineArn": found.machine,
        "StartDate": found.started_ms,
        "StopDate": found.ended_ms,
        "Status": found.status.as_str(),
        "Error": found.error,
        "Cause": found.cause,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_the_step_and_fit() {
        let long = "x".repeat(300);
        for key in ["run-1/7", long.as_str()] {
            for attempt in [1, 2, u32::MAX] {
                let name = name(key, attempt);
                assert!(name.len() <= 80 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
            }
        }
        assert_eq!(name("run-1/7", 1), name("run-1/7", 1));
        assert_ne!(name("run-1/7", 1), name("run-1/7", 2));
        assert_ne!(name("run-1/7", 1), name("run-1/8", 1));
    }

    #[test]
    fn an_arn_that_is_none_is_named() {
        let of =
            |arn: &str| Request::of(StartStateMachineRequest { state_machine_arn: arn.into(), ..Default::default() });
        assert!(of("arn:aws:states:r:1:stateMachine:m").is_ok());
        let error = of("orders").err().unwrap();
        assert!(error.cause.contains("StateMachineArn is \"orders\""), "{error}");
    }
}
