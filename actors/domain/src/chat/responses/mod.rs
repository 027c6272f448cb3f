//! OpenAI's Responses API on top of chat completions: pure translation, no async, clock, randomness or environment.
//!
//! ```text
//!  POST /v1/responses ── request ──> chat completions ──> log of chunks ── gather ── events ──> typed events
//!                  └──── frame ────────────────────────────────┴────────── output ── response ──> Response
//! ```
//!
//! | file | idea |
//! |---|---|
//! | [`request`] | a request becomes one of chat completions, and what the gateway must know of it is read out |
//! | `conversation` | items of the input and of earlier responses become messages |
//! | `content` | parts of a message become parts of a chat message |
//! | `tools` | functions and the choice among them, flat here, nested there |
//! | [`Frame`] | what a response repeats of its request, defaults filled in |
//! | [`Gathered`] | chunks become one `chat.completion` |
//! | `output` | a `chat.completion` becomes output items, with ids that follow from their place |
//! | [`response`] | the Response object, whatever became of it |
//! | [`events`] | chunks become typed events, numbered the same whenever they are read again |
//! | [`items`] | input items as they are listed, and what the next response must know of this one |
//!
//! Everything that a response says follows from its id, its request and the chunks. So nothing of it need be stored
//! twice, and `starting_after=N` is: feed the log from its beginning and drop the events up to N.
//!
//! Shapes: <https://platform.openai.com/docs/api-reference/responses>, checked with OpenAI's own SDK (3.57).

mod content;
mod conversation;
pub mod events;
mod frame;
mod gather;
pub mod items;
mod output;
pub mod request;
pub mod response;
mod tools;

pub use frame::Frame;
pub use gather::Gathered;
