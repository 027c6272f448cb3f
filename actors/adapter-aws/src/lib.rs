//! The AWS world: every port on the official SDKs.
//!
//! | port | module | service |
//! |---|---|---|
//! | `Journal`, `Table` | [`dynamodb`] | one DynamoDB table |
//! | `Queue` | [`sqs`] | a standard queue per actor kind, each with a dead-letter queue |
//! | `Bus` | [`eventbridge`] | an event bus |
//! | `Model`, `Embedder`, `Reranker`, `Guard` | [`bedrock`] | models and guardrails of Bedrock, within its quotas |
//! | `Model`, `Embedder` | [`sagemaker`] | models of your own behind an endpoint |
//! | `Objects` | [`s3`] | two buckets: the inbox, and everything of ours |
//! | | [`stack`] | what the stack of `deploy/` made, from its outputs |
//! | `Index` | [`opensearch`] | an OpenSearch domain or Serverless collection, its truth in the table |
//! | `Functions` | [`lambda`] | functions of AWS Lambda |
//! | `StateMachines`, `Callbacks` | [`states`] | state machines of Step Functions, and those that wait for us |
//! | `Alarms` | [`scheduler`] | a one-time schedule of EventBridge Scheduler per execution that rests |
//!
//! No type of an SDK leaves this crate. Limits of the services (400 KB an item, 100 items and 4 MB a transaction, 1 MiB a
//! message or event, ten to a batch) are kept here and never reach a user. An error names the action as IAM writes it, the
//! resource, and what to do.

pub mod bedrock;
mod connection;
pub mod dynamodb;
mod error;
pub mod eventbridge;
pub mod lambda;
pub mod meter;
pub mod opensearch;
pub mod s3;
pub mod sagemaker;
pub mod scheduler;
pub mod sqs;
pub mod stack;
pub mod states;

pub use connection::Connection;
pub use meter::{Meter, Usage};

/// Epoch milliseconds.
fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
