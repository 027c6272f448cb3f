//! The actor kind `lambda`: functions that others run, called from a definition.
//!
//! Errors have the names that Step Functions give them where a definition is likely to retry: the type of the function's own
//! error, `Lambda.TooManyRequestsException`, `Lambda.ServiceException`. Every try of a step gives the function the same key, so
//! a function that keeps it does its work once.

use std::time::Duration;

use async_trait::async_trait;
use cueline_ports::{FunctionCall, FunctionError, PortErrorKind};
use cueline_protocol::{
    tasks::{InvokeFunction, with_whole_numbers},
    v1::{InvokeFunctionReply, InvokeFunctionRequest},
};
use cueline_runtime::{Perform, TaskContext, TaskError, worker::Kind};
use serde_json::json;

/// What a function may take at most, with some time for the way there and back.
const LONGEST: Duration = Duration::from_secs(15 * 60 + 30);

/// Calls functions.
pub struct Invoker;

#[async_trait]
impl Perform<InvokeFunction> for Invoker {
    async fn perform(
        &self,
        context: &TaskContext,
        request: InvokeFunctionRequest,
    ) -> Result<InvokeFunctionReply, TaskError> {
        let functions = context.world.functions.as_ref().ok_or_else(|| {
            let cause = "this process calls no functions: run it on AWS, or replace the task in the definition";
            TaskError::new("Cueline.Unsupported", cause)
        })?;
        let call = FunctionCall {
            function: function(&request)?,
            payload: request.payload.map_or_else(|| json!({}), |payload| with_whole_numbers(payload.into())),
            idempotency_key: context.idempotency_key.clone(),
            timeout: left(context.deadline_ms, context.world.clock.now_ms()),
        };
        let result = functions.invoke(call).await.map_err(failed)?;
        let payload = result.payload.try_into().map_err(|error| {
            TaskError::new("Lambda.Unknown", format!("the result of the function cannot be kept: {error}"))
        })?;
        Ok(InvokeFunctionReply { payload: Some(payload), executed_version: result.version })
    }
}

/// The actor kind, with so many functions waited for at once.
pub fn kind(workers: usize) -> Kind {
    Kind::new("lambda", workers).task::<InvokeFunction>(Invoker)
}

/// The name of a function as one word, its version or alias included.
fn function(request: &InvokeFunctionRequest) -> Result<String, TaskError> {
    let InvokeFunctionRequest { function_name: name, qualifier, invocation_type, .. } = request;
    if name.is_empty() {
        return Err(TaskError::invalid("FunctionName is missing: give the name or the ARN of a function"));
    }
    if !matches!(invocation_type.as_str(), "" | "RequestResponse") {
        let cause = format!("InvocationType is {invocation_type}: only RequestResponse has a result to go on with");
        return Err(TaskError::invalid(cause));
    }
    match (qualifier.is_empty(), is_qualified(name)) {
        (true, _) => Ok(name.clone()),
        (false, false) => Ok(format!("{name}:{qualifier}")),
        (false, true) => Err(TaskError::invalid("Qualifier: FunctionName ends with a version or alias already")),
    }
}

/// `name:live`, `arn:aws:lambda:region:account:function:name:live` or `account:function:name:live`.
fn is_qualified(name: &str) -> bool {
    let own =
        name.rsplit_once(":function:").or_else(|| name.split_once("function:").filter(|(head, _)| head.is_empty()));
    own.map_or(name, |(_, own)| own).contains(':')
}

/// How long somebody waits for the result.
fn left(deadline_ms: i64, now_ms: i64) -> Duration {
    if deadline_ms <= 0 {
        return LONGEST;
    }
    Duration::from_millis(deadline_ms.saturating_sub(now_ms).max(1).unsigned_abs()).min(LONGEST)
}

fn failed(error: FunctionError) -> TaskError {
    match error {
        FunctionError::Failed { error, cause } => TaskError::new(error, cause),
        FunctionError::Port(error) => {
            let name = match error.kind {
                PortErrorKind::Throttled => "Lambda.TooManyRequestsException",
                PortErrorKind::Unavailable => "Lambda.ServiceException",
                _ => return error.into(),
            };
            TaskError::new(name, error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use cueline_ports::PortError;

    use super::*;

    #[test]
    fn a_function_is_one_word() {
        let of = |name: &str, qualifier: &str, kind: &str| {
            function(&InvokeFunctionRequest {
                function_name: name.into(),
                qualifier: qualifier.into(),
                invocation_type: kind.into(),
                ..Default::default()
            })
            .map_err(|error| error.name)
        };
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders";
        assert_eq!(of("orders", "", ""), Ok("orders".into()));
        assert_eq!(of("orders", "live", "RequestResponse"), Ok("orders:live".into()));
        assert_eq!(of(arn, "live", ""), Ok(format!("{arn}:live")));
        for (name, qualifier, kind) in
            [("", "", ""), ("orders:1", "live", ""), (&format!("{arn}:1"), "live", ""), ("orders", "", "Event")]
        {
            assert_eq!(of(name, qualifier, kind), Err("Cueline.InvalidRequest".into()), "{name} {qualifier} {kind}");
        }
    }

    #[test]
    fn errors_have_the_names_that_definitions_retry() {
        let port = |kind| failed(FunctionError::Port(PortError::new(kind, "f"))).name;
        assert_eq!(port(PortErrorKind::Throttled), "Lambda.TooManyRequestsException");
        assert_eq!(port(PortErrorKind::Unavailable), "Lambda.ServiceException");
        assert_eq!(port(PortErrorKind::Denied), "Cueline.Denied");
        let own = FunctionError::Failed { error: "ValueError".into(), cause: "{}".into() };
        assert_eq!(failed(own), TaskError::new("ValueError", "{}"));
    }

    #[test]
    fn nobody_waits_beyond_the_deadline() {
        assert_eq!(left(0, 5), LONGEST);
        assert_eq!(left(1_005, 5), Duration::from_secs(1));
        assert_eq!(left(5, 1_005), Duration::from_millis(1));
    }
}
