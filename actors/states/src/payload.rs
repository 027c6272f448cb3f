//! Payloads are shared, never copied on the way through an execution.

use serde_json::{Map, Value};
use std::sync::Arc;

/// A payload. Cloning it copies a pointer.
pub type Json = Arc<Value>;

/// A state name or a resource: short text that many entries share.
pub type Name = Arc<str>;

/// Workflow variables by name, without the dollar sign.
pub type Variables = Arc<Map<String, Value>>;

/// A payload that is often one which the journal holds already: naming it keeps the journal small.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// What the frame holds already: the input of the state it is in.
    Same,
    /// The result that was recorded last for the frame: a task's output, or the array of branch or item outputs.
    Result,
    /// A value of its own.
    Value(Json),
}
