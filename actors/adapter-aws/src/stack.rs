//! What the stack of `deploy/` made: its outputs, read by name.

use std::collections::BTreeMap;

use cueline_ports::{PortError, PortErrorKind, PortResult};

use crate::{Connection, error::Call};

/// What an output says when there is no such thing.
const NONE: &str = "none";

/// The outputs of a stack, typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// DynamoDB: journals and rows.
    pub table: String,
    /// S3: documents are dropped here.
    pub inbox_bucket: String,
    /// S3: everything of ours.
    pub payload_bucket: String,
    /// Queues are `PREFIX-KIND`, dead letters `PREFIX-KIND-dead`.
    pub queue_prefix: String,
    /// SQS: where events and news of the inbox arrive.
    pub ingress_queue_url: String,
    /// EventBridge: where events are published.
    pub bus: String,
    /// EventBridge Scheduler: group and role of long timers.
    pub scheduler: Option<(String, String)>,
    /// The index, if the stack has one.
    pub index: Option<StackIndex>,
    /// The guardrail of chat calls and its version, if there is one.
    pub guardrail: Option<(String, String)>,
    /// The key of everything stored.
    pub kms_key: Option<String>,
    /// The secret that holds the token of the admin endpoint.
    pub admin_token_secret: Option<String>,
}

/// Where the index of a stack is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackIndex {
    /// Its URL.
    pub endpoint: String,
    /// How it is signed for: `aoss` or `es`.
    pub service: String,
}

impl Stack {
    /// Asks CloudFormation.
    ///
    /// # Errors
    /// `NotFound` when there is no such stack in this region, `Unavailable` while it is being made, `Invalid` when an output
    /// is missing: then it is another stack.
    pub async fn describe(connection: &Connection, name: &str) -> PortResult<Self> {
        let client = aws_sdk_cloudformation::Client::new(&connection.sdk);
        let on = match connection.region() {
            Some(region) => format!("stack {name} in {region}"),
            None => format!("stack {name}"),
        };
        let call = Call { action: "cloudformation:DescribeStacks", on: &on };
        let told = client.describe_stacks().stack_name(name).send().await.map_err(|error| {
            let missing = error.as_service_error().is_some_and(|error| {
                use aws_sdk_cloudformation::error::ProvideErrorMetadata;
                error.message().is_some_and(|message| message.contains("does not exist"))
            });
            // CloudFormation calls a name that nobody has a validation error.
            if missing { call.error(PortErrorKind::NotFound, "it does not exist") } else { call.failed(error) }
        })?;
        let missing = || call.error(PortErrorKind::NotFound, "it does not exist");
        let stack = told.stacks.unwrap_or_default().into_iter().next().ok_or_else(missing)?;
        let outputs: BTreeMap<String, String> = stack
            .outputs
            .unwrap_or_default()
            .into_iter()
            .filter_map(|output| Some((output.output_key?, output.output_value?)))
            .collect();
        let status = stack.stack_status.map(|status| status.as_str().to_owned()).unwrap_or_default();
        if outputs.is_empty() && status.ends_with("IN_PROGRESS") {
            return Err(call.error(PortErrorKind::Unavailable, &format!("it is {status}; wait until it is complete")));
        }
        Self::read(name, &outputs).map_err(|missing| {
            let what = format!("it has no output {missing}; name a stack of deploy/root.yaml");
            call.error(PortErrorKind::Invalid, &what)
        })
    }

    /// From outputs by their keys; an error is the key that is missing.
    fn read(name: &str, outputs: &BTreeMap<String, String>) -> Result<Self, &'static str> {
        let optional =
            |key: &'static str| outputs.get(key).filter(|value| !value.is_empty() && *value != NONE).cloned();
        let required = |key: &'static str| optional(key).ok_or(key);
        let index = match (optional("IndexEndpoint"), optional("IndexKind")) {
            (Some(endpoint), Some(service)) => Some(StackIndex { endpoint, service }),
            _ => None,
        };
        Ok(Self {
            name: name.to_owned(),
            table: required("TableName")?,
            inbox_bucket: required("InboxBucket")?,
            payload_bucket: required("PayloadBucket")?,
            queue_prefix: required("QueuePrefix")?,
            ingress_queue_url: required("IngressQueueUrl")?,
            bus: required("BusName")?,
            scheduler: optional("SchedulerGroup").zip(optional("SchedulerRoleArn")),
            index,
            guardrail: optional("GuardrailId").zip(optional("GuardrailVersion")),
            kms_key: optional("KmsKeyArn"),
            admin_token_secret: optional("AdminTokenSecretArn"),
        })
    }

    /// The token of the admin endpoint, that every process of the stack shares.
    pub async fn admin_token(&self, connection: &Connection) -> PortResult<Option<String>> {
        let Some(secret) = &self.admin_token_secret else { return Ok(None) };
        let client = aws_sdk_secretsmanager::Client::new(&connection.sdk);
        let on = format!("secret {secret}");
        let call = Call { action: "secretsmanager:GetSecretValue", on: &on };
        let told = client.get_secret_value().secret_id(secret).send().await.map_err(|error| call.failed(error))?;
        let token = told.secret_string.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        token.map(Some).ok_or_else(|| PortError::invalid(format!("{on} holds no text; put a token into it")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs() -> BTreeMap<String, String> {
        [
            ("TableName", "cueline"),
            ("InboxBucket", "cueline-inbox"),
            ("PayloadBucket", "cueline-payloads"),
            ("QueuePrefix", "cueline"),
            ("IngressQueueUrl", "https://sqs/cueline-ingress"),
            ("BusName", "cueline"),
            ("SchedulerGroup", "cueline"),
            ("SchedulerRoleArn", "arn:role"),
            ("IndexEndpoint", "none"),
            ("IndexKind", "none"),
            ("GuardrailId", "none"),
            ("GuardrailVersion", "none"),
            ("KmsKeyArn", "arn:key"),
            ("AdminTokenSecretArn", "arn:secret"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
    }

    #[test]
    fn outputs_that_say_none_are_none() {
        let stack = Stack::read("s", &outputs()).unwrap();
        assert_eq!((stack.index, stack.guardrail), (None, None));
        assert_eq!(stack.scheduler, Some(("cueline".into(), "arn:role".into())));
        let mut with_index = outputs();
        with_index.insert("IndexEndpoint".into(), "https://i".into());
        with_index.insert("IndexKind".into(), "aoss".into());
        let index = Stack::read("s", &with_index).unwrap().index;
        assert_eq!(index, Some(StackIndex { endpoint: "https://i".into(), service: "aoss".into() }));
    }

    #[test]
    fn a_missing_output_is_named() {
        for key in ["TableName", "InboxBucket", "BusName"] {
            let mut some = outputs();
            some.remove(key);
            assert_eq!(Stack::read("s", &some), Err(key));
        }
    }
}
