//! Chat completions in OpenAI's words: what a request asks for, what an answer says.
//!
//! | file | idea |
//! |---|---|
//! | [`request`] | a request is checked field by field, and what decisions need of it is read out |
//! | [`piece`] | one event of a stream: parsed as far as needed, passed on as it is |
//! | [`ear`] | events of one stream: what differs in its text alone is not parsed anew |
//! | [`answer`] | a whole answer: parsed as far as needed, passed on as it is |
//! | [`whole`] | pieces become one answer, for the record |
//! | [`judge`] | how a stream stands: not begun, under way, complete, broken |
//! | [`attempts`] | what is tried next when a target fails |
//! | [`breaker`] | whether a target is worth asking |
//! | [`documents`] | documents that a request brings along, and whether they say what an answer cites them for |
//! | `calls` | calls of tools, put together from the parts that chunks bring |
//! | `reading` | an object is read field by field, and a refusal names the field |
//! | [`responses`] | the Responses API, in terms of chat completions |
//! | [`ui`] | the AI SDK's UI message stream, in terms of chat completions |
//!
//! Shapes: <https://platform.openai.com/docs/api-reference/chat>.

pub mod answer;
pub mod attempts;
pub mod breaker;
mod calls;
pub mod documents;
pub mod ear;
pub mod judge;
pub mod piece;
mod reading;
pub mod request;
pub mod responses;
pub mod ui;
pub mod whole;
