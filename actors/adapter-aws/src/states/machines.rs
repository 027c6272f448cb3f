//! Executions of state machines.
//!
//! The name of an execution is its idempotency. Step Functions themselves answer a repeated start only while the execution runs;
//! afterwards we look at the one of that name and compare its input. Express state machines have neither: a repeated start
//! runs them again, and they cannot be looked at.

use async_trait::async_trait;
use aws_sdk_sfn::{
    error::ProvideErrorMetadata, operation::describe_execution::DescribeExecutionOutput, primitives::DateTime,
    types::ExecutionStatus,
};
use cueline_ports::{
    MachineExecution, MachineStarted, MachineStatus, PortError, PortErrorKind, PortResult, StartMachine, StateMachines,
};
use serde_json::Value;

use super::StepFunctions;
use crate::error::Call;

#[async_trait]
impl StateMachines for StepFunctions {
    async fn start(&self, start: StartMachine) -> PortResult<MachineStarted> {
        let on = format!("state machine {}", start.machine);
        let call = Call { action: "states:StartExecution", on: &on };
        let sent = self
            .client
            .start_execution()
            .state_machine_arn(&start.machine)
            .name(&start.name)
            .input(start.input.to_string())
            .send()
            .await;
        let error = match sent {
            Ok(started) => {
                let started_ms = millis(started.start_date());
                return Ok(MachineStarted { execution: started.execution_arn, started_ms });
            }
            Err(error) => error,
        };
        match error.as_service_error().and_then(ProvideErrorMetadata::code) {
            Some("ExecutionAlreadyExists") => self.earlier(&start).await,
            Some("StateMachineDoesNotExist" | "StateMachineDeleting") => {
                Err(call.error(PortErrorKind::NotFound, "there is no such state machine"))
            }
            Some("ExecutionLimitExceeded") => Err(call.error(PortErrorKind::Throttled, "ExecutionLimitExceeded")),
            _ => Err(call.failed(error)),
        }
    }

    async fn describe(&self, execution: &str) -> PortResult<MachineExecution> {
        let on = format!("execution {execution}");
        let call = Call { action: "states:DescribeExecution", on: &on };
        match self.client.describe_execution().execution_arn(execution).send().await {
            Ok(found) => read(found, &call),
            Err(error) => match error.as_service_error().and_then(ProvideErrorMetadata::code) {
                Some("ExecutionDoesNotExist") => Err(PortError::not_found(format!("{on}: there is none"))),
                _ => Err(call.failed(error)),
            },
        }
    }
}

impl StepFunctions {
    /// The execution of that name, if it is the same.
    async fn earlier(&self, start: &StartMachine) -> PortResult<MachineStarted> {
        let taken = || {
            let what = format!("state machine {}: an execution {} has another input", start.machine, start.name);
            PortError::conflict(what)
        };
        let execution = execution_arn(&start.machine, &start.name).ok_or_else(taken)?;
        let found = self.describe(&execution).await?;
        if found.input != start.input {
            return Err(taken());
        }
        Ok(MachineStarted { execution: found.execution, started_ms: found.started_ms })
    }
}

/// The ARN of an execution; a version or alias of its machine does not occur in it.
fn execution_arn(machine: &str, name: &str) -> Option<String> {
    let (head, tail) = machine.split_once(":stateMachine:")?;
    let machine = tail.split(':').next().filter(|machine| !machine.is_empty())?;
    Some(format!("{head}:execution:{machine}:{name}"))
}

fn read(found: DescribeExecutionOutput, call: &Call<'_>) -> PortResult<MachineExecution> {
    let json = |text: Option<&str>, what: &str| -> PortResult<Option<Value>> {
        let read = text.map(serde_json::from_str).transpose();
        read.map_err(|error| call.error(PortErrorKind::Corrupt, &format!("its {what} is not JSON: {error}")))
    };
    let input = json(found.input(), "input")?.unwrap_or_default();
    let output = json(found.output(), "output")?;
    let status = match &found.status {
        ExecutionStatus::Succeeded => MachineStatus::Succeeded,
        ExecutionStatus::Failed => MachineStatus::Failed,
        ExecutionStatus::TimedOut => MachineStatus::TimedOut,
        ExecutionStatus::Aborted => MachineStatus::Aborted,
        // One that waits to be redriven, and what a newer service has.
        _ => MachineStatus::Running,
    };
    Ok(MachineExecution {
        started_ms: millis(found.start_date()),
        ended_ms: found.stop_date().map(millis),
        name: found.name.unwrap_or_default(),
        execution: found.execution_arn,
        machine: found.state_machine_arn,
        status,
        input,
        output: output.filter(|_| status == MachineStatus::Succeeded),
        error: found.error,
        cause: found.cause,
    })
}

fn millis(time: &DateTime) -> i64 {
    time.to_millis().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_is_named_after_its_machine() {
        let arn = |machine: &str| execution_arn(machine, "n");
        let expected = Some("arn:aws:states:eu-west-1:1:execution:orders:n".to_owned());
        assert_eq!(arn("arn:aws:states:eu-west-1:1:stateMachine:orders"), expected);
        assert_eq!(arn("arn:aws:states:eu-west-1:1:stateMachine:orders:live"), expected);
        assert_eq!(arn("arn:aws:states:eu-west-1:1:activity:orders"), None);
    }
}
