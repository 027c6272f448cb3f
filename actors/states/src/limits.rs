//! Hard caps. They protect the engine; what Step Functions limits for its own reasons is not limited here.

/// Bytes of one payload (input, task result, state output), with some for each value in it. Documents and model outputs of that size belong
/// into the object store, by reference.
pub const PAYLOAD_BYTES: usize = 16 * 1024 * 1024;

/// Levels of arrays and objects in a payload. Below what a JSON parser reads, so that a journal can always be read again.
pub const PAYLOAD_DEPTH: usize = 100;

/// Bytes of a definition.
pub const DEFINITION_BYTES: usize = 16 * 1024 * 1024;

/// States that one decision may enter without waiting for anything; then it yields and the next commit continues. Keeps
/// a commit of a loop well below 100 KB.
pub const INLINE_STATES: u32 = 1_000;

/// Items of an inline Map that run at once when `MaxConcurrency` does not say. As Step Functions.
pub const INLINE_CONCURRENCY: u32 = 40;

/// Child executions of a distributed Map that run at once when `MaxConcurrency` does not say.
pub const DISTRIBUTED_CONCURRENCY: u32 = 1_000;

/// How deep Parallel and Map may nest.
pub const NESTING: usize = 32;
