//! Answers to task tokens.

use async_trait::async_trait;
use aws_sdk_sfn::error::ProvideErrorMetadata;
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use cueline_ports::{
    Callbacks, LONGEST_CAUSE, LONGEST_ERROR, LONGEST_OUTPUT, PortError, PortErrorKind, PortResult, cut,
};
use serde_json::Value;

use super::StepFunctions;
use crate::error::Call;

#[async_trait]
impl Callbacks for StepFunctions {
    async fn succeed(&self, token: &str, output: &Value) -> PortResult<()> {
        let output = output.to_string();
        if output.len() > LONGEST_OUTPUT {
            let what = format!("an output of {} bytes: a task token takes {LONGEST_OUTPUT}", output.len());
            return Err(PortError::invalid(what));
        }
        let sent = self.client.send_task_success().task_token(token).output(output).send().await;
        sent.map(drop).map_err(|error| refused("states:SendTaskSuccess", error))
    }

    async fn fail(&self, token: &str, error: &str, cause: &str) -> PortResult<()> {
        let request = self.client.send_task_failure().task_token(token);
        let sent = request.error(cut(error, LONGEST_ERROR)).cause(cut(cause, LONGEST_CAUSE)).send().await;
        sent.map(drop).map_err(|error| refused("states:SendTaskFailure", error))
    }

    async fn heartbeat(&self, token: &str) -> PortResult<()> {
        let sent = self.client.send_task_heartbeat().task_token(token).send().await;
        sent.map(drop).map_err(|error| refused("states:SendTaskHeartbeat", error))
    }
}

/// A token whose task is over, or was never there, is one that nobody waits with.
fn refused<E: ProvideErrorMetadata>(action: &str, error: SdkError<E, HttpResponse>) -> PortError {
    let call = Call { action, on: "a task token" };
    match error.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some("TaskTimedOut" | "TaskDoesNotExist") => {
            PortError::new(PortErrorKind::NotFound, format!("{action}: nobody waits with this task token any more"))
        }
        Some("InvalidToken") => call.error(PortErrorKind::Invalid, "InvalidToken: this is no task token"),
        _ => call.failed(error),
    }
}
